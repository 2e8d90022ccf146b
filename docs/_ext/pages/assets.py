"""What a page loads: one style sheet, one script after the first paint, nothing without use.

The theme and each extension add their own style sheets and scripts to every page. Each is a
request, and the first paint waits for most of them. Here they become one of each kind. The script
is fetched when the page has been drawn (``theme.js`` does that).
"""

import zlib
from pathlib import Path

import rcssmin
from furo import get_pygments_stylesheet
from rjsmin import jsmin

import upstream

SHEET, SCRIPT = "styles.css", "scripts.js"
# In this order; the rules of the last sheet win. The colours of code come before all of them.
SHEETS = ("styles/furo.css", "copybutton.css", "styles/furo-extensions.css", "site.css")
SCRIPTS = (
    "documentation_options.js",
    "doctools.js",
    "scripts/furo.js",
    "clipboard.min.js",
    "copybutton.js",
    "copying.js",
    "scrolling.js",
    "film.js",
    "numbers.js",
    "marking.js",
    "drawers.js",
    "reading.js",
    "opening.js",
    "waking.js",
)
# Scripts that only declare what others use. Each of the rest is a function, run after all have been
# read: where one fails, or a browser lacks what it needs, the others go on.
DECLARATIONS = ("documentation_options.js", "doctools.js")
# Style sheets of the gallery and of notebooks: ours has what pages need of them. Tags: we have none.
# Words that were looked for are marked by our own script.
UNUSED = ("pygments.css", "sg_gallery", "mystnb", "sg-tags", "sphinx_highlight.js")


def alone(name, script):
    """Let a script stand alone: its names are its own, and so are its failures."""
    if name in DECLARATIONS:
        return script
    return f"queueMicrotask(() => {{\n{script}\n}});"


def join(scripts):
    """Join scripts, given by their names, to one."""
    return jsmin(
        "\n;".join(alone(name, script) for name, script in scripts.items()),
        keep_bang_comments=True,
    )


def write_bundles(app):
    """Join the style sheets, as short as can be, and the scripts; give the scripts' checksum."""
    static = Path(app.outdir, "_static")

    def read(names):
        return [upstream.change(name, (static / name).read_text("utf-8")) for name in names]

    sheet = rcssmin.cssmin("\n".join([get_pygments_stylesheet(), *read(SHEETS)]))
    script = join(dict(zip(SCRIPTS, read(SCRIPTS), strict=True)))
    for name, text in ((SHEET, sheet), (SCRIPT, script)):
        bundle = static / name
        if not bundle.is_file() or bundle.read_text("utf-8") != text:
            bundle.write_text(text, "utf-8")
    return f"{zlib.crc32(script.encode()):08x}"


def lighten(app, pagename, templatename, context, doctree):
    """Put the bundles in the place of their parts."""
    # The address of a bundle tells its content, so it has to be there before the page.
    checksum = write_bundles(app)
    gone = [*UNUSED, *SHEETS, *SCRIPTS]
    context["late_script"] = f"_static/{SCRIPT}?v={checksum}"
    for kind in ("css_files", "script_files"):
        context[kind] = [
            asset
            for asset in context[kind]
            if not any(name in str(asset.filename) for name in gone)
        ]


def finish(app, exception):
    if exception is None and app.builder.format == "html":
        write_bundles(app)


def setup(app):
    upstream.TEMPLATES.check()
    app.add_css_file(SHEET, priority=900)
    # After the extensions that add assets to single pages.
    app.connect("html-page-context", lighten, priority=900)
    # A page is not written again when only a style sheet has changed.
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
