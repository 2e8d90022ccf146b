"""What a reader does with the live figures, and what the page says then."""

import re

import pytest
from playwright.sync_api import expect

# The article's run


def test_article_run_played_to_its_end(open_figure):
    figure = open_figure("travel", "speed=400")
    assert figure.number("Weight w") == -0.3
    figure.button("Play").click()
    figure.button("Play").wait_for()
    assert figure.number("Weight w") == pytest.approx(-0.2270, abs=5e-5)
    assert figure.number("Loss of this input") == pytest.approx(-0.7584, abs=5e-5)
    assert figure.number("Risk, all inputs") == pytest.approx(-0.2116, abs=5e-5)
    assert "Step 100 of 100, input 100, x = 5.00: weight −0.2270" in figure.status()


def test_reversed_order_ends_elsewhere(open_figure):
    figure = open_figure("travel")
    figure.element.get_by_label("Order of the inputs").select_option("reversed")
    figure.slider("Step").press("End")
    assert figure.number("Weight w") == pytest.approx(-0.624, abs=5e-4)
    assert figure.number("Loss of this input") == pytest.approx(0.001, abs=5e-4)


def test_batch_of_all_is_gradient_descent(open_figure):
    figure = open_figure("travel", "batch=100&passes=50&step=5000")
    assert "all: gradient descent" in figure.element.inner_text()
    assert figure.number("Risk, all inputs") == pytest.approx(-0.2327, abs=5e-5)
    assert figure.number("Loss of this batch") == figure.number("Risk, all inputs")


def test_step_and_reset(open_figure):
    figure = open_figure("travel")
    figure.button("Step").click()
    figure.button("Step").click()
    assert figure.status().startswith("Step 2 of 100")
    figure.button("Reset").click()
    assert figure.status().startswith("Step 0 of 100")


def test_status_speaks_on_pause_only(open_figure):
    figure = open_figure("travel", "speed=30")
    said = figure.element.evaluate_handle(
        """(figure) => {
            const said = [];
            const status = figure.querySelector(".live-status");
            new MutationObserver(() => said.push(status.textContent)).observe(status, {childList: true});
            return said;
        }"""
    )
    figure.button("Play").click()
    figure.until("figure.state.step > 10")
    assert said.json_value() == []
    figure.button("Pause").click()
    assert len(said.json_value()) == 1


# The other figures' insights


def test_slice_follows_the_input(open_figure):
    figure = open_figure("surface")
    before = figure.element.locator(".live-line").get_attribute("d")
    figure.slider("Input x").press("ArrowRight")
    assert figure.readouts()["Input x"] == "2.05"
    assert figure.element.locator(".live-line").get_attribute("d") != before
    figure.button("From above").click()
    assert "Seen from 20°, 55° up" in figure.status()


def test_surface_is_drawn_and_turns(open_figure):
    figure = open_figure("surface")
    canvas = figure.element.locator("canvas")
    before = canvas.screenshot()
    figure.drag(80, grip=".live-relief")
    assert canvas.screenshot() != before
    figure.address_has("turn=-100")


def test_batches_shrink_the_spread(open_figure):
    figure = open_figure("gradients", "inputs=100")
    single = figure.number("Spread of the gradients")
    assert figure.number("Mean of the gradients") == figure.number("Slope of the risk")
    for _ in range(4):
        figure.slider("Batch size").press("ArrowRight")
    ten = figure.number("Spread of the batches")
    # Without replacement: σ²/b · (N − b)/(N − 1).
    assert ten == pytest.approx(single * (90 / 99 / 10) ** 0.5, rel=0.05)
    assert figure.number("Mean of 2000 batches") == pytest.approx(
        figure.number("Slope of the risk"), abs=5 * ten / 2000**0.5
    )


def share(figure, name):
    [text] = [t for t in figure.element.locator("li").all_inner_texts() if name in t]
    return float(re.search(r"([\d.]+) %", text).group(1))


def test_crowd_leaves_the_trap(open_figure):
    figure = open_figure("crowd", "speed=50&passes=20&walkers=1000")
    assert share(figure, "w = 0.19") == 100
    figure.button("Play").click()
    figure.button("Play").wait_for()
    assert figure.readouts()["Passes"] == "20 of 20"
    assert share(figure, "w = 0.84") > 90
    assert share(figure, "deepest, w = −0.33") == 0
    assert "1000 walkers have left their valley" in figure.status()


def test_crowd_stays_with_small_steps(open_figure):
    figure = open_figure("crowd", "speed=50&passes=20&walkers=1000&eta=0.005")
    figure.button("Play").click()
    figure.button("Play").wait_for()
    assert share(figure, "w = 0.19") > 99


