"""What a reader does with the live figures, and what the page says then."""

import json
import re
from itertools import combinations

import numpy as np
import pytest
from matplotlib import colormaps
from matplotlib.colors import to_rgb
from playwright.sync_api import expect

from sgd_explained import gradient, problems
from sgd_explained.measure import fraction
from sgd_explained.palette import GUIDE, SHARES, VALLEYS

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
    figure.open_settings()
    assert "all: gradient descent" in figure.element.inner_text()
    assert figure.number("Risk, all inputs") == pytest.approx(-0.2327, abs=5e-5)
    assert figure.number("Loss of this batch") == figure.number("Risk, all inputs")


def test_draws_with_replacement_are_not_all_inputs(open_figure):
    figure = open_figure("travel", "batch=100&order=replacement&step=1")
    figure.open_settings()
    assert "gradient descent" not in figure.element.inner_text()
    assert "these 100 inputs" in figure.stage.locator(".live-plots").get_attribute("aria-label")
    assert figure.number("Loss of this batch") != figure.number("Risk, all inputs")


def test_a_batch_of_ten_inputs_is_no_larger(open_figure):
    figure = open_figure("crowd", "data=ten&batch=50&walkers=10&order=replacement")
    assert "batches of 10," in figure.stage.locator(".live-plots").get_attribute("aria-label")


def test_step_and_reset(open_figure):
    figure = open_figure("travel")
    figure.button("One step").click()
    figure.button("One step").click()
    assert figure.status().startswith("Step 2 of 100")
    figure.open_settings()
    figure.button("To the start").click()
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
    before = figure.stage.locator(".live-line").get_attribute("d")
    figure.slider("Input x").press("ArrowRight")
    assert figure.readouts()["Input x"] == "2.05"
    assert figure.stage.locator(".live-line").get_attribute("d") != before
    figure.open_settings()
    figure.button("From above").click()
    assert "Seen from 20°, 55° up" in figure.status()


@pytest.mark.parametrize("width", [360, 1280])
def test_words_around_the_surface_never_meet(open_figure, width):
    figure = open_figure("surface", width=width)
    for turn, tilt in [(-60, 5), (-60, 85), (0, 45), (90, 10), (135, 80)]:
        figure.element.evaluate("(figure, view) => figure.set(view)", {"turn": turn, "tilt": tilt})
        figure.frames()
        boxes = figure.element.locator(".live-relief svg text").evaluate_all(
            "texts => texts.map(text => text.getBoundingClientRect())"
            ".map(({ left, right, top, bottom }) => [left, right, top, bottom])"
        )
        assert len(boxes) > 5
        for (a, b, c, d), (e, f, g, h) in combinations(boxes, 2):
            assert b <= e or f <= a or d <= g + 3 or h <= c + 3, (turn, tilt)


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
    [text] = [t for t in figure.stage.locator("li").all_inner_texts() if name in t]
    return float(re.search(r"([\d.]+) %", text).group(1))


def test_crowd_leaves_the_trap(open_figure):
    figure = open_figure("crowd", "speed=50&passes=20&walkers=1000")
    assert share(figure, "trap") == 100
    figure.button("Play").click()
    figure.button("Play").wait_for()
    assert figure.readouts()["Passes"] == "20 of 20"
    assert share(figure, "medium valley") > 90
    assert share(figure, "deepest valley") == 0
    assert "1000 walkers are outside their valley" in figure.status()


def test_a_valley_has_the_colour_that_it_has_in_static_figures(open_figure):
    places = open_figure("crowd").stage.locator(".live-counts li")
    drawn = places.evaluate_all("places => places.map((place) => getComputedStyle(place).color)")
    wanted = [tuple(round(255 * part) for part in to_rgb(colour)) for colour in (*VALLEYS, GUIDE)]
    assert drawn == [f"rgb{colour}" for colour in wanted]


def test_crowd_stays_with_small_steps(open_figure):
    figure = open_figure("crowd", "speed=50&passes=20&walkers=1000&eta=0.005")
    figure.button("Play").click()
    figure.button("Play").wait_for()
    assert share(figure, "trap") > 99


def test_walkers_leave_the_trap_by_themselves(open_figure):
    figure = open_figure("trap", "eta=0.04")
    expect(figure.button("Pause")).to_be_visible()
    figure.until("figure.counted > 250")
    figure.button("Pause").click()
    assert "Gradient descent is in the trap" in figure.status()


def test_nobody_leaves_without_noise(open_figure):
    figure = open_figure("trap", "eta=0.003")
    figure.until("figure.crowd.passes > 6")
    figure.button("Pause").click()
    assert "0 of 300 walkers are out of the trap" in figure.status()


def test_home_stands_still_for_who_wants_no_motion(open_figure):
    figure = open_figure("trap", reduced_motion="reduce")
    expect(figure.button("Play")).to_be_visible()
    before = figure.status(), figure.stage.locator(".live-dots").get_attribute("d")
    figure.frames(10)
    assert (figure.status(), figure.stage.locator(".live-dots").get_attribute("d")) == before


