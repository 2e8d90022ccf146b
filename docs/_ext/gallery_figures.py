"""Figures and videos of the gallery, and the directive that shows them on any page.

The scraper saves every figure of a gallery script twice, for a light and for a dark page: as SVG,
or as a PNG of twice the size where a 3-D scene or an image would make a heavy SVG. A
``FuncAnimation`` becomes a pair of H.264 videos, each with its poster. What was saved is written
to a small JSON file beside the pictures, and ``gallery-figure`` reads that file::

    :::{gallery-figure} plot_travel
    :index: 1
    :name: fig-travel
    The caption, which carries the claim.
    :::

The figure's label (``fig.set_label``) is its alt text: the first paragraph says what is seen, and
what follows is shown as a transcript. A figure without a label fails the build.
"""

import json
import os
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import imageio_ffmpeg
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import sphinx_gallery.downloads
import sphinx_gallery.gen_rst
from docutils import nodes
from docutils.parsers.rst import directives
from matplotlib.animation import FuncAnimation
from matplotlib.collections import Collection
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from mpl_toolkits.mplot3d import Axes3D
from PIL import Image
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

# The house colours: on a light page -> on a dark page.
CYCLE = {
    "#0b66b8": "#6cb2f5",
    "#b8480b": "#ff9b5e",
    "#0a7a55": "#4fd1a1",
    "#8a3fb0": "#cf96ee",
    "#8a6500": "#e8c14a",
    "#5b6470": "#a3adb8",
}
INK, MUTED, GRID, PAGE = "#1b1f24", "#5b6470", "#d9dee3", "#ffffff"
DARK = CYCLE | {INK: "#e8eaed", GRID: "#363c44", PAGE: "#131416"}

STYLE = {
    "axes.axisbelow": True,
    **{f"axes3d.{axis}.panecolor": "none" for axis in ("xaxis", "yaxis", "zaxis")},
    "axes.edgecolor": MUTED,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.prop_cycle": mpl.cycler(color=list(CYCLE)),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 11.5,
    "figure.facecolor": "none",
    "font.size": 11,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "legend.edgecolor": "none",
    "legend.facecolor": "none",
    "savefig.facecolor": "none",
    "svg.fonttype": "path",
    "svg.hashsalt": "sgd_explained",
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
}

CSS_PIXELS_PER_INCH = 96
PNG_SCALE = 2
VIDEO_SCALE = 1.5


# Making the files


def house_style(gallery_conf, fname):
    """Give every gallery script matplotlib's defaults, and the house style on top of them."""
    plt.rcdefaults()
    mpl.rcParams.update(STYLE)


def on_dark(color):
    """Colour for a dark page that stands for ``color`` on a light one; the opacity stays.

    A house colour has its own partner. Any other colour moves as the house colours near it do.
    """
    rgba = to_rgba(color)
    light = np.array([to_rgb(name) for name in DARK])
    dark = np.array([to_rgb(name) for name in DARK.values()])
    distance = np.sum((light - rgba[:3]) ** 2, axis=1)
    nearness = 1 / (distance + 1e-9) ** 2
    moved = rgba[:3] + nearness @ (dark - light) / nearness.sum()
    return (*np.clip(moved, 0, 1), rgba[3])


def _darken_collection(collection):
    if collection.get_array() is None:
        collection.set_facecolor([on_dark(color) for color in collection.get_facecolor()])
        collection.set_edgecolor([on_dark(color) for color in collection.get_edgecolor()])


def _darken_patch(patch):
    patch.set_facecolor(on_dark(patch.get_facecolor()))
    patch.set_edgecolor(on_dark(patch.get_edgecolor()))


def _darken_line(line):
    color, face, edge = line.get_color(), line.get_markerfacecolor(), line.get_markeredgecolor()
    line.set_color(on_dark(color))
    if not isinstance(face, str) or face != "none":
        line.set_markerfacecolor(on_dark(face))
    if not isinstance(edge, str) or edge != "none":
        line.set_markeredgecolor(on_dark(edge))


def _darken_text(text):
    text.set_color(on_dark(text.get_color()))
    # A text's box and an annotation's arrow are not among its children.
    for patch in (text.get_bbox_patch(), getattr(text, "arrow_patch", None)):
        if patch is not None:
            _darken_patch(patch)


def _darken_halo(effect):
    stroke = getattr(effect, "_gc", {})
    if "foreground" in stroke:
        stroke["foreground"] = on_dark(stroke["foreground"])


def darken(figure):
    """Recolour a figure for a dark page. Colour-mapped data keeps its colours."""
    for artist in figure.findobj():
        for effect in artist.get_path_effects() or ():
            _darken_halo(effect)
        if isinstance(artist, Text):
            _darken_text(artist)
        elif isinstance(artist, Line2D):
            _darken_line(artist)
        elif isinstance(artist, Patch):
            _darken_patch(artist)
        elif isinstance(artist, Collection):
            _darken_collection(artist)
    for axes in figure.axes:
        if isinstance(axes, Axes3D):
            for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
                axis._axinfo["grid"]["color"] = on_dark(axis._axinfo["grid"]["color"])
        else:
            # Ticks that matplotlib makes later, while drawing, take their colours from here.
            for which in ("major", "minor"):
                axes.tick_params(which=which, color=DARK[MUTED], labelcolor=DARK[MUTED])
                axes.tick_params(which=which, grid_color=DARK[GRID])


