"""
Momentum and noise
==================

Momentum makes a step of the learning rate :math:`\\eta` act like one of
:math:`\\eta / (1 - \\beta)`. Look at the noise ball and at the trap: set side by side at
the same effective rate, walkers with and without momentum do nearly the same.
"""

# %%
# First the noise ball, on a parabola of curvature 1 whose examples differ by a shift. In
# the long run the weight with momentum is a sum of two fading memories of the noise, and
# its variance is known exactly:
# :math:`\eta\sigma^2 (1 + \beta) / ((1 - \beta)\, a\, (2 (1 + \beta) - \eta a))`.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import sgd
from sgd_explained.measure import crossing, fraction, spread
from sgd_explained.palette import GUIDE, PREDICTED, RIVAL, WALKER
from sgd_explained.problems import trap
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
# Then the trap. Walkers begin at its floor and take single examples for 50 epochs. Who is
# outside? Each momentum has its own learning rates, so that the effective ones agree.

rates = np.array([0.009, 0.011, 0.0125, 0.014, 0.0155, 0.017, 0.02, 0.025])
kinds = (0.0, 0.5, 0.9)
barriers = [top.w for top in trap.landscape.maxima]
out = {}
for beta in kinds:
    rows = []
    for rate in rates:
        ends = sgd(
            trap.gradient,
            trap.start,
            trap.x,
            learning_rate=rate * (1 - beta),
            epochs=50,
            rng=rng,
            walkers=400,
            keep="last",
            update=momentum(beta),
        ).final
        rows.append((ends < barriers[0]) | (ends > barriers[1]))
    out[beta] = np.array(rows)
shares = {beta: fraction(rows) for beta, rows in out.items()}
half = {beta: crossing(rates, rows) for beta, rows in out.items()}
ratio = half[0.9].value / half[0.0].value
assert half[0.9].low > half[0.0].high, "with 0.9 a little more is needed"
assert ratio < 1.2, "but no more than a little: a tenth of the rate would be 10"

# %%
# The figure.

fig, (above, below) = plt.subplots(2, 1, figsize=(5.4, 7), layout="constrained")
fig.set_label(
    "Above, the spread of a crowd in the long run against momentum, with a predicted line "
    "through each set of points: at the same learning rate it rises steeply, at the same "
    "effective rate it stays nearly level. Below, the share of walkers that have left the "
    "trap after 50 epochs against the effective rate, for three momenta: three rising "
    "curves."
)
fine = np.linspace(0, 0.96, 200)
above.plot(
    fine, np.sqrt(variance(0.02, fine)), "--", color=PREDICTED, label="predicted"
)
above.plot(fine, np.sqrt(variance(0.2 * (1 - fine), fine)), "--", color=PREDICTED)
for measured, colour, name in (
    (same_rate, WALKER, r"same $\eta$"),
    (same_effect, RIVAL, r"same $\eta / (1 - \beta)$"),
):
    values = [estimate.value for estimate in measured]
    bars = np.hstack([estimate.bars for estimate in measured])
    above.errorbar(betas, values, bars, fmt="o", color=colour, label=name)
above.set(
    xlabel=r"momentum $\beta$",
    ylabel="spread of the weights",
    title=r"The noise ball follows $\eta / (1 - \beta)$",
)
above.legend()
for (beta, share), style in zip(shares.items(), ("o-", "s--", "^:"), strict=True):
    below.errorbar(
        rates,
        share.value,
        share.bars,
        fmt=style,
        color=WALKER,
        label=rf"$\beta = {beta}$",
    )
below.axhline(0.5, color=GUIDE, linewidth=1)
below.set(
    xlabel=r"effective rate $\eta / (1 - \beta)$",
    ylabel="share outside the trap",
    title="Who has left the trap after 50 epochs",
)
below.legend()

# %%
# What to notice: much of what momentum does to the noise is done by the effective rate.
# The exact law says what is left: the factor :math:`2(1 + \beta) - \eta a` for
# :math:`2 - \eta a`.

numbers = {
    "walkers": walkers,
    "ball": [
        [float(beta), one, two]
        for beta, one, two in zip(betas, same_rate, same_effect, strict=True)
    ],
    "half": [[beta, estimate] for beta, estimate in half.items()],
}
for beta, estimate in half.items():
    print(f"beta {beta}: half are out at the effective rate {estimate:.4f}")

plt.show()