@pytest.mark.parametrize(
    ("eta", "zone", "factor"),
    [
        (0.02, "too small", 0.96),
        (0.25, "good", 0.5),
        (0.5, "exact", 0),
        (0.9, "swings", -0.8),
        (1, "for ever", -1),
        (1.1, "flies off", -1.2),
    ],
)
def test_zone_of_the_bowl_lights_up(open_figure, eta, zone, factor):
    figure = open_figure("bowl", f"eta={eta}")
    assert figure.stage.locator("text.live-lit").text_content() == zone
    assert figure.number("Each step multiplies the distance by") == factor
    assert f"Learning rate {eta}: {zone}." in figure.element.get_by_role("img").get_attribute(
        "aria-label"
    )


def test_ball_of_the_bowl_is_dropped_elsewhere(open_figure):
    figure = open_figure("bowl")
    box = figure.stage.locator(".live-plot").first.bounding_box()
    figure.page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 60)
    assert figure.state()["start"] > 4


def test_basins_are_painted(open_figure):
    figure = open_figure("basins")
    figure.button("Drop 101").click()
    figure.button("Drop it").wait_for()
    # As RiskLandscape.basin says for 101 starts from −1 to 1.5.
    assert (
        "101 came to rest: 40 in the deepest valley, 12 in the trap, 48 in the medium valley, "
        "1 on a hilltop." in figure.status()
    )


def test_steps_of_the_ball_are_short_at_every_setting(open_figure):
    figure = open_figure("basins", "eta=1")
    bend = problems.trap.risk_curvature(np.linspace(-1, 1.5, 2501)).max()
    assert 0.05 < figure.state()["eta"] < 1 / bend


def test_ball_rolls_to_the_valley_downhill(open_figure):
    figure = open_figure("basins", "start=0.36")
    figure.button("Drop it").click()
    figure.button("Drop it").wait_for()
    assert "1 came to rest: 0 in the deepest valley, 0 in the trap, 1 in the medium valley" in (
        figure.status()
    )


CELL = "η / b"


def place_of(figure, column, row):
    """Where a cell of the map is on the screen."""
    return figure.element.evaluate(
        """(figure, [column, row]) => {
            const { left, top } = figure.plot.svg.getBoundingClientRect();
            const middle = (ends, i) => (ends[i] + ends[i + 1]) / 2;
            return [left + middle(figure.columns, column), top + middle(figure.rows, row)];
        }""",
        [column, row],
    )


def shares_of(figure):
    """Ours and the reader's share, in per cent, of the cell that is chosen on the map."""
    return [float(figure.readouts()[name].removesuffix(" %")) for name in ("Ours", "Yours")]


def near(figure):
    """Whether the reader's share lies within the interval of ours."""
    ours, yours = shares_of(figure)
    interval = fraction(np.arange(400) < round(4 * ours))
    return interval.low <= yours / 100 <= interval.high


def test_map_shows_what_its_script_tells(open_figure):
    figure = open_figure("map")
    head, *rows = json.loads(figure.element.get_attribute("data-numbers"))
    page = figure.page.url.partition("learn/")[0]
    told = figure.page.request.get(f"{page}gallery/4_noise/plot_escape_map.numbers.json").json()
    cells = told["numbers"]["shares"]["rows"]
    assert [head, *rows] == [[cell["value"] for cell in row] for row in cells]
    script = figure.page.evaluate(
        """async () => {
            const late = document.querySelector("script[data-late]").dataset.late;
            const scripts = new URL(late, location);
            const { dataset } = document.querySelector("live-map");
            const { RATES, SIZES } = await import(new URL(dataset.module, scripts));
            return [RATES, SIZES];
        }"""
    )
    assert [head[1:], [row[0] for row in rows]] == [pytest.approx(script[0], rel=1e-15), script[1]]


def test_cell_of_the_map_is_run_by_mouse(open_figure):
    figure = open_figure("map")
    assert figure.readouts() == {CELL: "0.0141", "Ours": "?", "Yours": "?"}
    assert "0 of 119 cells run" in told(figure)
    for column, row in [(1, 0), (10, 3), (12, 2), (11, 4), (15, 6)]:
        figure.page.mouse.click(*place_of(figure, column, row))
        figure.until("!figure.playing")
        state = figure.state()
        head, *rows = json.loads(figure.element.get_attribute("data-numbers"))
        assert state["eta"] == pytest.approx(head[1 + column], rel=0.01)
        assert state["batch"] == rows[row][0]
        assert shares_of(figure)[0] == pytest.approx(100 * rows[row][1 + column], abs=0.05001)
        assert near(figure)
    assert "5 of 119 cells run" in told(figure)
    assert "Ours: 100.0 %, yours: 100.0 %" in figure.status()
    figure.address_has("eta=0.905&batch=100")
    figure.open_settings()
    figure.button("As it opened").click()
    assert "0 of 119 cells run" in told(figure)


