"""Numbers in the text: the card that each opens, by mouse, keyboard and touch."""

import json
import re

import pytest
from playwright.sync_api import expect

PAGE, TABLE = "learn/what-the-run-found.html", "results/cost.html"
SCHEMES, WIDTHS = ("light", "dark"), (360, 1280)
VIOLATIONS = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`);
}"""
# Pictures that are fetched when they come near may be taller by a part of a pixel than was foreseen.
ALL_PICTURES = """() => Promise.all([...document.images].map((picture) => {
  picture.loading = "eager";
  return picture.checkVisibility() ? picture.decode() : null;
}))"""


@pytest.fixture
def opened(new_context, site_url):
    """Open a page whose scripts have come; note what it complains of."""

    def open_page(address=PAGE, **options):
        page = new_context(**options).new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(site_url + address)
        if options.get("java_script_enabled", True):
            # The script gives all numbers of a block but one a tab index of -1.
            page.wait_for_selector("a.number[tabindex='-1']", state="attached")
        return page

    return open_page


def card(page):
    return page.locator(".number-card")


def told(page, link):
    """What the file of its script tells of the number of a link."""
    address, _, key = link.evaluate("(link) => link.href").partition("#number-")
    file = address.removesuffix("html") + "numbers.json"
    content = json.loads(page.request.get(file).text())
    return content["title"], content["numbers"][key]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_card_is_accessible_and_moves_nothing(opened, axe, width, scheme):
    page = opened(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.evaluate(ALL_PICTURES)
    link = page.locator("a.number").nth(3)
    link.scroll_into_view_if_needed()
    texts = "() => [...document.querySelectorAll('article p')].map((p) => p.getBoundingClientRect().top)"
    before = page.evaluate(texts)
    link.hover()
    card(page).wait_for()
    assert page.evaluate(texts) == before
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = card(page).bounding_box()
    assert 0 <= box["x"] <= box["x"] + box["width"] <= width
    page.evaluate(axe)
    assert page.evaluate(VIOLATIONS) == []
    assert page.complaints == []


def test_a_card_tells_all_of_its_number(opened):
    page = opened()
    for i in range(0, page.locator("a.number").count(), 5):
        link = page.locator("a.number").nth(i)
        title, number = told(page, link)
        link.hover()
        page.wait_for_function(
            "(href) => document.querySelector('.number-card a')?.href === href",
            arg=link.evaluate("(link) => link.href"),
        )
        text = card(page).inner_text()
        if "value" in number:
            # JavaScript knows whole numbers by their value alone.
            assert str(number["value"]).removesuffix(".0").replace("-", "−") in text
            assert ("95 % interval" in text) is ("low" in number)
        assert f"The script: {title}" in text
        code = re.sub(r"<[^>]*>", "", number["code"]).split("\n")[0]
        assert page.evaluate("(code) => { const t = document.createElement('textarea');"
                             " t.innerHTML = code; return t.value; }", code) in text  # fmt: skip


def test_a_mouse_may_enter_the_card_and_leave_it(opened):
    page = opened()
    page.locator("a.number").nth(2).hover()
    card(page).wait_for()
    card(page).locator("a").first.hover()
    expect(card(page)).to_be_visible()
    page.locator("h1").hover()
    card(page).wait_for(state="detached")


def test_the_card_of_a_cell_is_that_of_its_number(opened):
    page = opened(TABLE)
    cell = page.locator("table a.number").nth(4)
    place = cell.evaluate(
        "(link) => { const td = link.closest('td');"
        " return [td.parentElement.sectionRowIndex, td.cellIndex]; }"
    )
    _, number = told(page, cell)
    value = number["rows"][place[0]][place[1]]["value"]
    cell.hover()
    card(page).wait_for()
    assert card(page).locator("strong").inner_text() == str(value).replace("-", "−")


def test_by_keyboard(opened):
    page = opened()
    first = page.locator("article p:has(a.number ~ a.number) a.number").first
    inner = first.evaluate("(link) => link.numbers.length")
    assert inner > 1
    first.evaluate("(link) => link.previousElementSibling?.focus()")
    page.keyboard.press("Tab")
    while not first.evaluate("(link) => link === document.activeElement"):
        page.keyboard.press("Tab")
    card(page).wait_for()
    title = card(page).locator("code").inner_text()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "(title) => ![title, undefined].includes("
        "document.querySelector('.number-card code')?.textContent)",
        arg=title,
    )
    page.keyboard.press("Escape")
    card(page).wait_for(state="detached")
    # One stop of Tab for the numbers of a paragraph.
    page.keyboard.press("Tab")
    assert not first.evaluate("(link) => link.numbers.includes(document.activeElement)")
    page.keyboard.press("Shift+Tab")
    address = page.evaluate("document.activeElement.href")
    assert first.evaluate("(link) => link.numbers.indexOf(document.activeElement)") == 1
    page.keyboard.press("Enter")
    page.wait_for_url(address)


def test_by_touch(opened):
    page = opened(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    link = page.locator("a.number").nth(1)
    address = link.evaluate("(link) => link.href")
    link.tap()
    card(page).wait_for()
    page.locator("h2").first.tap()
    card(page).wait_for(state="detached")
    link.tap()
    card(page).wait_for()
    link.tap()
    page.wait_for_url(address)


def test_without_javascript_it_is_a_link_to_the_block(opened):
    page = opened(java_script_enabled=False, reduced_motion="reduce")
    link = page.locator("a.number").first
    link.click()
    target = page.locator(f'[id="{page.url.partition("#")[2]}"]')
    block = target.locator("xpath=following::div[contains(@class, 'highlight')][1]")
    expect(block).to_be_visible()
    assert block.bounding_box()["y"] < 800


def test_on_paper_it_is_a_text(opened):
    page = opened()
    page.emulate_media(media="print")
    line = "(link) => getComputedStyle(link).textDecorationLine"
    assert page.locator("a.number").first.evaluate(line) == "none"


def test_a_number_is_heard_as_a_number(opened):
    page = opened()
    heard = page.locator("article").aria_snapshot()
    links = re.findall(r"link \"([^\"]*)\"", heard)
    numbers = page.locator("a.number").all_text_contents()
    assert numbers[0].replace("\u00a0", " ") in [text.replace("\u00a0", " ") for text in links]
    assert "button" not in re.findall(r"- (\w+)[^\n]*" + re.escape(numbers[0]), heard)
