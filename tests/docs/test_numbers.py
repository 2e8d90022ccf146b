"""Numbers that scripts tell: what is written of them, where they lead, and what is refused."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
EXTENSIONS = ROOT / "docs" / "_ext"
sys.path.insert(0, str(EXTENSIONS))

from sgd_explained.measure import Estimate, fraction
from told.links import Mistake, tails, texts, typeset
from told.records import Script, flat, record

HALF = Estimate(0.5, 0.4, 0.6, "given")


# Values


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (3, {"value": 3}),
        (np.int64(3), {"value": 3}),
        (np.float32(0.5), {"value": 0.5}),
        (np.array(0.5), {"value": 0.5}),
        ("left", {"value": "left"}),
        (HALF, {"value": 0.5, "low": 0.4, "high": 0.6, "method": "given"}),
        ([[1, HALF]], {"rows": [[record(1), record(HALF)]]}),
    ],
)
def test_what_may_be_told(value, kept):
    assert record(value) == kept
    json.dumps(record(value), allow_nan=False)


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (np.nan, "must be finite, got nan"),
        (-np.inf, "must be finite, got -inf"),
        ([[1.0, np.nan]], "must be finite"),
        (True, "must be a number, a text, an Estimate, or rows"),
        (None, "got None"),
        (1 + 2j, "must be a number"),
        (np.zeros(2), "must be a number"),
        ([], "must have rows"),
        ([[1], [1, 2]], "equally long"),
    ],
)
def test_what_may_not_be_told(value, complaint):
    with pytest.raises((TypeError, ValueError), match=complaint):
        record(value)


def test_inner_dictionaries_have_names_with_dots():
    told = {"at": {0.5: 1, "two": {"deep": 2}}, "flat": 3}
    assert dict(flat(told)) == {"at.0.5": 1, "at.two.deep": 2, "flat": 3}


# Texts


@pytest.mark.parametrize(
    ("value", "quotation", "text"),
    [
        (0.99849, ".1%", "99.8\u00a0%"),
        (-0.5, ".1f", "−0.5"),
        (-0.04, ".1f", "0.0"),
        (12345.6, ",.0f", "12,346"),
        (2.4e-13, ".0e", "2\u00a0⋅\u00a010−13"),
        (7, "", "7"),
        ("medium", "", "medium"),
        (HALF, ".2f", "0.50"),
        (HALF, ".1f ±", "0.5\u00a0±\u00a00.1"),
        (HALF, ".0% ±", "50\u00a0±\u00a010\u00a0%"),
        (HALF, ".0% to", "40 to 60\u00a0%"),
        (Estimate(-0.5, -0.6, -0.4, "given"), ".1f to", "−0.6 to −0.4"),
    ],
)
def test_how_a_number_is_written(value, quotation, text):
    spec, _, interval = quotation.partition(" ")
    words = texts(record(value), spec, interval or None)
    assert "".join(node.astext() for word in words for node in typeset(word)) == text


@pytest.mark.parametrize(
    ("column", "places"),
    [
        (["16", "-0.25", "4.5"], ["point digit digit", "", "digit"]),
        (["1", "1,000"], ["", ""]),
        (["0.5", "2e-07"], ["", ""]),
    ],
)
def test_numbers_of_a_column_end_below_each_other(column, places):
    empty = tails([[number] for number in column])
    kinds = [" ".join(place["classes"][0] for place in tail) for tail in empty]
    assert kinds == places


@pytest.mark.parametrize(
    ("value", "quotation", "complaint"),
    [
        (0.5, "", "needs a format"),
        (0.5, "d", "cannot be written as 'd'"),
        ("left", ".2f", "cannot be written as '.2f'"),
        (0.5, ".2f ±", "no interval"),
        (HALF, ".0f ±", "too narrow for '.0f': it would read ± 0"),
        ([[1]], "d", "is a table"),
    ],
)
def test_what_a_format_must_fit(value, quotation, complaint):
    spec, _, interval = quotation.partition(" ")
    with pytest.raises(Mistake, match=re.escape(complaint)):
        texts(record(value), spec, interval or None)


# Code

SOURCE = '''"""
A title
=======

