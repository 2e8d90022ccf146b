"""
Cost against the number of samples
==================================

A step of gradient descent costs as many gradients as there are samples, a step of SGD
costs one. Look at what ten million samples cost, and at who wins when you want the risk
very low.
"""

# %%
# Inputs are drawn evenly from -5 to 5, as many as ten million. Both methods start at the
# same weight. What is counted is gradients of one example, until the *expected* risk (over
# all inputs that could be drawn) is within a given distance of its lowest value. The middles
# of a hundred equal parts stand for all inputs.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import (
    RiskLandscape,
    empirical_risk,
    gradient,
    gradient_descent,
    risk_curvature,
    risk_gradient,
    sgd,
)
from sgd_explained.measure import by_groups, mean
from sgd_explained.palette import DESCENT, PREDICTED, WALKER

rng = np.random.default_rng(2)
x = rng.uniform(-5, 5, 10_000_000)
grid = (np.arange(100) + 0.5) / 10 - 5
best = RiskLandscape(grid, (-1, -0.1)).global_minimum
a, noise = best.curvature, gradient(best.w, grid).var()
weights = np.linspace(-1, 0, 2001)
table = empirical_risk(weights, grid) - best.risk
w0, walkers, groups, distance = -0.1, 5000, 20, 0.005


def excess(w):
    return np.interp(w, weights, table)


def pull(w, x):
    return gradient(w, x)


start_gap, start_curvature = excess(w0), float(risk_curvature(w0, grid))

# %%
# Gradient descent takes the mean over all samples in parts that fit into the processor's
# cache. Its learning rate is :math:`1/a`, the best constant one for a quadratic valley.


def full_steps(samples, distance):
    w, steps = w0, 0
    while excess(w) > distance:
        parts = samples.reshape(-1, min(samples.size, 100_000))
        w -= np.mean([risk_gradient(w, part) for part in parts]) / a
        steps += 1
    return steps


# %%
# The learning rate of SGD is chosen by the law of the Ornstein–Uhlenbeck cloud, so that
# half of the distance stays for the noise: :math:`\eta = 2 \Delta / \sigma^2`. The
# mean risk of a crowd decides, in twenty groups for an interval. Each walker has samples of
# its own, as long as ten million suffice for that.


def sgd_cost(samples, size, distance):
    rate = 2 * distance / noise
    first = np.arange(walkers) * size
    draws = rng.integers(size, size=(int(5 / (rate * a)), walkers)) + first
    walk = sgd(
        pull,
        np.full(walkers, w0),
        samples[draws % samples.size],
        learning_rate=rate,
        order="sequential",
    )

    def steps_needed(risk):
        near = risk.mean(axis=-1) <= distance
        assert near.any(), "each group comes near enough"
        return near.argmax()

    return by_groups(steps_needed, excess(walk.weights), groups=groups)


sizes = 10 ** np.arange(2, 8)
full_cost = np.array([n * full_steps(x[:n], distance) for n in sizes])
single_cost = [sgd_cost(x, n, distance) for n in sizes]

# %%
# A wiser gradient descent takes no more samples than the goal needs. Its cost is the
# lowest over numbers of samples and of steps, such that the mean risk is surely near
# enough, over many sets of that many samples.

sets = 1000
few_samples, few_steps, few_cost = 0, 0, np.inf
for n in range(20, 60, 4):
    inputs = x[: sets * n].reshape(sets, n)
    w = np.full(sets, w0)
    for step in range(1, 4):
        w = w - gradient(w[:, np.newaxis], inputs).mean(axis=1) / a
        if mean(excess(w)).high <= distance and n * step < few_cost:
            few_samples, few_steps, few_cost = n, step, n * step

# %%
# The same for one small data set, the hundred inputs of the grid, and for distances from
# large to tiny.

distances = np.array([0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02])
full_fine = np.array([grid.size * full_steps(grid, d) for d in distances])
single_fine = [sgd_cost(grid, grid.size, d) for d in distances]

# %%
# The line for SGD needs no fit. With small steps the mean walk follows the slope downhill,
# as gradient descent with tiny steps does: it needs a time :math:`\tau = \eta k` until only
# the noise's half of the distance is left. So the count is :math:`k = \tau / \eta =
# \sigma^2 \tau / (2 \Delta)`: in proportion to :math:`1 / \Delta`, up to the slowly growing
# :math:`\tau`, and without :math:`N`. That is for fresh examples, so the walk must be over
# before most samples have come more than once.

tiny = 1e-3
slide = gradient_descent(gradient, w0, grid, learning_rate=tiny, steps=1500)
left = excess(slide.weights)


def slide_time(distance):
    return tiny * np.argmax(left <= distance / 2)


def sgd_line(distance):
    return slide_time(distance) * noise / (2 * distance)


