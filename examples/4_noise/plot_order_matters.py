"""
The order matters
=================

The same inputs, the same start, the same step, in three orders. Look at how far apart
the walks end, and in the second figure at how little an end knows of its beginning.
"""

# %%
# The article sweeps its inputs from the lowest to the highest. That is one order out of
# many. Try it backwards, and shuffled once.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import RiskLandscape, empirical_risk, gradient, loss, sgd
from sgd_explained.palette import GUIDE, WALKER
from sgd_explained.problems import article

x = article.x
eta = 0.01
shuffled = np.random.default_rng(4).permutation(100)
orders = {
    "sorted": np.arange(100),
    "reversed": np.arange(100)[::-1],
    "shuffled": shuffled,
}
walks = {
    name: sgd(gradient, article.start, x, learning_rate=eta, order=order[np.newaxis])
    for name, order in orders.items()
}
backwards = walks["reversed"]
reversed_end = backwards.final
reversed_last = loss(reversed_end * x[0])
reversed_risk = empirical_risk(reversed_end, x)
assert reversed_last > -0.1, "backwards, the last loss is far from the lowest"
assert reversed_risk > empirical_risk(walks["sorted"].final, x), "and the risk higher"
assert np.ptp(walks["shuffled"].weights) < 0.2, "shuffled, it stays near the start"

# %%
# Each walk sees each input once. Read off its right end where it stops.

fig, ax = plt.subplots(figsize=(5.4, 4), layout="constrained")
fig.set_label(
    "Weight over the number of steps for three orders of the same inputs, from one start. "
    f"In sorted order the walk ends at {walks['sorted'].final:.2f}, reversed at "
    f"{walks['reversed'].final:.2f}. Shuffled, it stays near the start and trembles."
)
for (name, walk), style in zip(walks.items(), ["-", "--", ":"], strict=True):
    ax.plot(walk.steps, walk.weights, style, color=WALKER, linewidth=1.8)
    ax.text(102, walk.final, f"{name}\n${walk.final:.3f}$", color=WALKER, va="center")
ax.set(
    title="One data set, three ends",
    xlabel="steps taken",
    ylabel="weight $w$",
    xlim=(0, 124),
    xticks=range(0, 101, 20),
)

# %%
# How much does the end depend on what came first? Forget the beginning: start anew,
# from 41 weights, with only the last inputs of the sorted order still to come. If the
# ends agree, the inputs before have left no trace.

starts = np.linspace(-0.5, -0.1, 41)
counts = np.arange(1, 31)
spread = np.array(
    [
        np.ptp(
            sgd(
                gradient,
                starts,
                x[-count:],
                learning_rate=eta,
                order="sequential",
                crowd=True,
            ).final
        )
        for count in counts
    ]
)
ten, twenty = spread[counts == 10].item(), spread[counts == 20].item()
fan = sgd(gradient, starts, x[-20:], learning_rate=eta, order="sequential", crowd=True)
left_out = walks["sorted"].weights[-21]
assert starts[0] < left_out < starts[-1], "the article's walk is among the walkers"
assert abs(fan.final - walks["sorted"].final).max() < 1e-5, "all end where it ends"
assert (np.diff(np.ptp(fan.weights, axis=1)) < 0).all(), "they come closer at each step"

# %%
# Above, all walkers that have 20 inputs to come. Below, how far apart they end, against
# the number of inputs to come.

fig, (above, below) = plt.subplots(2, 1, figsize=(5.4, 6.4), layout="constrained")
fig.set_label(
    f"Above, a fan of {starts.size} walks over the last 20 inputs: they begin far apart "
    "and run together into one line. Below, the distance between the outermost ends falls "
    f"with the number of inputs to come: from {np.ptp(starts):.1f} to {ten:.3f} with "
    f"ten, to {twenty:.6f} with twenty."
)
above.plot(80 + fan.steps, fan.weights, color=WALKER, linewidth=0.8, alpha=0.7)
above.text(
    100,
    fan.final.mean() + 0.02,
    f"all at ${fan.final.mean():.3f}$",
    ha="right",
    color=WALKER,
)
above.set(
    title="Twenty inputs from the end",
    xlabel="steps taken",
    ylabel="weight $w$",
    xlim=(80, 100),
    xticks=range(80, 101, 5),
)
below.plot(counts, spread, "o-", color=WALKER, markersize=4)
below.axhline(np.ptp(starts), color=GUIDE, linestyle="--", linewidth=1)
below.text(30, 0.5 * np.ptp(starts), "at the start", color=GUIDE, ha="right", va="top")
below.set(
    title="The memory of the walk is short",
    xlabel="inputs still to come",
    ylabel="distance of the outermost ends",
    yscale="log",
)

# %%
# So the end says what the last inputs want, not what the data want. The walk forgets
# because a short step on a surface brings two walkers closer together wherever that
# surface is convex. Here the walkers come closer at every step. All starts were left of
# the wall at :math:`w = 0`: beyond it the walkers would stay beyond it.
#
# Backwards it is not so. Give the last twenty inputs of that order to a walker that has
# seen no other: it ends elsewhere. It is on the near side of their hilltops, at smaller
# outputs. The inputs before have carried the walk to the far side.

alone = sgd(gradient, article.start, x[19::-1], learning_rate=eta, order="sequential")
carried = backwards.weights[80]
hilltop = RiskLandscape([1.0], (1, 2)).maxima[0].w
assert (article.start * x[:20] < hilltop).all(), "it starts on the near side of all"
assert (carried * x[:20] > hilltop).all(), "carried to the far side of all"
assert reversed_end < carried, "there they push it on"
assert alone.final > article.start, "and here the other way"

numbers = {
    "starts": starts.size,
    "ten": ten,
    "twenty": twenty,
    "reversed_end": reversed_end,
    "reversed_last": reversed_last,
    "reversed_risk": reversed_risk,
    "reversed_carried": carried,
    "reversed_alone": alone.final,
}
for name, number in numbers.items():
    print(f"{name}: {number:.4g}")

plt.show()
