"""
The escape map
==============

A walker starts in a trap. Whether its noise frees it depends on the learning rate and on
the batch size. Look at the edge between the held and the freed: it runs along a straight
line, and then it stops doing so.
"""

# %%
# With inputs between :math:`-2` and :math:`5` the risk has a shallow valley between the
# wall at :math:`w = 0` and a low barrier. The walker starts at the bottom. It has left if
# it is not in this valley when the time is up.

import sys

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patheffects import withStroke

from sgd_explained import RiskLandscape, epoch_orders, gradient, sgd

x, w0 = np.linspace(-2, 5, 100), 0.194
landscape = RiskLandscape(x, (-1, 1.5))
wall, barrier = (top.w for top in landscape.maxima)
limit = 2 / landscape.minima[1].curvature

# %%
# One crowd for each cell of the map: 2000 walkers, each with orders of its own. The same
# 2000 sets of orders serve all cells, so that neighbours differ by nothing else. All
# cells get the same time, 50 epochs, and are also looked at after 5 and 15.

rates = 0.005 * 2 ** (np.arange(17) / 2)
sizes = np.array([1, 2, 5, 10, 20, 50, 100])
horizons = np.array([5, 15, 50])
walkers = 2000
rng = np.random.default_rng(41)
orders = epoch_orders("reshuffled", x.size, horizons[-1], rng, walkers=walkers)
left = np.empty((horizons.size, sizes.size, rates.size, walkers), dtype=bool)
for row, size in enumerate(sizes):
    if sys.stderr.isatty():
        print(f"batch size {size} of {sizes[-1]}", file=sys.stderr)
    # A batch of everything leaves nothing to chance: one walker stands for all.
    crowd = walkers if size < x.size else 1
    for column, rate in enumerate(rates):
        walk = sgd(
            gradient,
            np.full(crowd, w0),
            x,
            learning_rate=rate,
            epochs=horizons[-1],
            batch_size=size,
            order=orders[:crowd],
            crowd=True,
            keep=5 * x.size // size,
        )
        w = walk.weights[horizons // 5]
        left[:, row, column] = (w < wall) | (w > barrier)
probability = left.mean(axis=-1)

# %%
# The threshold of a row is the learning rate at which half of the walkers have left. The
# edge is steep, and neighbouring rates are far apart, so what is interpolated is the
# logarithm of the odds: it is nearly a straight line there, and the fraction is not.
# (Crowds at rates in between, on :doc:`/learn/when-noise-frees-you`, agree within 2 %.) The
# 95 % interval comes from 400 crowds that are drawn anew, with replacement, from the
# walkers. The last row has no chance in it, and no threshold.


def threshold(curves):
    """Return where curves of fractions first reach one half."""
    # Half a walker more on either side: no odds are 0 or infinite.
    odds = np.log((walkers * curves + 0.5) / (walkers * (1 - curves) + 0.5))
    i = np.argmax(odds >= 0, axis=-1)[..., np.newaxis]
    low, high = (np.take_along_axis(odds, j, axis=-1) for j in (i - 1, i))
    steps = i - 1 - low / (high - low)
    return rates[0] * (rates[1] / rates[0]) ** steps[..., 0]


noisy = left[:, :-1]
half = threshold(probability[:, :-1])
again = rng.multinomial(walkers, np.full(walkers, 1 / walkers), size=400) / walkers
redrawn = threshold(np.moveaxis(noisy @ again.T, -1, 0))
low, high = np.quantile(redrawn, [0.025, 0.975], axis=0)

# %%
# If only :math:`\eta / b` counts, the threshold is in proportion to the batch size. That
# is the dashed line, through the threshold of batch size 1 after 50 epochs.

fig, ax = plt.subplots(figsize=(5.4, 5.8), layout="constrained")
fig.set_label(
    "A map with the learning rate to the right and the batch size upwards, both "
    "logarithmic. Its colour is the probability of having left the trap after 50 epochs: "
    "dark and near 0 on the left, light and near 1 on the right, with a narrow edge "
    "between. The edge follows a dashed line of constant learning rate over batch size "
    "up to batch size 20, and bends to the left of it above. After 15 and 5 epochs the "
    "edge lies further right."
)


def edges(centers):
    inner = np.sqrt(centers[1:] * centers[:-1])
    return np.r_[centers[0] ** 2 / inner[0], inner, centers[-1] ** 2 / inner[-1]]


mesh = ax.pcolormesh(
    edges(rates),
    edges(sizes),
    probability[-1],
    vmin=0,
    vmax=1,
    cmap="cividis",
    edgecolors="face",
)
fig.colorbar(mesh, label="probability of having left after 50 epochs", location="top")
halo = [withStroke(linewidth=3, foreground="white")]
line = np.array([0.8, 80])
ax.plot(
    half[-1, 0] * line, line, "C1--", path_effects=halo, label=r"$\eta / b$ = const"
)
for i, marker in zip([2, 1, 0], "osv", strict=True):
    ax.errorbar(
        half[i],
        sizes[:-1],
        xerr=[half[i] - low[i], high[i] - half[i]],
        color="C1",
        marker=marker,
        markersize=7 if i == 2 else 5,
        markeredgecolor="white",
        linestyle="",
        label=f"half have left, {horizons[i]} epochs",
    )
ax.axvline(limit, color="C1", ls=":", path_effects=halo, label=r"$\eta = 2/a$")
ax.set(
    xlabel=r"learning rate $\eta$",
    ylabel="batch size $b$",
    xscale="log",
    yscale="log",
    ylim=(edges(sizes)[0], edges(sizes)[-1]),
    xlim=(edges(rates)[0], edges(rates)[-1]),
)
ax.set_xticks([0.01, 0.03, 0.1, 0.3, 1], ["0.01", "0.03", "0.1", "0.3", "1"])
ax.set_yticks(sizes, sizes)
ax.minorticks_off()
ax.grid(visible=False)
fig.legend(loc="outside lower center", ncols=2, frameon=False)

# %%
# What to notice: the edge is a matter of :math:`\eta / b`, the *temperature*, from batch
# size 1 to 10. Then it bends: steps come close to :math:`2/a`, beyond which gradient
# descent itself cannot settle in the trap. The top row is gradient descent, and only
# enormous steps free it. More time frees more walkers, at every learning rate.

for i, horizon in enumerate(horizons):
    print(f"half have left after {horizon} epochs:")
    for size, middle, lower, upper in zip(
        sizes, half[i], low[i], high[i], strict=False
    ):
        print(
            f"  batch size {size:2}: {middle:.4f} ({lower:.4f} to {upper:.4f}), "
            f"eta / b = {middle / size:.5f}"
        )
powers = np.polynomial.polynomial.polyfit(
    np.log(sizes[:4]), np.log(redrawn[:, -1, :4]).T, 1
)[1]
power_low, power_high = np.quantile(powers, [0.025, 0.975])
print(
    f"threshold ~ b^p for b from 1 to 10, after {horizons[-1]} epochs: "
    f"p from {power_low:.3f} to {power_high:.3f}"
)

plt.show()
