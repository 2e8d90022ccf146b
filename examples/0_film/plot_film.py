"""
The script of the film
======================

The main points of this site in a minute and a half. Every curve, dot and number in it is
computed by the package while the site is built.
"""

# %%
# Read this script as a storyboard. A scene has a title, captions, and a function of its
# own time ``t``, from 0 to 1, which says where things are at that time: curves, a walker,
# a crowd. They stand on a stage, with a panel that slides in beside it, and stay where
# the last scene left them until another moves them. The stage itself is set up below the
# last scene.

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation
from matplotlib.patheffects import withStroke
from matplotlib.ticker import Formatter

from sgd_explained import (
    RiskLandscape,
    empirical_risk,
    epoch_orders,
    gradient,
    gradient_descent,
    loss,
    problems,
    sgd,
)
from sgd_explained.palette import (
    DESCENT,
    GUIDE,
    INK,
    LOSS,
    PREDICTED,
    RISK,
    SHARES,
    WALKER,
)

rng = np.random.default_rng(1951)
start, step_size = problems.article.start, 0.01
few, data = problems.ten.x, problems.article.x
ws = np.linspace(-0.7, 0.7, 300)
scenes = []


def scene(seconds, title, captions):
    """Add a scene; its captions begin at the given shares of its time."""

    def add(draw):
        scenes.append((seconds, title, captions, draw))
        return draw

    return add


# %%
# Nothing jumps: ``ease`` starts and stops gently, and ``between`` and ``along`` give the
# places on the way.


def ease(t, begin=0.0, end=1.0):
    """Rise from 0 to 1 while t goes from begin to end, slowly at both ends."""
    t = np.clip((t - begin) / (end - begin), 0, 1)
    return t * t * (3 - 2 * t)


def between(a, b, t):
    """Go from a to b while t goes from 0 to 1."""
    return np.asarray(a) + (np.asarray(b) - a) * t


def along(places, position):
    """Go through a row of places; position 2.5 is halfway between those of 2 and 3."""
    before = min(int(position), len(places) - 2)
    return between(places[before], places[before + 1], position - before)


# %%
# A scene says what it shows, what part of the landscape, and how much room a panel has.


def show(things, amount=1.0):
    """Draw things with an opacity. What a scene does not show is hidden."""
    for thing in np.atleast_1d(things):
        thing.set_visible(amount > 0)
        thing.set_alpha(amount)


def view(limits=(-0.7, 0.7), heights=(-1.1, 0.5), name="weight w", value="loss"):
    """Say what part of the landscape the stage shows."""
    stage.set(xlim=limits, ylim=heights, xlabel=name, ylabel=value)


def place(axes, left, right, height=0.44):
    """Put axes between two shares of the width. Below them is room for captions."""
    axes.set_position((left, 0.3, right - left, height))
    on_page = figure.transFigure
    axes.xaxis.set_label_coords((left + right) / 2, 0.21, on_page)
    beside = 0.065 if axes is chart else 0.1
    axes.yaxis.set_label_coords(left - beside, 0.3 + height / 2, on_page)
    axes.set_visible(left < 1)


def open_panel(panel, amount, left=0.69):
    """Slide a panel in beside the stage, from the right."""
    outside = between(1.2 - left, 0, amount)
    place(panel, left + outside, 0.96 + outside)


def narrow_stage(amount, left=0.69):
    """Make room for a panel whose left edge is given."""
    place(stage, 0.15, between(0.96, left - 0.13, amount))


def written(value, digits=2):
    """Write a number with a proper minus sign, and 0 without one."""
    return Formatter.fix_minus(f"{round(float(value), digits) + 0.0:.{digits}f}")


# %%
# **1. One loss.** The curve is drawn; then its minima and maxima are marked.

anatomy = RiskLandscape([1.0], (-4, 4)).stationary_points
lowest, highest, shallowest, hill = (written(point.risk) for point in anatomy)


