"""Every page of the built site, as readers meet it."""

import base64
import gzip
import hashlib
import math
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from PIL import Image
from playwright.sync_api import expect

sys.path.insert(0, str(Path(__file__).parents[2] / "docs" / "_ext"))

from pages.assets import UNUSED_CLASS, without_unused
from pages.code import CLASSES

BASE = "/sgd-explained/"
SCHEMES = ("light", "dark")
# Width and scheme in which every page is read. Then it is looked at on a second screen, to which it
# is turned as it stands.
SCREEN, SECOND_SCREEN = (360, "dark"), (1280, "light")
# One page of each kind is read on the others, too: what they alone can show is what surrounds the
# text, which is the same on all pages.
OTHER_SCREENS = (SECOND_SCREEN, (360, "light"), (1280, "dark"))
KINDS = (
    "index.html",
    "learn/the-one-way-wall.html",
    "practice/momentum.html",
    "gallery/1_surfaces/plot_surface_3d.html",
    "reference/notation.html",
)
HARMLESS = re.compile(r"GPU stall due to ReadPixels")
# Scroll to the end and back, so that lazy pictures load and live figures wake.
READ_THROUGH = """async () => {
  for (let y = 0; y < document.documentElement.scrollHeight; y += 800) {
    window.scrollTo({ top: y, behavior: "instant" });
    await window.nextFrame();
  }
}"""
ALL_THERE = """() => {
  const waiting = document.querySelector(".live-element:not(:has(.live-status))")
    ?? Array.from(document.images).find((image) => image.checkVisibility() && !image.complete);
  waiting?.scrollIntoView({ block: "center", behavior: "instant" });
  return !waiting;
}"""
TO_THE_TOP = "window.scrollTo({ top: 0, behavior: 'instant' })"
VIOLATIONS = """async () => {
  const options = { resultTypes: ["violations"], preload: false };
  const { violations } = await axe.run(document, options);
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`);
}"""

# Axe asks each word for its contrast, and the code of a page has thousands: of those that look alike
# in all respects it is shown one. Equations are of one colour, and those who hear them are given
# MathML, of whose parts axe knows nothing.
LEAVE_OUT_WHAT_IS_ALIKE = """() => {
  const look = (part) => `${part.className} ${getComputedStyle(part).color}`;
  const ground = (part) => {
    const { backgroundColor } = getComputedStyle(part);
    const clear = backgroundColor.endsWith(", 0)");
    return clear && part.parentElement ? ground(part.parentElement) : backgroundColor;
  };
  const seen = new Set();
  const alike = [];
  for (const code of document.querySelectorAll(".highlight pre")) {
    const below = ground(code);
    for (const part of code.querySelectorAll("span:not(:has(*))")) {
      const shown = `${look(part)} ${below}`;
      if (seen.has(shown)) alike.push(part);
      seen.add(shown);
    }
  }
  for (const equation of document.querySelectorAll(".katex-html")) {
    const { color } = getComputedStyle(equation);
    const parts = Array.from(equation.querySelectorAll("*"));
    if (parts.every((part) => getComputedStyle(part).color === color)) alike.push(...parts);
  }
  for (const part of alike) part.replaceWith(part.textContent);
  for (const heard of document.querySelectorAll("math")) heard.replaceChildren(heard.textContent);
}"""

# From when all is laid out and the fonts are there, by how much the page moves by itself: the part
# of the window that moves, times how far.
WATCH_SHIFTS = """async () => {
  const frames = async (count) => {
    for (let i = 0; i < count; i += 1) await window.nextFrame();
  };
  const blocks = Array.from(document.querySelectorAll("article section > *"));
  const putOff = (block) => getComputedStyle(block).contentVisibility !== "visible";
  while (blocks.some(putOff)) await frames(1);
  // A page asks for its fonts when it is first laid out, and shows them a frame after they came.
  await frames(2);
  await document.fonts.ready;
  await frames(3);
  window.shift = 0;
  new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) window.shift += value;
  }).observe({ type: "layout-shift" });
}"""
UNSHOWN = """() => Array.from(document.querySelectorAll("article .gallery-figure"))
  .filter((figure) => figure.checkVisibility())
  .filter((figure) => Array.from(figure.querySelectorAll("img, video"))
    .filter((picture) => picture.checkVisibility()).length !== 1)
  .map((figure) => figure.outerHTML.slice(0, 200))"""

