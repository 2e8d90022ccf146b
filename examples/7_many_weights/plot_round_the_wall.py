"""
Round the wall
==============

With one weight no small step crosses the wall at :math:`w = 0`: every example's gradient
is 0 there. Give the examples a second input, with a weight of its own, and look at the
wall again: it is the top of a hill, and walkers go round it.
"""

# %%
# The output is :math:`y = w_0 x_0 + w_1 x_1`, the loss is the article's, and the first inputs
# are those of the trap. The second are drawn from a normal distribution. The chain rule
# gives a gradient of two numbers, :math:`(x_0\,\ell'(y), x_1\,\ell'(y))`.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import gradient_descent, loss, loss_derivative, sgd
from sgd_explained.measure import fraction
from sgd_explained.palette import DESCENT, GUIDE, INK, RISK
from sgd_explained.problems import trap

rng = np.random.default_rng(0)
data = trap.x, rng.normal(size=trap.x.size)


def gradient(w, x0, x1):
    """Gradient of each example's loss with respect to the two weights."""
    slope = loss_derivative(w[..., 0] * x0 + w[..., 1] * x1)
    return np.stack([x0 * slope, x1 * slope], axis=-1)


# %%
# All walkers begin to the right of the wall, evenly up to :math:`w_0 = 1`. One crowd has
# only the first weight. The other begins with a second one between
# :math:`-\tfrac12` and :math:`\tfrac12`: one walker in each of 20 times 10 cells. Who ends
# on the left, by gradient descent in small steps, and by as many epochs of SGD?

walkers, rate, steps = 200, 0.05, 1000
cells = np.stack(np.divmod(np.arange(walkers), 10), axis=-1)
start = (0.02, -0.5) + (0.98, 1) * (cells + rng.random((walkers, 2))) / (20, 10)
one = gradient_descent(
    trap.gradient,
    start[:, 0],
    trap.x,
    learning_rate=rate,
    steps=steps,
    crowd=True,
    keep="last",
)
descent = gradient_descent(
    gradient, start, *data, learning_rate=rate, steps=steps, crowd=True, keep=2
)
noisy = sgd(
    gradient,
    start,
    *data,
    learning_rate=0.01,
    epochs=50,
    rng=rng,
    crowd=True,
    keep="last",
)
alone = fraction(one.final < 0)
round_it = fraction(descent.final[:, 0] < 0)
with_noise = fraction(noisy.final[:, 0] < 0)
assert alone.value == 0, "with one weight nobody crosses"
assert round_it.low > 0.2, "with two, many go round"


# %%
# All but a few end in two valleys, and none ends near the trap. At :math:`w = (0, 0)` all
# gradients are 0. The curvatures there are those of :math:`\ell''(0) = -2` times the mean
# of :math:`(x_0, x_1)(x_0, x_1)^\top`: negative in all directions.


def risk(w):
    """Return the mean loss at weights of shape (..., 2)."""
    return loss(w[..., :1] * data[0] + w[..., 1:] * data[1]).mean(axis=-1)


valleys = {
    side: np.median(descent.final[place], axis=0)
    for side, place in {
        "left": descent.final[:, 0] < 0,
        "right": descent.final[:, 0] > 0,
    }.items()
}
apart = [np.linalg.norm(descent.final - valley, axis=1) for valley in valleys.values()]
assert np.mean(np.minimum(*apart) < 0.01) > 0.98, "a third end is rare"
from_trap = np.linalg.norm(descent.final - [trap.start, 0], axis=1)
assert from_trap.min() > 0.1, "and it is not the trap of one weight"
left, right = (float(risk(valley)) for valley in valleys.values())
inputs = np.stack(data)
bends = -2 * inputs @ inputs.T / trap.x.size
beside = risk(1e-4 * np.eye(2)) + risk(-1e-4 * np.eye(2))  # At 0 the risk is 0.
assert np.allclose(beside / 1e-8, np.diag(bends), rtol=1e-3), "as differences say"
top = np.linalg.eigvalsh(bends)
assert (top < 0).all(), "what is left of the wall is a maximum"

# %%
# Is it this second input? Eight others, drawn in the same way.

others = []
for _ in range(8):
    ends = gradient_descent(
        gradient,
        start,
        trap.x,
        rng.normal(size=trap.x.size),
        learning_rate=rate,
        steps=steps,
        crowd=True,
        keep="last",
    ).final
    others.append((ends[:, 0] < 0).mean())
    from_trap = np.linalg.norm(ends - [trap.start, 0], axis=1)
    assert from_trap.min() > 0.1, "nor does anybody end near the trap of one weight"
assert min(others) > 0.2

# %%
# The figure: the risk as level curves, and the paths of gradient descent, from every third
# start.

low, high = (-0.8, 1.2), (-1.2, 1.0)
grid = np.stack(np.meshgrid(np.linspace(*low, 120), np.linspace(*high, 120)), axis=-1)
crossed = descent.final[:, 0] < 0

fig, ax = plt.subplots(figsize=(5.4, 4.8), layout="constrained")
fig.set_label(
    "Level curves of the risk in two weights, with a hill in the middle, where both are 0. "
    "From starts to the right of the hill some paths of gradient descent run round it to a "
    "valley on the left, which is the deeper one; nearly all others go to a valley on the "
    "right. A dashed vertical line marks the wall of one weight."
)
ax.contour(
    *np.moveaxis(grid, -1, 0), risk(grid), levels=24, colors=GUIDE, linewidths=0.5
)
for goes_round, colour in ((~crossed, GUIDE), (crossed, DESCENT)):
    for k in range(0, goes_round.size, 3):
        if not goes_round[k]:
            continue
        ax.plot(*descent.weights[:, k].T, color=colour, linewidth=0.8)
        ax.plot(*start[k], ".", color=colour)
for valley in valleys.values():
    ax.plot(*valley, "o", color=RISK)
ax.axvline(0, color=GUIDE, linestyle="--", linewidth=1)
ax.plot(0, 0, "^", color=INK)
ax.annotate(
    "top of the hill",
    (0, 0),
    (0.35, 0.8),
    color=INK,
    arrowprops={"arrowstyle": "-", "color": INK, "linewidth": 0.7},
)
ax.set(
    xlim=low,
    ylim=high,
    xlabel="first weight $w_0$",
    ylabel="second weight $w_1$",
    title=f"{round_it.value:.0%} of the starts on the right go round",
)

# %%
# What to notice: the wall, and the trap beside it, were a matter of one weight. What is a
# barrier on a line can be a hill in a plane, with a way round it.

numbers = {
    "walkers": walkers,
    "alone": alone,
    "round_it": round_it,
    "with_noise": with_noise,
    "others": {"least": min(others), "most": max(others)},
    "top": {"first": float(top[0]), "second": float(top[1])},
    "left": left,
    "right": right,
}
for name in ("alone", "round_it", "with_noise"):
    print(f"{name}: {numbers[name]:.0%} end on the left")

plt.show()
