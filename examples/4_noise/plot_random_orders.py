"""
Twenty thousand orders
======================

What is usual, and what is chance? Let a crowd walk, each walker in an order of its own.
Look at how few end with a last loss as low as the article's, and at what those few have
gained by it.
"""

# %%
# One epoch over the article's inputs, from the article's start, with its learning rate.
# Only the order differs.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import empirical_risk, gradient, loss, sgd
from sgd_explained.measure import by_groups, fraction, mean
from sgd_explained.palette import GUIDE, LOSS, RISK, WALKER
from sgd_explained.problems import article

x, w0 = article.x, article.start
eta, walkers, threshold = 0.01, 20_000, -0.75
rng = np.random.default_rng(5)
walk = sgd(
    gradient,
    w0,
    x,
    learning_rate=eta,
    rng=rng,
    walkers=walkers,
    keep=99,
)

# %%
# The points kept are the start, the last but one, and the end. "Last loss" can mean the
# last input's loss before the last update or after it. The article takes it after.

last_input = x[walk.examples[-1, :, 0]]
before, after = (loss(weights * last_input) for weights in walk.weights[-2:])
lucky = after < threshold
low, low_before = fraction(lucky), fraction(before < threshold)

# %%
# Are the lucky ones better off? And how good is the order of the article?

risk = empirical_risk(walk.final, x)
start_risk = empirical_risk(w0, x)
sorted_end = sgd(gradient, w0, x, learning_rate=eta, order="sequential").final
sorted_risk = empirical_risk(sorted_end, x)
mean_risk, mean_risk_low = mean(risk), mean(risk[lucky])
correlation = by_groups(lambda a, b: np.corrcoef(a, b)[0, 1], after, risk)
above_start, below_sorted = fraction(risk > start_risk), fraction(risk < sorted_risk)
rise, rise_low = mean_risk.value - start_risk, mean_risk_low.value - start_risk
assert 0.8 * rise < rise_low < rise, "the lucky ones have hardly done better"
assert abs(correlation.value) < 0.1, (
    "last loss and risk have little to do with each other"
)
assert np.mean(after > -0.1) > 0.5, "most last losses are near 0"
assert above_start.low > 0.95, "almost all end higher than they started"
assert below_sorted.low > 0.95, "and lower than the sorted order"

# %%
# Above, the last losses. Below, the risks at the end, for all walkers and for the lucky
# ones alone: each histogram is scaled to the same area.

fig, (above, below) = plt.subplots(2, 1, figsize=(5.4, 6.6), layout="constrained")
fig.set_label(
    f"Above, a histogram of last losses over {walkers:,} random orders: they spread from "
    f"{after.min():.2f} to {after.max():.2f}, with most near 0 and a shaded strip of "
    f"{low.value:.0%} below {threshold}. Below, histograms of the risk at the end for all "
    "walkers and for those in the strip: both have their peak at the lowest risk and the "
    "same tail. The sorted order is far out in the tail."
)
above.hist(after, bins=np.arange(-0.77, 0.135, 0.01), color=LOSS, alpha=0.8)
above.axvspan(-0.77, threshold, color=WALKER, alpha=0.25, linewidth=0)
above.text(
    threshold + 0.02,
    0.85 * above.get_ylim()[1],
    f"{low.value:.1%} below ${threshold}$",
    color=WALKER,
)
above.set(
    title="The last loss is a matter of luck",
    xlabel="last loss, after the last update",
    ylabel="walkers",
)
bins = np.linspace(risk.min(), -0.2, 60)
all_heights, *_ = below.hist(risk, bins, density=True, color=RISK, alpha=0.5)
lucky_heights, *_ = below.hist(
    risk[lucky], bins, density=True, histtype="step", color=WALKER, linewidth=1.5
)
assert all_heights.argmax() == lucky_heights.argmax() == 0, (
    "both peak at the lowest risk"
)
top = below.get_ylim()[1]
below.text(-0.2315, 0.8 * top, "all walkers", color=RISK)
below.text(-0.2315, 0.68 * top, f"last loss below ${threshold}$", color=WALKER)
below.axvline(sorted_risk, color=GUIDE, linestyle="--")
below.text(sorted_risk, 0.25 * top, " sorted order", color=GUIDE)
below.set(
    title="The last loss says little of the risk",
    xlabel="risk at the end",
    ylabel="density",
)

# %%
# What to notice: a low last loss is rare, and it says next to nothing of the risk. By the
# risk, the sorted order is one of the worst.

numbers = {
    "walkers": walkers,
    "low": low,
    "low_before": low_before,
    "mean_risk": mean_risk,
    "mean_risk_low": mean_risk_low,
    "correlation": correlation,
    "above_start": above_start,
    "below_sorted": below_sorted,
}
for name, number in numbers.items():
    print(f"{name}: {number}")

plt.show()
