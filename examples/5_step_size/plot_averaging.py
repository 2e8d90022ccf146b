"""
Averaging the walk
==================

The mean of all weights on the way is better than the last weight. Look at how little its
error depends on the learning rate, and at the bias that averaging cannot remove.
"""

# %%
# First the parabola: losses :math:`a (w - x)^2 / 2`. No weighted mean of :math:`k` inputs
# has a variance below :math:`\sigma^2 / (a^2 k)`, so the error is shown in this unit.
# The last weight has a schedule :math:`c/k`, the average one that falls like
# :math:`k^{-2/3}`. Both are walked with many constants :math:`c`.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import (
    RiskLandscape,
    gradient,
    loss_second_derivative,
    risk_curvature,
    sgd,
)

a, w0 = 2.0, 0.5
x = np.linspace(-1, 1, 100)
sigma2 = a**2 * x.var()
constants = np.array([0.25, 0.4, 0.6, 1, 2, 4]) / a
walkers, steps = 800, 3000
rng = np.random.default_rng(23)


def slope(w, x):
    return a * (w - x)


def rates(k):
    """Return the rate of each constant in step k, for the last weight and the average."""
    return np.minimum([constants / (k + 1), constants / (k + 1) ** (2 / 3)], 1 / a)


# %%
# One crowd walks them all, epoch by epoch, so that only the sum of its weights is kept.

groups = np.repeat(np.arange(2 * constants.size), walkers)
w, total = np.full(groups.size, w0), 0.0
for first in range(0, steps, x.size):
    walk = sgd(
        slope,
        w,
        x,
        learning_rate=lambda k, first=first: rates(first + k).ravel()[groups],
        order="with_replacement",
        rng=rng,
        crowd=True,
    )
    w, total = walk.final, total + walk.weights[1:].sum(axis=0)
last = w.reshape(2, constants.size, walkers)[0]
average = total.reshape(2, constants.size, walkers)[1] / steps

# %%
# Exact for any number of steps: a recursion for the mean and the variance of the weight,
# those of the running sum, and the covariance of the two.

m, v = np.full((2, constants.size), w0), np.zeros((2, constants.size))
sum_m, sum_v, both = np.zeros((3, 2, constants.size))
for k in range(steps):
    rate = rates(k)
    stays = 1 - rate * a
    m, v = stays * m, stays**2 * v + rate**2 * sigma2
    sum_m, sum_v, both = (
        sum_m + m,
        sum_v + 2 * stays * both + v,
        stays * both + v,
    )
unit = sigma2 / (a**2 * steps)
exact = {
    "last weight": (m[0] ** 2 + v[0]) / unit,
    "average": (sum_m[1] ** 2 + sum_v[1]) / steps**2 / unit,
}
squares = {"last weight": last**2 / unit, "average": average**2 / unit}

# %%
# Now the article's loss, a constant learning rate, and walks around the left minimum. The
# valley is no parabola there: its curvature :math:`R''` changes by :math:`R'''` per unit
# of weight. That shifts the mean of the cloud to the gentle side, by
# :math:`\eta R''' \sigma^2 / (4 R''^2)` to first order.

data = np.linspace(-5, 5, 100)
best = RiskLandscape(data, (-1, -0.1)).global_minimum
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
# to two. Twice the first minus the second has none.

cancelled = 2 * shifts[:-1] - shifts[1:]

fig, (parabola, valley) = plt.subplots(2, 1, figsize=(5.4, 8), layout="constrained")
fig.set_label(
    "Two panels. Above, the mean squared error in units of the best possible, against the "
    "constant of the schedule, on logarithmic axes: the last weight reaches one at one "
    "constant only and is far above it for smaller ones, the average stays near one for "
    "all. Below, the shift of the average weight on the article's loss against the "
    "learning rate: it falls below zero along a straight line, and the combination of "
    "two learning rates stays near zero."
)


def mean_and_error(values):
    return values.mean(axis=1), 2 * values.std(axis=1) / np.sqrt(values.shape[1])


for (name, values), color in zip(squares.items(), ["C3", "C1"], strict=True):
    mean, error = mean_and_error(values)
    parabola.errorbar(constants * a, mean, error, color=color, marker="o", ls="", ms=5)
    parabola.plot(constants * a, exact[name], "C2", linewidth=1.2)
    ratio, width = mean / exact[name], error / exact[name]
    print(f"{name}: measured / exact", *(f"{r:.2f}" for r in ratio), end=" ")
    print(f"each +- {width.max():.2f}")
parabola.axhline(1, color="C5", linestyle="--", linewidth=1)
parabola.text(0.36, 18, "last weight, $c/k$", color="C3")
parabola.text(0.24, 0.93, "average, $c/k^{2/3}$", color="C1", va="top")
parabola.text(4, 0.93, "the best possible", color="C5", ha="right", va="top")
parabola.set(
    title=f"After {steps} steps on a parabola",
    xlabel="constant of the schedule, $c a$",
    ylabel=r"error, in units of $\sigma^2 / (a^2 k)$",
    xscale="log",
    yscale="log",
    ylim=(0.65, 60),
)
parabola.set_xticks([0.25, 0.5, 1, 2, 4], ["0.25", "0.5", "1", "2", "4"])
parabola.set_yticks([1, 2, 5, 10, 20, 50], ["1", "2", "5", "10", "20", "50"])
parabola.minorticks_off()
valley.axhline(0, color="C5", linestyle="--", linewidth=1)
valley.plot([0, etas[-1]], [0, lean * etas[-1]], "C2")
for values, color, x_axis in [(shifts, "C1", etas), (cancelled, "C3", etas[:-1])]:
    mean, error = mean_and_error(values)
    valley.errorbar(x_axis, mean, error, color=color, marker="o", ls="", ms=5)
    for eta, shift, width in zip(x_axis, mean, error, strict=True):
        relative = f"{shift / (lean * eta):.3f} +- {abs(width / (lean * eta)):.3f}"
        print(
            f"learning rate {eta}: shift {shift:+.6f}, in units of the first {relative}"
        )
valley.text(0.0052, -0.0028, "first order", color="C2")
valley.text(0.0035, -0.0043, "average at $\\eta$", color="C1", ha="right")
valley.text(0.0042, 0.0003, "twice that at $\\eta$\nminus that at $2\\eta$", color="C3")
valley.set(
    title="The bias of a constant step",
    xlabel=r"learning rate $\eta$",
    ylabel="mean weight minus best weight",
    xticks=[0, 0.002, 0.004, 0.006, 0.008],
    ylim=(-0.0075, 0.0016),
)

# %%
# What to notice: above, only one constant makes the last weight as good as the average,
# and to know it you must know :math:`a`. Below, more steps do not help against the shift:
# it belongs to the learning rate.

print(f"first order: shift = {lean:.4f} times the learning rate")

plt.show()