def _is_heavy(figure):
    """Whether a figure holds what SVG would store as thousands of polygons or as a bitmap."""
    return any(isinstance(axes, Axes3D) for axes in figure.axes) or bool(figure.findobj(AxesImage))


def _save_svg(figure, path):
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def _save_png(figure, path, scale=PNG_SCALE):
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=CSS_PIXELS_PER_INCH * scale)
    picture = Image.open(buffer).convert("RGBA")
    picture.quantize(256, method=Image.Quantize.FASTOCTREE).save(path, optimize=True)


def save_figure(figure, path):
    """Save the light and the dark picture of a figure; return what a page must know of them."""
    suffix, save = (".png", _save_png) if _is_heavy(figure) else (".svg", _save_svg)
    light, dark = (path.with_name(f"{path.stem}_{scheme}{suffix}") for scheme in ("light", "dark"))
    save(figure, light)
    # The thumbnail is cut from this file; no page shows it.
    figure.savefig(path, dpi=CSS_PIXELS_PER_INCH, facecolor=PAGE)
    darken(figure)
    save(figure, dark)
    return {"kind": "picture", "light": light.name, "dark": dark.name}


def _frames(animation):
    """Draw an animation frame by frame, and give each frame's pixels (height, width, 4)."""
    figure = animation._fig
    animation._init_draw()
    for data in animation.new_frame_seq():
        animation._draw_frame(data)
        figure.canvas.draw()
        yield np.asarray(figure.canvas.buffer_rgba())


