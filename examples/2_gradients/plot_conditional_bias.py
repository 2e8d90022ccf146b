"""
What is left in the epoch
=========================

A gradient that has been seen cannot come again in a reshuffled epoch. So the later
gradients are no longer unbiased, given those already seen. Look at how the next gradient leans against the sum of
those already seen, and how strongly at the end.
"""

# %%
# The weight is held fixed at the article's start: no walk, only draws. What counts is how
# far each gradient lies from the mean of all, which is the slope of the risk.

from itertools import permutations, product

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import epoch_orders, gradient, risk_gradient
from sgd_explained.measure import by_groups, mean, spread
from sgd_explained.palette import GUIDE, PREDICTED, RIVAL, WALKER
from sgd_explained.problems import article

x, w0, epochs = article.x, article.start, 20_000
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
            mean(epoch[bin_, seen]),
        )
        for bin_ in chosen
        if bin_.sum() > 100
    ]

# %%
# Below, the same for every :math:`k`: the slope of a straight line through next gradients
# against sums, by least squares. All bars are 95 % intervals.

counts = np.array([1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 98, 99])
sums = {rule: epoch.cumsum(axis=1)[:, counts - 1].T for rule, epoch in drawn.items()}
slopes = {
    rule: by_groups(
        lambda s, following: (s * following).sum(axis=-1) / (s**2).sum(axis=-1),
        sums[rule],
        epoch[:, counts].T,
        groups=100,
    )
    for rule, epoch in drawn.items()
}

# %%
# Measured over predicted, when most of the epoch has been seen. The typical size of the
# lean, :math:`|S| / (N - k)`, has a formula of its own.

at, half = list(counts).index(seen), list(counts).index(n // 2)
law = np.sqrt(counts / ((n - 1) * (n - counts)))
lean = spread(sums["reshuffled"] / (n - counts[:, np.newaxis]) / sigma)
lean_ratio = lean[at].map(lambda measured: measured / law[at])
slope_ratio = {rule: slopes[rule][at].map(lambda s: -s * (n - seen)) for rule in slopes}
last = mean(drawn["reshuffled"][:, -1])
for estimate, truth in [
    (slope_ratio["reshuffled"], 1),
    (slope_ratio["with_replacement"], 0),
    (lean_ratio, 1),
    (last, 0),
]:
    assert estimate.low < truth < estimate.high, f"{truth} is in {estimate:.3f}"
assert np.isclose(law[-1], 1), "at the end the lean is a whole standard deviation"

# %%
# All this is at one weight. In a walk the weight depends on the gradients seen, and then
# not even the average over all orders is right. Five inputs are few enough to walk
# through every order, or every draw with replacement, and to average without chance.

few, length = np.linspace(-5, 5, 5), 5
every = {
    "reshuffled": permutations(few),
    "with_replacement": product(few, repeat=length),
}
bias = {}
for rule, walks in every.items():
    inputs = np.array(list(walks))
    w = np.full(len(inputs), w0)
    for seen_input in inputs[:, :-1].T:
        w -= 0.01 * gradient(w, seen_input)
    bias[rule] = (gradient(w, inputs[:, -1]) - risk_gradient(w, few)).mean()
bias_in_sigmas = bias["reshuffled"] / gradient(w0, few).std()
assert abs(bias_in_sigmas) > 0.01, "reshuffled, the last step of a walk is biased"
assert abs(bias["with_replacement"]) < 1e-12, "with replacement it is not"

# %%
# Predictions are lines, measurements points.

fig, (above, below) = plt.subplots(2, 1, figsize=(5.4, 7.4), layout="constrained")
fig.set_label(
    "Two panels. Above, the mean of the next gradient against the sum of the ninety "
    "gradients already seen: for reshuffled epochs the points fall along a straight line "
    "of slope minus one tenth, with replacement they stay at zero. Below, that slope "
    "against the number of gradients seen: it is near zero at first and falls to minus "
    "one at the very end, along the predicted curve."
)
above.axhline(0, color=GUIDE, linewidth=0.8)
reach = np.array([middles["reshuffled"][0][0], middles["reshuffled"][-1][0]])
above.plot(reach, -reach / (n - seen), color=PREDICTED, label="predicted")
k = np.arange(1, n)
below.axhline(0, color=GUIDE, linewidth=0.8)
below.plot(k, -1 / (n - k), color=PREDICTED, label="predicted")
for rule, color, marker in [
    ("with_replacement", RIVAL, "s"),
    ("reshuffled", WALKER, "o"),
]:
    style = {"color": color, "marker": marker, "ls": "", "markersize": 5}
    for middle, following in middles[rule]:
        above.errorbar(middle, following.value, following.bars, **style)
    below.errorbar(counts, slopes[rule].value, slopes[rule].bars, **style)
above.text(2.5, -0.75, "reshuffled", color=WALKER, ha="right")
above.text(-6.5, 0.75, r"$-S / (N - k)$", color=PREDICTED)
above.text(-24, -0.3, "with replacement", color=RIVAL)
above.set(
    title=f"The next gradient, when {seen} of {n} are seen",
    xlabel="sum $S$ of the deviations seen",
    ylabel="mean deviation of the next",
)
below.text(66, -0.25, r"$-1 / (N - k)$", color=PREDICTED, ha="right")
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

numbers = {"seen": seen, "slope": slope_ratio, "lean_ratio": lean_ratio, "last": last}
numbers |= {"lean_at_half": law[half], "lean_at_seen": law[at]}
numbers |= {"bias_in_sigmas": bias_in_sigmas}
print(f"{seen} seen, slope over predicted: {slope_ratio['reshuffled']:.3f}")
print(f"the same with replacement: {slope_ratio['with_replacement']:.3f}")
print(f"size of the lean over predicted: {lean_ratio:.3f}")
print(f"mean deviation of the last gradient: {last:.4f}")
print(f"the same in a walk over five inputs: {bias_in_sigmas:.3f} standard deviations")

plt.show()