# The words of a page, but for those in some of its parts. What is out of sight need not be laid out,
# and then has no words: here all is, for a moment.
WORDS = """(but) => {
  const all = new CSSStyleSheet();
  all.replaceSync("* { content-visibility: visible !important; }");
  document.adoptedStyleSheets = [all];
  const article = document.querySelector("article");
  const parts = Array.from(article.querySelectorAll(but), (part) => part.innerText);
  const theirs = new Set(parts.join(" ").split(/\\s+/));
  const words = article.innerText.split(/\\s+/);
  document.adoptedStyleSheets = [];
  return words.filter((word) => word && !theirs.has(word));
}"""
NEEDS_JAVASCRIPT = ".live-figure, .film-stage, .film-captions, .run-here"


# Address of each picture that is shown, whether it is the narrow one, and its width.
SHOWN_PICTURES = """() => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  return Array.from(document.querySelectorAll(".gallery-figure picture"), (picture) => {
    const [source, image] = picture.children;
    const narrow = matchMedia(source.media).matches;
    const address = narrow ? source.srcset : image.getAttribute("src");
    return [address, narrow, image.getBoundingClientRect().width];
  }).filter(([, , width]) => width > 0);
}"""
# How large a line of text is in a figure, where letters are paths of a font of 100 units.
LETTERS = re.compile(r"scale\(([\d.]+) -")


# Attributes that hold one address. (No picture of ours has a choice of several in its srcset.)
LINKING = ("href", "src", "srcset", "poster")


class Page(HTMLParser):
    """What a page names, links to and shows."""

    def __init__(self, file):
        super().__init__()
        self.identifiers, self.classes = set(), set()
        self.links, self.images, self.videos = [], [], []
        self.properties, self.fetched_early = {}, []
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.identifiers.add(values.get("id"))
        self.classes.update((values.get("class") or "").split())
        self.links += [values[name] for name in LINKING if values.get(name)]
        if tag == "img":
            self.images.append(values)
        elif tag == "video":
            self.videos.append(values)
        elif tag == "meta" and "property" in values:
            self.properties[values["property"]] = values["content"]
        elif tag == "link" and values["rel"] in ("stylesheet", "preload"):
            self.fetched_early.append(values["rel"])


@pytest.fixture(scope="session")
def pages(site):
    """Every page of the site, by its address below the base."""
    return {
        file.relative_to(site).as_posix(): Page(file)
        for file in sorted(site.rglob("*.html"))
        if not file.is_relative_to(site / "_static")
    }


@pytest.fixture
def watched(new_context):
    """Make pages that note every complaint of the browser and every request."""

    def open_page(**options):
        page = new_context(**options).new_page()
        page.complaints, page.requested = [], []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda request: page.requested.append(request.url))

        def failed(request):
            # Whoever leaves a page breaks off what it was still fetching.
            if request.failure != "net::ERR_ABORTED":
                page.complaints.append(f"failed: {request.url}")

        def listen(message):
            if message.type in ("error", "warning") and not HARMLESS.search(message.text):
                page.complaints.append(message.text)

        page.on("requestfailed", failed)
        page.on("console", listen)
        return page

    return open_page


def smallest_letters(page, file, *, narrow):
    """Height of the smallest lines of text in the figures of a page, in pixels of the screen."""
    letters = [math.inf]
    for source, is_narrow, width in page.evaluate(SHOWN_PICTURES):
        assert is_narrow == narrow
        if source.endswith(".svg"):
            svg = (file.parent / unquote(source)).read_text(encoding="utf-8")
            scale = width / float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1])
            # Indices and exponents are smaller than their line, as in all mathematics.
            letters += [100 * float(size) * scale for size in LETTERS.findall(svg)]
    return min(letters)


def read_through(page):
    page.evaluate(READ_THROUGH)
    page.wait_for_function(ALL_THERE)
    page.evaluate(TO_THE_TOP)


def turn_to(page, screen):
    width, scheme = screen
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})


def read_on_a_screen(page, screen, address, axe):
    """Read a page to its end: nothing moves, leaves the screen or is inaccessible; give its words."""
    turn_to(page, screen)
    page.goto(address)
    page.evaluate(WATCH_SHIFTS)
    # Equations need only the fonts in the style sheet; a live figure may ask for more as it wakes.
    assert [url for url in page.requested if url.endswith(".woff2")] == []
    words = page.evaluate(WORDS, NEEDS_JAVASCRIPT)
    read_through(page)
    assert page.evaluate("window.shift") < 0.001
    page.evaluate(LEAVE_OUT_WHAT_IS_ALIKE)
    page.evaluate(axe)
    fits_and_is_accessible(page)
    return words


