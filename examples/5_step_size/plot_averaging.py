"""
Averaging the walk
==================

The mean of all weights on the way forgives a wrong learning rate that the last weight
does not. Look at how far this goes, and at the bias that averaging cannot remove.
"""

# %%
# First the parabola: losses :math:`a (w - x)^2 / 2`. No weighted mean of :math:`k` inputs
# has a variance below :math:`\sigma^2 / (a^2 k)`, so the error is shown in this unit.
# The last weight has a schedule :math:`\theta/k`, the average one that falls like
# :math:`k^{-2/3}`. Both are walked with many constants :math:`\theta`. No step is longer
# than :math:`1/a`.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import (
    gradient,
    loss_second_derivative,
    risk_curvature,
    sgd,
)
from sgd_explained.measure import mean
from sgd_explained.palette import GUIDE, PREDICTED, RIVAL, WALKER
from sgd_explained.problems import article

a, w0 = 2.0, 0.5
x = np.linspace(-1, 1, 100)
sigma2 = a**2 * x.var()
thetas = np.array([0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 4]) / a
walkers, steps = 1200, 3000
rng = np.random.default_rng(23)


def slope(w, x):
    return a * (w - x)


def rates(k, power, thetas=thetas):
    """Return the learning rate of each theta in step k."""
    return np.minimum(thetas / (k + 1) ** power, 1 / a)


# %%
# A crowd for each schedule walks epoch by epoch, so that only the sum of its weights is
# kept.

powers = {"last weight": 1, "average": 2 / 3}
groups = np.repeat(np.arange(thetas.size), walkers)
squares = {}
for name, power in powers.items():
    w, total = np.full(groups.size, w0), 0.0
    for first in range(0, steps, x.size):
        walk = sgd(
            slope,
            w,
            x,
            learning_rate=lambda k, first=first, p=power: rates(first + k, p)[groups],
            order="with_replacement",
            rng=rng,
            crowd=True,
        )
        w, total = walk.final, total + walk.weights[1:].sum(axis=0)
    result = w if name == "last weight" else total / steps
    squares[name] = result.reshape(thetas.size, walkers) ** 2

# %%
# Exact for any number of steps: a recursion for the mean and the variance of the weight,
# those of the running sum, and the covariance of the two.

unit = sigma2 / (a**2 * steps)


def errors_of(thetas):
    """Return the mean squared errors of both ways, in units of the best possible."""
    m, v = np.full((2, thetas.size), w0), np.zeros((2, thetas.size))
    sum_m, sum_v, both = np.zeros((3, 2, thetas.size))
    for k in range(steps):
        rate = np.array([rates(k, power, thetas) for power in powers.values()])
        stays = 1 - rate * a
        m, v = stays * m, stays**2 * v + rate**2 * sigma2
        sum_m, sum_v, both = (
            sum_m + m,
            sum_v + 2 * stays * both + v,
            stays * both + v,
        )
    last, average = m[0] ** 2 + v[0], (sum_m[1] ** 2 + sum_v[1]) / steps**2
    return {"last weight": last / unit, "average": average / unit}


exact = errors_of(thetas)
fine = np.geomspace(thetas[0], thetas[-1], 200)
between = errors_of(fine)
squares = {name: values / unit for name, values in squares.items()}
measured = {name: mean(values) for name, values in squares.items()}
ratio = {
    name: mean(values / exact[name][:, np.newaxis]) for name, values in squares.items()
}

# %%
# What the picture claims: at one constant the last weight reaches the best possible. The
# average is close to it over a factor of sixteen. Below that it is many times worse, too:
# steps so small have not forgotten the start.

shown = [0, 1, 2, 3, 5, 7]
errors = [
    [
        thetas[i] * a,
        exact["last weight"][i],
        ratio["last weight"][i],
        exact["average"][i],
        ratio["average"][i],
    ]
    for i in shown
]
wide = thetas * a >= 0.25
span = thetas[wide].max() / thetas[wide].min()
assert np.isclose(exact["last weight"].min(), 1), "one last weight is the best possible"
as_good = between["last weight"] <= between["average"]
near = (fine * a > 0.8) & (fine * a < 1.25)
assert as_good.any(), "near it the last weight is as good as the average"
assert not as_good[~near].any(), "and further off it is worse"
assert np.all(exact["average"][wide] < 1.4), "the average is close for many constants"
assert np.all(exact["average"][~wide] > 10), "and far off for smaller ones"
worst = max(np.abs(found.value - 1).max() for found in ratio.values())
assert worst < 0.15, "the recursion is exact"

# %%
# Now the article's loss, a constant learning rate, and walks around the left minimum. The
# valley is no parabola there: its curvature :math:`R''` changes by :math:`R'''` per unit
# of weight. That shifts the mean of the cloud to the gentle side, by
# :math:`\eta R''' \sigma^2 / (4 R''^2)` to first order.

data, best = article.x, article.valleys[0]
pulls = gradient(best.w, data)
curves = data**2 * loss_second_derivative(best.w * data)
h = 1e-3
third = np.diff(risk_curvature(best.w + np.array([-h, h]), data))[0] / (2 * h)
lean = -third * pulls.var() / (4 * best.curvature**2)

# %%
# The shift is small beside the cloud. So a second crowd sees the same examples in the
# same order, and takes every loss for a parabola around the minimum. Its mean stays at
# the minimum, exactly: what the first crowd has more than the second is the shift, with
# far less chance in it.

