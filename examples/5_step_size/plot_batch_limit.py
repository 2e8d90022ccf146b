"""
A limit that moves with the batch
=================================

In regression the noise grows with the distance from the best weight. Then the largest
learning rate that holds a walk together is not :math:`2/a`. Look at where each batch size
has its own limit, and at how little the last step from 4 to 16 gains.
"""

# %%
# The loss is :math:`(w x - t)^2 / 2`, its gradient :math:`x (w x - t)`. Few inputs are
# large. Each occurs with two targets, :math:`\pm \frac12`, so the best weight is 0. An
# example has the curvature :math:`a_i = x_i^2`, with mean :math:`a` and variance
# :math:`\sigma_a^2`.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import sgd
from sgd_explained.measure import mean
from sgd_explained.palette import GUIDE, PREDICTED, WALKER

x = np.tile(np.linspace(-1, 1, 16) ** 3, 2)
x *= np.sqrt(2 / np.mean(x**2))
t = np.repeat([0.5, -0.5], 16)
a, v, sigma2 = np.mean(x**2), np.var(x**2), np.var(x * t)
batches, walkers = np.array([1, 4, 16]), 10_000
rng = np.random.default_rng(25)


def slope(w, x, t):
    return x * (w * x - t)


# %%
# A step multiplies the distance from 0 by :math:`1 - \eta \bar a`, with the mean of the
# batch. So it multiplies the mean square by :math:`(1 - \eta a)^2 + \eta^2 \sigma_a^2 / b`, and
# adds :math:`\eta^2 \sigma^2 / b`. The factor is below 1 up to a limit.


def factor(rate, b):
    return (1 - rate * a) ** 2 + rate**2 * v / b


limits = 2 * a / (a**2 + v / batches)
kappa = v / a**2
assert np.allclose(factor(limits, batches), 1), "at its limit a batch is at balance"

# %%
# Crowds walk until less than 0.1 % of the start would be left. No points stand close to a
# limit: the cloud has so long tails there that a sample says nothing of its mean square.

shares = np.array([0.05, 0.1, 0.2, 0.35, 0.5, 0.6, 0.7])
rates = shares * limits[:, np.newaxis]
squares = np.empty((*rates.shape, walkers))
for i, b in enumerate(batches):
    for j, rate in enumerate(rates[i]):
        steps = np.log(0.001) / np.log(factor(rate, b))
        final = sgd(
            slope,
            np.zeros(walkers),
            x,
            t,
            learning_rate=rate,
            epochs=int(np.ceil(steps * b / x.size)),
            batch_size=int(b),
            order="with_replacement",
            rng=rng,
            crowd=True,
            keep="last",
        ).final
        squares[i, j] = final**2
measured = mean(squares)
law = rates**2 * sigma2 / batches[:, np.newaxis]
law /= 1 - factor(rates, batches[:, np.newaxis])
ratio = mean(squares / law[..., np.newaxis])
held = np.mean((ratio.low <= 1) & (ratio.high >= 1))
assert held > 0.85, "the exact law lies within the intervals"
assert np.abs(ratio.value - 1).max() < 0.06, "and no point is far from it"

# %%
# Now let every target be met exactly: no target differs from :math:`w x` at the best
# weight. Then nothing shakes a walk that is there, and a constant step arrives.

fitted = sgd(
    slope,
    np.ones(walkers),
    x,
    0 * t,
    learning_rate=limits[0] / 2,
    epochs=4,
    order="with_replacement",
    rng=rng,
    crowd=True,
    keep="last",
)
steps, furthest = int(fitted.steps[-1]), np.abs(fitted.final).max()
assert furthest < 1e-6, "without noise at the minimum everybody arrives"

# %%
# All curves begin parallel: small steps feel only :math:`\eta / b`. They end one by one.

fig, ax = plt.subplots(figsize=(5.4, 4.6), layout="constrained")
fig.set_label(
    "Variance of the weight against the learning rate, on logarithmic axes, for batches "
    f"of {', '.join(map(str, batches))}. The measured points lie on the computed curves. "
    "Each curve turns up to a vertical line of its own, at "
    f"{', '.join(f'{limit:.2f}' for limit in limits)}. The last of these is close to a "
    "dashed line at 2 over a, which none reaches."
)
for i, b in enumerate(batches):
    fine = np.geomspace(0.03, 0.99, 200) * limits[i]
    ax.plot(fine, fine**2 * sigma2 / b / (1 - factor(fine, b)), color=PREDICTED)
    ax.errorbar(
        rates[i],
        measured.value[i],
        measured[i].bars,
        color=WALKER,
        marker="o",
        ls="",
        ms=4,
    )
    ax.axvline(limits[i], color=GUIDE, linestyle=":")
    ax.text(0.97 * limits[i], 3e-4, f"$b = {b}$", color=GUIDE, ha="right", rotation=90)
ax.axvline(2 / a, color=GUIDE, linestyle="--")
ax.text(1.03 * 2 / a, 3e-4, "$2/a$", color=GUIDE, rotation=90)
ax.set(
    title="Larger batches take larger rates, to an end",
    xlabel=r"learning rate $\eta$",
    ylabel="variance of $w$",
    xscale="log",
    yscale="log",
    xlim=(0.008, 1.35),
    ylim=(2e-4, 8),
)

# %%
# What to notice: while :math:`b` is small beside :math:`\sigma_a^2 / a^2`, the limit grows with
# the batch, almost in proportion. Beyond, it is near :math:`2/a`, and a larger batch
# takes no larger rate.

table = [
    [int(b), limit, limit / limits[0]] for b, limit in zip(batches, limits, strict=True)
]
numbers = {
    "two_over_a": 2 / a,
    "kappa": kappa,
    "limits": table,
    "walkers": walkers,
    "held": held,
    "steps": steps,
    "furthest": furthest,
}
for b, limit, gain in table:
    print(f"batch {b}: limit {limit:.3f}, {gain:.2f} times that of one example")
print(f"the law lies within {held:.0%} of all {ratio.value.size} intervals")
print(
    f"with every example met, nobody is further than {furthest:.0e} after {steps} steps"
)

plt.show()