def fits_and_is_accessible(page):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(VIOLATIONS) == []
    assert page.complaints == []
    ours = page.evaluate("location.origin"), "data:"
    assert [url for url in page.requested if not url.startswith(ours)] == []


def test_page_opens_and_is_accessible(address, site, site_url, watched, axe, subtests):
    page = watched()
    words = set()
    with subtests.test(screen=SCREEN):
        words.update(read_on_a_screen(page, SCREEN, site_url + address, axe))
    with subtests.test(screen=SECOND_SCREEN):
        turn_to(page, SECOND_SCREEN)
        page.evaluate("window.nextFrame().then(window.nextFrame)")
        fits_and_is_accessible(page)
    page.context.close()  # A figure that plays takes the processor from others.
    if address == "search.html":  # The search itself is written in JavaScript.
        return
    page = watched(java_script_enabled=False)
    page.goto(site_url + address)
    # A live figure replaces its picture by its controls; the words around it stay.
    assert words - set(page.evaluate(WORDS, "noscript")) <= {"¶", "Copy"}
    # The narrow pictures, the others at their smallest, and at their largest.
    for width, narrow in ((360, True), (529, False), (1280, False)):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(UNSHOWN) == []
        assert smallest_letters(page, site / address, narrow=narrow) >= 11


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("screen", OTHER_SCREENS)
def test_each_kind_of_page_on_the_other_screens(kind, screen, site_url, watched, axe):
    read_on_a_screen(watched(), screen, site_url + kind, axe)


LOOK_OF_MARKED = """(kind) => {
  const look = (part) => {
    const { color, backgroundColor, fontWeight, fontStyle, textDecorationLine } = getComputedStyle(part);
    return [color, backgroundColor, fontWeight, fontStyle, textDecorationLine].join();
  };
  const code = document.querySelector(".highlight pre");
  const word = document.createElement("span");
  word.className = kind;
  const before = look(code.appendChild(document.createElement("span")));
  return [look(code.appendChild(word)), before];
}"""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_without_a_mark_would_look_the_same_with_one(scheme, site_url, watched):
    page = watched(color_scheme=scheme)
    page.goto(f"{site_url}reference/install.html")
    for (kind,) in CLASSES:
        if kind != "w":  # Nobody sees the colour of a space.
            marked, plain = page.evaluate(LOOK_OF_MARKED, kind)
            assert marked == plain, kind
    marked, plain = page.evaluate(LOOK_OF_MARKED, "k")
    assert marked != plain


PARTS = {"mfrac": 2, "mover": 2, "mroot": 2, "msub": 2, "msubsup": 3, "msup": 2, "munder": 2}


def test_equations_are_whole_for_those_who_hear_them(pages, site, subtests):
    found = 0
    for address in pages:
        with subtests.test(page=address):
            text = (site / address).read_text(encoding="utf-8")
            for markup in re.findall(r"<math\b.*?</math>", text, re.DOTALL):
                found += 1
                for element in ElementTree.fromstring(markup).iter():
                    name = element.tag.rpartition("}")[2]
                    assert len(element) == PARTS.get(name, len(element)), markup
    assert found > 100


def test_sitemap_does_not_tell_which_page_was_written_first(site):
    places = [
        place.text
        for place in ElementTree.parse(site / "sitemap.xml").getroot().iter()
        if place.tag.endswith("}loc")
    ]
    assert places
    assert places == sorted(places)


# Words that say nothing to who hears a list of links. (A name in code can be one, and has a link.)
EMPTY_WORDS = {"here", "this", "link", "more", "read more", "click here", "start", "go", "continue"}


def test_links_say_where_they_lead(pages, site, subtests):
    for address in pages:
        with subtests.test(page=address):
            text = (site / address).read_text(encoding="utf-8")
            links = re.findall(r"<a\b[^>]*>(.*?)</a>", text, re.DOTALL)
            words = {re.sub(r"<[^>]*>", "", link).strip().lower() for link in links}
            assert not words & EMPTY_WORDS