Words.
"""

# %%
# First.

import numpy as np

walks = np.arange(3)
hot, calm = walks[0], walks[1]

# %%
# Second.

table = []
for walk in walks:
    table.append([walk, 2 * walk])
    share = walk / 3

# %%
# Third.

numbers = {"hot": hot, "twice": 2 * calm, "share": share, "at": {"one": hot + calm}}
numbers["late"] = share + 1
numbers |= {f"at_{walk}": walk for walk in walks}
'''


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "plot_it.py"
    path.write_text(SOURCE, "utf-8")
    return Script(path)


@pytest.mark.parametrize(
    ("name", "block", "code"),
    [
        ("hot", 0, "hot, calm = walks[0], walks[1]"),
        ("twice", 0, 'hot, calm = walks[0], walks[1]\n"twice": 2 * calm'),
        (
            "share",
            1,
            "for walk in walks:\n    table.append([walk, 2 * walk])\n    share = walk / 3",
        ),
        ("at.one", 0, 'hot, calm = walks[0], walks[1]\n"one": hot + calm'),
        ("at_2", 2, 'numbers |= {f"at_{walk}": walk for walk in walks}'),
    ],
)
def test_the_code_of_a_number_is_what_gave_its_value(script, name, block, code):
    line, found = script.source(name, len(script.lines))
    assert code in found
    assert script.block_of(line) == block


def test_code_that_is_long_is_cut(tmp_path):
    path = tmp_path / "plot_long.py"
    lines = "\n".join(f"    {i}," for i in range(40))
    path.write_text(
        f'"""T\n=\n\nW.\n"""\nmany = [\n{lines}\n]\nnumbers = {{"many": len(many)}}\n', "utf-8"
    )
    _, code = Script(path).source("many", 60)
    assert "…" in code
    assert len(code.splitlines()) < 18


# On a site

CONF = f"""
import sys
sys.path.insert(0, {str(EXTENSIONS)!r})
extensions = ["myst_parser", "sphinx_gallery.gen_gallery", "gallery.runs", "told.links", "gallery.uses"]
myst_enable_extensions = ["colon_fence", "dollarmath"]
exclude_patterns = ["gallery/**.ipynb"]
sphinx_gallery_conf = {{
    "examples_dirs": "../examples",
    "gallery_dirs": "gallery",
    "image_scrapers": ("told.records.scrape",),
    "min_reported_time": float("inf"),
    "write_computation_times": False,
}}
"""
TELLING = '''"""
Telling
=======

Words.
"""

# %%
# A block.

from sgd_explained.measure import fraction

share = fraction([True] * 30 + [False] * 70)

# %%
# Another block.

numbers = {"share": share, "rows": [["left", share], ["right", -3.0]]}
'''
PAGE = """# {title}

Here {{number}}`telling.share:.1%`, its interval {{number}}`telling.share:.1% to`.
"""
TABLE = """
:::{numbers} telling.rows
:caption: Rows of $x$
:formats: - | .2f
side | share $s$
:::

