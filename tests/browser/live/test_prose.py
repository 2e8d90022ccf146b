"""Numbers in the prose that one can drag: the sentence leads its figure, and follows it."""

import gzip
import re
from urllib.parse import urljoin

import pytest
from playwright.sync_api import expect

# The pages keep numbers and their units together.
TEXTS = "(all) => all.map((text) => text.textContent.replaceAll('\\u00a0', ' '))"


class Sentence:
    """The numbers of a page that one can drag, and the texts that follow its figure."""

    def __init__(self, figure):
        self.figure, self.page = figure, figure.page
        self.numbers = self.page.locator(".live-drag")
        self.number = self.numbers.first
        self.readings = self.page.locator(".live-reading")
        # The number is bound, and the figure that it speaks of is awake.
        expect(self.number).to_have_attribute("role", "slider")

    def texts(self):
        return self.page.locator("[data-part]").evaluate_all(TEXTS)

    def middle(self):
        """Bring the first number on screen, and say where it is."""
        self.figure.bring(self.number, "center")
        box = self.number.bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.fixture
def open_sentence(open_figure):
    """Open a figure, and the sentence that speaks of it."""
    return lambda *arguments, **options: Sentence(open_figure(*arguments, **options))


def test_sentence_says_what_the_figure_shows(open_figure, spoken_of):
    figure = open_figure(spoken_of, awake=False)
    written = figure.page.locator("[data-part]").evaluate_all(TEXTS)
    assert all(written)
    figure.wake()
    sentence = Sentence(figure)
    # What the build has written is what the figure says when it wakes.
    assert sentence.texts() == written
    for number in sentence.numbers.all():
        part = number.get_attribute("data-part")
        for key, end in (("Home", "min"), ("End", "max")):
            number.press(key)
            value = figure.state()[part]
            assert float(number.get_attribute(f"aria-value{end}")) == value
            assert float(number.get_attribute("aria-valuenow")) == value
            assert number.get_attribute("aria-valuetext") == number.text_content()
            assert not re.search("NaN|undefined", " ".join(sentence.texts()))
        number.press("Escape")
    assert sentence.texts() == written


def test_sentence_leads_and_follows(open_sentence):
    sentence = open_sentence("bowl")
    figure, number = sentence.figure, sentence.number
    expect(number).to_have_accessible_name("Learning rate η")
    number.press("ArrowRight")
    assert figure.state()["eta"] == 0.26
    assert sentence.texts() == ["0.26", "0.26", "0.48"]
    figure.address_has("eta=0.26")
    figure.slider("Learning rate η").press("ArrowUp")
    assert sentence.texts() == ["0.27", "0.27", "0.46"]
    number.press("PageDown")
    assert sentence.texts() == ["0.15", "0.15", "0.70"]
    figure.address_has("eta=0.15")
    figure.open_settings()
    figure.button("As it opened").click()
    assert sentence.texts() == ["0.25", "0.25", "0.50"]
    figure.page.go_back()
    expect(number).to_have_text("0.15")


def test_number_is_dragged_with_a_mouse(open_sentence):
    sentence = open_sentence("bowl")
    x, y = sentence.middle()
    mouse = sentence.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 50, y, steps=5)
    dragged = sentence.figure.state()["eta"]
    mouse.move(x - 500, y, steps=5)
    assert sentence.figure.state()["eta"] == 0.01
    mouse.up()
    mouse.move(x, y)
    assert sentence.texts()[0] == "0.01"
    assert 0.3 < dragged < 0.6
    assert sentence.page.evaluate("String(getSelection())") == ""
    sentence.number.dblclick()
    assert sentence.texts() == ["0.25", "0.25", "0.50"]


def test_number_is_dragged_with_a_finger_and_a_swipe_scrolls(open_sentence):
    sentence = open_sentence("bowl", width=360, has_touch=True, is_mobile=True)
    figure = sentence.figure
    x, y = sentence.middle()
    figure.swipe([(x + 10 * i, y) for i in range(8)])
    expect(sentence.number).not_to_have_text("0.25")
    assert figure.state()["eta"] > 0.3
    before = sentence.texts()
    x, y = sentence.middle()
    scrolled = sentence.page.evaluate("scrollY")
    figure.swipe([(x + i, y - 15 * i) for i in range(10)])
    sentence.page.wait_for_function(f"scrollY > {scrolled} + 20")
    figure.frames()
    assert sentence.texts() == before


def test_number_is_reached_by_tab(open_sentence):
    sentence = open_sentence("bowl")
    sentence.figure.element.locator("button:visible").last.focus()
    sentence.page.keyboard.press("Tab")
    expect(sentence.number).to_be_focused()
    outline = "(number) => getComputedStyle(number).outlineStyle"
    assert sentence.number.evaluate(outline) == "solid"


def test_number_brings_a_figure_that_is_far_into_view(open_figure):
    figure = open_figure("bowl", awake=False)
    number = figure.page.locator(".live-drag").first
    expect(number).to_have_attribute("role", "slider")
    figure.page.evaluate(
        """() => {
            const number = document.querySelector(".live-drag").closest("p");
            number.style.marginTop = "3000px";
            number.scrollIntoView({ behavior: "instant" });
        }"""
    )
    figure.until("!figure.hasAttribute('data-seen')")
    number.press("End")
    figure.until("figure.hasAttribute('data-seen') && figure.state.eta === 1.2")
    expect(figure.page.locator(".live-reading").last).to_have_text("−1.40")


def test_readings_follow_what_plays(open_sentence):
    sentence = open_sentence("crowd", "speed=50&passes=5&walkers=500")
    expect(sentence.readings.last).to_have_text("0 of 5")
    sentence.figure.button("Play").click()
    expect(sentence.readings.last).to_have_text("5 of 5")
    left = sentence.figure.shown("Outside their valley").text_content()
    expect(sentence.readings.first).to_have_text(left)


def test_without_javascript_it_is_plain_text(open_figure):
    page = open_figure("bowl", awake=False, java_script_enabled=False).page
    number = page.locator(".live-drag").first
    assert number.text_content() == "0.25"
    assert number.get_attribute("role") is None
    look = "(text) => [getComputedStyle(text).cursor, getComputedStyle(text).textDecorationLine]"
    assert number.evaluate(look) == page.locator(".live-reading").first.evaluate(look)


def test_module_weighs_little_and_comes_where_it_is_used(open_figure):
    page = open_figure("bowl").page
    module = page.locator(".live-drag").first.get_attribute("data-module")
    script = page.locator("script[data-late]").get_attribute("data-late")
    answer = page.request.get(urljoin(urljoin(page.url, script), module))
    assert len(gzip.compress(answer.body(), 9)) <= 1500
    loaded = "performance.getEntriesByType('resource').map(({ name }) => name).join()"
    assert "dragging.js" in page.evaluate(loaded)
    assert "dragging.js" not in open_figure("tangent").page.evaluate(loaded)


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_axe_finds_nothing(open_sentence, axe, width, scheme):
    sentence = open_sentence("crowd", width=width, color_scheme=scheme)
    sentence.middle()
    sentence.page.evaluate(axe)
    found = "axe.run('p:has(.live-drag)').then(({ violations }) => violations.map(({ id }) => id))"
    assert sentence.page.evaluate(found) == []
    assert sentence.page.evaluate("document.documentElement.scrollWidth") <= width