# Hands


@pytest.mark.parametrize("which", ["travel", "crowd", "gradients", "surface"])
def test_handle_is_dragged_and_has_a_slider_twin(open_figure, which):
    label = {
        "travel": "Start w₀",
        "crowd": "Start w₀",
        "gradients": "Weight w₀",
        "surface": "Weight w",
    }
    figure = open_figure(which)
    if which in ("travel", "crowd"):
        figure.open_settings()
    twin = figure.slider(label[which])
    before = twin.get_attribute("aria-valuetext")
    figure.drag(60)
    dragged = twin.get_attribute("aria-valuetext")
    assert dragged != before
    twin.press("ArrowLeft")
    assert twin.get_attribute("aria-valuetext") != dragged


def test_touch_plays_and_drags(open_figure):
    figure = open_figure("travel", "speed=400", width=360, has_touch=True, is_mobile=True)
    figure.button("Play").tap()
    figure.button("Play").wait_for()
    assert figure.number("Weight w") == -0.227
    box = figure.element.locator(".live-knob").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = figure.page.context.new_cdp_session(figure.page)
    for kind, points in [
        ("touchStart", [{"x": x, "y": y}]),
        ("touchMove", [{"x": x + 20, "y": y}]),
        ("touchMove", [{"x": x + 40, "y": y}]),
        ("touchEnd", []),
    ]:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(figure.shown("Weight w")).not_to_have_text("−0.2270")
    # The first few pixels of a touch may go by before it counts as a drag.
    assert -0.25 < figure.number("Weight w") < 0


def test_everything_can_be_reached_by_tab(open_figure, name):
    figure = open_figure(name)
    figure.open_settings()
    controls = figure.element.locator("button, input, select")
    figure.element.locator("button, input, select").first.focus()
    for _ in range(controls.count() - 1):
        assert figure.page.evaluate("document.activeElement.matches(':focus-visible')")
        ring = figure.page.evaluate(
            """() => {
                const focused = document.activeElement;
                const ringed = focused.type === "range" ? focused.parentElement : focused;
                return getComputedStyle(ringed).outlineStyle;
            }"""
        )
        assert ring == "solid"
        figure.page.keyboard.press("Tab")
    assert controls.last.evaluate("(e) => e === document.activeElement")


@pytest.mark.parametrize("width", [320, 1280])
def test_targets_are_large(open_figure, name, width):
    figure = open_figure(name, width=width)
    figure.open_settings()
    for control in figure.element.locator("button, input, select").all():
        box = control.bounding_box()
        assert box["height"] >= 44
        assert box["width"] >= 44
    for grip in figure.element.locator(".live-grip").all():
        assert grip.bounding_box()["width"] >= 44


def test_controls_have_labels(open_figure, name):
    figure = open_figure(name)
    figure.open_settings()
    for control in figure.element.locator("input, select").all():
        assert control.evaluate("(c) => c.labels.length === 1 && c.labels[0].offsetHeight > 0")
    for slider in figure.element.get_by_role("slider").all():
        shown = slider.evaluate("(s) => s.parentElement.querySelector('.live-value').textContent")
        assert shown == slider.get_attribute("aria-valuetext")


def test_picture_says_what_it_shows(open_figure, name):
    figure = open_figure(name)
    picture = figure.element.get_by_role("img")
    before = picture.get_attribute("aria-label")
    assert len(before) > 40
    figure.element.get_by_role("slider").first.press("PageUp")
    assert picture.get_attribute("aria-label") != before


# The address


def test_copied_link_restores_the_state(open_figure):
    permissions = ["clipboard-read", "clipboard-write"]
    figure = open_figure("travel", permissions=permissions)
    figure.drag(40)
    for _ in range(7):
        figure.button("Step").click()
    figure.slider("Learning rate η").press("PageUp")
    figure.button("Copy link").click()
    link = figure.page.evaluate("navigator.clipboard.readText()")
    seen = figure.readouts()
    figure.page.goto("about:blank")
    figure.page.goto(link)
    figure.wake()
    assert figure.readouts() == seen
    figure.page.reload()
    figure.wake()
    assert figure.readouts() == seen


