"""What readers take with them, on the clipboard and on paper, and how the text lies before them."""

import io
import re
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs" / "_ext"))

from playwright.sync_api import expect

from equations.katex import Server
from pages.assets import join

SELECT = "element => getSelection().selectAllChildren(element)"
# How long the lines of long paragraphs are, in characters; the last one is half full.
LONGEST_LINES = """() => Array.from(document.querySelectorAll("article section > p"))
  .filter((paragraph) => paragraph.textContent.length > 150 && !paragraph.querySelector(".math"))
  .map((paragraph) => {
    const range = document.createRange();
    range.selectNodeContents(paragraph);
    const lines = new Set(Array.from(range.getClientRects(), ({ bottom }) => Math.round(bottom / 20)));
    return paragraph.textContent.length / (lines.size - 0.5);
  })"""
MENU = "document.querySelector('.sidebar-drawer').getBoundingClientRect().x"
REQUIREMENT = "sgd-explained[examples] @ git+https://github.com/sgd-explained/sgd-explained"
CENTIMETRE = 96 / 2.54
FONT_SIZE = 9  # points, of the letters of a figure: font.size in site.mplstyle


@pytest.fixture
def katex():
    """Render equations as the build does."""
    server = Server()
    yield server
    server.close()


@pytest.fixture
def reader(new_context, site_url):
    """Open pages of the site; errors of their scripts are noted."""

    def open_page(address, width=1280, before=None, **options):
        context = new_context(viewport={"width": width, "height": 800}, **options)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        if before:
            before(page)
        page.goto(site_url + address, wait_until="networkidle")
        return page

    return open_page


def copied(page):
    return page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize(
    ("place", "holder", "text"),
    [
        ("reference/install.html", "nox -s serve", "pip install 'nox[uv]'\nnox -s serve"),
        (
            "gallery/3_travel/plot_travel.html",
            "pip install",
            f"pip install '{REQUIREMENT}'",
        ),
    ],
)
def test_a_button_copies_commands_only(reader, place, holder, text):
    page = reader(place)
    page.locator("div.highlight", has_text=holder).locator("button.copybtn").click()
    page.wait_for_selector("button.success")
    assert copied(page) == text


def test_a_button_copies_examples_that_run(reader):
    page = reader("reference/api/landscape.html")
    block = page.locator("div.highlight", has_text=">>>").first
    block.locator("button.copybtn").click()
    page.wait_for_selector("button.success")
    lines = [line for line in block.inner_text().splitlines() if line.startswith((">>>", "..."))]
    assert lines
    assert copied(page).splitlines() == [line[4:] for line in lines]


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        ("w_0 = -0.3", "w_0 = −0.3"),
        ("w_{k+1} = w_k - \\eta\\, L'(w_k)", "w_{k+1} = w_k − η L′(w_k)"),
        ("e^{-y^2}", "e^{−y^2}"),
        ("\\tfrac12 a (w-3)^2", "1/2 a(w − 3)^2"),
    ],
)
def test_an_equation_is_copied_as_one_would_type_it(reader, katex, tex, text):
    page = reader("reference/cite.html")
    markup = katex.render(tex, displayMode=False, macros={}, output="htmlAndMathml")
    page.evaluate(
        "markup => document.querySelector('article p').innerHTML ="
        " `So <span class='math'>${markup}</span>, and on.`",
        markup,
    )
    page.locator("article p").first.evaluate(SELECT)
    page.keyboard.press("ControlOrMeta+C")
    assert " ".join(copied(page).split()) == f"So {text}, and on."


def test_a_sentence_is_copied_with_its_equations_once(reader):
    page = reader("learn/gradient-descent.html")
    paragraph = page.locator("article p", has_text="You stand at").first
    paragraph.evaluate(SELECT)
    page.keyboard.press("ControlOrMeta+C")
    assert " ".join(copied(page).split()).startswith(
        "Write f(w) for the loss. Its derivative f′(w) is the slope of the surface at w. You stand at w_k after"
    )
    # A selection within an equation takes the whole of it; what has none is the browser's affair.
    page.locator(".equation .mord").first.evaluate(SELECT)
    page.keyboard.press("ControlOrMeta+C")
    assert copied(page).strip() == "w_{k+1} = w_k − η f′(w_k)."
    page.locator("article h1").evaluate(SELECT)
    page.keyboard.press("ControlOrMeta+C")
    assert "What gradient descent is" in copied(page)


