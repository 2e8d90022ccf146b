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
# all inputs that could be drawn) is within a given distance of its lowest value. A table
# of that risk, from a fine grid of inputs, is enough.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import (
    RiskLandscape,
    empirical_risk,
    gradient,
    gradient_descent,
    risk_gradient,
    sgd,
)

rng = np.random.default_rng(2)
x = rng.uniform(-5, 5, 10_000_000)
grid = np.linspace(-5, 5, 1001)
best = RiskLandscape(grid, (-1, -0.1)).global_minimum
noise = gradient(best.w, grid).var()
weights = np.linspace(-1, 0, 2001)
table = empirical_risk(weights, grid) - best.risk
w0, walkers, groups = -0.1, 1000, 10


def pull(w, x):
    return gradient(w, x)


# %%
# Gradient descent takes the mean over all samples in parts that fit into the processor's
# cache. Its learning rate is near the best for this valley. That of SGD is chosen by the
# law of the Ornstein–Uhlenbeck cloud, so that half of the distance stays for the noise:
# :math:`\eta = 2 \varepsilon / \sigma^2`. One "example" here is one input for each walker
# of a crowd. Its mean risk decides, in ten groups for an interval.


def gradient_descent_cost(samples, distance):
    w, steps = w0, 0
    while np.interp(w, weights, table) > distance:
        parts = samples.reshape(-1, min(samples.size, 100_000))
        w -= 0.1 * np.mean([risk_gradient(w, part) for part in parts])
        steps += 1
    return samples.size * steps


def sgd_cost(samples, distance):
    rate = 2 * distance / noise
    draws = rng.choice(samples, (int(5 / (rate * best.curvature)), walkers))
    walk = sgd(
        pull, np.full(walkers, w0), draws, learning_rate=rate, order="sequential"
    )
    risk = np.interp(walk.weights, weights, table)
    near = risk.reshape(len(risk), groups, -1).mean(axis=2) <= distance
    counts = near.argmax(axis=0)
    return counts.mean(), 2 * counts.std() / np.sqrt(groups)


distance = 0.005
sizes = 10 ** np.arange(2, 8)
full_cost = np.array([gradient_descent_cost(x[:n], distance) for n in sizes])
single_cost, single_error = np.array([sgd_cost(x[:n], distance) for n in sizes]).T

# %%
# The same for one small data set, and for distances from large to tiny.

hundred = np.linspace(-5, 5, 100)
distances = np.geomspace(2e-4, 0.02, 7)
full_fine = np.array([gradient_descent_cost(hundred, d) for d in distances])
single_fine, fine_error = np.array([sgd_cost(hundred, d) for d in distances]).T

# %%
# The line for SGD needs no fit. With small steps the mean walk follows the slope downhill,
# as gradient descent with tiny steps does: it needs a time :math:`T = \eta k` until only
# the noise's half of the distance is left. So the count is :math:`k = T / \eta = \sigma^2
# T / (2 \varepsilon)`: in proportion to :math:`1 / \varepsilon`, up to the slowly growing
# :math:`T`, and without :math:`N`.

tiny = 1e-3
slide = gradient_descent(gradient, w0, grid, learning_rate=tiny, steps=1000)
left = np.interp(slide.weights, weights, table)


def sgd_line(distance):
    time = tiny * np.argmax(left <= distance / 2)
    return time * noise / (2 * distance)


level = np.exp(np.interp(0, np.log(full_fine / single_fine), np.log(distances)))
fig, (above, below) = plt.subplots(2, 1, figsize=(5.4, 7), layout="constrained")
fig.set_label(
    "Two panels with logarithmic axes, gradient evaluations upwards. Above, against the "
    "number of samples: gradient descent rises in proportion to it, from "
    f"{full_cost[0]:,} for {sizes[0]:,} samples to {full_cost[-1]:,} for {sizes[-1]:,}; "
    f"SGD stays level near {single_cost.mean():.0f}. Below, against the distance from the "
    "lowest risk, with a hundred samples: SGD rises in inverse proportion to the distance "
    f"and crosses gradient descent, which hardly rises, near {level:.4f}."
)
above.loglog(sizes, full_cost, "s", color="C0")
above.plot(sizes, full_cost[-1] / sizes[-1] * sizes, "C2--")
above.errorbar(sizes, single_cost, single_error, color="C1", marker="o", ls="")
above.axhline(sgd_line(distance), color="C2", linestyle="--")
above.text(
    3e5,
    2e3,
    f"gradient descent:\n{full_cost[-1] // sizes[-1]} steps of $N$",
    color="C0",
)
above.text(3e5, 90, "SGD: steps of one", color="C1")
above.set(
    title=f"To within {distance} of the lowest risk",
    xlabel="number of samples $N$",
    ylabel="gradient evaluations",
)
below.loglog(distances, full_fine, "s", color="C0")
below.errorbar(distances, single_fine, fine_error, color="C1", marker="o", ls="")
below.plot(distances, [sgd_line(d) for d in distances], "C2--")
below.text(0.004, 280, "gradient descent", color="C0")
below.text(5e-4, 1200, "SGD", color="C1")
below.set(
    title=f"For $N = {hundred.size}$, and a lower and lower risk",
    xlabel=r"distance $\varepsilon$ from the lowest risk",
    ylabel="gradient evaluations",
)

# %%
# What to notice: SGD wins where samples are many and the goal is modest. That is the
# usual case in learning: the samples themselves do not determine the best weight more
# finely. Where the risk of the samples at hand must be very low, gradient descent wins.

print("samples   gradient descent   SGD")
for n, full, single, error in zip(
    sizes, full_cost, single_cost, single_error, strict=True
):
    print(f"{n:8}   {full:16}   {single:.1f} +- {error:.1f}")
print(f"line for SGD: {sgd_line(distance):.1f}")
for d, full, single in zip(distances, full_fine, single_fine, strict=True):
    print(f"within {d:.5f}: {full} and {single:.0f}, line {sgd_line(d):.0f}")

plt.show()
