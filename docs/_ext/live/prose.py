"""Numbers in the prose that belong to a live figure of the page.

The role ``drag`` shows a parameter of a figure, given by the figure's anchor and the parameter. It
is a number that a hand may drag: the figure follows it, and it follows the figure. The role
``readout`` shows a text that the figure writes, or a parameter once more, and follows only::

    At learning rate {drag}`bowl eta` a step multiplies the distance by {readout}`bowl factor`.

The figure itself gives the texts while the site is built, as its still shows them. They stay as they
are without JavaScript and in print. A sentence must be true of whatever can be dragged.
"""

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from live.figure import live_figure, parameters, pass_through

logger = logging.getLogger(__name__)

MODULE = "dragging"
CLASSES = {"drag": "live-drag", "readout": "live-reading"}


class live_text(nodes.inline):
    """A text that a figure gives; its role is ``drag`` or ``readout``."""


class LiveText(SphinxRole):
    """A text of a live figure: ``figure name``."""

    def run(self):
        figure, _, part = self.text.strip().partition(" ")
        text = live_text(role=self.name, figure=figure, part=part.strip())
        self.set_source_info(text)
        return [text], []


def fill(app, doctree):
    """Write the texts that the figures of a page give, or say which they do not."""
    figures = {figure["anchor"]: figure for figure in doctree.findall(live_figure)}
    for text in doctree.findall(live_text):
        figure = figures.get(text["figure"])
        problem = mistake(text, figure, figures)
        if figure is None or problem is not None:
            logger.warning("%s: %s", text["role"], problem, location=text)
        else:
            text += nodes.Text(figure["told"][text["part"]])


def mistake(text, figure, figures):
    """What is wrong with a text of a figure, in words; None if nothing is."""
    part = text["part"]
    if figure is None:
        there = ", ".join(figures) or "none"
        return f"this page has no live figure {text['figure']!r}; there are: {there}"
    known = figure["told"]
    if text["role"] == "drag":
        # What has names is chosen, and cannot be dragged.
        known = [name for name, names in parameters(figure["figure"]).items() if names is None]
        known = [name for name in known if name in figure["told"]]
    if part not in known:
        return f"{figure['figure']} has no {part!r} for it; it has: {', '.join(known) or 'none'}"
    return None


def visit_html(self, node):
    attributes = {"data-figure": node["figure"], "data-part": node["part"]}
    if node["role"] == "drag":
        attributes["data-module"] = f"./{self.config.live_figures_folder}/{MODULE}.js"
        attributes["style"] = f"--signs: {len(node.astext())}"
    self.body.append(self.starttag(node, "span", "", CLASS=CLASSES[node["role"]], **attributes))


def depart_html(self, node):
    self.body.append("</span>")


def setup(app):
    app.setup_extension("live.figure")
    for role in CLASSES:
        app.add_role(role, LiveText())
    other = (pass_through, pass_through)
    app.add_node(live_text, html=(visit_html, depart_html), latex=other, text=other, man=other)
    app.connect("doctree-read", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
