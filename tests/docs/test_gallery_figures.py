"""The scraper and its directive, on figures that would show a mistake."""

import copy
import json
import math
import re
import runpy
import subprocess
import sys
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import imageio_ffmpeg
import matplotlib as mpl
import numpy as np
import pytest
from fontTools.misc.transform import Identity
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from PIL import Image

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs" / "_ext"))

from matplotlib import pyplot as plt
from matplotlib.animation import FuncAnimation
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from sphinx.errors import ExtensionError
from sphinx_gallery.scrapers import ImagePathIterator

from gallery.files import (
    DARK,
    DARK_STYLE,
    STYLE,
    darken,
    on_dark,
    save_figure,
    shorten,
    svg,
)
from gallery.narrow import SMALLEST_LETTERS, narrow
from gallery.scraper import scrape
from gallery.videos import TextKeepingCanvas, _encode, save_animation
from sgd_explained.palette import INK, LOSS, PAGE, RISK, WALKER


@pytest.fixture(autouse=True)
def house(monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: None)
    mpl.use("agg")
    with mpl.rc_context(STYLE):
        yield
    plt.close("all")


@pytest.fixture
def line_figure():
    fig, ax = plt.subplots(figsize=(3, 2), layout="constrained")
    ax.plot([0, 1], [0, 1], color=LOSS)
    ax.set_title("A line")
    ax.annotate("here", (0, 0), (0.5, 0.2), color=WALKER, arrowprops={"color": RISK})
    fig.set_label("A rising line.\n\nIt rises from 0 to 1.")
    return fig


def scraped(folder, variables):
    block = type("Block", (), {"lineno": 7})()
    return scrape(
        block,
        {
            "src_file": "examples/plot_it.py",
            "example_globals": variables,
            "image_path_iterator": ImagePathIterator(folder / "sphx_glr_plot_it_{0:03}.png"),
        },
        {},
    )


@pytest.mark.parametrize(("light", "dark"), DARK.items())
def test_house_colours_have_their_partners(light, dark):
    assert to_hex(on_dark(light)) == dark


def test_other_colours_become_lighter_and_keep_their_opacity():
    red, green, blue, alpha = on_dark((0.1, 0.2, 0.3, 0.4))
    assert alpha == 0.4
    assert red + green + blue > 0.1 + 0.2 + 0.3


def test_both_schemes_are_saved_in_their_colours(line_figure, tmp_path):
    record = save_figure(line_figure, tmp_path / "figure.png")
    light, dark = (
        (tmp_path / record[scheme]).read_text(encoding="utf-8") for scheme in ("light", "dark")
    )
    for colour in (LOSS, WALKER, RISK, INK):
        assert (colour in light, colour.dark in light) == (True, False)
        assert (colour in dark, colour.dark in dark) == (False, True)


def test_an_svg_loses_what_is_not_seen_and_no_more():
    written = """<?xml version="1.0"?>
<!DOCTYPE svg>
<svg viewBox="0 0 388.8 460.8">
 <metadata>
  <date/>
 </metadata>
 <!-- −0.6 -->
 <defs>
  <path id="glyph" d="M 678 2272
L -0.001234 1741.987
z
" transform="scale(0.015625)"/>
 </defs>
 <g id="xtick_1" transform="translate(76.064336 209.237182) scale(0.11 -0.11)">
  <use href="#glyph" x="89.419883" style="stroke-width: 0.125"/>
 </g>
</svg>
"""
    assert (
        shorten(written)
        == """<svg viewBox="0 0 388.8 460.8">
<defs>
<path id="glyph" d="m42 142-42-33z" transform="scale(0.25)"/>
</defs>
<g transform="translate(76.06 209.24) scale(0.11 -0.11)">
<use href="#glyph" x="89.42" style="stroke-width: 0.125"/>
</g>
</svg>
"""
    )


def drawn(path):
    """What another reader of SVG makes of a path: the pen's moves, and all of their places."""
    pen = RecordingPen()
    parse_path(path, pen)
    places = [number for _, points in pen.value for point in points for number in point]
    return [name for name, _ in pen.value], places