@scene(
    7,
    "One loss",
    {
        0: "A loss says how bad an output y is: the lower, the better.",
        0.5: f"Its minima are {lowest} and {shallowest}, its maxima {highest} and {hill}.",
    },
)
def one_loss(t):
    view((-3, 3), name="output y")
    ys = np.linspace(-3, between(-3, 3, ease(t, 0, 0.5)), 400)
    curve.set_data(ys, loss(ys))
    show(curve)
    show([special, *names], ease(t, 0.5, 0.65))


# %%
# **2. Each input has its own surface.** The output becomes weight times input. The input
# grows from 1 to 5, sweeps down to −5, and leaves ten of its curves behind.


@scene(
    9,
    "Each input has its own surface",
    {
        0: "The model has one weight w: its output is w times the input x.",
        0.42: "So each input bends the loss to a curve of its own. "
        + "Here are ten, from x = 5 to x = −5.",
    },
)
def one_surface_each(t):
    zoom = ease(t, 0.1, 0.4)
    limit = between(3, 0.7, zoom)
    view((-limit, limit))
    x = between(between(1, 5, zoom), -5, ease(t, 0.45, 0.95))
    w = np.linspace(-limit, limit, 400)
    curve.set_data(w, loss(w * x))
    show(curve)
    show([special, *names], 1 - ease(t, 0, 0.1))
    show(ghosts[few > x], 0.6 * (t > 0.45))
    remark.set_text(f"input x = {written(x, 1)}")


# %%
# **3. At one weight, they disagree.** An arrow on each curve shows which way and how hard
# its input pulls. The ten gradients fly into a histogram.

few_gradients, gradients = gradient(start, few), gradient(start, data)
bins = np.linspace(-4, 3, 15)
bin_of = np.digitize(few_gradients, bins) - 1
below = np.array([np.sum(bin_of[:k] == bin_of[k]) for k in range(few.size)])
seats = np.column_stack([bins[bin_of] + 0.25, 0.2 * (below + 0.5)])
steepest = [
    written(extreme, 1) for extreme in (few_gradients.min(), few_gradients.max())
]
few_mean = written(few_gradients.mean())


@scene(
    10,
    "At one weight, they disagree",
    {
        0: f"At the weight w₀ = {written(start, 1)}, each of the ten inputs pulls its own "
        + "way, down its own slope.",
        0.5: f"Their gradients go from {steepest[0]} to {steepest[1]}. "
        + f"The mean is only {few_mean}.",
    },
)
def pulls_apart(t):
    view()
    narrow_stage(ease(t, 0.35, 0.5))
    open_panel(histogram, ease(t, 0.38, 0.53))
    histogram.set_ylim(0, 0.8)
    show(ghosts, 0.6)
    show(curve, 1 - ease(t, 0, 0.1))
    show(origin, ease(t, 0, 0.1))
    pull = -0.08 * few_gradients * ease(t, 0.1, 0.3)
    arrows.set_UVC(pull, 0 * pull)
    show(arrows, ease(t, 0.1, 0.15))
    on_page = figure.transFigure.inverted()
    here, there = (
        on_page.transform(axes.transData.transform(points))
        for axes, points in [(stage, arrows.XY), (histogram, seats)]
    )
    flyers.set_data(*between(here, there, ease(t, 0.6, 0.8)).T)
    show(flyers, ease(t, 0.54, 0.6))
    mean.set_xdata([few_gradients.mean()] * 2)
    show(mean, ease(t, 0.8, 0.88))
    if t > 0.8:
        remark.set_text(f"from {steepest[0]} to {steepest[1]}, mean {few_mean}")


# %%
# **4. A batch narrows the noise.** The loss of a batch is the mean over its inputs. As
# batches grow, their curves draw together, and so do their gradients.

sizes = [1, 5, 20]
batches = rng.permuted(np.tile(data, (few.size, 1)), axis=1)
batch_curves = [
    loss(ws * few[:, None]),
    *(loss(ws * batches[:, :size, None]).mean(axis=1) for size in sizes[1:]),
]
draws = rng.permuted(np.tile(gradients, (4000, 1)), axis=1)
batch_gradients = [draws[:, :size].mean(axis=1) for size in sizes]
spreads = [written(values.std()) for values in batch_gradients]
heights = [
    np.histogram(values, bins, density=True)[0]
    for values in (few_gradients, *batch_gradients)
]


