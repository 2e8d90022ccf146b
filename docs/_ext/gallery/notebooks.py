"""The notebooks of the gallery: as those who download one read and run it, far from this site.

sphinx-gallery turns a script into cells, and knows the text of the script only. Here such a notebook
gets what it needs to stand alone:

* links to the published site, with the titles of their pages, where the script refers to a page,
* a cell that installs what is missing,
* a cell that plays the film of a script with an animation, which Jupyter shows as one still,
* a semicolon after an expression at the end of a cell, whose value Jupyter would print.

A cell of ours is one for Jupyter itself: it begins with ``%``. All other code is the script's own.
Notebooks are made again when the titles of pages have changed, too, and not only their scripts.
"""

import ast
import json
import re
from copy import deepcopy
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urljoin

from sphinx.errors import ExtensionError
from sphinx_gallery.notebook import (
    add_code_cell,
    add_markdown_cell,
    fill_notebook,
    jupyter_notebook_skeleton,
)
from sphinx_gallery.py_source_parser import split_code_and_text_blocks

import upstream
from gallery.freshness import digest, keep, read_kept, write_changed
from gallery.pages import zip_files

# Only what is missing is installed: what a reader has may be newer, or their own.
INSTALL = """\
%matplotlib inline
from importlib.util import find_spec

if not all(map(find_spec, ["matplotlib", "sgd_explained", "sklearn"])):
    %pip install --quiet "{requirement}"
"""
PLAY = """\
%matplotlib inline
# The picture above stands still. Its film is drawn frame by frame, which takes a while.
from importlib.util import find_spec

if not find_spec("imageio_ffmpeg"):
    %pip install --quiet imageio-ffmpeg

import imageio_ffmpeg
import matplotlib.pyplot as plt
from IPython.display import HTML

plt.rcParams["animation.ffmpeg_path"] = imageio_ffmpeg.get_ffmpeg_exe()
HTML({film}.to_html5_video())
"""
INTRODUCTION = """
This notebook belongs to [{title}]({address}) on the site *{project}*. Its first cell installs what
the others need, if you do not have it.
"""
ROLE = re.compile(r":(?P<role>[\w:]+):`(?:(?P<words>[^`<]+?)\s+<)?(?P<target>[^`<>]+)>?`")
LABEL = re.compile(r"sphx_glr_gallery_(?P<folder>\w+)_(?P<script>plot_\w+)\.py")
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
ANIMATION = re.compile(r"^(\w+) = FuncAnimation\(", re.MULTILINE)


def find_page(role, target, gallery, folder):
    """Path of the page that a role of a script in this folder of the gallery refers to."""
    label = LABEL.fullmatch(target)
    if role == "doc":
        return target[1:] if target.startswith("/") else f"{gallery}/{folder}/{target}"
    return f"{gallery}/{label['folder']}/{label['script']}" if role == "ref" and label else None


def _heading(markdown):
    """First heading of a Markdown text."""
    found = TITLE.search(markdown)
    return found[1] if found else None


def title_of(page, source, gallery, examples):
    """Title of a page of ours, or of the page of a script; None where there is no such page."""
    text, script = Path(source, f"{page}.md"), examples / f"{page.removeprefix(gallery)[1:]}.py"
    if text.is_file():
        return _heading(text.read_text(encoding="utf-8"))
    if page.startswith(f"{gallery}/") and script.is_file():
        told = ast.get_docstring(ast.parse(script.read_text(encoding="utf-8")))
        return told and told.splitlines()[0]
    return None


def link_pages(text, script, source, site, gallery):
    """Turn references to pages into links with the title of the page, as RST has them."""
    examples = script.parents[1]

    def link(match):
        role, words, target = match["role"], match["words"], match["target"]
        if role == "math":
            return match[0]
        page = find_page(role, target, gallery, script.parent.name)
        title = page and title_of(page, source, gallery, examples)
        if not title:
            raise ExtensionError(
                f"{script.name}: {match[0]} cannot become a link of a notebook: write "
                ":doc:`/folder/page`, the path of a page in docs without its .md, or "
                ":doc:`plot_name`, a script of the same section"
            )
        return f"`{words or title} <{urljoin(site, page)}.html>`_"

    return ROLE.sub(link, text)