def _encode(frames, size, fps, path):
    """Write frames as H.264, with the same bytes on every run."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-nostdin", "-loglevel", "error"]
    command += ["-f", "rawvideo", "-pix_fmt", "rgba", "-s", "{}x{}".format(*size), "-r", str(fps)]
    command += ["-i", "-", "-an", "-c:v", "libx264", "-preset", "slow", "-crf", "24"]
    command += ["-tune", "animation", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
    command += ["-threads", "1", "-fflags", "+bitexact", "-flags:v", "+bitexact"]
    command += ["-map_metadata", "-1", str(path)]
    encoder = subprocess.Popen(command, stdin=subprocess.PIPE)
    for frame in frames:
        encoder.stdin.write(np.ascontiguousarray(frame))
    encoder.stdin.close()
    if encoder.wait():
        raise ExtensionError(f"ffmpeg could not encode {path.name}")


def _show_progress(frames, label):
    """Pass frames through, counting them on a terminal."""
    for number, frame in enumerate(frames, 1):
        if sys.stderr.isatty():
            print(f"\r{label}: frame {number}", end="", file=sys.stderr, flush=True)
        yield frame
    if sys.stderr.isatty():
        print(file=sys.stderr)


def save_animation(animation, path):
    """Save the light and the dark video of an animation, each with a poster."""
    figure = animation._fig
    # H.264 with halved chroma needs even sizes.
    width, height = (
        2 * round(inches * CSS_PIXELS_PER_INCH * VIDEO_SCALE / 2)
        for inches in figure.get_size_inches()
    )
    figure.set_dpi(CSS_PIXELS_PER_INCH * VIDEO_SCALE)
    figure.set_size_inches((width + 0.01) / figure.dpi, (height + 0.01) / figure.dpi, forward=False)
    figure.set_facecolor(PAGE)
    # A layout that is solved again for each frame would make the axes tremble.
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    files = {"kind": "video"}
    for scheme in ("light", "dark"):
        if scheme == "dark":
            darken(figure)
        video = path.with_name(f"{path.stem}_{scheme}.mp4")
        poster = path.with_name(f"{path.stem}_{scheme}_poster.png")
        frames = _show_progress(_frames(animation), video.name)
        _encode(frames, (width, height), 1000 / animation._interval, video)
        # The last frame was drawn last: the poster shows where the story ends.
        picture = Image.fromarray(np.asarray(figure.canvas.buffer_rgba())).convert("RGB")
        picture.quantize(64).save(poster, optimize=True)
        if scheme == "light":
            picture.save(path)
        files |= {scheme: video.name, f"{scheme}_poster": poster.name}
    return files


def _describe(figure, where):
    """Alt text, transcript and size on the page; ``where`` names the figure in an error."""
    alt, *transcript = (" ".join(part.split()) for part in figure.get_label().split("\n\n"))
    if not alt:
        raise ExtensionError(f"{where} has no alt text: say what it shows with fig.set_label(...)")
    width, height = (round(inches * CSS_PIXELS_PER_INCH) for inches in figure.get_size_inches())
    return {"alt": alt, "transcript": transcript, "width": width, "height": height}


def scrape(block, block_vars, gallery_conf):
    """Save every open figure of a gallery script, and show each by ``gallery-figure``."""
    script = Path(block_vars["src_file"])
    animations = {
        value._fig.number: value
        for value in block_vars["example_globals"].values()
        if isinstance(value, FuncAnimation)
    }
    shown = []
    try:
        for number in plt.get_fignums():
            figure = plt.figure(number)
            path = Path(block_vars["image_path_iterator"].next())
            record = _describe(figure, f"{script.name}, line {block.lineno}: figure {number}")
            if number in animations:
                record |= save_animation(animations[number], path)
            else:
                record |= save_figure(figure, path)
            path.with_suffix(".json").write_text(json.dumps(record, indent=1, sort_keys=True))
            index = len(block_vars["image_path_iterator"])
            shown.append(f"\n.. gallery-figure:: {script.stem}\n   :index: {index}\n")
    finally:
        plt.close("all")
    return "\n".join(shown)


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


# At import, not in setup(): the worker processes of a parallel gallery import the scraper only.
sphinx_gallery.gen_rst.zip_files = zip_files
sphinx_gallery.downloads.zip_files = zip_files


# Showing them


class gallery_video(nodes.General, nodes.Element):
    """A video of the gallery, for a light or for a dark page."""


class gallery_transcript(nodes.General, nodes.Element):
    """What a figure shows, in words, folded away."""


def visit_video_html(self, node):
    def url(file):
        return f"{self.builder.dlpath}/{file}"

    attributes = {
        "controls": "controls",
        "playsinline": "playsinline",
        "preload": "none",
        "src": url(node["file"]),
        "poster": url(node["poster"]),
        "width": node["width"],
        "height": node["height"],
        "aria-label": node["alt"],
    }
    self.body.append(self.starttag(node, "video", "", **attributes))
    self.body.append(f'<a href="{url(node["file"])}">Download the video</a></video>\n')
    raise nodes.SkipNode


def visit_transcript_html(self, node):
    self.body.append('<details class="transcript"><summary>What the figure shows</summary>\n')


def depart_transcript_html(self, node):
    self.body.append("</details>\n")


def skip(self, node):
    raise nodes.SkipNode


class GalleryFigure(SphinxDirective):
    """Show the figure or video that a gallery script made."""

    required_arguments = 1
    has_content = True
    option_spec = {
        "index": directives.positive_int,
        "name": directives.unchanged,
        "class": directives.class_option,
    }

    def run(self):
        script, index = self.arguments[0], self.options.get("index", 1)
        gallery = Path(self.env.srcdir, self.config.sphinx_gallery_conf["gallery_dirs"])
        found = sorted(gallery.glob(f"*/images/sphx_glr_{script}_{index:03}.json"))
        if not found:
            message = f"gallery-figure: no gallery script made figure {index} of {script!r}"
            return [self.state.document.reporter.warning(message, line=self.lineno)]
        self.env.note_dependency(str(found[0]))
        record = json.loads(found[0].read_text())
        figure = nodes.figure(classes=["gallery-figure", *self.options.get("class", [])])
        for scheme in ("light", "dark"):
            show = self.video if record["kind"] == "video" else self.picture
            figure += show(record, scheme, found[0].parent)
        if record["transcript"]:
            figure += gallery_transcript(
                "", *(nodes.paragraph("", t) for t in record["transcript"])
            )
        self.set_source_info(figure)
        self.add_name(figure)
        if self.content:
            first, *rest = self.parse_content_to_nodes()
            figure += nodes.caption(first.rawsource, "", *first.children)
            if rest:
                figure += nodes.legend("", *rest)
        return [figure]

    def picture(self, record, scheme, folder):
        """Image of one scheme; the browser fetches it only where that scheme is shown."""
        uri = "/" + (folder / record[scheme]).relative_to(self.env.srcdir).as_posix()
        return nodes.image(
            uri=uri,
            alt=record["alt"],
            width=str(record["width"]),
            height=str(record["height"]),
            loading="lazy",
            classes=[f"only-{scheme}"],
        )

    def video(self, record, scheme, folder):
        """Video of one scheme, with its poster; both travel as downloads do."""

        def add(name):
            source = (folder / name).relative_to(self.env.srcdir).as_posix()
            self.env.note_dependency(source)
            return self.env.dlfiles.add_file(self.env.docname, source).as_posix()

        return gallery_video(
            file=add(record[scheme]),
            poster=add(record[f"{scheme}_poster"]),
            alt=record["alt"],
            width=str(record["width"]),
            height=str(record["height"]),
            classes=[f"only-{scheme}"],
        )


def setup(app):
    app.add_directive("gallery-figure", GalleryFigure)
    other = {"latex": (skip, None), "text": (skip, None), "man": (skip, None)}
    app.add_node(gallery_video, html=(visit_video_html, None), **other)
    app.add_node(gallery_transcript, html=(visit_transcript_html, depart_transcript_html), **other)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