def test_cell_of_the_map_is_run_by_keyboard(open_figure):
    figure = open_figure("map")
    figure.stage.locator(".live-keys").focus()
    for key in ("ArrowUp", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown"):
        figure.page.keyboard.press(key)
    assert "Learning rate 0.04, batch size 1, η / b = 0.04." in figure.status()
    figure.page.keyboard.press("Enter")
    figure.until("!figure.playing && figure.yours.length")
    assert figure.readouts() == {CELL: "0.04", "Ours": "100.0 %", "Yours": "100.0 %"}
    # The sliders and the button do the same.
    figure.slider("Batch size b").press("End")
    figure.button("Run cell").press("Enter")
    figure.until("!figure.playing && figure.yours.length > 100")
    assert shares_of(figure) == [0, 0]
    assert "one walker stands for all" in told(figure)


def test_cell_of_the_map_is_run_by_touch_and_a_swipe_scrolls(open_figure):
    figure = open_figure("map", width=360, has_touch=True, is_mobile=True)
    x, y = place_of(figure, 8, 2)
    figure.swipe([(x, y - 15 * i) for i in range(10)])
    figure.page.wait_for_function("scrollY > 20")
    assert figure.element.evaluate("(figure) => figure.yours.length") == 0
    figure.wake()
    figure.page.touchscreen.tap(*place_of(figure, 8, 2))
    figure.until("!figure.playing && figure.yours.length")
    assert figure.state() == {"eta": 0.08, "batch": 5, "seed": 1}
    assert near(figure)


def test_address_runs_its_cell_and_gives_the_same_again(open_figure):
    seen = []
    for seed in (1, 2, 1):
        figure = open_figure("map", f"eta=0.03&batch=2&seed={seed}&play")
        figure.until("!figure.playing && figure.yours.length")
        assert figure.state()["eta"] == 0.0283
        seen.append(shares_of(figure))
    assert seen[0] == seen[2]
    assert seen[0] != seen[1]


def test_whole_map_is_run_until_the_reader_pauses(open_figure):
    figure = open_figure("map")
    figure.button("Run all").click()
    figure.until("Object.keys(figure.yours).length > 2")
    figure.button("Pause").click()
    run = figure.element.evaluate("(figure) => Object.keys(figure.yours)")
    assert f"{len(run)} of 119 cells run" in figure.status()
    figure.button("Run cell").click()
    figure.until(f"Object.keys(figure.yours).length > {len(run)}")
    figure.button("Pause").click()
    figure.slider("Learning rate η").press("End")
    figure.button("Run cell").click()
    figure.until("!figure.playing")
    assert figure.state() == {"eta": 1.28, "batch": 1, "seed": 1}
    assert near(figure)


def test_map_has_the_colours_of_shares(open_figure):
    figure = open_figure("map")
    fills = figure.element.evaluate(
        """(figure) => Array.from(figure.pale.children, (path) => {
            const context = document.createElement("canvas").getContext("2d");
            context.fillStyle = getComputedStyle(path).fill;
            context.fillRect(0, 0, 1, 1);
            return [parseInt(path.style.getPropertyValue("--share")), ...context.getImageData(0, 0, 1, 1).data];
        })"""
    )
    assert {0, 100} < {share for share, *_ in fills}
    for share, *colour in fills:
        ours = 255 * np.array(colormaps[SHARES](share / 100))
        np.testing.assert_allclose(colour, ours, rtol=0, atol=1 if share in (0, 100) else 32)


def told(figure):
    """The sentence under the picture."""
    return figure.element.locator(".live-verdict").inner_text()


def test_slope_under_the_finger(open_figure):
    figure = open_figure("tangent", "y=-2")
    assert told(figure).endswith("its slope −0.586: descent would go right.")
    figure.slider("Output y").press("End")
    assert "almost level" in told(figure)


def test_other_losses_have_other_slopes(open_figure):
    figure = open_figure("tangent", "y=-3&loss=huber")
    assert "the loss is 2.500 and its slope −1.000" in told(figure)
    figure.open_settings()
    figure.element.get_by_label("Loss", exact=True).select_option("double_well")
    assert "the loss is 16.000 and its slope −24.000" in told(figure)
    knob = figure.stage.locator(".live-grip").bounding_box()
    plot = figure.stage.locator(".live-plot").bounding_box()
    assert knob["y"] > plot["y"] - 10


def test_inputs_take_turns(open_figure):
    # As the page's table of three opinions says, with its learning rate.
    figure = open_figure("turns", "eta=0.01")
    slopes = []
    for _ in range(3):
        slopes.append(re.search(r"slope (\S+),", told(figure)).group(1))
        figure.button("One step").click()
    assert figure.state()["turn"] == "a"
    assert slopes[0] == "−0.198"
    w = -0.3
    for x in (-5.0, 1.0, 5.0):
        w -= 0.01 * gradient(w, x)
    assert figure.state()["w"] == pytest.approx(w, abs=1e-14)


def test_cards_make_another_order(open_figure):
    figure = open_figure("cards")
    first = figure.element.get_by_role("button", name="Input −5, 1 of 6")
    first.press("ArrowRight")
    assert "Inputs in the order −3, −5, −1, 1, 3, 5." in figure.status()
    figure.page.keyboard.press("ArrowRight")
    assert "Inputs in the order −3, −1, −5, 1, 3, 5." in figure.status()
    cards = [figure.element.locator(".live-card").nth(i).bounding_box() for i in (0, 5)]
    x, y = [(card["x"] + card["width"] / 2, card["y"] + 20) for card in cards]
    figure.page.mouse.move(*x)
    figure.page.mouse.down()
    figure.page.mouse.move(*y, steps=12)
    figure.page.mouse.up()
    assert "Inputs in the order −1, −5, 1, 3, 5, −3." in figure.status()
    figure.button("Reverse").click()
    assert "Inputs in the order 5, 3, 1, −1, −3, −5." in figure.status()


def test_rates_multiply(open_figure):
    figure = open_figure("chain", "w=-0.4&x=2")
    rates = [figure.number(name) for name in figure.readouts()]
    assert rates[0] * rates[1] == pytest.approx(rates[2], abs=2e-3)
    assert rates[2] == pytest.approx(float(gradient(-0.4, 2.0)), abs=5e-4)


def test_last_loss_is_the_last_inputs(open_figure):
    figure = open_figure("last")
    assert figure.number("Last loss") == pytest.approx(-0.7584, abs=5e-5)
    assert figure.number("Risk, all inputs") == pytest.approx(-0.2116, abs=5e-5)
    figure.slider("Which input comes last").press("Home")
    assert figure.number("Last loss") > -0.1


@pytest.mark.parametrize(
    ("eta", "gate"), [(0.06, "shut on both sides"), (0.085, "right only"), (0.12, "both ways")]
)
def test_wall_opens_to_one_side_first(open_figure, eta, gate):
    figure = open_figure("wall", f"eta={eta}", reduced_motion="reduce")
    figure.button("Play").click()
    figure.until("figure.crowds[0].passes === 50")
    assert gate in figure.status()
    out, into = (int(n) for n in re.findall(r"(\d+) of the 150", told(figure)))
    assert (out > 0) == (eta > 0.07)
    assert into == 0 or eta > 0.1


def test_wall_tells_where_walkers_are_and_not_how_often_they_crossed(open_figure):
    figure = open_figure("wall", "eta=0.13", reduced_motion="reduce")
    figure.button("Play").click()
    figure.until("figure.crowds[0].passes === 50")
    there = figure.element.evaluate(
        """(figure) => figure.crowds.map(({ weights }, i) =>
            weights.filter((w) => (i ? w < 0 : w > 0)).length)"""
    )
    assert (
        f"{there[0]} of the 150 from the left are on the right, "
        f"and {there[1]} of the 150 from the right are on the left." in told(figure)
    )


def test_cycle_is_born_at_the_limit(open_figure):
    for eta, said in [(0.5, "settles in one weight"), (0.6, "goes round 2 weights")]:
        figure = open_figure("cycles", f"eta={eta}")
        assert told(figure).endswith(f"gradient descent {said}.")


def test_sweep_paints_the_diagram(open_figure):
    figure = open_figure("cycles", reduced_motion="reduce")
    assert figure.element.evaluate("(figure) => figure.painted.size") == 1
    figure.button("Sweep η").click()
    figure.until("figure.state.eta === 0.85")
    assert figure.element.evaluate("(figure) => figure.painted.size") > 70


def test_constant_steps_settle_least(open_figure):
    figure = open_figure("settling", "eta=0.05")
    distances = figure.element.evaluate(
        """async (figure) => {
            const late = document.querySelector("script[data-late]").dataset.late;
            const scripts = new URL(late, location);
            const { distance } = await import(new URL(figure.dataset.module, scripts));
            return Object.values(figure.walks).map(distance);
        }"""
    )
    assert distances[0] == max(distances)
    assert min(distances) == distances[3]
    assert f"least in the fourth strip, {distances[3]:.3f}." in told(figure)
    before = told(figure)
    figure.button("Draw anew").click()
    assert told(figure) != before


@pytest.mark.parametrize(("eta", "where"), [(0.2, "away from it"), (0.7, "to it"), (1.4, "away")])
def test_walks_go_to_the_maximum_within_the_window(open_figure, eta, where):
    figure = open_figure("peak", f"eta={eta}")
    assert f"all go {where}" in told(figure)
    nearer = int(told(figure).split()[0])
    assert nearer > 10 if where == "to it" else nearer < 4


@pytest.mark.parametrize("rule", ["with", "without"])
def test_mean_of_batches_closes_in(open_figure, rule):
    figure = open_figure("batches", f"rule={rule}", reduced_motion="reduce")
    slope = figure.number("Slope of the risk")

    def interval(count):
        value, half = figure.readouts()[f"Mean of {count} batches"].replace("−", "-").split("±")
        assert ("holds" in told(figure)) == (abs(float(value) - slope) <= float(half))
        return float(half)

    before = interval(5)
    figure.button("One more").click()
    assert figure.state()["drawn"] == 6
    figure.button("Draw batches").click()
    figure.until("figure.state.drawn === 200")
    assert interval(200) < before / 3
    assert "holds the slope" in figure.status()
    figure.slider("Batch size b").press("End")
    assert ("No batch is off" in told(figure)) == (rule == "without")
    # A tap on the slope of the risk takes the weight there.
    box = figure.stage.locator(".live-plot").first.bounding_box()
    figure.page.mouse.click(box["x"] + 0.8 * box["width"], box["y"] + 0.5 * box["height"])
    assert figure.state()["w"] > 0.2
    assert figure.number("Slope of the risk") > 0


@pytest.mark.parametrize(("eta", "good"), [(0.0005, True), (0.01, False)])
def test_law_of_the_cloud_is_one_of_small_steps(open_figure, eta, good):
    figure = open_figure("cloud", f"eta={eta}", reduced_motion="reduce")
    figure.button("Play").click()
    figure.until("figure.cloud.time > 4")
    ratio, low, high = (float(n) for n in re.findall(r"\d\.\d+", told(figure)))
    assert low < ratio < high
    assert (low < 1.05) == good
    figure.button("Put all back").click()
    assert told(figure) == "All 2000 walkers stand at the minimum."


@pytest.mark.parametrize("name", ["troughs", "roots", "rivals"])
def test_ball_is_taken_anywhere_on_the_map(open_figure, name):
    figure = open_figure(name)
    before = figure.state()
    box = figure.stage.locator(".live-grip").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    figure.page.mouse.move(x, y)
    figure.page.mouse.down()
    figure.page.mouse.move(x + 50, y + 30, steps=5)
    figure.page.mouse.up()
    after = figure.state()
    assert after["along"] > before["along"]
    assert after["across"] < before["across"]
    box = figure.stage.locator(".live-plot").first.bounding_box()
    figure.page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 0.4 * box["height"])
    assert figure.state()["along"] > 0


