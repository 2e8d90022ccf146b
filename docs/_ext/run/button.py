"""The buttons that open code to edit and run it in the page.

Each page of a script in the gallery gets one above its code, each cell of a page one below it, and
each exercise one for the reader's own answer. A button names the module that does the rest, and what
it loads. Where set-up could have no wheels (see ``wheels.py``), pages have no buttons.
"""

import functools
from pathlib import Path

from docutils import nodes
from sphinx.util import logging
from sphinx.util.osutil import relative_uri

from run.folder import Folders
from run.wheels import FOLDER, all_wheels, has, lock

logger = logging.getLogger(__name__)

# The film has thousands of frames, which would take an hour.
NOT_HERE = ("gallery/0_film/plot_film",)
# The section in which the folded cells are solutions.
EXERCISES = "exercises"
# Scripts that take more than half a minute, said beside the button.
LONG = {
    "gallery/4_noise/plot_escape_map": "takes about a minute",
    "gallery/4_noise/plot_escape_horizon": "takes about a minute",
    "gallery/4_noise/plot_where_to": "takes about a minute",
}


class run_button(nodes.General, nodes.Element):
    """A button that opens code; its kind is ``script``, ``cell`` or ``answer``."""


WORDS = {"script": "Edit and run", "cell": "Edit and run", "answer": "Answer here"}


@functools.cache
def folders():
    """Both folders of what runs code; None where a wheel is missing."""
    locked = lock() if (FOLDER.parents[1] / "docs/node_modules/pyodide").is_dir() else None
    if locked is None or not all(has(wheel, FOLDER) for wheel in all_wheels(locked)):
        return None
    return Folders(FOLDER)


def visit_html(self, node):
    folder = self.config.run_here_folder
    if not folder:
        raise nodes.SkipNode
    here = self.builder.get_target_uri(self.builder.current_docname)
    module = relative_uri(here, f"_static/{folder}/page.js")
    kind = node["kind"]
    notes = [f"loads {self.config.run_here_size}, once", *node["notes"]]
    note = (
        f'<span class="run-size">{", ".join(notes)}</span>' if kind == "script" else "<span></span>"
    )
    self.body.append(
        f'<div class="run-here run-{kind}"><button type="button" class="run-button"'
        # Until the script is there that listens: a click before would be lost.
        f' disabled data-run="{module}">{WORDS[kind]}</button>{note}</div>\n'
    )
    raise nodes.SkipNode


def skip(self, node):
    raise nodes.SkipNode


def scripts(doctree, docname):
    """Put a button above the code of a script's page."""
    footers = (
        node
        for node in doctree.findall(nodes.container)
        if "sphx-glr-footer-example" in node["classes"]
    )
    if docname in NOT_HERE or next(footers, None) is None:
        return
    first = next(
        node
        for node in doctree.findall(nodes.literal_block)
        if node.get("language", "").lower() == "python"
    )
    notes = [LONG[docname]] if docname in LONG else []
    first.parent.insert(first.parent.index(first), run_button(kind="script", notes=notes))


def cells(doctree):
    """Put a button below each cell, and one above the solution of each exercise."""
    found = [node for node in doctree.findall(nodes.container) if "cell" in node["classes"]]
    for cell in found:
        cell.append(run_button(kind="cell", notes=[]))
        section = cell.parent
        if "tag_hide-cell" in cell["classes"] and EXERCISES in section.get("ids", ()):
            section.insert(section.index(cell), run_button(kind="answer", notes=[]))


def place(app, doctree):
    scripts(doctree, app.env.docname)
    cells(doctree)


def configure(app, config):
    """Name what runs code, and begin to make it; another content has other addresses, on every page."""
    folders.cache_clear()
    made = folders()
    if made is None:
        logger.info("run here: without wheels, so the pages get no buttons that run their code")
        return
    config.exclude_patterns = [*config.exclude_patterns, "run"]
    config.run_here_folder = made.run


def write(app):
    """Write what runs code into the site; where it has not been made before, that takes a while."""
    if app.config.run_here_folder:
        static = Path(app.outdir, "_static")
        folders().write(static)
        app.config.run_here_size = f"{round(folders().size(static) / 1e6)} MB"


def tell_page(app, pagename, templatename, context, doctree):
    """Tell a page whether it runs code, and its cards of numbers which scripts do not run here."""
    here = bool(app.config.run_here_folder)
    context["runs_here"] = here
    context["not_here"] = " ".join(name.partition("plot_")[2] for name in NOT_HERE)
    context["runs_code"] = bool(here and doctree and next(doctree.findall(run_button), None))


def setup(app):
    app.add_config_value("run_here_folder", "", "html", str)
    app.add_config_value("run_here_size", "", "", str)
    other = (skip, None)
    app.add_node(run_button, html=(visit_html, None), latex=other, text=other, man=other)
    app.connect("config-inited", configure)
    # After the scripts of the gallery, which run meanwhile.
    app.connect("builder-inited", write, priority=700)
    # After the transforms of sphinx-gallery and myst-nb.
    app.connect("doctree-read", place, priority=900)
    app.connect("html-page-context", tell_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
