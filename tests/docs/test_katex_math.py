"""Equations rendered while the site is built, on small sites of their own."""

import base64
import re
import sys
from io import BytesIO, StringIO
from pathlib import Path

import pytest

pytest.importorskip("sphinx")
EXTENSIONS = Path(__file__).resolve().parents[2] / "docs" / "_ext"
sys.path.insert(0, str(EXTENSIONS))

from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import docutils_namespace

from equations import fonts

CONF = r"""
extensions = ["myst_parser", "equations.katex"]
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
    source.joinpath("conf.py").write_text(CONF, encoding="utf-8")
    for name, content in {"index": text, **pages}.items():
        source.joinpath(f"{name}.md").write_text(content, encoding="utf-8")
    warnings = StringIO()
    with docutils_namespace():
        app = Sphinx(
            source, source, out, folder / "doctrees", builder, status=None, warning=warnings
        )
        app.build()
    suffix = {"html": ".html", "text": ".txt"}[builder]
    written = {
        name: out.joinpath(name + suffix).read_text(encoding="utf-8") for name in ("index", *pages)
    }
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


def test_a_bare_number_is_one_of_the_text(tmp_path):
    pages, warnings = build(tmp_path, "# Page\n\nFrom $-0.5$ to $3$, or $x = 3$, or $3x$.\n")
    assert not warnings
    assert "From −0.5 to 3, or " in pages["index"]
    assert pages["index"].count("<math ") == 2


def test_punctuation_stays_on_the_line_of_the_last_part(tmp_path):
    text = "# Page\n\nFor *b*, $i \\ne j$, and (for $x$). Then the $k$-th $y$ alone.\n"
    pages, warnings = build(tmp_path, text)
    assert not warnings
    paragraph = re.search("<p>(For .*)</p>", pages["index"])[1]
    seen = re.sub("<math.*?</math>|<[^>]+>", "", paragraph)
    assert seen == "For b, i\ue020=j, and (for x). Then the k-th y alone."
    kept = re.findall('<span class="keep">(.*?)</span>([,.)]+|-th)</span>', paragraph)
    assert [(re.sub("<[^>]+>", "", part), mark) for part, mark in kept] == [
        ("j", ","),
        ("x", ")."),
        ("k", "-th"),
    ]
    assert paragraph.count("<span") == paragraph.count("</span>")


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
    assert "katex.css" not in pages["other"]


def test_style_asks_for_no_font_that_is_missing(tmp_path):
    build(tmp_path, "# Page\n\n$x$\n")
    [style] = tmp_path.glob("html/_static/katex-*/katex.css")
    addresses = re.findall(r"url\(([^)]+)\)", style.read_text(encoding="utf-8"))
    files = [address for address in addresses if not address.startswith("data:font/woff2;")]
    assert len(addresses) - len(files) == len(fonts.OFTEN)
    assert {style.parent / file for file in files} == set(style.parent.glob("fonts/*.woff2"))


def test_small_fonts_have_the_letters_of_the_whole_ones(tmp_path):
    fonts.write(tmp_path / "katex")
    style = tmp_path.joinpath("katex", "katex.css").read_text(encoding="utf-8")
    faces = re.findall(r"@font-face\{[^}]*url\(([^)]+)\)[^}]*\}", style)

    for name, signs in fonts.OFTEN.items():
        # Of two faces with a sign, browsers take the later one.
        place = faces.index(f"fonts/{name}.woff2")
        files = [
            tmp_path.joinpath("katex", faces[place]).read_bytes(),
            base64.b64decode(faces[place + 1].partition("base64,")[2]),
        ]
        assert len(files[1]) < 0.6 * len(files[0])
        with TTFont(BytesIO(files[0])) as whole, TTFont(BytesIO(files[1])) as small:
            assert set(map(ord, signs)) <= set(small.getBestCmap())
            for table, metric in (
                ("hhea", "ascent"),
                ("head", "unitsPerEm"),
                ("OS/2", "usWinAscent"),
            ):
                assert getattr(small[table], metric) == getattr(whole[table], metric)
            for code, glyph in small.getBestCmap().items():
                pens = RecordingPen(), RecordingPen()
                small.getGlyphSet()[glyph].draw(pens[0])
                whole.getGlyphSet()[whole.getBestCmap()[code]].draw(pens[1])
                assert pens[0].value == pens[1].value
                assert small["hmtx"][glyph] == whole["hmtx"][whole.getBestCmap()[code]]


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
    monkeypatch.setattr(fonts, "DIST", tmp_path / "nowhere")
    with pytest.raises(ExtensionError, match="npm ci --ignore-scripts"):
        build(tmp_path, "# Page\n")