def test_links_lead_somewhere(pages, site, subtests):
    for address, page in pages.items():
        with subtests.test(page=address):
            for link in page.links:
                target = urlsplit(urljoin(f"/sgd-explained/{address}", link))
                if target.scheme or target.netloc:
                    continue
                assert target.path.startswith("/sgd-explained/"), link
                path = unquote(target.path.removeprefix("/sgd-explained/"))
                path = path + "index.html" if path.endswith("/") or not path else path
                assert (site / path).is_file(), link
                if target.fragment and path in pages and not target.fragment.startswith("t="):
                    assert unquote(target.fragment) in pages[path].identifiers, link


def test_pictures_and_videos_say_what_they_show(pages, subtests):
    for address, page in pages.items():
        with subtests.test(page=address):
            for image in page.images:
                assert len(image.get("alt", "")) > 20, image
                assert not re.search(r"[{}]", image["alt"]), "what was to be filled in is not"
            for video in page.videos:
                assert {"controls", "poster", "aria-label", "width", "height"} <= video.keys()
                assert video["preload"] == "none"
                assert "autoplay" not in video
            for shown in page.images + page.videos:
                if re.search("only-(light|dark)", shown.get("class", "")):
                    # Else the browser would fetch those that the reader's scheme hides.
                    assert shown["loading"] == "lazy"
    assert any(page.videos for page in pages.values())


def test_every_page_has_a_social_card(pages, site, subtests):
    # Nobody shares the index or the search, which have no source.
    for address, page in pages.items():
        if address in ("genindex.html", "search.html"):
            continue
        with subtests.test(page=address):
            picture = page.properties["og:image"].partition(BASE)[2]
            with Image.open(site / picture) as card:
                assert card.size == (1200, 630)
            assert len(page.properties["og:image:alt"]) > 30
            assert len(page.properties["og:description"]) > 20


def test_rules_are_left_out_for_classes_that_no_page_has(pages, subtests):
    for address, page in pages.items():
        with subtests.test(page=address):
            # A class of ours that begins so, or markup that is new here: see pages/assets.py.
            assert [name for name in page.classes if UNUSED_CLASS.match(f".{name}")] == []
    sheet = (
        ".a,.sd-b:is(.c,.d),p:not(.topic,.e),.f{x:y}@media print{.rst-g{x:y}.h{x:y}}b .topic{x:y}"
    )
    assert without_unused(sheet) == ".a,p:not(.topic,.e),.f{x:y}@media print{.h{x:y}}"
    # A font and a property that only such a rule asks for go with it.
    face = "@font-face{font-family:A;src:url(a)}"
    properties = "body{--b:url('c;d');--e:f}"
    asking = ".g{font-family:A;h:var(--b);i:var(--e)}.j--k:hover{l:m}"
    assert without_unused(face + properties + asking) == face + properties + asking
    assert (
        without_unused(face + properties + asking.replace("g", "sd-g")) == "body{}.j--k:hover{l:m}"
    )


def test_policy_of_each_page_allows_the_one_script_in_it(pages, site, subtests):
    for address in pages:
        with subtests.test(page=address):
            page = site.joinpath(address).read_text(encoding="utf-8")
            [script] = re.findall(r"<script(?![^>]* src=)[^>]*>(.*?)</script>", page, re.DOTALL)
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            assert f"script-src 'self' 'sha256-{digest}'" in page.partition("</head>")[0]


def test_styles_are_asked_for_before_all_else(pages, subtests):
    for address, page in pages.items():
        with subtests.test(page=address):
            # The first paint waits for styles, and for no picture.
            assert page.fetched_early == sorted(
                page.fetched_early, key=["stylesheet", "preload"].index
            )


def test_index_of_the_gallery_weighs_little_before_a_reader_scrolls(site, site_url, watched):
    page = watched(viewport={"width": 412, "height": 823}, device_scale_factor=1.75, is_mobile=True)
    # On a slow line, browsers fetch lazy pictures from far ahead.
    slow = {"offline": False, "latency": 560, "downloadThroughput": 180_000, "uploadThroughput": -1}
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.emulateNetworkConditions", slow)
    page.goto(f"{site_url}gallery/index.html", wait_until="networkidle")
    weight = 0
    for url in page.requested:
        file = site / urlsplit(url.removeprefix(site_url)).path
        content = file.read_bytes()
        weight += len(content if file.suffix == ".webp" else gzip.compress(content))
    assert 0 < weight <= 120_000


