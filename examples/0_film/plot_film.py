"""
The film
========

The main points of this site in a minute and a half. Every curve, dot and number in it is
computed by the package while the site is built.
"""

# %%
# First, everything that the film shows is computed: the article's walk and its reverse, the
# gradients at the start, a crowd that leaves a trap, and the chance of leaving it over step size
# and batch size.

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation

from sgd_explained import (
    RiskLandscape,
    empirical_risk,
    epoch_orders,
    gradient,
    gradient_descent,
    loss,
    sgd,
)

rng = np.random.default_rng(1951)
start, step_size = -0.3, 0.01
few, data = np.linspace(-5, 5, 10), np.linspace(-5, 5, 100)
lopsided = np.linspace(-2, 5, 100)

anatomy = RiskLandscape([1.0], (-4, 4)).stationary_points
few_gradients = gradient(start, few)
gradients = gradient(start, data)
batch_means = {
    size: rng.permuted(np.tile(gradients, (4000, 1)), axis=1)[:, :size].mean(axis=1)
    for size in (1, 5, 20)
}
walk = sgd(gradient, start, data, learning_rate=step_size, order="sequential")
reverse = sgd(gradient, start, data[::-1], learning_rate=step_size, order="sequential")

_, shallow, _ = RiskLandscape(lopsided, (-2, 2)).minima
_, barrier = RiskLandscape(lopsided, (-2, 2)).maxima
descent = gradient_descent(gradient, 0.07, lopsided, learning_rate=0.1, steps=60)
crowd_size, crowd_epochs = 300, 8
crowd = sgd(
    gradient,
    np.full(crowd_size, shallow.w),
    lopsided,
    learning_rate=0.03,
    epochs=crowd_epochs,
    crowd=True,
    rng=rng,
    keep=4,
)

# %%
# For the escape map, one crowd holds the walkers of all step sizes of one batch size.

sizes, etas = np.array([1, 2, 5, 10, 20]), np.geomspace(0.005, 0.5, 15)
per_cell, horizon = 200, 20
left = np.empty((horizon + 1, sizes.size, etas.size))
for row, size in enumerate(sizes):
    walkers = per_cell * etas.size
    path = sgd(
        gradient,
        np.full(walkers, shallow.w),
        lopsided,
        learning_rate=np.repeat(etas, per_cell),
        epochs=horizon,
        batch_size=int(size),
        order=epoch_orders("reshuffled", lopsided.size, horizon, rng, walkers),
        crowd=True,
        keep=int(lopsided.size / size),
    )
    outside = np.reshape(path.weights > barrier.w, (-1, etas.size, per_cell))
    left[:, row] = outside.mean(axis=2)

# %%
# The stage: one frame of axes for curves, and others that slide in beside it. The objects stay
# through the whole film; each scene says where they are at its time ``t``, from 0 to 1.

figure = plt.figure(figsize=(1280 / 144, 720 / 144))
stage, side, chart = (
    figure.add_axes((left, 0.24, 0.84, 0.52)) for left in (0.12, 1.1, 1.1)
)
for axes in (stage, side, chart):
    axes.grid(visible=False)
    axes.tick_params(labelsize=15)
heading = figure.text(0.04, 0.92, "", fontsize=23, weight="bold")
remark = figure.text(0.04, 0.845, "", fontsize=18)
verdict = figure.text(
    0.5, 0.5, "", fontsize=24, ha="center", va="center", linespacing=1.8
)

