"""The files of a figure: one for a light page and one for a dark one, each wide and narrow.

A figure is saved as SVG, or as a WebP of twice the size where a 3-D scene or an image would make
a heavy SVG.
"""

import copy
import re
from importlib import resources
from io import StringIO
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import Collection
from matplotlib.colors import to_hex, to_rgb, to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from mpl_toolkits.mplot3d import Axes3D
from PIL import Image

from gallery.narrow import narrow
from sgd_explained.palette import GRID, GUIDE, INPUTS, PAGE, ROLES, VALLEYS

# The house colours: on a light page -> on a dark page.
DARK = {str(colour): colour.dark for colour in (*ROLES.values(), *INPUTS, *VALLEYS)}

# The look that readers of the package can have, too, and what a page needs besides.
_LOOK = resources.files("sgd_explained") / "site.mplstyle"
with resources.as_file(_LOOK) as _path:
    STYLE: dict[Any, Any] = dict(mpl.rc_params_from_file(_path, use_default_template=False))
STYLE |= {
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "svg.fonttype": "path",
    "svg.hashsalt": "sgd_explained",
    "text.hinting": "none",
}

# What an artist that is made while a dark figure is drawn takes its colours from.
DARK_STYLE: dict[Any, Any] = {
    key: DARK[to_hex(STYLE[key])]
    for key in STYLE
    if key.endswith("color") and STYLE[key] != "none" and to_hex(STYLE[key]) in DARK
}

CSS_PIXELS_PER_INCH = 96
BITMAP_SCALE = 2
THUMBNAIL_WIDTH = 440  # pixels
THUMBNAIL_RATIO = 1.15  # the most of its height over its width: what is higher would be seen small
THUMBNAIL_PAD = 4  # pixels below the panels that a thumbnail shows

# Parts of matplotlib's SVG: what no reader sees; where lengths stand, in points, so that two
# decimals are less than a hundredth of a pixel; and paths, those of letters in 64ths of a point
# of a font of 100 points. (Factors of a scale need all of their decimals.)
NOT_SEEN = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>", re.DOTALL)
PLACES = re.compile(r'(?<= )(?:[xyr][12]?|c[xy])="[^"]*"|translate\([^)]*\)')
DECIMALS = re.compile(r"-?\d+\.\d+")
PATHS = re.compile(r'(?<= )d="([^"]*)"( transform="scale\(0\.015625\)")?')
COMMANDS = re.compile(r"([A-Za-z])([^A-Za-z]*)")
# The shape of a letter (a space has none), letters that use one, and a group of one path alone.
SHAPE = re.compile(r'<path id="([^"]*)"(?: d="([^"]*)")? transform="scale\([\d.]+\)"/>\n')
ROW = re.compile(r'(?:<use xlink:href="#[^"]*"(?: transform="[^"]*")?/>\n)+')
PLACE = r' transform="translate\((\S+) (\S+)\)(?: scale\((\S+)\))?"'
LETTER = re.compile(rf'<use xlink:href="#([^"]*)"(?:{PLACE})?/>')
ALONE = re.compile(
    r'<g((?: style="[^"]*")?) transform="([^"]*)">\n<path( d="[^"]*") transform="([^"]*)"/>\n</g>'
)
PAINT = re.compile(r"(?<=(?:fill|olor): |roke: )#[0-9a-f]{6}")


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
                axes.tick_params(which=which, color=GUIDE.dark, labelcolor=GUIDE.dark)
                axes.tick_params(which=which, grid_color=GRID.dark)


def _mapped_colours(figure):
    """Colours that stand for data, and so do not change on a dark page."""
    return {
        to_hex(color)
        for collection in figure.findobj(Collection)
        if collection.get_array() is not None
        for color in collection.get_facecolor()
    }


def darken_svg(svg, kept=frozenset()):
    """Recolour the text of an SVG for a dark page; some colours are kept.

    It gives what drawing the darkened figure would, in a hundredth of the time.
    """
    partners = {
        paint: paint if paint in kept else to_hex(on_dark(paint))
        for paint in set(PAINT.findall(svg))
    }
    return PAINT.sub(lambda paint: partners[paint[0]], svg)


def _is_heavy(figure):
    """Whether a figure holds what SVG would store as thousands of polygons or as a bitmap."""
    return any(isinstance(axes, Axes3D) or axes.images for axes in figure.axes)


