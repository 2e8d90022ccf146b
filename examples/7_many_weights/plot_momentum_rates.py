"""
Momentum's rates
================

Plain gradient descent takes a number of steps that grows with the condition number. Let
the step remember, and it grows with the square root only. Look at three lines with two
slopes, each method at its best setting.
"""

# %%
# The heavy ball keeps a running sum of gradients: :math:`m_k = \beta m_{k-1} + g_k` and
# :math:`w_{k+1} = w_k - \eta m_k`. On a quadratic every direction goes its own way, and
# an error is multiplied by the larger root of :math:`z^2 - (1 + \beta - \eta a) z +
# \beta` in the long run. The best two constants make the slowest directions equally fast.
# For Nesterov's step the roots are those of :math:`z^2 - (1 + \beta)(1 - \eta a) z +
# \beta (1 - \eta a)`.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import gradient_descent
from sgd_explained.palette import DESCENT, RIVAL, WALKER
from sgd_explained.updates import momentum, nesterov, plain

kappas = np.array([10, 30, 100, 300, 1000])


def settings(kappa):
    """Return rate, rule and predicted factor, for curvatures from 1 to kappa."""
    root, third = np.sqrt(kappa), np.sqrt(3 * kappa + 1)
    return {
        "plain": (2 / (1 + kappa), plain, (kappa - 1) / (kappa + 1)),
        "Nesterov": (
            4 / (3 * kappa + 1),
            nesterov((third - 2) / (third + 2)),
            1 - 2 / third,
        ),
        "heavy ball": (
            4 / (1 + root) ** 2,
            momentum(((root - 1) / (root + 1)) ** 2),
            (root - 1) / (root + 1),
        ),
    }


# %%
# Measured: the factor by which the error shrinks a step, late on a walk. At the best
# setting two roots fall together, and the error of such a pair shrinks like :math:`k
# \rho^k`. So it is divided by :math:`k` first where there is momentum.


def errors_of_walk(kappa, rate, rule, steps, start):
    """Return the distance from the minimum at each step, for twenty curvatures."""
    curvatures = np.geomspace(1, kappa, 20)
    walk = gradient_descent(
        lambda w, x: (curvatures * w)[np.newaxis],
        start,
        [0.0],
        learning_rate=rate,
        steps=steps,
        update=rule,
    )
    return np.linalg.norm(walk.weights, axis=1)


def late_factor(kappa, rate, rule, factor):
    """Return the factor a step, from the second half of a walk down to 1e-9."""
    steps = 2 * int(np.log(1e-9) / np.log(factor) / 2)
    errors = errors_of_walk(kappa, rate, rule, steps, np.ones(20))
    # The error swings; its largest value of each quarter does not.
    k = np.arange(1, steps + 1) if rule is not plain else np.ones(steps)
    level = errors[1:] / k
    middle, end = (np.argmax(part) for part in np.array_split(level, 4)[2:])
    first, last = np.array_split(np.arange(steps), 4)[2:]
    places = first[middle], last[end]
    return (level[places[1]] / level[places[0]]) ** (1 / (places[1] - places[0]))


measured = {name: [] for name in settings(10)}
predicted = {name: [] for name in settings(10)}
for kappa in kappas:
    for name, (rate, rule, factor) in settings(kappa).items():
        measured[name].append(1 - late_factor(kappa, rate, rule, factor))
        predicted[name].append(1 - factor)
off = {
    name: np.abs(np.divide(measured[name], predicted[name]) - 1).max()
    for name in measured
}
assert max(off.values()) < 0.03, "all measured factors are near their predictions"

# %%
# Are these settings the best? A search over both constants on a grid, with the largest
# root as the judge, finds none better. A quadratic in :math:`z` has its roots from half of
# the number before :math:`z`, with its sign changed, and from the roots' product.

kappa = 100
rates = np.linspace(0.1, 4, 391)[:, np.newaxis] / kappa
betas = np.linspace(0, 0.99, 100)
worst = {"heavy ball": 0, "Nesterov": 0}
for curvature in np.geomspace(1, kappa, 60):
    left = 1 - rates * curvature
    for name, half, product in [
        ("heavy ball", (betas + left) / 2, betas + 0 * left),
        ("Nesterov", (1 + betas) * left / 2, betas * left),
    ]:
        apart = np.sqrt(half**2 - product + 0j)
        largest = np.maximum(np.abs(half + apart), np.abs(half - apart))
        worst[name] = np.maximum(worst[name], largest)
found = {name: each.min() for name, each in worst.items()}
formula = {name: settings(kappa)[name][2] for name in worst}
for name, factor in formula.items():
    assert factor <= found[name] < 1.02 * factor, f"the search finds no better {name}"

# %%
# How many steps until the error is, and stays, a millionth of what it was? The start is off the
# minimum in the two slowest directions: in those of the smallest and of the largest curvature.


def count_steps(kappa, rate, rule, factor):
    """Return how many steps a walk needs, and how many its factor alone would."""
    alone = np.log(1e-6) / np.log(factor)
    start = np.eye(20)[0] + np.eye(20)[-1]
    errors = errors_of_walk(kappa, rate, rule, 2 * int(alone), start)
    return int(np.flatnonzero(errors > 1e-6 * errors[0])[-1]) + 1, alone


steps = [[name, *count_steps(kappa, *each)] for name, each in settings(kappa).items()]

# %%
# The figure.

fig, ax = plt.subplots(figsize=(5.4, 4), layout="constrained")
fig.set_label(
    "How much of the error goes in a step against the condition number, both on "
    "logarithmic axes. Three falling straight lines with points on them: plain gradient "
    "descent falls like one over the condition number, Nesterov's step and above it the "
    "heavy ball fall like one over its square root."
)
for (name, values), colour in zip(
    measured.items(), (DESCENT, RIVAL, WALKER), strict=True
):
    ax.loglog(kappas, predicted[name], "--", color=colour)
    ax.loglog(kappas, values, "o", color=colour, label=name)
ax.set(
    xlabel=r"condition number $\kappa$",
    ylabel=r"what a step takes of the error, $1 - \rho$",
    title="Momentum takes the root of the condition number",
)
ax.legend()

# %%
# What to notice: the heavy ball is best here, by a constant factor. That holds for
# quadratics: :doc:`plot_heavy_ball_cycles` has a convex risk on which the same setting
# never arrives.

numbers = {
    "off": max(off.values()),
    "kappa": kappa,
    "formula": formula["heavy ball"],
    "found": found["heavy ball"],
    "formula_ahead": formula["Nesterov"],
    "found_ahead": found["Nesterov"],
    "steps": steps,
}
for name in measured:
    print(f"{name}: off by {off[name]:.1%} at most")
print(f"steps for a millionth, and by the factor alone: {steps}")

plt.show()
