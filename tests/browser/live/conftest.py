"""A reader's hands and eyes for the live figures."""

import gzip
import re
from pathlib import Path, PurePosixPath
from urllib.parse import urljoin, urlsplit

import pytest

DOCS = Path(__file__).resolve().parents[3] / "docs"
# Where each live figure stands: the first page that has it, but for these.
PAGES = {
    name: page.relative_to(DOCS).with_suffix(".html").as_posix()
    for page in sorted(DOCS.glob("**/*.md"), reverse=True)
    if "node_modules" not in page.parts
    for name in re.findall(r"^:::\{live-figure\} ([\w-]+)", page.read_text("utf-8"), re.MULTILINE)
} | {"guess": "learn/when-noise-frees-you.html", "settling": "results/noise-ball.html"}


def source(page):
    """Text that a page is made of."""
    return (DOCS / page).with_suffix(".md").read_text("utf-8")


# Reading pixels back from WebGL, as a screenshot does, is slow; the browser says so.
HARMLESS = re.compile(r"GPU stall due to ReadPixels")


class Figure:
    """One live figure on its page, and what a reader does with it."""

    def __init__(self, page, name):
        self.page, self.name = page, name
        self.element = page.locator(f"live-{name}").first
        # What is awake; beside it, hidden, is the still.
        self.stage = self.element.locator(".live-stage")

    def wake(self):
        """Bring the figure on screen, and wait until it is awake."""
        self.bring(self.element, "start")
        self.element.locator(".live-status").wait_for(state="attached")
        self.bring(self.element, "start")

    def bring(self, part, block):
        """Bring a part on screen, its start, centre or end there, and wait until it stands still.

        A page whose address names a part of it is still on its way there, smoothly, and so is one
        where the focus has moved.
        """
        self.page.wait_for_function(
            """([part, block]) => {
                const before = part.getBoundingClientRect().top;
                part.scrollIntoView({ block, behavior: "instant" });
                const still = part.getBoundingClientRect().top === before;
                window.framesOfRest = still ? (window.framesOfRest ?? 0) + 1 : 0;
                return window.framesOfRest > 3 && delete window.framesOfRest;
            }""",
            arg=[part.element_handle(), block],
        )

    def state(self):
        return self.element.evaluate("(figure) => ({ ...figure.state })")

    def readouts(self):
        """The numbers that a reader sees, by their names."""
        names = self.element.locator("dt").all_inner_texts()
        values = self.element.locator("dd").all_inner_texts()
        return dict(zip(names, values, strict=True))

    def shown(self, name):
        """Find the readout of a name."""
        readout = self.element.locator(".live-readout")
        return readout.filter(has=self.page.get_by_text(name, exact=True)).locator("dd")

    def number(self, name):
        return float(self.readouts()[name].replace("−", "-"))

    def open_settings(self):
        """Open the panel of further settings, where there is one."""
        for opener in self.element.locator(".live-opener").all():
            opener.press("Enter")

    def button(self, name):
        return self.element.get_by_role("button", name=name, exact=True)

    def slider(self, name):
        return self.element.get_by_role("slider", name=name, exact=True)

    def status(self):
        return self.element.locator(".live-status").inner_text()

    def drag(self, by, grip=".live-grip"):
        """Drag a handle sideways."""
        box = self.stage.locator(grip).last.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + by, y, steps=5)
        self.page.mouse.up()

    def swipe(self, places):
        """Move one finger through these places on the screen."""
        devtools = self.page.context.new_cdp_session(self.page)
        for i, (x, y) in enumerate(places):
            touch = {"type": "touchMove" if i else "touchStart", "touchPoints": [{"x": x, "y": y}]}
            devtools.send("Input.dispatchTouchEvent", touch)
        devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def compressed(self):
        """Bytes of the figure's module and of all that it imports, by name, as a host compresses them."""
        script = self.page.locator("script[data-late]").get_attribute("data-late")
        static = urljoin(self.page.url, script)
        waiting = [urljoin(static, self.element.get_attribute("data-module"))]
        sizes = {}
        while waiting:
            address = waiting.pop()
            text = self.page.request.get(address).text()
            sizes[address] = len(gzip.compress(text.encode(), 9))
            imports = re.findall(r'\bfrom\s*"(\./[\w-]+\.js)"', text)
            waiting += {urljoin(address, name) for name in imports} - sizes.keys() - set(waiting)
        return {PurePosixPath(urlsplit(address).path).stem: size for address, size in sizes.items()}

    def address_has(self, text):
        """Wait until the address has followed the state."""
        self.page.wait_for_url(lambda url: text in url)

    def frames(self, count=3):
        """Wait while the page draws."""
        self.page.evaluate(
            """async (count) => {
                for (let i = 0; i < count; i += 1) await window.nextFrame();
            }""",
            count,
        )

    def until(self, condition):
        """Wait until the figure fulfils a condition, written in JavaScript."""
        self.page.wait_for_function(
            f"(name) => {{ const figure = document.querySelector(`live-${{name}}`);"
            f" return {condition}; }}",
            arg=self.name,
        )


@pytest.fixture
def open_figure(new_context, site_url):
    """Open a figure's page in a state; any error of the page fails the test."""
    complaints = []

    def opened(name, state="", *, awake=True, width=1280, **options):
        page = new_context(viewport={"width": width, "height": 900}, **options).new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                message.type in ("error", "warning")
                and not HARMLESS.search(message.text)
                and complaints.append(message.text)
            ),
        )
        address = f"{site_url.rstrip('/')}/{PAGES[name]}"
        page.goto(f"{address}?{state}#{name}" if state else address)
        figure = Figure(page, name)
        if awake:
            figure.wake()
        return figure

    yield opened
    assert complaints == []


@pytest.fixture(params=sorted(PAGES))
def name(request):
    """Every live figure in turn."""
    return request.param


@pytest.fixture(params=sorted(n for n, page in PAGES.items() if f"{{drag}}`{n} " in source(page)))
def spoken_of(request):
    """Every live figure in turn that a sentence of its page speaks of, with a number to drag."""
    return request.param