etas = np.array([0.0005, 0.001, 0.002, 0.004, 0.008])
pairs = 1000
shifts = np.empty((etas.size, pairs))
for i, eta in enumerate(etas):
    forget = 3 / (eta * best.curvature)
    epochs = int(np.ceil(4 * forget / data.size))
    common = {
        "learning_rate": eta,
        "epochs": epochs,
        "order": rng.integers(data.size, size=(pairs, epochs, data.size)),
        "crowd": True,
        "keep": 10,
    }
    walk = sgd(gradient, np.full(pairs, best.w), data, **common)
    twin = sgd(
        lambda u, pull, curve: pull + curve * u,
        np.zeros(pairs),
        pulls,
        curves,
        **common,
    )
    late = walk.steps > forget
    shifts[i] = (walk.weights - best.w - twin.weights)[late].mean(axis=0)

# %%
# Two averages, at :math:`\eta` and at :math:`2\eta`, have shifts in the proportion of one
# to two. Twice the first minus the second has none. In the table both are given in units
# of the first order at :math:`\eta`.

cancelled = 2 * shifts[:-1] - shifts[1:]
bias, left = mean(shifts), mean(cancelled)
first_order = lean * etas
biases = [
    [
        etas[i],
        bias[i],
        bias[i].map(lambda shift, i=i: shift / first_order[i]),
        left[i].map(lambda shift, i=i: shift / first_order[i]),
    ]
    for i in range(etas.size - 1)
]
share = bias.value / first_order
break_even = pulls.var() / (best.curvature * lean * 0.01) ** 2
assert np.abs(share[:2] - 1).max() < 0.1, "small steps have the bias of first order"
assert share[-1] > share[0] + 0.1, "large ones have more"
assert np.abs(left.value / first_order[:-1]).max() < 0.5, "most of it is cancelled"

# %%
# Draw both.

fig, (parabola, valley) = plt.subplots(2, 1, figsize=(5.4, 8), layout="constrained")
fig.set_label(
    "Two panels. Above, the mean squared error in units of the best possible, against the "
    "constant of the schedule, on logarithmic axes: the last weight reaches one at one "
    "constant only and rises on both sides. The average is near one for constants "
    f"times a from {thetas[wide].min() * a} to {thetas.max() * a:.0f}, and rises steeply "
    f"below, to {exact['average'][0]:.0f} at {thetas[0] * a}. Below, the shift of the "
    "average weight on the article's loss against the learning rate: it falls below zero "
    "along the first-order line at small rates and faster at large ones, and the "
    "combination of two learning rates stays near zero."
)
for name, color in [("last weight", RIVAL), ("average", WALKER)]:
    found = measured[name]
    parabola.plot(fine * a, between[name], color=PREDICTED, linewidth=1.2)
    parabola.errorbar(
        thetas * a, found.value, found.bars, color=color, marker="o", ls="", ms=5
    )
parabola.axhline(1, color=GUIDE, linestyle="--", linewidth=1)
parabola.text(0.13, 400, r"last weight, $\theta/k$", color=RIVAL)
parabola.text(0.019, 2.4, r"average, $\theta/k^{2/3}$", color=WALKER)
parabola.text(0.02, 0.85, "the best possible", color=GUIDE, va="top")
parabola.set(
    title=f"After {steps} steps on a parabola",
    xlabel=r"constant of the schedule, $\theta a$",
    ylabel=r"error, in units of $\sigma^2 / (a^2 k)$",
    xscale="log",
    yscale="log",
    ylim=(0.5, 4000),
)
ticks = [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 4]
parabola.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
parabola.set_yticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
parabola.minorticks_off()
valley.axhline(0, color=GUIDE, linestyle="--", linewidth=1)
valley.plot([0, etas[-1]], [0, lean * etas[-1]], color=PREDICTED)
for found, color, at in [(bias, WALKER, etas), (left, RIVAL, etas[:-1])]:
    valley.errorbar(at, found.value, found.bars, color=color, marker="o", ls="", ms=5)
valley.text(0.0052, -0.0028, "first order", color=PREDICTED)
valley.text(0.0035, -0.0043, "average at $\\eta$", color=WALKER, ha="right")
valley.text(
    0.0044, 0.0003, "twice that at $\\eta$\nminus that at $2\\eta$", color=RIVAL
)
valley.set(
    title="The bias of a constant step",
    xlabel=r"learning rate $\eta$",
    ylabel="mean weight minus best weight",
    xticks=[0, 0.002, 0.004, 0.006, 0.008],
    ylim=(-0.0075, 0.0016),
)

# %%
# What to notice: above, only constants within a quarter of the best make the last weight
# as good as the average, and to know them you must know :math:`a`. The average does not ask for :math:`a` itself,
# but steps that are much too small ruin it as well. Below, more steps do not help against
# the shift: it belongs to the learning rate.

numbers = {
    "walkers": walkers,
    "steps": steps,
    "errors": errors,
    "span": span,
    "worst": exact["average"][wide].max(),
    "far_off": exact["average"][1],
    "third": third,
    "lean": lean,
    "biases": biases,
    "break_even": break_even,
}
for name, found in ratio.items():
    print(f"{name}: measured / exact", *(f"{value:.2f}" for value in found.value))
for eta, shift, relative, rest in biases:
    print(f"learning rate {eta}: shift {shift:+.6f}")
    print(f"  in first orders {relative:.3f}, cancelled {rest:.2f}")
print(f"first order: shift = {lean:.4f} times the learning rate")

plt.show()
