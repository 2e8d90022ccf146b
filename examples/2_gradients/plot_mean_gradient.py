"""
Mean of all gradients
=====================

Each example pulls its own way, and the mean of the pulls is the slope of the risk.
Look at the lower panel: what is left between the two is rounding.
"""

# %%
# The risk is the mean loss over the data,
# :math:`R(w) = \frac{1}{N} \sum_i \ell(w x_i)`. A derivative of a sum is the sum of the
# derivatives, so :math:`R'(w) = \frac{1}{N} \sum_i x_i\, \ell'(w x_i)`: the mean of the
# per-example gradients.

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from numpy.polynomial import Chebyshev

from sgd_explained import empirical_risk, gradient
from sgd_explained.palette import GUIDE, INPUTS, RISK
from sgd_explained.problems import article

x = article.x
w = np.linspace(-0.7, 0.7, 141)
each = gradient(w, x[:, np.newaxis])
mean = each.mean(axis=0)

# %%
# To compare it with itself would prove nothing. So take the *values* of the risk, lay a
# polynomial through them that fits to the last digits, and differentiate that one.

risk = Chebyshev.interpolate(lambda w: empirical_risk(w, x), 120, domain=[-1, 1])
slope = risk.deriv()(w)
difference, rounding = mean - slope, 1e-12
assert np.abs(difference).max() < rounding, "mean and slope agree up to rounding"

# %%
# How far from it is the gradient of one example? Typically one standard deviation: that
# is many times the slope itself where the slope is nearly 0.

noise = each.std(axis=0)
here, away = np.abs(w - [[article.start], [-0.5]]).argmin(axis=1)
slope_here, noise_here = mean[here], noise[here]
ratio_here, ratio_away = noise[[here, away]] / np.abs(mean[[here, away]])
assert ratio_here > 10 * ratio_away, "near the minimum the slope is lost in the noise"

# %%
# A few of the gradients, coloured by input from the most negative to the most positive,
# their mean, and the slope of the risk on top of it. The band reaches one standard
# deviation to either side.

fig, (above, below) = plt.subplots(
    2, 1, figsize=(5.4, 5.6), sharex=True, height_ratios=[3, 1], layout="constrained"
)
fig.set_label(
    "Above, thin curves show the gradients of single examples, spread widely, mostly on "
    "both sides of 0; the thick curve of their mean reaches "
    f"{np.abs(mean).max():.1f} to either side at most, under the dashed slope of the "
    "risk, within a band that is much wider. Below, the difference of the two is "
    f"nowhere larger than {rounding}."
)
colors = LinearSegmentedColormap.from_list("inputs", INPUTS)
for i in range(0, len(x), 9):
    above.plot(w, each[i], color=colors(i / (len(x) - 1)), linewidth=0.8)
above.fill_between(w, mean - noise, mean + noise, color=GUIDE, alpha=0.2, linewidth=0)
above.plot(w, mean, color=RISK, linewidth=5, alpha=0.4)
above.plot(w, slope, color=RISK, linestyle="--", linewidth=1.5)
above.text(0.26, -4.6, "slope of the risk\nand mean gradient", color=RISK)
above.set(
    title=f"The mean of {len(x)} gradients is the slope of the risk",
    ylabel=r"gradient $\partial \ell / \partial w$",
)
below.plot(w, 1e13 * difference, ".", color=RISK, markersize=2)
below.set(xlabel="weight $w$", ylabel="difference\nin $10^{-13}$")

# %%
# So a gradient of one example, drawn at random, is right *on average*, at every weight:
# see :doc:`/learn/noisy-gradients`. It says where the next step leads on average, and
# not yet where a walk ends: :doc:`/results/local-maximum` has unbiased steps that end on
# a hilltop.

numbers = {"slope": slope_here, "noise": noise_here}
numbers |= {"ratio_here": ratio_here, "ratio_away": ratio_away}
for name, number in numbers.items():
    print(f"{name}: {number:.4f}")
print(f"largest gradient of one example: {np.abs(each).max():.2f}")
print(f"largest slope of the risk:       {np.abs(slope).max():.2f}")
print(f"largest difference:              {np.abs(difference).max():.1e}")

plt.show()
