"""
A ravine
========

With two weights a valley can be steep across and flat along. One learning rate serves
both directions, so the steep one sets its limit and the flat one sets the time. Look at
the path: it swings across the ravine, and creeps along it.
"""

# %%
# The risk is :math:`\tfrac12 w_0^2 + \tfrac12 100\, w_1^2` and a constant: curvature 1
# along the ravine, 100 across it. Their ratio :math:`\kappa` is the condition number.
# Gradient descent multiplies the error along a direction of curvature :math:`a` by
# :math:`1 - \eta a` in each step.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import gradient_descent, sgd
from sgd_explained.palette import DESCENT, GUIDE, LOSS, PREDICTED, RIVAL, WALKER
from sgd_explained.problems import ravine

small, large = np.linalg.eigvalsh(ravine.risk_curvature(np.zeros(2)))
kappa = large / small
limit, best = 2 / large, 2 / (large + small)

walks = {
    rate: gradient_descent(
        ravine.gradient, ravine.start, *ravine.data, learning_rate=rate, steps=300
    ).weights
    for rate in (0.5 * limit, best)
}
within, beyond = (
    gradient_descent(
        ravine.gradient,
        ravine.start,
        *ravine.data,
        learning_rate=part * limit,
        steps=300,
    ).final
    for part in (0.99, 1.01)
)
assert np.abs(within[1]) < 0.1 * np.abs(ravine.start[1]), (
    "the steep direction converges"
)
assert np.abs(beyond[1]) > np.abs(ravine.start[1]), "and beyond the limit it diverges"
assert np.abs(beyond[0]) < 0.1, "while the flat one converges"

# %%
# At the best rate both errors shrink by the same factor in each step, and nearly all of the
# gradient is that of the steep direction. What does a step keep of the fall :math:`\eta\,
# |\nabla R|^2` that the gradient promises?

late = walks[best][-2:]
risk_before, risk_after = ravine.risk(late)
kept = (risk_before - risk_after) / (best * np.sum(ravine.risk_gradient(late[0]) ** 2))
assert 0 < kept < 0.05, "next to nothing, and yet no constant rate is faster"

# %%
# How many steps shrink the error a thousand times? For each condition number a ravine of
# its own, and for each the best constant learning rate. The error shrinks by the factor
# :math:`(\kappa - 1) / (\kappa + 1)` a step, so the number of steps is predicted.

kappas = np.array([3, 10, 30, 100, 300, 1000])
shrink = 1000


def steps_needed(kappa):
    """Count the steps of gradient descent at the best rate, from an unlucky start."""
    curvatures = np.array([1.0, kappa])
    walk = gradient_descent(
        lambda w, x: (curvatures * w)[np.newaxis],
        np.ones(2),
        [0.0],
        learning_rate=2 / (1 + kappa),
        steps=int(5 * kappa),
    )
    error = np.linalg.norm(walk.weights, axis=1)
    return int(np.argmax(error <= error[0] / shrink))


measured = np.array([steps_needed(k) for k in kappas])
predicted = np.log(shrink) / np.log((kappas + 1) / (kappas - 1))
assert np.array_equal(measured, np.ceil(predicted)), "to the very step"

# %%
# And SGD, with one example a step. The loss of a single example is a trough: flat along
# one direction, which differs from example to example. Three of them are drawn.

rate = 0.004
walk = sgd(
    ravine.gradient, ravine.start, *ravine.data, learning_rate=rate, epochs=4, rng=3
)

# %%
# The figure. Its axes have different scales: the ravine is ten times as long as wide, so
# much narrower than it seems.

fig, (above, below) = plt.subplots(
    2, 1, figsize=(5.4, 7), layout="constrained", height_ratios=(3, 2)
)
fig.set_label(
    "Above, level curves of a ravine in two weights, long along the first weight and "
    "narrow across. Gradient descent at its best learning rate swings from side to side "
    "and creeps along the ravine; at half of the limit it comes down at once and then "
    "creeps more slowly. A walk of SGD wanders along, and its steps point across. "
    "Straight "
    "lines mark the troughs of three examples. Below, the steps that shrink the error a "
    "thousand times against the condition number: points on a rising straight line."
)
along, across = np.meshgrid(np.linspace(-9, 3, 200), np.linspace(-0.9, 0.9, 200))
risk = ravine.risk(np.stack([along, across], axis=-1))
above.contour(along, across, risk, levels=12, colors=GUIDE, linewidths=0.5)
for i in (4, 28, 90):
    (p, q), t = ravine.x[i], ravine.targets[i]
    above.plot(along[0], (t - p * along[0]) / q, color=LOSS, linewidth=0.8, alpha=0.7)
gentle, swinging = (walk[:61].T for walk in walks.values())
above.plot(*swinging, ".-", color=DESCENT, linewidth=0.6, label="best rate, 60 steps")
above.plot(*gentle, ".-", color=RIVAL, linewidth=0.8, label="half the limit, 60 steps")
above.plot(*walk.weights.T, color=WALKER, linewidth=0.8, label="SGD, 400 steps")
above.plot(0, 0, "+", color=PREDICTED, markersize=10)
above.set(
    xlim=(-9, 3),
    ylim=(-0.9, 0.9),
    xlabel="$w_0$, along the ravine",
    ylabel="$w_1$, across it",
    title="One learning rate for two directions",
)
above.legend(loc="lower right", frameon=True)
below.loglog(kappas, predicted, "--", color=PREDICTED, label="predicted")
below.loglog(kappas, measured, "o", color=DESCENT, label="measured")
below.set(
    xlabel=r"condition number $\kappa$",
    ylabel="steps needed",
    title="The time grows with the condition number",
)
below.legend()

# %%
# What to notice: the limit, and so the rate, is set by the steep direction; the flat one
# then needs about :math:`\kappa` times as long.

numbers = {
    "kappa": kappa,
    "limit": limit,
    "best": best,
    "factor": (kappa - 1) / (kappa + 1),
    "kept": float(kept),
    "shrink": shrink,
    "table": [
        [int(k), int(steps), line]
        for k, steps, line in zip(kappas, measured, predicted, strict=True)
    ],
}
print(f"limit {limit:.3f}, best rate {best:.4f}")
for k, steps, line in numbers["table"]:
    print(f"kappa {k:4d}: {steps} steps, predicted {line:.1f}")

plt.show()
