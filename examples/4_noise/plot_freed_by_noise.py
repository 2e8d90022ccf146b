"""
Freed by noise
==============

Start gradient descent and a few walkers of SGD at the bottom of the same trap. Look at
what six times the learning rate changes, and for whom.
"""

# %%
# The trap is the shallow valley of the risk with inputs between :math:`-2` and :math:`5`.
# It lies between the wall at :math:`w = 0`, with the deepest valley on its other side, and
# a low barrier, with a valley of medium depth behind it.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import gradient, gradient_descent, problems, sgd
from sgd_explained.measure import fraction
from sgd_explained.palette import DESCENT, GUIDE, RISK, WALKER

x, w0, landscape = problems.trap.x, problems.trap.start, problems.trap.landscape
deepest, trap, medium = landscape.minima
wall, barrier = landscape.maxima
assert abs(trap.w - w0) < 1e-3, "the start is the floor, but for rounding"
assert deepest.risk < medium.risk < trap.risk

# %%
# Gradient descent first, with many learning rates and a thousand steps each. It settles in
# the trap below :math:`2 / R''`. Beyond that it swings to and fro, and still stays.

tried = np.linspace(0.4, 1.2, 81)
limit = 2 / trap.curvature
swings = gradient_descent(
    gradient, w0, x, learning_rate=tried, steps=1000, walkers=tried.size
).weights[-2:]
held = np.all((swings > wall.w) & (swings < barrier.w), axis=0)
settled = np.abs(swings[-1] - trap.w) < 1e-6
first_out = tried[held.argmin()]
low, high = np.sort(swings[:, np.isclose(tried, 0.6)].ravel())
assert settled[tried < limit - 0.01].all(), "below 2 / R'' it settles"
assert not settled[tried > limit + 0.01].any(), "beyond, it does not"

# %%
# Then SGD and gradient descent side by side. All walk for 50 epochs. An epoch is one step of
# gradient descent, or a hundred of SGD.

rates, epochs, walkers = [0.005, 0.03], 50, 2000
rng = np.random.default_rng(40)
descents = [
    gradient_descent(gradient, w0, x, learning_rate=rate, steps=epochs)
    for rate in rates
]
crowds = [
    sgd(
        gradient,
        w0,
        x,
        learning_rate=rate,
        epochs=epochs,
        rng=rng,
        walkers=walkers,
        keep=20,
    )
    for rate in rates
]

# %%
# Who has left the valley when the time is up? Each fraction has a 95 % interval.

ends = np.array([crowd.final for crowd in crowds])
calm, hot = fraction((ends < wall.w) | (ends > barrier.w))
across = fraction(ends[1] < wall.w)
stays = all(wall.w < descent.final < barrier.w for descent in descents)
assert calm.value == 0, "at the smaller rate nobody leaves"
assert hot.value == 1, "at the larger one everybody does"
assert across.value == 0, "nobody crosses the wall"
assert stays, "gradient descent stays at both"

# %%
# Ten of the walkers are drawn. The strip is the trap, and dotted lines are the floors of
# the three valleys.

fig, axes = plt.subplots(
    2, 1, figsize=(5.4, 6.6), sharex=True, sharey=True, layout="constrained"
)
fig.set_label(
    "Two panels: weight against epochs for ten walkers of SGD and for gradient descent, "
    f"which is a level line in the trap in both. Above, at learning rate {rates[0]}, all "
    f"walkers tremble within the trap. Below, at {rates[1]}, all leave it early, "
    "cross the barrier upwards, and stay around the valley at "
    f"{medium.w:.2f}. None crosses the wall at 0 to the deepest valley."
)
for ax, rate, descent, crowd, gone in zip(
    axes, rates, descents, crowds, [calm, hot], strict=True
):
    ax.axhspan(wall.w, barrier.w, color=GUIDE, alpha=0.2, linewidth=0)
    ax.axhline(wall.w, color=GUIDE, linewidth=1.5)
    for minimum in landscape.minima:
        ax.axhline(minimum.w, color=RISK, linestyle=":", linewidth=1)
    ax.plot(
        crowd.steps / x.size,
        crowd.weights[:, :10],
        color=WALKER,
        alpha=0.5,
        linewidth=0.8,
    )
    ax.plot(descent.steps, descent.weights, color=DESCENT, linewidth=2)
    ax.set(
        title=rf"$\eta = {rate}$: {gone.value:.0%} of {walkers:,} walkers have left",
        ylabel="weight $w$",
        ylim=(-0.5, 1.2),
    )
    ax.text(49, 0.335, "barrier", color=GUIDE, ha="right", va="bottom")
    ax.text(49, -0.02, "wall", color=GUIDE, ha="right", va="top")
    ax.text(49, 0.1, "gradient descent", color=DESCENT, ha="right", va="center")
    ax.text(1, -0.325, "deepest valley", color=RISK, va="bottom")
axes[0].text(1, 0.85, "medium valley", color=RISK, va="bottom")
axes[0].text(1, 0.1, "SGD", color=WALKER, va="center")
axes[1].text(49, 0.65, "SGD", color=WALKER, ha="right", va="center")
axes[1].set(xlabel="epochs")

# %%
# What to notice: the noise frees the walkers over the low barrier, and from where they
# come to rest it does not free them again. The deepest valley lies behind the wall, and
# nobody gets there.

numbers = {
    "deepest": {"w": deepest.w, "risk": deepest.risk},
    "trap": {"w": trap.w, "risk": trap.risk},
    "medium": {"w": medium.w, "risk": medium.risk},
    "barrier_height": barrier.risk - trap.risk,
    "limit": limit,
    "low": low,
    "high": high,
    "first_out": first_out,
    "calm": calm,
    "hot": hot,
    "across": across,
    "walkers": walkers,
}
print(f"gradient descent settles up to {limit:.3f} and leaves from {first_out:.2f} on")
for name, number in {"calm": calm, "hot": hot, "across": across}.items():
    print(f"{name}: {number:.2%}")

plt.show()
