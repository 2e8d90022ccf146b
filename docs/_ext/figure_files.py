"""The files of a figure: one for a light page and one for a dark one.

A figure is saved as SVG, or as a PNG of twice the size where a 3-D scene or an image would make a
heavy SVG. An animation becomes H.264 videos, each with its poster.
"""

import contextlib
import subprocess
import sys
from io import BytesIO

import imageio_ffmpeg
import matplotlib as mpl
import numpy as np
from matplotlib.collections import Collection
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from mpl_toolkits.mplot3d import Axes3D
from PIL import Image
from sphinx.errors import ExtensionError

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

# What an artist that is made while a dark figure is drawn takes its colours from.
DARK_STYLE = {
    key: DARK[value] for key, value in STYLE.items() if isinstance(value, str) and value in DARK
}

CSS_PIXELS_PER_INCH = 96
PNG_SCALE = 2
VIDEO_SCALE = 1.5
THUMBNAIL_WIDTH = 440  # pixels


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
    # Artists may share an effect, which must be recoloured once.
    effects = [effect for each in figure.findobj() for effect in each.get_path_effects() or ()]
    for effect in {id(effect): effect for effect in effects}.values():
        _darken_halo(effect)
    for artist in figure.findobj():
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


def _save_thumbnail(picture, path):
    """Save a small copy for the gallery's index, and give its name."""
    small = picture.resize(
        (THUMBNAIL_WIDTH, round(THUMBNAIL_WIDTH * picture.height / picture.width)),
        Image.Resampling.LANCZOS,
    )
    small.quantize(48).save(path, optimize=True)
    return path.name


def _bitmap(figure, page):
    """Pixels of a figure on a page of a colour."""
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=CSS_PIXELS_PER_INCH, facecolor=page)
    return Image.open(buffer).convert("RGB")


def save_figure(figure, path):
    """Save the light and the dark picture of a figure, and give their names."""
    suffix, save = (".png", _save_png) if _is_heavy(figure) else (".svg", _save_svg)
    light, dark = (path.with_name(f"{path.stem}_{scheme}{suffix}") for scheme in ("light", "dark"))
    thumbnails = {"light": path, "dark": path.with_name(f"{path.stem}_thumbnail_dark.png")}
    # The layout is solved once, for all four pictures.
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    save(figure, light)
    # sphinx-gallery asks for a file of this name, so the light thumbnail has it.
    _save_thumbnail(_bitmap(figure, PAGE), thumbnails["light"])
    with mpl.rc_context(DARK_STYLE):
        darken(figure)
        save(figure, dark)
        _save_thumbnail(_bitmap(figure, DARK[PAGE]), thumbnails["dark"])
    return {
        "kind": "picture",
        "light": light.name,
        "dark": dark.name,
        "thumbnails": {scheme: file.name for scheme, file in thumbnails.items()},
    }


def _frames(animation):
    """Draw an animation frame by frame, and give each frame's pixels (height, width, 4).

    In one process: a forked one would share the open font files, and read glyphs from wrong places.
    """
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
    command += ["-i", "-", "-an", "-c:v", "libx264", "-preset", "medium", "-crf", "24"]
    command += ["-tune", "animation", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
    command += ["-threads", "1", "-fflags", "+bitexact", "-flags:v", "+bitexact"]
    command += ["-map_metadata", "-1", str(path)]
    encoder = subprocess.Popen(command, stdin=subprocess.PIPE)
    # An encoder that fails early closes the pipe; its exit code tells, below.
    with contextlib.suppress(BrokenPipeError):
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


def _save_video(animation, size, poster_frame, path):
    """Save a video and its poster; give the poster's pixels and its file."""
    kept = {}

    def keep_poster(frames):
        for number, frame in enumerate(frames):
            # Overwritten until the frame has come, so that None means the last one.
            if poster_frame is None or number <= poster_frame:
                kept["poster"] = frame.copy()
            yield frame

    frames = keep_poster(_show_progress(_frames(animation), path.name))
    _encode(frames, size, 1000 / animation._interval, path)
    picture = Image.fromarray(kept["poster"]).convert("RGB")
    poster = path.with_name(f"{path.stem}_poster.png")
    picture.quantize(64).save(poster, optimize=True)
    return picture, poster


def save_animation(animation, path, schemes=("light", "dark"), poster_frame=None):
    """Save a video and its poster for each scheme, and give their names.

    The poster is the last frame, where the story has been told, or the one with the given number.
    """
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
    files = {"kind": "video", "thumbnails": {}}
    for scheme in schemes:
        style = {}
        if scheme == "dark":
            darken(figure)
            style = DARK_STYLE
        video = path.with_name(f"{path.stem}_{scheme}.mp4")
        with mpl.rc_context(style):
            picture, poster = _save_video(animation, (width, height), poster_frame, video)
        # sphinx-gallery asks for a file of this name, so the first thumbnail has it.
        first = scheme == schemes[0]
        thumbnail = path if first else path.with_name(f"{path.stem}_thumbnail_{scheme}.png")
        files["thumbnails"][scheme] = _save_thumbnail(picture, thumbnail)
        files |= {scheme: video.name, f"{scheme}_poster": poster.name}
    return files
