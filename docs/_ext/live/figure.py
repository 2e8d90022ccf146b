"""Live figures: a picture that wakes up and can be taken hold of.

``live-figure`` puts one on a page. The argument names a module of ``_static/live``, which
registers the custom element ``live-<name>`` and says how high it is. A still that the module draws
itself is shown without JavaScript, in print, and until the figure is on screen::

    :::{live-figure} travel
    :state: order=reversed&eta=0.02
    :name: fig-live-travel
    The caption, which carries the claim.
    :::

A figure that draws what a script tells names the table: ``:numbers: escape_map.shares``. It finds
the rows in its ``dataset.numbers``, as JSON.

A figure that no still can be made of, because its picture is not of SVG, names a figure of the
gallery to stand for it: ``:fallback: plot_surface_3d``, and ``:index:`` as there.

The ``live`` role is a link that sets the figure to another state: a figure of the same page, or
of another one, whose document then comes first. Without JavaScript it leads to the figure::

    Now {live}`reverse the order <travel?order=reversed>`.
    Open {live}`the article's run </learn/travelling#travel?step=100>`.

Figures, parameters and values are checked against the modules when a page is read. A page loads
the modules of its own figures only, from a folder whose name has a hash of its content.
"""

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from docutils import nodes
from docutils.parsers.rst import directives
from rcssmin import cssmin
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from by_page import ByPage
from esbuild import minified
from gallery.figures import GalleryFigure, gallery_picture, gallery_video
from live import stills
from told.links import Mistake, rows

logger = logging.getLogger(__name__)

DOCS = Path(__file__).resolve().parents[2]
MODULES = DOCS / "_static" / "live"
IMPORT = re.compile(r'^import .*?"\./([\w-]+)\.js";$', re.MULTILINE | re.DOTALL)
PARAMETERS = re.compile(r"^export const parameters = \{\n(.*?)^\};$", re.MULTILINE | re.DOTALL)
PARAMETER = re.compile(r"^  (\w+): (\w+)\((.*?)\),$", re.MULTILINE | re.DOTALL)
HEIGHT = re.compile(r"^export const height = \[([\d.]+), ([\d.]+)\];$", re.MULTILINE)
CHOICE = re.compile(r"(\w+): \"")
# A choice among the entries of a table, which stands in a module that the figure imports.
TITLES = re.compile(r"titles\((\w+)\)")
ENTRY = re.compile(r"^  (\w+): \{", re.MULTILINE)
# The figures of each page, by their anchors.
_shelf = ByPage("live_figures")


# What the modules say


def figures():
    """Names of the figures that there are: modules that declare parameters."""
    return sorted(
        path.stem for path in MODULES.glob("*.js") if PARAMETERS.search(path.read_text("utf-8"))
    )


def parameters(name):
    """Parameters of a figure: the choices of each, or None where it takes a number."""
    [declared] = PARAMETERS.findall((MODULES / f"{name}.js").read_text("utf-8"))
    return {
        parameter: choices(name, arguments) if kind == "choice" else None
        for parameter, kind, arguments in PARAMETER.findall(declared)
    }


def choices(name, arguments):
    """Values that a choice of a figure offers: those of its own, or the entries of a table."""
    tabled = TITLES.search(arguments)
    if tabled is None:
        return CHOICE.findall(arguments)
    table = re.compile(rf"^export const {tabled[1]} = \{{\n(.*?)^\}};$", re.MULTILINE | re.DOTALL)
    texts = ((MODULES / f"{module}.js").read_text("utf-8") for module in imported(name))
    return [
        entry for text in texts for body in table.findall(text) for entry in ENTRY.findall(body)
    ]


def heights(name):
    """Height of a figure in rem, in a wide and in a narrow column; None if its module tells none."""
    declared = HEIGHT.search((MODULES / f"{name}.js").read_text("utf-8"))
    return declared and declared.groups()


def imported(name):
    """Modules that a module needs, itself included, in the order of their names."""
    found, waiting = set(), [name]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += IMPORT.findall((MODULES / f"{module}.js").read_text("utf-8"))
    return sorted(found)


