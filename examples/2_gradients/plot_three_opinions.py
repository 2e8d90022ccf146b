"""
Three opinions
==============

One weight, three examples, three slopes. Look at the arrows and the slopes: the examples
disagree about the length of the next step, and even about its direction.
"""

# %%
# The output is :math:`w x`, so each input :math:`x` has a loss surface of its own over
# the weight. All are asked at the same place.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import gradient, loss
from sgd_explained.palette import GUIDE, LOSS, WALKER

w0, learning_rate = -0.3, 0.01
x = np.array([-5.0, 1.0, 5.0])
losses = loss(w0 * x)
slopes = gradient(w0, x)
after = w0 - learning_rate * slopes
assert slopes.min() < 0 < slopes.max(), "they disagree about the direction"
assert (gradient(0.0, x) == 0).all(), "at w = 0 they agree: nobody moves"

# %%
# An arrow points down each surface. All arrows are equally long, since the steps would
# be too short to be seen: the slopes above the panels say how long these are.

w = np.linspace(-0.7, 0.7, 300)

fig, axes = plt.subplots(3, 1, figsize=(5.4, 6), sharex=True, layout="constrained")
fig.set_label(
    f"Three panels, the loss surfaces of the inputs {x[0]:g}, {x[1]:g} and {x[2]:g}, each "
    f"with a point at w = {w0:g} and an arrow that points downhill: to the right where "
    f"the slope is {slopes[0]:.2f}, to the left where it is {slopes[1]:.2f}, and to the "
    f"right where it is {slopes[2]:.2f}, the steepest. All three are level at w = 0."
)
assert (np.sign(slopes) == [-1, 1, -1]).all(), "as the text of the figure says"
for ax, input_, height, slope in zip(axes, x, losses, slopes, strict=True):
    ax.plot(w, loss(w * input_), color=LOSS, linewidth=2)
    ax.axvline(w0, color=GUIDE, linestyle="--", linewidth=1)
    ax.plot(w0, height, "o", color=WALKER)
    ax.annotate(
        "",
        (w0 - 0.1 * np.sign(slope), height),
        (w0, height),
        arrowprops={"arrowstyle": "->", "color": WALKER, "linewidth": 2},
    )
    ax.set_title(f"$x = {input_:g}$: slope ${slope:.3f}$", fontsize="medium")
    ax.set(ylabel="loss", ylim=(-0.85, 0.3))
axes[-1].set(xlabel="weight $w$")

# %%
# What to notice: none of the three knows the others. Only at :math:`w = 0` do they
# agree, since there every output is 0, whatever the input. :doc:`/learn/sgd-algorithm`
# lets one of them speak at each step, and :doc:`/learn/noisy-gradients` asks what their
# opinions are worth on average.

rows = [list(row) for row in zip(x, losses, slopes, after, strict=True)]
numbers = {"asked": rows}
for input_, height, slope, end in rows:
    print(f"x = {input_:2g}: loss {height:6.3f}, slope {slope:6.3f}, w after {end:.4f}")

plt.show()
