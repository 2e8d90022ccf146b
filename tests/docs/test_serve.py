"""`nox -s serve`: a taken port is said first, one build for each change, few lines about it."""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("sphinx_autobuild")
ROOT = Path(__file__).parents[2]
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
CONF = """
from pathlib import Path

def setup(app):
    # As the gallery does: each build writes in its folder.
    made = Path(app.srcdir, "gallery", "made")
    made.parent.mkdir(exist_ok=True)
    made.with_suffix(".new").touch()
    made.with_suffix(".new").replace(made)
"""
ENOUGH = 120  # seconds until a test gives up that waits for nothing


class Server:
    """`docs/serve.py` on a small site, asking for changes as it does on a disk of Windows."""

    def __init__(self, folder):
        self.folder = folder
        [ignored] = re.findall(r'r"(--re-ignore=.*)",', (ROOT / "noxfile.py").read_text("utf-8"))
        self.log = folder / "log"
        command = [
            sys.executable,
            ROOT / "docs/serve.py",
            "-q",
            ignored,
            "--port=0",
            "docs",
            "html",
        ]
        with self.log.open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                env=os.environ | {"WATCHFILES_FORCE_POLLING": "1", "PYTHONUNBUFFERED": "1"},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def lines(self):
        said = COLOURS.sub("", self.log.read_text(encoding="utf-8"))
        said = said.replace("[sphinx-autobuild] ", "").replace(os.sep, "/")
        return re.sub(r"[\d.]+ s\b.*", "…", said).splitlines()

    def wait(self, *parts):
        """Wait until such lines have been said, one after the other."""
        began = time.monotonic()
        while not self.said(*parts):
            assert self.process.poll() is None, self.lines()
            assert time.monotonic() - began < ENOUGH, self.lines()
            time.sleep(0.1)

    def said(self, *parts):
        lines = iter(self.lines())
        return all(any(part in line for line in lines) for part in parts)

    def save(self, name, text):
        """Save a file as editors do, in one go."""
        draft = self.folder / "draft"
        draft.write_text(text, encoding="utf-8")
        draft.replace(self.folder / name)


@pytest.fixture
def server(tmp_path):
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "conf.py").write_text(CONF, encoding="utf-8")
    (docs / "index.rst").write_text("Page\n====\n", encoding="utf-8")
    server = Server(tmp_path)
    yield server
    server.process.terminate()
    server.process.wait()


def test_changes_are_built_and_told_in_few_lines(server):
    server.wait("Waiting to detect changes...")
    # A watcher tells nothing when it begins, so a page is saved until that is seen.
    began = time.monotonic()
    while not server.said("Changed") and time.monotonic() - began < ENOUGH:
        server.save("docs/index.rst", f"Page\n====\n\n{time.monotonic()}\n")
        time.sleep(1)
    server.wait("Changed: docs/index.rst", "Built in …")
    server.save("docs/index.rst", "Page\n====\n\n:doc:`nowhere`\n")
    server.wait("unknown document: 'nowhere'", "Built in …")
    server.save("docs/conf.py", "1 / 0")
    server.wait("Failed after …")
    begin, built, waiting, *lines = server.lines()
    assert [begin, built, waiting] == [
        *["Starting initial build", "Built in …", "Waiting to detect changes..."]
    ]
    # Nothing of the folder in which each build writes, which would be built for ever.
    conf = lines.index("Changed: docs/conf.py")
    said = {re.sub(r".*WARNING: ", "", line) for line in lines[:conf]}
    assert said == {
        *["Changed: docs/index.rst", "Built in …", "unknown document: 'nowhere' [ref.doc]"]
    }
    assert "ZeroDivisionError: division by zero" in " ".join(lines[conf:])


def test_a_taken_port_is_said_first():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "nox",
            "--noxfile",
            ROOT / "noxfile.py",
            "--no-venv",
            "--install-only",
        ]
        done = subprocess.run(
            [*command, "--session=serve", "--", f"--port={port}"],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    assert done.returncode == 1
    assert f"cannot serve on port {port}" in done.stderr
    assert f"nox -s serve -- --port={port + 1}" in done.stderr
    assert "pip install" not in done.stderr