def note_sources(env, name):
    """Let a page be read again when anything changes that a figure on it is drawn by."""
    for module in imported(name):
        env.note_dependency(str(MODULES / f"{module}.js"))
    env.note_dependency(str(stills.SCRIPT))


def mistake(name: str, state: str) -> str | None:
    """What is wrong with a figure's name and state, in words; None if nothing is."""
    if name not in figures():
        return f"there is no live figure {name!r}; there are {', '.join(figures())}"
    if heights(name) is None:
        return f"{name}.js must say how high the figure is: export const height = [wide, narrow];"
    known = parameters(name)
    for parameter, value in parse_qsl(state, keep_blank_values=True):
        if parameter == "play":
            continue
        if parameter not in known:
            return f"{name} has no parameter {parameter!r}; it has {', '.join(known)}"
        if known[parameter] is None:
            try:
                float(value)
            except ValueError:
                return f"{parameter} of {name} must be a number, got {value!r}"
        elif value not in known[parameter]:
            return (
                f"{parameter} of {name} must be one of {', '.join(known[parameter])}, got {value!r}"
            )
    return None


# On a page


class live_figure(nodes.General, nodes.Element):
    """The custom element around its fallback."""


def visit_html(self, node):
    wide, narrow = node["heights"]
    attributes = {
        "class": "live-element",
        "style": f"--live-height: {wide}rem; --live-height-narrow: {narrow}rem",
        "data-state": node["state"],
        # As waking.js, which is a part of the site's script, imports it.
        "data-module": f"./{self.config.live_figures_folder}/{node['figure']}.js",
    }
    if node["numbers"]:
        attributes["data-numbers"] = node["numbers"]
    self.body.append(self.starttag(node, f"live-{node['figure']}", **attributes))
    self.body.append(node["still"])


def depart_html(self, node):
    self.body.append(f"</live-{node['figure']}>\n")


def pass_through(self, node):
    pass


class LiveFigure(GalleryFigure):
    """Show a still that turns into a live figure."""

    names_script = False  # It is another figure that is seen.

    option_spec = GalleryFigure.option_spec | {
        "fallback": directives.unchanged_required,
        "state": directives.unchanged_required,
        "id": directives.unchanged_required,
        "numbers": directives.unchanged_required,
    }

    def run(self):
        name, state = self.arguments[0], self.options.get("state", "")
        anchor = self.options.get("id", name)
        problem = mistake(name, state)
        taken: Any = self.env.current_document.setdefault("live_figures", {})
        if problem is None and anchor in taken:
            problem = (
                f"a live figure of this page is called {anchor!r} already; give this one an :id:"
            )
        if problem is not None:
            return [self.warning(problem)]
        try:
            numbers = self.told_numbers()
        except Mistake as mistaken:
            return [self.warning(f"numbers {self.options['numbers']!r}: {mistaken}")]
        taken[anchor] = name
        note_sources(self.env, name)

        figure = self.standing_for_it()
        if not isinstance(figure, nodes.figure | nodes.container):
            return [figure]
        figure["classes"] = ["live-figure", *self.options.get("class", [])]
        pictures = [c for c in figure if isinstance(c, gallery_picture | gallery_video)]
        answer = {} if pictures else stills.asked(MODULES / f"{name}.js", state, anchor, numbers)
        live = live_figure(
            ids=[anchor],
            figure=name,
            anchor=anchor,
            state=state,
            numbers=numbers,
            heights=heights(name),
            still=stills.markup(answer),
            told=answer.get("wide", {}).get("told", {}),
        )
        # A heading of the same name must give way: the address of the figure is not its to take.
        self.state.document.ids.setdefault(anchor, live)
        for picture in pictures:
            figure.remove(picture)
            live += picture
        figure.insert(0, live)
        return [figure]

    def told_numbers(self):
        """Rows of the table that a script tells for the figure, as JSON; nothing if it needs none."""
        if "numbers" not in self.options:
            return ""
        return json.dumps(rows(self.env, self.options["numbers"]), separators=(",", ":"))

    def standing_for_it(self):
        """Make the figure with its caption, and with the pictures of a fallback."""
        if "fallback" in self.options:
            self.arguments[0] = self.options["fallback"]
            return super().run()[0]
        figure: nodes.Element = nodes.figure() if self.content else nodes.container()
        self.set_source_info(figure)
        self.add_name(figure)
        if self.content:
            first, *rest = self.parse_content_to_nodes()
            figure += nodes.caption("", "", *first.children)
            if rest:
                figure += nodes.legend("", *rest)
        return figure

    def warning(self, problem):
        message = f"live-figure: {problem}"
        return self.state.document.reporter.warning(message, line=self.lineno)


