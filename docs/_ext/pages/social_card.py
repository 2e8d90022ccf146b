"""The picture that goes with a link to the site, where a social network or a chat shows one.

It is drawn by the package while the site is built, and again when the package, the house style or
this file has changed since: the picture notes what it was drawn by.
"""

from io import BytesIO
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from gallery.freshness import script_fingerprint

PICTURE = "_static/social-card.png"
ALT = "A walker goes down a curve with two valleys, towards the floor of the deeper one."
SUBTITLE = "Stochastic gradient descent, one step at a time"
WIDTH, HEIGHT = 1200, 630  # pixels, as social networks ask for
DOTS_PER_INCH = 100


def draw(title):
    """Picture of the loss, a walk downhill on it, and the title."""
    # Most builds draw nothing, and need not load these.
    import numpy as np
    from matplotlib.figure import Figure

    import sgd_explained
    from sgd_explained.palette import DESCENT, INK, LOSS, PAGE

    figure = Figure((WIDTH / DOTS_PER_INCH, HEIGHT / DOTS_PER_INCH), facecolor=PAGE.dark)
    axes = figure.add_axes((0, 0, 1, 0.72))
    axes.axis("off")
    w = np.linspace(-2.2, 3.2, 500)
    axes.plot(w, sgd_explained.loss(w), color=LOSS.dark, linewidth=5)
    walk = sgd_explained.gradient_descent(
        sgd_explained.gradient, -0.25, np.array([1.0]), learning_rate=0.2, steps=12
    )
    axes.plot(
        walk.weights, sgd_explained.loss(walk.weights), "o", color=DESCENT.dark, markersize=13
    )
    axes.set_xlim(w[0], w[-1])
    axes.set_ylim(-0.9, 0.3)
    figure.text(0.06, 0.85, title, color=INK.dark, fontsize=46, fontweight="bold", va="center")
    figure.text(0.06, 0.73, SUBTITLE, color=INK.dark, fontsize=24, va="center")
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH)
    return Image.open(buffer).convert("RGB").quantize(64)


def write(app, exception):
    if exception is not None or app.builder.format != "html":
        return
    picture = Path(app.outdir, PICTURE)
    drawn_by = f"{app.config.project} {script_fingerprint(Path(__file__))}"
    if not picture.is_file() or Image.open(picture).info.get("Source") != drawn_by:
        note = PngInfo()
        note.add_text("Source", drawn_by)
        draw(app.config.project).save(picture, optimize=True, pnginfo=note)


def setup(app):
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
