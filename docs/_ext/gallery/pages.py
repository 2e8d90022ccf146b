"""What sphinx-gallery writes around our scripts: archives, the index of cards, the last line.

sphinx-gallery has no settings for these, so its own constants and functions are replaced when this
is imported, before the gallery is made.
"""

import html
import json
import os
import zipfile
from io import BytesIO
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

import upstream
from gallery.uses import page_link

# A card is a directive of ours: the template that comes with sphinx-gallery writes HTML with an
# invalid attribute, an image without a text, and a link that screen readers cannot see.
CARD = """
.. gallery-card:: {doc_name}

   {intro}

"""

# Within a section, scripts stand in the order in which the story needs them; others follow by name.
READING_ORDER = (
    "plot_three_surfaces.py",
    "plot_surface_3d.py",
    "plot_loss_anatomy.py",
    "plot_three_opinions.py",
    "plot_update_vectors.py",
    "plot_mean_gradient.py",
    "plot_batch_variance.py",
    "plot_gradient_check.py",
    "plot_descent_by_hand.py",
    "plot_learning_rates.py",
    "plot_price_of_a_step.py",
    "plot_travel.py",
    "plot_gd_beside_sgd.py",
    "plot_local_trap.py",
    "plot_last_loss_and_risk.py",
    "plot_order_matters.py",
    "plot_random_orders.py",
    "plot_noise_ball.py",
    "plot_interpolation.py",
    "plot_freed_by_noise.py",
    "plot_escape_map.py",
    "plot_escape_horizon.py",
    "plot_wall.py",
    "plot_one_way_wall.py",
    "plot_where_to.py",
    "plot_noise_fails.py",
    "plot_troubles.py",
    "plot_becomes_nan.py",
    "plot_swings.py",
    "plot_stands_still.py",
    "plot_held_out.py",
    "plot_changed_batch.py",
    "plot_changed_dtype.py",
    "plot_changed_order.py",
    "plot_two_runs.py",
)

# What the figure of a script has on the script's own page.
FIGURE_CLASSES = ["gallery-figure"]

# The page that tells how to install all of it.
INSTALL = "reference/install"


class ReadingOrder:
    """Sort key of the scripts within a section."""

    def __init__(self, folder):
        self.folder = folder

    def __call__(self, name):
        listed = name in READING_ORDER
        return (READING_ORDER.index(name) if listed else len(READING_ORDER), name)


def section_number(folder):
    """Sort key of the sections: the number that the name of a folder begins with."""
    return int(Path(folder).name.partition("_")[0])


def zip_files(files, zip_name, relative_to, extension=None):
    """Stand-in for sphinx-gallery's function of this name, which stores times of modification.

    Two builds of the same sources must give the same bytes, so every entry gets the same date,
    and entries are sorted.
    """
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for file in sorted(map(Path, files)):
            if extension is not None:
                file = file.with_suffix(extension)
            entry = zipfile.ZipInfo(Path(os.path.relpath(file, relative_to)).as_posix())
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED)
    path = Path(zip_name)
    # A file with a new time would make Sphinx read its page again.
    if not path.is_file() or path.read_bytes() != content.getvalue():
        path.write_bytes(content.getvalue())
    return str(path)


def show_in(scheme, picture):
    """Show a picture or video in one scheme only; the browser does not fetch it in the other."""
    picture["classes"].append(f"only-{scheme}")
    picture["loading"] = "lazy"


class GalleryCard(SphinxDirective):
    """A script of the gallery on its index: picture, title as a link, first sentence."""

    required_arguments = 1
    has_content = True

    def run(self):
        document = Path(self.arguments[0].lstrip("/"))
        images = Path(self.env.srcdir, document.parent, "images")
        record_file = images / f"sphx_glr_{document.name}_001.json"
        self.env.note_dependency(str(record_file))
        record = json.loads(record_file.read_text("utf-8"))
        card = nodes.container(classes=["gallery-card"])
        picture = nodes.container(classes=["gallery-card-picture"])
        card += picture
        thumbnails = record["thumbnails"]
        for scheme, name in thumbnails.items():
            uri = "/" + (images / name).relative_to(self.env.srcdir).as_posix()
            picture += nodes.image(uri=uri, alt=record["alt"])
            if len(thumbnails) > 1:
                show_in(scheme, picture[-1])
        title = nodes.inline("", "")
        link = page_link(self.env.docname, self.arguments[0], title, explicit=False)
        card += nodes.paragraph("", "", link, classes=["gallery-card-title"])
        # sphinx-gallery escapes the sentence for the HTML that its own template would write.
        self.content.data = [html.unescape(line) for line in self.content.data]
        card += self.parse_content_to_nodes()
        return [card]


def drop_tag_list(app, doctree):
    """Remove the empty element that sphinx-gallery leaves for its script of tags."""
    for raw in list(doctree.findall(nodes.raw)):
        if "sg-tag-list" in raw.astext():
            raw.parent.remove(raw)


def show_figure_first(app, doctree):
    """Move the first figure of a script above its code: a reader wants to see what it draws."""
    # sphinx-gallery sets such a comment before each block after the introduction.
    blocks = [
        comment
        for comment in doctree.findall(nodes.comment)
        if comment.astext().startswith("GENERATED FROM PYTHON SOURCE")
    ]
    figures = [
        figure for figure in doctree.findall(nodes.container) if figure["classes"] == FIGURE_CLASSES
    ]
    if blocks and figures:
        first, after_introduction = figures[0], blocks[0]
        first.parent.remove(first)
        parent = after_introduction.parent
        parent.insert(parent.index(after_introduction), first)


def tell_what_it_needs(app, doctree):
    """Say above the downloads of a script how to install what it needs to run."""
    requirement = f"sgd-explained[examples] @ git+{app.config.html_context['source_url']}"
    for footer in list(doctree.findall(nodes.container)):
        if "sphx-glr-footer-example" not in footer["classes"]:
            continue
        words = nodes.paragraph("", "To run it, install what it needs")
        if INSTALL in app.env.found_docs:
            shown = nodes.inline("", "Install and run")
            words += [nodes.Text(" ("), page_link(app.env.docname, f"/{INSTALL}", shown)]
            words += nodes.Text(" has the whole of it)")
        words += nodes.Text(":")
        command = f"$ pip install '{requirement}'"
        footer[:0] = [words, nodes.literal_block(command, command, language="console")]


# Archives that another process writes when it runs a script are not patched; the notebooks, which
# come later, bring archives of their own (gallery/notebooks.py).
upstream.ARCHIVES.put(zip_files)
upstream.CARDS.put(CARD)


def setup(app):
    app.add_directive("gallery-card", GalleryCard)
    app.connect("doctree-read", drop_tag_list)
    app.connect("doctree-read", show_figure_first)
    app.connect("doctree-read", tell_what_it_needs)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
