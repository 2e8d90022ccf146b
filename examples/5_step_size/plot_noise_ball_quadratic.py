"""
The ball on a parabola
======================

On a parabola the width of the noise ball is known exactly, for every learning rate that
does not diverge. Look at how it bends up before the end, and where the general bound
touches it.
"""

# %%
# Each input :math:`x` has the loss :math:`a (w - x)^2 / 2`: the risk is a parabola of
# curvature :math:`a`, its minimum is the mean of the inputs, and the noise of a gradient
# has the standard deviation :math:`\sigma = a s` at every weight, with :math:`s` that of
# the inputs.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import sgd
from sgd_explained.measure import mean
from sgd_explained.palette import GUIDE, PREDICTED, RIVAL, WALKER

a = 2.0
x = np.linspace(-1, 1, 16)
sigma2 = a**2 * x.var()
rates = np.array([0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95]) * 2 / a
batches, walkers = (1, 4, 16), 10_000
rng = np.random.default_rng(21)


def slope(w, x):
    return a * (w - x)


# %%
# A crowd starts at the minimum and spreads. After :math:`k` steps the variance lacks the
# fraction :math:`(1 - \eta a)^{2k}` of its final value. Walk until that is below 0.1 %.

squares = np.empty((len(batches), rates.size, walkers))
for i, b in enumerate(batches):
    for j, rate in enumerate(rates):
        kept = max(abs(1 - rate * a), 0.1)
        steps = np.log(0.001) / np.log(kept**2)
        final = sgd(
            slope,
            np.zeros(walkers),
            x,
            learning_rate=rate,
            epochs=int(np.ceil(steps * b / x.size)),
            batch_size=b,
            order="with_replacement",
            rng=rng,
            crowd=True,
            keep="last",
        ).final
        squares[i, j] = final**2
measured = mean(squares)

# %%
# Measured over exact: of the 95 % intervals some 95 of 100 hold 1.

law = rates * sigma2 / (np.array(batches)[:, np.newaxis] * a * (2 - rates * a))
ratio = mean(squares / law[..., np.newaxis])
ratios = [
    [rates[j], batches[i], ratio[i, j]]
    for i, j in [(0, 2), (0, 6), (0, 9), (1, 2), (2, 2), (2, 9)]
]
held = np.mean((ratio.low <= 1) & (ratio.high >= 1))
assert held > 0.85, "the exact law lies within the intervals"
assert np.abs(ratio.value - 1).max() < 0.06, "and no point is far from it"

# %%
# The bound of Bottou, Curtis & Nocedal (2018), Theorem 4.6, is on the risk above its
# minimum, here :math:`a/2` times the variance. For unbiased gradients it reads
# :math:`\eta L M / (2 c)`. On this parabola :math:`L = c = a` and :math:`M = \sigma^2`:
# it is :math:`\eta \sigma^2 / 2`, for :math:`\eta` up to :math:`1/a`.

bound = rates * sigma2 / 2
small = rates[2]
excess = bound[2] / (a / 2 * law[0, 2])
allowed = rates <= 1 / a
assert np.all(bound[allowed] >= 0.999 * a / 2 * law[0, allowed]), "it is a bound"
assert np.isclose(bound[6], a / 2 * law[0, 6]), "and is met at 1/a"

fig, (ball, gap) = plt.subplots(2, 1, figsize=(5.4, 7.6), layout="constrained")
fig.set_label(
    "Two panels on logarithmic axes. Above, the variance of the noise ball against the "
    "learning rate, for batches of 1, 4 and 16: three parallel curves, straight at first, "
    "which turn up towards the limit 2 over a; the measured points lie on them. Below, "
    "the risk above its minimum for batches of 1, and the general bound: "
    f"{excess:.1f} times as high at the rate {small}, and equal at 1 over a, where the "
    "bound ends."
)
fine = np.geomspace(rates[0], 1.95 / a, 300)
shape = fine * sigma2 / (a * (2 - fine * a))
for i, b in enumerate(batches):
    ball.plot(fine, shape / b, color=PREDICTED, label="predicted")
    ball.errorbar(
        rates,
        measured.value[i],
        measured[i].bars,
        color=WALKER,
        marker="o",
        ls="",
        ms=4,
    )
    ball.text(1.1 * rates[0], 1.3 * law[i, 0], f"$b = {b}$", color=WALKER, ha="right")
risk = measured[0].map(lambda square: a / 2 * square)
gap.plot(fine, a * shape / 2, color=PREDICTED)
gap.errorbar(rates, risk.value, risk.bars, color=WALKER, marker="o", ls="", ms=4)
gap.plot(rates[allowed], bound[allowed], "--", color=RIVAL)
gap.plot(1 / a, sigma2 / (2 * a), "s", color=RIVAL)
gap.text(0.035, 0.04, "bound", color=RIVAL, ha="right")
gap.text(0.1, 0.025, "exact", color=PREDICTED)
for ax in (ball, gap):
    ax.axvline(2 / a, color=GUIDE, linestyle=":")
    ax.set(xscale="log", yscale="log")
ball.set_xlim(left=0.5 * rates[0])
ball.text(1.85 / a, 0.0007, "$2/a$", color=GUIDE, ha="right")
ball.set(
    title="The variance of the ball, exactly",
    xlabel=r"learning rate $\eta$",
    ylabel=r"variance of $w$",
    ylim=(2e-4, 8),
)
gap.set(
    title="A bound that is met at $1/a$",
    xlabel=r"learning rate $\eta$",
    ylabel="mean risk above the minimum",
)

# %%
# What to notice: a batch of :math:`b` shifts the whole curve down by the factor
# :math:`b`. It does not move the limit :math:`2/a`, since the noise is the same at every
# weight. Where it is not, :ref:`the limit moves with the batch
# <sphx_glr_gallery_5_step_size_plot_batch_limit.py>`.

numbers = {
    "a": a,
    "walkers": walkers,
    "ratios": ratios,
    "held": held,
    "excess": excess,
    "small": small,
}
for rate, b, found in ratios:
    print(f"rate {rate:.2f}, batch {b}: measured / exact {found:.3f}")
print(f"the law lies within {held:.0%} of all {ratio.value.size} intervals")
print(f"bound / exact at rate {small}: {excess:.2f}")

plt.show()
