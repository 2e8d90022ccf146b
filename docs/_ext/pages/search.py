"""What the search reads: every page, part by part, as the text that a reader sees.

Sphinx's own index keeps words only. It fetches each page that it has found, to cut an excerpt from
its markup, where an equation stands twice; it ranks by title alone, and it knows no part of a page
but its headings. Here each section, term of the glossary, function and reference is a part with a
title, an address and plain text, in one file, ``searchtexts.json``. The search page ranks the parts
and quotes them, in ``_static/search``.

A part also has *words* that can be found and are not quoted: those of code, of equations that stand
alone, and of the descriptions of pictures. ``search_keywords`` in ``conf.py`` names phrases for which
a page is the first answer.
"""

import json
import re
import zlib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from docutils import nodes
from sphinx import addnodes
from sphinx.errors import ConfigError

# What sphinx-gallery puts in the place of a block of code, to link its names.
from sphinx_gallery._doctree_links import code_links_block

import upstream
from equations.katex import server

TEXTS = "searchtexts.json"
# What stands before a title, by the beginning of a page's name; the first that fits.
KINDS = {
    "learn/": "lesson",
    "practice/": "lesson",
    "results/": "result",
    "gallery/": "script",
    "film": "film",
    "reference/api/": "API",
    "reference/glossary": "glossary",
    "reference/references": "source",
    "reference/": "reference",
    "": "page",
}
SKIPPED = (
    nodes.comment,
    nodes.meta,
    nodes.raw,
    nodes.system_message,
    addnodes.index,
    addnodes.toctree,
    addnodes.compact_paragraph,
)
CODE = (nodes.literal_block, nodes.doctest_block, code_links_block)
# What the gallery says of each script on more pages than its own.
SKIPPED_CLASSES = {"no-search", "sphx-glr-footer", "sphx-glr-thumbnails", "gallery-card"}
RAISED = str.maketrans("0123456789+-−=()nki∗", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿᵏⁱ*")
LOWERED = str.maketrans("0123456789+-−=()iknjxt", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ᵢₖₙⱼₓₜ")
RELATIONS = set("=<>≤≥≈≠←→↦∈∼≪≫")


def equation_text(tex, macros):
    r"""Write TeX as characters: ``η²/2`` for ``\frac{\eta^2}{2}``."""
    try:
        markup = server.render(tex, macros=macros, output="mathml")
    except ValueError:  # The page itself will warn.
        return tex
    return " ".join(_math_text(ElementTree.fromstring(markup)).split())


def _math_text(element):
    name = element.tag.rpartition("}")[2]
    parts = [_math_text(child) for child in element]
    if name == "mo" and (element.text or "") in RELATIONS:
        return f" {element.text} "
    if name == "mfrac":
        return "/".join(part if len(part) < 2 or part.isalnum() else f"({part})" for part in parts)
    if name == "msqrt":
        return f"√({''.join(parts)})"
    if name == "msup" and set(parts[1]) != {"′"}:
        return parts[0] + _shifted(parts[1], RAISED, "^")
    if name in ("msub", "munder"):
        return parts[0] + _shifted(parts[1], LOWERED, "_")
    if name in ("msubsup", "munderover"):
        return parts[0] + _shifted(parts[1], LOWERED, "_") + _shifted(parts[2], RAISED, "^")
    if name == "mover":
        return parts[0]
    return (element.text or "") + "".join(parts)


def _shifted(text, characters, mark):
    """Text in raised or lowered characters where all of it has them, else after a mark."""
    text = text.replace(" ", "")
    if all(ord(character) in characters for character in text):
        return text.translate(characters)
    return f"{mark}{text}" if len(text) == 1 else f"{mark}({text})"


class Part:
    """A part of a page: its title, its identifier on the page, its text and its other words."""

    def __init__(self, title, identifier):
        self.title, self.identifier = title, identifier
        self.text, self.words = [], set()

    def add_words(self, text):
        self.words.update(re.findall(r"\d+\.\d+|[^\W_]+", text))

    def frozen(self):
        text = " ".join("".join(self.text).split())
        text = re.sub(r" (?=[.,;:!?)])|(?<=\() ", "", text)
        return [self.title, self.identifier, text, " ".join(sorted(self.words))]


class Reader:
    """Reads the parts of a page, in their order."""

    def __init__(self, macros, description):
        self.macros, self.description = macros, description
        self.parts = []

    def begin(self, title, identifier):
        """Begin a part; the first is the page itself, and opens with its description."""
        part = Part(title, identifier if self.parts else "")
        if not self.parts:
            part.text.append(f"{self.description} ")
        self.parts.append(part)
        return part

    def inline(self, node):
        """Text of a title: its equations are characters."""
        part = Part("", "")
        self.read(node, part)
        return part.frozen()[2]

    def read(self, node, part):
        """Add the children of a node to a part, or to parts of their own."""
        for child in node.children:
            self.read_one(child, part)
            if isinstance(child, nodes.TextElement) and not isinstance(child, nodes.Inline):
                part.text.append(" ")

    def read_one(self, node: Any, part):
        first: Any = next(iter(node.children), None)
        if isinstance(node, nodes.Text):
            part.text.append(node.astext())
        elif isinstance(node, SKIPPED) or SKIPPED_CLASSES & set(node.get("classes", ())):
            return
        elif isinstance(node, nodes.math):
            equation = equation_text(node.astext(), self.macros)
            part.text.append(equation + node.get("punctuation", ""))
        elif isinstance(node, nodes.math_block):
            part.add_words(equation_text(node.astext(), self.macros))
            part.text.append(" … ")
        elif isinstance(node, CODE):
            part.add_words(node.astext())
        elif isinstance(node, nodes.image):
            part.add_words(node.get("alt", ""))
        elif isinstance(node, nodes.section):
            heading = node.next_node(nodes.title, descend=True)
            self.read(node, self.begin(self.inline(heading), node["ids"][0]))
        elif isinstance(node, nodes.title) and isinstance(node.parent, nodes.section):
            return
        elif isinstance(node, nodes.definition_list_item) and first["ids"]:
            terms = [child for child in node if isinstance(child, nodes.term)]
            title = ", ".join(map(self.inline, terms))
            self.read(node[len(terms)], self.begin(title, first["ids"][0]))
        elif isinstance(node, addnodes.desc) and first["ids"]:
            own = self.begin(first["ids"][0].rpartition(".")[2], first["ids"][0])
            own.add_words(first.astext())
            self.read(node[-1], own)
        elif isinstance(node, nodes.citation):
            # The authors; a full stop after a single letter ends no sentence.
            authors, *rest = re.split(r"(?<=\w\w)\. ", node[-1].astext(), maxsplit=1)
            self.begin(authors, node["ids"][0]).text.extend(rest)
        else:
            self.read(node, part)


def read_page(doctree, macros):
    """Give the parts of a page as lists of title, identifier, text and words."""
    descriptions = (tag for tag in doctree.findall(nodes.meta) if tag["name"] == "description")
    description = next((tag["content"] for tag in descriptions), "")
    reader = Reader(macros, description)
    reader.read(doctree, Part("", ""))
    return [part.frozen() for part in reader.parts]


def kind(docname):
    """Say what a page is, as a word for readers."""
    if docname.endswith("index"):
        return "page"
    return next(word for beginning, word in KINDS.items() if docname.startswith(beginning))


def collect(app, doctree, docname):
    if app.builder.format == "html":
        app.env.search_pages[docname] = read_page(doctree, app.config.katex_macros)


def write(app):
    """Write what was read, and keep what was read before of the pages that are not written anew."""
    path = Path(app.outdir, TEXTS)
    pages = {
        page["address"].removesuffix(".html"): page["parts"]
        for page in (json.loads(path.read_text("utf-8")) if path.is_file() else ())
    } | app.env.search_pages
    texts = [
        {
            "address": f"{docname}.html",
            "kind": kind(docname),
            "keywords": app.config.search_keywords.get(docname, []),
            "parts": pages[docname],
        }
        for docname in sorted(app.env.all_docs)
        if "no-search" not in app.env.metadata[docname] and pages.get(docname)
    ]
    text = json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text, "utf-8")
    return f"{TEXTS}?v={zlib.crc32(text.encode()):08x}"


def search_page(app):
    """Write the page of the search, which Sphinx would write with an index of its own."""
    if app.builder.format == "html":
        yield "search", {"search_texts": write(app)}, "search.html"


def begin(app):
    app.env.search_pages = {}
    for docname, phrases in app.config.search_keywords.items():
        if isinstance(phrases, str):
            raise ConfigError(f"search_keywords[{docname!r}] must be a list, not {phrases!r}")
    upstream.SEARCH_INDEX.check()
    app.builder.search = False


def setup(app):
    app.setup_extension("equations.katex")
    app.add_config_value("search_keywords", {}, "", types=[dict])
    app.connect("builder-inited", begin)
    # When everything that the page shows is in its place.
    app.connect("doctree-resolved", collect, priority=900)
    app.connect("html-collect-pages", search_page)
    # Another number here, and every page is read and written anew.
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
