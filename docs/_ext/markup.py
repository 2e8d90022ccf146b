"""Mends of the markup that the theme, Sphinx, myst-nb and docutils write.

Each is made where the markup arises: readers by keyboard and by ear need it, and the W3C's
checker asks for it. The names of landmarks are in the templates.
"""

import html
import re

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from pygments.formatters import HtmlFormatter
from sphinx.highlighting import PygmentsBridge
from sphinx.transforms.post_transforms import SphinxPostTransform

# Code with a longer line than this may be wider than a phone, and then scrolls.
PHONE_COLUMNS = 28


class ReachableCode(HtmlFormatter):
    """Code whose box can be scrolled by keyboard."""

    def _wrap_pre(self, inner):
        lines = list(inner)
        for is_code, line in super()._wrap_pre(lines):
            if line.startswith("<pre") and self._is_wide(lines):
                line = line.replace("<pre", '<pre tabindex="0"', 1)
            yield is_code, line

    @staticmethod
    def _is_wide(lines):
        text = html.unescape(re.sub("<[^>]+>", "", "".join(line for _, line in lines)))
        return max(map(len, text.splitlines()), default=0) > PHONE_COLUMNS


class OneIdentifier(SphinxPostTransform):
    """Take the identifier off the boxes that furo lays around tables and equations.

    Furo copies all attributes to the box, and an identifier may occur only once.
    """

    default_priority = 501
    formats = ("html",)

    def run(self, **kwargs):
        for box in self.document.findall(nodes.container):
            if {"math-wrapper", "table-wrapper"} & set(box["classes"]):
                box["ids"] = []


def visit_hidden_cell(self, node):
    """Write a fold whose name is the text that is seen."""
    self.body.append(self.starttag(node, "details", CLASS="admonition hide"))
    self.body.append(
        f'<summary><span class="collapsed">{html.escape(node["prompt_show"])}</span>'
        f'<span class="expanded">{html.escape(node["prompt_hide"])}</span></summary>\n'
    )


def depart_hidden_cell(self, node):
    self.body.append("</details>\n")


def only_what_is_used(app, pagename, templatename, context, doctree):
    """Leave out style sheets of extensions that a page does not use, and name our own addresses."""
    unused = []
    if not pagename.startswith("gallery/"):
        unused.append("sg_gallery")
    if doctree is None or "cell" not in {
        name for box in doctree.findall(nodes.container) for name in box["classes"]
    }:
        unused.append("mystnb")
    context["css_files"] = [
        sheet
        for sheet in context["css_files"]
        if not any(name in str(sheet.filename) for name in unused)
    ]


def setup(app):
    PygmentsBridge.html_formatter = ReachableCode
    app.add_post_transform(OneIdentifier)
    app.add_node(HideCodeCellNode, override=True, html=(visit_hidden_cell, depart_hidden_cell))
    # After the extensions that add style sheets to single pages.
    app.connect("html-page-context", only_what_is_used, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
