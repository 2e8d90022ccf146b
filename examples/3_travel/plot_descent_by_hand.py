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

w = -1.0
learning_rate = 0.25
weights = [w]
for step in range(1, 5):
    slope = 2 * (w - 3)
    w = w - learning_rate * slope
    weights.append(w)
    print(f"step {step}: slope {slope:5.2f}  ->  w = {w:.2f}, loss {(w - 3) ** 2:.4f}")

# %%
# The points lie on the bowl, an arrow leads from each to the next.

weights = np.array(weights)
losses = (weights - 3) ** 2
grid = np.linspace(-1.6, 7.6, 200)

fig, ax = plt.subplots(figsize=(5.4, 4.2), layout="constrained")
fig.set_label(
    "The bowl of the loss over the weight, lowest at w = 3. Five points descend its "
    "left side, joined by arrows. Each arrow covers half of what was left of the "
    "way."
)
ax.plot(grid, (grid - 3) ** 2, "C0", linewidth=2)
ax.quiver(
    weights[:-1],
    losses[:-1],
    np.diff(weights),
    np.diff(losses),
    color="C1",
    angles="xy",
    scale_units="xy",
    scale=1,
    zorder=3,
)
ax.plot(weights, losses, "o", color="C1")
for step in range(3):
    label = f"$w_{step} = {weights[step]:g}$"
    ax.text(weights[step] - 0.2, losses[step] - 1.4, label, color="C1", ha="right")
ax.axvline(3, color="C5", linestyle="--", linewidth=1)
ax.text(3.15, 14, "best: $w = 3$", color="C5")
ax.set(
    title=rf"Gradient descent with $\eta = {learning_rate}$",
    xlabel="weight $w$",
    ylabel="loss $(w - 3)^2$",
    xlim=(-3.2, 7.8),
)

# %%
# This learning rate halves the distance to 3 at every step, so the loss falls to a
# quarter. The package takes the same walk: the bowl becomes the loss of a single
# example, whose value is 3. :doc:`/learn/gradient-descent` says what descent needs in
# order to work at all.

walk = gradient_descent(
    lambda w, target: 2 * (w - target), -1.0, [3.0], learning_rate=0.25, steps=4
)
print("by hand:    ", weights)
print("the package:", walk.weights)

plt.show()
