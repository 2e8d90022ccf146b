"""What holds for every live figure: on every screen, by hand, by keyboard, and where it cannot live."""

import itertools

import pytest
from playwright.sync_api import expect

from sgd_explained import palette

# Things that the browser moves by itself in the article.
WATCH_SHIFTS = """() => {
    window.shifted = [];
    const article = document.querySelector("article");
    new PerformanceObserver((list) => {
        for (const { sources } of list.getEntries()) {
            for (const { node } of sources) {
                if (article.contains(node)) window.shifted.push(node.nodeName);
            }
        }
    }).observe({ type: "layout-shift" });
}"""
OVERHANG = """(figure) => {
    const edge = figure.getBoundingClientRect().right;
    const parts = figure.querySelectorAll(".live-stage :is(button, label, dt, dd, li, select, text)");
    return Array.from(parts).filter((p) => p.getBoundingClientRect().right > edge + 8
        || p.scrollWidth > p.clientWidth + 1).map((p) => p.textContent);
}"""
# Two boxes of text on one plot that share more than a hair, and what is no number.
UNREADABLE = """(figure) => {
    const shared = (p, q) => Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1
        && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 4;
    const collisions = Array.from(figure.querySelectorAll(".live-plot"), (plot) => {
        const texts = Array.from(plot.querySelectorAll("text")).filter((t) => t.textContent);
        const boxes = texts.map((text) => text.getBoundingClientRect());
        return texts.flatMap((text, i) => texts.slice(i + 1)
            .filter((_, j) => shared(boxes[i], boxes[i + 1 + j]))
            .map((other) => `${text.textContent} / ${other.textContent}`));
    }).flat();
    return [...collisions, ...figure.textContent.match(/.{0,40}NaN.{0,40}/g) ?? []];
}"""
# The ring of what has the focus, and whether it stands clear of the parts that stay in view.
RING = """() => {
    const focused = document.activeElement;
    const ringed = focused.type === "range" ? focused.parentElement : focused;
    const pinned = focused.closest(".live-stage")
        .querySelectorAll(":scope > .live-plots, .live-outcome");
    const own = focused.getBoundingClientRect();
    const hidden = Array.from(pinned).some((part) => {
        const { top, right, bottom } = part.getBoundingClientRect();
        return own.top < bottom && own.bottom > top && own.left < right && !part.contains(focused);
    });
    return [focused.matches(":focus-visible") && getComputedStyle(ringed).outlineStyle, hidden];
}"""
# Words that the ring of a slider crosses.
CROSSED = """() => {
    const slider = document.activeElement;
    if (slider.type !== "range") return [];
    const control = slider.parentElement;
    const { outlineOffset, outlineWidth } = getComputedStyle(control);
    const ring = parseFloat(outlineOffset) + parseFloat(outlineWidth);
    const { left, right, top, bottom } = control.getBoundingClientRect();
    const labels = slider.closest(".live-stage").querySelectorAll("label, button, text");
    return Array.from(labels).filter((label) => {
        const box = label.getBoundingClientRect();
        if (label === slider.labels[0]) return box.top < top;
        const beside = box.right < left || box.left > right;
        return box.bottom > top - ring && box.top < bottom + ring && !beside;
    }).map((label) => label.textContent);
}"""
CONTROLS = "button, input, select"
# Controls that are no target for a finger, that nothing names, or that say another value than shown.
POOR_CONTROLS = """([figure, controls]) => {
    const large = (part) => {
        const { width, height } = part.getBoundingClientRect();
        return width >= 44 && (height >= 44 || part.matches(".live-grip"));
    };
    const labelled = ({ labels }) => labels.length === 1 && labels[0].offsetHeight > 0;
    const shown = (slider) => slider.parentElement.querySelector(".live-value").textContent;
    const says = (slider) => slider.getAttribute("aria-valuetext") === shown(slider);
    const poor = (selector, good) =>
        Array.from(figure.querySelectorAll(selector)).filter((part) => !good(part));
    return [
        ...poor(`${controls}, .live-stage .live-grip`, large),
        ...poor("input, select", labelled),
        ...poor("input[type=range]", says),
    ].map((part) => part.outerHTML);
}"""
INK = {
    scheme: f"rgb{tuple(bytes.fromhex(ink[1:]))}"
    for scheme, ink in (("light", palette.INK), ("dark", palette.INK.dark))
}