def test_step_of_sgd_goes_across_a_trough(open_figure):
    figure = open_figure("troughs", "step=0&eta=0.1")
    assert "Both walks stand at the start" in told(figure)
    figure.button("One step").click()
    crossing = figure.element.evaluate(
        """(figure) => {
            const numbers = (path) => path.getAttribute("d").match(/[-\\d.]+/g).map(Number);
            const [x0, y0, x1, y1] = numbers(figure.stage.querySelector(".live-line.live-input"));
            const [[u0, v0], [u1, v1]] = figure.walks[1];
            return [(x1 - x0) * (u1 - u0) - (y1 - y0) * (v1 - v0), Math.hypot(u1 - u0, v1 - v0)];
        }"""
    )
    assert crossing[1] > 0.1
    assert abs(crossing[0]) < 1e-6
    figure.slider("Step").press("End")
    descent, walker = (float(n) for n in re.findall(r"\d+\.\d+", told(figure)))
    assert descent < 0.01
    assert walker > 0.1
    figure.slider("Learning rate η").press("End")
    assert "gradient descent flies off" in told(figure)


def test_best_pair_leaves_least(open_figure):
    figure = open_figure("roots")
    assert "0.949 of the error, with the best pair 0.667" in told(figure)
    figure.button("Best without momentum").click()
    assert list(figure.readouts().values()) == ["0.923 (creeps)", "0.923 (jumps)"]
    figure.button("Best pair").click()
    assert {text[:5] for text in figure.readouts().values()} == {"0.667"}
    figure.slider("Learning rate η").press("End")
    assert "One direction grows" in told(figure)
    # At the limit itself, 2 / 25 without momentum, it does not.
    assert "One direction swings for ever" in told(open_figure("roots", "eta=0.08&beta=0"))