def test_a_shorter_path_leads_to_the_same_places():
    rng = np.random.default_rng(8)
    for commands in ("MLLLz", "MLMLL", "MQQLQzMLz", "MCCCLz", "MzML", "M"):
        numbers = {"M": 2, "L": 2, "Q": 4, "C": 6, "z": 0}
        path = "".join(
            f"{command} {' '.join(map(str, rng.uniform(-3, 400, numbers[command]).round(6)))}\n"
            for command in commands
        )
        short = re.search(r' d="(.*)"/', shorten(f'<path d="{path}"/>'))[1]
        assert len(short) < len(path)
        moves, places = drawn(path)
        shorter_moves, shorter_places = drawn(short)
        assert shorter_moves == moves
        assert shorter_places == pytest.approx(places, abs=0.0051)


def test_a_letter_keeps_its_shape():
    path = "M 678 2272 L 2553 4666 Q 3123 4600 3200 4100 L 678 2272 z"
    short = re.search(r'd="(.*)" t', shorten(f'<path d="{path}" transform="scale(0.015625)"/>'))[1]
    assert drawn(short)[0] == drawn(path)[0]
    assert 16 * np.array(drawn(short)[1]) == pytest.approx(np.array(drawn(path)[1]), abs=8)


def outlines(markup):
    """All that an SVG draws, each contour as its places on the picture, in order."""
    root = ElementTree.fromstring(markup)
    parts = {part.get("id"): part for part in root.iter() if part.get("id")}
    found = []

    def walk(part, placed):
        tag = part.tag.rpartition("}")[2]
        for change, numbers in re.findall(r"(\w+)\(([^)]*)\)", part.get("transform", "")):
            values = [float(number) for number in re.split("[ ,]+", numbers)]
            values = [math.radians(*values)] if change == "rotate" else values
            placed = getattr(placed, change)(*values)
        if tag == "use":
            placed = placed.translate(float(part.get("x", 0)), float(part.get("y", 0)))
            walk(parts[part.get("{http://www.w3.org/1999/xlink}href")[1:]], placed)
        elif tag == "path" and part.get("d"):
            pen = RecordingPen()
            parse_path(part.get("d"), pen)
            for name, points in pen.value:
                if name == "moveTo":
                    found.append([])
                found[-1] += placed.transformPoints(points)
        for child in part if tag in ("svg", "g", "use") else ():
            walk(child, placed)

    walk(root, Identity)
    return sorted(contour for contour in found if len(contour) > 1)


def test_letters_stay_in_their_places(line_figure):
    axes = line_figure.axes[0]
    axes.set_ylabel(r"height $w_0^2 = \frac{1}{2}\sqrt{x}$, g")
    axes.text(0.1, 0.8, "a b", rotation=30, path_effects=[withStroke(linewidth=3)])
    written = StringIO()
    line_figure.savefig(written, format="svg")
    before, after = outlines(written.getvalue()), outlines(svg(line_figure))
    assert len(before) == len(after) > 50
    unmatched = list(after)
    for contour in before:
        close = next(
            other
            for other in unmatched
            if len(other) == len(contour) and np.abs(np.subtract(other, contour)).max() < 0.03
        )
        unmatched.remove(close)
    # Each letter would be used, and each group be an element of its own.
    assert "<g>" not in svg(line_figure)
    assert len(re.findall("<use", svg(line_figure))) < 20


def test_a_letter_that_is_turned_is_not_lost():
    glyph = '<defs>\n<path id="a" d="M 0 0 L 64 64 z" transform="scale(0.015625)"/>\n</defs>\n'
    plain = '<use xlink:href="#a"/>\n'
    turned = '<use xlink:href="#a" transform="rotate(90)"/>\n'
    row = '<svg xmlns:xlink="http://www.w3.org/1999/xlink">\n{}<g>\n{}</g>\n</svg>\n'
    assert "<use" not in shorten(row.format(glyph, plain))
    assert shorten(row.format(glyph, plain + turned)).count("<use") == 2


def test_the_page_of_a_thumbnail_is_not_in_the_pictures(line_figure, tmp_path):
    record = save_figure(line_figure, tmp_path / "figure.png")
    dark = (tmp_path / record["dark"]).read_text(encoding="utf-8")
    assert re.search(r'<path d="m0 144[^"]*" style="fill: none"/>', dark)
    assert PAGE.dark not in dark
    with Image.open(tmp_path / record["thumbnails"]["dark"]) as thumbnail:
        # Its WebP is not exact to the last bit of a colour.
        corner = thumbnail.convert("RGB").getpixel((0, 0))
        assert corner == pytest.approx(tuple(bytes.fromhex(PAGE.dark[1:])), abs=3)