def wakes_and_moves_nothing(figure):
    # Before a figure wakes, equations may move by a hair when their fonts arrive.
    figure.frames(2)
    figure.page.evaluate("() => document.fonts.ready.then(() => null)")
    figure.frames(3)
    figure.page.evaluate(WATCH_SHIFTS)
    reserved = figure.element.bounding_box()["height"]
    figure.wake()
    figure.frames(10)
    # To less than a pixel: lines of text are not whole pixels high.
    assert abs(figure.element.bounding_box()["height"] - reserved) < 1
    assert figure.page.evaluate("window.shifted") == []


def has_the_colours_of(figure, scheme):
    ink = "(stage) => getComputedStyle(stage).color"
    assert figure.stage.evaluate(ink) == INK[scheme]
    for theme, colour in INK.items():  # The switch of the theme outdoes the system.
        figure.page.evaluate("(theme) => { document.body.dataset.theme = theme; }", theme)
        assert figure.stage.evaluate(ink) == colour


def has_large_labelled_controls(figure):
    assert figure.page.evaluate(POOR_CONTROLS, [figure.element.element_handle(), CONTROLS]) == []


def can_be_read_at_all_ends(figure):
    assert figure.element.evaluate(UNREADABLE) == []
    for key in ("Home", "End"):
        for slider in figure.element.get_by_role("slider").all():
            slider.press(key)
            assert figure.element.evaluate(UNREADABLE) == []


def is_reached_by_tab_and_its_ring_crosses_nothing(figure):
    figure.page.emulate_media(reduced_motion="reduce")  # The page scrolls at once.
    controls = figure.element.locator(CONTROLS).filter(visible=True)
    for key, first, last in (
        ("Tab", controls.first, controls.last),
        ("Shift+Tab", controls.last, controls.first),
    ):
        first.focus()
        for _ in range(controls.count() - 1):
            assert figure.page.evaluate(RING) == ["solid", False]
            assert figure.page.evaluate(CROSSED) == []
            figure.page.keyboard.press(key)
        assert last.evaluate("(control) => control === document.activeElement")
    figure.page.emulate_media(reduced_motion="no-preference")


def says_what_it_shows_and_goes_back(figure):
    opened = figure.state()
    picture = figure.element.get_by_role("img")
    before = picture.get_attribute("aria-label")
    assert len(before) > 40
    slider = figure.element.get_by_role("slider").first
    for keys in (("Home", "PageUp"), ("End", "PageDown")):
        for key in keys:
            slider.press(key)
        assert picture.get_attribute("aria-label") != before
        assert figure.state() != opened
        figure.button("As it opened").click()
        assert figure.state() == opened


def plays_and_can_be_read(figure):
    if figure.button("Play").count():
        figure.button("Play").click()
        figure.frames(10)
    assert figure.element.evaluate(UNREADABLE) == []


def picture_before_it_wakes(figure):
    """Find the still, or the picture of the gallery that stands for it."""
    return figure.element.locator(".live-still:visible, :is(img, video).only-light").first


@pytest.mark.parametrize(
    ("width", "scheme"), [(320, "light"), (360, "dark"), (768, "light"), (1280, "dark")]
)
def test_on_a_screen(open_figure, name, width, scheme):
    figure = open_figure(name, width=width, color_scheme=scheme, awake=False)
    wakes_and_moves_nothing(figure)
    has_the_colours_of(figure, scheme)
    figure.open_settings()
    assert figure.page.evaluate("document.documentElement.scrollWidth") <= width
    assert figure.element.evaluate(OVERHANG) == []
    has_large_labelled_controls(figure)
    if width in (360, 1280):
        is_reached_by_tab_and_its_ring_crosses_nothing(figure)
        says_what_it_shows_and_goes_back(figure)
    can_be_read_at_all_ends(figure)
    plays_and_can_be_read(figure)


