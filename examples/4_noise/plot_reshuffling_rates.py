"""
Reshuffled errors
=================

Draw examples with replacement, and the squared error of SGD shrinks in proportion to the
learning rate. Reshuffle them, and it shrinks like the square or the cube. Look at the
slopes, and at what turns a three into a two.
"""

# %%
# Each of five examples has a parabola as its loss, with gradient :math:`c_i (w - x_i)`.
# Its minimum is at :math:`x_i`, its curvature is :math:`c_i`. Above, all share one
# curvature. Below, they differ. In both the best weight is 0.

import itertools

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import sgd

n, a = 5, 2.0
x = np.linspace(-1, 1, n)
different = a * (1 + 0.8 * x)
problems = {
    "One curvature for all": (x, np.full(n, a)),
    "Different curvatures": (x - np.average(x, weights=different), different),
}


def pull(w, x, curvature):
    return curvature * (w - x)


# %%
# Crowds start at the best weight. What is measured is the mean of :math:`w^2` at the end
# of an epoch, after at least :math:`7 / (\eta a)` steps: long enough to forget the start.

rates = np.geomspace(0.002, 0.1, 6)
walkers = 4000
rng = np.random.default_rng(8)
measured = {}
for (name, data), rule in itertools.product(
    problems.items(), ("with_replacement", "reshuffled")
):
    ends = np.array(
        [
            sgd(
                pull,
                np.zeros(walkers),
                *data,
                learning_rate=rate,
                epochs=int(np.ceil(7 / (rate * a * n))),
                order=rule,
                rng=rng,
                crowd=True,
                keep="last",
            ).final
            for rate in rates
        ]
    )
    squares = ends**2
    measured[name, rule] = (
        squares.mean(axis=1),
        2 * squares.std(axis=1) / np.sqrt(walkers),
    )

# %%
# The lines are exact. A step takes :math:`w` to :math:`(1 - \eta c_i) w + \eta c_i x_i`,
# and so each order of an epoch takes it to :math:`P w + Q`. With five examples one can
# average over all 120 orders. In the long run :math:`w` has the same first two moments
# after an epoch as before it, and that determines them.


def long_run_square(multiplier, addend):
    """Return the mean of w² that w → P w + Q leaves as it is; orders along axis 0."""
    mean = addend.mean(axis=0) / (1 - multiplier.mean(axis=0))
    cross = 2 * (multiplier * addend).mean(axis=0) * mean
    return (cross + (addend**2).mean(axis=0)) / (1 - (multiplier**2).mean(axis=0))


orders = np.array(list(itertools.permutations(range(n))))
exact = {}
for name, (inputs, curvature) in problems.items():
    keep, move = 1 - rates * curvature[:, None], rates * (curvature * inputs)[:, None]
    exact[name, "with_replacement"] = long_run_square(keep, move)
    multiplier, addend = np.ones((len(orders), rates.size)), 0.0
    for position in range(n):
        step = orders[:, position]
        multiplier, addend = (
            keep[step] * multiplier,
            keep[step] * addend + move[step],
        )
    exact[name, "reshuffled"] = long_run_square(multiplier, addend)

fig, axes = plt.subplots(2, 1, figsize=(5.4, 7), sharex=True, layout="constrained")
fig.set_label(
    "Two panels with logarithmic axes: mean squared error against the learning rate. "
    "Above, one curvature for all examples: with replacement the points follow a line of "
    "slope one, reshuffled a line of slope three. Below, different curvatures: slope one "
    "with replacement, and reshuffled a line that flattens to slope two at small rates. "
    "In both panels the reshuffled error is the smaller one: by orders of magnitude at "
    "small rates, by less than ten times at the largest."
)
for ax, name in zip(axes, problems, strict=True):
    for rule, color, height in [
        ("with_replacement", "C3", 20),
        ("reshuffled", "C1", 0.1),
    ]:
        value, error = measured[name, rule]
        line = exact[name, rule]
        ax.loglog(rates, line, "C2--")
        ax.errorbar(rates, value, error, color=color, marker="o", ls="")
        slope = np.log(line[1] / line[0]) / np.log(rates[1] / rates[0])
        label = f"{rule.replace('_', ' ')}: slope {slope:.1f}"
        ax.text(rates[2], line[2] * height, label, color=color, va="center")
        print(f"{name}, {rule}: measured / exact")
        print(
            " ".join(
                f"{r:.3f}+-{e:.3f}"
                for r, e in zip(value / line, error / line, strict=True)
            )
        )
    ax.set(title=name, ylabel="mean of $w^2$", ylim=(3e-9, 0.5))
axes[1].set(xlabel=r"learning rate $\eta$")

# %%
# What to notice: with one curvature the pulls of an epoch cancel but for the order they
# come in. With different curvatures the orders have a common tendency besides: the walk
# settles beside the best weight, at a distance in proportion to :math:`\eta`. Its
# square has slope two.

plt.show()