@scene(
    8,
    "A batch narrows the noise",
    {
        0: f"Of {data.size} gradients the spread is {spreads[0]}.",
        0.32: f"The mean over a batch of {sizes[1]} spreads less: measured, {spreads[1]}; "
        + f"over {sizes[2]}, {spreads[2]}. The middle stays.",
    },
)
def batch_narrows(t):
    view()
    narrow_stage(1)
    open_panel(histogram, 1)
    more, larger = ease(t, 0.05, 0.2), ease(t, 0.32, 0.47) + ease(t, 0.62, 0.77)
    for ghost, height in zip(ghosts, along(batch_curves, larger), strict=True):
        ghost.set_data(ws, height)
    show(ghosts, 0.6)
    show(origin)
    show(arrows, 1 - ease(t, 0, 0.1))
    show(flyers, 1 - ease(t, 0.05, 0.15))
    for bar, height in zip(bars, along(heights, more + larger), strict=True):
        bar.set_height(height)
    show(bars, ease(t, 0, 0.1))
    histogram.set_ylim(0, along([0.8, 0.8, 1.6], larger))
    mean.set_xdata([between(few_gradients.mean(), gradients.mean(), more)] * 2)
    show(mean)
    number = round(float(larger))
    name = f"batches of {sizes[number]}" if number else "single inputs"
    remark.set_text(f"{name}: spread {spreads[number]}")


# %%
# **5. One pass: the last loss falls.** The walker takes one step on the curve of each of
# 100 sorted inputs. The panel shows the loss of the input that came last.

walk = sgd(gradient, start, data, learning_rate=step_size, order="sequential")
last_losses, risks = loss(walk.weights[1:] * data), empirical_risk(walk.weights, data)
assert 0 < last_losses[-1] - anatomy[0].risk < 0.001, (
    "the last loss is almost the lowest"
)
assert risks[-1] > risks[0], "and the risk has risen"


def magnify(amount):
    """Go from the heights of the losses to those of the risks."""
    trace.set_ylim(between((-1, 0.5), (-0.24, -0.155), amount))
    if amount == 0:
        trace.set_yticks([anatomy[0].risk, 0], [lowest, "0"])
    elif amount == 1:
        trace.set_yticks(risks[[0, -1]], ["start", "end"])
    else:
        trace.set_yticks([])
    show(level, amount)


def follow(line, values, step):
    """Draw the values of the steps so far."""
    line.set_data(np.arange(1, int(step) + 1), values[: int(step)])
    show(line)


@scene(
    10,
    "One pass: the last loss falls",
    {
        0: "Stochastic gradient descent takes one input at a time, "
        + "and steps down that input's own curve.",
        0.48: f"One sorted pass of {data.size} inputs, step size {step_size}, "
        + f"ends at w = {written(walk.final, 3)}. Its last loss is "
        + f"{written(last_losses[-1])}, nearly the lowest.",
    },
)
def travel(t):
    view()
    narrow_stage(1)
    open_panel(histogram, 1 - ease(t, 0, 0.08))
    show([*bars, mean])
    open_panel(trace, ease(t, 0.08, 0.16))
    show(ghosts, 0.6 * (1 - ease(t, 0.05, 0.15)))
    show(origin)
    step = data.size * np.clip((t - 0.2) / 0.7, 0, 1)
    w, x = along(walk.weights, step), along(data, max(step - 1, 0))
    curve.set_data(ws, loss(ws * x))
    walker.set_data([w], [loss(w * x)])
    show([curve, walker], ease(t, 0.08, 0.18))
    magnify(0)
    follow(last_loss, last_losses, step)
    show(loss_title)
    if t > 0.18:
        remark.set_text(f"step {step:.0f}: loss of this input {written(loss(w * x))}")


# %%
# **6. But the risk rises.** The green curve is the risk, the mean loss of all inputs. The
# walker drops onto it, goes back to the start, and the same pass is told again.


