"""
A ravine that runs aslant
=========================

Rules with a rate for each weight see the weights one by one. Turn a ravine against the axes
and look at how many steps each rule takes now, always at its own best rate.
"""

# %%
# The ravine has curvatures 1 and 100. It is turned about its minimum, and the start with
# it, so that for gradient descent nothing changes but the names of the directions.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import gradient_descent
from sgd_explained.palette import DESCENT, RIVAL, WALKER
from sgd_explained.updates import adagrad, adam, momentum, plain, rmsprop

curvatures, start = np.diag([1.0, 100.0]), np.array([-8.0, 0.6])
degrees = np.array([0, 5, 15, 30, 45])
rules = {
    "gradient descent": plain,
    "AdaGrad": adagrad(),
    "RMSProp": rmsprop(),
    "RMSProp, 0.999": rmsprop(0.999),
    "Adam": adam(),
    "momentum": momentum(0.9),
}

# %%
# Each rule tries 41 rates, from 0.001 to 10. What counts is the number of steps, at most
# 800, after which the risk stays below a thousandth of what it was at the start, to step
# 1600 at least. Nothing is random here.

rates, most = np.geomspace(0.001, 10, 41), 800
needed, best = {name: [] for name in rules}, {name: [] for name in rules}
for angle in np.radians(degrees):
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    bend = turn @ curvatures @ turn.T
    for name, rule in rules.items():
        with np.errstate(all="ignore"):  # What diverges is far above.
            weights = gradient_descent(
                lambda w, x, bend=bend: w @ bend + 0 * x,
                np.tile(turn @ start, (rates.size, 1)),
                [[0.0, 0.0]],
                learning_rate=rates,
                steps=2 * most,
                crowd=True,
                update=rule,
            ).weights
            risk = ((weights @ bend) * weights).sum(axis=-1) / 2
        above = ~(risk < 1e-3 * risk[0])
        last = 2 * most - np.argmax(above[::-1], axis=0)
        count = np.minimum(last, most) + 1
        needed[name].append(count.min())
        best[name].append(rates[count.argmin()])
        arrives, inside = count.min() <= most, 0 < count.argmin() < rates.size - 1
        assert inside or not arrives, "the best rate is inside the grid"
steps = {name: np.array(counts) for name, counts in needed.items()}
for name in ("gradient descent", "momentum"):
    assert np.ptp(steps[name]) == 0, "a turn changes nothing for these"
own, level = steps["AdaGrad"], steps["gradient descent"][0]
assert own[0] < 10, "AdaGrad is best along the axes"
assert own[-1] > level, "and loses that to gradient descent"
assert np.ptp([*steps["Adam"], *steps["momentum"]]) < 10
assert np.all(steps["RMSProp"] > 2 * level), "as PyTorch has it, it forgets too soon"
long = steps["RMSProp, 0.999"]
assert np.all(abs(long - own) < 0.2 * own.clip(20)), (
    "if it hardly forgets, it is like AdaGrad"
)

# %%
# The fewest steps of each rule, by the angle of the ravine. Who does not arrive in 800 is drawn
# above them.

fig, ax = plt.subplots(figsize=(5.4, 4), layout="constrained")
fig.set_label(
    "Steps needed against the angle of the ravine, on a logarithmic axis. Gradient descent "
    f"needs {level} at every angle. AdaGrad needs {own[0]} along the axes and {own[-1]} at "
    f"45 degrees. Momentum and Adam need between {steps['Adam'].min()} and "
    f"{max(steps['Adam'].max(), steps['momentum'][0])} at all angles, RMSProp with "
    f"its usual memory, 0.99, more than {steps['RMSProp'].min() - 1}."
)
for name, color, style, place in [
    ("gradient descent", DESCENT, "-", (1, 235)),
    ("RMSProp", RIVAL, "-", (1, 800)),
    ("AdaGrad", WALKER, "-", (2.5, 8)),
    ("momentum", DESCENT, "--", (44, 70)),
    ("Adam", WALKER, "--", (44, 39)),
]:
    ax.plot(degrees, steps[name], style, marker="o", color=color, markersize=4)
    ax.text(*place, name, color=color, ha="right" if place[0] > 40 else "left")
ax.set(
    title="Rates for single weights know only the axes",
    xlabel="angle between the ravine and the axis in degrees",
    ylabel="steps needed at the best rate",
    yscale="log",
    ylim=(3, 1100),
)

# %%
# What to notice: what AdaGrad gains, it gains from the axes. That Adam keeps its lead in the
# slanted ravine is not owed to its divisor: momentum alone, with 0.9 as in Adam, does the
# same.

numbers = {
    "descent": int(level),
    "adagrad_along": int(own[0]),
    "adagrad_aslant": int(own[-1]),
    "adam_least": int(steps["Adam"].min()),
    "adam_most": int(steps["Adam"].max()),
    "momentum": int(steps["momentum"][0]),
    "rmsprop_least": int(steps["RMSProp"].min()),
    "long_along": int(long[0]),
    "long_aslant": int(long[-1]),
}
for name, counts in steps.items():
    print(f"{name}: {counts}, best rates {np.round(best[name], 4)}")

plt.show()