def test_bar_of_the_two_directions_is_dragged(open_figure):
    figure = open_figure("roots")
    before = figure.state()
    box = figure.stage.locator(".live-grip").last.bounding_box()
    x, y = box["x"] + 24, box["y"] + box["height"] / 2
    figure.page.mouse.move(x, y)
    figure.page.mouse.down()
    figure.page.mouse.move(x + 1, y)
    assert figure.state()["eta"] == pytest.approx(before["eta"], rel=0.1)
    figure.page.mouse.move(x - 30, y + 60, steps=5)
    figure.page.mouse.up()
    assert figure.state()["eta"] < before["eta"]
    assert figure.state()["beta"] < before["beta"]


def counts(figure):
    """How many steps each rule takes."""
    return dict(text.split("\n") for text in figure.element.locator("li").all_inner_texts())


def test_turning_the_ravine_matters_to_rates_for_each_weight(open_figure):
    figure = open_figure("rivals", "eta=0.02")
    straight = counts(figure)
    assert "Each at the best of 25 rates: AdaGrad, after 4 steps." in told(figure)
    figure = open_figure("rivals", "eta=0.02&angle=45")
    aslant = counts(figure)
    assert "Each at the best of 25 rates: plain, after 41 steps." in told(figure)
    same = {name for name in straight if straight[name] == aslant[name]}
    assert {"plain", "momentum"} <= same
    figure.slider("Angle of the ravine").press("Home")
    figure.until("!figure.waiting")
    assert "Each at the best of 25 rates: AdaGrad, after 4 steps." in told(figure)
    assert "Adam" not in same
    # It comes near, leaves again, and is not taken for one that arrived.
    assert straight["RMSProp"] == aslant["RMSProp"] == ">800"


def test_all_that_share_the_lead_are_named(open_figure):
    figure = open_figure("rivals", "angle=45&along=0&across=1")
    assert "Each at the best of 25 rates: plain and AdaGrad, after 2 steps." in told(figure)
    # Who is at the minimum has nowhere to go, and a race of 800 steps says nothing of more.
    assert "nowhere to go" in told(open_figure("rivals", "along=0&across=0"))
    picture = open_figure("rivals").stage.get_by_role("img")
    assert "AdaGrad not within 800 steps" in picture.get_attribute("aria-label")


def test_race_is_run_to_the_last_arrival(open_figure):
    figure = open_figure("rivals", "eta=0.07")
    figure.button("Race").click()
    figure.until("figure.shown > 2 && figure.shown < 100")
    assert "…" in counts(figure).values()
    figure.button("Pause").click()
    assert "…" not in counts(figure).values()
    assert "arrives first" in figure.status()