ys, ws, wide = (
    np.linspace(-3, 3, 400),
    np.linspace(-0.7, 0.7, 300),
    np.linspace(-0.7, 1.3, 300),
)
ghosts = [stage.plot(ws, loss(ws * x), color="C0", lw=1.5)[0] for x in few]
(curve,) = stage.plot([], [], color="C0", lw=3.5)
(truth,) = stage.plot([], [], color="C2", lw=3.5)
(origin,) = stage.plot([start, start], [-1, 0.5], color="C5", lw=1.5, ls="--")
(special,) = stage.plot(
    [point.w for point in anatomy],
    [point.risk for point in anatomy],
    "o",
    color="C1",
    ms=11,
)
names = [
    stage.annotate(
        f"{point.kind}\n{point.risk + 0.0:.2f}",
        (point.w, point.risk),
        (0, 12 if point.kind == "maximum" else -12),
        textcoords="offset points",
        va="bottom" if point.kind == "maximum" else "top",
        ha="center",
        fontsize=15,
        color="C1",
    )
    for point in anatomy
]
arrows = [
    stage.annotate(
        "",
        (start, 0),
        (start, 0),
        arrowprops={"arrowstyle": "-|>", "color": "C1", "lw": 2.5},
    )
    for _ in few
]
crowd_dots = stage.scatter([], [], s=30, color="C1", alpha=0.5, lw=0)
(walker,) = stage.plot([], [], "o", color="C1", ms=14)
(ball,) = stage.plot([], [], "o", color="C3", ms=14)

bins = np.linspace(-4, 3, 15)
bars = side.bar(
    bins[:-1], np.zeros(14), np.diff(bins), align="edge", color="C0", alpha=0.6
)
(mean,) = side.plot([gradients.mean()] * 2, [0, 1], color="C2", lw=3)
flyers = [
    figure.add_artist(plt.Line2D([], [], marker="o", color="C1", ms=10)) for _ in few
]
(last_loss,) = side.plot([], [], color="C0", lw=2.5)
(risks,) = side.plot([], [], color="C2", lw=3.5)
chart.set(
    xscale="log", yscale="log", xticks=[0.01, 0.1], yticks=sizes, yticklabels=sizes
)
chart.minorticks_off()
chart.set_xlabel("step size", fontsize=17)
chart.set_ylabel("batch size", fontsize=17)
cells = chart.pcolormesh(etas, sizes, left[0], cmap="magma", vmin=0, vmax=1)
half = np.interp(0.5, left[-1, 0, : left[-1, 0].argmax()], etas[: left[-1, 0].argmax()])
(law,) = chart.plot(half * sizes, sizes, color="C2", lw=3.5)
film = [
    *ghosts,
    curve,
    truth,
    origin,
    special,
    *names,
    *arrows,
    crowd_dots,
    walker,
    ball,
    *bars,
    mean,
    *flyers,
]
film += [last_loss, risks]


def ease(t, begin=0.0, end=1.0):
    """Rise from 0 to 1 while t goes from begin to end, slowly at both ends."""
    t = np.clip((t - begin) / (end - begin), 0, 1)
    return t * t * (3 - 2 * t)


def between(a, b, t):
    """Value that goes from a to b while t goes from 0 to 1."""
    return np.asarray(a) + (np.asarray(b) - a) * t


def show(artists, amount=1.0):
    for artist in np.atleast_1d(artists):
        artist.set_visible(amount > 0)
        artist.set_alpha(amount)


def open_beside(axes, amount):
    """Make room beside the stage and slide other axes in: 0 is closed, 1 is open."""
    stage.set_position((0.12, 0.24, between(0.84, 0.44, amount), 0.52))
    axes.set_position((between(1.12, 0.69, amount), 0.24, 0.27, 0.52))
    axes.set_visible(amount > 0)


def label_stage(limit, bottom=-1.1, top=0.5, name="weight w"):
    stage.set(xlim=(-limit, limit), ylim=(bottom, top))
    stage.set_xlabel(name, fontsize=17)
    stage.set_ylabel("loss", fontsize=17)


def label_side(title, xlim, ylim, xticks, yticks):
    side.set(xlim=xlim, ylim=ylim, xticks=xticks, yticks=yticks)
    side.set_title(title, fontsize=17)


# The scenes.


def one_loss(t):
    label_stage(3, name="output y")
    seen = ys[: 2 + int(398 * ease(t, 0, 0.5))]
    curve.set_data(seen, loss(seen))
    show(curve)
    show([special, *names], ease(t, 0.5, 0.65))