```{toctree}
other
gallery/index
```
"""


class Site:
    """A small site with one script and two pages."""

    def __init__(self, folder):
        self.folder = folder
        self.write("docs/conf.py", CONF)
        self.write("docs/index.md", PAGE.format(title="Home") + TABLE)
        self.write("docs/other.md", PAGE.format(title="Other"))
        self.write("examples/GALLERY_HEADER.rst", "Gallery\n=======\n")
        self.write("examples/1_few/GALLERY_HEADER.rst", "Few\n---\n")
        self.write("examples/1_few/plot_telling.py", TELLING)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def build(self):
        """Build, and give what was complained of, without the paths of this machine."""
        command = [sys.executable, "-m", "sphinx", "-q", "-d", "doctrees", "docs", "html"]
        # Others may read without naming an encoding; this is about our words.
        ours = {**os.environ, "PYTHONWARNDEFAULTENCODING": ""}
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=ours,
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
        )
        return done.returncode, done.stderr.replace(f"{self.folder}/", "")

    def page(self, name):
        text = (self.folder / f"html/{name}.html").read_text(encoding="utf-8")
        return re.search(r'<div class="body" role="main">(.*)', text, re.DOTALL)[1]

    def numbers(self, name):
        """Texts and addresses of the numbers of a page."""
        links = re.findall(r'<a class="number[^"]*" href="([^"]*)">(.*?)</a>', self.page(name))
        return [(re.sub("<[^>]*>", "", text), address) for address, text in links]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("numbers"))
    assert site.build() == (0, "")
    return site


@pytest.fixture
def changed(site):
    """The site, to be changed and put back."""
    kept = {
        path: path.read_text(encoding="utf-8")
        for path in (*site.folder.glob("docs/*.md"), *site.folder.glob("examples/*/*.py"))
    }
    yield site
    for path, text in kept.items():
        path.write_text(text, encoding="utf-8")


def test_every_quotation_leads_to_the_block_of_its_code(site):
    block = "gallery/1_few/plot_telling.html#number-share"
    assert site.numbers("other") == [
        ("30.0\u00a0%", block),
        ("21.9 to 39.6\u00a0%", block),
    ]
    page = site.page("gallery/1_few/plot_telling")
    anchor = page.index('id="number-share"')
    assert (
        anchor
        < page.index("fraction", page.index('<span class="n">share'))
        < page.index("Another block")
    )


def test_the_page_of_a_script_leads_to_those_that_quote_it(site):
    page = site.page("gallery/1_few/plot_telling")
    [users] = re.findall(r'<p class="script-users">(.*?)</p>', page)
    links = re.findall(r'href="([^"]*)">([^<]*)<', users)
    assert links == [("../../index.html", "Home"), ("../../other.html", "Other")]


def test_a_table_links_its_numbers_and_not_its_words(site):
    rows = "gallery/1_few/plot_telling.html#number-rows"
    assert site.numbers("index")[2:] == [("0.30", rows), ("−3.00", rows)]
    assert re.search(r"<td[^>]*><p>left</p>", site.page("index"))


def test_a_table_has_its_caption(site):
    (caption,) = re.findall(r"<caption>.*?</caption>", site.page("index"), re.DOTALL)
    assert "Rows of" in caption
    assert "math" in caption


def test_the_numbers_travel_with_the_page_of_their_script(site):
    file = site.folder / "html/gallery/1_few/plot_telling.numbers.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    assert told["title"] == "Telling"
    share = told["numbers"]["share"]
    expected = fraction([True] * 30 + [False] * 70)
    assert (share["value"], share["low"], share["high"]) == (0.3, expected.low, expected.high)
    assert "Wilson" in share["method"]


def test_an_altered_number_changes_on_every_page_that_quotes_it(changed):
    changed.write(
        "examples/1_few/plot_telling.py", TELLING.replace("* 30", "* 31").replace("70", "69")
    )
    assert changed.build() == (0, "")
    for page in ("index", "other"):
        assert changed.numbers(page)[0][0] == "31.0\u00a0%"
    assert changed.numbers("index")[2][0] == "0.31"


@pytest.mark.parametrize(
    ("quoted", "complaint"),
    [
        ("telling.shar:.1%", ("docs/other.md:3: WARNING: number 'telling.shar:.1%': "
                             "telling tells no 'shar', but share, rows")),
        ("teling.share:.1%", "no script 'teling' tells numbers; those that do: telling"),
        ("telling.share", "needs a format"),
        ("telling.share:.1% about", "must read: script.name:format"),
    ],
)  # fmt: skip
def test_a_wrong_quotation_is_a_warning_at_its_place(changed, quoted, complaint):
    changed.write("docs/other.md", f"# Other\n\nWords.\n{{number}}`{quoted}`\n")
    code, complaints = changed.build()
    assert code == 0
    assert complaint in complaints


def test_a_number_that_no_page_quotes_is_a_warning(changed):
    changed.write("examples/1_few/plot_telling.py", TELLING + 'numbers["spare"] = 1\n')
    _, complaints = changed.build()
    expected = (
        "plot_telling.rst: WARNING: the number 'spare' of telling is told, and no page quotes it"
    )
    assert expected in complaints


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"share": share,', '"share": float("nan"),', "line 18: the number 'share' must be finite, got nan"),
        ('"share": share,', '"share": share, "share": 1,', "line 18: the name 'share' is told twice"),
        ('{"share"', '1 / 0, {"share"', "ZeroDivisionError"),
        ("numbers = {", "numbers = 1, {", "line 17: numbers must be a dictionary, got (1,"),
        ("# Another block.\n", '# Another.\n\nnumbers = {"share": 1}\n\n# %%\n# A third.\n',
         "line 22: the name 'share', told above, is told twice or lost"),
    ],
)  # fmt: skip
def test_a_script_that_fails_leaves_no_old_number(changed, old, new, complaint):
    assert old in TELLING
    changed.write("examples/1_few/plot_telling.py", TELLING.replace(old, new, 1))
    code, complaints = changed.build()
    assert code != 0
    assert "plot_telling.py" in complaints
    assert complaint in complaints
    assert not list(changed.folder.glob("docs/gallery/*/*.numbers.json"))
