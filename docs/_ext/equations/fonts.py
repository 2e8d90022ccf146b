"""KaTeX's style sheet and fonts, with small files for the signs that most equations need.

KaTeX's fonts have thousands of signs, and a page shows a few dozen. What stands often in a font
is in a small copy of it; a browser fetches the font itself only where a page has another sign
(``unicode-range``), so that every sign still comes from its font. The copies stand in the style sheet
itself: a font that comes late changes the width of equations, and a request costs more than they weigh.
"""

import base64
import hashlib
import io
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
# KaTeX puts zero-width spaces (U+200B) into fractions and powers; no font has them.
ALL = "U+0-200A,U+200C-10FFFF"
FACE = re.compile(r"@font-face\{[^}]*?url\(fonts/([\w-]+)\.woff2\)[^}]*\}")


def often(font, signs):
    """Give a copy of a font that has these signs only, and their code points."""
    # Most builds write none, and need not load it.
    from fontTools import subset

    # Of the names, the first is the copyright.
    options = subset.Options(flavor="woff2", hinting=False, name_IDs=[0])
    with subset.load_font(font, options) as small:
        codes = sorted(set(map(ord, signs)) & set(small.getBestCmap()))
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=codes)
        subsetter.subset(small)
        copy = io.BytesIO()
        subset.save_font(small, copy, options)
    return copy.getvalue(), codes


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
        copy, codes = often(source, OFTEN[font])
        address = f"data:font/woff2;base64,{base64.b64encode(copy).decode()}"
        small = rule.replace(f"fonts/{font}.woff2", address)
        # Of two faces that have a sign, the later one counts.
        return "".join(
            face.replace("}", f";unicode-range:{covered}}}")
            for face, covered in ((rule, ALL), (small, ",".join(f"U+{code:X}" for code in codes)))
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
    """Link the style sheet from a page that has an equation, and say that it has one."""
    context["equations"] = doctree is not None and any(
        isinstance(node, nodes.math | nodes.math_block) for node in doctree.findall()
    )
    if context["equations"]:
        app.add_css_file(f"{app.config.katex_folder}/katex.css")


def setup(app):
    app.add_config_value("katex_folder", "", "html", str)
    app.connect("config-inited", configure)
    app.connect("builder-inited", install)
    app.connect("html-page-context", link)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