def test_paper_shows_the_poster_of_a_film(reader):
    page = reader("film.html")
    poster = page.locator("img.poster")
    expect(poster).not_to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("video")).not_to_be_visible()
    poster.scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('img.poster').naturalWidth > 0")
    page.emulate_media(media="screen")
    expect(poster).not_to_be_visible()


@pytest.mark.parametrize("place", ["learn/gradient-descent.html", "learn/the-one-way-wall.html"])
def test_figures_leave_no_half_of_a_page_empty_and_can_be_read_on_paper(reader, place):
    page = reader(place)
    page.emulate_media(media="print")
    figures = page.locator(".gallery-figure:has(picture > img.only-light)")
    assert figures.count() > 0
    for figure in figures.all():
        picture = figure.locator("picture > img.only-light")
        picture.evaluate("picture => { picture.loading = 'eager'; return picture.decode(); }")
        assert figure.bounding_box()["height"] < (29.7 - 2 * 2) / 2 * CENTIMETRE
        box = picture.bounding_box()
        assert box["width"] <= 11 * CENTIMETRE + 1
        drawn = picture.evaluate("picture => picture.naturalWidth")
        assert FONT_SIZE * box["width"] / drawn > 3.5


def test_script_pages_show_their_figure_once_and_before_the_code(site):
    pages = sorted(site.glob("gallery/*/plot_*.html"))
    assert pages
    for page in pages:
        html = page.read_text(encoding="utf-8")
        assert html.index('class="gallery-figure') < html.index('<div class="highlight-Python')
        shown = re.findall(r'<(?:img|video) [^>]*?src="([^"]*sphx_glr_plot[^"]*)"', html)
        assert len(shown) == len(set(shown))


def test_results_have_numbers_of_their_own(site):
    result = (site / "results/noise-ball.html").read_text(encoding="utf-8")
    lesson = (site / "learn/model-and-loss.html").read_text(encoding="utf-8")
    numbers = r'class="(?:section-number|caption-number|eqno)">(?:[A-Z][a-z]+ )?\(?(R?[\d.]+)'
    assert set(re.findall(numbers, result)) >= {"R2.", "R2.1"}
    assert set(re.findall(numbers, lesson)) >= {"2.", "2.1"}
    assert "R" not in "".join(re.findall(numbers, lesson))


def without_has(page):
    """Let the browser not know the selector :has()."""

    def alter(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace(":has(", ":not-known("))

    page.route("**/*.css*", alter)
    page.route("**/*.js*", alter)


def test_drawers_open_without_has(reader):
    page = reader("film.html", width=360, before=without_has)
    menu = page.locator(".sidebar-drawer")
    assert menu.bounding_box()["x"] < 0
    page.locator("label.nav-overlay-icon").click()
    page.wait_for_function(f"() => {MENU} === 0")
    page.locator("label.sidebar-overlay").click(position={"x": 340, "y": 400})
    page.wait_for_function(f"() => {MENU} < 0")
    assert page.errors == []
    assert page.locator(".film-play").count() == 1


def test_escape_shuts_a_drawer_and_gives_the_focus_back(reader):
    page = reader("film.html", width=360)
    page.locator("label.nav-overlay-icon").click()
    page.wait_for_function(f"() => {MENU} === 0")
    page.wait_for_function("() => document.querySelector('.film-play')")  # Late scripts have run.
    page.keyboard.press("Escape")
    page.wait_for_function(f"() => {MENU} < 0")
    assert page.evaluate("document.activeElement.id") == "__navigation"


def test_a_finger_can_tell_links_of_the_contents_apart(reader):
    links = reader("learn/when-noise-frees-you.html").locator(".toc-tree a:visible")
    tops = links.evaluate_all("links => links.map(link => link.getBoundingClientRect().top)")
    assert len(tops) > 3
    assert all(after - before >= 24 for before, after in pairwise(tops))