def one_surface_each(t):
    zoom = ease(t, 0.05, 0.35)
    limit = between(3, 0.7, zoom)
    x = 3 / limit if t < 0.35 else between(3 / 0.7, -5, ease(t, 0.4, 1))
    w = np.linspace(-limit, limit, 400)
    label_stage(limit)
    curve.set_data(w, loss(w * x))
    show(curve)
    show([special, *names], 1 - ease(t, 0, 0.05))
    for ghost, value in zip(ghosts, few, strict=True):
        show(ghost, 0.6 * float(t > 0.4 and x < value))
    remark.set_text(f"input x = {x:.1f}")


def pulls_apart(t):
    label_stage(0.7)
    open_beside(side, ease(t, 0.35, 0.55))
    label_side("gradients at w₀", (-4, 3), (0, 4), [-4, 0, 3], [])
    show(ghosts, 0.6)
    show(curve, 1 - ease(t, 0, 0.1))
    show(origin, ease(t, 0, 0.1))
    slots = {}
    for arrow, flyer, x, slope in zip(arrows, flyers, few, few_gradients, strict=True):
        height = float(loss(start * x))
        arrow.set_position((start, height))
        arrow.xy = (start - 0.08 * slope * ease(t, 0.08, 0.3), height)
        show(arrow, ease(t, 0.08, 0.12))
        bin_number = int(np.digitize(slope, bins)) - 1
        slots[bin_number] = slots.get(bin_number, 0) + 1
        target = (bins[bin_number] + 0.25, slots[bin_number] - 0.5)
        here = figure.transFigure.inverted().transform(
            stage.transData.transform((start, height))
        )
        there = figure.transFigure.inverted().transform(
            side.transData.transform(target)
        )
        flyer.set_data(*between(here, there, ease(t, 0.58, 0.8))[:, None])
        show(flyer, ease(t, 0.5, 0.58))
    mean.set_xdata([few_gradients.mean()] * 2)
    mean.set_ydata([0, 4])
    show(mean, ease(t, 0.85, 0.95))
    if t > 0.85:
        remark.set_text(
            f"ten gradients: {few_gradients.min():.1f} to {few_gradients.max():.1f}, mean {few_gradients.mean():.2f}"
        )


def batch_narrows(t):
    label_stage(0.7)
    open_beside(side, 1)
    show(ghosts, 0.6)
    show(origin)
    heights = [
        np.histogram(values, bins, density=True)[0] for values in batch_means.values()
    ]
    first, second = ease(t, 0.3, 0.45), ease(t, 0.6, 0.75)
    for bar, one, five, twenty in zip(bars, *heights, strict=True):
        bar.set_height(
            ease(t, 0, 0.15) * between(between(one, five, first), twenty, second)
        )
    size = 1 if t < 0.37 else 5 if t < 0.67 else 20
    top = between(between(0.8, 0.8, first), 2.2, second)
    label_side("gradient of a batch", (-4, 3), (0, top), [-4, 0, 3], [])
    mean.set_data([gradients.mean()] * 2, [0, top])
    show([mean, *bars])
    show(flyers, 1 - ease(t, 0, 0.1))
    spread = batch_means[size].std()
    remark.set_text(
        f"{data.size} inputs, batches of {size}: spread {spread:.2f}, mean {gradients.mean():.2f}"
    )


def travel(t, path=walk, inputs=data, quick=False):
    step = int(np.clip((t - 0.05) / 0.85 * 100, 0, 100))
    label_stage(0.7)
    open_beside(side, 1)
    label_side("loss of the last input", (0, 100), (-1, 0.5), [0, 100], [-1, 0])
    x, w = inputs[max(step - 1, 0)], float(path.weights[step])
    curve.set_data(ws, loss(ws * x))
    walker.set_data([w], [loss(w * x)])
    seen = loss(path.weights[1 : step + 1] * inputs[:step])
    last_loss.set_data(np.arange(1, step + 1), seen)
    show([curve, walker, origin, last_loss])
    show(ghosts, 0.6 * (1 - ease(t, 0, 0.05)))
    remark.set_text(f"step {step}: w = {w:.3f}, loss of this input {loss(w * x):.2f}")


