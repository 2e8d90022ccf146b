"""
Momentum and noise
==================

Momentum makes a step of the learning rate :math:`\\eta` act like one of
:math:`\\eta / (1 - \\beta)`. Look at the noise ball: at the same effective rate, walkers
with and without momentum have nearly the same spread.
"""

# %%
# The noise ball on a parabola of curvature 1 whose examples differ by a shift. In the long
# run the weight with momentum is a sum of two fading memories of the noise, and its
# variance is known exactly:
#
# .. math::
#
#    \frac{\eta \sigma^2 (1 + \beta)}{(1 - \beta)\, a\, (2 (1 + \beta) - \eta a)}

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import sgd
from sgd_explained.measure import spread
from sgd_explained.palette import PREDICTED, RIVAL, WALKER
from sgd_explained.updates import momentum

inputs = np.linspace(-1, 1, 101)
sigma2, walkers = inputs.var(), 2000
betas = np.array([0, 0.5, 0.8, 0.9, 0.95])


def variance(rate, beta):
    """Return the variance of the weight in the long run, for curvature 1."""
    return rate * sigma2 * (1 + beta) / ((1 - beta) * (2 * (1 + beta) - rate))


def ball(rate, beta, rng):
    """Measure the spread of a crowd that has walked for long enough to forget its start."""
    walk = sgd(
        lambda w, x: w - x,
        0.0,
        inputs,
        learning_rate=rate,
        steps=int(8 * (1 - beta) / rate) + int(8 / (1 - beta)),
        order="with_replacement",
        rng=rng,
        walkers=walkers,
        keep="last",
        update=momentum(beta),
    )
    return spread(walk.final)


rng = np.random.default_rng(72)
same_rate = [ball(0.02, beta, rng) for beta in betas]
same_effect = [ball(0.2 * (1 - beta), beta, rng) for beta in betas]
for measured, rates in (
    (same_rate, 0.02 + 0 * betas),
    (same_effect, 0.2 * (1 - betas)),
):
    for estimate, line in zip(measured, np.sqrt(variance(rates, betas)), strict=True):
        assert abs(estimate.value - line) < 0.05 * line, "within 5 % of the law"

# %%
# The figure.

fig, ax = plt.subplots(figsize=(5.4, 4), layout="constrained")
fig.set_label(
    "The spread of a crowd in the long run against momentum, with a predicted line through "
    "each set of points: at the same learning rate it rises steeply, at the same effective "
    "rate it stays nearly level."
)
fine = np.linspace(0, 0.96, 200)
ax.plot(fine, np.sqrt(variance(0.02, fine)), "--", color=PREDICTED, label="predicted")
ax.plot(fine, np.sqrt(variance(0.2 * (1 - fine), fine)), "--", color=PREDICTED)
for measured, colour, marker, name in (
    (same_rate, WALKER, {"fmt": "o"}, r"same $\eta$"),
    (
        same_effect,
        RIVAL,
        {"fmt": "s", "mfc": "none", "ms": 8},
        r"same $\eta / (1 - \beta)$",
    ),
):
    values = [estimate.value for estimate in measured]
    bars = np.hstack([estimate.bars for estimate in measured])
    ax.errorbar(betas, values, bars, **marker, color=colour, label=name)
ax.set(
    xlabel=r"momentum $\beta$",
    ylabel="spread of the weights",
    title=r"The noise ball follows $\eta / (1 - \beta)$",
)
ax.legend()

# %%
# What to notice: much of what momentum does to the noise is done by the effective rate.
# The exact law says what is left. At the effective rate :math:`\eta' = \eta / (1 - \beta)`
# and curvature :math:`a` the variance has :math:`2 - \eta a / (1 + \beta)` in its
# denominator, where plain SGD of the rate :math:`\eta'` has :math:`2 - \eta' a`.

numbers = {
    "walkers": walkers,
    "ball": [
        [
            beta,
            one,
            variance(0.02, beta) ** 0.5,
            two,
            variance(0.2 * (1 - beta), beta) ** 0.5,
        ]
        for beta, one, two in zip(betas.tolist(), same_rate, same_effect, strict=True)
    ],
}
for beta, one, _, two, _ in numbers["ball"]:
    print(
        f"beta {beta}: {one:.4f} at the same rate, {two:.4f} at the same effective rate"
    )

plt.show()
