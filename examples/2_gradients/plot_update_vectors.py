"""
Ten update vectors
==================

Ten inputs stand at the same weight, and each wants another step. Look at the arrows in
the second figure: they differ in length, and some point left, some right.
"""

# %%
# At one weight :math:`w_0`, the gradient of each example's loss gives one update:
# :math:`w_1 = w_0 - \eta\, \partial \ell / \partial w`. The step stays on the surface
# of its own input, from the loss at :math:`w_0` to the loss at :math:`w_1`.

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from sgd_explained import empirical_risk, gradient, loss, predict
from sgd_explained.palette import GUIDE, INPUTS, LOSS, RISK
from sgd_explained.problems import ten

x, w0 = ten.x, ten.start
learning_rate = 0.01

gradients = gradient(w0, x)
w1 = w0 - learning_rate * gradients

# %%
# They disagree about the length of the step, and about its direction. Yet their mean is
# the slope of the risk, which is the mean of the ten losses. Here it is taken from two
# values of the risk, a little to either side.

smallest, largest, mean = gradients.min(), gradients.max(), gradients.mean()
right, left = int((gradients < 0).sum()), int((gradients > 0).sum())
near = 1e-5
risk_slope = (empirical_risk(w0 + near, x) - empirical_risk(w0 - near, x)) / (2 * near)
assert np.unique(gradients).size == right + left == x.size, "no two are equal"
assert np.isclose(mean, risk_slope, rtol=1e-6), "the mean is the slope of the risk"
assert np.abs(gradients).max() > 10 * abs(mean), "and much smaller than the largest"

# %%
# All ten surfaces, and under them the ten gradients as a histogram. The arrows are
# there, though the steps are so short that you hardly see them.

w = np.linspace(-0.7, 0.7, 141)
colors = LinearSegmentedColormap.from_list("inputs", INPUTS)(np.linspace(0, 1, len(x)))
arrows = {
    "X": np.full_like(x, w0),
    "Y": loss(predict(w0, x)),
    "U": w1 - w0,
    "V": loss(predict(w1, x)) - loss(predict(w0, x)),
}

fig, (above, below) = plt.subplots(2, 1, figsize=(5.4, 6.4), layout="constrained")
fig.set_label(
    "Above, ten loss surfaces over the weight, each with a short arrow on the dashed "
    f"line at w = {w0}. Below, a histogram of the ten gradients, from {smallest:.2f} to "
    f"{largest:.2f}. Their mean is {mean:.2f}."
)
for input_, color in zip(x, colors, strict=True):
    above.plot(w, loss(predict(w, input_)), color=color, linewidth=1)
style = {"angles": "xy", "scale_units": "xy", "scale": 1, "zorder": 3}
style |= {"units": "inches", "width": 0.03, "minlength": 0}
above.quiver(*arrows.values(), color=colors, **style)
above.axvline(w0, color=GUIDE, linestyle="--")
above.set(
    title=f"{len(x)} surfaces and their updates at $w_0 = {w0}$",
    xlabel="weight $w$",
    ylabel=r"loss $\ell(w x)$",
)
below.hist(gradients, bins=10, color=LOSS)
below.axvline(mean, color=RISK, linewidth=2)
below.text(mean - 0.1, 2.6, "mean", color=RISK, ha="right")
below.set(
    title="The ten gradients",
    xlabel=r"gradient $\partial \ell / \partial w$ at $w_0$",
    ylabel="number of inputs",
    yticks=range(4),
)

# %%
# Close to :math:`w_0` the arrows can be seen. Each lies along its own curve, and leads
# downhill on it. The steeper the curve, the longer the arrow.

fig, ax = plt.subplots(figsize=(5.4, 5.4), layout="constrained")
fig.set_label(
    f"The same ten surfaces close to w = {w0}. From the dashed line an arrow starts "
    "on each curve and leads downhill along it, some to the left and some to the "
    "right."
)
close = np.linspace(-0.355, -0.245, 100)
for input_, color in zip(x, colors, strict=True):
    ax.plot(close, loss(predict(close, input_)), color=color, linewidth=1)
ax.quiver(*arrows.values(), color=colors, **style)
ax.axvline(w0, color=GUIDE, linestyle="--")

# From the lowest curve to the highest, each label at least one gap above the last.
ends = loss(predict(close[-1], x))
upwards, gaps = np.argsort(ends), 0.045 * np.arange(len(x))
heights = np.maximum.accumulate(ends[upwards] - gaps) + gaps
for i, height in zip(upwards, heights, strict=True):
    ax.annotate(
        f"$x = {x[i]:.1f}$",
        (close[-1], ends[i]),
        (close[-1] + 0.006, height),
        color=colors[i],
        va="center",
        arrowprops={
            "arrowstyle": "-",
            "color": colors[i],
            "relpos": (0, 0.5),
            "shrinkB": 0,
        },
    )
ax.set(
    title="Every update goes downhill on its own curve",
    xlabel="weight $w$",
    ylabel=r"loss $\ell(w x)$",
    xlim=(-0.36, -0.218),
    xticks=[-0.35, -0.3, -0.25],
)

# %%
# One weight, ten gradients, and their mean is much smaller than the largest of them:
# that is why one example's gradient is called noisy. :doc:`/learn/noisy-gradients` asks
# what such an estimate is worth.

numbers = {"smallest": smallest, "largest": largest, "mean": mean}
numbers |= {"risk_slope": risk_slope, "right": right, "left": left}
for input_, slope, w_next in zip(x, gradients, w1, strict=True):
    print(f"x = {input_:5.2f}  gradient {slope:5.2f}  next weight {w_next:.4f}")

plt.show()
