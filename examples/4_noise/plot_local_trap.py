"""
Held in a trap
==============

Gradient descent goes down, and never up again. Look at where its two walks end: in the
valley in which they began, though a much deeper one lies a short way off.
"""

# %%
# With inputs between :math:`-2` and :math:`5` the risk has three valleys. With one
# weight one can know that: ``RiskLandscape`` finds every point at which the risk is
# level.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import RiskLandscape, empirical_risk, gradient, gradient_descent

x = np.linspace(-2, 5, 100)
landscape = RiskLandscape(x, (-1, 1.5))
for point in landscape.stationary_points:
    print(f"{point.kind} at w = {point.w:6.3f}, risk {point.risk:.4f}")

# %%
# Start near either rim of the shallow valley in the middle.

shallow = landscape.minima[1]
starts = [0.03, 0.31]
walks = [
    gradient_descent(gradient, w0, x, learning_rate=0.1, steps=60) for w0 in starts
]

# %%
# Above, the whole landscape. The shaded strip is the basin of the shallow valley;
# below, it is enlarged, with a point for every step.

w = np.linspace(-1, 1.5, 500)
left, right = (top.w for top in landscape.maxima)

fig, (above, below) = plt.subplots(
    2, 1, figsize=(5.4, 6.6), height_ratios=[4, 3], layout="constrained"
)
fig.set_label(
    "Above, the risk over the weight has three valleys: a deep one on the left, a "
    "shallow one in the middle and one of medium depth on the right. Below, the "
    "shallow one is enlarged: two walks start near its rims and end at its bottom."
)
above.plot(w, empirical_risk(w, x), "C2", linewidth=2)
above.axvspan(left, right, color="C5", alpha=0.2, linewidth=0)
above.text(0.5 * (left + right), 0.008, "trap", color="C5", ha="center")
for minimum in landscape.minima:
    label = f"${minimum.risk:.3f}$"
    above.text(minimum.w, minimum.risk - 0.03, label, color="C2", ha="center")
above.set(
    title=f"Gradient descent stays at risk ${shallow.risk:.3f}$",
    ylabel="risk $R(w)$",
    ylim=(-0.39, 0.04),
)
inside = np.linspace(left, right, 200)
below.plot(inside, empirical_risk(inside, x), "C2", linewidth=2)
for walk in walks:
    below.plot(
        walk.weights, empirical_risk(walk.weights, x), "o", color="C1", alpha=0.6
    )
    below.text(
        walk.weights[0], empirical_risk(walk.weights[0], x) + 0.003, "start", color="C1"
    )
below.text(shallow.w, shallow.risk + 0.004, "end", color="C1", ha="center")
below.set(xlabel="weight $w$", ylabel="risk $R(w)$", ylim=(-0.065, 0.008))

# %%
# The exact gradient leads straight to the bottom of the nearest valley, and there it is
# 0. :doc:`/learn/where-it-falls-short` tells what follows from that.

for w0, walk in zip(starts, walks, strict=True):
    end = empirical_risk(walk.final, x)
    print(f"from w = {w0:.2f} to w = {walk.final:.3f}: risk {end:.4f}")
print(f"lowest risk of all: {landscape.global_minimum.risk:.4f}")

plt.show()
