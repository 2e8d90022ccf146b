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
# it is not in this valley when the time is up. Two thousand sets of orders, reshuffled
# for each epoch, serve all that follows, so that neighbours differ by nothing else.

import sys

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patheffects import withStroke

from sgd_explained import epoch_orders, gradient, sgd
from sgd_explained.measure import crossing
from sgd_explained.palette import RIVAL, SHARES, WALKER
from sgd_explained.problems import trap

x, w0, landscape = trap.x, trap.start, trap.landscape
wall, barrier = (top.w for top in landscape.maxima)
limit = 2 / landscape.minima[1].curvature
walkers = 2000
rng = np.random.default_rng(41)
orders = epoch_orders("reshuffled", x.size, 100, rng, walkers=walkers)


def left(rate, size, epochs, walkers):
    """Return which walkers are out of the trap when the time is up."""
    w = sgd(
        gradient,
        w0,
        x,
        learning_rate=rate,
        epochs=epochs,
        batch_size=size,
        order=orders[:walkers, :epochs],
        walkers=walkers,
        keep="last",
    ).final
    return (w < wall) | (w > barrier)


# %%
# First a coarse map: 400 walkers for each pair of learning rate and batch size, and 50
# epochs for all. A batch of everything leaves nothing to chance: one walker stands for
# all of them.

rates = 0.005 * 2 ** (np.arange(17) / 2)
sizes = np.array([1, 2, 5, 10, 20, 50, 100])
share = np.empty((sizes.size, rates.size))
for row, size in enumerate(sizes):
    if sys.stderr.isatty():
        print(f"map, batch size {size} of {sizes[-1]}", file=sys.stderr)
    crowd = 400 if size < x.size else 1
    share[row] = [left(rate, size, 50, crowd).mean() for rate in rates]

# %%
# Three cells have one :math:`\eta / b`, with longer and longer steps.

five, ten, twenty = share[[2, 3, 4], [8, 10, 12]]
assert abs(five - ten) < 0.06 < twenty - max(five, ten), "long steps free more"

# %%
# Then the thresholds: the learning rate at which half of the walkers have left. Neighbours
# on the map are too far apart to tell it well. So all 2000 walk at five rates that are 6 %
# apart, around what a first look gave for :math:`\eta / b`.

looked = {  # epochs: eta / b, for each batch size
    5: [0.0206, 0.0206, 0.0206, 0.0203, 0.0187, 0.0113],
    15: [0.0168, 0.0168, 0.0168, 0.0166, 0.0155, 0.0101],
    50: [0.0140, 0.0140, 0.0140, 0.0140, 0.0131, 0.0094],
}
around = 1.06 ** np.arange(-2, 3)


def temperature(size, epochs, about):
    """Return the eta / b that frees half of the walkers of a batch size."""
    if sys.stderr.isatty():
        print(f"threshold, batch size {size}, {epochs} epochs", file=sys.stderr)
    at = about * around
    return crossing(at, [left(size * each, size, epochs, walkers) for each in at])


half = {
    epochs: [
        temperature(size, epochs, about)
        for size, about in zip(sizes, row, strict=False)
    ]
    for epochs, row in looked.items()
}
at_last = half[50]
single = at_last[0]
twenty_off, fifty_off = (1 - each.value / single.value for each in at_last[4:])
level = max(abs(each.value / single.value - 1) for each in at_last[:4])
assert level < 0.02, "up to batch size 10, eta / b decides"
assert at_last[4].high < single.low, "at batch size 20 the edge has bent"
for later, earlier in [(50, 15), (15, 5)]:
    for longer, shorter in zip(half[later], half[earlier], strict=True):
        assert longer.high < shorter.low, "more time, a lower threshold"

# %%
# If only :math:`\eta / b` counts, the threshold is in proportion to the batch size. That
# is the dashed line, through the threshold of batch size 1 after 50 epochs.

fig, ax = plt.subplots(figsize=(5.4, 5.8), layout="constrained")
fig.set_label(
    "A map with the learning rate to the right and the batch size upwards, both "
    "logarithmic. Its colour is the share of walkers that have left the trap after 50 "
    "epochs: dark and near 0 on the left, light and near 1 on the right, with a narrow "
    "edge between. The edge follows a dashed line of constant learning rate over batch "
    f"size from batch size {sizes[0]} to {sizes[3]}. It lies {twenty_off:.0%} to the left "
    f"of the line at {sizes[4]}, and {fifty_off:.0%} at {sizes[5]}. After 15 and 5 epochs "
    "the edge lies further right."
)


