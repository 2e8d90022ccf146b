"""What a page loads: one style sheet, no script that stops the reading, nothing without use.

The theme and each extension add their own style sheets and scripts to every page. Each is a
request that the first paint waits for. Here the style sheets become one, scripts wait until the
page has been read, and what a page has no use for is left out.
"""

import re
from pathlib import Path

from docutils import nodes
from furo import get_pygments_stylesheet

SHEET = "styles.css"
# In this order, after the colours of code. The first and the last win over extensions' rules.
PARTS = ("styles/furo.css", "copybutton.css", "styles/furo-extensions.css", "site.css")
# Style sheets of the gallery and of notebooks: ours has what pages need of them. Tags: we have none.
UNUSED = ("sg_gallery", "mystnb", "sg-tags")
FOR_CODE = ("copybutton", "clipboard")


def write_sheet(app):
    """Write all style sheets as one, without comments."""
    static = Path(app.outdir, "_static")
    parts = [get_pygments_stylesheet(), *((static / part).read_text("utf-8") for part in PARTS)]
    text = re.sub(r"^\s*/\*.*?\*/\n", "", "\n".join(parts), flags=re.MULTILINE | re.DOTALL)
    sheet = static / SHEET
    if not sheet.is_file() or sheet.read_text("utf-8") != text:
        sheet.write_text(text, "utf-8")


def lighten(app, pagename, templatename, context, doctree):
    """Choose what a page loads."""
    # The address of the sheet tells its content, so it has to be there before the page.
    write_sheet(app)
    unused = [*UNUSED, "pygments.css", *PARTS]
    if doctree is None or not next(doctree.findall(nodes.literal_block), None):
        unused += FOR_CODE
    for kind in ("css_files", "script_files"):
        context[kind] = [
            asset
            for asset in context[kind]
            if not any(name in str(asset.filename) for name in unused)
        ]
    for script in context["script_files"]:
        script.attributes["defer"] = "defer"


def finish(app, exception):
    if exception is None and app.builder.format == "html":
        write_sheet(app)


def setup(app):
    app.add_css_file(SHEET, priority=900)
    # After the extensions that add assets to single pages.
    app.connect("html-page-context", lighten, priority=900)
    # A page is not written again when only a style sheet has changed.
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