def bills(figure):
    """What gradient descent and SGD pay, and what is predicted for SGD."""
    return [int(text.replace(",", "")) for text in figure.readouts().values()]


def test_sgd_pays_for_precision_and_gradient_descent_for_samples(open_figure):
    figure = open_figure("race")
    descent, walker, line = bills(figure)
    assert descent == 200
    assert walker == pytest.approx(line, rel=0.2)
    assert "SGD is cheaper" in told(figure)
    # Down the line: the goal becomes finer.
    grip = figure.stage.locator(".live-grip").bounding_box()
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    figure.page.mouse.move(x, y)
    figure.page.mouse.down()
    figure.page.mouse.move(x, y + 60, steps=5)
    figure.page.mouse.up()
    dragged = figure.state()["distance"]
    assert dragged < 0.002
    finer = bills(figure)
    assert finer[0] <= 2 * descent
    # In proportion to 1 / Δ, but for its logarithm.
    assert 0.9 < finer[1] / walker / (0.005 / dragged) < 2
    assert "Gradient descent is cheaper" in told(figure)
    figure.open_settings()
    twin = figure.slider("Wanted distance Δ")
    twin.press("ArrowRight")
    assert figure.state()["distance"] > dragged
    twin.press("End")
    coarse = bills(figure)
    samples = figure.slider("Samples N")
    samples.press("End")
    many = bills(figure)
    assert many[0] == 10_000
    assert many[0] / coarse[0] == 50
    assert many[1:] == pytest.approx(coarse[1:], abs=2)
    # A tap sets the goal, too.
    box = figure.stage.locator(".live-plot").bounding_box()
    figure.page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.7 * box["height"])
    assert figure.state()["distance"] < 0.02
    course = figure.stage.locator(".live-line.live-walker")
    before = bills(figure), course.get_attribute("d")
    figure.button("Draw anew").click()
    assert bills(figure)[0] == before[0][0]
    assert course.get_attribute("d") != before[1]


def test_first_step_of_gradient_descent_is_waited_for(open_figure):
    figure = open_figure("race", "samples=10000")
    figure.button("Race").click()
    figure.until("figure.single.text() !== '…' && figure.full.text() === '…'")
    assert "gradient descent 0, SGD" in told(figure)
    figure.button("Race").wait_for()
    assert figure.status().endswith(told(figure))
    assert bills(figure)[0] == 10_000


# Hands


@pytest.mark.parametrize(
    ("about", "answer"), [("deepest", "0"), ("risk", "−0.212"), ("reversed", "−0.624")]
)
def test_guess_comes_first_and_is_answered(open_figure, about, answer):
    figure = open_figure("guess", f"about={about}&guess=0.2")
    assert answer not in told(figure).split()
    assert figure.stage.locator(".live-measured").last.text_content() == ""
    figure.button("Show what happens").click()
    assert told(figure).endswith(f"It is {answer} here.")
    assert told(figure) in figure.status()


def test_an_answered_guess_stays_until_it_is_forgotten(open_figure, axe):
    figure = open_figure("guess", "guess=0.4", width=360, has_touch=True, is_mobile=True)
    slider = figure.slider("Your guess")
    figure.button("Show what happens").press("Enter")
    again = figure.button("Guess again")
    expect(again).to_be_focused()
    expect(slider).to_be_disabled()
    answered = figure.state() | {"shown": 1}
    names = figure.stage.locator(".live-label")
    assert names.all_text_contents() == [f"answer {told(figure).split()[-2]}", "guess 120"]
    # Nothing moves it: no key, no hand on the handle or on the scale, no finger on the slider.
    again.press("Shift+Tab")
    assert figure.stage.evaluate("(stage) => !stage.contains(document.activeElement)")
    figure.wake()
    figure.drag(60, ".live-knob")
    box = figure.stage.locator(".live-plot").bounding_box()
    figure.page.touchscreen.tap(box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2)
    box = slider.bounding_box()
    figure.page.touchscreen.tap(box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2)
    assert figure.state() == answered
    figure.page.evaluate(axe)
    violations = "axe.run('live-guess', { resultTypes: ['violations'] }).then((r) => r.violations)"
    assert figure.page.evaluate(violations) == []
    # It is as it was when the page comes back.
    figure.address_has("shown=1")
    figure.page.reload()
    figure.wake()
    expect(slider).to_be_disabled()
    assert figure.state() == answered
    again.tap()
    expect(slider).to_be_enabled()
    assert names.all_text_contents() == ["", ""]
    assert "Your guess: 150." in figure.status()
    assert figure.state() == {"about": "left", "guess": 0.5, "shown": 0}
    slider.press("ArrowLeft")
    assert figure.state()["guess"] == 0.49


def test_tab_wakes_an_answered_guess(open_figure):
    figure = open_figure("guess", awake=False)
    figure.page.evaluate("() => history.replaceState({ guess: 'shown=1' }, '')")
    figure.page.reload()
    figure.page.wait_for_function("() => !!customElements.get('live-guess')")
    assert figure.element.evaluate("(figure) => !figure.stage")
    figure.element.evaluate("(figure) => figure.focus({ preventScroll: true })")
    figure.until("figure.stage?.contains(document.activeElement)")


