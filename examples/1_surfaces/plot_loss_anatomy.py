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

from sgd_explained import RiskLandscape, loss, loss_derivative

landscape = RiskLandscape([1.0], (-4.0, 4.0))
for point in landscape.stationary_points:
    print(f"{point.kind} at y = {point.w:7.4f}, loss {point.risk:7.4f}")

# %%
# The loss above, its slope below, with marks at what was found: minima point down,
# maxima point up.

y = np.linspace(-4, 4, 400)
fig, (above, below) = plt.subplots(
    2, 1, figsize=(5.4, 5.8), sharex=True, height_ratios=[3, 2], layout="constrained"
)
fig.set_label(
    "The loss against the output y, above its slope. The loss is flat far to the "
    "left, falls into a deep minimum, rises to a maximum at 0, dips into a shallow "
    "minimum, rises to a second maximum, and flattens again. The slope is 0 at each "
    "of the four."
)
above.plot(y, loss(y), "C0", linewidth=2)
below.plot(y, loss_derivative(y), "C0", linewidth=2)
below.axhline(0, color="C5", linewidth=0.8)

places = [(-0.8, -0.76, "left"), (-0.2, 0.06, "right")]
places += [(0.75, -0.28, "left"), (1.75, 0.15, "left")]
for point, (left, bottom, side) in zip(
    landscape.stationary_points, places, strict=True
):
    marker = "v" if point.kind == "minimum" else "^"
    above.plot(point.w, point.risk, marker, color="C1", markersize=8)
    below.plot(point.w, 0, marker, color="C1", markersize=8)
    label = f"{point.kind} ${point.risk:.4f}$\nat $y = {point.w:.4f}$"
    above.text(left, bottom, label, color="C1", ha=side)
above.text(-3.9, 0.03, "flat", color="C5")
above.text(3.9, 0.03, "flat", color="C5", ha="right")
above.set(title="The loss is no bowl", ylabel=r"loss $\ell(y)$", ylim=(-0.85, 0.38))
below.set(xlabel="output $y$", ylabel=r"slope $\ell\,'(y)$")

# %%
# Where the slope is 0, descent stands still: in either valley, on a hilltop, and almost
# so on the plains. A step cannot tell these apart. :doc:`/learn/model-and-loss` walks
# through the anatomy, and :doc:`/learn/chain-rule` derives the slope.

print(f"slope at y = 4: {loss_derivative(4.0):.1e}")

plt.show()
