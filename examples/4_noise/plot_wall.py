"""
The wall
========

At the weight 0 every example is silent: all gradients are 0 there, and so is the noise.
Look at how the noise vanishes, and at how long a step must be to leap across: from the
left a smaller learning rate will do than from the right.
"""

# %%
# The gradient of an example at :math:`w` is :math:`g = x\,\ell'(y)` with :math:`y = wx`,
# which is :math:`w x^2 \ell'(y) / y`. So close to the wall it is in proportion to
# :math:`w`, whatever the input.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import gradient, loss_derivative, problems
from sgd_explained.palette import DESCENT, GUIDE, PREDICTED, WALKER

x = problems.trap.x
trap, wall = problems.trap.valleys[1], problems.trap.landscape.maxima[0]
w = np.linspace(-0.6, 1, 801)
noise = gradient(w[:, np.newaxis], x).std(axis=1)
wall_height = wall.risk - trap.risk

# %%
# A step takes :math:`w` to :math:`w - \eta g = w\,(1 - \eta\, g / w)`. It crosses the wall
# if :math:`\eta\, g / w > 1`, so it needs a learning rate above :math:`w / g`, and an
# example that pushes away from the wall never makes it. The most helpful single example
# needs the least; gradient descent has only the mean of them all.

w_off = np.linspace(-0.6, 1, 40_001)
w_off = w_off[np.abs(w_off) > 1e-9]
pulls = gradient(w_off[:, np.newaxis], x) / w_off[:, np.newaxis]
with np.errstate(divide="ignore"):
    single = np.where(pulls.max(axis=1) > 0, 1 / pulls.max(axis=1), np.inf)
    full = np.where(pulls.mean(axis=1) > 0, 1 / pulls.mean(axis=1), np.inf)
right, left = w_off > 0, w_off < 0
full_right, full_left = full[right].min(), full[left].min()

# %%
# The thresholds over all weights there are: :math:`g / w = x^2 \ell'(y) / y`.
# On the right of the wall :math:`y` has the sign of :math:`x`, on the left the other one.
# What :math:`\ell'(y) / y` is at most for positive and for negative outputs can be looked up.

y = np.linspace(1e-6, 8, 800_001)
q = {+1: loss_derivative(y) / y, -1: loss_derivative(-y) / -y}
most = {sign: values.max() for sign, values in q.items()}
place = {sign: sign * y[values.argmax()] for sign, values in q.items()}
from_right = 1 / max(x.max() ** 2 * most[1], x.min() ** 2 * most[-1])
from_left = 1 / max(x.max() ** 2 * most[-1], x.min() ** 2 * most[1])
right_place, left_place = place[1] / x.max(), place[-1] / x.max()
pushed_until = y[q[+1] > 0].min() / x.max()  # From there on the largest input pulls.
assert from_left < from_right, "the wall is one-way"
assert from_left == 1 / (x.max() ** 2 * most[-1]), "it is the largest input that leaps"
assert from_right == 1 / (x.max() ** 2 * most[1]), "from both sides"
for threshold, side in [(from_right, right), (from_left, left)]:
    assert threshold <= single[side].min() < 1.01 * threshold
assert np.isinf(single[right & (w_off < pushed_until)]).all(), "all push away"
assert min(full_right, full_left) > 5 * from_right, "gradient descent needs far more"

# %%
# The lower panel shows what a leap needs from each weight, and both thresholds.

fig, (above, below) = plt.subplots(
    2, 1, figsize=(5.4, 6.8), sharex=True, layout="constrained"
)
fig.set_label(
    "Above, the standard deviation of the gradients against the weight: it falls to zero "
    "at the weight 0 in a sharp notch. Below, on a logarithmic axis, the learning rate "
    "that one step needs to leap across 0: none is large enough close to the wall. From "
    f"the right a single example needs {from_right:.3f} at least, gradient descent "
    f"{full_right:.1f}; from the left a single example needs {from_left:.3f}, gradient "
    f"descent {full_left:.1f}. Dashed lines mark the two thresholds of single examples."
)
above.plot(w, noise, color=WALKER)
above.annotate(
    "at the wall,\nno noise at all",
    (0, 0),
    (0.02, 1.35),
    color=GUIDE,
    arrowprops={"arrowstyle": "->", "color": GUIDE, "relpos": (0, 0)},
)
above.set(
    title="Noise of a single example",
    ylabel="standard deviation of the gradients",
    ylim=(0, None),
)
for needed, color in [(single, WALKER), (full, DESCENT)]:
    for side in (left, right):
        below.plot(w_off[side], needed[side], color=color)
below.plot([-0.6, 0], [from_left, from_left], "--", color=PREDICTED, linewidth=1)
below.plot([0, 1], [from_right, from_right], "--", color=PREDICTED, linewidth=1)
below.text(-0.6, 0.88 * from_left, f"{from_left:.3f}", color=PREDICTED, va="top")
below.text(
    1, 0.88 * from_right, f"{from_right:.3f}", color=PREDICTED, va="top", ha="right"
)
below.axvline(0, color=GUIDE, linewidth=1)
below.text(0.55, 0.4, "single example", color=WALKER, va="top")
below.text(0.25, 1.9, "gradient descent", color=DESCENT, va="top")
below.text(0.02, 0.04, "the wall", color=GUIDE)
below.set(
    title="Learning rate that can leap the wall in one step",
    xlabel="weight $w$ before the step",
    ylabel=r"learning rate $\eta$",
    yscale="log",
    ylim=(0.03, 80),
)
below.set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
below.minorticks_off()

# %%
# What to notice: noise cannot carry a walker *to* the wall in small steps, for it dies away
# on the approach, and every example pushes back. Only a leap from some distance crosses.
# And the deepest valley, on the left, is the steeper place to leap from.

numbers = {
    "from_left": from_left,
    "from_right": from_right,
    "left_place": left_place,
    "right_place": right_place,
    "full_right": full_right,
    "full_left": full_left,
    "pushed_until": pushed_until,
    "wall_height": wall_height,
    "largest_left": most[-1],
    "largest_right": most[1],
}
for name, number in numbers.items():
    print(f"{name}: {number:.4f}")

plt.show()