TWINS = {
    "travel": "Start w₀",
    "crowd": "Start w₀",
    "gradients": "Weight w₀",
    "surface": "Weight w",
    "bowl": "Start w₀",
    "tangent": "Output y",
    "turns": "Weight w",
    "guess": "Your guess",
    "chain": "Weight w",
    "last": "Which input comes last",
    "cycles": "Learning rate η",
    "basins": "Where the ball is dropped",
    "batches": "Weight w",
    "troughs": "Start w₀",
    "roots": "Learning rate η",
    "rivals": "Learning rate η",
}


@pytest.mark.parametrize("which", TWINS)
def test_handle_is_dragged_and_has_a_slider_twin(open_figure, which):
    figure = open_figure(which)
    figure.open_settings()
    twin = figure.slider(TWINS[which])
    before = twin.get_attribute("aria-valuetext")
    # This one opens at its right end.
    figure.drag(-60 if which == "last" else 60)
    dragged = twin.get_attribute("aria-valuetext")
    assert dragged != before
    twin.press("ArrowLeft")
    assert twin.get_attribute("aria-valuetext") != dragged


def test_touch_plays_and_drags(open_figure):
    figure = open_figure("travel", "speed=400", width=360, has_touch=True, is_mobile=True)
    figure.button("Play").tap()
    figure.button("Play").wait_for()
    assert figure.number("Weight w") == -0.227
    box = figure.stage.locator(".live-knob").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    start = figure.state()["start"]
    figure.frames(10)
    figure.swipe([(x + 10 * i, y + 2 * i) for i in range(10)])
    # The finger went a good fourth of the axis, which is 1.4 wide.
    figure.until("figure.state.start > %r" % (start + 0.3))
    assert figure.state()["start"] < start + 0.6


def test_link_from_elsewhere_plays(open_figure):
    figure = open_figure("travel", "speed=400&play")
    figure.until("figure.state.step === 100")


# The map of the story


def test_page_read_to_its_end_is_marked_on_the_map(new_context, site_url):
    page = new_context(viewport={"width": 360, "height": 740}).new_page()
    story = f"{site_url.rstrip('/')}/learn/index.html"
    page.goto(story)
    stations = page.locator(".story-map > li")
    expect(stations).to_have_count(12)
    expect(page.locator(".story-read")).to_have_count(0)
    stations.first.get_by_role("link").click()
    page.wait_for_url("**/gradient-descent.html")
    # A page that was only opened has not been read.
    page.goto(story)
    page.wait_for_function("() => !!document.querySelector('script[src*=scripts]')")
    expect(page.locator(".story-read")).to_have_count(0)
    stations.first.get_by_role("link").click()
    page.wait_for_url("**/gradient-descent.html")
    page.wait_for_function(
        """() => {
            document.getElementById("what-to-remember").scrollIntoView({ behavior: "instant" });
            return localStorage.getItem("pages read")?.includes("gradient-descent");
        }"""
    )
    page.goto(story)
    expect(stations.first.locator(".story-read")).to_have_text("read")
    expect(page.locator(".story-read")).to_have_count(1)


# The address


def test_copied_link_restores_the_state(open_figure):
    permissions = ["clipboard-read", "clipboard-write"]
    figure = open_figure("travel", permissions=permissions)
    figure.drag(40)
    for _ in range(7):
        figure.button("One step").click()
    figure.open_settings()
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


@pytest.mark.parametrize(
    ("name", "text"), [("race", "Race"), ("rivals", "Race"), ("roots", "Roll it")]
)
def test_what_is_seen_at_rest_is_not_offered_without_motion(open_figure, name, text):
    figure = open_figure(name, reduced_motion="reduce")
    expect(figure.element.get_by_text(text, exact=True)).to_be_hidden()
    figure.page.emulate_media(reduced_motion="no-preference")
    expect(figure.element.get_by_text(text, exact=True)).to_be_visible()


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


def test_without_webgl_the_picture_stays_and_words_say_why(open_figure):
    figure = open_figure("surface", awake=False, width=360)
    figure.page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    figure.page.reload()
    figure.element.evaluate("(figure) => figure.scrollIntoView({ behavior: 'instant' })")
    expect(figure.element.get_by_text("needs WebGL 2")).to_be_visible()
    picture = figure.element.locator(":is(img, video).only-light").first
    expect(picture).to_be_visible()
    assert figure.element.locator(".live-stage").count() == 0
    # No room is kept for controls that never come.
    room = figure.element.bounding_box()["height"] - picture.bounding_box()["height"]
    assert room < 120


# A page that was busy tells at once that a figure was out of sight, and that it is in sight.
BUSY = """
const Watcher = IntersectionObserver;
window.IntersectionObserver = class extends Watcher {
  constructor(act, options) {
    super((entries) => act(entries.flatMap((entry) => [
      { target: entry.target, isIntersecting: !entry.isIntersecting }, entry,
    ])), options);
  }
};
"""


def test_figure_wakes_on_a_busy_page(new_context, site_url):
    page = new_context().new_page()
    page.add_init_script(BUSY)
    page.goto(site_url + "learn/model-and-loss.html")
    figure = page.locator("live-tangent")
    figure.scroll_into_view_if_needed()
    figure.locator(".live-stage").wait_for()