def shorten(svg):
    """Take out of an SVG what is not seen: comments, names that nothing uses, and decimals.

    A row of letters becomes one path. A browser makes three elements of each letter, which is used.
    """
    svg = NOT_SEEN.sub("", svg)
    used = _used(svg)
    svg = re.sub(r' id="([^"]*)"', lambda name: name[0] if name[1] in used else "", svg)
    svg = PLACES.sub(lambda place: DECIMALS.sub(_rounded, place[0]), svg)
    svg = PATHS.sub(_shortened, svg)
    svg = re.sub(r"\n\s*", "\n", svg).lstrip()
    shapes = dict(SHAPE.findall(svg))
    svg = ROW.sub(lambda row: _one_path(row[0], shapes), svg)
    left = _used(svg)
    svg = SHAPE.sub(lambda shape: shape[0] if shape[1] in left else "", svg)
    svg = svg.replace("<defs>\n</defs>\n", "")
    svg = ALONE.sub(r'<path\3\1 transform="\2 \4"/>', svg)
    return _without_bare_groups(svg)


def _used(svg):
    return set(re.findall(r"#([\w-]+)", svg))


def _one_path(row, shapes):
    """Write a row of letters as a path for each size of letters in it."""
    letters = LETTER.findall(row)
    # A mark is no letter, and what is placed in another way stays as it is.
    if len(letters) < row.count("<use") or any(name not in shapes for name, *_ in letters):
        return row
    paths: dict[float, str] = {}
    for name, x, y, scale in letters:
        unit = 0.25 * float(scale or 1)
        place = f"M{round(float(x or 0) / unit)} {round(float(y or 0) / unit)}"
        # Shapes are written by steps, from the place where the path is.
        paths[unit] = paths.get(unit, "") + (place + shapes[name] if shapes[name] else "")
    return "".join(f'<path d="{d}" transform="scale({u:g})"/>\n' for u, d in paths.items() if d)


def _without_bare_groups(svg):
    """Take the groups out that do nothing to what is in them."""
    kept: list[str] = []
    bare: list[bool] = []
    for line in svg.split("\n"):
        if line == "</g>":
            if bare.pop():
                continue
        elif line.startswith("<g") and line[2:3] in (" ", ">") and not line.endswith("/>"):
            bare.append(line == "<g>")
            if bare[-1]:
                continue
        kept.append(line)
    return "\n".join(kept)


def _rounded(number):
    return _two_decimals(round(float(number[0]) * 100))


def _two_decimals(hundredths):
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def _shortened(path):
    """Write a path by its steps, which have fewer digits than its places.

    All places are rounded before, so that the steps lead exactly there.
    """
    grid, write, scale = 100.0, _two_decimals, ""
    if path[2]:  # Letters are drawn small: a four-hundredth of their height is enough.
        grid, write, scale = 1 / 16, str, ' transform="scale(0.25)"'
    steps, before, begin, here = [], "", (0, 0), (0, 0)
    for command, numbers in COMMANDS.findall(path[1]):
        if command == "z":
            steps.append(command)
            here = begin
        else:
            places = [round(float(number) * grid) for number in numbers.split()]
            moves = [write(place - here[i % 2]) for i, place in enumerate(places)]
            # After a move, and after a command of the same kind, the letter may be left out.
            follows = command == {"M": "L"}.get(before, before)
            steps.append(" " * follows + command.lower() * (not follows) + " ".join(moves))
            here = places[-2], places[-1]
            begin = here if command == "M" else begin
        before = command
    return f'd="{re.sub(" -", "-", "".join(steps))}"{scale}'


# figure.savefig would draw twice each time, first to solve a layout that is solved already.


def svg(figure):
    """Text of an SVG of a figure."""
    buffer = StringIO()
    FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None, "Creator": None})
    return shorten(buffer.getvalue())


def _bitmap(figure, page, scale=1):
    """Pixels of a figure on a page of a colour, drawn so many times as large as there."""
    canvas = FigureCanvasAgg(figure)
    before = {"dpi": figure.dpi, "facecolor": figure.get_facecolor()}
    figure.set(dpi=CSS_PIXELS_PER_INCH * scale, facecolor=page)
    canvas.draw()
    figure.set(**before)
    return Image.fromarray(np.array(canvas.buffer_rgba()))


