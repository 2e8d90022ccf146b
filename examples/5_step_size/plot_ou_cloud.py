"""
The Ornstein–Uhlenbeck cloud
============================

Near a minimum, with a small learning rate, SGD is a spring in a hail of small kicks. That
predicts the width of its cloud, the shape and the memory. Look at how small "small" must
be.
"""

# %%
# Crowds around the left minimum of the article's data, examples drawn with replacement.
# Each starts in the predicted cloud and walks for at least four times
# :math:`1 / (\eta a)` steps, after which it has forgotten its start.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import gradient, risk_curvature, sgd
from sgd_explained.measure import by_groups, mean
from sgd_explained.palette import PREDICTED, WALKER
from sgd_explained.problems import article

x, best = article.x, article.valleys[0]
a, noise = best.curvature, gradient(best.w, x).var()
rates = np.array([0.001, 0.0014, 0.002, 0.003, 0.005, 0.007, 0.01])
walkers = 20_000
rng = np.random.default_rng(11)
predicted = rates * noise / (2 * a)
crowds = np.array(
    [
        sgd(
            gradient,
            best.w + np.sqrt(variance) * rng.standard_normal(walkers),
            x,
            learning_rate=rate,
            epochs=int(np.ceil(4 / (rate * a * x.size))),
            order="with_replacement",
            rng=rng,
            crowd=True,
            keep="last",
        ).final
        for rate, variance in zip(rates, predicted, strict=True)
    ]
)
squares = (crowds - crowds.mean(axis=1, keepdims=True)) ** 2
ratio = mean(squares / predicted[:, np.newaxis])
too_wide = ratio[-1].map(lambda wide: wide - 1)
too_low = ratio[-1].map(lambda wide: 1 - 1 / wide)

# %%
# The law takes the valley for a parabola and the noise for constant. Put the next terms
# of their Taylor series into the balance of the cloud's first three moments, and the
# next order in :math:`\eta` comes out. It needs no fit.

h = 1e-3
near = best.w + np.array([-h, 0, h])
curvatures = risk_curvature(near, x)
mean_squares = (gradient(near[:, np.newaxis], x) ** 2).mean(axis=1)
third, fourth = np.diff(curvatures[::2])[0] / (2 * h), np.diff(curvatures, 2)[0] / h**2
tilt = np.diff(mean_squares[::2])[0] / (2 * h)
bend = np.diff(mean_squares, 2)[0] / h**2
skew = (gradient(best.w, x) ** 3).mean()

fine = np.linspace(0, 0.0105, 50)
v = fine * noise / (2 * a)
shift = -third * v / (2 * a)
cubes = (fine * (noise * shift + tilt * v) - fine**2 * skew / 3) / a
cubes -= 3 * third * v**2 / (2 * a)
kicks = fine * (noise + tilt * shift + 0.5 * bend * v)
next_order = (kicks - third * cubes - fourth * v**2) / (2 * a) - shift**2
next_ratio = next_order[1:] / v[1:]

# As a line, 1 + rho eta, and the skewness, which is in proportion to the root of eta.
rho = (next_ratio[0] - 1) / fine[1]
line = 1 + rho * rates
one_tenth = 0.1 / rho
skewness_law = (cubes[1] - 3 * shift[1] * v[1]) / v[1] ** 1.5 * np.sqrt(rates / fine[1])
table = [list(row) for row in zip(rates, ratio, line, strict=True)]
off = np.abs(ratio.value - line) / ratio.bars.mean(axis=0)
assert off.max() < 2, "each point is close to the line that is computed, not fitted"
assert ratio[0].low < 1.05, "at the smallest rate the law is right to 5 %"
assert ratio[-1].low > 1.2, "at the largest it is not"

# %%
# The skewness of a Gaussian is 0, and that of the cloud goes to 0 with the square root of
# the rate.


def third_moment(weights):
    deviations = weights - weights.mean(axis=-1, keepdims=True)
    return (deviations**3).mean(axis=-1) / (deviations**2).mean(axis=-1) ** 1.5


