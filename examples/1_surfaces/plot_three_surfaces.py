"""
Three loss surfaces
===================

One model, one loss, three inputs: three surfaces over the same weights. Look for the
weight at which each curve is lowest. The inputs do not agree on it.
"""

# %%
# The model is :math:`y = w x`, and the loss of its output is
# :math:`\ell(y) = (y^3 - y^2)\, e^{-y^2}`. Hold the input :math:`x` fixed, and the loss
# depends on the weight :math:`w` alone: that is the loss surface *of this input*.
#
# Three inputs are enough to see it: one negative, one zero, one positive.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import RiskLandscape, loss, predict
from sgd_explained.palette import INPUTS

x = np.linspace(-5, 5, 3)
w = np.linspace(-0.7, 0.7, 100)

# %%
# A column of inputs meets a row of weights: one surface in each row.

surfaces = loss(predict(w, x[:, np.newaxis]))

# %%
# All curves are the same one, stretched. So it is enough to look once for the output
# with the lowest loss: input :math:`x` has it at the weight :math:`y / x`.

deepest = RiskLandscape([1.0], (-4, 4)).global_minimum
wanted = {"five": deepest.w / 5, "two": deepest.w / 2, "minus_five": deepest.w / -5}
for row in surfaces[[0, 2]]:
    assert 0 < row.min() - deepest.risk < 0.01, "both reach the same depth"
assert not surfaces[1].any(), "the surface of the input 0 is flat"
dots = np.array([[wanted["five"]], [wanted["minus_five"]]])
below = loss(predict(dots, x)) < 0
assert (below.sum(axis=1) == 1).all(), "at each dot no other surface is below 0"

# %%
# Each curve is labelled where it can be told from the others.

fig, ax = plt.subplots(figsize=(5.4, 3.8), layout="constrained")
fig.set_label(
    "Loss against the weight w for the inputs -5, 0 and 5. The curves of -5 and 5 "
    "mirror each other: the first has its deepest point, a dot, at "
    f"w = {wanted['minus_five']:.3f}, the second at {wanted['five']:.3f}. The curve of "
    "input 0 is flat."
)
for row, color in zip(surfaces, INPUTS, strict=True):
    ax.plot(w, row, color=color, linewidth=2)
ax.plot(wanted["minus_five"], deepest.risk, "o", color=INPUTS[0])
ax.plot(wanted["five"], deepest.risk, "o", color=INPUTS[2])
ax.text(0.36, -0.5, f"$x = {x[0]:g}$", color=INPUTS[0])
ax.text(0.0, 0.025, f"$x = {x[1]:g}$", color=INPUTS[1], ha="center")
ax.text(-0.36, -0.5, f"$x = {x[2]:g}$", color=INPUTS[2], ha="right")
ax.set(
    title="Every input has its own surface",
    xlabel="weight $w$",
    ylabel=f"loss ({len(x)} surfaces)",
    xlim=(w[0], w[-1]),
)

# %%
# The surfaces of :math:`x = -5` and :math:`x = 5` are mirror images: the weight that is
# best for one is no good for the other. The input 0 has no opinion, since its output is
# 0 whatever the weight. Stochastic gradient descent walks on one of these curves at a
# time, and changes curves at every step: see :doc:`/learn/loss-surfaces`.

numbers = {"output": deepest.w, "lowest": deepest.risk, "wanted": wanted}
print(f"lowest loss {deepest.risk:.4f}, at the output {deepest.w:.4f}")
for name, weight in wanted.items():
    print(f"the input {name.replace('_', ' ')} has it at w = {weight:.4f}")

plt.show()
