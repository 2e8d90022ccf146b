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
# has the standard deviation :math:`\sigma = a s`, with :math:`s` that of the inputs.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import sgd

a = 2.0
x = np.linspace(-1, 1, 16)
sigma2 = a**2 * x.var()
rates = np.array([0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95]) * 2 / a
batches, walkers = (1, 4, 16), 4000
rng = np.random.default_rng(21)


def slope(w, x):
    return a * (w - x)


# %%
# A crowd starts at the minimum and spreads. After :math:`k` steps the variance lacks the
# fraction :math:`(1 - \eta a)^{2k}` of its final value. Walk until that is below 0.1 %.

measured, errors = np.empty((2, len(batches), rates.size))
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
        measured[i, j] = np.mean(final**2)
        errors[i, j] = 2 * np.std(final**2) / np.sqrt(walkers)
law = rates * sigma2 / (np.array(batches)[:, np.newaxis] * a * (2 - rates * a))

# %%
# The bound of Bottou, Curtis & Nocedal (2018), Theorem 4.6, is on the risk above its
# minimum, here :math:`a/2` times the variance. It reads :math:`\eta L M / (2 c \mu)`,
# and on this parabola :math:`L = c = a`, :math:`M = \sigma^2`, :math:`\mu = 1`: it is
# :math:`\eta \sigma^2 / 2`, for :math:`\eta` up to :math:`1/a`.

fig, (ball, gap) = plt.subplots(2, 1, figsize=(5.4, 7.6), layout="constrained")
fig.set_label(
    "Two panels on logarithmic axes. Above, the variance of the noise ball against the "
    "learning rate, for batches of 1, 4 and 16: three parallel curves, straight at first, "
    "which turn up towards the limit 2 over a; the measured points lie on them. Below, "
    "the risk above its minimum for batches of 1, and the general bound: twice as high at "
    "small rates, and equal at 1 over a, where the bound ends."
)
fine = np.geomspace(rates[0], 1.95 / a, 300)
shape = fine * sigma2 / (a * (2 - fine * a))
for i, b in enumerate(batches):
    ball.plot(fine, shape / b, "C2")
    ball.errorbar(rates, measured[i], errors[i], color="C1", marker="o", ls="", ms=4)
    ball.text(0.1, 0.6 * law[i, 3], f"$b = {b}$", color="C1", va="top")
gap.plot(fine, a * shape / 2, "C2")
gap.errorbar(
    rates, a * measured[0] / 2, a * errors[0] / 2, color="C1", marker="o", ls="", ms=4
)
allowed = fine[fine <= 1 / a]
gap.plot(allowed, allowed * sigma2 / 2, "C3--")
gap.plot(1 / a, sigma2 / (2 * a), "C3s")
gap.text(0.035, 0.04, "bound", color="C3", ha="right")
gap.text(0.1, 0.025, "exact", color="C2")
for ax in (ball, gap):
    ax.axvline(2 / a, color="C5", linestyle=":")
    ax.set(xscale="log", yscale="log")
ball.text(1.85 / a, 0.0007, "$2/a$", color="C5", ha="right")
ball.set(
    title="The variance of the ball, exactly", ylabel=r"variance of $w$", ylim=(2e-4, 8)
)
gap.set(
    title="A bound that is met at $1/a$",
    xlabel=r"learning rate $\eta$",
    ylabel="mean risk above the minimum",
)

# %%
# What to notice: a batch of :math:`b` shifts the whole curve down by the factor
# :math:`b`, and does not move the limit :math:`2/a`.

for b, found, error, predicted in zip(batches, measured, errors, law, strict=True):
    ratio = found / predicted
    worst = np.abs((ratio - 1) / (error / predicted)).max() * 2
    mean, width = ratio.mean(), np.sqrt(np.sum((error / predicted) ** 2)) / rates.size
    print(
        f"b = {b}: measured / exact {mean:.4f} +- {width:.4f}, "
        f"worst {worst:.1f} standard errors"
    )

plt.show()