def test_link_in_the_prose_is_obeyed_and_back_leads_back(open_figure):
    figure = open_figure("travel")
    figure.page.evaluate(
        """() => document.querySelector("h1").insertAdjacentHTML("afterend",
            '<p><a class="live-link" href="?order=reversed&step=100#travel">reverse</a></p>')"""
    )
    figure.slider("Step").press("End")
    assert figure.number("Weight w") == -0.227
    figure.page.get_by_role("link", name="reverse", exact=True).first.click()
    assert figure.number("Weight w") == pytest.approx(-0.6243, abs=5e-5)
    assert figure.status().startswith("Step 100 of 100")
    figure.page.go_back()
    expect(figure.shown("Weight w")).to_have_text("−0.2270")
    figure.page.go_forward()
    expect(figure.shown("Weight w")).to_have_text("−0.6243")


def test_other_anchors_leave_the_figure_alone(open_figure):
    figure = open_figure("travel")
    figure.slider("Step").press("End")
    figure.address_has("step=100")
    figure.page.evaluate(
        """() => new Promise((resolve) => {
            addEventListener("popstate", resolve, { once: true });
            location.hash = "somewhere";
        })"""
    )
    assert figure.number("Weight w") == -0.227


def test_dragging_makes_no_history(open_figure):
    figure = open_figure("gradients")
    before = figure.page.evaluate("history.length")
    figure.drag(50)
    figure.address_has("w=")
    assert figure.page.evaluate("history.length") == before


def test_opening_settings_come_back(open_figure, name):
    figure = open_figure(name)
    seen = figure.state()
    slider = figure.element.get_by_role("slider").first
    slider.press("End")
    slider.press("PageDown")
    assert figure.state() != seen
    figure.open_settings()
    figure.button("Opening settings").click()
    assert figure.state() == seen


# Rest


def test_without_motion_the_end_is_shown_at_once(open_figure):
    figure = open_figure("travel", "speed=1", reduced_motion="reduce")
    seen = figure.element.evaluate_handle(
        """(figure) => {
            const seen = [];
            const weight = figure.querySelector("dd");
            new MutationObserver(() => seen.push(weight.textContent)).observe(weight, {childList: true});
            return seen;
        }"""
    )
    figure.button("Play").click()
    expect(figure.shown("Weight w")).to_have_text("−0.2270")
    assert set(seen.json_value()) <= {"−0.3000", "−0.2270"}
    figure = open_figure("crowd", "passes=5&walkers=500", reduced_motion="reduce")
    figure.button("Play").click()
    expect(figure.shown("Passes")).to_have_text("5 of 5")


