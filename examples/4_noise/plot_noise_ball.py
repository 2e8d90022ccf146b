"""
The noise ball
==============

With a constant learning rate SGD never comes to rest. Look at how the cloud of its ends
grows with the learning rate, and at the price of it in risk.
"""

# %%
# Crowds of walkers start at the best weight itself, in the left one of the two valleys. Gradient
# descent would stay there for ever. SGD is thrown out, drawn back, and settles into a
# cloud, whose shape no longer depends on the start.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import RiskLandscape, empirical_risk, gradient, sgd

x = np.linspace(-5, 5, 100)
best = RiskLandscape(x, (-1, -0.1)).global_minimum
rates = np.array([0.002, 0.003, 0.005, 0.007, 0.01, 0.014, 0.02, 0.03])
walkers = 2000
rng = np.random.default_rng(6)
clouds = {
    rule: np.array(
        [
            sgd(
                gradient,
                np.full(walkers, best.w),
                x,
                learning_rate=rate,
                epochs=10,
                order=rule,
                rng=rng,
                crowd=True,
                keep="last",
            ).final
            for rate in rates
        ]
    )
    for rule in ("reshuffled", "with_replacement")
}

# %%
# What is measured: the weights of 2000 walkers at the end of the tenth epoch. The bars
# are two standard errors. That of a standard deviation :math:`s` comes from the spread
# of the squared deviations, divided by :math:`2s`.


def mean_and_error(values):
    return values.mean(axis=1), 2 * values.std(axis=1) / np.sqrt(walkers)


fig, (cloud, spread, price) = plt.subplots(
    3, 1, figsize=(5.4, 8.6), layout="constrained"
)
fig.set_label(
    f"Three panels. Above, a histogram of {walkers} walkers at learning rate 0.01: a bell "
    "around the best weight, a little to its left. In the middle, the standard deviation "
    "and the shift of the cloud against the learning rate, on logarithmic axes: both "
    "grow, the shift faster. Below, the mean risk above the lowest grows too. Reshuffled "
    "clouds are narrower than those drawn with replacement, most of all at small rates."
)
shown = clouds["reshuffled"][list(rates).index(0.01)]
cloud.hist(shown, bins=60, color="C1", alpha=0.7)
cloud.axvline(best.w, color="C2", linestyle="--")
cloud.text(best.w + 0.015, 95, "best weight,\nGD stays here", color="C2")
cloud.set(
    title=r"The cloud at $\eta = 0.01$",
    xlabel="weight $w$ after ten epochs",
    ylabel="walkers",
)
for (rule, weights), color in zip(clouds.items(), ["C1", "C3"], strict=True):
    mean, mean_error = mean_and_error(weights)
    variance, variance_error = mean_and_error((weights - mean[:, np.newaxis]) ** 2)
    sd = np.sqrt(variance)
    spread.errorbar(rates, sd, variance_error / (2 * sd), color=color, marker="o")
    shift = best.w - mean
    clear = shift > mean_error
    spread.errorbar(
        rates[clear], shift[clear], mean_error[clear], color=color, marker="s", ls=":"
    )
    excess, excess_error = mean_and_error(empirical_risk(weights, x) - best.risk)
    price.errorbar(rates, excess, excess_error, color=color, marker="o")
    i = list(rates).index(0.01)
    print(
        f"{rule}, learning rate 0.01: mean {mean[i]:.4f} +- {mean_error[i]:.4f}, "
        f"spread {sd[i]:.4f} +- {variance_error[i] / (2 * sd[i]):.4f}, "
        f"mean risk above the lowest {excess[i]:.4f} +- {excess_error[i]:.4f}"
    )
spread.text(0.0021, 0.06, "standard deviation", color="C5")
spread.text(0.012, 0.0022, "shift to the left", color="C5")
spread.set(
    title="The cloud grows with the step",
    ylabel="distance in $w$",
    xscale="log",
    yscale="log",
)
price.text(0.0021, 0.003, "with replacement", color="C3")
price.text(0.0045, 0.0003, "reshuffled", color="C1")
price.set(
    title="and costs risk",
    xlabel=r"learning rate $\eta$",
    ylabel="mean risk above the lowest",
    xscale="log",
    yscale="log",
)

for ax in (spread, price):
    ax.set_xticks([0.002, 0.005, 0.01, 0.02], ["0.002", "0.005", "0.01", "0.02"])
    ax.minorticks_off()

# %%
# The noise ball is no failure of one run: a constant step can do no better. And its
# middle is not the best weight: where the valley is steeper on one side than on the
# other, the walkers spend more time on the gentle side. A smaller step shrinks both.

print(f"gradient descent stays at {best.w:.4f}, risk {best.risk:.4f}")

plt.show()
