"""
The noise ball
==============

With a constant learning rate SGD does not come to rest here. Look at how the cloud of its
ends grows with the learning rate, and at the price of it in risk.
"""

# %%
# Crowds of walkers start at the best weight itself, in the left one of the two deepest
# valleys. Gradient descent would stay there for ever. SGD is thrown out, drawn back, and
# settles into a cloud, whose shape no longer depends on the start.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import (
    empirical_risk,
    gradient,
    gradient_descent,
    risk_gradient,
    sgd,
)
from sgd_explained.measure import by_groups, mean, spread
from sgd_explained.palette import GUIDE, RISK, RIVAL, WALKER
from sgd_explained.problems import article

x, best = article.x, article.valleys[0]
descent = gradient_descent(gradient, article.start, x, learning_rate=0.01, steps=1000)
still_w, still_risk = descent.final, empirical_risk(descent.final, x)
assert abs(still_w - best.w) < 1e-6, "gradient descent comes to rest at the best weight"

rates = np.array([0.002, 0.003, 0.005, 0.007, 0.01, 0.014, 0.02, 0.03])
walkers = 5000
rng = np.random.default_rng(6)
clouds = {
    rule: np.array(
        [
            sgd(
                gradient,
                best.w,
                x,
                learning_rate=rate,
                epochs=10,
                order=rule,
                rng=rng,
                walkers=walkers,
                keep="last",
            ).final
            for rate in rates
        ]
    )
    for rule in ("reshuffled", "with_replacement")
}

# %%
# What is measured: the weights at the end of the tenth epoch, rate by rate. The bars in
# the figure are 95 % intervals.

reshuffled, replaced = (spread(cloud) for cloud in clouds.values())
middles = {rule: mean(cloud) for rule, cloud in clouds.items()}
costs = {
    rule: mean(empirical_risk(cloud, x) - best.risk) for rule, cloud in clouds.items()
}
# The shift to the left, in units of the spread.
shifts = by_groups(
    lambda cloud: (best.w - cloud.mean(axis=-1)) / cloud.std(axis=-1),
    clouds["reshuffled"],
)
at = list(rates).index(0.01)
narrower = reshuffled.value / replaced.value
assert (narrower < 1).all(), "reshuffled clouds are narrower"
assert narrower.argmin() == 0, "most of all at the smallest rate"
assert reshuffled.high[at] < replaced.low[at], "surely so at the rate of the text"
assert (np.diff(reshuffled.value) > 0).all(), "a larger step, a larger cloud"
assert shifts.low[at] > 0, "the middle is to the left of the best weight"
assert shifts.low[-1] > shifts.high[at], "and its shift grows faster than the spread"
steeper = risk_gradient(best.w + 0.05, x) > -risk_gradient(best.w - 0.05, x)
assert steeper, "since the valley is steeper on the right"

# %%
# Would more patience help? A crowd walks four times as long.

patient = sgd(
    gradient,
    best.w,
    x,
    learning_rate=0.01,
    epochs=40,
    rng=rng,
    walkers=walkers,
    keep="last",
).final
later = spread(patient)
assert abs(later.value / reshuffled.value[at] - 1) < 0.05, (
    "the cloud is as wide as before"
)

# And within an epoch? Every example has pulled once at its end, but not halfway.

halfway = sgd(
    gradient,
    best.w,
    x,
    learning_rate=rates[0],
    epochs=10,
    rng=rng,
    walkers=walkers,
    keep=len(x) // 2,
).weights[-2]
spread_halfway = spread(halfway)
assert spread_halfway.low > 1.5 * reshuffled.high[0], "halfway the cloud is wider"

# %%
# The cloud at one rate, its spread and its shift at all, and what it costs.

fig, (cloud, width, price) = plt.subplots(
    3, 1, figsize=(5.4, 8.6), layout="constrained"
)
fig.set_label(
    f"Three panels. Above, a histogram of {walkers:,} walkers at learning rate "
    f"{rates[at]}: a bell around the best weight, a little to its left. In the middle, "
    "the standard deviation and the shift of the cloud against the learning rate, on "
    "logarithmic axes: both grow, the shift faster. Below, the mean risk above the lowest "
    "grows too. Reshuffled clouds are narrower than those drawn with replacement, most of "
    "all at small rates."
)
cloud.hist(clouds["reshuffled"][at], bins=60, color=WALKER, alpha=0.7)
cloud.axvline(best.w, color=RISK, linestyle="--")
cloud.text(best.w + 0.015, 0.045 * walkers, "best weight,\nGD stays here", color=RISK)
cloud.set(
    title=rf"The cloud at $\eta = {rates[at]}$",
    xlabel="weight $w$ after ten epochs",
    ylabel="walkers",
)
for rule, spreads, color in [
    ("reshuffled", reshuffled, WALKER),
    ("with_replacement", replaced, RIVAL),
]:
    width.errorbar(rates, spreads.value, spreads.bars, color=color, marker="o")
    shift = middles[rule].map(lambda middle: best.w - middle)
    clear = shift.low > 0
    width.errorbar(
        rates[clear],
        shift.value[clear],
        shift[clear].bars,
        color=color,
        marker="s",
        ls="",
    )
    # Where the interval holds 0, its upper end is all that is known.
    width.plot(rates[~clear], shift.high[~clear], "v", mfc="none", color=color)
    price.errorbar(rates, costs[rule].value, costs[rule].bars, color=color, marker="o")
width.text(0.0021, 0.07, "with replacement", color=RIVAL)
width.text(
    0.0062,
    0.00009,
    "line: standard deviation\nsquares: shift to the left\n(triangle: at most so much)",
    color=GUIDE,
)
width.set(
    title="The cloud grows with the step",
    xlabel=r"learning rate $\eta$",
    ylabel="distance in $w$",
    xscale="log",
    yscale="log",
    ylim=(5e-5, 0.2),
)
price.text(0.0021, 0.006, "with replacement", color=RIVAL)
price.text(0.0045, 0.0003, "reshuffled", color=WALKER)
price.set(
    title="The cloud costs risk",
    xlabel=r"learning rate $\eta$",
    ylabel="mean risk above the lowest",
    xscale="log",
    yscale="log",
)
for ax in (width, price):
    ax.set_xticks([0.002, 0.005, 0.01, 0.02], ["0.002", "0.005", "0.01", "0.02"])
    ax.minorticks_off()

# %%
# The noise ball is no failure of one run, and no lack of patience. Its middle is not the
# best weight: where the valley is steeper on one side than on the other, the walkers
# spend more time on the gentle side. A smaller step shrinks both. The mean over a walk
# comes closer than its end: :doc:`/results/averaging`. And where one weight is best for
# every example there is no ball: :doc:`plot_interpolation`.

numbers = {
    "still_w": still_w,
    "still_risk": still_risk,
    "spread": reshuffled[at],
    "spread_replaced": replaced[at],
    "spread_later": later,
    "spread_small": reshuffled[0],
    "spread_halfway": spread_halfway,
    "middle": middles["reshuffled"][at],
    "shift": shifts[at],
    "shift_large": shifts[-1],
    "excess": costs["reshuffled"][at],
    "excess_small": costs["reshuffled"][0],
}
for name, number in numbers.items():
    print(f"{name}: {number:.4g}")

plt.show()
