"""
Held in a trap
==============

Gradient descent with short steps goes down, and never up again. Look at where its two
walks end: in the valley in which they began, though a much deeper one lies beside it.
"""

# %%
# With inputs between :math:`-2` and :math:`5` the risk has three valleys. With one
# weight one can know that: the problem's ``landscape`` holds every point at which the risk
# is level.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import (
    RiskLandscape,
    empirical_risk,
    gradient,
    gradient_descent,
    problems,
    risk_curvature,
)
from sgd_explained.palette import DESCENT, GUIDE, RISK

x, landscape = problems.trap.x, problems.trap.landscape
best, trap, medium = landscape.minima
wall, rim = landscape.maxima
rim_height = rim.risk - trap.risk
depth = trap.risk / best.risk
assert best == landscape.global_minimum, "the valley on the left is the deepest"

# %%
# Why these inputs? As many on either side of 0 would make the risk its own mirror image:
# between -10 and 10 two valleys equally deep, and no bad one to be held in.

even = RiskLandscape(problems.article.x, (-10, 10)).minima
assert len(even) == 2, "there is no third valley, far and wide"
assert np.isclose(even[0].w, -even[1].w), "an even risk has mirrored minima"
assert np.isclose(even[0].risk, even[1].risk), "that are equally deep"

# %%
# Start near either rim of the shallow valley in the middle.

starts, rate = [0.03, 0.31], 0.05
walks = [
    gradient_descent(gradient, w0, x, learning_rate=rate, steps=60) for w0 in starts
]
left_end, right_end = (walk.final for walk in walks)
assert np.allclose([left_end, right_end], trap.w, atol=5e-4), "both end in the trap"

# %%
# Where does each of many starts lead? A walk cannot pass a hilltop as long as
# :math:`\eta R''(w) < 1` wherever it goes: then the place after a step rises with the
# place before it, and a hilltop is its own next place.

w = np.linspace(-1, 1.5, 251)
steepest = risk_curvature(np.linspace(-1, 1.5, 10_001), x).max()
short = 1 / steepest
crowd = gradient_descent(
    gradient, w, x, learning_rate=rate, steps=2000, crowd=True, keep="last"
)
reached = landscape.basin(crowd.final)
minima = np.array([minimum.w for minimum in landscape.minima])
nearest = np.abs(w[:, np.newaxis] - minima).argmin(axis=1)
level = w[reached == -1]
passed_by = np.sum((reached != nearest) & (reached != -1))
to_best, to_trap, to_medium = (np.sum(reached == i) for i in range(3))
ways = [to_best, level.size, to_trap, 0, to_medium]
assert rate < short, "the steps are short enough to stay between hilltops"
assert (reached == landscape.basin(w)).all(), "each walk stays in its own valley"
assert level.tolist() == [wall.w], "only the start on a hilltop leads nowhere"

beyond = np.argmax(w > rim.w)
beyond_start, beyond_end = w[beyond], crowd.final[beyond]
assert nearest[beyond] == 1, "from just beyond the rim, the trap is nearest"
assert reached[beyond] == 2, "but the way down leads elsewhere"

# %%
# Above, the whole landscape. The shaded strip is the basin of the shallow valley;
# below, it is enlarged, with a point for every step.

fig, (above, below) = plt.subplots(
    2, 1, figsize=(5.4, 6.6), height_ratios=[4, 3], layout="constrained"
)
fig.set_label(
    "Above, the risk over the weight has three valleys: a deep one on the left, of risk "
    f"{best.risk:.3f}, a shallow one in the middle, {trap.risk:.3f}, and one of medium "
    f"depth on the right, {medium.risk:.3f}. Below, the shallow one is enlarged: two "
    "walks start near its rims and end at its bottom."
)
above.plot(w, empirical_risk(w, x), color=RISK, linewidth=2)
above.axvspan(wall.w, rim.w, color=GUIDE, alpha=0.2, linewidth=0)
above.text(0.5 * (wall.w + rim.w), 0.008, "trap", color=GUIDE, ha="center")
for minimum in landscape.minima:
    label = f"${minimum.risk:.3f}$"
    above.text(minimum.w, minimum.risk - 0.03, label, color=RISK, ha="center")
above.set(
    title=f"Gradient descent stays at risk ${trap.risk:.3f}$",
    ylabel="risk $R(w)$",
    ylim=(-0.39, 0.04),
)
inside = np.linspace(wall.w, rim.w, 200)
below.plot(inside, empirical_risk(inside, x), color=RISK, linewidth=2)
for walk in walks:
    below.plot(
        walk.weights, empirical_risk(walk.weights, x), "o", color=DESCENT, alpha=0.6
    )
    start = walk.weights[0], empirical_risk(walk.weights[0], x)
    below.annotate("start", start, (5, 4), textcoords="offset points", color=DESCENT)
below.plot(trap.w, trap.risk, "o", color=DESCENT, markersize=9)
below.annotate(
    "end of both",
    (trap.w, trap.risk),
    (0, -8),
    textcoords="offset points",
    color=DESCENT,
    ha="center",
    va="top",
)
below.set(
    title="The shaded strip, enlarged",
    xlabel="weight $w$",
    ylabel="risk $R(w)$",
    ylim=(-0.072, 0.008),
)

# %%
# What to notice: the exact gradient leads to the bottom of the valley downhill, and
# there it is 0. That need not be the nearest bottom: it depends on the side of the
# hilltop. :doc:`/learn/where-it-falls-short` tells what follows from that.

numbers = {
    "landscape": [
        [point.w, point.risk, point.kind, lead]
        for point, lead in zip(landscape.stationary_points, ways, strict=True)
    ],
    "even_w": even[1].w,
    "rim": rim.w,
    "rim_height": rim_height,
    "best_risk": best.risk,
    "trap_risk": trap.risk,
    "depth": depth,
    "left_end": left_end,
    "right_end": right_end,
    "short": short,
    "starts": w.size,
    "to_best": to_best,
    "level": level[0],
    "beyond_start": beyond_start,
    "beyond_end": beyond_end,
    "passed_by": passed_by,
}
for point, risk, kind, lead in numbers["landscape"]:
    print(f"{kind} at w = {point:6.3f}, risk {risk:6.3f}: {lead:3} of {w.size} starts")
print(f"{passed_by} of them do not end at the minimum that was nearest")

plt.show()
