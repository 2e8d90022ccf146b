"""
More time, more escapes
=======================

A learning rate that frees half of the walkers means nothing without the time that they
had. Look at how the threshold falls as time goes on, and at the line: it is Kramers' law,
with both of its constants computed from the risk and the noise. Nothing is fitted.
"""

# %%
# Every walker starts in the trap of the risk with inputs between :math:`-2` and
# :math:`5`, takes one example at a time, and walks for 100 epochs. Who is outside the
# trap when the time is up? The threshold is the learning rate at which it is half of them.

import sys

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import epoch_orders, gradient, problems, risk_curvature, sgd
from sgd_explained.measure import by_groups, crossing
from sgd_explained.palette import PREDICTED, RIVAL, WALKER

x, w0 = problems.trap.x, problems.trap.start
trap, (wall, barrier) = problems.trap.valleys[1], problems.trap.landscape.maxima
horizons = np.array([5, 10, 15, 20, 30, 50, 75, 100])
rates = {
    "with_replacement": 0.005 * 2 ** (np.arange(13) / 6),
    "reshuffled": 0.01 * 2 ** (np.arange(10) / 7),
}
walkers, out, half = 2000, {}, {}
for order, tried in rates.items():
    rng = np.random.default_rng(41)
    # The same orders serve all rates.
    orders = epoch_orders(order, x.size, horizons[-1], rng, walkers=walkers)
    out[order] = np.empty((horizons.size, tried.size, walkers), dtype=bool)
    for i, rate in enumerate(tried):
        if sys.stderr.isatty():
            print(f"{order}, learning rate {rate:.4f}", file=sys.stderr)
        walk = sgd(
            gradient,
            w0,
            x,
            learning_rate=rate,
            epochs=horizons[-1],
            order=orders,
            walkers=walkers,
            keep=5 * x.size,
        )
        w = walk.weights[horizons // 5]
        out[order][:, i] = (w < wall.w) | (w > barrier.w)
    half[order] = [crossing(tried, events) for events in out[order]]

# %%
# Walks in short, independent steps wait a mean time :math:`\tau = K e^{\Phi / T}` until they
# leave, where :math:`T = \eta / b` and :math:`\tau` is counted as :math:`E N \eta / b` in
# :math:`E` epochs. Both constants follow from the slope :math:`R'`, the curvature
# :math:`R''` and the noise :math:`\sigma^2`, all along the way from floor to barrier:
#
# .. math::
#
#    \Phi = 2 \int \frac{R'}{\sigma^2}\, \mathrm{d}w, \qquad
#    K = \frac{2 \pi}{\sqrt{R''_{floor}\, |R''_{barrier}|}}
#    \cdot \frac{\sigma_{barrier}}{\sigma_{floor}}
#
# Half have left when :math:`\tau / (K e^{\Phi / T}) = \log 2`.

way = np.linspace(trap.w, barrier.w, 10_001)
gradients = gradient(way[:, np.newaxis], x)
slope, noise = gradients.mean(axis=1), gradients.var(axis=1)
phi = np.trapezoid(2 * slope / noise, way)
assert gradients.min(axis=1).max() < 0, "everywhere some example pushes outwards"
bend = np.sqrt(-trap.curvature * barrier.curvature)
scale = 2 * np.pi / bend * np.sqrt(noise[-1] / noise[0])


def kramers(tau):
    """Return 1 / T at which half have left after a time tau."""
    return np.log(tau / (scale * np.log(2))) / phi


# %%
# How steep is what was measured? The slope of a straight line through the thresholds, over
# the logarithm of :math:`\tau`, for groups of walkers.


def steepness(out):
    tried = rates["with_replacement"]
    shares = np.maximum.accumulate(out.mean(axis=-1), axis=1)
    half = np.array([np.interp(0.5, row, tried) for row in shares])
    return np.polyfit(np.log(horizons * x.size * half), 1 / half, 1)[0]


measured = by_groups(steepness, out["with_replacement"])
law = 1 / phi
replaced, reshuffled = half["with_replacement"], half["reshuffled"]
too_high = [
    kramers(horizon * x.size * each.value) * each.value - 1
    for horizon, each in zip(horizons, replaced, strict=True)
]
first_high, last_high = too_high[0], too_high[-1]
assert abs(measured.value / law - 1) < 0.1, "the slope is near that of Kramers' law"
assert 0 < last_high < first_high < 0.2, "and the line comes closer with time"
for order, row in half.items():
    falls = np.diff([each.value for each in row]) < 0
    assert falls.all(), f"more time, a lower threshold, {order}"

# %%
# Reshuffled, a small enough rate is safe for ever, whatever the orders. Take the two weights
# of the trap at which the risk is steepest, low and high, and let :math:`G_i` and
# :math:`L_i` be the largest slope and curvature of example :math:`i` in the trap. On its
# way through an epoch a walker moves by at most :math:`\eta \sum G_i`, so an epoch differs
# from one step of gradient descent with :math:`\eta N` by at most
# :math:`\eta^2 \sum L_i \sum G_i`. Where that is no more than :math:`\eta N |R'|` at these
# two, no epoch leads past them.

inside = np.linspace(wall.w, barrier.w, 10_001)
slopes = gradient(inside[:, np.newaxis], x)
risk_slope = slopes.mean(axis=1)
low, high = inside[risk_slope.argmin()], inside[risk_slope.argmax()]
pull = min(-risk_slope.min(), risk_slope.max())
G = np.abs(slopes).max(axis=0).sum()
L = sum(np.abs(risk_curvature(inside, [each])).max() for each in x)
safe = x.size * pull / (L * G)
assert safe * G < min(low - wall.w, barrier.w - high), (
    "an epoch's way stays in the trap"
)
assert safe * x.size * np.abs(risk_curvature(inside, x)).max() < 1, "no overshooting"

# Two walkers that see the examples in the worst orders of all: sorted by their slopes.
worst = gradient(w0, x).argsort()
walk = sgd(
    gradient,
    [w0, w0],
    x,
    learning_rate=safe,
    epochs=200,
    order=np.tile([worst, worst[::-1]], 200).reshape(2, 200, x.size),
    crowd=True,
    keep=x.size,
)
assert np.all((walk.weights > low) & (walk.weights < high)), "the safe rate is safe"

# %%
# Time is drawn as :math:`\tau`, at the threshold, which is what stands in the law.

fig, ax = plt.subplots(figsize=(5.4, 4.8), layout="constrained")
fig.set_label(
    f"One over the threshold against the time tau, on a logarithmic axis, for {horizons[0]} "
    f"to {horizons[-1]} epochs at batch size 1. With replacement it rises along a straight "
    f"line, from {1 / replaced[0].value:.0f} to {1 / replaced[-1].value:.0f}. The line of "
    f"Kramers' law, which is nearly as steep, runs close above it. Reshuffled it rises much "
    f"more slowly, from {1 / reshuffled[0].value:.0f} to {1 / reshuffled[-1].value:.0f}."
)
for row, color, name, place in [
    (replaced, RIVAL, "with replacement", (31, 102)),
    (reshuffled, WALKER, "reshuffled", (45, 60)),
]:
    inverse = [each.map(np.reciprocal) for each in row]
    tau = horizons * x.size * [each.value for each in row]
    bars = np.hstack([each.bars for each in inverse])
    ax.errorbar(tau, [each.value for each in inverse], bars, color=color, fmt="o-")
    ax.text(*place, name, color=color)
times = np.array([7.5, 70])
ax.plot(times, kramers(times), "--", color=PREDICTED)
ax.text(
    17, 128, "Kramers' law,\nnothing fitted", color=PREDICTED, ha="right", va="center"
)
ax.set(
    title="1 / threshold grows with the logarithm of time",
    xlabel=r"time $\tau = E N \eta / b$, for 5 to 100 epochs",
    ylabel=r"1 / threshold ($b = 1$)",
    xscale="log",
)
ax.set_xticks([10, 20, 50, 100], ["10", "20", "50", "100"])
ax.minorticks_off()

# %%
# What to notice: with replacement the waiting time is exponential in one over
# :math:`\eta / b`, and no learning rate is safe for ever. Reshuffling holds the walkers far
# better: an epoch takes back most of what it gave.

numbers = {
    "replaced": replaced[list(horizons).index(50)],
    "slope": measured,
    "law": law,
    "phi": phi,
    "scale": scale,
    "first_high": first_high,
    "last_high": last_high,
    "safe": safe,
}
for order, row in half.items():
    for horizon, each in zip(horizons, row, strict=True):
        print(f"{order}, {horizon:3} epochs: half have left at {each:.5f}")
print(f"slope {measured:.1f}; Kramers' law {law:.1f}")
print(f"the law's line is {first_high:.0%} too high at first, {last_high:.0%} at last")
print(f"reshuffled, no walker ever leaves at rates up to {safe:.1e}")

plt.show()
