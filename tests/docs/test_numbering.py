"""Numbers of figures, tables, listings and equations, on a small site."""

import re
import sys
from io import StringIO
from pathlib import Path

import pytest

pytest.importorskip("sphinx")
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs" / "_ext"))

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from pages import numbering

CONF = """
extensions = ["myst_parser", "pages.numbering"]
myst_enable_extensions = ["colon_fence", "dollarmath"]
source_suffix = {".md": "markdown"}
numfig = math_numfig = True
html_theme = "basic"
"""
TREE = "```{toctree}\n:numbered:\n%s\n```\n"
PAGE = """# Page

:::{figure} /picture.svg
:name: NAME
A caption with *emphasis*.
:::

:::{figure} /picture.svg
:::

## Section

$$x = 1$$ (eq-NAME)

:::{table} A table
:name: tab-NAME

| a |
|---|
| 1 |
:::

```{code-block} python
:caption: A listing
:name: code-NAME
print(1)
```

> :::{figure} /picture.svg
> :name: quoted-NAME
> In a quotation.
> :::
"""


class Site:
    """A small site, built again in the same folder."""

    def __init__(self, folder):
        self.source, self.out = folder / "source", folder / "html"
        pages = {name: PAGE.replace("NAME", name) for name in ("first", "second", "loose")}
        pages["results/one"] = PAGE.replace("NAME", "one")
        pages["index"] = f"# Home\n\n{TREE % 'first' + TREE % 'second'}\n" + TREE.replace(
            ":numbered:\n", ""
        ) % ("loose\nresults/index")
        pages["results/index"] = "# Results\n\n" + TREE % "one"
        for name, text in {"conf.py": CONF, "picture.svg": "<svg/>"}.items():
            self.source.joinpath("results").mkdir(parents=True, exist_ok=True)
            self.source.joinpath(name).write_text(text, encoding="utf-8")
        for name, text in pages.items():
            self.page(name).write_text(text, encoding="utf-8")

    def page(self, name):
        return self.source / f"{name}.md"

    def build(self, then=lambda app: None):
        warnings = StringIO()
        with docutils_namespace():
            folders = (self.source, self.source, self.out, self.out / ".doctrees")
            app = Sphinx(*folders, "html", status=None, warning=warnings)
            then(app)
            app.build()
        assert not warnings.getvalue()
        return app.env


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def test_numbers_are_those_of_sphinx(site):
    env = site.build()
    ours = env.toc_fignumbers
    assert ours["first"]["figure"] == {"first": (1, 1), "quoted-first": (1, 2)}
    assert ours["results/one"]["table"] == {"tab-one": ("R1", 1)}
    assert set(ours["loose"]) == {"figure", "table", "code-block", "displaymath"}
    numbering._assign_to_figures(None, env)
    assert env.toc_fignumbers == ours


def test_numbers_follow_an_edit(site):
    site.build()
    text = site.page("first").read_text(encoding="utf-8")
    site.page("first").write_text(text.partition("> ")[0], encoding="utf-8")
    text = site.page("loose").read_text(encoding="utf-8")
    more = ":::{figure} /picture.svg\n:name: more\nMore.\n:::\n\n## Section"
    site.page("loose").write_text(text.replace("## Section", more), encoding="utf-8")
    numbers = site.build().toc_fignumbers
    assert list(numbers["first"]["figure"]) == ["first"]
    assert list(numbers["loose"]["figure"]) == ["loose", "more", "quoted-loose"]
    assert "Fig. 3" in re.sub("<.*?>", "", site.out.joinpath("loose.html").read_text("utf-8"))


def test_a_build_without_a_change_loads_no_page_for_its_figures(site):
    site.build()
    loaded = []

    def watch(app):
        load = app.env.get_doctree
        app.env.get_doctree = lambda name: loaded.append(name) or load(name)

    site.build(watch)
    # Those with numbered tables of contents give the numbers of sections.
    assert set(loaded) <= {"index", "results/index"}
