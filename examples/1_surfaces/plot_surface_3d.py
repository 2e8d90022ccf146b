"""
All surfaces at once
====================

Put the surfaces of all inputs side by side, and they make one landscape over the input
and the weight. Look for the two trenches, and for the level cross between them.
"""

# %%
# Each input has its own loss curve over the weight. Line the curves up along the input,
# and the loss becomes a function of two numbers, which can be drawn in space.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import gradient, loss, predict
from sgd_explained.palette import GUIDE

x = np.linspace(-5, 5, 100)
w = np.linspace(-0.7, 0.7, 100)
x_grid, w_grid = np.meshgrid(x, w)
losses = loss(predict(w_grid, x_grid))
lowest = losses.min()

# %%
# At the weight 0 all slopes are 0. To its sides the surface of every input falls, but
# for that of the input 0, which is flat.

near = loss(predict(np.array([[-0.01], [0.01]]), x))
assert not gradient(0.0, x).any(), "at the weight 0 no input has a slope"
assert 0 not in x
assert (near < 0).all(), "beside it every surface is lower"

# %%
# One viewpoint hides what another shows, so there are two: from the side, and from
# above.

fig = plt.figure(figsize=(5.4, 8.2), layout="constrained")
fig.set_label(
    "The loss as a surface over input and weight, seen from two viewpoints. A deep "
    "trench bends through each of two opposite corners, where input and weight have "
    "opposite signs. Between the trenches lies a level cross, and beyond them are "
    "plains."
)
every_point = {"rcount": 100, "ccount": 100, "linewidth": 0, "antialiased": False}
views = [("the side", 30, -60), ("above", 55, 20)]
for number, (view, elevation, azimuth) in enumerate(views, start=1):
    ax = fig.add_subplot(2, 1, number, projection="3d")
    # The colours reach beyond the data, so that neither black nor white is used.
    ax.plot_surface(
        x_grid, w_grid, losses, cmap="hot", vmin=-0.9, vmax=0.35, **every_point
    )
    ax.view_init(elevation, azimuth)
    ax.set_box_aspect((1, 1, 0.75), zoom=0.92)
    ax.set_xlabel("input $x$")
    ax.set_ylabel("weight $w$")
    ax.set_zlabel("loss", labelpad=8)
    ax.set(xticks=[-5, 0, 5], yticks=[-0.5, 0, 0.5], zticks=[-0.6, -0.3, 0])
    ax.set_title(f"Seen from {view}")
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.line.set_color(GUIDE)

# %%
# The trenches lie where :math:`w x` has the value that the loss likes best, so they are
# hyperbolas: no single weight stays in a trench for every input. Along :math:`x = 0`
# and :math:`w = 0` the output is 0, and so is the loss.
#
# It is tempting to picture a ball that rolls down this landscape. Descent does no such
# thing: the input is given, only the weight moves, so each step stays on one slice of
# the picture. :doc:`/learn/loss-surfaces` takes such slices.

row, column = np.unravel_index(losses.argmin(), losses.shape)
numbers = {"lowest": lowest}
print(f"lowest: loss {lowest:.4f} at x = {x[column]:.3f}, w = {w[row]:.3f}")
print(f"there, the output w x is {x[column] * w[row]:.3f}")

plt.show()