def test_a_thumbnail_shows_the_whole_of_the_top_row(tmp_path):
    fig, (above, below) = plt.subplots(2, 1, figsize=(3, 4), layout="constrained")
    fig.colorbar(above.imshow([[0, 1]], aspect="auto"), ax=above, location="top")
    above.set_xlabel("weight")
    below.set_facecolor("red")
    fig.set_label("Two panels.")
    record = save_figure(fig, tmp_path / "figure.png")
    with Image.open(tmp_path / record["thumbnails"]["light"]) as thumbnail:
        seen = np.array(thumbnail.convert("RGB")).astype(int)
    shown = narrow(copy.deepcopy(fig))
    shown.draw_without_rendering()
    foot = shown.axes[0].xaxis.label.get_window_extent().y0 / shown.bbox.height
    aspect = shown.bbox.width / shown.bbox.height
    assert 1 - foot < seen.shape[0] / seen.shape[1] * aspect < 1 - foot + 0.03
    assert not np.any((seen[..., 0] > 200) & (seen[..., 1:].max(axis=-1) < 80))


def test_a_thumbnail_of_a_high_figure_shows_its_upper_part(tmp_path):
    fig, ax = plt.subplots(figsize=(3, 9), layout="constrained")
    ax.axhspan(0, 0.2, color="red")
    ax.set_ylim(0, 1)
    fig.set_label("A high panel, red at its foot.")
    record = save_figure(fig, tmp_path / "figure.png")
    with Image.open(tmp_path / record["thumbnails"]["light"]) as thumbnail:
        assert thumbnail.height < 1.2 * thumbnail.width
        seen = np.array(thumbnail.convert("RGB")).astype(int)
    assert not np.any((seen[..., 0] > 200) & (seen[..., 1:].max(axis=-1) < 80))


def test_a_dark_svg_is_what_drawing_the_dark_figure_gives(line_figure, tmp_path):
    (ax,) = line_figure.axes
    ax.pcolormesh([0, 1, 2], [0, 1, 2], [[0.0, 0.5], [0.7, 1.0]], cmap="cividis")
    ax.axhspan(0.1, 0.2, color=RISK, alpha=0.3)
    ax.plot([0, 1], [1, 0], "o", color=WALKER, markerfacecolor="none")
    ax.text(0.2, 0.8, "halo", path_effects=[withStroke(linewidth=3, foreground="white")])
    drawn_before = copy.deepcopy(line_figure)
    record = save_figure(line_figure, tmp_path / "figure.png")
    with mpl.rc_context(DARK_STYLE):
        drawn_before.draw_without_rendering()
        drawn_before.set_layout_engine("none")
        darken(drawn_before)
        drawn = svg(drawn_before)
    replaced = (tmp_path / record["dark"]).read_text(encoding="utf-8")
    # Names of marks are made of their looks.
    dark, drawn = (re.sub(r"\bm[0-9a-f]{10}\b", "mark", text) for text in (replaced, drawn))
    assert dark == drawn


def test_panels_stand_one_below_another_on_a_phone():
    fig, axes = plt.subplots(1, 3, figsize=(7, 2), sharey=True, layout="constrained")
    axes[0].set_ylabel("loss")
    axes[2].set_title("A title of many words, with $a = 1$ in it, that a phone has no room for")
    narrow(fig)
    places = [ax.get_position() for ax in axes]
    assert places[0].y0 > places[1].y1 > places[1].y0 > places[2].y1
    assert len({place.x1.round(6) for place in places}) == 1
    assert [ax.get_ylabel() for ax in axes] == ["loss"] * 3
    assert all(ax.get_yticklabels()[0].get_visible() for ax in axes)
    title = axes[2]._left_title
    assert "\n" in title.get_text()
    assert "$a = 1$" in title.get_text().replace("\n", "|")
    for text in fig.findobj(Text):
        assert text.get_fontsize() >= SMALLEST_LETTERS
    assert title.get_window_extent().x1 <= fig.bbox.x1


def test_colour_mapped_data_keeps_its_colours():
    _, ax = plt.subplots()
    mesh = ax.pcolormesh([[0.0, 0.5], [0.7, 1.0]], cmap="hot")
    mesh.update_scalarmappable()
    before = mesh.get_facecolor().copy()
    darken(mesh.figure)
    mesh.update_scalarmappable()
    assert (mesh.get_facecolor() == before).all()


