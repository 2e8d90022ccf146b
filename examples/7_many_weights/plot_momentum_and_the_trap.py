"""
Momentum and the trap
=====================

Does the effective rate :math:`\\eta / (1 - \\beta)` decide who leaves the trap of part I,
as the rate alone does without momentum? Look at two ends of that rule: where the memory is
longer than an epoch, and where the ball is too inert for the noise to push it over.
"""

# %%
# Walkers begin at the floor of the trap. Half of them have left after 50 epochs at a
# threshold, here the effective rate over the batch size. It is looked for at five places
# that are 9 % apart, around what a first look gave, and all of them have the same orders.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import epoch_orders, gradient, sgd
from sgd_explained.measure import crossing
from sgd_explained.palette import PREDICTED, WALKER
from sgd_explained.problems import trap
from sgd_explained.updates import momentum

sizes, epochs, walkers = np.array([1, 5, 10, 20]), 50, 400
looked = {  # order, momentum: for each batch size
    ("reshuffled", 0.0): [0.0140, 0.0140, 0.0139, 0.0132],
    ("reshuffled", 0.5): [0.0141, 0.0148, 0.0153, 0.0160],
    ("reshuffled", 0.9): [0.0150, 0.0188, 0.0235, 0.0310],
    ("with_replacement", 0.0): [0.0075, 0.0076, 0.0075, 0.0076],
    ("with_replacement", 0.5): [0.0076, 0.0078, 0.0079, 0.0083],
    ("with_replacement", 0.9): [0.0079, 0.0090, 0.0102, 0.0115],
}
around = 1.09 ** np.arange(-2, 3)
wall, barrier = trap.landscape.maxima


def threshold(about, size, beta, drawn, copies=1):
    """Return the effective rate over the batch size at which half of the walkers leave."""
    at = about * around
    ends = sgd(
        trap.gradient,
        trap.start,
        np.tile(trap.x, copies),
        learning_rate=np.repeat(at, walkers) * size * (1 - beta),
        steps=epochs * trap.x.size // int(size),
        batch_size=int(size),
        order=np.tile(drawn, (around.size, 1, 1)),
        walkers=at.size * walkers,
        keep="last",
        update=momentum(beta),
    ).final.reshape(at.size, walkers)
    return crossing(at, (ends < wall.w) | (ends > barrier.w))


rng = np.random.default_rng(72)
orders = {
    order: epoch_orders(order, trap.x.size, epochs, rng, walkers=walkers)
    for order in ("reshuffled", "with_replacement")
}
half = {
    (order, beta): [
        threshold(about, size, beta, orders[order])
        for size, about in zip(sizes, row, strict=True)
    ]
    for (order, beta), row in looked.items()
}

# %%
# Is it the length of an epoch that counts? Take each input several times, and an epoch is
# longer, while the risk, the noise of a single gradient and the number of steps stay the same.
# This is for batches of 20.

