"""KaTeX's style sheet and fonts, with small files for the signs that most equations need.

KaTeX's fonts have thousands of signs, and a page shows a few dozen. What stands often in a font
is in a small copy of it; a browser fetches the font itself only where a page has another sign
(``unicode-range``), so that every sign still comes from its font. The smallest of these copies stand
in the style sheet itself.
"""

import base64
import hashlib
import logging
import re
import shutil
import string
from pathlib import Path

from docutils import nodes
from sphinx.errors import ExtensionError

import upstream

# It tells each table of each font.
logging.getLogger("fontTools").setLevel(logging.WARNING)

DOCS = Path(__file__).resolve().parents[2]
DIST = DOCS / "node_modules" / "katex" / "dist"

# What stands in equations often. The space is what browsers take the height of a line from.
OFTEN = {
    "KaTeX_Main-Regular": string.digits
    + string.ascii_lowercase
    + " \u00a0()[]|+−=±⋅∗/<>≤≥≪≫≈∼,.:;!%′…ˉ^←→∈∞∣∥∂∇ΔℓCV⟶"
    "⋯ADGMNPRSΦΣ⌊⌋⊤"
    # The stroke through ≠.
    "\ue020",
    "KaTeX_Math-Italic": " " + string.ascii_lowercase + "ABCDEFGHIJKLMNOPQRSTVZαβγδεϵηθκλμνξπρστφ",
    "KaTeX_AMS-Regular": " E",
    "KaTeX_Size1-Regular": " ∑∫()",
    "KaTeX_Size2-Regular": " ∑∫()",
    "KaTeX_Size3-Regular": " ()",
    "KaTeX_Size4-Regular": " {",
}
# A font that comes late changes the width of equations, and the text after them moves. Those of a
# few signs come with the style sheet, since a request costs more than they weigh. For the others
# pages ask early: what asks for them in KaTeX's HTML.
ASKS = {
    "KaTeX_Main-Regular": re.compile(
        r'class="m(?:ord|bin|rel|open|close|punct)(?: mtight)?">[^<\s]'
    ),
    "KaTeX_Math-Italic": re.compile(r'class="mord mathnormal"'),
}
# KaTeX puts zero-width spaces (U+200B) into fractions and powers; no font has them.
ALL = "U+0-200A,U+200C-10FFFF"
FACE = re.compile(r"@font-face\{[^}]*?url\(fonts/([\w-]+)\.woff2\)[^}]*\}")


def write_often(font, signs, path):
    """Write a copy of a font that has these signs only, and give their code points."""
    # Most builds write none, and need not load it.
    from fontTools import subset

    # Of the names, the first is the copyright.
    options = subset.Options(flavor="woff2", hinting=False, name_IDs=[0])
    with subset.load_font(font, options) as small:
        codes = sorted(set(map(ord, signs)) & set(small.getBestCmap()))
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=codes)
        subsetter.subset(small)
        subset.save_font(small, path, options)
    return codes


def _style():
    """KaTeX's style sheet, as it is wanted here."""
    return upstream.change("katex.min.css", (DIST / "katex.min.css").read_text("utf-8"))


def _folder():
    digest = hashlib.sha256(Path(__file__).read_bytes() + _style().encode())
    return f"katex-{digest.hexdigest()[:12]}"


def write(target):
    """Write the style sheet to a folder, and the fonts in the format of today's browsers."""
    (target / "fonts").mkdir(parents=True)

    def add_often(face):
        rule, font = face.group(0, 1)
        source = shutil.copy(DIST / "fonts" / f"{font}.woff2", target / "fonts")
        if font not in OFTEN:
            return rule
        small = target / "fonts" / f"{font}-often.woff2"
        codes = write_often(source, OFTEN[font], small)
        address = f"fonts/{small.name}"
        if font not in ASKS:
            address = f"data:font/woff2;base64,{base64.b64encode(small.read_bytes()).decode()}"
            small.unlink()
        often = rule.replace(f"fonts/{font}.woff2", address)
        # Of two faces that have a sign, the later one counts.
        return "".join(
            face.replace("}", f";unicode-range:{covered}}}")
            for face, covered in ((rule, ALL), (often, ",".join(f"U+{code:X}" for code in codes)))
        )

    (target / "katex.css").write_text(FACE.sub(add_often, _style()), "utf-8")


def configure(app, config):
    if not DIST.is_dir():
        raise ExtensionError(
            f"KaTeX is not installed: run `npm ci --ignore-scripts` in {DOCS} "
            "(the nox session docs does)"
        )
    # Another content means another address, so every page is written again.
    config.katex_folder = _folder()


def install(app):
    """Write the folder of this content; drop those of others."""
    if app.builder.format != "html":
        return
    target = Path(app.outdir, "_static", app.config.katex_folder)
    for stale in target.parent.glob("katex-*"):
        if stale != target:
            shutil.rmtree(stale)
    if not target.exists():
        write(target)


def link(app, pagename, templatename, context, doctree):
    """Link the style sheet from a page that has an equation, and the fonts of its letters."""
    if doctree is None or not any(
        isinstance(node, nodes.math | nodes.math_block) for node in doctree.findall()
    ):
        return
    folder = app.config.katex_folder
    app.add_css_file(f"{folder}/katex.css")
    # The template asks for them behind the style sheets, for which the first paint waits.
    context["fonts"] = [
        context["pathto"](f"_static/{folder}/fonts/{font}-often.woff2", 1)
        for font, letters in ASKS.items()
        if letters.search(context["body"])
    ]


def setup(app):
    app.add_config_value("katex_folder", "", "html", str)
    app.connect("config-inited", configure)
    app.connect("builder-inited", install)
    app.connect("html-page-context", link)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
