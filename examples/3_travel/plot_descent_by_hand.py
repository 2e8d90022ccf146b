"""
Descent by hand
===============

Four steps of gradient descent on the simplest bowl, with numbers that you can check in
your head. Look at the steps: they shorten by themselves as the slope flattens.
"""

# %%
# The loss :math:`(w - 3)^2` is lowest at :math:`w = 3`. Its slope is :math:`2 (w - 3)`.
# Gradient descent knows only the slope at the place where it stands, and steps against
# it: :math:`w \leftarrow w - \eta \cdot 2 (w - 3)`.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import gradient_descent
from sgd_explained.palette import DESCENT, GUIDE, LOSS

w0, best, learning_rate = -1.0, 3.0, 0.25
w = w0
rows = []
for step in range(5):
    slope = 2 * (w - best)
    move = -learning_rate * slope
    rows.append([step, w, (w - best) ** 2, slope, move])
    w = w + move

# %%
# This learning rate halves the distance to 3 at every step, so the loss falls to a
# quarter. The package takes the same walk: the bowl becomes the loss of a single
# example, whose value is 3.

_, weights, losses, slopes, moves = np.array(rows).T
halves = (weights[1:] - best) / (weights[:-1] - best)
walk = gradient_descent(
    lambda w, target: 2 * (w - target), w0, [best], learning_rate=learning_rate, steps=4
)
assert (halves == 0.5).all(), "every step covers half of the way that is left"
assert (walk.weights == weights).all(), "the package takes the same walk"

# %%
# The points lie on the bowl, an arrow leads from each to the next.

grid = np.linspace(-1.6, 7.6, 200)

fig, ax = plt.subplots(figsize=(5.4, 4.2), layout="constrained")
fig.set_label(
    f"The bowl of the loss over the weight, lowest at w = {best:g}. Five points, from "
    f"w = {w0:g}, descend its left side, joined by arrows. Each arrow covers half of "
    "what was left of the way."
)
ax.plot(grid, (grid - best) ** 2, color=LOSS, linewidth=2)
ax.quiver(
    weights[:-1],
    losses[:-1],
    np.diff(weights),
    np.diff(losses),
    color=DESCENT,
    angles="xy",
    scale_units="xy",
    scale=1,
    zorder=3,
)
ax.plot(weights, losses, "o", color=DESCENT)
for step in range(3):
    label = f"$w_{step} = {weights[step]:g}$"
    ax.text(weights[step] - 0.2, losses[step] - 1.4, label, color=DESCENT, ha="right")
ax.axvline(best, color=GUIDE, linestyle="--", linewidth=1)
ax.text(best + 0.15, 14, f"best: $w = {best:g}$", color=GUIDE)
ax.set(
    title=rf"Gradient descent with $\eta = {learning_rate}$",
    xlabel="weight $w$",
    ylabel="loss $(w - 3)^2$",
    xlim=(-3.2, 7.8),
)

# %%
# What to notice: nobody shortened the steps. The learning rate stayed the same, and the
# slope flattened. :doc:`/learn/gradient-descent` says what descent needs in order to
# work at all.

numbers = {
    "steps": rows,
    "first_slope": slopes[0],
    "first_end": weights[1],
    "end": weights[4],
    "factor": halves[0],
}
for step, w, loss, slope, move in rows:
    print(f"step {step}: w = {w:g}, loss {loss:g}, slope {slope:g}, next {move:+g}")

plt.show()
