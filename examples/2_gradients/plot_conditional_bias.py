"""
What is left in the epoch
=========================

A gradient that has been seen cannot come again in a reshuffled epoch. So the later
gradients are no longer unbiased. Look at how the next gradient leans against the sum of
those already seen, and how strongly at the end.
"""

# %%
# The weight is held fixed at the article's start: no walk, only draws. What counts is how
# far each gradient lies from the mean of all, which is the slope of the risk.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import epoch_orders, gradient

x = np.linspace(-5, 5, 100)
w0, epochs = -0.3, 20_000
deviations = gradient(w0, x) - gradient(w0, x).mean()
n, sigma = x.size, deviations.std()
rng = np.random.default_rng(3)
drawn = {
    rule: deviations[epoch_orders(rule, n, 1, rng, walkers=epochs)[:, 0]]
    for rule in ("reshuffled", "with_replacement")
}

# %%
# All the deviations of an epoch add up to 0. After :math:`k` of them, with sum :math:`S`,
# the :math:`N - k` that are left add up to :math:`-S`. Each of them is equally likely to
# come next, so its conditional mean is :math:`-S / (N - k)`: exactly.

seen = 90
edges = np.linspace(-2, 2, 10)
middles = {}
for rule, epoch in drawn.items():
    total = epoch[:, :seen].sum(axis=1) / np.sqrt(seen * sigma**2)
    inside = np.digitize(total, edges)
    chosen = [inside == i for i in range(1, edges.size)]
    middles[rule] = [
        (
            total[bin_].mean() * np.sqrt(seen * sigma**2),
            epoch[bin_, seen].mean(),
            2 * epoch[bin_, seen].std() / np.sqrt(bin_.sum()),
        )
        for bin_ in chosen
        if bin_.sum() > 100
    ]

# %%
# Below, the same for every :math:`k`: the slope of a straight line through next gradients
# against sums, by least squares. The bars are two standard errors.

counts = np.array([1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 98, 99])
slopes = {}
for rule, epoch in drawn.items():
    sums, following = epoch.cumsum(axis=1)[:, counts - 1], epoch[:, counts]
    squares = (sums**2).sum(axis=0)
    slope = (sums * following).sum(axis=0) / squares
    left = following - slope * sums
    slopes[rule] = slope, 2 * np.sqrt((left**2 * sums**2).sum(axis=0)) / squares

fig, (above, below) = plt.subplots(2, 1, figsize=(5.4, 7.4), layout="constrained")
fig.set_label(
    "Two panels. Above, the mean of the next gradient against the sum of the ninety "
    "gradients already seen: for reshuffled epochs the points fall along a straight line "
    "of slope minus one tenth, with replacement they stay at zero. Below, that slope "
    "against the number of gradients seen: it is near zero at first and falls to minus "
    "one at the very end, along the predicted curve."
)
above.axhline(0, color="C5", linewidth=0.8)
reach = np.array([middles["reshuffled"][0][0], middles["reshuffled"][-1][0]])
above.plot(reach, -reach / (n - seen), "C2")
k = np.arange(1, n)
below.axhline(0, color="C5", linewidth=0.8)
below.plot(k, -1 / (n - k), "C2")
for rule, color, marker in [("with_replacement", "C3", "s"), ("reshuffled", "C1", "o")]:
    sums, means, errors = np.array(middles[rule]).T
    style = {"color": color, "marker": marker, "ls": "", "markersize": 5}
    above.errorbar(sums, means, errors, **style)
    below.errorbar(counts, *slopes[rule], **style)
above.text(2.5, -0.75, "reshuffled", color="C1", ha="right")
above.text(-6.5, 0.75, r"$-S / (N - k)$", color="C2")
above.text(-15, -0.2, "with replacement", color="C3")
above.set(
    title=f"The next gradient, when {seen} of {n} are seen",
    xlabel="sum $S$ of the deviations seen",
    ylabel="mean deviation of the next",
)
below.text(66, -0.25, r"$-1 / (N - k)$", color="C2", ha="right")
below.set(
    title="The pull grows as the epoch runs out",
    xlabel="gradients seen, $k$",
    ylabel="slope of next against $S$",
    ylim=(-1.08, 0.12),
)

# %%
# What to notice: the last gradient of an epoch holds no surprise at all, it is minus the
# sum of the others. And yet each place in the epoch is unbiased on its own, if you do not
# know what came before: an average over all epochs finds no lean.

for rule, (slope, error) in slopes.items():
    i = list(counts).index(seen)
    ratio, width = -slope[i] * (n - seen), error[i] * (n - seen)
    print(f"{rule}, k = {seen}: slope / predicted {ratio:.3f} +- {width:.3f}")
for rule, epoch in drawn.items():
    mean, error = epoch[:, -1].mean(), 2 * sigma / np.sqrt(epochs)
    print(f"{rule}: mean deviation of the last gradient {mean:+.4f} +- {error:.4f}")

plt.show()
