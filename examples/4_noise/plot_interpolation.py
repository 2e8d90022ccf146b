"""
Where there is no ball
======================

A constant step, but now with many weights. Look at what happens when there are more
weights than examples.
"""

# %%
# Sixteen examples with random inputs, and random targets that no input explains. The
# model is a sum, :math:`y = w_1 x_1 + \dots + w_d x_d`, and the loss of an example is
# its squared error. With few weights no choice of them fits every target. With more
# weights than examples one does, and there *every* example's gradient is zero.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import sgd
from sgd_explained.measure import mean
from sgd_explained.palette import WALKER

examples, most, walkers, epochs = 16, 64, 40, 400
rng = np.random.default_rng(7)
inputs = rng.normal(size=(examples, most))
targets = rng.normal(size=examples)
rate = 0.25 / (inputs**2).sum(axis=1).max()


def slope(w, x, t):
    error = (w * x).sum(axis=-1) - t
    return 2 * error[..., np.newaxis] * x


# %%
# All crowds take steps of one length, with examples drawn with replacement. What is
# measured is the risk above the lowest that this number of weights can reach.

above = {}
for weights in [2, 8, 24, most]:
    x = inputs[:, :weights]
    solution = np.linalg.lstsq(x, targets)[0]
    lowest = np.mean((x @ solution - targets) ** 2)
    walk = sgd(
        slope,
        np.zeros((walkers, weights)),
        x,
        targets,
        learning_rate=rate,
        epochs=epochs,
        order="with_replacement",
        rng=rng,
        crowd=True,
        keep=5 * examples,
    )
    risk = np.mean((walk.weights @ x.T - targets) ** 2, axis=-1)
    above[weights] = mean(risk - lowest)
passes = walk.steps / examples
early, half = passes.searchsorted([100, epochs / 2])
few, few_later, many = above[8][early], above[8][-1], above[most][early]
assert few.low < few_later.value < few.high, "with few weights it stays up"
assert above[24].value[-1] < 0.1 * above[24].value[half], "with more it falls on"
assert many.high < 1e-8 * above[most].value[0], "with the most it arrives"

# %%
# Each line is the mean over a crowd.

fig, ax = plt.subplots(figsize=(5.4, 4.4), layout="constrained")
fig.set_label(
    f"Mean risk above the lowest against epochs, with a logarithmic axis, for {examples} "
    "examples. With 2 and 8 weights it soon stays level. With 24 weights it falls on and "
    f"on, and with {most} weights much faster: to {many.value:.0e} after 100 epochs."
)
for distances, style in zip(above.values(), [":", "-.", "--", "-"], strict=True):
    drawn = np.maximum(distances.value, 1e-16)
    ax.semilogy(passes, drawn, style, color=WALKER, linewidth=2)
ax.text(400, 0.03, "8 weights", color=WALKER, ha="right", va="bottom")
ax.text(400, 0.0015, "2 weights", color=WALKER, ha="right", va="top")
ax.text(300, 1e-5, "24 weights", color=WALKER, ha="right", va="top")
ax.text(105, 1e-8, f"{most} weights", color=WALKER)
ax.set(
    title=f"{examples} examples, one constant step",
    xlabel="epochs",
    ylabel="mean risk above the lowest",
    ylim=(1e-10, 10),
)

# %%
# What to notice: with fewer weights than examples there is a noise ball. With more there
# is none, though the step is as long: near the solution the gradients of all examples
# vanish, and so does their noise.

numbers = {
    "examples": examples,
    "weights": most,
    "few": few,
    "few_later": few_later,
    "many": many,
}
for name, number in numbers.items():
    print(f"{name}: {number}")

plt.show()