def test_on_a_touch_screen(open_figure, name):
    figure = open_figure(name, width=360, has_touch=True, is_mobile=True)
    figure.open_settings()
    # A swipe that begins on a slider scrolls, and leaves it alone.
    before = figure.state()
    box = figure.element.get_by_role("slider").first.bounding_box()
    x, y = box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2
    scrolled = figure.page.evaluate("scrollY")
    figure.swipe([(x, y - 15 * i) for i in range(10)])
    figure.page.wait_for_function(f"scrollY > {scrolled} + 20")
    after = figure.state()
    assert {**after, "step": None} == {**before, "step": None}
    a_finger_keeps_what_it_holds(figure)


def a_finger_keeps_what_it_holds(figure):
    figure.page.evaluate(
        "() => { addEventListener('pointercancel', () => { window.lost = true; }); }"
    )

    def kept(handle):
        figure.bring(handle, "center")
        figure.page.evaluate("() => { window.lost = false; }")
        box = handle.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        inwards = 1 if x < 180 else -1
        figure.swipe([(x + inwards * 8 * i, y + i) for i in range(12)])
        return not figure.page.evaluate("window.lost")

    for handle in figure.stage.locator(".live-handle").all():
        # A busy browser may look for what a finger touches in what it drew a moment ago.
        assert kept(handle) or kept(handle) or kept(handle)


@pytest.mark.parametrize(("width", "height"), [(360, 740), (740, 360)])
def test_on_a_phone_each_slider_is_seen_with_all_that_it_changes(open_figure, name, width, height):
    figure = open_figure(name, width=width, has_touch=True, is_mobile=True)
    figure.page.set_viewport_size({"width": width, "height": height})
    figure.open_settings()
    header = figure.page.locator(".mobile-header")
    picture = figure.stage.locator(".live-plots").first
    outcome = figure.stage.locator(".live-outcome")
    for slider in figure.element.get_by_role("slider").all():
        control = slider.locator("..")
        figure.bring(control, "end")
        # On a phone on its side, the picture stands beside what one reads and does.
        beside = [] if width > height else [picture]
        boxes = [part.bounding_box() for part in (header, *beside, outcome, control)]
        # To a pixel: lines of text are not whole pixels high.
        for upper, lower in itertools.pairwise(boxes):
            assert upper["y"] + upper["height"] <= lower["y"] + 1
        assert boxes[-1]["y"] + boxes[-1]["height"] <= height + 1


def test_tab_wakes_a_sleeping_figure_and_reaches_its_controls(open_figure, name):
    figure = open_figure(name, awake=False)
    figure.page.wait_for_function(f"() => !!customElements.get('live-{name}')")
    # One that is on the first screen does not sleep.
    asleep = "(figure) => !figure.stage && figure.tabIndex === 0"
    if figure.element.evaluate(asleep):
        figure.element.evaluate("(figure) => figure.focus({ preventScroll: true })")
        figure.until("figure.stage?.contains(document.activeElement)")
    figure.until("figure.stage && !figure.hasAttribute('tabindex')")
    expect(figure.stage.locator(CONTROLS).first).to_be_visible()


def test_modules_weigh_little_and_paper_shows_the_picture(open_figure, name):
    figure = open_figure(name, forced_colors="active")
    for button in figure.element.get_by_role("button").all():
        ink, paper = button.evaluate(
            "(b) => [getComputedStyle(b).color, getComputedStyle(b).backgroundColor]"
        )
        assert ink != paper
    sizes = figure.compressed()
    assert {name, "element", "plot", "state", "controls"} <= sizes.keys()
    assert sum(sizes.values()) <= 12_000
    figure.page.emulate_media(media="print", forced_colors="none")
    expect(figure.element.locator(".live-stage")).not_to_be_visible()
    expect(picture_before_it_wakes(figure)).to_be_visible()
    assert figure.page.pdf()[:5] == b"%PDF-"


def test_without_javascript_the_picture_stands(open_figure, name):
    figure = open_figure(name, awake=False, java_script_enabled=False)
    for width in (360, 1280):
        figure.page.set_viewport_size({"width": width, "height": 900})
        expect(picture_before_it_wakes(figure)).to_be_visible()
        assert figure.element.locator(".live-stage").count() == 0
        # No room is kept for controls that never come.
        assert figure.element.bounding_box()["height"] < 800
