"""What pages are made of, on a small site with the templates and extensions of the real one."""

import re
import sys
from io import StringIO
from pathlib import Path

import pytest

pytest.importorskip("furo")
DOCS = Path(__file__).resolve().parents[2] / "docs"
sys.path.insert(0, str(DOCS / "_ext"))

from docutils import nodes
from docutils.utils import new_document
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from pages.markup import KeepNumbers

# Furo calls Sphinx in a way that the version after next will not take.
pytestmark = pytest.mark.filterwarnings("ignore::sphinx.deprecation.RemovedInSphinx11Warning")

CONF = f"""
extensions = ["myst_nb", "sphinx_copybutton", "equations.katex", "pages.markup", "pages.search"]
myst_enable_extensions = ["colon_fence", "dollarmath"]
exclude_patterns = []
# Sphinx writes into its own default, which the sites of other tests share.
source_suffix = {{".md": "myst-nb", ".rst": "restructuredtext"}}
html_theme = "furo"
html_math_renderer = "katex"
html_static_path = [{str(DOCS / "_static")!r}]
html_css_files = ["site.css"]
html_context = {{"issues_url": "https://example.org/issues", "source_url": "https://example.org"}}
templates_path = [{str(DOCS / "_templates")!r}]
numfig = True
nb_execution_mode = "off"
suppress_warnings = ["myst-nb.lexer"]  # The kernel names the language, and no kernel runs here.
sphinx_gallery_conf = {{"gallery_dirs": "gallery", "examples_dirs": "../examples"}}


def setup(app):
    app.add_config_value("sphinx_gallery_conf", {{}}, "html")
"""

INDEX = """# Home

$x^2$ is an equation.

This paragraph says what the page is about, and it is long enough to be cut somewhere, since a
description that search engines show has an end, and this sentence does not seem to have one.

```{toctree}
:caption: Learn
page
```
"""

