"""A reader's hands and eyes for the live figures."""

import re

import pytest

PAGES = {
    "travel": "learn/travelling.html",
    "crowd": "learn/when-noise-frees-you.html",
    "surface": "learn/loss-surfaces.html",
    "gradients": "learn/noisy-gradients.html",
}

# Reading pixels back from WebGL, as a screenshot does, is slow; the browser says so.
HARMLESS = re.compile(r"GPU stall due to ReadPixels")


class Figure:
    """One live figure on its page, and what a reader does with it."""

    def __init__(self, page, name):
        self.page, self.name = page, name
        self.element = page.locator(f"live-{name}")

    def wake(self):
        self.element.evaluate("(figure) => figure.scrollIntoView({ behavior: 'instant' })")
        self.page.wait_for_function(
            "name => document.querySelector(`live-${name} .live-status`)", arg=self.name
        )

    def state(self):
        return self.element.evaluate("(figure) => ({ ...figure.state })")

    def readouts(self):
        """The numbers that a reader sees, by their names."""
        names = self.element.locator("dt").all_inner_texts()
        values = self.element.locator("dd").all_inner_texts()
        return dict(zip(names, values, strict=True))

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
        box = self.element.locator(grip).bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + by, y, steps=5)
        self.page.mouse.up()

    def rest(self):
        """Wait until the address has followed the state."""
        self.page.wait_for_timeout(400)


@pytest.fixture
def open_figure(browser, site_url):
    """Open a figure's page in a state; any error of the page fails the test."""
    contexts, complaints = [], []

    def opened(name, state="", *, awake=True, width=1280, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
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
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(params=sorted(PAGES))
def name(request):
    """Every live figure in turn."""
    return request.param