def test_a_scene_is_saved_as_a_bitmap(tmp_path):
    fig = plt.figure(figsize=(3, 2))
    fig.add_subplot(projection="3d")
    record = save_figure(fig, tmp_path / "figure.png")
    with Image.open(tmp_path / record["light"]) as picture:
        assert picture.size == (3 * 96 * 2, 2 * 96 * 2)
        assert picture.convert("RGBA").getpixel((0, 0))[3] == 0


def test_a_figure_needs_a_label(tmp_path, line_figure):
    line_figure.set_label("")
    with pytest.raises(ExtensionError, match=r"plot_it.py, line 7: figure 1 has no alt text"):
        scraped(tmp_path, {})
    assert plt.get_fignums() == []


def test_alt_text_and_transcript_come_from_the_label(tmp_path, line_figure):
    shown = scraped(tmp_path, {"fig": line_figure})
    assert ".. gallery-figure:: plot_it\n   :index: 1\n" in shown
    record = json.loads((tmp_path / "sphx_glr_plot_it_001.json").read_text(encoding="utf-8"))
    assert record["alt"] == "A rising line."
    assert record["transcript"] == ["It rises from 0 to 1."]
    assert (record["width"], record["height"]) == (288, 192)


@pytest.mark.parametrize("size", [(3, 2), (3.017, 2.013)])
def test_texts_that_are_kept_look_like_texts_that_are_drawn(line_figure, size):
    line_figure.set(size_inches=size, facecolor="white")
    (ax,) = line_figure.axes
    ax.set(xlabel="weight $w$", ylabel="(loss)")
    ax.text(0.3, 0.7, "jÄ|", rotation=30, alpha=0.5)
    ax.text(0.6, 0.6, "jÄ|", rotation=90, alpha=0.5, style="italic", size=20)
    line_figure.draw_without_rendering()
    line_figure.set_layout_engine("none")
    drawn, kept = [], []
    for canvas, frames in ((FigureCanvasAgg, drawn), (TextKeepingCanvas, kept)):
        own = canvas(line_figure)
        for title in ("one", "two", "one"):
            ax.set_title(title)
            own.draw()
            frames.append(np.array(own.buffer_rgba()).astype(int))
    assert abs(np.array(drawn) - kept).max() <= 1
    assert abs(drawn[0] - drawn[1]).max() > 100


def test_a_video_plays_everywhere_and_repeats_to_the_byte(tmp_path):
    contents = []
    for name in ("one", "two"):
        fig, ax = plt.subplots(figsize=(3.01, 2.01))
        (line,) = ax.plot([0, 1], [0, 1])
        film = FuncAnimation(fig, lambda k, line=line: line.set_ydata([0, k]), 4, interval=100)
        (tmp_path / name).mkdir()
        record = save_animation(film, tmp_path / name / "film.png")
        video = tmp_path / name / record["dark"]
        contents.append(video.read_bytes())
        plt.close(fig)
    assert contents[0] == contents[1]
    frames, seconds = imageio_ffmpeg.count_frames_and_secs(str(video))
    assert (frames, seconds) == (4, pytest.approx(0.4))
    about = next(imageio_ffmpeg.read_frames(str(video)))
    assert about["codec"] == "h264"
    assert about["pix_fmt"].startswith("yuv420p")
    with Image.open(tmp_path / "two" / record["dark_poster"]) as poster:
        assert poster.size == about["size"]


def test_a_film_is_dark_once_and_has_its_tracks(tmp_path):
    fig, ax = plt.subplots(figsize=(3, 2))
    (line,) = ax.plot([0, 1], [0, 1])
    fig.set_label("A line moves.")
    film = FuncAnimation(fig, lambda k: line.set_ydata([0, k]), 4, interval=500)
    times = [(0.0, 1.0), (1.0, 62.5)]
    scraped(
        tmp_path,
        {
            "film": film,
            "chapters": [(*time, f"scene {k}") for k, time in enumerate(times)],
            "captions": [(*time, f"what scene {k} shows") for k, time in enumerate(times)],
            "poster": 0.5,
        },
    )
    record = json.loads((tmp_path / "sphx_glr_plot_it_001.json").read_text(encoding="utf-8"))
    assert "light" not in record
    captions = (tmp_path / record["captions"]).read_text(encoding="utf-8")
    assert captions.startswith("WEBVTT\n\n00:00.000 --> 00:01.000\nwhat scene 0 shows\n")
    assert "00:01.000 --> 01:02.500\nwhat scene 1 shows" in captions
    assert record["transcript"] == ["what scene 0 shows", "what scene 1 shows"]


