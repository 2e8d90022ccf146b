"""
One pass over the samples
=========================

A thousand samples do not determine the best weight. How often must you walk through them
until you know what they can tell? Look at what one pass of shrinking steps achieves, and
what the small constant steps of SGD do not.
"""

# %%
# A thousand data sets of a thousand inputs each, drawn evenly from -5 to 5. The expected
# risk is that over all inputs, and the middles of a hundred equal parts stand for them. The
# minimum of :math:`N` samples is above it by :math:`\sigma^2 / (2 a N)` on average. All
# that follows is measured in this unit, the floor.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import RiskLandscape, empirical_risk, gradient, sgd
from sgd_explained.measure import mean
from sgd_explained.palette import DESCENT, PREDICTED, RIVAL, WALKER

grid = (np.arange(100) + 0.5) / 10 - 5
best = RiskLandscape(grid, (-1, -0.1)).global_minimum
a, noise = best.curvature, gradient(best.w, grid).var()
sets, n, w0 = 1000, 1000, -0.1
floor = noise / (2 * a * n)
weights = np.linspace(-1, 0, 2001)
table = (empirical_risk(weights, grid) - best.risk) / floor
rng = np.random.default_rng(1)
inputs = rng.uniform(-5, 5, (n, sets))
start = np.full(sets, w0)


def excess(w):
    return np.interp(w, weights, table)


def pull(w, x):
    return gradient(w, x)


# %%
# Gradient descent with the rate :math:`1/a` takes one step in a pass. Ten of them arrive at
# the samples' own minimum.

path = [start]
for _ in range(10):
    path.append(path[-1] - gradient(path[-1], inputs).mean(axis=0) / a)
full = mean(excess(np.array(path)))
exact, two_passes = full[-1], full[2]

# %%
# SGD takes a thousand. Here each sample is seen once, and the steps shrink like
# :math:`1 / (a (20 + k))`. The 20 keeps the first steps on the slope.


def shrinking_by(part):
    return sgd(
        pull,
        start,
        inputs,
        learning_rate=lambda k: part / (a * (20 + k)),
        order="sequential",
    )


shrinking = shrinking_by(1)
falling = mean(excess(shrinking.weights[::20]))
one_pass = falling[-1]

# What the start would add on a parabola, and what steps half as long come to.
start_left = (19 / (19 + n)) ** 2 * a * (w0 - best.w) ** 2 / 2 / floor
half_steps = mean(excess(shrinking_by(0.5).final))
assert half_steps.low > 5 * one_pass.high, "it takes the right curvature"

# %%
# With a constant step the mean walk and the noise share the goal :math:`\Delta`, as in
# :doc:`plot_cost_against_n`. Let the goal be the floor. On *fresh* examples only the noise's
# half remains in the end. Drawn from the thousand samples, it comes on top of the floor.

passes, rate = 8, 2 * floor / noise
drawn = inputs[rng.integers(n, size=(passes * n, sets)), np.arange(sets)]
fresh = rng.uniform(-5, 5, (passes * n, sets))
walks = {
    name: sgd(pull, start, data, learning_rate=rate, order="sequential", keep=n // 4)
    for name, data in [("drawn", drawn), ("fresh", fresh)]
}
stalled, still = (mean(excess(walk.final)) for walk in walks.values())

for measured, law in [(exact, 1), (one_pass, 1), (stalled, 1.5), (still, 0.5)]:
    assert max(measured.low / law - 1, 1 - measured.high / law) < 0.05, "as predicted"
assert two_passes.high < 1.2, "gradient descent is as good after two passes"

# %%
# The figure: from left to right more passes, downwards what is left.

fig, ax = plt.subplots(figsize=(5.4, 4.6), layout="constrained")
fig.set_label(
    "Expected risk above its minimum, in units of the floor, against passes over the "
    "samples, both axes logarithmic. SGD with shrinking steps falls to "
    f"{one_pass.value:.2f} at the end of the first pass. Gradient descent is at "
    f"{two_passes.value:.2f} after two passes and stays there. SGD with a constant step "
    f"on the same samples takes more passes and stalls at {stalled.value:.2f}. On fresh "
    f"examples it falls to {still.value:.2f}."
)
for level in (0.5, 1, 1.5):
    ax.axhline(level, color=PREDICTED, linestyle="--", linewidth=1)
ax.loglog(np.arange(1, 11), full.value[1:], "s-", color=DESCENT)
ax.plot(
    shrinking.steps[20::20] / n,
    falling.value[1:],
    color=WALKER,
    linewidth=2,
)
for walk, style in zip(walks.values(), ["-", ":"], strict=True):
    ax.plot(
        walk.steps[1:] / n,
        excess(walk.weights[1:]).mean(axis=1),
        color=RIVAL,
        linestyle=style,
    )
ax.text(0.018, 3.5, "SGD,\nshrinking\nsteps", color=WALKER)
ax.text(0.9, 9, "gradient\ndescent", color=DESCENT, ha="right")
ax.text(
    1.5,
    40,
    "SGD, small\nconstant steps:\nfrom the samples,\nor fresh (dotted)",
    color=RIVAL,
)
ax.text(0.02, 1.04, "floor", color=PREDICTED, va="bottom")
ax.set(
    title="One pass tells what the samples know",
    xlabel="passes over the samples",
    ylabel="risk above the minimum / floor",
)

# %%
# What to notice: shrinking steps are as good after one pass as the samples' exact minimum.
# More passes, and more exact methods, only bring you closer to a weight that is itself off.

numbers = {
    "sets": sets,
    "n": n,
    "floor": floor,
    "exact": exact,
    "two_passes": two_passes,
    "one_pass": one_pass,
    "start_left": start_left,
    "half_steps": half_steps,
    "stalled": stalled,
    "still": still,
}
for name, number in numbers.items():
    print(f"{name}: {number:.4g}")

plt.show()
