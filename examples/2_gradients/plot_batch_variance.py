"""
Batches calm the noise
======================

Average the gradients of a batch, and the noise shrinks with its size. Look at the right
end: of batches drawn without replacement the noise dives, and one that holds all the data
has none.
"""

# %%
# Let :math:`\sigma^2` be the variance of the :math:`N` gradients at one weight. The
# mean of :math:`b` of them, drawn with replacement, has variance :math:`\sigma^2 / b`.
# Drawn without replacement, as in a reshuffled epoch, the variance is smaller by the
# factor :math:`(N - b) / (N - 1)`: the deviations of all examples add up to 0, so those
# of two different ones lean against each other a little.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import epoch_orders, gradient
from sgd_explained.measure import mean
from sgd_explained.palette import PREDICTED, RIVAL, WALKER
from sgd_explained.problems import article

x, w0 = article.x, article.start
gradients = gradient(w0, x)
n, sigma2 = len(x), gradients.var()

# %%
# Draw thousands of epochs by either rule. The first :math:`b` gradients of an epoch are
# a batch, so a running mean along each epoch gives batches of every size at once.

rng = np.random.default_rng(2)
epochs = 20_000
sizes = np.array([1, 2, 5, 10, 25, 40, 60, 80, 90, 95])
theory = {
    "with_replacement": sigma2 / sizes,
    "reshuffled": sigma2 / sizes * (n - sizes) / (n - 1),
}
measured = {}
for rule in theory:
    drawn = gradients[epoch_orders(rule, n, 1, rng, walkers=epochs)[:, 0]]
    means = drawn.cumsum(axis=1)[:, sizes - 1] / sizes
    measured[rule] = mean((means - gradients.mean()).T ** 2)

# %%
# Measured over predicted should be 1. Of twenty intervals about one may miss it, but
# none by as much again as it is wide.

ratio = {
    rule: measured[rule].map(lambda v, law=theory[rule]: v / law) for rule in theory
}
for rule, all_sizes in ratio.items():
    distance = np.abs(all_sizes.value - 1) / (all_sizes.high - all_sizes.low)
    assert distance.max() < 1.5, f"{rule}: measured variances follow the law"

at = list(sizes).index(25)
batch, factor = sizes[at], (n - sizes[at]) / (n - 1)
ratio_at = {rule: all_sizes[at] for rule, all_sizes in ratio.items()}
spread_at = {rule: np.sqrt(variances[at]) for rule, variances in theory.items()}
for estimate in ratio_at.values():
    assert estimate.low < 1 < estimate.high, "for this batch the interval holds the law"

# %%
# The lines are the theory, the points the measurement, with bars for their 95 %
# intervals: most are smaller than the point.

fig, ax = plt.subplots(figsize=(5.4, 4.4), layout="constrained")
fig.set_label(
    "Variance of the mean gradient of a batch against the size of the batch, on "
    "logarithmic axes. With replacement, the measured points lie on a straight line "
    "that falls like one over the size. Without replacement, they fall away below "
    "it."
)
for rule, color in [("with_replacement", RIVAL), ("reshuffled", WALKER)]:
    ax.plot(sizes, theory[rule], color=PREDICTED, linewidth=1.2)
    ax.errorbar(
        sizes,
        measured[rule].value,
        measured[rule].bars,
        fmt="o",
        color=color,
        markersize=5,
    )
ax.text(9, sigma2 / 5, "with replacement\n$\\sigma^2 / b$", color=RIVAL)
ax.text(
    1,
    sigma2 / 400,
    "without replacement\n$\\sigma^2 / b \\cdot (N - b) / (N - 1)$",
    color=WALKER,
)
ax.set(
    title=f"Noise of a batch at $w_0 = {w0}$",
    xlabel=f"batch size $b$, of $N = {n}$ examples",
    ylabel="variance of the mean gradient",
    xscale="log",
    yscale="log",
)

# %%
# Four times the batch only halves the *spread* of the estimate, since the spread is the
# root of the variance; without replacement it is more than halved, by little as long as
# the batch is a small part of the data. And a batch of four costs four gradients.
# :doc:`/learn/noisy-gradients` has the argument.

numbers = {"epochs": epochs, "batch": batch, "factor": factor}
numbers |= {"ratio": ratio_at, "spread": spread_at}
for rule, all_sizes in ratio.items():
    print(f"{rule}: measured over predicted variance")
    for size, estimate in zip(sizes, all_sizes, strict=True):
        print(f"  b = {size:2}: {estimate:.3f}")

plt.show()
