"""
The price of a step
===================

Gradient descent takes sixty steps on data sets of growing size. Look at the two panels:
the bill grows as fast as the data, and the place where the walk ends hardly moves.
"""

# %%
# A gradient that notes how many examples it was asked for. All data sets are evenly
# spread over the same inputs, from -2 to 5.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import gradient, gradient_descent
from sgd_explained.palette import DESCENT, GUIDE

asked = []


def counted_gradient(w, x):
    asked.append(x.size)
    return gradient(w, x)


# %%
# The same start, learning rate and number of steps for all.

sizes, w0, steps = [100, 1000, 10_000, 100_000], -0.1, 60
costs, ends = [], []
for size in sizes:
    asked.clear()
    x = np.linspace(-2, 5, size)
    walk = gradient_descent(counted_gradient, w0, x, learning_rate=0.1, steps=steps)
    costs.append(sum(asked))
    ends.append(walk.final)

dearer = costs[-1] // costs[0]
moved = abs(ends[-1] - ends[0])
way = abs(ends[-1] - w0)
assert costs == [steps * size for size in sizes], "a gradient per example and step"
assert moved < 0.02 * way, "the end moves by less than 2 % of the way"

# %%
# Both against the size of the data.

fig, (above, below) = plt.subplots(
    2, 1, figsize=(5.4, 5), sharex=True, layout="constrained"
)
fig.set_label(
    f"Two panels against the number of examples, from {sizes[0]} to {sizes[-1]:,}. "
    "Above, the number of gradients rises in proportion. Below, the weight at the end "
    f"of the walk stays where it is: it moves by {moved:.4f}, and the walk was "
    f"{way:.2f} long."
)
above.loglog(sizes, costs, "o-", color=DESCENT, linewidth=2)
above.set(
    title=f"The price and the yield of {steps} steps", ylabel="gradients computed"
)
below.plot(sizes, ends, "o-", color=DESCENT, linewidth=2)
below.axhline(w0, color=GUIDE, linestyle="--", linewidth=1)
below.text(sizes[-1], w0 - 0.015, "start", color=GUIDE, ha="right", va="top")
below.set(xlabel="examples $N$", ylabel="weight at the end", ylim=(-0.38, -0.06))

# %%
# What to notice: examples that are much alike say much the same. A part of them would
# have shown the way, at a part of the price. :doc:`/learn/where-it-falls-short` goes on
# from here, and :doc:`/learn/sgd-algorithm` takes the smallest part, one example.

numbers = {
    "costs": [list(row) for row in zip(sizes, costs, ends, strict=True)],
    "dearer": dearer,
    "moved": moved,
}
for size, cost, end in numbers["costs"]:
    print(f"{size:7,} examples: {cost:9,} gradients to w = {end:.4f}")

plt.show()
