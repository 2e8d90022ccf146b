"""The texts that the search reads, on small sites of their own."""

import json
import runpy
import sys
from io import StringIO
from pathlib import Path

import pytest

pytest.importorskip("sphinx")
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs" / "_ext"))

from sphinx.application import Sphinx
from sphinx.errors import ConfigError
from sphinx.util.docutils import docutils_namespace

from pages.search import equation_text, kind

CONF = r"""
extensions = ["myst_parser", "sphinx.ext.autodoc", "pages.search"]
myst_enable_extensions = ["dollarmath"]
html_math_renderer = "katex"
html_theme = "basic"
search_keywords = {"learn/walk": ["step size"]}
"""
INDEX = "# Home\n\n```{toctree}\nlearn/walk\nreference/glossary\nreference/api/code\n```\n"
WALK = """---
myst:
  html_meta:
    description: What a walk is.
---

# A walk with $\\eta$

It is short: $\\frac{\\eta^2}{2}$, and *calm*.

$$\\lambda = 7$$

<!-- a note for the author -->

```python
step = 0.0343
```

## Its end

![A hill, seen from afar](hill.png)

Not here.
"""
GLOSSARY = (
    "# Glossary\n\n```{glossary}\nbasin\ndale\n  All weights of a $w_0$.\n\nwall\n  An end.\n```\n"
)
CODE = "# Code\n\n```{eval-rst}\n.. py:function:: there.climb(height)\n\n   Go up.\n```\n"
PAGES = {"learn/walk": WALK, "reference/glossary": GLOSSARY, "reference/api/code": CODE}


class Site:
    def __init__(self, folder):
        self.folder = folder
        self.write("conf.py", CONF)
        self.write("index.md", INDEX)
        for name, text in PAGES.items():
            self.write(f"{name}.md", text)
        (folder / "learn/hill.png").write_bytes((ROOT / "docs/_static/favicon.svg").read_bytes())

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def build(self):
        """Build, and give the pages by their names, with their parts as lists."""
        warnings = StringIO()
        with docutils_namespace():
            app = Sphinx(
                self.folder,
                self.folder,
                self.folder / "html",
                self.folder / "trees",
                "html",
                status=None,
                warning=warnings,
            )
            app.build()
        assert not warnings.getvalue()
        texts = json.loads((self.folder / "html/searchtexts.json").read_text("utf-8"))
        return {page["address"].removesuffix(".html"): page for page in texts}


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"\eta \sigma^2 / (a b)", "ησ²/(ab)"),
        (r"\frac{\eta^2}{2}", "η²/2"),
        (r"\frac{1 + a}{N}", "(1+a)/N"),
        (r"w_{k+1} = w_k", "wₖ₊₁ = wₖ"),
        (r"R^*", "R*"),
        (r"R'(w) \le 0", "R′(w) ≤ 0"),
        (r"e^{-y^2}", "e^(−y²)"),
        (r"\sqrt{2}", "√(2)"),
        (r"\sum_{i=1}^N x_i", "∑ᵢ₌₁^Nxᵢ"),
        (r"\broken", r"\broken"),
    ],
)
def test_equations_are_written_once_in_characters(tex, text):
    assert equation_text(tex, {}) == text


def test_each_section_is_a_part(site):
    page = site.build()["learn/walk"]
    (title, identifier, text, words), (end, anchor, rest, seen) = page["parts"]
    assert (title, identifier) == ("A walk with η", "")
    # The description first; an equation that stands alone is left out.
    assert text == "What a walk is. It is short: η²/2, and calm. …"
    assert words.split() == ["0.0343", "7", "step", "λ"]
    assert (end, anchor, rest) == ("Its end", "its-end", "Not here.")
    assert "afar" in seen.split()


def test_pages_have_their_kind_and_their_keywords(site):
    pages = site.build()
    assert pages["learn/walk"]["kind"] == "lesson"
    assert pages["learn/walk"]["keywords"] == ["step size"]
    assert pages["index"]["keywords"] == []
    assert {name: page["kind"] for name, page in pages.items() if name != "learn/walk"} == {
        "index": "page",
        "reference/glossary": "glossary",
        "reference/api/code": "API",
    }


def test_each_term_and_each_function_is_a_part(site):
    pages = site.build()
    terms = pages["reference/glossary"]["parts"][1:]
    assert [part[:3] for part in terms] == [
        ["basin, dale", "term-basin", "All weights of a w₀."],
        ["wall", "term-wall", "An end."],
    ]
    (function,) = pages["reference/api/code"]["parts"][1:]
    assert function[:3] == ["climb", "there.climb", "Go up."]
    assert "height" in function[3].split()


def test_pages_that_are_not_written_anew_stay_and_those_that_are_gone_go(site):
    before = site.build()
    site.write("learn/walk.md", "# Changed\n\nOnly this.\n")
    after = site.build()
    assert after["learn/walk"]["parts"] == [["Changed", "", "Only this.", ""]]
    assert after["reference/glossary"] == before["reference/glossary"]
    (site.folder / "learn/walk.md").unlink()
    site.write("index.md", INDEX.replace("learn/walk\n", ""))
    assert set(site.build()) == set(before) - {"learn/walk"}


def test_sphinx_writes_no_index_of_its_own(site):
    site.build()
    assert not (site.folder / "html/searchindex.js").exists()
    assert (site.folder / "html/search.html").exists()


def test_keywords_that_are_no_list_are_refused(site):
    site.write("conf.py", CONF.replace('["step size"]', '"step size"'))
    with pytest.raises(ConfigError, match="search_keywords\\['learn/walk'\\] must be a list"):
        site.build()


def test_keywords_name_pages_that_are_one_result():
    keywords = runpy.run_path(str(ROOT / "docs/conf.py"))["search_keywords"]
    assert keywords
    for name in keywords:
        assert (ROOT / f"docs/{name}.md").is_file()
        assert kind(name) not in ("glossary", "API", "source")
    phrases = [phrase for phrases in keywords.values() for phrase in phrases]
    assert len(phrases) == len(set(phrases))
