"""
A steep start
=============

Where a walk begins, the risk may be steeper than where it ends. Look at what that costs a
constant rate, and what warm-up saves.
"""

# %%
# One weight with the risk :math:`\frac12 w^2 + \frac14 w^4`, whose curvature is
# :math:`1 + 3 w^2`, and a start at 5. A step multiplies the weight by :math:`1 - \eta (1 +
# w^2)`. So it comes closer to the minimum if and only if :math:`\eta < 2 / (1 + w^2)`: here
# at first below 2/26, and near the end below 2.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import gradient_descent
from sgd_explained.palette import DESCENT, PREDICTED, WALKER
from sgd_explained.schedules import constant, warmup

start, most, close = 5.0, 300, 1e-3
rates = np.geomspace(0.01, 1.9, 60)
limit = 2 / (1 + start**2)


def slope(w, x):
    return w + w**3 + 0 * x


def walk(schedule):
    """Return the weights of a crowd, one for each rate."""
    with np.errstate(all="ignore"):  # What is thrown out is marked.
        return gradient_descent(
            slope,
            start,
            [0.0],
            walkers=rates.size,
            learning_rate=schedule,
            steps=most,
        ).weights


def needed(weights):
    """Return after how many steps a walk stays close to the minimum, or infinity."""
    far = ~(np.abs(weights) < close)
    count = most + 1 - np.argmax(far[::-1], axis=0)
    return np.where(far[-1], np.inf, count)


# %%
# Constant rates, and rates that rise on a line to the same value, from a hundredth of it.
# The lengths of the rise that are tried: 5, 10, 20, 40 and 80 steps.

walks = {0: walk(constant(rates))}
walks |= {n: walk(warmup(rates, n, 0.01)) for n in (5, 10, 20, 40, 80)}
counts = {n: needed(weights) for n, weights in walks.items()}
closer = np.abs(walks[0][1]) < start
assert np.all(closer == (rates < limit)), (
    "a step comes closer below the limit, and only so"
)
there = {n: rates[np.isfinite(count)] for n, count in counts.items()}
arrives = {n: found.max() for n, found in there.items()}
alone = counts[0].min()
best_rise = min((n for n in counts if n), key=lambda n: counts[n].min())
with_rise = counts[best_rise].min()
assert arrives[0] < limit
assert np.array_equal(there[20], rates[-there[20].size :]), "no large rate fails"
assert with_rise < alone / 5

# %%
# The steps that a walk needs until it stays within a thousandth of the minimum.

fig, ax = plt.subplots(figsize=(5.4, 4), layout="constrained")
fig.set_label(
    "Steps needed against the learning rate, on logarithmic axes. Without warm-up they "
    f"fall to {alone:.0f} just below a line at {limit:.3f}, and beyond it no walk arrives. "
    f"With a rise of 20 steps all rates from {there[20][0]:.3f} to nearly 2 arrive, and "
    f"large ones within {counts[20][-20:].max():.0f} steps."
)
for n, color, marker, name in [
    (0, DESCENT, "o", "constant"),
    (20, WALKER, "s", "with a rise of 20 steps"),
]:
    ax.plot(rates, counts[n], marker, color=color, markersize=4, label=name)
ax.axvline(limit, color=PREDICTED, linestyle="--")
ax.text(1.05 * limit, 120, "$2 / (1 + w_0^2)$", color=PREDICTED)
ax.set(
    title="Warm-up gets a walk past a steep start",
    xlabel=r"learning rate $\eta$ after the rise",
    ylabel="steps needed",
    xscale="log",
    yscale="log",
)
ax.legend(loc="upper right")

# %%
# What to notice: it is the first few steps that forbid a large rate, and all later ones that
# want it.

numbers = {
    "limit": limit,
    "arrives": arrives[0],
    "alone": int(alone),
    "with_rise": int(with_rise),
    "best_rise": best_rise,
    "arrives_late": arrives[20],
    "arrives_from": there[20][0],
    "most": most,
}
for n, count in counts.items():
    print(f"rise of {n}: {count.min():.0f} steps at best, rates up to {arrives[n]:.3f}")

plt.show()