@scene(
    11,
    "But the risk rises",
    {
        0: "The article behind this site stops here: minimum found!",
        0.23: "But that loss is of the last input alone. "
        + "The risk is the mean loss of all inputs.",
        0.64: f"The risk rose from {written(risks[0], 3)} to {written(risks[-1], 3)}: "
        + "the walk ends worse than it began.",
    },
)
def risk_rises(t):
    view()
    narrow_stage(1)
    open_panel(trace, 1)
    curve.set_data(ws, loss(ws * data[-1]))
    show(curve, 1 - 0.7 * ease(t, 0.23, 0.33))
    truth.set_data(ws, empirical_risk(ws, data))
    show(truth, ease(t, 0.23, 0.33))
    show(origin)
    step = data.size * np.clip((t - 0.5) / 0.25, 0, 1)
    back = between(walk.final, start, ease(t, 0.42, 0.48))
    w = along(walk.weights, step) if step > 0 else back
    drop = ease(t, 0.33, 0.4)
    walker.set_data([w], [between(loss(w * data[-1]), empirical_risk(w, data), drop)])
    show(walker)
    zoom = ease(t, 0.78, 0.88)
    magnify(zoom)
    follow(last_loss, last_losses, data.size)
    show([last_loss, loss_title], 1 - zoom)
    follow(risk_trace, risks[1:], step)
    show(risk_title, ease(t, 0.45, 0.5))
    if t < 0.23:
        remark.set_text(f"last loss {written(last_losses[-1])}: the global minimum?")
    elif step == 0:
        remark.set_text("risk: the mean loss of all inputs")
    elif zoom < 0.5:
        remark.set_text(f"step {step:.0f}: risk {written(empirical_risk(w, data), 3)}")
    else:
        remark.set_text(
            f"the risk rose: {written(risks[0], 3)} to {written(risks[-1], 3)}"
        )


# %%
# **7. The same data, reversed.** A pale dot and a pale line keep what the first pass
# found.

reverse = sgd(gradient, start, data[::-1], learning_rate=step_size, order="sequential")
reverse_losses = loss(reverse.weights[1:] * data[::-1])
reverse_risk = empirical_risk(reverse.final, data)


@scene(
    8,
    "The same data, reversed",
    {
        0: "The same start, the same inputs, in reverse order.",
        0.4: f"It ends at w = {written(reverse.final, 3)}: last loss "
        + f"{written(reverse_losses[-1])}, risk {written(reverse_risk)}. "
        + "A last loss tells what came last.",
    },
)
def reversed_order(t):
    view()
    narrow_stage(1)
    open_panel(trace, 1)
    zoom = 1 - ease(t, 0, 0.1)
    magnify(zoom)
    show([risk_trace, risk_title], zoom)
    show(last_loss, 0.35 * (1 - zoom))
    show(loss_title, 1 - zoom)
    show([truth, *origin])
    show(first_end, 0.5)
    step = data.size * np.clip((t - 0.2) / 0.6, 0, 1)
    w, x = along(reverse.weights, step), along(data[::-1], max(step - 1, 0))
    curve.set_data(ws, loss(ws * x))
    show(curve, between(0.3, 1, ease(t, 0.05, 0.15)))
    rise, drop = ease(t, 0.05, 0.17), ease(t, 0.84, 0.92)
    height = between(between(risks[-1], loss(w * x), rise), reverse_risk, drop)
    walker.set_data([between(walk.final, w, rise)], [height])
    show(walker)
    follow(reverse_loss, reverse_losses, step)
    if t > 0.84:
        remark.set_text(
            f"last loss {written(loss(w * x))}, risk {written(reverse_risk)}"
        )
    elif t > 0.17:
        remark.set_text(f"step {step:.0f}: loss of this input {written(loss(w * x))}")


# %%
# **8. A trap, and a way out.** On other inputs, from −2 to 5, the risk has a shallow
# minimum that holds gradient descent. A crowd of walkers, each with an order of its own,
# starts at its bottom.