class LiveLink(SphinxRole):
    """Link that sets a live figure: ``text <figure?state>`` or ``text </document#figure?state>``."""

    def run(self):
        written = re.fullmatch(r"(?P<text>.+?)\s*<(?P<target>[^<>]+)>", self.text, re.DOTALL)
        if written is None:
            return [], [self.warning("it must read: text <figure?state>")]
        place, _, state = written["target"].partition("?")
        document, _, anchor = place.rpartition("#")
        link = nodes.reference(
            "",
            written["text"],
            internal=True,
            refuri="",
            classes=["live-link"],
            live={"document": document or self.env.docname, "anchor": anchor, "state": state},
        )
        self.set_source_info(link)
        return [link], []

    def warning(self, problem):
        return self.inliner.reporter.warning(f"live: {problem}", line=self.lineno)


def collect(app, doctree):
    """Note which figures a document has, for the pages that link to them and for its modules."""
    found = {node["anchor"]: node["figure"] for node in doctree.findall(live_figure)}
    here = _shelf(app.env)
    here.pop(app.env.docname, None)
    stills_alone = any(
        "live-figure" in n["classes"] for n in doctree.findall(nodes.enumerated_list)
    )
    if found or stills_alone:
        here[app.env.docname] = found


def resolve(app, doctree, docname):
    """Turn links to figures into addresses, or say where they miss."""
    for link in doctree.findall(nodes.reference):
        if "live" not in link:
            continue
        target = link.attributes.pop("live")
        document = target["document"].lstrip("/")
        name = _shelf(app.env).get(document, {}).get(target["anchor"])
        if name is None:
            problem: str | None = f"{document} has no live figure {target['anchor']!r}"
        else:
            problem = mistake(name, target["state"])
        if problem is not None:
            logger.warning("live: %s", problem, location=link)
            continue
        query = f"?{target['state']}" if target["state"] else ""
        page = ""
        if document != docname:
            page = app.builder.get_relative_uri(docname, document)
        link["refuri"] = f"{page}{query}#{target['anchor']}"


# On the site


def _folder():
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted(MODULES.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return f"live-{digest.hexdigest()[:12]}"


def configure(app, config):
    # The modules travel in a folder of another name, so the plain copy stays at home.
    config.exclude_patterns = [*config.exclude_patterns, "live"]
    # Another content means another address, so every page is written again.
    config.live_figures_folder = _folder()


def copy_modules(app):
    """Copy the modules, as short as can be, to their folder; drop the folders of other contents."""
    if app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    folder = static / app.config.live_figures_folder
    for stale in static.glob("live-*"):
        if stale != folder:
            shutil.rmtree(stale)
    if folder.exists():
        return
    folder.mkdir(parents=True)
    minified("--format=esm", f"--outdir={folder}", *map(str, sorted(MODULES.glob("*.js"))))
    for path in MODULES.glob("*.css"):
        folder.joinpath(path.name).write_text(cssmin(path.read_text("utf-8")), "utf-8")


def link_style(app, pagename, templatename, context, doctree):
    """Link the style sheet from a page that has a live figure."""
    if pagename in _shelf(app.env):
        app.add_css_file(f"{app.config.live_figures_folder}/live.css")


def setup(app):
    app.add_config_value("live_figures_folder", "", "html", str)
    app.add_directive("live-figure", LiveFigure)
    app.add_role("live", LiveLink())
    other = (pass_through, pass_through)
    app.add_node(live_figure, html=(visit_html, depart_html), latex=other, text=other, man=other)
    app.connect("config-inited", configure)
    app.connect("builder-inited", copy_modules)
    app.connect("doctree-read", collect)
    app.connect("doctree-resolved", resolve)
    _shelf.connect(app)
    app.connect("html-page-context", link_style)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 4}
