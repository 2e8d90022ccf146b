"""Equations rendered while the site is built, on small sites of their own."""

import re
import sys
from io import StringIO
from pathlib import Path

import pytest

pytest.importorskip("sphinx")
EXTENSIONS = Path(__file__).resolve().parents[2] / "docs" / "_ext"
sys.path.insert(0, str(EXTENSIONS))

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import docutils_namespace

import katex_math

CONF = r"""
extensions = ["myst_parser", "katex_math"]
myst_enable_extensions = ["dollarmath"]
html_math_renderer = "katex"
html_theme = "basic"
numfig = True
katex_macros = {r"\loss": r"\ell"}
"""


def build(folder, text, builder="html", **pages):
    """Build a site whose first page has this text; its pages by name, and the warnings."""
    source, out = folder / "source", folder / builder
    source.mkdir(exist_ok=True)
    source.joinpath("conf.py").write_text(CONF)
    for name, content in {"index": text, **pages}.items():
        source.joinpath(f"{name}.md").write_text(content)
    warnings = StringIO()
    with docutils_namespace():
        app = Sphinx(
            source, source, out, folder / "doctrees", builder, status=None, warning=warnings
        )
        app.build()
    suffix = {"html": ".html", "text": ".txt"}[builder]
    written = {name: out.joinpath(name + suffix).read_text() for name in ("index", *pages)}
    return written, warnings.getvalue()


def test_equation_needs_no_script_and_can_be_read_aloud(tmp_path):
    pages, warnings = build(tmp_path, "# Page\n\nThe rate $\\eta$ and\n\n$$w - \\eta g$$\n")
    assert not warnings
    assert pages["index"].count("<math ") == 2
    assert pages["index"].count('aria-hidden="true"') >= 2
    assert "\\eta" not in pages["index"]


def test_numbered_equation_has_an_anchor_that_references_reach(tmp_path):
    text = "# Page\n\n$$a = b$$ (eq-one)\n\n$$c = d$$ (eq-two)\n\nSee {eq}`eq-two`.\n"
    pages, warnings = build(tmp_path, text)
    assert not warnings
    assert 'id="equation-eq-two"' in pages["index"]
    assert re.search(r'href="#equation-eq-two"[^>]*>\(?2\)?<', pages["index"])
    assert '<span class="eqno">(2)' in pages["index"]


@pytest.mark.parametrize("tex", [r"\frac{1}{", r"\unknown", "a é"])
def test_bad_tex_is_a_warning_at_its_place(tmp_path, tex):
    pages, warnings = build(tmp_path, f"# Page\n\nFine.\n\n$${tex}$$\n")
    assert re.search(r"index\.md:5: WARNING: .*\[katex\]", warnings.replace("\n", " "))
    assert "<code>" in pages["index"]


def test_macros_come_from_the_configuration(tmp_path):
    pages, warnings = build(tmp_path, "# Page\n\n$\\loss(y)$\n")
    assert not warnings
    assert "ℓ" in pages["index"]


def test_only_pages_with_equations_load_the_style(tmp_path):
    other = "# Other\n\nNo equation.\n"
    toctree = "\n```{toctree}\nother\n```\n"
    pages, warnings = build(tmp_path, f"# Page\n\n$x = 1$\n{toctree}", other=other)
    assert not warnings
    assert "katex.css" in pages["index"]
    assert re.findall(r'rel="preload"[^>]*/(\w+-\w+)\.woff2"', pages["index"]) == [
        "KaTeX_Main-Regular",
        "KaTeX_Math-Italic",
    ]
    assert "preload" not in pages["other"]
    assert "katex.css" not in pages["other"]


def test_style_asks_for_no_font_that_is_missing(tmp_path):
    build(tmp_path, "# Page\n\n$x$\n")
    style = tmp_path / "html" / "_static" / "katex" / "katex.css"
    fonts = re.findall(r"url\(([^)]+)\)", style.read_text())
    assert fonts
    assert all(style.parent.joinpath(font).is_file() for font in fonts)
    assert {Path(font).suffix for font in fonts} == {".woff2"}


def test_title_with_an_equation_is_plain_outside_its_page(tmp_path):
    toctree = "\n```{toctree}\nother\n```\n"
    pages, warnings = build(tmp_path, f"# Page\n{toctree}", other="# The rate $\\eta$\n")
    assert not warnings
    assert "The rate η" in pages["index"]
    assert "<math" not in pages["index"]
    assert "<title>The rate η" in pages["other"]
    assert "<math" in pages["other"]


def test_other_builders_keep_the_tex(tmp_path):
    pages, warnings = build(tmp_path, "# Page\n\nThe rate $\\eta$.\n\n$$a$$\n", "text")
    assert not warnings
    assert "\\eta" in pages["index"]


def test_missing_katex_is_named_with_the_way_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setattr(katex_math, "DIST", tmp_path / "nowhere")
    with pytest.raises(ExtensionError, match="npm ci --ignore-scripts"):
        build(tmp_path, "# Page\n")