line, line_fine = sgd_line(distance), np.array([sgd_line(d) for d in distances])
# On a parabola the slide would have a formula. Here it begins where the risk is curved
# downwards, and ends in a valley.
assert start_curvature < 0
parabola_off = max(
    np.log(2 * start_gap / d) / (2 * a) / slide_time(d) - 1 for d in distances
)

# %%
# Both as tables, measured beside the line. At a coarse goal the steps are too large for it.

by_size = [
    [n, full, few_cost, single, single.map(lambda k: k / line)]
    for n, full, single in zip(sizes, full_cost, single_cost, strict=True)
]
by_distance = [
    [d, full, single, law, single.map(lambda k, law=law: k / law)]
    for d, full, single, law in zip(
        distances, full_fine, single_fine, line_fine, strict=True
    )
]
for *_, ratio in [*by_size[1:], *by_distance[:5]]:
    assert max(ratio.low - 1, 1 - ratio.high) < 0.03, "the line is right to 3 %"
# Of so few samples some are drawn twice, and what they err adds up.
assert 1 < by_size[0][-1].low < 1.1, "with a hundred samples SGD needs a little more"
assert by_distance[-1][-1].low > 1, "at the coarsest goal SGD needs more"

gain = full_cost[-1] / single_cost[-1].value
assert few_cost < 2 * single_cost[-1].value, "a few samples cost about as much as SGD"
advantage = np.log([full / single.value for _, full, single, *_ in by_distance])
break_even = np.exp(np.interp(0, advantage, np.log(distances)))

# %%
# The figure, with logarithmic axes.

fig, (above, below) = plt.subplots(2, 1, figsize=(5.4, 7), layout="constrained")
fig.set_label(
    "Two panels with logarithmic axes, gradient evaluations upwards. Above, against the "
    "number of samples: gradient descent rises in proportion to it, from "
    f"{full_cost[0]:,} for {sizes[0]:,} samples to {full_cost[-1]:,} for {sizes[-1]:,}; "
    f"SGD stays level near {single_cost[-1].value:.0f}, and so does gradient descent on "
    f"{few_samples} of the samples at {few_cost}. Below, against the distance from the "
    f"lowest risk, with {grid.size} samples: SGD rises a little faster than in "
    "inverse proportion to the distance and crosses gradient descent, which hardly rises, near "
    f"{break_even:.4f}."
)
above.loglog(sizes, full_cost, "s", color=DESCENT)
above.plot(sizes, full_cost[-1] / sizes[-1] * sizes, "--", color=PREDICTED)
above.plot(
    sizes, np.full(sizes.size, few_cost), "s", color=DESCENT, mfc="none", markersize=10
)
above.errorbar(
    sizes,
    [k.value for k in single_cost],
    np.hstack([k.bars for k in single_cost]),
    color=WALKER,
    marker="o",
    ls="",
)
above.axhline(line, color=PREDICTED, linestyle="--")
above.text(
    200,
    3e5,
    f"gradient descent on all:\n{full_cost[-1] // sizes[-1]} step of $N$",
    color=DESCENT,
)
above.text(1e7, 110, "SGD: steps of one", color=WALKER, ha="right")
above.text(1e7, 10, f"gradient descent on {few_samples}", color=DESCENT, ha="right")
above.set(
    title=f"To within {distance} of the lowest risk",
    xlabel="number of samples $N$",
    ylabel="gradient evaluations",
)
above.set_ylim(bottom=5)
below.loglog(distances, full_fine, "s", color=DESCENT)
below.errorbar(
    distances,
    [k.value for k in single_fine],
    np.hstack([k.bars for k in single_fine]),
    color=WALKER,
    marker="o",
    ls="",
)
below.plot(distances, line_fine, "--", color=PREDICTED)
below.text(0.006, 130, "gradient descent", color=DESCENT)
below.text(5e-4, 1000, "SGD", color=WALKER)
below.set(
    title=f"For $N = {grid.size}$, and a lower and lower risk",
    xlabel=r"distance $\Delta$ from the lowest risk",
    ylabel="gradient evaluations",
)

# %%
# What to notice: SGD does not see :math:`N`. Gradient descent does, unless you give it only
# as many samples as the goal needs. Where the goal is fine and all samples must be used,
# gradient descent wins.

numbers = {
    "w0": w0,
    "start_gap": start_gap,
    "start_curvature": start_curvature,
    "parabola_off": parabola_off,
    "inverse_curvature": 1 / a,
    "distance": distance,
    "line": line,
    "few_samples": few_samples,
    "few_steps": few_steps,
    "few_cost": few_cost,
    "gain": gain,
    "break_even": break_even,
}
for name, number in numbers.items():
    print(f"{name}: {number:.4g}")
numbers |= {"by_size": by_size, "by_distance": by_distance}
for n, full, few, single, _ in by_size:
    print(f"{n} samples: {full}, on few {few}, SGD {single:.1f}")
for d, full, single, law, _ in by_distance:
    print(f"within {d}: {full} and {single:.1f}, line {law:.1f}")

plt.show()