@pytest.mark.parametrize("opened", ["gallery/4_noise/plot_escape_map", "learn/noisy-gradients"])
@pytest.mark.parametrize(("width", "scheme"), [SCREEN, *OTHER_SCREENS])
def test_only_the_picture_that_opens_a_page_is_fetched_early(
    opened, site_url, watched, width, scheme
):
    page = watched(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(f"{site_url}{opened}.html")
    early = page.evaluate(
        """() => Array.from(document.querySelectorAll("link[as=image]"))
          .filter((link) => matchMedia(link.media).matches).map((link) => link.href)"""
    )
    shown = page.locator(f".gallery-figure img.only-{scheme}").first
    assert early == [shown.evaluate("(image) => image.currentSrc")]
    assert page.requested.count(early[0]) == 1


def test_navigation_lists_scripts_and_modules_only_in_their_own_section(pages, site, subtests):
    def of(address):
        """Folder of a script or module."""
        folder, _, name = address.rpartition("/")
        return folder if folder.count("/") == 1 and name != "index.html" else None

    for address in pages:
        with subtests.test(page=address):
            tree = (site / address).read_text(encoding="utf-8").partition("sidebar-tree")[2]
            here = address.removesuffix("/index.html") if of(address) is None else of(address)
            inside = sum(of(other) == here for other in pages)
            assert tree.partition("</nav>")[0].count("toctree-l3") == inside


@pytest.mark.parametrize("system", SCHEMES)
def test_figures_follow_the_switch_of_the_theme(site_url, watched, system):
    page = watched(color_scheme=system)
    page.goto(site_url + "learn/loss-surfaces.html")
    figure = page.locator(".gallery-figure").first
    for theme in ("light", "dark"):
        for _ in range(3):
            if page.evaluate("document.body.dataset.theme") == theme:
                break
            page.locator("button.theme-toggle:visible").first.click()
        assert page.evaluate("document.body.dataset.theme") == theme
        expect(figure.locator(f"img.only-{theme}")).to_be_visible()
        assert figure.locator("img:visible").count() == 1
    page.reload()
    assert page.evaluate("document.body.dataset.theme") == "dark"


def test_missing_page_leads_home(site_url, watched):
    page = watched()
    page.goto(site_url + "learn/no/such/page.html")
    assert page.locator("h1").inner_text().startswith("No page here")
    # The missing address itself is the only complaint: the page's style and scripts are found.
    assert len(page.complaints) == 1
    page.locator("article").get_by_role("link", name="home page").click()
    assert page.locator("h1").inner_text().startswith("Stochastic gradient descent")


def test_next_and_previous(site_url, watched):
    page = watched()
    page.goto(site_url + "learn/gradient-descent.html")
    page.locator("a.next-page").click()
    assert page.url.endswith("learn/model-and-loss.html")
    page.locator("a.prev-page").click()
    assert page.url.endswith("learn/gradient-descent.html")


def test_keyboard_reaches_everything(site_url, watched):
    page = watched()
    page.goto(site_url + "learn/travelling.html")
    reached = []
    for _ in range(400):
        page.keyboard.press("Tab")
        where = page.evaluate(
            "() => { const e = document.activeElement;"
            "return e === document.body ? null : e.outerHTML.slice(0, 300); }"
        )
        if where is None:
            break
        reached.append(where)
    assert "skip-to-content" in " ".join(reached[:3])
    everything = " ".join(reached)
    for part in ("sidebar-search", "theme-toggle", "<video", "<summary", "next-page", "Cite this"):
        assert part in everything
    # Nothing holds the focus: it left the page at its end.
    assert where is None


def test_a_page_is_shown_when_it_has_come_whatever_becomes_of_its_fonts(site_url, watched):
    page = watched()
    page.add_init_script("FontFace.prototype.load = () => new Promise(() => {})")
    page.goto(site_url + "results/cost.html")
    assert page.locator("h1").is_visible()


def test_print_shows_the_article_alone(site_url, watched):
    page = watched(color_scheme="dark")
    page.goto(site_url + "learn/loss-surfaces.html")
    page.emulate_media(media="print")
    # A picture of the other scheme is fetched only now.
    for part in ("article", ".gallery-figure img.only-light"):
        expect(page.locator(part).first).to_be_visible()
    for part in (".sidebar-drawer", ".related-pages", ".gallery-figure img.only-dark"):
        expect(page.locator(part).first).not_to_be_visible()


def test_reduced_motion(site_url, watched):
    page = watched(reduced_motion="reduce")
    page.goto(site_url)
    moving = page.evaluate(
        "document.getAnimations().filter((a) => a.playState === 'running').length"
    )
    assert moving == 0
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