lopsided, wide = problems.trap.x, np.linspace(-0.7, 1.3, 300)
_, shallow, _ = problems.trap.valleys
wall, barrier = problems.trap.landscape.maxima
descent = gradient_descent(gradient, 0.07, lopsided, learning_rate=0.1, steps=60)
crowd_size, crowd_epochs, crowd_step = 300, 8, 0.03
crowd = sgd(
    gradient,
    shallow.w,
    lopsided,
    learning_rate=crowd_step,
    epochs=crowd_epochs,
    walkers=crowd_size,
    rng=rng,
    keep=4,
)
freed = np.mean(crowd.final > barrier.w)
assert freed > 0.9, "nearly all walkers leave the trap"
assert (crowd.weights > wall.w).all(), "and none to the deepest minimum"
assert wall.w < descent.final < barrier.w, "gradient descent stays"
lift = np.linspace(0.015, 0.065, crowd_size)


@scene(
    11,
    "A trap, and a way out",
    {
        0: "Inputs from −2 to 5 give the risk a trap: a shallow minimum. "
        + "It holds gradient descent.",
        0.44: f"Noise can free it: with step size {crowd_step}, {freed:.0%} of "
        + f"{crowd_size} walkers leave within {crowd_epochs} epochs.",
        0.82: "None of them finds the deepest minimum.",
    },
)
def trap(t):
    change = ease(t, 0, 0.15)
    view(
        between((-0.7, 0.7), (-0.7, 1.3), change),
        between((-1.1, 0.5), (-0.42, 0.15), change),
        value="risk",
    )
    narrow_stage(1 - change)
    open_panel(trace, 1 - ease(t, 0, 0.12))
    show([reverse_loss, loss_title])
    show(last_loss, 0.35)
    show([curve, walker, *origin], 1 - ease(t, 0, 0.06))
    show(first_end, 0.5 * (1 - ease(t, 0, 0.06)))
    inputs = np.linspace(between(-5, -2, change), 5, 100)
    truth.set_data(wide, empirical_risk(wide, inputs))
    show(truth)
    w = along(descent.weights, 60 * ease(t, 0.2, 0.4))
    ball.set_data([w], [empirical_risk(w, lopsided)])
    show(ball, ease(t, 0.13, 0.2))
    now = along(
        crowd.weights, (len(crowd.weights) - 1) * np.clip((t - 0.48) / 0.46, 0, 1)
    )
    walkers.set_offsets(np.column_stack([now, empirical_risk(now, lopsided) + lift]))
    show(walkers, 0.5 * ease(t, 0.42, 0.47))
    if t > 0.44:
        remark.set_text(f"noisy SGD: {np.mean(now > barrier.w):.0%} have left")
    elif t > 0.13:
        remark.set_text("gradient descent: held in the trap")


# %%
# **9. When noise frees the walker.** The escape map: for each batch size one crowd holds
# the walkers of all step sizes, and after each epoch counts who is beyond the low
# barrier. (The largest steps also jump the high one, to the other side.)

map_sizes, etas = np.array([1, 2, 5, 10, 20]), np.geomspace(0.005, 0.5, 15)
per_cell, horizon = 200, 20
left = np.empty((horizon + 1, map_sizes.size, etas.size))
for row, size in enumerate(map_sizes):
    count = per_cell * etas.size
    paths = sgd(
        gradient,
        shallow.w,
        lopsided,
        learning_rate=np.repeat(etas, per_cell),
        epochs=horizon,
        batch_size=int(size),
        order=epoch_orders("reshuffled", lopsided.size, horizon, rng, count),
        walkers=count,
        keep=int(lopsided.size / size),
    )
    outside = np.reshape(paths.weights > barrier.w, (-1, etas.size, per_cell))
    left[:, row] = outside.mean(axis=2)
rising = left[-1, 0, : left[-1, 0].argmax()]
half = np.interp(0.5, rising, etas[: rising.size])


