"""The search, as readers meet it."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

VIOLATIONS = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`);
}"""
# The words that are marked on a page, and those of them that stand in code or in equations.
MARKED = """() => Array.from(CSS.highlights.get("sought") ?? [], (range) => ({
  word: range.toString().toLowerCase(),
  fixed: Boolean(range.startContainer.parentElement.closest("pre, code, .katex")),
}))"""
ANSWERS = {
    "ℓ": "learn/model-and-loss",
    "λ": "reference/notation",
    "η": "learn/gradient-descent",
    "eta": "learn/gradient-descent",
    r"\eta": "learn/gradient-descent",
    "minibatch": "learn/sgd-algorithm",
    "mini-batch": "learn/sgd-algorithm",
    "mini batches": "learn/sgd-algorithm",
    "stepsize": "learn/gradient-descent",
    "step size": "learn/gradient-descent",
    "LEARNING RATES": "learn/gradient-descent",
    "gradeint descent": "learn/gradient-descent",
    "Richtárik": "reference/references.html#mishchenko2020",
    "richtarik": "reference/references.html#mishchenko2020",
    "local minima": "learn/where-it-falls-short",
    "best weight": "learn/what-the-run-found",
    "smallest loss": "learn/model-and-loss",
    "saddle": "practice/two-weights",
    "eigenvalues": "practice/two-weights",
    "Hessian": "practice/two-weights",
    "momentum": "practice/momentum",
    "Adam": "practice/a-rate-for-each-weight",
    "warmup": "practice/learning-rate-in-practice",
    "overfitting": "reference/glossary.html#term-overfitting",
    "nan": "practice/clinic.html#the-loss-is-nan",
    "index": "reference/index.html",
    "pytest": "reference/install.html#the-tests",
    "how do I run the tests?": "reference/install.html#the-tests",
    "dask": "reference/scale",
    "why noise": "learn/when-noise-frees-you",
    "noise": "learn/noisy-gradients",
    "what is sgd": "learn/sgd-algorithm",
    "sgd vs gradient descent": "learn/sgd-algorithm",
    "batch": "learn/sgd-algorithm",
    "chain rule": "learn/chain-rule",
    "noise ball": "results/noise-ball",
    "reshuffling": "results/reshuffling",
    "risk_curvature": "reference/api/risk.html#sgd_explained.risk_curvature",
    # A name that every object of JavaScript has.
    "constructor": None,
    "zebra": None,
}


@pytest.fixture
def page(new_context, site_url):
    page = new_context().new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda message: page.complaints.append(message.text))
    yield page
    assert page.complaints == []


def search(page, site_url, query):
    """Search, and wait for the answer; the addresses that were found."""
    page.goto(f"{site_url}search.html?q={quote(query)}")
    page.locator(".search-status", has_text=re.compile("[.]$")).wait_for()
    root = page.evaluate("new URL('.', location).href")
    links = page.locator(".search-results h2 a").all()
    return [link.evaluate("link => link.href").removeprefix(root) for link in links]


def follow(page, address):
    """Open the first result with this in its address, and wait until its scripts have run."""
    page.locator(f".search-results a[href*='{address}']").first.click()
    page.wait_for_url(f"**/{address}*")
    page.wait_for_load_state("networkidle")


# For each question, where it leads and whether a word of it had to be guessed: as page.js asks.
ASK = """async (queries) => {
  const { APART, find, prepare } = await import("./_static/search/ranking.js");
  const texts = document.querySelector(".search-results").dataset.texts;
  const site = prepare(await (await fetch(texts)).json());
  return queries.map((query) => {
    const { results, slips } = find(query, site);
    const places = results.map(({ address, identifier }) => address + (identifier && `#${identifier}`));
    const whole = results.filter(({ kind }) => !APART.has(kind)).map(({ address }) => address);
    return [places, whole, slips.length > 0];
  });
}"""


def test_the_right_page_comes_first(page, site_url, subtests):
    page.goto(f"{site_url}search.html")
    answers = page.evaluate(ASK, list(ANSWERS))
    for (query, answer), (places, whole, guessed) in zip(ANSWERS.items(), answers, strict=True):
        with subtests.test(query=query):
            if answer is None:
                assert places == []
            else:
                assert re.match(rf"{re.escape(answer)}(\.html|$)", places[0])
                assert guessed == ("gradeint" in query)
                # A page is one result; a term or a function is one, too.
                assert len(whole) == len(set(whole))


def test_from_any_page_by_the_field_of_the_menu(page, site_url):
    page.goto(site_url + "learn/travelling.html")
    field = page.get_by_role("textbox", name="Search")
    field.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert field.evaluate("field => getComputedStyle(field).outlineStyle") == "solid"
    field.fill("local minimum")
    page.keyboard.press("Enter")
    page.locator(".search-results a[href*='learn/where-it-falls-short']").wait_for()
    assert page.title().startswith("local minimum")