def test_sources_have_keys_of_letters(site):
    page = (site / "reference" / "references.html").read_text("utf-8")
    keys = re.findall(r'class="label"><span[^>]*>\[</span>([^<]*)<', page)
    assert len(keys) > 20
    assert [key for key in keys if not re.fullmatch(r"[A-Za-z]{2,5}\+?\d\d[a-z]?", key)] == []


def test_scripts_go_on_where_one_lacks_what_it_needs(reader):
    forget = "delete window.ResizeObserver"
    page = reader("film.html", before=lambda page: page.add_init_script(forget))
    assert len(page.errors) == 1
    assert "ResizeObserver" in page.errors[0]
    assert page.locator(".film-play").count() == 1


def test_a_script_that_fails_does_not_stop_the_next(reader):
    page = reader("404.html")
    scripts = {
        "doctools.js": (
            'const _ready = (callback) => { if (document.readyState !== "loading") {\n'
            "    callback(); } };\nconst SHARED = 1;"
        ),
        "one.js": "const own = SHARED; window.one = own; throw new Error('of one');",
        "two.js": "const own = SHARED + 1; window.two = own;",
    }
    page.evaluate("code => { (0, eval)(code); }", join(scripts))
    page.wait_for_function("() => window.two === 2")
    assert page.evaluate("window.one") == 1
    assert [error for error in page.errors if "of one" in error] != []


@pytest.mark.parametrize("width", [1280, 1920])
def test_lines_are_as_long_as_one_reads_well(reader, width):
    page = reader("learn/index.html", width=width)
    lines = page.evaluate(LONGEST_LINES)
    assert len(lines) >= 2
    assert all(45 < line < 78 for line in lines), lines


@pytest.mark.parametrize("width", [360, 1280])
def test_a_page_has_one_left_edge_and_one_of_what_is_set_in(reader, width):
    page = reader("results/noise-ball.html", width=width)

    def left(selectors):
        script = "parts => parts.map(part => part.getBoundingClientRect().left)"
        return {round(edge) for edge in page.locator(selectors).evaluate_all(script)}

    text, *others = left(
        "article section > :is(p, ul, blockquote, figure, .cell, details), article :is(caption, tr)"
    )
    assert others == []
    (inner,) = left(
        "article section:not([id^=what-to-remember]) > ul > li, article blockquote > p, "
        "article section > .math-wrapper .katex-html"
    )
    assert inner > text


def test_points_of_a_column_are_in_line(reader):
    page = reader("learn/gradient-descent.html")
    ends = (
        page.locator("table")
        .first.locator("td:nth-child(3) a")
        .evaluate_all(
            """links => links.map((link) => {
          const range = document.createRange();
          range.setStart(link.firstChild, 0);
          range.setEnd(link.firstChild, link.textContent.split(".")[0].length);
          return [link.textContent, range.getBoundingClientRect().right];
        })"""
        )
    )
    assert len({text.partition(".")[2] for text, _ in ends}) > 1
    assert max(end for _, end in ends) - min(end for _, end in ends) < 1


