r"""
I changed the batch size
========================

Sixteen times the batch, the same number of epochs, and the result is worse. Look at the
same walks against :math:`\tau = \eta k`, the time that a walk has had, and not against
epochs: they fall on one line.
"""

# %%
# Least squares on the standardised diabetes data, from weights of 0. Crowds of 20 walkers
# with batches of 4 and of 64, ten epochs, at the same rate.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_diabetes

from sgd_explained import sgd
from sgd_explained.measure import mean
from sgd_explained.palette import GUIDE, PREDICTED, RIVAL, WALKER
from sgd_explained.problems import least_squares

inputs, t = load_diabetes(return_X_y=True, scaled=False)
scaled = (inputs - inputs.mean(axis=0)) / inputs.std(axis=0)
problem = least_squares(np.column_stack([scaled, np.ones(len(t))]), t)
n, epochs, rate, small, large = len(t), 10, 0.002, 4, 64
minimum = np.linalg.lstsq(problem.x, t, rcond=None)[0]
least, at_start = problem.risk(minimum), problem.risk(problem.start)


def excess(walk):
    """Return how far the risk is above its least, as a share of that at the start."""
    return (problem.risk(walk.weights) - least) / (at_start - least)


def walk(batch_size, learning_rate):
    return sgd(
        problem.gradient,
        problem.start,
        *problem.data,
        learning_rate=learning_rate,
        batch_size=batch_size,
        epochs=epochs,
        rng=9,
        walkers=20,
    )


walks = {
    "before": (walk(small, rate), rate),
    "changed": (walk(large, rate), rate),
    "cured": (walk(large, 16 * rate), 16 * rate),
}
ends = {name: mean(excess(each)[-1]) for name, (each, _) in walks.items()}
assert ends["changed"].low > 10 * ends["before"].high, "the same epochs, and much worse"

# %%
# **What happened** can be predicted without any noise: gradient descent without end in
# short steps, from the same start for the same time :math:`\tau`, has the excess
# :math:`\sum_j \Delta_j e^{-2 a_j \tau}`, where the :math:`a_j` are the curvatures along their
# axes, and :math:`\Delta_j` what each axis has of the excess at the start.

a, axes = np.linalg.eigh(problem.risk_curvature(problem.start))
parts = a * (axes.T @ minimum) ** 2 / 2 / (at_start - least)


def flow(tau):
    return np.exp(-2 * np.multiply.outer(tau, a)) @ parts


predicted = {name: flow(r * w.steps[-1]) for name, (w, r) in walks.items()}
assert np.isclose(ends["changed"].value, predicted["changed"], rtol=0.05)

# %%
# **One measurement**: the same time :math:`\tau`, early on. If the batch size changed
# nothing but the number of steps, the walks are at one place.

early = 0.1
places = {
    name: mean(excess(w)[int(np.argmin(np.abs(w.steps * r - early)))])
    for name, (w, r) in walks.items()
}
assert all(abs(place.value / flow(early) - 1) < 0.15 for place in places.values())

# %%
# **The cure** is 16 times the rate, while that is short enough. **The look-alike** is a
# loss that is *summed* over the batch. Then it is the rate that the batch changes: at
# 0.01 batches of 4 have in truth 0.04, and batches of 64 have 0.64, which is beyond the
# limit :math:`2/a` of the steepest axis. Such a walk is not too slow, but too fast.

assert ends["cured"].high < ends["changed"].low / 10
summed = {b: mean(excess(walk(b, 0.01 * b))[-1]) for b in (small, large)}
assert 0.01 * large > 2 / a[-1] > 0.01 * small
assert summed[small].high < 0.1
assert summed[large].low > 1

# %%
# The same three walks twice: against epochs, and against the time that they have had.

fig, (above, below) = plt.subplots(2, 1, figsize=(5.4, 6), layout="constrained")
fig.set_label(
    "The mean excess risk of three crowds. Above, against epochs: batches of 64 at the "
    "old rate fall far more slowly than batches of 4; at 16 times the rate they fall "
    "alike. Below, against the learning rate times the number of steps: all three lie on "
    "the predicted line, that of 64 at the old rate on its first part only."
)
for (each, own), color, style in zip(
    walks.values(), (WALKER, GUIDE, RIVAL), ("-", "-", "-."), strict=True
):
    curve = excess(each).mean(axis=1)
    above.plot(each.epochs, curve, style, color=color)
    below.plot(each.steps * own, curve, style, color=color)
tau = np.linspace(0, 2.2, 200)
below.plot(tau, flow(tau), "--", color=PREDICTED, label="predicted")
above.text(6, 0.5, "64 at the old rate", color=GUIDE)
above.text(4.4, 0.04, "4, and 64 at\n16 times the rate", color=WALKER, ha="right")
above.set(title="Against epochs", yscale="log", xlabel="epochs", ylabel="excess risk")
below.set(
    title="Against the time that they have had", yscale="log", ylabel="excess risk"
)
below.set(xlabel=r"time $\tau$, rate times steps")

# %%
# What to notice: an epoch of large batches has fewer steps. Nothing else was wrong.

numbers = {
    "before": ends["before"],
    "changed": ends["changed"],
    "cured": ends["cured"],
    "predicted": predicted["changed"],
    "places": places,
    "flow": flow(early),
    "patients": n,
    "limit": 2 / a[-1],
    "summed": {f"by_{b}": end for b, end in summed.items()},
}
for name, number in [*numbers.items()]:
    for inner, value in number.items() if isinstance(number, dict) else [("", number)]:
        print(f"{name} {inner}: {value:.4g}")

plt.show()
