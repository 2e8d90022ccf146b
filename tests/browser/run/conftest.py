"""A plain server of the site, without headers and below a path, and pages whose code is opened."""

import functools
import http.server
import re
import shutil
import threading

import pytest

SITE_PATH = "/sgd-explained/"
# What a status says when a run has come to its end.
ENDED = r"/^(Done|Stopped|Python could|Python does|You are)/"
STATUS = "() => document.querySelector('.run-status')?.textContent ?? ''"
# And that nothing will run: whoever waits for something else waits in vain.
NO_PYTHON = r"/^Python (could|does)/"
TIMEOUT = 600_000


class Plain(http.server.SimpleHTTPRequestHandler):
    """What the simplest of hosts does: files as they are, and no header that is not needed."""

    protocol_version = "HTTP/1.1"
    policy = None

    def log_message(self, *args):
        pass

    def parse_request(self):
        """Hang up, also on connections that were kept, when the host has gone."""
        self.close_connection = self.server.gone
        return not self.server.gone and super().parse_request()

    def translate_path(self, path):
        self.server.asked.append(path)
        return super().translate_path("/" + path.removeprefix(SITE_PATH))

    def end_headers(self):
        if self.policy:
            self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()


class Host(http.server.ThreadingHTTPServer):
    """A host that notes what it is asked for, and that can go away and come back."""

    def __init__(self, folder, port=0, policy=None):
        kind = type("Handler", (Plain,), {"policy": policy})
        super().__init__(("127.0.0.1", port), functools.partial(kind, directory=str(folder)))
        self.asked, self.gone = [], False
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}{SITE_PATH}"

    def leave(self):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        pass  # A browser that hangs up.


@pytest.fixture(scope="session")
def runnable(site):
    """The site, if it was built with what runs code."""
    if not any((site / "_static").glob("python-*")):
        pytest.skip("the site was built without wheels, so no page runs code")
    return site


@pytest.fixture
def new_host(runnable):
    """Make hosts of the site, or of another folder, which end with the test."""
    hosts = []

    def made(folder=runnable, **options):
        hosts.append(Host(folder, **options))
        return hosts[-1]

    yield made
    for host in hosts:
        host.leave()


@pytest.fixture
def host(new_host):
    return new_host()


@pytest.fixture
def own_site(runnable, tmp_path):
    """A copy of the site, to be altered."""
    return shutil.copytree(runnable, tmp_path / "site")


class Opened:
    """A page with an editor, driven as a reader does."""

    def __init__(self, page, panel=".run-panel"):
        self.page, self.panel = page, page.locator(panel).first

    def button(self, words):
        return self.panel.get_by_role("button", name=words, exact=True)

    @property
    def editor(self):
        return self.panel.locator("textarea").first

    @property
    def output(self):
        return self.panel.locator(".run-output")

    def status(self):
        return self.panel.locator(".run-status").inner_text()

    def await_status(self, pattern, since=None):
        self.page.wait_for_function(
            f"([panel, before]) => {{ const text = panel.querySelector('.run-status').textContent;"
            f" return text !== before && ({pattern}.test(text) || {NO_PYTHON}.test(text)); }}",
            arg=[self.panel.element_handle(), since],
            timeout=TIMEOUT,
        )
        status = self.status()
        assert re.search(pattern.strip("/"), status), status
        return status

    def write(self, code):
        self.editor.fill(code)

    def run(self, code=None):
        """Run what stands in the editor, and wait for the end; the status says how it ended."""
        if code is not None:
            self.write(code)
        self.button("Run").click()
        self.page.wait_for_function(
            "(panel) => panel.querySelector('.run-output').getAttribute('aria-busy') === 'false'",
            arg=self.panel.element_handle(),
            timeout=TIMEOUT,
        )
        return self.await_status(ENDED)

    def printed(self):
        return "".join(self.output.locator(".run-printed").all_inner_texts())


@pytest.fixture
def opened(new_context, host):
    """Open the editor of a page; complaints of the page are kept."""

    def open_page(address, button=".run-script button", url=host.url, **options):
        page = new_context(**options).new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(url + address)
        page.locator(button).first.click()
        page.locator(".run-panel textarea").first.wait_for()
        return Opened(page)

    return open_page