def risk_rises(t):
    label_stage(0.7)
    open_beside(side, 1)
    truth.set_data(ws, empirical_risk(ws, data))
    curve.set_data(ws, loss(ws * data[-1]))
    show(curve, 1 - 0.7 * ease(t, 0, 0.15))
    show([truth], ease(t, 0.05, 0.2))
    show([walker, origin])
    step = int(100 * np.clip((t - 0.45) / 0.4, 0, 1)) if t > 0.4 else 100
    w, drop = float(walk.weights[step]), ease(t, 0.2, 0.35)
    walker.set_data([w], [between(loss(w * data[-1]), empirical_risk(w, data), drop)])
    zoom = ease(t, 0.3, 0.45)
    path_risk = empirical_risk(walk.weights, data)
    label_side(
        "the risk, magnified" if zoom > 0.5 else "the risk",
        (0, 100),
        between((-1, 0.5), (-0.24, path_risk.max() + 0.01), zoom),
        [0, 100],
        [],
    )
    last_loss.set_data(np.arange(1, 101), loss(walk.weights[1:] * data))
    show(last_loss, 1 - ease(t, 0.25, 0.4))
    shown = step if t > 0.4 else 0
    risks.set_data(np.arange(shown + 1), path_risk[: shown + 1])
    show(risks)
    remark.set_text(
        "risk: the mean loss of all inputs"
        if t < 0.4
        else f"the risk goes from {path_risk[0]:.3f} to {path_risk[step]:.3f}: up"
    )


def reversed_order(t):
    travel(t, reverse, data[::-1])
    label_side("loss of the last input", (0, 100), (-1, 0.5), [0, 100], [-1, 0])
    show(truth, 0.5)


def trap(t):
    morph = ease(t, 0, 0.15)
    open_beside(side, 1 - ease(t, 0, 0.12))
    stage.set(
        xlim=between((-0.7, 0.7), (-0.7, 1.3), morph),
        ylim=between((-1, 0.5), (-0.42, 0.15), morph),
    )
    stage.set_ylabel("risk", fontsize=17)
    inputs = np.linspace(between(-5, -2, morph), 5, 100)
    truth.set_data(wide, empirical_risk(wide, inputs))
    show(truth)
    step = int(60 * ease(t, 0.2, 0.4))
    w = float(descent.weights[step])
    ball.set_data([w], [empirical_risk(w, lopsided)])
    show(ball, ease(t, 0.12, 0.18))
    frame = int((len(crowd.weights) - 1) * np.clip((t - 0.45) / 0.5, 0, 1))
    now = crowd.weights[frame]
    lift = 0.012 + 0.05 * np.linspace(0, 1, crowd_size)
    crowd_dots.set_offsets(np.column_stack([now, empirical_risk(now, lopsided) + lift]))
    show(crowd_dots, 0.5 * ease(t, 0.42, 0.46))
    if t < 0.42:
        remark.set_text("gradient descent is held in the shallow minimum")
    else:
        remark.set_text(
            f"single-example SGD: {100 * np.mean(now > barrier.w):.0f} % have left"
        )


def escape_map(t):
    open_beside(chart, ease(t, 0, 0.15))
    stage.set(xlim=(-0.7, 1.3), ylim=(-0.42, 0.15))
    truth.set_data(wide, empirical_risk(wide, lopsided))
    show([truth, ball])
    show(crowd_dots, 0.5 * (1 - ease(t, 0, 0.1)))
    epoch = int(horizon * np.clip((t - 0.15) / 0.55, 0, 1))
    cells.set_array(left[epoch])
    show(law, ease(t, 0.75, 0.85))
    if t < 0.75:
        remark.set_text(f"bright: the walkers left within {epoch} epochs")
    else:
        remark.set_text("the line: step size in proportion to batch size")


