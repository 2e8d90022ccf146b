r"""
The loss stands still
=====================

A gradient :math:`g` promises that a short step lowers the loss by :math:`\eta g^2`. Look
at how much of the promise is kept: it tells a step that is too short from one that is
too long, and both from a gradient that is wrong.
"""

# %%
# Logistic regression of the breast cancer data, with the inputs standardised, after 20
# steps of gradient descent.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_breast_cancer

from sgd_explained import gradient_descent
from sgd_explained.palette import DESCENT, GUIDE, PREDICTED, RIVAL
from sgd_explained.problems import logistic_regression

inputs, labels = load_breast_cancer(return_X_y=True)
t, ones = 2.0 * labels - 1, np.ones(len(labels))
scaled = (inputs - inputs.mean(axis=0)) / inputs.std(axis=0)
problem = logistic_regression(np.column_stack([scaled, ones]), t)
w = gradient_descent(
    problem.gradient, problem.start, *problem.data, learning_rate=0.1, steps=20
).final
g = problem.risk_gradient(w)

# %%
# **The kept share** of the promise is what the risk falls by over what was promised,
# :math:`\frac{R(w) - R(w - \eta g)}{\eta |g|^2}`. If no direction has a curvature beyond
# :math:`L`, it is at least :math:`1 - \eta L / 2`. For short steps it is one minus half of
# :math:`\eta` times the curvature :math:`a_g` in the direction of the gradient, so it
# goes to 1. The curvature of this loss is nowhere beyond a quarter of the largest
# eigenvalue of the mean of :math:`x x^\top`.

rates = np.geomspace(1e-3, 20, 40)


def kept(direction):
    """Return the kept share of the promise of a direction, for each rate."""
    falls = problem.risk(w) - problem.risk(w - rates[:, np.newaxis] * direction)
    return falls / (rates * (direction @ direction))


L = np.linalg.eigvalsh(problem.x.T @ problem.x / len(t))[-1] / 4
along = g @ problem.risk_curvature(w) @ g / (g @ g)
share, bound, first_order = kept(g), 1 - rates * L / 2, 1 - rates * along / 2
assert np.all(share >= bound - 1e-9), "the bound holds at every rate"
parabola = (1 - (1 - rates * L) ** 2) / (2 * rates * L)
assert np.allclose(parabola, bound), "and a parabola of curvature L keeps no more"
assert np.allclose(share[:15], first_order[:15], atol=3e-4), (
    "short steps keep the promise"
)

# %%
# **A wrong gradient**: the factor :math:`x` of the last two inputs is forgotten, as one
# loses it in the chain rule. However short the step is, the promise is not kept.

slopes = -t / (1 + np.exp(t * (problem.x @ w)))
broken = g.copy()
broken[28:30] = slopes.mean()
wrong = kept(broken)
honest = g @ broken / (broken @ broken)
assert abs(wrong[0] - honest) < 0.01, (
    "for short steps the share is that of the slope along the step"
)
assert wrong[0] < 0.95
assert share[0] > 0.99

# %%
# **Directions that differ too much.** The same on the raw inputs. The rate must suit the
# steepest direction, and what stands still is the risk along all others. At a fifth of
# the best of 25 rates the gradient soon points along these, and the step keeps its promise,
# as if it were too short. At the best rate it keeps next to nothing, as if it were too
# long: it is at the limit of the steepest direction, which has most of the gradient.

raw = logistic_regression(np.column_stack([inputs, ones]), t)
steps, runs = 200, {}
for name, each in [("raw", raw), ("standardised", problem)]:
    lipschitz = np.linalg.eigvalsh(each.x.T @ each.x / len(t))[-1] / 4
    tried = 2 / lipschitz * np.geomspace(1e-2, 1e2, 25)
    ends = each.risk(
        gradient_descent(
            each.gradient,
            np.tile(each.start, (tried.size, 1)),
            *each.data,
            learning_rate=tried,
            steps=steps,
            crowd=True,
            keep="last",
        ).final
    )
    best = int(np.argmin(ends))
    assert 0 < best < tried.size - 1, "the best rate is none of the ends of the grid"
    bends = np.linalg.eigvalsh(each.risk_curvature(each.start))
    runs[name] = ends[best], tried[best], bends[-1] / bends[0]
assert runs["raw"][0] > 3 * runs["standardised"][0]
late = {}
for part in (0.2, 1.0):
    own = part * runs["raw"][1]
    weights = gradient_descent(
        raw.gradient, raw.start, *raw.data, learning_rate=own, steps=steps
    ).weights[steps // 2 :]
    falls = raw.risk(weights[:-1]) - raw.risk(weights[1:])
    promised = own * (raw.risk_gradient(weights[:-1]) ** 2).sum(axis=-1)
    late[part] = np.median(falls / promised)
assert late[0.2] > 0.95
assert abs(late[1.0]) < 0.1

# %%
# The kept share against the learning rate.

fig, ax = plt.subplots(figsize=(5.4, 4), layout="constrained")
fig.set_label(
    "The kept share of the promised fall against the learning rate. For the right "
    "gradient it is 1 at low rates, falls along the first-order line up to a rate of about "
    "1 and less beyond, and stays above the bound. For the wrong gradient it begins at "
    f"{wrong[0]:.2f}, and stays below 1 at all rates."
)
ax.plot(rates, share, "o", ms=4, color=DESCENT)
ax.plot(rates, wrong, "s", ms=4, mfc="none", color=RIVAL)
ax.plot(rates, bound, ":", color=PREDICTED, label="bound")
ax.plot(rates, first_order, "--", color=PREDICTED, label="predicted")
ax.axhline(0, color=GUIDE, linewidth=1)
ax.text(0.0011, 1.04, "right gradient", color=DESCENT)
ax.text(0.0011, wrong[0] - 0.12, "a factor forgotten", color=RIVAL)
ax.text(0.3, -0.2, r"bound $1 - \eta L / 2$", color=PREDICTED, ha="right")
ax.set(title="A right gradient keeps its promise", xscale="log", ylim=(-0.5, 1.2))
ax.set(xlabel=r"learning rate $\eta$", ylabel="kept share of the fall")

# %%
# What to notice: near 1, the step is short for the direction it takes. Below 0, it is too
# long. If it does not go to 1 for short steps, the gradient is wrong. And if it leaps from
# near 1 to near 0 from one rate to the next, the directions differ too much.

numbers = {
    "L": L,
    "off": np.abs(share - first_order)[:15].max(),
    "wrong": wrong[0],
    "honest": honest,
    "steps": steps,
    "raw": runs["raw"][0],
    "standardised": runs["standardised"][0],
    "raw_ratio": runs["raw"][2],
    "raw_short": late[0.2],
    "raw_best": late[1.0],
    "ratio": runs["standardised"][2],
}
for name, number in numbers.items():
    print(f"{name}: {number:.4g}")

plt.show()