@scene(
    9,
    "When noise frees the walker",
    {
        0: "It takes enough noise: over step size and batch size, "
        + f"bright is where walkers have left within {horizon} epochs.",
        0.62: "Along the line, twice the batch needs about twice the step.",
    },
)
def escape_map(t):
    view((-0.7, 1.3), (-0.42, 0.15), value="risk")
    narrow_stage(ease(t, 0, 0.15), left=0.56)
    open_panel(chart, ease(t, 0.02, 0.17), left=0.56)
    show([truth, ball])
    show(walkers, 0.5 * (1 - ease(t, 0, 0.1)))
    epoch = horizon * np.clip((t - 0.2) / 0.4, 0, 1)
    cells.set_array(along(left, epoch))
    reach = map_sizes[-1] ** ease(t, 0.62, 0.8)
    law.set_data([half, half * reach], [1, reach])
    show(law, float(t > 0.62))
    if t < 0.62:
        remark.set_text(f"bright: have left by epoch {epoch:.0f}")
    else:
        remark.set_text("on the line: step size ∝ batch size")


# %%
# **10. To take home.** The first landscape comes back, with its ten curves behind the
# risk, and a walker that takes its inputs in random order.

noisy = sgd(gradient, start, data, learning_rate=step_size, rng=rng)


@scene(
    6,
    "To take home",
    {
        0: "Each step follows one input's slope, so judge the walk by all of them: "
        + "by the risk.",
    },
)
def take_home(t):
    change = ease(t, 0.05, 0.3)
    view(
        between((-0.7, 1.3), (-0.7, 0.7), change),
        between((-0.42, 0.15), (-1.1, 0.5), change),
        value="loss",
    )
    open_panel(chart, 1 - ease(t, 0, 0.2), left=0.56)
    show(law)
    place(stage, 0.15, between(0.43, 0.96, change), between(0.44, 0.28, change))
    inputs = np.linspace(between(-2, -5, change), 5, 100)
    truth.set_data(wide, empirical_risk(wide, inputs))
    show(truth)
    show(ball, 1 - ease(t, 0, 0.1))
    for ghost, height in zip(ghosts, batch_curves[0], strict=True):
        ghost.set_data(ws, height)
    show(ghosts, 0.5 * ease(t, 0.3, 0.5))
    w = along(noisy.weights, data.size * np.clip((t - 0.4) / 0.6, 0, 1))
    walker.set_data([w], [empirical_risk(w, data)])
    show(walker, ease(t, 0.3, 0.4))
    show(verdict, ease(t, 0.25, 0.4))


# %%
# **The stage**, its three panels, and all that the scenes show on them. And **the film**:
# at each frame everything is hidden, and the scene whose time has come shows what it
# needs.

figure = plt.figure(figsize=(1280 / 144, 720 / 144))
stage, histogram, trace, chart = axes = [
    figure.add_axes((0, 0, 1, 1)) for _ in range(4)
]
for each in axes:
    each.grid(visible=False)
    each.tick_params(labelsize=22)
    each.xaxis.label.set_fontsize(22)
    each.yaxis.label.set_fontsize(22)
stage.locator_params("x", nbins=3, steps=[1, 2, 5, 10])
stage.locator_params("y", nbins=4, steps=[1, 2, 5, 10])
heading = figure.text(0.04, 0.905, "", fontsize=27, weight="bold")
remark = figure.text(0.04, 0.82, "", fontsize=23)
verdict = figure.text(
    0.04,
    0.72,
    "Each step follows one input's slope, so judge\nthe walk by all of them: by the risk.",
    fontsize=22,
    va="center",
    linespacing=1.6,
)

