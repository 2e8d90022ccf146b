"""
More time, more escapes
=======================

A learning rate that frees half of the walkers means nothing without the time that they
had. Look at how the threshold falls as time goes on, and at what becomes of
:math:`\\eta / b` when steps are counted instead of epochs.
"""

# %%
# Every walker starts in the trap of the risk with inputs between :math:`-2` and
# :math:`5`, and walks for 100 epochs. Thirteen learning rates are tried for each batch
# size, in proportion to it. What is recorded is which walkers are outside the trap after
# each multiple of five epochs.

import sys

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import RiskLandscape, gradient, sgd

x, w0 = np.linspace(-2, 5, 100), 0.194
wall, barrier = (top.w for top in RiskLandscape(x, (-1, 1.5)).maxima)
temperatures = 0.005 * 2 ** (np.arange(13) / 5)
horizons = np.arange(5, 105, 5)
walkers = 300
rng = np.random.default_rng(43)


def outside(order, size):
    """Return which walkers are out: horizons, learning rates, walkers."""
    if sys.stderr.isatty():
        print(f"{order}, batch size {size}", file=sys.stderr)
    walk = sgd(
        gradient,
        np.full(temperatures.size * walkers, w0),
        x,
        learning_rate=np.repeat(size * temperatures, walkers),
        epochs=horizons[-1],
        batch_size=size,
        order=order,
        rng=rng,
        crowd=True,
        keep=5 * x.size // size,
    )
    w = walk.weights[1:]
    out = (w < wall) | (w > barrier)
    return out.reshape(horizons.size, temperatures.size, walkers)


# %%
# The threshold is where the fraction reaches one half, interpolated. Its interval comes
# from crowds that are drawn anew, with replacement, from the walkers of each rate.


def half(fractions):
    """Return the η/b at which curves of fractions reach one half."""
    reached = fractions >= 0.5
    i = reached.argmax(axis=-1)[..., np.newaxis]
    low, high = (np.take_along_axis(fractions, j, axis=-1) for j in (i - 1, i))
    steps = (i - 1 + (0.5 - low) / (high - low))[..., 0]
    value = temperatures[0] * (temperatures[1] / temperatures[0]) ** steps
    return np.where(reached.any(axis=-1) & (i[..., 0] > 0), value, np.nan)


def half_with_interval(out):
    """Return the threshold, and the ends of its 95 % interval."""
    fractions = out.mean(axis=-1)
    redrawn = half(rng.binomial(walkers, fractions, (400, *fractions.shape)) / walkers)
    low, high = np.quantile(redrawn, [0.025, 0.975], axis=0)
    return half(fractions), low, high


sizes = np.array([1, 2, 5, 10, 20])
reshuffled = np.array(
    [half_with_interval(outside("reshuffled", size)) for size in sizes]
)
replaced = np.array(half_with_interval(outside("with_replacement", 1)))

# %%
# Below, one crowd for each batch size is read twice: after 50 epochs, and after the epochs
# in which it has taken 500 steps.

epochs_of_steps = 500 * sizes // x.size
by_epochs = reshuffled[:, :, horizons == 50][..., 0].T
by_steps = np.array(
    [
        reshuffled[row, :, horizons == count][0]
        for row, count in enumerate(epochs_of_steps)
    ]
).T

fig, (above, below) = plt.subplots(2, 1, figsize=(5.4, 7.4), layout="constrained")
first, last = 1 / replaced[0, [0, -1]]
slow_first, slow_last = 1 / reshuffled[0, 0, [0, -1]]
fall = 1 - by_steps[0, -1] / by_steps[0, 0]
fig.set_label(
    "Above, the inverse threshold against the horizon in epochs on a logarithmic axis, for "
    "batch size 1: with replacement it rises along a straight line, from "
    f"{first:.0f} at {horizons[0]} epochs to {last:.0f} at {horizons[-1]}; reshuffled it "
    f"rises much more slowly, from {slow_first:.0f} to {slow_last:.0f}. Below, the "
    "threshold divided by the batch size, against the batch size: level if all get "
    f"50 epochs, falling by {fall:.0%} if all get 500 steps."
)
for (value, low, high), color, name, place in [
    (replaced, "C3", "with replacement", (7.5, 112)),
    (reshuffled[0], "C1", "reshuffled", (35, 60)),
]:
    known = np.isfinite(value)
    above.fill_between(
        horizons[known],
        1 / high[known],
        1 / low[known],
        color=color,
        alpha=0.3,
        linewidth=0,
    )
    above.plot(horizons[known], 1 / value[known], color=color)
    above.text(*place, name, color=color)
above.set(
    title="1 / threshold grows with the logarithm of time",
    xlabel="horizon in epochs",
    ylabel=r"1 / threshold ($b = 1$)",
    xscale="log",
)
above.set_xticks([5, 10, 20, 50, 100], ["5", "10", "20", "50", "100"])
above.minorticks_off()
for (value, low, high), color, name, place in [
    (by_epochs, "C1", "all get 50 epochs", (1, 0.0131)),
    (by_steps, "C4", "all get 500 steps", (2.2, 0.0185)),
]:
    below.errorbar(sizes, value, [value - low, high - value], color=color, marker="o")
    below.text(*place, name, color=color)
below.set(
    title=r"$\eta / b$ decides if epochs are counted",
    xlabel="batch size $b$",
    ylabel="threshold / $b$",
    xscale="log",
    ylim=(0.01, 0.023),
)
below.set_xticks(sizes, sizes)
below.minorticks_off()

# %%
# What to notice: a straight line above is what Kramers' law of escapes lets you expect, if
# :math:`\eta / b` is a temperature: the waiting time is exponential in its inverse. With
# replacement no learning rate is safe for ever. Reshuffling holds the walkers far
# better: an epoch takes back most of what it gave.

for title, rows in [("50 epochs", by_epochs), ("500 steps", by_steps)]:
    for size, value, low, high in zip(sizes, *rows, strict=True):
        print(
            f"{title}, batch size {size:2}: threshold / b = {value:.5f} "
            f"({low:.5f} to {high:.5f})"
        )
for horizon in (5, 50, 100):
    value, low, high = replaced[:, horizons == horizon][:, 0]
    print(
        f"{horizon} epochs with replacement, batch size 1: {value:.5f} "
        f"({low:.5f} to {high:.5f})"
    )

plt.show()
