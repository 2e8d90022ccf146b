"""A Firefox that is installed, driven by WebDriver BiDi, which it speaks by itself.

Playwright needs a Firefox of its own making. Here a test opens a page and evaluates in it.
"""

import contextlib
import itertools
import json
import re
import shutil
import subprocess
import tempfile

from websockets.sync.client import connect

INSTALLED = ("firefox-esr", "firefox")
LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


def find():
    """Path of an installed Firefox, or None."""
    return next(filter(None, map(shutil.which, INSTALLED)), None)


class Tab:
    """One tab, in a profile of its own."""

    def __init__(self, connection):
        self.connection, self.numbers = connection, itertools.count(1)
        self.ask("session.new", capabilities={})
        self.context = self.ask("browsingContext.getTree")["contexts"][0]["context"]

    def ask(self, method, **params):
        number = next(self.numbers)
        self.connection.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:  # Events come between answers.
            answer = json.loads(self.connection.recv())
            if answer.get("id") == number:
                break
        if answer["type"] == "error":
            raise RuntimeError(f"{method}: {answer['error']}: {answer['message']}")
        return answer["result"]

    def goto(self, url):
        self.ask("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def evaluate(self, function):
        """Call a function of JavaScript in the page, and give what its promise leads to."""
        expression = (
            f"Promise.resolve(({function})()).then((value) => JSON.stringify(value ?? null))"
        )
        answer = self.ask(
            "script.evaluate",
            expression=expression,
            target={"context": self.context},
            awaitPromise=True,
        )
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])


@contextlib.contextmanager
def started():
    """Start a Firefox with an empty profile, and end it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [find(), "--headless", "--no-remote", "--profile", profile]
        program = subprocess.Popen(
            [*command, "--remote-debugging-port=0"],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            encoding="utf-8",
            errors="replace",
        )
        try:
            found = next(filter(None, map(LISTENING.search, program.stderr)))
            with connect(f"{found[1]}/session", max_size=None, open_timeout=None) as connection:
                yield Tab(connection)
        finally:
            program.terminate()
            program.wait()
            program.stderr.close()
