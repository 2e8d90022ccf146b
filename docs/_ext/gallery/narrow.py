"""The rendering of a figure for a phone.

A phone shows a figure that is drawn for a laptop at two thirds of its size, with letters that
nobody reads. So it gets a drawing of its own, as wide as its screen: panels that stand side by
side go one below another, letters keep their size, and long titles are broken.
"""

import re

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.gridspec import GridSpec
from matplotlib.text import Text
from mpl_toolkits.mplot3d import Axes3D

WIDTH = 3.4  # inches of 96 CSS pixels: no wider than the text of a page 360 pixels wide
SMALLEST_LETTERS = 8.3  # points: 11 CSS pixels
LETTERS, HEIGHT, SCENE_HEIGHT, STACKED_HEIGHT = (
    0.94,
    0.8,
    0.68,
    0.62,
)  # parts of what they are on a wide page
SCENE = 0.84  # part of its size that a 3-D scene keeps within its axes
# Words, and formulas, which are not broken.
WORDS = re.compile(r"(?:\$[^$]*\$|\S)+")


def narrow(figure):
    """Lay out a figure for a phone, and give it; the figure is altered."""
    height = figure.get_figheight()
    panels = [axes for axes in figure.axes if axes.get_subplotspec() is not None]
    columns = max((axes.get_gridspec().ncols for axes in panels), default=1)
    scenes = [axes for axes in panels if isinstance(axes, Axes3D)]
    if columns > 1:
        height *= columns * STACKED_HEIGHT
        _stack(figure, panels)
    else:
        height *= SCENE_HEIGHT if scenes else HEIGHT
    figure.set_size_inches(WIDTH, height, forward=False)
    for axes in scenes:
        # Its labels need more of a small box, and are cut off where they leave it.
        axes._box_aspect = axes._box_aspect * SCENE
    for legend in figure.legends:
        _one_column(legend, figure)
    for text in figure.findobj(Text):
        text.set_fontsize(max(text.get_fontsize() * LETTERS, SMALLEST_LETTERS))
    # Titles and names of axes are broken to what the layout leaves them.
    figure.draw_without_rendering()
    texts = [
        text
        for axes in figure.axes
        for text in (axes._left_title, axes.title, axes.xaxis.label)
        if text.get_text()
    ]
    written = [text.get_text() for text in texts]
    for text in texts:
        _break(text, figure)
    if [text.get_text() for text in texts] != written:
        figure.draw_without_rendering()
    return figure


def _stack(figure, panels):
    """Put panels that stand side by side one below another."""
    grid = GridSpec(len(panels), 1, figure=figure)
    for row, axes in enumerate(panels):
        axes.set_subplotspec(grid[row])
        # What its neighbour told for it, a panel now says itself, or leaves to the last one.
        axes.tick_params(labelleft=True)
        axes.set_ylabel(axes.get_ylabel() or panels[0].get_ylabel())
        if axes is not panels[-1] and axes.get_shared_x_axes().joined(axes, panels[-1]):
            axes.tick_params(labelbottom=False)


def _one_column(legend, figure):
    """Lay out a legend in one column; ``set_ncols`` alone comes too late."""
    labels = [text.get_text() for text in legend.get_texts()]
    # What a legend draws for a curve with error bars tells no more which markers it has.
    named = {
        label: handle
        for axes in figure.axes
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    drawn = zip(labels, legend.legend_handles, strict=True)
    legend.set_ncols(1)
    legend._init_legend_box([named.get(label, handle) for label, handle in drawn], labels)
    legend._set_loc(legend._loc_real)


def _break(text, figure):
    """Break a text where it would leave the figure."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    extent, paper = text.get_window_extent(renderer), figure.bbox
    room = paper.x1 - extent.x0
    if text.get_horizontalalignment() == "center":
        centre = (extent.x0 + extent.x1) / 2
        room = 2 * min(centre - paper.x0, paper.x1 - centre)
    lines: list[str] = []
    for word in WORDS.findall(text.get_text()):
        longer = f"{lines[-1]} {word}" if lines else word
        text.set_text(longer)
        if lines and text.get_window_extent(renderer).width <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    text.set_text("\n".join(lines))
