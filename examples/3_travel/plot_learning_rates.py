"""
Six learning rates
==================

The same bowl, the same start, and twenty steps with each of six learning rates. Look at
when the walk comes down on one side, when it jumps across, and when it climbs out.
"""

# %%
# On the bowl :math:`(w - 3)^2` a step multiplies the distance to the lowest point by
# :math:`1 - 2 \eta`. So six walks can be foretold, and then taken.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import gradient_descent
from sgd_explained.palette import DESCENT, LOSS

w0, best, steps = -1.0, 3.0, 20
rates = np.array([0.01, 0.25, 0.5, 0.9, 1.0, 1.1])
factors = 1 - 2 * rates
walks = gradient_descent(
    lambda w, target: 2 * (w - target),
    w0,
    [best],
    learning_rate=rates,
    steps=steps,
    walkers=rates.size,
)
ends = walks.final
here, there = walks.weights[-2:, 4]

# %%
# The distance at the end is the distance at the start times the factor, twenty times.

foretold = best + (w0 - best) * factors**steps
assert np.allclose(ends, foretold, rtol=1e-12), "the factor foretells every end"
closer = np.abs(ends - best) < abs(w0 - best)
assert (closer == (rates < 1)).all(), "below the limit 1 all come closer, others do not"
assert walks.weights[1, 2] == best, "at 0.5 the first step arrives"
assert {here, there} == {w0, 2 * best - w0}, "at the limit the walk jumps to and fro"

# %%
# Each panel has the bowl and all places where the walk stood.

names = ["too small", "good", "exact", "large", "at the limit", "too large"]
grid = np.linspace(-5.5, 11.5, 200)

fig, axes = plt.subplots(
    3, 2, figsize=(5.4, 6.6), sharex=True, sharey=True, layout="constrained"
)
fig.set_label(
    "Six panels, each with a bowl whose lowest point is at 3 and a walk that starts at "
    f"{w0:g}. Learning rate {rates[0]:g} creeps down the left side and is still high up "
    f"after {steps} steps; {rates[1]:g} comes down; {rates[2]:g} arrives in one step; "
    f"{rates[3]:g} jumps from side to side and comes lower; {rates[4]:g} jumps between "
    f"two places of the same height; {rates[5]:g} climbs out of the picture."
)
for ax, rate, name, weights in zip(
    axes.flat, rates, names, walks.weights.T, strict=True
):
    ax.plot(grid, (grid - best) ** 2, color=LOSS, linewidth=1.5)
    ax.plot(
        weights, (weights - best) ** 2, "o-", color=DESCENT, markersize=4, linewidth=1
    )
    ax.set_title(rf"$\eta = {rate:g}$: {name}", fontsize="medium")
    ax.set(xlim=(-5.5, 11.5), ylim=(-4, 60))
fig.supxlabel("weight $w$", fontsize="medium")
fig.supylabel("loss $(w - 3)^2$", fontsize="medium")

# %%
# What to notice: up to 0.5 the walk stays on its side. Beyond, it jumps across at every
# step, and as long as the rate is below 1, it lands lower than before. At 1 it does not,
# and above 1 it lands higher. :doc:`/learn/gradient-descent` derives the limit.

numbers = {
    "ends": [list(row) for row in zip(rates, factors, ends, strict=True)],
    "slow": ends[0],
    "here": here,
    "there": there,
    "wild": ends[5],
}
for rate, factor, end in numbers["ends"]:
    print(f"learning rate {rate:g}: factor {factor:5.2f}, w = {end:8.3f} at the end")

plt.show()