def test_a_result_says_what_it_is_and_quotes_it(page, site_url):
    search(page, site_url, "basin")
    item = page.locator(".search-results li").first
    assert item.locator("h2").inner_text() == "glossary basin"
    # The definition, from its beginning.
    assert item.locator("p").inner_text().startswith("All weights from which gradient descent")
    search(page, site_url, "noise ball")
    kinds = set(page.locator(".search-kind").all_inner_texts())
    assert {"lesson", "result", "script", "glossary"} <= kinds
    for quoted in page.locator(".search-results mark").all_inner_texts():
        assert re.fullmatch("nois(e|es|y)|balls?", quoted.lower())
    assert page.locator(".search-results mark").count() > 10


def test_other_search_engines_list_the_page_and_not_its_answers(page, site_url):
    robots = page.locator("meta[name=robots]")
    page.goto(f"{site_url}search.html")
    expect(robots).to_have_count(0)
    search(page, site_url, "noise")
    expect(robots).to_have_attribute("content", "noindex")


def test_equations_stand_once_in_what_is_quoted(page, site_url):
    search(page, site_url, "averaging bias")
    text = page.locator(".search-results").inner_text()
    assert "η" in text
    for twice in ("ηη", "ww*", "\\", "aa"):
        assert twice not in text


def test_a_slip_is_told(page, site_url):
    search(page, site_url, "gradeint zebra")
    status = page.locator(".search-status").inner_text()
    assert "“gradeint”: this is for “gradient”" in status
    assert "Nothing here has “zebra”" in status


@pytest.mark.parametrize("query", ["", "zebra", "???"])
def test_an_empty_answer_helps(page, site_url, query):
    page.goto(f"{site_url}search.html?q={quote(query)}")
    aid = page.locator(".search-help")
    aid.wait_for()
    if query:
        page.get_by_text(f"Nothing here has “{query}”.").wait_for()
    suggested = [link.inner_text() for link in aid.locator("a[href^='?q=']").all()]
    assert len(suggested) > 8
    assert all(places for places, _, _ in page.evaluate(ASK, suggested))
    aid.locator("a[href^='?q=']").first.click()
    page.locator(".search-results li").first.wait_for()
    expect(aid).not_to_be_visible()
    aid.get_by_role("link", name="index", include_hidden=True).evaluate("link => link.click()")
    page.get_by_role("heading", name="Index").wait_for()


def test_what_was_found_is_marked_in_text_until_escape(page, site_url):
    search(page, site_url, "what is the learning rate")
    follow(page, "learn/gradient-descent.html")
    marked = page.evaluate(MARKED)
    assert {mark["word"] for mark in marked} <= {"learning", "rate", "rates"}
    assert len(marked) > 2
    assert not any(mark["fixed"] for mark in marked)
    page.keyboard.press("Escape")
    assert page.evaluate(MARKED) == []
    page.reload(wait_until="networkidle")
    assert page.evaluate(MARKED) == []


def test_only_what_is_opened_from_the_search_is_marked(page, site_url):
    search(page, site_url, "learning rate")
    page.goto(site_url + "learn/gradient-descent.html", wait_until="networkidle")
    assert page.evaluate(MARKED) == []


def test_a_marked_definition(page, site_url):
    search(page, site_url, "walkers crowd")
    follow(page, "reference/glossary.html#term-crowd")
    assert {mark["word"] for mark in page.evaluate(MARKED)} == {"walkers"}


def test_escape_shuts_the_menu_of_a_phone(page, site_url):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(site_url + "learn/gradient-descent.html", wait_until="networkidle")
    menu = page.get_by_role("checkbox", name="Show the pages of this site")
    menu.focus()
    page.keyboard.press("Space")
    page.get_by_role("textbox", name="Search").wait_for()
    page.get_by_role("textbox", name="Search").focus()
    page.keyboard.press("Escape")
    assert not menu.is_checked()
    assert menu.evaluate("menu => menu === document.activeElement")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("query", ["learning rate", "zebra", "risk_curvature"])
def test_results_are_accessible(page, site_url, axe, width, scheme, query):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    search(page, site_url, query)
    page.evaluate(axe)
    assert page.evaluate(VIOLATIONS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_javascript_the_page_says_so(browser, site_url):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(site_url + "search.html?q=noise")
        assert "JavaScript, which is switched off" in page.locator("noscript p").inner_text()
        expect(page.locator(".search-help")).to_be_visible()


def test_letters_in_which_words_differ(page, site_url):
    page.goto(site_url + "search.html")
    found = page.evaluate(
        """async () => {
          const { distance, stem } = await import("./_static/search/ranking.js");
          return {
            distances: [["abc", "abc"], ["abc", "acb"], ["abc", "b"], ["", "ab"], ["kit", "sit"]]
              .map(([one, other]) => distance(one, other)),
            stems: ["minima", "converges", "convergence", "noise", "noisy", "batches", "losses",
              "Łojasiewicz", "RICHTÁRIK", "travelling", "loss", "w₀"].map(stem),
          };
        }"""
    )
    assert found["distances"] == [0, 1, 2, 2, 1]
    stems = found["stems"]
    assert stems[1] == stems[2]
    assert stems[3] == stems[4]
    assert stems[6] == stems[10]
    assert stems[0] == "minimum"
    assert stems[5] == "batch"
    assert stems[7:10] == ["lojasiewicz", "richtarik", "travel"]
    assert stems[11] == "w0"