def test_figure_rests_off_screen(open_figure):
    figure = open_figure("travel", "speed=20&passes=200", width=360)
    figure.button("Play").click()
    figure.until("figure.state.step > 0")
    figure.page.evaluate("document.querySelector('live-travel').style.marginBottom = '3000px'")
    figure.page.evaluate("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    # The browser tells a figure with its next frames that it is off screen.
    figure.frames(10)
    before = figure.state()["step"]
    figure.frames(30)
    assert figure.state()["step"] == before
    figure.wake()
    figure.until(f"figure.state.step > {before}")


# Every page and every screen


@pytest.mark.parametrize(
    ("width", "scheme"), [(320, "light"), (360, "dark"), (768, "light"), (1280, "dark")]
)
def test_waking_moves_nothing_and_fits(open_figure, name, width, scheme):
    figure = open_figure(name, width=width, color_scheme=scheme, awake=False)
    # Before a figure wakes, equations may move by a hair when their fonts arrive.
    figure.frames(2)
    figure.page.evaluate("() => document.fonts.ready.then(() => null)")
    figure.frames(3)
    figure.page.evaluate(
        """() => {
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
    )
    reserved = figure.element.bounding_box()["height"]
    figure.wake()
    figure.frames(10)
    assert figure.element.bounding_box()["height"] == reserved
    assert figure.page.evaluate("window.shifted") == []
    figure.open_settings()
    assert figure.page.evaluate("document.documentElement.scrollWidth") <= width
    overhang = figure.element.evaluate(
        """(figure) => {
            const edge = figure.getBoundingClientRect().right;
            const parts = figure.querySelectorAll(".live-stage :is(button, label, dt, dd, li, select, text)");
            return Array.from(parts).filter((p) => p.getBoundingClientRect().right > edge + 8
                || p.scrollWidth > p.clientWidth + 1).map((p) => p.textContent);
        }"""
    )
    assert overhang == []


def test_page_has_at_most_12_kilobytes_of_modules(open_figure, name):
    figure = open_figure(name)
    sizes = figure.compressed()
    assert {name, "element", "math", "plot", "state", "controls"} <= sizes.keys()
    # Each figure of a page may add its own module.
    figures = figure.page.locator(".live-element").evaluate_all(
        "(figures) => figures.map((figure) => figure.localName.slice('live-'.length))"
    )
    others = {*figures} - {name}
    assert sum(size for module, size in sizes.items() if module not in others) <= 12_000


def test_without_javascript_the_picture_stands(open_figure, name):
    figure = open_figure(name, awake=False, java_script_enabled=False)
    assert figure.element.locator(":is(img, video).only-light").first.is_visible()
    assert figure.element.locator(".live-stage").count() == 0
    # No room is kept for controls that never come.
    assert figure.element.bounding_box()["height"] < 800


def test_print_shows_the_picture(open_figure, name):
    figure = open_figure(name)
    figure.page.emulate_media(media="print")
    assert not figure.element.locator(".live-stage").is_visible()
    assert figure.element.locator(":is(img, video).only-light").first.is_visible()
    assert figure.page.pdf()[:5] == b"%PDF-"


def test_without_webgl_the_picture_stays(open_figure):
    figure = open_figure("surface", awake=False, width=360)
    figure.page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    figure.page.reload()
    figure.element.evaluate("(figure) => figure.scrollIntoView({ behavior: 'instant' })")
    figure.page.wait_for_function("() => !!customElements.get('live-surface')")
    figure.frames(10)
    picture = figure.element.locator(":is(img, video).only-light").first
    assert picture.is_visible()
    assert figure.element.locator(".live-stage").count() == 0
    # No room is kept for controls that never come.
    room = figure.element.bounding_box()["height"] - picture.bounding_box()["height"]
    assert room < 20


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_follow_the_theme_switch(open_figure, name, scheme):
    figure = open_figure(name, color_scheme=scheme)
    ink = f"getComputedStyle(document.querySelector('live-{name} .live-stage')).color"
    light, dark = "rgb(27, 31, 36)", "rgb(232, 234, 237)"
    assert figure.page.evaluate(ink) == (dark if scheme == "dark" else light)
    for theme, colour in [("light", light), ("dark", dark)]:
        figure.page.evaluate("(theme) => { document.body.dataset.theme = theme; }", theme)
        assert figure.page.evaluate(ink) == colour


def test_forced_colours_keep_everything_visible(open_figure, name):
    figure = open_figure(name, forced_colors="active")
    for button in figure.element.get_by_role("button").all():
        ink, paper = button.evaluate(
            "(b) => [getComputedStyle(b).color, getComputedStyle(b).backgroundColor]"
        )
        assert ink != paper


# Words stand clear of each other: two boxes of text on one plot that share more than a hair.
COLLISIONS = """(figure) => {
    const shared = (p, q) => Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1
        && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 4;
    return Array.from(figure.querySelectorAll(".live-plot"), (plot) => {
        const texts = Array.from(plot.querySelectorAll("text")).filter((t) => t.textContent);
        const boxes = texts.map((text) => text.getBoundingClientRect());
        return texts.flatMap((text, i) => texts.slice(i + 1)
            .filter((_, j) => shared(boxes[i], boxes[i + 1 + j]))
            .map((other) => `${text.textContent} / ${other.textContent}`));
    }).flat();
}"""


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_words_on_a_plot_stand_clear_of_each_other(open_figure, name, width):
    figure = open_figure(name, width=width)
    sliders = figure.element.get_by_role("slider").all()
    for key in ("", "Home", "End"):
        for slider in sliders if key else [sliders[0]]:
            if key:
                slider.press(key)
            assert figure.element.evaluate(COLLISIONS) == []


def test_ring_of_the_focus_crosses_no_words(open_figure, name):
    figure = open_figure(name, width=360)
    figure.open_settings()
    for slider in figure.element.get_by_role("slider").all():
        slider.press("ArrowRight")
        crossed = slider.evaluate(
            """(slider) => {
                const control = slider.parentElement;
                const { outlineStyle, outlineOffset, outlineWidth } = getComputedStyle(control);
                if (outlineStyle !== "solid") return ["no ring"];
                const ring = parseFloat(outlineOffset) + parseFloat(outlineWidth);
                const { top, bottom } = control.getBoundingClientRect();
                const labels = slider.closest(".live-stage").querySelectorAll("label, button, text");
                return Array.from(labels).filter((label) => {
                    const box = label.getBoundingClientRect();
                    const own = label === slider.labels[0];
                    return own ? box.top < top : box.bottom > top - ring && box.top < bottom + ring
                        && !(box.right < control.getBoundingClientRect().left)
                        && !(box.left > control.getBoundingClientRect().right);
                }).map((label) => label.textContent);
            }"""
        )
        assert crossed == []
