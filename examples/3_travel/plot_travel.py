"""
Travelling with SGD
===================

One pass over 100 inputs, one step for each. Watch the curve: it changes under the
walker's feet at every step, and the walker follows the one that is there.
"""

# %%
# At each step, stochastic gradient descent sees one input, takes one step downhill on
# the surface *of this input*, and goes on to the next. The inputs come in rising order
# here, from :math:`-5` to :math:`5`.

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation
from matplotlib.ticker import Formatter

from sgd_explained import RiskLandscape, gradient, loss, predict, sgd
from sgd_explained.palette import GUIDE, LOSS, WALKER

x = np.linspace(-5, 5, 100)
w0, learning_rate = -0.3, 0.01
walk = sgd(gradient, w0, x, learning_rate=learning_rate, order="sequential")

# %%
# Step :math:`k` leads from one weight to the next on the surface of input :math:`k`. So
# each input has two losses: one before its step, one after.

before, after = walk.weights[:-1], walk.weights[1:]
loss_before, loss_after = loss(predict(before, x)), loss(predict(after, x))
slopes = gradient(before, x)
first_steps = [[k + 1, x[k], slopes[k], after[k], loss_after[k]] for k in range(5)]

# %%
# How far does the walker get, and who moves it? The few inputs in the middle do not.
# Of the shallow valley, which runs away to the left as inputs come close to 0, it soon
# loses sight.

left, right, middle = after.argmin(), after.argmax(), len(x) // 2
moves, quiet = np.abs(after - before), np.abs(x) < 0.3
quiet_inputs, quiet_move, all_moves = quiet.sum(), moves[quiet].sum(), moves.sum()
assert right < middle < left, "first to the right, then to the left"
trail_step, shallow = 40, RiskLandscape([1.0], (0, 1)).global_minimum.w
trail_walker, trail_valley = after[trail_step - 1], shallow / x[trail_step - 1]
assert trail_valley < 2 * trail_walker, "the walker trails far behind the valley"
first_hilltop = RiskLandscape([x[0]], (-1, 0)).maxima[0].w
assert 0 < w0 - first_hilltop < 0.02, "it starts a little to the right of a hilltop"
assert quiet_move < 0.002 * all_moves, "around the input 0 the walker all but stands"

# %%
# At the end, the loss of the last input is the lowest that it can be, to two digits.

end, last_loss = walk.final, loss_after[-1]
lowest = RiskLandscape(x[-1:], (-1, 1)).global_minimum
assert f"{last_loss:.2f}" == f"{lowest.risk:.2f}", (
    "the last loss is as low as it can be"
)

# %%
# The label of the figure tells the film in words, for those who cannot see it.

story = f"""\
Film of one pass of SGD over {len(x)} sorted inputs, at the learning rate
{learning_rate}. In each frame the loss curve is
that of another input, and the walker takes one step downhill on it.

The walker starts at the weight {w0}, marked by a dashed line, near a hilltop of the
first curve. It slides into the shallow valley on its right, as far as
{after[right]:.3f} at input {right + 1}. Then the curves widen, the valley runs away to the
left, and the walker trails far behind it.

At input {middle} the curve is almost flat, and the walker all but stands still at
{after[middle - 1]:.3f}. Then a deep valley opens on its left, and it slides in, as far
as {after[left]:.3f} at input {left + 1}.

That valley moves to the right and carries the walker with it. The film ends at the
weight {end:.4f}, where the loss of the last input is {last_loss:.4f}."""

# %%
# Draw the stage once, then move what moves: a frame is cheap when nothing is drawn
# anew. (Texts that change are cheaper without mathematics, which is parsed each time.)
# The arrow is ten times as long as the step, or you would not see it. The marks
# at the bottom are the weights that were visited, and the band under the axes is kept
# free for the controls of a video player.

edge = max(0.7, 1.1 * np.abs(walk.weights).max())
w = np.linspace(-edge, edge, 200)
side, ha = (-1, "left") if w0 > 0 else (1, "right")  # Texts stand where w0 is not.
fig, ax = plt.subplots(figsize=(5.4, 5.2), layout="constrained")
fig.get_layout_engine().set(rect=(0, 0.19, 1, 0.81))
fig.set_label(story)
ax.axvline(w0, color=GUIDE, linestyle="--", linewidth=1)
ax.text(w0 - 0.02, 0.42, "$w_0$", color=GUIDE, ha="right")
(curve,) = ax.plot(w, np.zeros_like(w), color=LOSS, linewidth=2)
(point,) = ax.plot([], [], "o", color=WALKER, markersize=8)
(visited,) = ax.plot([], [], "|", color=WALKER, alpha=0.5)
arrow = ax.quiver(w0, 0, 0, 0, color=WALKER, scale=0.1, scale_units="x", width=0.01)
words = {"x": side * (edge - 0.03), "color": WALKER, "ha": ha}
reading = ax.text(y=0.46, s="", va="top", **words)
ax.text(y=-0.94, s="arrow: ten times the step", **words)
ax.text(y=-0.86, s=rf"$\eta = {learning_rate}$", **words)
ax.set(xlim=(w[0], w[-1]), ylim=(-1, 0.5), xlabel="weight $w$", ylabel="loss")


def written(value, digits):
    """Write a number with a proper minus sign."""
    return Formatter.fix_minus(f"{value:.{digits}f}")


def show_step(k):
    ax.set_title(f"Input {k + 1} of {len(x)}: x = {written(x[k], 2)}")
    curve.set_ydata(loss(predict(w, x[k])))
    point.set_data([before[k]], [loss_before[k]])
    visited.set_data(before[: k + 1], np.full(k + 1, -0.97))
    arrow.set_offsets([before[k], loss_before[k]])
    arrow.set_UVC(after[k] - before[k], 0)
    reading.set_text(
        f"after the step:\nweight {written(after[k], 4)}\n"
        f"loss {written(loss_after[k], 4)}"
    )


show_step(0)
film = FuncAnimation(fig, show_step, frames=len(x), interval=100)

# %%
# Halfway, around :math:`x = 0`, the curve is all but flat and so the walker all but
# stands still. The next inputs move it on. At the end it stands near the lowest point of
# one surface, that of the last input. Whether this is a success of the search is another
# question. :doc:`/learn/travelling` goes through the film.

numbers = {"first_steps": first_steps, "end": end, "last_loss": last_loss}
numbers |= {"rightmost": after[right], "rightmost_step": right + 1}
numbers |= {
    "trail": {"step": trail_step, "walker": trail_walker, "valley": trail_valley}
}
numbers |= {"first_hilltop": first_hilltop}
numbers |= {"leftmost": after[left], "leftmost_step": left + 1}
numbers |= {"quiet_inputs": quiet_inputs, "quiet_move": quiet_move}
numbers |= {"all_moves": all_moves}
for k in (0, 24, 49, 74, 99):
    place = f"x = {x[k]:5.2f}  w = {after[k]:.4f}"
    print(f"input {k + 1:3}: {place}  loss {loss_after[k]:7.4f}")

plt.show()