# -- What others have stumbled over


def walk_to_the_end(figure):
    figure.button("Play").click()
    figure.until("figure.crowd.passes >= figure.state.passes && !figure.playing")


def test_a_link_within_the_page_leaves_a_figure_alone(open_figure):
    figure = open_figure("crowd", "passes=2&walkers=100")
    walk_to_the_end(figure)
    before = figure.stage.inner_text()
    figure.page.evaluate("() => { location.hash = '#exercises'; }")
    figure.page.wait_for_url("**#exercises")
    figure.frames(5)
    assert figure.stage.inner_text() == before


def test_who_is_far_out_or_on_the_wall_is_in_no_valley(open_figure):
    figure = open_figure("crowd", "data=ten&eta=3&start=1.774&walkers=500&passes=20&speed=50")
    walk_to_the_end(figure)
    far = figure.element.evaluate(
        "({ crowd }) => crowd.weights.filter((w) => Math.abs(w) > 3).length / 500"
    )
    assert far > 0
    item = figure.element.locator(".live-counts > li").filter(has_text="no valley")
    assert float(item.locator("b").inner_text().removesuffix(" %")) == pytest.approx(100 * far)
    home = figure.element.locator(".live-counts > li").filter(has_text="far right").locator("b")
    outside = figure.readouts()["Outside their valley"]
    shares = [float(text.removesuffix(" %")) for text in (home.inner_text(), outside)]
    assert sum(shares) == pytest.approx(100, abs=0.11)
    figure = open_figure("crowd", "start=0")
    item = figure.element.locator(".live-counts > li").filter(has_text="no valley")
    assert item.locator("b").inner_text() == "100 %"
    assert "on the wall" in told(open_figure("trap", "start=0"))


def test_fewer_passes_than_were_run_begin_anew(open_figure):
    figure = open_figure("crowd", "passes=5&walkers=10&speed=50")
    walk_to_the_end(figure)
    figure.open_settings()
    figure.slider("Passes over the data").press("Home")
    assert figure.readouts()["Passes"] == "0 of 1"


def test_a_step_out_of_the_picture_is_not_taken(open_figure):
    figure = open_figure("turns", "w=-0.6&eta=0.05")
    for _ in range(20):
        figure.button("One step").click()
    assert "out of the picture" in told(figure)
    assert abs(figure.state()["w"]) <= 0.7
    before = told(figure)
    figure.button("One step").click()
    assert told(figure) == before


def test_a_direction_without_an_error_has_no_say(open_figure):
    assert "a step leaves 0.500" in told(open_figure("roots", "along=0&eta=0.02&beta=0"))
    assert "does not come to rest" not in told(open_figure("roots", "across=0&eta=0.2&beta=0"))
    assert "at the minimum" in told(open_figure("roots", "along=0&across=0"))
    assert "flies off" in told(open_figure("troughs", "eta=0.25&step=40"))
    assert "flies off" not in told(open_figure("troughs", "across=0&eta=0.25&step=40"))


def test_strips_that_are_level_are_all_named(open_figure):
    # Steps that shrink like 1 / (k + 1) take the mean of all draws.
    assert "in the second and third strip" in told(open_figure("settling", "eta=1"))


def test_as_it_opened_is_as_it_opened(open_figure):
    figure = open_figure("wall")
    opened = told(figure)
    figure.slider("Learning rate η").press("End")
    assert told(figure) != opened
    figure.open_settings()
    figure.button("As it opened").click()
    assert told(figure) == opened


def test_a_swipe_that_begins_on_a_slider_changes_nothing(open_figure):
    phone = {"width": 360, "has_touch": True, "is_mobile": True}
    figure = open_figure("crowd", "passes=2&walkers=10&speed=50", **phone)
    walk_to_the_end(figure)
    slider = figure.slider("Learning rate η")
    figure.bring(slider, "center")
    box, before = slider.bounding_box(), figure.stage.inner_text()
    x, y = box["x"] + 20, box["y"] + box["height"] / 2
    top = figure.page.evaluate("scrollY")
    figure.swipe([(x, y - 12 * i) for i in range(12)])
    figure.page.wait_for_function("(top) => scrollY > top + 40", arg=top)
    figure.frames(5)
    assert figure.stage.inner_text() == before


def test_a_ball_is_dropped_while_another_rolls(open_figure):
    figure = open_figure("basins", "eta=0.01")
    figure.button("Drop it").click()
    figure.until("figure.drops.length === 1 && figure.drops[0].moving")
    box = figure.stage.locator(".live-plot").first.bounding_box()
    figure.page.mouse.click(box["x"] + 0.2 * box["width"], box["y"] + box["height"] / 2)
    figure.until("figure.drops.length === 2")
    assert figure.element.evaluate("({ drops, state }) => drops[1].start === state.start")


def test_the_map_runs_on_while_another_cell_is_looked_at(open_figure):
    figure = open_figure("map")
    figure.button("Run all").click()
    figure.until("figure.queue.length > 1")
    figure.slider("Learning rate η").press("ArrowRight")
    assert figure.element.evaluate("({ queue }) => queue.length") > 1
    figure.button("Pause").click()
