"""
Where Adam climbs
=================

The example of Reddi, Kale & Kumar: one large slope is followed by several small ones that
point the other way. Look at which way Adam walks, and on what that depends.
"""

# %%
# The slopes come in a cycle: :math:`n`, and then :math:`n - 1` times :math:`-1`. Their mean
# is :math:`1/n`, so the risk rises to the right everywhere, and the best weight in
# :math:`[-1, 1]` is :math:`-1`. A rule of your own keeps the weight in there.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import sgd
from sgd_explained.palette import DESCENT, GUIDE, PREDICTED, RIVAL, WALKER
from sgd_explained.updates import adam, plain


def kept_inside(rule):
    """Return the rule with its weight cut to the interval after each step."""

    def inside(g, memory, w, rate):
        step, memory = rule(g, memory, w, rate)
        return w - np.clip(w - step, -1, 1), memory

    return inside


def longest_divisor(g, memory, w, rate, beta2=0.1):
    """Return a step of AMSGrad, whose divisor never shrinks, without a mean."""
    squares, most = memory or (0.0, 0.0)
    squares = beta2 * squares + (1 - beta2) * g * g
    most = max(most, squares)
    return rate * g / np.sqrt(most), (squares, most)


def slopes(n):
    """Return the slopes of a cycle."""
    return np.array([n, *[-1.0] * (n - 1)])


paths = {
    name: sgd(
        lambda w, slope: slope + 0 * w,
        0.0,
        slopes(3),
        learning_rate=lambda k: 0.5 / np.sqrt(1 + k),
        epochs=400,
        order="sequential",
        update=kept_inside(rule),
    ).weights
    for name, rule in [
        ("Adam", adam((0.0, 0.1))),
        ("AMSGrad", longest_divisor),
        ("SGD", plain),
    ]
}
assert paths["Adam"][-1] > 0.99, "Adam ends at the worst weight"
assert max(paths["SGD"][-1], paths["AMSGrad"][-1]) < -0.95, "others at the best"

# %%
# Which way? In the long run the divisor goes through a cycle, too: after the large slope it
# is large, and then it shrinks. One cycle moves the weight by the sum of slope over divisor,
# times the rate. The walk needs no walls and a constant rate for that.

betas = 1 - np.geomspace(0.001, 0.9, 400)


def moved(n, beta2, beta1=0.0):
    """Return by how many learning rates a cycle of the long run moves the weight."""
    age = np.arange(n)  # How many steps ago the large slope came.
    v = 1 + (n**2 - 1) * (1 - beta2) * beta2**age / (1 - beta2**n)
    # The part that the mean has of a slope of the cycle, by its age.
    parts = (1 - beta1) * beta1**age / (1 - beta1**n)
    means = [parts @ slopes(n)[(place - age) % n] for place in range(n)]
    return -np.sum(means / np.sqrt(v))


cycles, sampled = 40, np.array([0.1, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999])
measured, law, turns = {}, {}, []
for n in (3, 10, 30):
    law[n] = np.array([moved(n, beta2) for beta2 in betas])
    low, high = 0.1, 0.9999
    for _ in range(50):  # Halve the interval in which it turns.
        middle = (low + high) / 2
        low, high = (middle, high) if moved(n, middle) > 0 else (low, middle)
    assert np.array_equal(law[n] > 0, betas < low), "it turns once"
    turns.append([n, low])
for n in (3, 10):
    measured[n] = []
    for beta2 in sampled:
        forget = int(np.ceil(20 / (1 - beta2) / n)) + 1
        for beta1 in (0.9, 0.0):
            path = sgd(
                lambda w, slope: slope + 0 * w,
                0.0,
                slopes(n),
                learning_rate=0.001,
                epochs=forget + 30,
                order="sequential",
                update=adam((beta1, beta2), eps=0.0),
            ).weights
            found = (path[-1] - path[-1 - n]) / 0.001
            assert np.isclose(found, moved(n, beta2, beta1), atol=1e-4), "law holds"
        measured[n].append(found)
threshold = dict(turns)
climbs = {n: [moved(n, beta2, 0.9) > 0 for beta2 in betas] for n in law}
assert not np.any(climbs[3]), "the mean keeps the shortest cycle on the right way"
with_mean = {n: betas[climbs[n]].max() for n in (10, 30)}
weak = np.linspace(0.001, 0.2, 200)
from_ten = weak[[moved(10, beta2, 0.9) > 0 for beta2 in weak]].min()
assert weak[0] < from_ten < weak[-1], "with hardly any memory it goes the right way"
assert 0.1 < threshold[3] < threshold[10] < threshold[30] < 0.999

# %%
# Above, the walks; below, by how much a cycle moves the weight.

fig, (above, below) = plt.subplots(2, 1, figsize=(5.4, 6.6), layout="constrained")
fig.set_label(
    "Above, the weight over 1200 steps. Adam with a first beta of 0 and a second of 0.1 "
    "climbs to plus 1, the worst weight; SGD and AMSGrad go to minus 1, the best. Below, by how many rates "
    "one cycle moves the weight in the long run, against one minus the second beta, for "
    "cycles of 3, 10 and 30 slopes. All are below zero, the right way, where beta is close "
    f"to 1. They cross zero at beta {threshold[3]:.2f}, {threshold[10]:.2f} and "
    f"{threshold[30]:.3f}. Points of walks lie on the lines."
)
for name, color, place in [
    ("Adam", WALKER, (700, 0.85)),
    ("AMSGrad", RIVAL, (200, -0.55)),
    ("SGD", DESCENT, (700, -0.9)),
]:
    above.plot(np.arange(0, 1201, 3), paths[name][::3], color=color)
    above.text(*place, name, color=color)
above.set(
    title="Adam goes to the worst weight",
    xlabel="step (every third is drawn)",
    ylabel="weight $w$",
)
for n, line in law.items():
    below.plot(1 - betas, line, "--", color=PREDICTED, label=f"predicted {n}")
    edge = np.flatnonzero(line < 2.6)[-1]
    below.text(
        0.93 * (1 - betas[edge]), line[edge], f"$n = {n}$", color=PREDICTED, ha="right"
    )
for points in measured.values():
    below.plot(1 - sampled, points, "o", color=WALKER, markersize=4.5)
below.axhline(0, color=GUIDE, linewidth=1)
below.text(0.001, 2.6, "above 0: climbs", color=GUIDE)
below.set(
    title="Whether it climbs depends on how long it remembers",
    xlabel=r"$1 - \beta_2$",
    ylabel=r"moved in a cycle / $\eta$",
    xscale="log",
    xlim=(0.0008, 1.5),
    ylim=(-0.8, 3),
)

# %%
# What to notice: with :math:`\beta_2 = 0.999` Adam goes the right way in all three. But for
# every :math:`\beta_2` there is a cycle long enough.

numbers = {
    "adam_end": paths["Adam"][-1],
    "sgd_end": paths["SGD"][-1],
    "amsgrad_end": paths["AMSGrad"][-1],
    "turns": turns,
    "with_mean": {
        "from_ten": from_ten,
        "ten": with_mean[10],
        "thirty": with_mean[30],
    },
}
for name, path in paths.items():
    print(f"{name} ends at {path[-1]:.3f}")
for n, turn in turns:
    print(f"a cycle of {n}: climbs below beta2 = {turn:.4f}")

plt.show()