def quieten(code):
    """Put a semicolon after an expression that ends a cell: Jupyter would print its value."""
    statements = ast.parse(code).body
    if not statements or not isinstance(statements[-1], ast.Expr):
        return code
    last = statements[-1]
    name = ast.unparse(last.value).partition("(")[0]
    if name in ("print", "plt.show"):  # These have no value.
        return code
    written = ast.get_source_segment(code, last) or ""
    before, _, after = code.rpartition(written)
    return f"{before}{written};{after}"


def make(script, app):
    """Make the notebook of a script."""
    config = app.config
    site, gallery = config.html_baseurl, config.sphinx_gallery_conf
    _, blocks = split_code_and_text_blocks(str(script))
    page = Path(gallery["gallery_dirs"], script.parent.name, script.stem)
    stand_alone = {
        "code": quieten,
        "text": lambda text: link_pages(text, script, app.srcdir, site, gallery["gallery_dirs"]),
    }
    parts = [(kind, stand_alone[kind](text), line) for kind, text, line in blocks]
    notebook = jupyter_notebook_skeleton()
    fill_notebook(notebook, parts, deepcopy(gallery), script.parent)
    # The title and the introduction are one cell, and the first.
    first, *rest = notebook["cells"]
    notebook["cells"] = [first]
    add_markdown_cell(
        notebook,
        INTRODUCTION.format(
            title=_heading(first["source"][0]),
            address=urljoin(site, f"{page.as_posix()}.html"),
            project=config.project,
        ).strip(),
    )
    requirement = f"sgd-explained[examples] @ git+{config.html_context['source_url']}"
    add_code_cell(notebook, INSTALL.format(requirement=requirement))
    for cell in rest:
        notebook["cells"].append(cell)
        film = cell["cell_type"] == "code" and ANIMATION.search(cell["source"][0])
        if film:
            add_code_cell(notebook, PLAY.format(film=film[1]))
    return notebook


def _titles(text, script, app):
    """Titles of the pages that a text of a script refers to."""
    gallery = app.config.sphinx_gallery_conf["gallery_dirs"]
    pages = (
        find_page(match["role"], match["target"], gallery, script.parent.name)
        for match in ROLE.finditer(text)
    )
    return [title_of(page, app.srcdir, gallery, script.parents[1]) or "" for page in pages if page]


def write(app):
    """Write the notebooks, and the archives that hold them, where they have changed."""
    config, kept = app.config, read_kept(app, "notebooks")
    gallery = config.sphinx_gallery_conf
    examples = Path(app.srcdir, gallery["examples_dirs"]).resolve()
    target = Path(app.srcdir, gallery["gallery_dirs"])
    common = [Path(__file__).read_text("utf-8"), config.project, config.html_baseurl]
    common += [config.html_context["source_url"], version("sphinx-gallery")]
    notebooks, made = [], {}
    for script in sorted(examples.glob("*/plot_*.py")):
        folder = target / script.parent.name
        path = folder / f"{script.stem}.ipynb"
        text = script.read_text(encoding="utf-8")
        source = digest(*common, text, *_titles(text, script, app))
        # A script that has been run brings a notebook and an archive of sphinx-gallery's.
        before = path.read_text(encoding="utf-8") if path.is_file() else ""
        if kept.get(str(path)) != [source, digest(before)]:
            notebook = json.dumps(make(script, app), indent=1) + "\n"
            write_changed(path, notebook.encode())
            zip_files([folder / script.name, path], path.with_suffix(".zip"), folder)
            before = notebook
        made[str(path)] = [source, digest(before)]
        notebooks.append(path)
    archive = target / f"{target.name}_jupyter.zip"
    if made != kept or not archive.is_file():
        zip_files(notebooks, archive, target)
    keep(app, "notebooks", made)


def setup(app):
    upstream.NOTEBOOKS.check()
    # When sphinx-gallery has made the gallery, at priority 500.
    app.connect("builder-inited", write, priority=550)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
