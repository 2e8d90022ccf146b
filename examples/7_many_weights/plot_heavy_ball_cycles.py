"""
A heavy ball that never arrives
===============================

The heavy ball's best setting is best on quadratics. Look at a risk that is convex, smooth
and no quadratic: with that very setting the ball goes round for ever, while plain
gradient descent and Nesterov's step come down.
"""

# %%
# The slope is made of three straight pieces, so the curvature is 25 outside and 1 between
# 1 and 2. The condition number is 25, and the best heavy ball for it has the rate
# :math:`\eta = 1/9` and :math:`\beta = 4/9`.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import gradient_descent
from sgd_explained.palette import DESCENT, RISK, RIVAL, WALKER
from sgd_explained.updates import momentum, nesterov, plain


def slope(w, x):
    """Slope of the risk of Lessard, Recht and Packard; there is one example."""
    return np.where(w < 1, 25 * w, np.where(w < 2, w + 24, 25 * w - 24)) + 0 * x


start = 3.3
rivals = {
    "heavy ball": (1 / 9, momentum(4 / 9)),
    "plain": (2 / 26, plain),
    "Nesterov": (1 / 25, nesterov((5 - 1) / (5 + 1))),
}
walks = {
    name: gradient_descent(
        slope, start, [0.0], learning_rate=rate, steps=200, update=rule
    ).weights
    for name, (rate, rule) in rivals.items()
}
ball = walks["heavy ball"]
cycle = ball[-3:]
assert np.abs(ball[-6:-3] - cycle).max() < 1e-9, "three weights, again and again"
assert np.ptp(cycle) > 1
ends = {name: abs(walk[-1]) for name, walk in walks.items()}
assert max(ends["plain"], ends["Nesterov"]) < 1e-6, "the others arrive"

# %%
# Is it the start? Of evenly spaced starts some are caught, and the others arrive.

starts = np.linspace(-10, 10, 2001)
finals = gradient_descent(
    slope,
    starts,
    [0.0],
    learning_rate=1 / 9,
    steps=400,
    update=momentum(4 / 9),
    crowd=True,
    keep="last",
).final
caught = np.abs(finals) > 1e-3
assert 0 < caught.mean() < 1

# %%
# And is there no cure? From these starts there are two: a lower rate with the same
# momentum, and more momentum at the same rate.

more = 0.6
for rate, beta in ((1 / 25, 4 / 9), (1 / 9, more)):
    ends_there = gradient_descent(
        slope,
        starts,
        [0.0],
        learning_rate=rate,
        steps=400,
        update=momentum(beta),
        crowd=True,
        keep="last",
    ).final
    assert np.abs(ends_there).max() < 1e-6, "with either all arrive"

# %%
# The figure.

fig, (above, below) = plt.subplots(2, 1, figsize=(5.4, 6), layout="constrained")
fig.set_label(
    "Above, the slope against the weight: a line that is steep, flat between 1 and 2, and "
    "steep again. Below, the weight against the step, from 3.3: plain gradient descent "
    "and Nesterov's step come to 0, and the heavy ball goes on swinging between three "
    "weights."
)
w = np.linspace(-2, 3.5, 400)
above.plot(w, slope(w, 0), color=RISK)
above.plot(cycle, slope(cycle, 0), "o", color=WALKER, label="the heavy ball, for ever")
above.set(xlabel="weight $w$", ylabel="slope", title="Convex, and not a quadratic")
above.legend()
for (name, walk), colour in zip(walks.items(), (WALKER, DESCENT, RIVAL), strict=True):
    below.plot(walk[:40], ".-", color=colour, label=name, linewidth=1)
below.set(
    ylim=(-3.5, 5.5),
    xlabel="step",
    ylabel="weight",
    title="One of the three never arrives",
)
below.legend(ncols=3, handlelength=1, columnspacing=1)

# %%
# What to notice: a setting that is optimal under one assumption can fail under another.
# Nesterov's step has a theorem for all such risks; the heavy ball, so tuned, has none.

numbers = {
    "start": start,
    "cycle": dict(
        zip(("low", "middle", "high"), sorted(map(float, cycle)), strict=True)
    ),
    "plain": float(ends["plain"]),
    "caught": float(caught.mean()),
    "more": more,
}
print("the cycle:", ", ".join(f"{value:.3f}" for value in numbers["cycle"].values()))
print(f"caught: {numbers['caught']:.0%} of the starts between -10 and 10")

plt.show()