skewness = by_groups(third_moment, crowds)
assert skewness[0].low < skewness_law[0] < skewness[0].high, (
    "as computed, at small steps"
)

# %%
# The memory: let the crowd at the smallest rate walk on, and correlate its weights with
# where it was.

rate, cloud = rates[0], crowds[0]
walk = sgd(
    gradient,
    cloud,
    x,
    learning_rate=rate,
    epochs=6,
    order="with_replacement",
    rng=rng,
    crowd=True,
    keep=50,
)
memory = by_groups(lambda weights: np.corrcoef(weights)[0], walk.weights)
lag, remembered = walk.steps[3], memory[3]
remembered_law = np.exp(-rate * a * lag)
assert remembered.low < remembered_law < remembered.high, "the memory is as predicted"

# %%
# The figure: width, shape and memory.

fig, (width, shape, decay) = plt.subplots(
    3, 1, figsize=(5.4, 8.8), layout="constrained"
)
fig.set_label(
    "Three panels. Above, the measured over the predicted variance of the cloud against "
    f"the learning rate: the points rise from one at small rates to {ratio[-1].value:.2f} at "
    f"{rates[-1]}, along the dashed line of the next order. In the middle, a histogram of "
    f"the walkers at learning rate {rate} under the predicted bell curve. Below, the "
    "correlation with the start decays along the predicted exponential, to almost zero in "
    f"{walk.steps[-1]} steps."
)
width.axhline(1, color=PREDICTED)
width.plot(fine[1:], next_ratio, "--", color=PREDICTED)
width.errorbar(rates, ratio.value, ratio.bars, color=WALKER, marker="o", ls="")
width.text(0.0105, 1.01, "the law", color=PREDICTED, ha="right", va="bottom")
width.text(0.0062, 1.21, "next order", color=PREDICTED, ha="right")
width.set(
    title="The law holds for small steps",
    xlabel=r"learning rate $\eta$",
    ylabel="variance, measured / law",
    ylim=(0.93, 1.38),
)
sd = np.sqrt(predicted[0])
bell = best.w + sd * np.linspace(-4.2, 4.2, 200)
shape.hist(cloud, bins=60, density=True, color=WALKER, alpha=0.6)
shape.plot(
    bell,
    np.exp(-((bell - best.w) ** 2) / (2 * sd**2)) / (sd * np.sqrt(2 * np.pi)),
    color=PREDICTED,
    linewidth=2,
)
shape.set(
    title=rf"A Gaussian cloud, $\eta = {rate}$", xlabel="weight $w$", ylabel="density"
)
k = np.linspace(0, walk.steps[-1], 200)
decay.plot(k, np.exp(-rate * a * k), color=PREDICTED, label="predicted")
decay.errorbar(walk.steps, memory.value, memory.bars, color=WALKER, marker="o", ls="")
decay.text(160, 0.42, r"$e^{-\eta a k}$", color=PREDICTED)
decay.set(
    title=rf"The cloud forgets in $1/(\eta a) \approx {1 / (rate * a):.0f}$ steps",
    xlabel="steps $k$ later",
    ylabel="correlation",
)

# %%
# What to notice: the points leave the law along a line that starts at 1. It is a law of
# the limit, and at the article's learning rate 0.01 it is far from it.

numbers = {
    "weight": best.w,
    "curvature": a,
    "noise": noise,
    "walkers": walkers,
    "too_wide": too_wide,
    "too_low": too_low,
    "rho": rho,
    "rho_parabola": a / 2,
    "one_tenth": one_tenth,
    "lag": lag,
    "remembered": remembered,
    "remembered_law": remembered_law,
    "skewness": skewness[0],
    "skewness_law": skewness_law[0],
    "skewness_large": skewness[-1],
}
for name, number in numbers.items():
    print(f"{name}: {number:.4g}")
numbers["table"] = table
for rate, measured, next_law in table:
    print(f"rate {rate}: variance / law {measured:.3f}, next order {next_law:.3f}")

plt.show()