ghosts = np.array(stage.plot(ws, batch_curves[0].T, color=LOSS, lw=1.5))
(curve,) = stage.plot([], [], color=LOSS, lw=3.5)
(truth,) = stage.plot([], [], color=RISK, lw=3.5)
origin = [
    *stage.plot([start, start], [-1.1, 0.5], color=GUIDE, lw=1.5, ls="--"),
    stage.text(start, 0.53, "w₀", fontsize=22, color=GUIDE, ha="center"),
]
arrows = stage.quiver(
    np.full(few.size, start),
    loss(start * few),
    few,
    0 * few,
    color=WALKER,
    angles="xy",
    scale_units="xy",
    scale=1,
    units="inches",
    width=0.035,
    zorder=3,
)
(special,) = stage.plot(
    [point.w for point in anatomy],
    [point.risk for point in anatomy],
    "o",
    color=INK,
    ms=11,
)
names = [
    stage.annotate(
        f"{point.kind} {written(point.risk)}",
        (point.w, point.risk),
        (0, 12 if point.kind == "maximum" else -12),
        textcoords="offset points",
        va="bottom" if point.kind == "maximum" else "top",
        ha=side,
        fontsize=22,
        color=INK,
    )
    for point, side in zip(anatomy, ["center", "right", "left", "center"], strict=True)
]
walkers = stage.scatter([], [], s=30, color=WALKER, lw=0)
(first_end,) = stage.plot([walk.final], [risks[-1]], "o", color=WALKER, ms=14)
(walker,) = stage.plot([], [], "o", color=WALKER, ms=14)
(ball,) = stage.plot([], [], "o", color=DESCENT, ms=14)

histogram.set(xlim=(-4.3, 3), xticks=[-4, 0, 3], yticks=[], xlabel="gradient")
bars = histogram.bar(bins[:-1], heights[0], np.diff(bins), align="edge", color=LOSS)
mean = histogram.axvline(0, color=RISK, lw=3.5)
flyers = figure.add_artist(plt.Line2D([], [], color=WALKER, ls="", marker="o", ms=11))

trace.set(xlim=(0, data.size), xticks=[0, data.size], xlabel="step")
(last_loss,) = trace.plot([], [], color=LOSS, lw=3)
(reverse_loss,) = trace.plot([], [], color=LOSS, lw=3)
(risk_trace,) = trace.plot([], [], color=RISK, lw=3)
level = trace.axhline(risks[0], color=GUIDE, lw=1.5, ls="--")
loss_title, risk_title = (
    trace.text(
        x, 1.04, text, color=color, ha=side, fontsize=22, transform=trace.transAxes
    )
    for x, text, color, side in [
        (0, "last loss", LOSS, "left"),
        (1, "risk", RISK, "right"),
    ]
)

chart.set(xscale="log", yscale="log", xlabel="step size", ylabel="batch size")
cells = chart.pcolormesh(etas, map_sizes, left[0], cmap=SHARES, vmin=0, vmax=1)
chart.set_xticks([0.01, 0.1], ["0.01", "0.1"])
chart.set_yticks(map_sizes, map_sizes)
chart.minorticks_off()
(law,) = chart.plot([], [], color=PREDICTED, lw=4)
law.set_path_effects([withStroke(linewidth=8, foreground="white")])

# The film.

frames_per_second = 15
ends = np.cumsum([seconds for seconds, *_ in scenes])
things = [flyers, verdict] + [
    thing
    for each in (stage, histogram, trace)
    for thing in (*each.lines, *each.collections, *each.patches, *each.texts)
]


def draw(frame):
    time = frame / frames_per_second
    number = int(np.searchsorted(ends, time, side="right"))
    seconds, title, _, draw_scene = scenes[number]
    for thing in (*things, histogram, trace, chart):
        thing.set_visible(False)
    heading.set_text(title)
    remark.set_text("")
    place(stage, 0.15, 0.96)
    draw_scene((time - ends[number] + seconds) / seconds)


animation = FuncAnimation(
    figure,
    draw,
    frames=int(ends[-1] * frames_per_second),
    interval=1000 / frames_per_second,
)
chapters, captions = [], []
for end, (seconds, title, texts, _) in zip(ends.tolist(), scenes, strict=True):
    chapters.append((end - seconds, end, title))
    times = [end - seconds + share * seconds for share in (*texts, 1)]
    captions += zip(times, times[1:], texts.values(), strict=False)
# What stands for the film shows how it begins, and not how it ends.
poster = float(ends[1]) - 0.2
figure.set_label(
    "Film of the main points, in ten scenes: from one loss, over a walk whose last loss falls "
    "while the risk rises, to walkers that noise frees from a trap."
)
plt.show()