def _save_bitmap(figure, path):
    picture = _bitmap(figure, "none", BITMAP_SCALE)
    small = picture.quantize(256, method=Image.Quantize.FASTOCTREE).convert("RGBA")
    small.save(path, lossless=True, quality=100)


def save_thumbnail(picture, path, part=1):
    """Save a small copy for the gallery's index, a WebP, and give its name.

    Of a high figure it shows only the upper part.
    """
    height = min(picture.height * part, THUMBNAIL_RATIO * picture.width)
    small = picture.convert("RGB").resize(
        (THUMBNAIL_WIDTH, round(THUMBNAIL_WIDTH * height / picture.width)),
        Image.Resampling.LANCZOS,
        box=(0, 0, picture.width, height),
    )
    small.save(path, quality=70, method=6, use_sharp_yuv=True)
    return path.name


def _top_row(figure):
    """Height of the topmost panels and all that belongs to them, as a part of the figure's."""
    panels = [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]
    first = max(panels, key=lambda axes: axes.get_position().y1)
    row = [axes for axes in panels if axes.get_position().y1 > first.get_position().y0]
    lowest = min(axes.get_tightbbox().y0 for axes in row) - THUMBNAIL_PAD
    return 1 - max(lowest / figure.bbox.height, 0)


def _save_svgs(figure, light, dark):
    text = svg(figure)
    light.write_text(text, "utf-8")
    dark.write_text(darken_svg(text, _mapped_colours(figure)), "utf-8")


def _save_bitmaps(figure, light, dark):
    _save_bitmap(figure, light)
    figure = copy.deepcopy(figure)
    with mpl.rc_context(DARK_STYLE):
        darken(figure)
        _save_bitmap(figure, dark)


def _cut_off(figure):
    """Find the first text that leaves the figure by more than a pixel."""
    texts = list(figure.texts)
    for axes in figure.axes:
        texts += [*axes.texts, axes.title, axes._left_title, axes.xaxis.label, axes.yaxis.label]
    shown = [text for text in texts if text.get_visible() and text.get_text()]
    paper = figure.bbox.padded(1)
    cut = (text for text in shown if not _within(text.get_window_extent(), paper))
    return next((text.get_text() for text in cut), None)


def _within(inner, outer):
    return (inner.min >= outer.min).all() and (inner.max <= outer.max).all()


def save_figure(figure, path):
    """Save the pictures of a figure, light and dark, wide and narrow, and give their names."""
    suffix, save = (".webp", _save_bitmaps) if _is_heavy(figure) else (".svg", _save_svgs)
    # Without its window, which a copy would open again.
    FigureCanvasAgg(figure)
    figures = {"": figure, "narrow_": narrow(copy.deepcopy(figure))}
    figure.draw_without_rendering()
    record: dict[str, Any] = {"kind": "picture"}
    for width, drawn in figures.items():
        # The layout is solved, and the drawings that follow need not solve it again.
        drawn.set_layout_engine("none")
        if cut := _cut_off(drawn):
            screen = "a phone" if width else "a page"
            raise ValueError(f"on {screen} the text {cut!r} is cut off")
        files = {s: path.with_name(f"{path.stem}_{width}{s}{suffix}") for s in ("light", "dark")}
        save(drawn, *files.values())
        record |= {f"{width}{scheme}": file.name for scheme, file in files.items()}
    inches = figures["narrow_"].get_size_inches()
    record["narrow_size"] = [round(length * CSS_PIXELS_PER_INCH) for length in inches]
    # sphinx-gallery asks for a picture with the stem of the path, so the light thumbnail has it.
    # A thumbnail is small: it shows the narrow picture, whose letters are larger.
    small, part = figures["narrow_"], _top_row(figures["narrow_"])
    dark = path.with_name(f"{path.stem}_thumbnail_dark.webp")
    record["thumbnails"] = {
        "light": save_thumbnail(_bitmap(small, PAGE), path.with_suffix(".webp"), part)
    }
    with mpl.rc_context(DARK_STYLE):
        darken(small)
        record["thumbnails"]["dark"] = save_thumbnail(_bitmap(small, PAGE.dark), dark, part)
    return record
