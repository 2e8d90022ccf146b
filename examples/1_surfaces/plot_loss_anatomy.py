"""
Anatomy of the loss
===================

The loss has two valleys, two hilltops, and a plain on either side. Look at the slope
below it: it crosses 0 at each valley and each hilltop, and nowhere else.
"""

# %%
# A bowl has one lowest point, and every road leads down to it. The loss
# :math:`\ell(y) = (y^3 - y^2)\, e^{-y^2}` was chosen because it is not a bowl.
#
# With the single input 1 the output is the weight itself, so the risk of that data set
# is the loss. ``RiskLandscape`` brackets each point where the slope changes sign, and
# halves the bracket until no number is left between its ends.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import (
    RiskLandscape,
    loss,
    loss_derivative,
    loss_second_derivative,
)
from sgd_explained.palette import GUIDE, INK, LOSS

landscape = RiskLandscape([1.0], (-4.0, 4.0))
points = landscape.stationary_points
deep, shallow = landscape.minima
ratio = deep.risk / shallow.risk
far_slope = np.abs(loss_derivative([-4.0, 4.0])).max()
assert [point.kind for point in points] == ["minimum", "maximum"] * 2
assert deep == landscape.global_minimum, "the left valley is the deepest"
assert points[1].w == 0, "a hilltop lies at exactly 0"
# The slope is a polynomial times a positive factor: its roots are all there are.
roots = np.sort(np.roots([-2, 2, 3, -2, 0]))
assert np.allclose(roots, [point.w for point in points]), "there are no others"

# %%
# Is it convex? Then no line between two of its points would run below the curve. Try
# the line between the two minima, at its middle.

middle = 0.5 * (deep.w + shallow.w)
line_there = 0.5 * (deep.risk + shallow.risk)
loss_there = loss(middle)
curvature_at_0 = loss_second_derivative(0.0)
assert line_there < loss_there, "the line runs below the curve: it is not convex"
assert curvature_at_0 < 0, "nor is its second derivative always positive"

# %%
# The loss above, its slope below, with marks at what was found: minima point down,
# maxima point up.

y = np.linspace(-4, 4, 400)
fig, (above, below) = plt.subplots(
    2, 1, figsize=(5.4, 5.8), sharex=True, height_ratios=[3, 2], layout="constrained"
)
fig.set_label(
    "The loss against the output y, above its slope. The loss is flat far to the "
    f"left, falls into a deep minimum at {deep.w:.2f}, rises to a maximum at 0, dips "
    f"into a shallow minimum at {shallow.w:.2f}, rises to a second maximum, and "
    "flattens again. The slope is 0 at each of the four. A dashed line between the two "
    "minima runs below the curve."
)
above.plot(y, loss(y), color=LOSS, linewidth=2)
above.plot(
    [deep.w, shallow.w], [deep.risk, shallow.risk], "--", color=GUIDE, linewidth=1
)
below.plot(y, loss_derivative(y), color=LOSS, linewidth=2)
below.axhline(0, color=GUIDE, linewidth=0.8)

places = [(-0.6, -0.76, "left"), (-0.2, 0.06, "right")]
places += [(0.75, -0.28, "left"), (1.75, 0.15, "left")]
for point, (left, bottom, side) in zip(points, places, strict=True):
    marker = "v" if point.kind == "minimum" else "^"
    above.plot(point.w, point.risk, marker, color=INK, markersize=8)
    below.plot(point.w, 0, marker, color=INK, markersize=8)
    label = f"{point.kind} ${point.risk:.4f}$\nat $y = {point.w:.4f}$"
    above.text(left, bottom, label, color=INK, ha=side)
above.text(-3.9, 0.03, "flat", color=GUIDE)
above.text(3.9, 0.03, "flat", color=GUIDE, ha="right")
above.set(title="The loss is no bowl", ylabel=r"loss $\ell(y)$", ylim=(-0.85, 0.38))
below.set(xlabel="output $y$", ylabel=r"slope $\ell\,'(y)$")

# %%
# Where the slope is 0, descent stands still: in either valley, on a hilltop, and almost
# so on the plains. A step cannot tell these apart. :doc:`/learn/model-and-loss` walks
# through the anatomy, and :doc:`/learn/chain-rule` derives the slope.

numbers = {
    "anatomy": [[point.w, point.risk, point.kind] for point in points],
    "deep_y": deep.w,
    "deep_loss": deep.risk,
    "shallow_y": shallow.w,
    "shallow_loss": shallow.risk,
    "ratio": ratio,
    "far_slope": far_slope,
    "line_there": line_there,
    "loss_there": loss_there,
    "curvature_at_0": curvature_at_0,
}
for place, height, kind in numbers["anatomy"]:
    print(f"{kind} at y = {place:7.4f}, loss {height:7.4f}")
print(f"between the minima: line {line_there:.4f}, loss {loss_there:.4f}")
print(f"slope at |y| = 4: at most {far_slope:.1e}")

plt.show()