def test_words_of_the_film_can_be_read_on_a_phone():
    film = runpy.run_path(str(ROOT / "examples" / "0_film" / "plot_film.py"))
    figure = film["figure"]
    # A page 360 pixels wide has 328 for it.
    scale = 328 / (figure.get_figwidth() * figure.dpi)
    for end in film["ends"]:
        film["draw"](int(end * film["frames_per_second"]) - 1)
        figure.draw_without_rendering()
        axes = [each for each in figure.axes if each.get_visible()]
        for text in (*figure.texts, *(text for each in axes for text in each.findobj(Text))):
            if text.get_visible() and text.get_text():
                assert scale * text.get_fontsize() * figure.dpi / 72 >= 11, text


@pytest.mark.parametrize(
    ("directive", "complaint"),
    [
        ("plot_none", "no gallery script made figure 1 of 'plot_none'"),
        ("plot_none\n:index: 0", "invalid option value"),
        ("plot_none\n:colour: red", "unknown option"),
    ],
)
def test_a_wrong_directive_is_a_warning_at_its_line(tmp_path, directive, complaint):
    (tmp_path / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT / 'docs' / '_ext')!r})\n"
        "extensions = ['myst_parser', 'gallery.figures']\n"
        "myst_enable_extensions = ['colon_fence']\n"
        "def setup(app):\n"
        "    app.add_config_value('sphinx_gallery_conf', {'gallery_dirs': 'gallery'}, '')\n",
        encoding="utf-8",
    )
    (tmp_path / "index.md").write_text(
        f"# Title\n\n:::{{gallery-figure}} {directive}\n:::\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "sphinx", "-q", "-W", str(tmp_path), str(tmp_path / "html")]
    build = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert build.returncode != 0
    assert re.search(rf"(?i)index\.md:[34]: .*{complaint}", build.stderr)


def breaks(path, *arguments, **options):
    """Stands for an ffmpeg that ends before it has been given all frames."""
    yield
    raise OSError("Broken pipe")


def stops(path, *arguments, **options):
    """Stands for an ffmpeg that fails when all frames have come, of which nobody is told."""
    path.write_bytes(b"ftyp")
    while True:
        yield


@pytest.mark.parametrize("failing", [breaks, stops])
def test_a_video_that_cannot_be_encoded_is_an_error(failing, monkeypatch, tmp_path):
    monkeypatch.setattr(imageio_ffmpeg, "write_frames", failing)
    picture = np.zeros((120, 160, 4), np.uint8)
    with pytest.raises(ExtensionError, match=r"ffmpeg could not encode film\.mp4"):
        _encode([picture], (160, 120), 25, tmp_path / "film.mp4")


def test_a_name_of_an_axis_is_broken_for_a_phone(tmp_path, line_figure):
    line_figure.set_figwidth(8)
    line_figure.axes[0].set_xlabel("a name that is far longer than a phone is wide, in one line")
    save_figure(line_figure, tmp_path / "figure.svg")
    assert "\n" not in line_figure.axes[0].get_xlabel()
    assert "\n" in narrow(copy.deepcopy(line_figure)).axes[0].get_xlabel()


def test_a_legend_tells_the_same_on_a_phone():
    figure, axes = plt.subplots(layout="constrained")
    axes.errorbar([1, 2], [1, 2], [0.1, 0.1], fmt="s:", label="dotted")
    axes.errorbar([1, 2], [2, 1], [0.1, 0.1], fmt="o-", label="through")
    figure.legend(loc="outside lower center", ncols=2)
    FigureCanvasAgg(figure)

    def drawn(figure):
        lines = figure.legends[0].findobj(Line2D)
        return [(line.get_linestyle(), line.get_marker()) for line in lines]

    narrowed = narrow(copy.deepcopy(figure))
    assert narrowed.legends[0]._ncols == 1
    assert len({*drawn(figure)}) == 4  # Two lines and two markers.
    assert drawn(narrowed) == drawn(figure)


def test_a_text_that_is_cut_off_is_an_error(tmp_path, line_figure):
    line_figure.axes[0].text(0.6, 0.5, "far beyond the right edge of this small figure")
    with pytest.raises(ExtensionError, match=r"figure 1: on a page the text 'far .* is cut off"):
        scraped(tmp_path, {"fig": line_figure})