def take_home(t):
    open_beside(chart, 1 - ease(t, 0, 0.25))
    show([truth, ball, law], 1 - ease(t, 0, 0.25))
    stage.set_visible(t < 0.25)
    verdict.set_text(
        "Each step follows one input's slope.\nJudge the run by all of them: by the risk."
    )
    show(verdict, ease(t, 0.25, 0.5))


low = min(point.risk for point in anatomy)
lowest, highest = few_gradients.min(), few_gradients.max()
spreads = ", ".join(
    f"{mean.std():.2f} for {size}" for size, mean in batch_means.items()
)
end, back = walk.final, reverse.final
before, after = empirical_risk(start, data), empirical_risk(end, data)
freed = np.mean(crowd.final > barrier.w)

# Seconds, title, what is drawn, and the caption.
scenes = [
    (
        7,
        "One loss",
        one_loss,
        "The loss of one output y has two minima and two maxima. "
        + f"The lowest is {low:.2f}.",
    ),
    (
        9,
        "Each input has its own surface",
        one_surface_each,
        "The output is weight times input. So each input sees the same loss, "
        + "stretched to a curve of its own over the weight w.",
    ),
    (
        10,
        "At one w, they disagree",
        pulls_apart,
        f"At w = {start}, each of ten inputs asks for another step. Their gradients "
        + f"go from {lowest:.1f} to {highest:.1f}, with mean {few_gradients.mean():.2f}.",
    ),
    (
        8,
        "A batch narrows the noise",
        batch_narrows,
        f"The gradient of a batch is a mean, and spreads less: {spreads}. "
        + "The middle stays.",
    ),
    (
        11,
        "One pass: the last loss falls",
        travel,
        f"One pass over {data.size} sorted inputs ends at w = {end:.3f}. The loss of "
        + f"the last input is {loss(end * data[-1]):.2f}, the lowest that it can be.",
    ),
    (
        9,
        "But the risk rises",
        risk_rises,
        "The risk is the mean loss of all inputs. Over the same pass it went up, "
        + f"from {before:.3f} to {after:.3f}.",
    ),
    (
        7,
        "The same data, reversed",
        reversed_order,
        f"In reverse order the same inputs lead to w = {back:.3f}, "
        + f"where the loss of the last input is {loss(back * data[0]):.3f}.",
    ),
    (
        12,
        "A trap, and a way out",
        trap,
        "On inputs from -2 to 5 the risk has a shallow minimum. Gradient descent is "
        + f"held in it. Of {crowd_size} walkers of single-example SGD, {freed:.0%} leave.",
    ),
    (
        9,
        "When noise frees the walker",
        escape_map,
        "Whether walkers leave depends on step size and batch size. Along the line, "
        + "twice the batch needs twice the step.",
    ),
    (
        6,
        "To take home",
        take_home,
        "Each step follows one input's slope. "
        + "Judge the run by all of them: by the risk.",
    ),
]

# A frame belongs to the scene whose time has come.

frames_per_second = 15
ends = np.cumsum([seconds for seconds, *_ in scenes])


def draw(frame):
    time = frame / frames_per_second
    number = int(np.searchsorted(ends, time, side="right"))
    seconds, title, scene, _ = scenes[number]
    for artist in film:
        artist.set_visible(False)
    remark.set_text("")
    verdict.set_text("")
    stage.set_visible(True)
    side.set_visible(False)
    chart.set_visible(False)
    heading.set_text(title)
    scene((time - ends[number] + seconds) / seconds)


animation = FuncAnimation(
    figure,
    draw,
    frames=int(ends[-1] * frames_per_second),
    interval=1000 / frames_per_second,
)
times = [
    (end - seconds, end)
    for end, (seconds, *_) in zip(ends.tolist(), scenes, strict=True)
]
chapters = [
    (*time, title) for time, (_, title, _, _) in zip(times, scenes, strict=True)
]
poster = float(ends[7]) - 5
captions = [(*time, text) for time, (*_, text) in zip(times, scenes, strict=True)]
figure.set_label(
    "Film of the main points, in ten scenes: from one loss, over a walk whose last loss falls "
    "while the risk rises, to walkers that noise frees from a trap."
)
plt.show()
