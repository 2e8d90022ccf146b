"""Each letter in the mathematics of the story, of practice and of the results is told on the page of symbols.

And it means one thing: a letter that all pages use has no row of its own for some of them, and no
other letter has two.
"""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = sorted(
    page for part in ("learn", "practice", "results") for page in DOCS.glob(f"{part}/*.md")
)
NAMES = [f"/{page.parent.name}/{page.stem}" for page in PAGES]

# Commands that are letters. All others are operators, functions, and layout.
LETTER = re.compile(
    "(var)?(alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|"
    "tau|upsilon|phi|chi|psi|omega)|ell|nabla|partial",
    re.IGNORECASE,
)


def formulas(text):
    """Return all formulas of a page, without those of code and comments in it."""
    text = re.sub(r"```\{code-cell\}.*?```", "", text, flags=re.DOTALL)
    return [a or b for a, b in re.findall(r"\$\$(.+?)\$\$|\$([^$]+)\$", text, flags=re.DOTALL)]


def letters(formula):
    """Return the letters of a formula, without bars, indices in words, and names of functions."""
    formula = re.sub(r"\\(text|operatorname|mathrm|begin|end)\{[^}]*\}", " ", formula)
    # Two symbols of more than one letter.
    formula = formula.replace(r"\mathbb{E}", " ").replace("M_G", "M")
    found = re.findall(r"\\([a-zA-Z]+)|([a-zA-Z])", formula)
    # A letter in two shapes is one letter.
    return {
        letter or sign.removeprefix("var")
        for sign, letter in found
        if letter or LETTER.fullmatch(sign)
    }


def letters_of_all(text):
    return {letter for formula in formulas(text) for letter in letters(formula)}


def told(text):
    """Return the letters of all pages, and for each row of single pages its letters and pages."""
    everywhere, single = text.split("## In code")[0].split("## On single pages")
    first = [row.split(" | ")[0] for row in everywhere.splitlines() if row.startswith("| $")]
    rows = [row.split(" | ") for row in single.splitlines() if row.startswith("| $")]
    return letters_of_all("\n".join(first)), [
        (letters_of_all(symbols), set(re.findall(r"\{doc\}`([^`]+)`", pages)))
        for symbols, pages, _ in rows
    ]


def ambiguous(everywhere, rows):
    """Return the letters that have more than one meaning."""
    seen, twice = set(everywhere), set()
    for symbols, _ in rows:
        twice |= symbols & seen
        seen |= symbols
    return twice


EVERYWHERE, ROWS = told((DOCS / "reference/notation.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "page"), list(zip(NAMES, PAGES, strict=True)), ids=NAMES)
def test_each_letter_is_told(name, page):
    on_page = {letter for symbols, pages in ROWS if name in pages for letter in symbols}
    used = letters_of_all(page.read_text(encoding="utf-8"))
    assert used - EVERYWHERE - on_page == set()
    assert on_page - used == set(), "told of this page, and not there"


def test_pages_of_the_table_are_there():
    assert {page for _, pages in ROWS for page in pages} <= set(NAMES)
    assert all(pages for _, pages in ROWS)


def test_a_letter_has_one_meaning():
    assert ambiguous(EVERYWHERE, ROWS) == set()


def test_second_meaning_is_found():
    assert ambiguous({"a"}, [({"a"}, {"/results/cost"})]) == {"a"}
    rows = [({"S"}, {"/results/cost"}), ({"S", "h"}, {"/learn/chain-rule"})]
    assert ambiguous(set(), rows) == {"S"}
    assert ambiguous({"a"}, rows[:1]) == set()


def test_letters_are_read():
    formula = r"\operatorname{Var} \bar g_{\text{next}} \le \frac{M_G}{\sqrt{\eta}}\, \mathbb{E} R'"
    assert letters(formula) == {"g", "M", "eta", "R"}
    assert letters(r"\varepsilon + \epsilon") == {"epsilon"}
    page = "Let $a$ be\n$$\nb\n$$\n```{code-cell} python\ncost = '$c$'\n```\n"
    assert letters_of_all(page) == {"a", "b"}