def edges(centers):
    inner = np.sqrt(centers[1:] * centers[:-1])
    return np.r_[centers[0] ** 2 / inner[0], inner, centers[-1] ** 2 / inner[-1]]


mesh = ax.pcolormesh(
    edges(rates),
    edges(sizes),
    share,
    vmin=0,
    vmax=1,
    cmap=SHARES,
    edgecolors="face",
)
fig.colorbar(mesh, label="share that has left after 50 epochs", location="top")
halo = [withStroke(linewidth=3, foreground="white")]
line = np.array([0.8, 80])
ax.plot(
    single.value * line,
    line,
    "--",
    color=WALKER,
    path_effects=halo,
    label=r"$\eta / b$ = const",
)
for epochs, marker in zip([50, 15, 5], "osv", strict=True):
    ax.plot(
        [size * each.value for size, each in zip(sizes, half[epochs], strict=False)],
        sizes[:-1],
        marker,
        color=WALKER,
        markersize=7 if epochs == 50 else 5,
        markeredgecolor="white",
        label=f"half have left, {epochs} epochs",
    )
ax.axvline(limit, color=WALKER, ls=":", path_effects=halo, label=r"$\eta = 2 / R''$")
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
fig.legend(loc="outside lower center", ncols=2, handlelength=2.6)

# %%
# What to notice: the edge is a matter of :math:`\eta / b`, the *temperature*. Then it
# bends: steps come close to :math:`2/a`, beyond which gradient descent itself cannot
# settle in the trap. The top row is gradient descent, and only enormous steps free it.
#
# The same seen from nearby: the temperature at which half have left. What if all batch
# sizes get 500 *steps*, and not 50 epochs?

equal_steps = [
    half[5][0],
    temperature(2, 10, 0.0182),
    temperature(5, 25, 0.0156),
    half[50][3],
    temperature(20, 100, 0.0120),
]
fall = 1 - equal_steps[-1].value / equal_steps[0].value
assert fall > 0.3, "with equal steps the temperature does not decide"

fig, ax = plt.subplots(figsize=(5.4, 3.6), layout="constrained")
fig.set_label(
    "The threshold divided by the batch size, against the batch size. If all get 50 "
    f"epochs it is level up to batch size {sizes[3]}. If all get 500 steps it falls by "
    f"{fall:.0%} from batch size {sizes[0]} to {sizes[4]}."
)
for row, color, name, place in [
    (at_last, WALKER, "all get 50 epochs", (1, 0.0129)),
    (equal_steps, RIVAL, "all get 500 steps", (2.2, 0.0185)),
]:
    value = np.array([each.value for each in row[:5]])
    bars = np.hstack([each.bars for each in row[:5]])
    ax.errorbar(sizes[:5], value, bars, color=color, marker="o")
    ax.text(*place, name, color=color, va="top")
ax.set(
    title=r"$\eta / b$ decides if epochs are counted",
    xlabel="batch size $b$",
    ylabel="threshold / $b$",
    xscale="log",
    ylim=(0.01, 0.023),
)
ax.set_xticks(sizes[:5], sizes[:5])
ax.minorticks_off()

# %%
# What to notice: a level line is a temperature that decides alone. With equal steps a large
# batch walks for more epochs, and more time frees at a lower temperature.

numbers = {
    "shares": [
        ["batch size / learning rate", *rates],
        *([size, *row] for size, row in zip(sizes, share, strict=True)),
    ],
    "thresholds": [
        [int(size), each.map(lambda v, b=size: b * v), each]
        for size, each in zip(sizes, at_last, strict=False)
    ],
    "single": single,
    "level": level,
    "twenty_off": twenty_off,
    "fifty_off": fifty_off,
    "fall": fall,
}
for size, eta, ratio in numbers["thresholds"]:
    print(f"batch size {size:2}: half have left at {eta:.4f}, eta / b = {ratio:.5f}")
print(f"eta / b is the same within {level:.1%} up to batch size {sizes[3]}")
print(f"below the line: {twenty_off:.1%} at 20, {fifty_off:.1%} at 50")
print(f"eta / b falls by {fall:.0%} if all get 500 steps")

plt.show()