def test_parts_of_a_page_stand_beside_it_on_a_laptop(reader):
    page = reader("learn/gradient-descent.html", width=1280)
    article, parts = (
        page.locator(selector).bounding_box() for selector in ("article", ".toc-tree")
    )
    assert article["x"] + article["width"] <= parts["x"]
    assert parts["x"] + parts["width"] <= 1280


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_box_shows_that_it_scrolls(reader, scheme):
    page = reader("gallery/3_travel/plot_travel.html", width=360, color_scheme=scheme)
    box = page.locator("article div.highlight pre[tabindex]").first

    def edges():
        """Brightness at both ends of the box's lowest line, and inside."""
        picture = Image.open(io.BytesIO(box.screenshot())).convert("L")
        width, height = picture.size
        left, inside, right = (
            picture.getpixel((x, height - 4)) for x in (3, width // 2, width - 4)
        )
        return abs(left - inside) > 8, abs(right - inside) > 8

    assert edges() == (False, True)
    box.evaluate("box => { box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2; }")
    assert edges() == (True, True)
    box.evaluate("box => { box.scrollLeft = box.scrollWidth; }")
    assert edges() == (True, False)


@pytest.mark.parametrize(
    ("place", "selector", "style", "value"),
    [
        ("reference/glossary.html", "dl.glossary > dt", "fontWeight", "600"),
        ("results/index.html", "ol.results", "listStyleType", "results"),
        ("404.html", "article ul > li", "listStyleType", "disc"),
        ("learn/travelling.html", "article h1 + p + ul > li", "listStyleType", '"✓\u2002"'),
    ],
)
def test_lists_look_like_what_they_are(reader, place, selector, style, value):
    part = reader(place).locator(selector).first
    assert part.evaluate(f"part => getComputedStyle(part).{style}") == value


# What has been put off until the first screen was drawn.
PUT_OFF = """() => Array.from(document.querySelectorAll("article section > *"))
  .filter((block) => getComputedStyle(block).contentVisibility !== "visible").length"""


def hold(page):
    """Stop what lays out the rest of a page: nothing else is called with more than a time."""
    page.add_init_script(
        "const later = window.setTimeout;"
        "window.setTimeout = (call, time, ...all) =>"
        " all.length ? (window.goOn = () => call(...all)) : later(call, time)"
    )


def test_a_long_page_is_drawn_before_all_of_it_is_laid_out(reader):
    page = reader("results/averaging.html", width=360, before=hold)
    page.wait_for_function("() => window.goOn")
    left = page.evaluate(PUT_OFF)
    assert left > 20
    page.evaluate("() => goOn()")
    assert page.evaluate(PUT_OFF) < left
    page.wait_for_function(f"() => {{ goOn(); return ({PUT_OFF})() === 0; }}")


def test_nothing_is_put_off_where_a_reader_is_on_the_way_down(reader):
    page = reader("results/averaging.html", width=360, before=hold)
    assert page.evaluate(PUT_OFF) > 20
    page.reload()
    assert page.evaluate(PUT_OFF) == 0
    page = reader("results/averaging.html#how-sure-is-this", width=360, before=hold)
    assert page.evaluate(PUT_OFF) == 0


@pytest.mark.parametrize("hurry", ["scroll", "click", "print"])
def test_whoever_hurries_has_all_at_once(reader, hurry):
    page = reader("results/averaging.html", width=360, before=hold)
    assert page.evaluate(PUT_OFF) > 20
    if hurry == "scroll":
        page.mouse.wheel(0, 200)
    elif hurry == "click":
        page.locator("h1").click()
    else:
        page.pdf()
    page.wait_for_function(f"() => ({PUT_OFF})() === 0")


@pytest.mark.parametrize("width", [360, 1280])
def test_what_a_reader_has_come_to_stays_where_it_is(reader, width):
    page = reader("results/averaging.html", width=width, before=hold)
    page.wait_for_function("() => window.goOn")
    there, tall = page.evaluate(
        """() => {
            const place = document.getElementById("how-sure-is-this");
            place.scrollIntoView({ behavior: "instant" });
            return [place.getBoundingClientRect().top, document.documentElement.scrollHeight];
        }"""
    )
    page.wait_for_function(f"() => ({PUT_OFF})() === 0")
    page.evaluate("() => window.nextFrame().then(window.nextFrame)")
    # Much has another height than was kept for it.
    assert abs(page.evaluate("document.documentElement.scrollHeight") - tall) > 300
    place = page.locator("#how-sure-is-this").evaluate(
        "(place) => place.getBoundingClientRect().top"
    )
    assert place == pytest.approx(there, abs=1)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("place", ["results/averaging.html", "practice/momentum.html"])
def test_nothing_moves_while_the_rest_of_a_page_is_laid_out(reader, place, width):
    def watch(page):
        page.add_init_script(
            "window.shift = 0;"
            "new PerformanceObserver((list) => list.getEntries()"
            ".forEach(({ value }) => { window.shift += value; }))"
            ".observe({ type: 'layout-shift', buffered: true })"
        )

    page = reader(place, width=width, before=watch)
    page.wait_for_function(f"() => ({PUT_OFF})() === 0")
    page.evaluate("() => window.nextFrame().then(window.nextFrame)")
    assert page.evaluate("shift") < 0.01
