"""
What clipping biases
====================

Clipping shortens long gradients. Where noise is lopsided, it is mostly one side that is long.
Look at where SGD ends then: between the mean and the median.
"""

# %%
# The loss of an input is :math:`\frac12 (w - x)^2`, so the best weight is the mean of the
# inputs. Most of these are small, and a few are large.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import sgd
from sgd_explained.measure import mean
from sgd_explained.palette import GUIDE, PREDICTED, RIVAL, WALKER
from sgd_explained.updates import clip_by_value

x = np.quantile(
    np.random.default_rng(93).exponential(size=20_000), (np.arange(201) + 0.5) / 201
)
ends = np.array([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4])
rate, walkers, rng = 0.01, 300, np.random.default_rng(94)


def walk(size):
    """Return the weights of a crowd for each length of clipping, after a long walk."""
    found = []
    for end in ends:
        steps = int(12 / (rate * min(end, 1)))
        found.append(
            sgd(
                lambda w, x: w - x,
                x.mean(),
                x,
                walkers=walkers,
                learning_rate=rate,
                steps=steps,
                batch_size=size,
                order="with_replacement",
                rng=rng,
                keep="last",
                update=clip_by_value(end),
            ).final
        )
    return mean(np.array(found))


single, batch = walk(1), walk(8)

# %%
# A clipped gradient is the slope of another loss, that of Huber: a parabola up to the length
# :math:`G`, and straight lines beyond. So with batches of one, clipped SGD is SGD on that
# loss, and in small steps it ends near its minimum: where the clipped gradients of all
# inputs add up to 0.


def minimum(end):
    """Return where the clipped gradients add up to 0, by halving an interval."""
    low, high = x.min(), x.max()
    for _ in range(60):
        middle = (low + high) / 2
        total = np.clip(middle - x, -end, end).sum()
        low, high = (low, middle) if total > 0 else (middle, high)
    return low


law = np.array([minimum(end) for end in ends])
far = np.abs(single.value - law)
assert np.all(far < 4.5 * single.bars.mean(axis=0) / 2 + 0.003), (
    "ends at Huber's minimum"
)
near_median, near_mean, eight = single[0], single[-1], batch[0]
slopes = law[0] - x
cut_off = (slopes - np.clip(slopes, -ends[0], ends[0])).mean()
assert np.isclose(law[0] - x.mean(), cut_off), "the bias is what is cut off"
assert abs(near_median.value - np.median(x)) < 0.02
assert abs(near_mean.value - x.mean()) < 0.02
assert np.all(np.abs(batch.value - x.mean()) < np.abs(single.value - x.mean()) + 0.01)

# %%
# Points are means over walkers with 95 % intervals; most are smaller than the points.

fig, ax = plt.subplots(figsize=(5.4, 4), layout="constrained")
fig.set_label(
    "Mean weight in the long run against the length of clipping, on a logarithmic axis. "
    f"With batches of one it rises along the computed line from {near_median.value:.2f}, "
    f"near the median of the inputs, to {near_mean.value:.2f}, their mean. With batches of "
    f"eight it begins at {eight.value:.2f}."
)
fine = np.geomspace(0.08, 8, 80)
ax.plot(fine, [minimum(end) for end in fine], "--", color=PREDICTED, label="predicted")
for found, color, marker in [(single, WALKER, "o"), (batch, RIVAL, "s")]:
    ax.errorbar(ends, found.value, found.bars, fmt=marker, color=color, markersize=4.5)
for place, name, at in [
    (x.mean(), "mean: the best weight", 0.085),
    (np.median(x), "median", 4),
]:
    ax.axhline(place, color=GUIDE, linewidth=1)
    ax.text(at, place + 0.006, name, color=GUIDE)
ax.text(0.95, 0.78, "batch of 1", color=WALKER)
ax.text(0.085, 0.925, "batch of 8", color=RIVAL)
ax.set(
    title="Clipped gradients have another minimum",
    xlabel="length of clipping $G$",
    ylabel="mean weight in the long run",
    xscale="log",
)

# %%
# What to notice: a large batch is clipped after its mean was taken, and that mean is less
# lopsided. So it is the same setting with another bias.

numbers = {
    "mean": x.mean(),
    "median": np.median(x),
    "near_median": near_median,
    "near_mean": near_mean,
    "eight": eight,
    "cut": cut_off,
    "off": far.max(),
    "shortest": ends[0],
    "longest": ends[-1],
}
for end, one, theory, of_eight in zip(ends, single, law, batch, strict=True):
    print(f"c = {end}: {one:.4f}, predicted {theory:.4f}; batch of 8: {of_eight:.4f}")

plt.show()
