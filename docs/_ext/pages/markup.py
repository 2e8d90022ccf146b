"""Mends of the markup that the theme, Sphinx, myst-nb and the gallery write.

Each is made where the markup arises: readers by keyboard and by ear need it, and the W3C's
checker asks for it. The names of landmarks are in the templates; boxes that scroll become
reachable by keyboard in ``_static/scrolling.js``, which knows what scrolls.
"""

import html
import re
import textwrap
from pathlib import Path

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx import addnodes
from sphinx.environment.adapters.toctree import TocTree
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

import upstream

# Longest description of a page that search engines show whole.
DESCRIPTION_LENGTH = 160
# Lines do not break at these spaces.
BOUND = re.compile(r" (?=[%±])|(?<=±) ")
# Pages that have no source of their own.
DESCRIPTIONS = {
    "genindex": "Every function, class and term of this site, in alphabetical order.",
    "search": "Search the pages, the gallery and the reference of this site.",
}


class Translator(HTML5Translator):
    """Sphinx's translator, with three mends.

    Captions of the navigation are no headings without level. The entries of a bibliography are items
    of its list: docutils gives them the role doc-biblioentry, which is deprecated. And how a page fits
    a phone is told by the theme alone.
    """

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.meta = [tag for tag in self.meta if 'name="viewport"' not in tag]

    def visit_title(self, node):
        parent = node.parent
        if isinstance(parent, addnodes.compact_paragraph) and parent.get("toctree"):
            self.body.append(self.starttag(node, "p", "", CLASS="caption"))
            self.body.append('<span class="caption-text">')
            self.context.append("</span></p>\n")
        else:
            super().visit_title(node)

    def visit_citation(self, node):
        if not isinstance(node.previous_sibling(), nodes.citation):
            self.body.append('<div role="list" class="citation-list">\n')
        self.body.append(self.starttag(node, "div", CLASS="citation", role="listitem"))


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


class KeepNumbers(SphinxPostTransform):
    """Keep a number on one line with its percent sign, its error, and the equation before it."""

    default_priority = 690
    formats = ("html",)

    def run(self, **kwargs):
        for link in list(self.document.findall(nodes.reference)):
            if "number" in link["classes"]:
                self.keep_with_equation(link)
        fixed = (nodes.FixedTextElement, nodes.literal, nodes.math)
        for text in list(self.document.findall(nodes.Text)):
            if not isinstance(text.parent, fixed):
                text.parent.replace(text, nodes.Text(BOUND.sub("\u00a0", text)))

    def keep_with_equation(self, number):
        parent = number.parent
        end = parent.index(number) + 1
        if end < 3:
            return
        equation, space = parent[end - 3 : end - 1]
        if (
            isinstance(equation, nodes.math)
            and equation.astext().endswith(("=", r"\approx"))
            and space.astext().isspace()
        ):
            kept = nodes.inline("", "", classes=["keep"])
            parent[end - 3 : end] = [kept]
            kept += [equation, nodes.Text("\u00a0"), number]


def visit_hidden_cell(self, node):
    """Write a fold whose name is the text that is seen."""
    self.body.append(self.starttag(node, "details", CLASS="hide"))
    self.body.append(
        f'<summary><span class="collapsed">{html.escape(node["prompt_show"])}</span>'
        f'<span class="expanded">{html.escape(node["prompt_hide"])}</span></summary>\n'
    )


def depart_hidden_cell(self, node):
    self.body.append("</details>\n")


def describe(app, pagename, templatename, context, doctree):
    """Give every page a description, the same for search engines and for social cards."""
    written = None
    if doctree is not None:
        written = next(
            (tag["content"] for tag in doctree.findall(nodes.meta) if tag["name"] == "description"),
            None,
        )
    description = written or DESCRIPTIONS.get(pagename) or _first_words(doctree)
    if description and not written:
        tag = f'\n<meta name="description" content="{html.escape(description)}">'
        context["metatags"] = context.get("metatags", "") + tag
    if doctree is not None and description:
        context["meta"] = {**(context["meta"] or {}), "og:description": description}


def _first_words(doctree):
    """Opening of the first paragraph that can do without its equations, having none."""
    for paragraph in doctree.findall(nodes.paragraph) if doctree is not None else ():
        in_a_box = isinstance(paragraph.parent, nodes.Admonition)
        if not in_a_box and not any(True for _ in paragraph.findall(nodes.math)):
            return textwrap.shorten(paragraph.astext(), DESCRIPTION_LENGTH, placeholder=" …")
    return None


def near_tree(app, pagename, templatename, context, doctree):
    """Let the navigation list scripts and modules only of the section that the page is in.

    They are half of the site's pages, and the tree is a part of each.
    """

    def toctree(**options):
        tree = TocTree(app.env).get_toctree_for(pagename, app.builder, **options)
        if tree is None:
            return ""
        for item in list(tree.findall(nodes.list_item)):
            if "toctree-l2" in item["classes"] and "current" not in item["classes"]:
                item[:] = [part for part in item if not isinstance(part, nodes.bullet_list)]
        return app.builder.render_partial(tree)["fragment"]

    context["toctree"] = toctree


def source_path(app, pagename, templatename, context, doctree):
    """Tell the templates which file of the repository a page was made from."""
    if doctree is None:
        return
    path = Path(app.env.doc2path(pagename))
    gallery = app.config.sphinx_gallery_conf
    made = Path(app.srcdir, gallery["gallery_dirs"])
    if path.is_relative_to(made):
        script = Path(app.srcdir, gallery["examples_dirs"], path.relative_to(made))
        header = script.with_name("GALLERY_HEADER.rst")
        path = header if path.stem == "index" else script.with_suffix(".py")
    root = Path(app.srcdir).parent
    context["source_path"] = path.resolve().relative_to(root.resolve()).as_posix()


class RootedLinks(SphinxPostTransform):
    """Let the links of the page for missing addresses start at the root of the site.

    sphinx-notfound-page does so for the frame around the text, and not for the text.
    """

    default_priority = 600
    formats = ("html",)

    def run(self, **kwargs):
        if self.env.docname == self.config.notfound_pagename:
            for link in self.document.findall(nodes.reference):
                if link.get("internal"):
                    link["refuri"] = self.config.notfound_urls_prefix + link["refuri"]


def setup(app):
    app.setup_extension("notfound.extension")
    app.setup_extension("pages.assets")
    for patch in (upstream.CAPTIONS, upstream.CITATIONS, upstream.BOXES, upstream.ROOTED_LINKS):
        patch.check()
    app.set_translator("html", Translator)
    app.add_post_transform(OneIdentifier)
    app.add_post_transform(RootedLinks)
    app.add_post_transform(KeepNumbers)
    upstream.HIDDEN_CELLS.check()
    app.add_node(HideCodeCellNode, override=True, html=(visit_hidden_cell, depart_hidden_cell))
    # Before sphinxext-opengraph, which would make its own description.
    app.connect("html-page-context", describe, priority=400)
    # Before the theme, which makes its tree of it.
    app.connect("html-page-context", near_tree, priority=400)
    app.connect("html-page-context", source_path)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
