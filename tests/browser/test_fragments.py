"""Addresses with a fragment arrive: the target is near the top of the window, or the page ends."""

import re

import pytest

PAGES = [
    "reference/glossary.html",
    "learn/gradient-descent.html",
    "learn/travelling.html",
    "results/averaging.html",
    "gallery/3_travel/plot_travel.html",
    "reference/api/descent.html",
]
TARGET = re.compile(r'<(?:section|dt|figure|span|live-\w+)[^>]* id="([^"]+)"')
# The late scripts have come, fonts too, and nothing has moved for half a second of frames.
ARRIVED = """() => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const top = target.getBoundingClientRect().top;
  const still = top === window.topBefore && document.fonts.status === "loaded"
    && typeof Documentation !== "undefined";
  window.framesOfRest = still ? (window.framesOfRest ?? 0) + 1 : 0;
  window.topBefore = top;
  return window.framesOfRest > 12;
}"""
WHERE = """() => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const page = document.documentElement;
  const left = page.scrollHeight - page.scrollTop - window.innerHeight;
  return [target.getBoundingClientRect().top, left];
}"""


def target(site, address, part):
    """Give an identifier of the lower part of a page."""
    found = TARGET.findall((site / address).read_text(encoding="utf-8"))
    return found[int(part * len(found))]


def check(page, url):
    page.wait_for_function(ARRIVED)
    top, left = page.evaluate(WHERE)
    assert -5 <= top <= 120 or left < 5, url


@pytest.mark.parametrize(("width", "part"), [(360, 0.8), (1280, 0.5)])
@pytest.mark.parametrize("place", PAGES)
def test_a_fragment_arrives(site, site_url, new_context, place, width, part):
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    url = f"{site_url}{place}#{target(site, place, part)}"
    page.goto(url)  # Nothing is in the cache.
    check(page, url)
    page.goto("about:blank")
    page.goto(url)  # Everything is.
    check(page, url)


def test_a_link_to_the_glossary_arrives(site_url, new_context):
    page = new_context().new_page()
    page.goto(f"{site_url}learn/sgd-algorithm.html")
    links = page.locator("article a[href*='glossary.html#term-']")
    assert links.count() > 3
    links.nth(3).click()
    page.wait_for_url("**/glossary.html#term-*")
    check(page, page.url)


def test_a_fold_opens_for_an_address_that_leads_into_it(site_url, new_context):
    page = new_context().new_page()
    url = f"{site_url}practice/a-rate-for-each-weight.html#equation-eq-regret"
    page.goto(url)
    check(page, url)
    assert page.locator("details:has(#equation-eq-regret)").evaluate("(fold) => fold.open")
