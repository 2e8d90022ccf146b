"""Matplotlib's backend of the page: figures go there when they are shown, in the house style.

A still figure goes as an SVG, or as a PNG where that would be heavy; an animation goes frame by
frame, as it is drawn. What a figure is called on the page is the first paragraph of its label.
"""

import base64
from io import BytesIO, StringIO
from types import SimpleNamespace

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.animation import FuncAnimation
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG

from gallery.files import (
    BITMAP_SCALE,
    CSS_PIXELS_PER_INCH,
    DARK,
    DARK_STYLE,
    _bitmap,
    _is_heavy,
    darken,
)
from sgd_explained.palette import PAGE

FigureCanvas, FigureManager = FigureCanvasAgg, FigureManagerBase
HEAVY = 1_500_000  # Characters of an SVG, above which pixels are quicker.
FILM_SCALE = 1.5


# Where figures go: ``send`` gives them to the page, and ``names`` are those of the script.
stage = SimpleNamespace(send=None, names={}, dark=False)


def show(*args, **kwargs):
    """Give all open figures to the page, and close them."""
    films = {
        value._fig: value  # type: ignore[attr-defined]  # Not public, and nothing else tells.
        for value in list(stage.names.values())
        if isinstance(value, FuncAnimation)
    }
    for number in plt.get_fignums():
        figure = plt.figure(number)
        if stage.dark:
            darken(figure)
        with mpl.rc_context(DARK_STYLE if stage.dark else {}):
            if figure in films:
                _play(films[figure], figure)
            else:
                stage.send("figure", {**_about(figure), "source": _source(figure)})
    plt.close("all")


def _about(figure):
    """Words and size of a figure, as the page shows it."""
    words = " ".join(figure.get_label().split("\n\n")[0].split())
    width, height = (round(inches * CSS_PIXELS_PER_INCH) for inches in figure.get_size_inches())
    return {"words": words, "width": width, "height": height}


def _source(figure):
    """Address that holds a picture of a figure; as an image it can run nothing and fetch nothing."""
    if not _is_heavy(figure):
        svg = StringIO()
        FigureCanvasSVG(figure).print_svg(svg, metadata={"Date": None, "Creator": None})
        if svg.tell() < HEAVY:
            return _address("image/svg+xml", svg.getvalue().encode())
    png = BytesIO()
    _bitmap(figure, "none", BITMAP_SCALE).save(png, "PNG")
    return _address("image/png", png.getvalue())


def _address(kind, content):
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _play(film, figure):
    """Draw an animation, and give each frame to the page when it is drawn."""
    about = _about(figure)
    figure.set_dpi(CSS_PIXELS_PER_INCH * FILM_SCALE)
    figure.set_facecolor(DARK[PAGE] if stage.dark else PAGE)
    canvas = FigureCanvasAgg(figure)
    # A layout that is solved again for each frame would make the axes tremble.
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    film._init_draw()
    width, height = canvas.get_width_height(physical=True)
    pixels = {"pixels": [width, height], "interval": film._interval}
    stage.send("film", {**about, **pixels})
    for data in film.new_frame_seq():
        film._draw_frame(data)
        canvas.draw()
        stage.send("frame", canvas.buffer_rgba())
    stage.send("cut", {})