PAGE = """---
file_format: mystnb
kernelspec:
  name: python3
myst:
  html_meta:
    description: What this page is about.
---
# Page

$$x = 1$$ (eq-x)

:::{table} A table
:name: tab-x

| a | b |
|---|---|
| 1 | 2 |
:::

```{code-cell} python
---
tags: [hide-cell]
mystnb:
  code_prompt_show: "Show the solution"
---
print(1)
```

```python
print("code")
```
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    source = folder / "docs"
    source.mkdir()
    source.joinpath("conf.py").write_text(CONF, encoding="utf-8")
    source.joinpath("index.md").write_text(INDEX, encoding="utf-8")
    source.joinpath("page.md").write_text(PAGE, encoding="utf-8")
    source.joinpath("404.md").write_text(
        "---\norphan: true\n---\n# Missing\n\nGo [home](index.md).\n", encoding="utf-8"
    )
    gallery = source / "gallery" / "1_part"
    gallery.mkdir(parents=True)
    gallery.joinpath("plot_x.rst").write_text(
        ":orphan:\n\nPlot\n====\n\nAn example.\n", encoding="utf-8"
    )
    warnings = StringIO()
    with docutils_namespace():
        folders = (source, source, folder / "html", folder / "doctrees")
        Sphinx(*folders, "html", status=None, warning=warnings).build()
    assert not warnings.getvalue()
    return folder / "html"


def pages(site):
    return {
        path.relative_to(site).as_posix(): path.read_text(encoding="utf-8")
        for path in site.rglob("*.html")
    }


def test_no_page_has_a_script_of_its_own(site):
    for name, page in pages(site).items():
        scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page, flags=re.DOTALL)
        [(attributes, content)] = [script for script in scripts if " src=" not in script[0]]
        # What stands in all of them, as short as can be: it waits for the first paint.
        assert "late" in attributes, name
        assert 'localStorage.getItem("theme")' in content[:60], name
        assert all(not content for attributes, content in scripts if " src=" in attributes), name
        assert not re.search(r"<[^>]+ on\w+=", page), name


def test_a_page_loads_one_style_sheet_and_one_script(site):
    # The fonts of equations weigh more than all else: only who has an equation gets them.
    for name, loaded in (("page", "styles-and-equations"), ("404", "styles")):
        page = pages(site)[f"{name}.html"]
        sheets = re.findall(r'rel="stylesheet"[^>]*href="([^"?]+)', page)
        assert [sheet.rpartition("/")[2] for sheet in sheets] == [f"{loaded}.css"]
    page = pages(site)["page.html"]
    (script,) = re.findall(r"<script[^>]*>", page)
    late = r'<script data-late="_static/scripts\.js\?v=[0-9a-f]{8}" data-equations="yes">'
    assert re.fullmatch(late, script), "and the page has an equation"


def test_bundle_has_the_rules_of_theme_and_site_and_no_comment_of_ours(site):
    sheet = site.joinpath("_static", "styles-and-equations.css").read_text(encoding="utf-8")
    plain = site.joinpath("_static", "styles.css").read_text(encoding="utf-8")
    assert ".sidebar-drawer" in plain
    assert "@font-face" not in plain
    for rule in (".sidebar-drawer", ".copybtn", ".gallery-card", ".highlight :is(.k,", ".katex{"):
        assert rule in sheet
    # Fonts are found from where the sheet is.
    fonts = re.findall(r"url\((katex-[^)]+)\)", sheet)
    assert fonts
    assert all(site.joinpath("_static", font).is_file() for font in fonts)
    assert "The site's look" not in sheet
    assert sheet.count("{") == sheet.count("}")


def test_bundled_scripts_are_all_there(site):
    script = site.joinpath("_static", "scripts.js").read_text(encoding="utf-8")
    for part in ("DOCUMENTATION_OPTIONS", "theme-toggle", "ClipboardJS", "ResizeObserver"):
        assert part in script


def test_no_identifier_occurs_twice(site):
    for name, page in pages(site).items():
        identifiers = re.findall(r'\sid="([^"]+)"', page)
        assert len(identifiers) == len(set(identifiers)), name


def test_every_page_has_one_title_and_one_main_part(site):
    for name, page in pages(site).items():
        assert len(re.findall("<h1[ >]", page)) == 1, name
        assert page.count('role="main"') == 1, name
        assert '<html class="no-js" lang="en"' in page, name


def test_every_landmark_has_a_name(site):
    for name, page in pages(site).items():
        for tag in re.findall(r"<(?:nav|aside)[^>]*>", page):
            assert "aria-label=" in tag, (name, tag)
        assert 'role="heading"' not in page, name


def test_every_page_has_one_description(site):
    found = {}
    for name, page in pages(site).items():
        tags = [tag for tag in re.findall("<meta[^>]*>", page) if 'name="description"' in tag]
        assert len(tags) == 1, name
        found[name] = re.search('content="([^"]+)"', tags[0])[1]
    assert found["page.html"] == "What this page is about."
    assert found["index.html"].startswith("This paragraph says")
    assert found["index.html"].endswith("…")
    assert len(found["index.html"]) <= 160


def test_a_solution_is_folded_under_the_text_that_is_seen(site):
    page = pages(site)["page.html"]
    summary = re.search("<summary([^>]*)>(.*?)</summary>", page, flags=re.DOTALL)
    assert "aria-label" not in summary[1]
    assert '<span class="collapsed">Show the solution</span>' in summary[2]


def test_the_foot_of_a_page_leads_to_its_source(site):
    found = pages(site)
    assert 'href="https://example.org/blob/main/docs/page.md"' in found["page.html"]
    assert (
        'href="https://example.org/blob/main/examples/1_part/plot_x.py"'
        in found["gallery/1_part/plot_x.html"]
    )
    assert "https://example.org/issues/new?title=Mistake%20on%20page" in found["page.html"]


def test_a_computed_number_stays_on_the_line_of_what_belongs_to_it():
    document = new_document("page")

    def computed(text):
        return nodes.reference("", text, classes=["number"])

    equation = nodes.math("", r"R(w) \approx")
    first = nodes.paragraph("", "", equation, nodes.Text("\n"), computed("−0.1"), nodes.Text(" %."))
    second = nodes.paragraph("", "", computed("1"), nodes.Text(" ± "), computed("2"))
    other = nodes.paragraph("", "", nodes.math("", "w"), nodes.Text(" "), computed("3"))
    code = nodes.literal_block("", "5 % 2")
    document += [first, second, other, code]
    KeepNumbers(document).run()
    assert first[0]["classes"] == ["keep"]
    assert first.astext() == "R(w) \\approx\u00a0−0.1\u00a0%."
    assert second.astext() == "1\u00a0±\u00a02"
    assert [type(node) for node in other] == [nodes.math, nodes.Text, nodes.reference]
    assert code.astext() == "5 % 2"