longer = {2: (0.0110, 0.0192), 4: (0.0095, 0.0145), 8: (0.0086, 0.0129)}
by_epoch = [[trap.x.size // 20, *(half["reshuffled", beta][-1] for beta in (0.0, 0.9))]]
for copies, looked_at in longer.items():
    count = copies * trap.x.size
    drawn = epoch_orders(
        "reshuffled", count, -(-epochs // copies), rng, walkers=walkers
    )
    row = [
        threshold(about, 20, beta, drawn, copies)
        for about, beta in zip(looked_at, (0.0, 0.9), strict=True)
    ]
    by_epoch.append([count // 20, *row])
# The variance of a batch's gradient is in proportion to (N - b) / (N - 1).
least, most = ((n - 20) / (n - 1) for n in (trap.x.size, count))
more_noise = most / least - 1

# %%
# For independent draws, and noise that is the same everywhere, Kramers' law knows the inertia
# of the ball, too. It waits longer by the factor :math:`\tfrac12 + \sqrt{\tfrac14 + \beta \eta
# |R''| / (1 - \beta)^2}`, with the curvature of the barrier. At the temperature :math:`T = \eta / ((1 - \beta)\, b)` half
# have left when :math:`T = C e^{\Phi / T}` times this factor, and :math:`C` is taken from
# the walkers without momentum at batch size 1.

way = np.linspace(trap.valleys[1].w, barrier.w, 10_001)
slopes = gradient(way[:, np.newaxis], trap.x)
variances = slopes.var(axis=1)
phi = np.trapezoid(2 * slopes.mean(axis=1) / variances, way)
temperatures = np.linspace(0.006, 0.02, 20_001)


def inertia(rate, beta):
    return 1 / 2 + np.sqrt(1 / 4 + beta * rate * -barrier.curvature / (1 - beta) ** 2)


def predicted(size, beta, alone=half["with_replacement", 0.0][0]):
    """Return the temperature at which half have left, from that without momentum."""
    T, first = temperatures, alone.value
    factor = inertia(T * size * (1 - beta), beta)
    waits = np.log(factor) + phi / T - np.log(T)
    return np.interp(-(phi / first - np.log(first)), -waits, T)


law = {beta: [predicted(size, beta) for size in sizes] for beta in (0.0, 0.5, 0.9)}
replaced = {beta: half["with_replacement", beta] for beta in law}
reshuffled = {beta: half["reshuffled", beta] for beta in law}
off = [
    abs(at.value / line - 1)
    for beta, count in [(0.0, 4), (0.5, 4), (0.9, 2)]
    for at, line in zip(replaced[beta][:count], law[beta][:count], strict=True)
]
assert max(off) < 0.05, "within 5 % of the law"
assert law[0.9][-1] < replaced[0.9][-1].low, "at 20, 0.9 needs more than the law says"
more = {
    order: half[order, 0.9][-1].value / half[order, 0.0][-1].value for order in orders
}
at_one = reshuffled[0.9][0].value / reshuffled[0.0][0].value
assert at_one < 1.12, "one by one, the effective rate decides"
assert reshuffled[0.9][-1].low > 2 * reshuffled[0.0][-1].high, "in batches of 20, not"
assert more["with_replacement"] < 1.7 < more["reshuffled"], "it needs reshuffling"
times = [with_memory.value / without.value for _, without, with_memory in by_epoch]
assert times[0] > 2 > times[1] > 1.6 > max(times[2:]), "and epochs that are short"

# %%
# The noise of the trap is not the same everywhere. So give its risk normal noise of one
# variance, with the same :math:`\Phi`, as of a batch of 20: is the law nearer then?

even = np.sqrt(2 * np.trapezoid(slopes.mean(axis=1), way) / phi / 20)
grid = np.linspace(-2, 3, 5001)
pulls = gradient(grid[:, np.newaxis], trap.x).mean(axis=1)
draws = rng.standard_normal(10_000)
draws = (draws - draws.mean()) / draws.std()


def leaves(about, beta, crowd=2000):
    """Return the threshold for a batch of 20, with noise that is the same everywhere."""
    at = about * around
    ends = sgd(
        lambda w, z: np.interp(w, grid, pulls) + even * z,
        trap.start,
        draws,
        learning_rate=np.repeat(at, crowd) * 20 * (1 - beta),
        steps=epochs * trap.x.size // 20,
        order="with_replacement",
        rng=rng,
        walkers=at.size * crowd,
        keep="last",
        update=momentum(beta),
    ).final.reshape(at.size, crowd)
    return crossing(at, (ends < wall.w) | (ends > barrier.w))


alone, inert = leaves(0.0074, 0.0), leaves(0.0101, 0.9)
times_even = inert.value / alone.value
law_even = predicted(20, 0.9, alone) / alone.value
gap = more["with_replacement"] - law[0.9][-1] / law[0.0][-1]
assert 0 < times_even - law_even < gap / 2, "the rest is the noise, which varies"

# %%
# The figure.

fig, axes = plt.subplots(
    2, 1, figsize=(5.4, 7), layout="constrained", sharex=True, height_ratios=(4, 3)
)
fig.set_label(
    "The effective rate over the batch size at which half of the walkers leave the trap, "
    "against the batch size, for three momenta. Above, reshuffled: without momentum it is "
    "level and falls a little at 20, with 0.5 it rises a little, with 0.9 it more than "
    "doubles. Below, drawn with replacement: without momentum it is level, with 0.9 it "
    "rises by half. Predicted lines pass through the points for 0 and 0.5, and below the "
    "last ones for 0.9."
)
fine = np.geomspace(1, 20, 60)
for ax, order in zip(axes, orders, strict=True):
    for beta, style in zip(law, ("o", "s", "^"), strict=True):
        row = half[order, beta]
        bars = np.hstack([at.bars for at in row])
        values = [at.value for at in row]
        line = "-" if order == "reshuffled" else ""
        ax.errorbar(sizes, values, bars, fmt=style + line, color=WALKER)
        ax.text(23, values[-1], rf"$\beta = {beta:g}$", color=WALKER, va="center")
    ax.set(
        xscale="log", xlim=(0.9, 42), ylabel=r"threshold, $\eta / ((1 - \beta)\, b)$"
    )
for beta in law:
    line = [predicted(size, beta) for size in fine]
    axes[1].plot(fine, line, "--", color=PREDICTED, label="" if beta else "predicted")
axes[1].legend(loc="upper left")
axes[0].set(title="Reshuffled: 0.9 needs ever more")
axes[1].set(title="With replacement: much less so", xlabel="batch size $b$")
axes[1].set_xticks(sizes, sizes)
axes[1].minorticks_off()

# %%
# What to notice: one by one, all three momenta need nearly the same. A memory of 0.9 lasts
# ten steps. In batches of 20 these are two epochs, and over whole epochs reshuffled
# pushes cancel. Drawn with replacement nothing cancels, and in epochs of twenty steps little
# does. What is left then is, for the most part, inertia.


def thousandths(value):
    return value.map(lambda v: 1e3 * v)


numbers = {
    "walkers": walkers,
    "reshuffled": [
        [int(size), *(thousandths(row[i]) for row in reshuffled.values())]
        for i, size in enumerate(sizes)
    ],
    "replaced": [
        [int(size), beta, thousandths(replaced[beta][i]), 1e3 * law[beta][i]]
        for beta in law
        for i, size in enumerate(sizes)
    ],
    "by_epoch": [
        [steps, *map(thousandths, row), ratio]
        for (steps, *row), ratio in zip(by_epoch, times, strict=True)
    ],
    "more_noise": more_noise,
    "within": max(off),
    "more_at_one": at_one - 1,
    "times": more["reshuffled"],
    "times_replaced": more["with_replacement"],
    "times_law": law[0.9][-1] / law[0.0][-1],
    "times_even": times_even,
    "law_even": law_even,
    "noise_floor": variances[0],
    "noise_most": variances.max(),
    "noise_barrier": variances[-1],
    "rate_plain": 20 * reshuffled[0.0][-1].value,
    "rate_with": 20 * (1 - 0.9) * reshuffled[0.9][-1].value,
}
for (order, beta), row in half.items():
    for size, at in zip(sizes, row, strict=True):
        print(f"{order}, momentum {beta}, batch size {size}: {at:.5f}")
print({beta: np.round(row, 5).tolist() for beta, row in law.items()})

plt.show()
