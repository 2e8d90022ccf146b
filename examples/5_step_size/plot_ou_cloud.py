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

from sgd_explained import RiskLandscape, gradient, risk_curvature, sgd

x = np.linspace(-5, 5, 100)
best = RiskLandscape(x, (-1, -0.1)).global_minimum
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
ratio = squares.mean(axis=1) / predicted
error = 2 * squares.std(axis=1) / np.sqrt(walkers) / predicted

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

# %%
# The memory: let the crowd at the smallest of the "nice" rates walk on, and correlate
# its weights with where it was.

rate = 0.001
chosen = list(rates).index(rate)
walk = sgd(
    gradient,
    crowds[chosen],
    x,
    learning_rate=rate,
    epochs=6,
    order="with_replacement",
    rng=rng,
    crowd=True,
    keep=50,
)
memory = np.array([np.corrcoef(walk.weights[0], later)[0, 1] for later in walk.weights])
memory_error = 2 * (1 - memory**2) / np.sqrt(walkers)

fig, (width, shape, decay) = plt.subplots(
    3, 1, figsize=(5.4, 8.8), layout="constrained"
)
fig.set_label(
    "Three panels. Above, the measured over the predicted variance of the cloud against "
    f"the learning rate: the points rise from one at small rates to {ratio[-1]:.2f} at "
    f"{rates[-1]}, along the dashed line of the next order. In the middle, a histogram of "
    f"the walkers at learning rate {rate} under the predicted bell curve. Below, the "
    "correlation with the start decays along the predicted exponential, to almost zero in "
    f"{walk.steps[-1]} steps."
)
width.axhline(1, color="C2")
width.plot(fine[1:], next_ratio, "C2--")
width.errorbar(rates, ratio, error, color="C1", marker="o", ls="")
width.text(0.0105, 1.01, "the law", color="C2", ha="right", va="bottom")
width.text(0.0062, 1.21, "next order", color="C2", ha="right")
width.set(
    title="The law holds for small steps",
    xlabel=r"learning rate $\eta$",
    ylabel="variance, measured / law",
    ylim=(0.93, 1.38),
)
sd = np.sqrt(predicted[chosen])
bell = best.w + sd * np.linspace(-4.2, 4.2, 200)
shape.hist(crowds[chosen], bins=60, density=True, color="C1", alpha=0.6)
shape.plot(
    bell,
    np.exp(-((bell - best.w) ** 2) / (2 * sd**2)) / (sd * np.sqrt(2 * np.pi)),
    "C2",
    linewidth=2,
)
shape.set(
    title=rf"A Gaussian cloud, $\eta = {rate}$", xlabel="weight $w$", ylabel="density"
)
k = np.linspace(0, walk.steps[-1], 200)
decay.plot(k, np.exp(-rate * a * k), "C2")
decay.errorbar(walk.steps, memory, memory_error, color="C1", marker="o", ls="")
decay.text(160, 0.42, r"$e^{-\eta a k}$", color="C2")
decay.set(
    title=rf"that forgets in $1/(\eta a) \approx {1 / (rate * a):.0f}$ steps",
    xlabel="steps $k$ later",
    ylabel="correlation",
)

# %%
# What to notice: the points leave the law along a line that starts at 1. It is a law of
# the limit, and at the article's learning rate 0.01 it is far from it.

for i in range(rates.size):
    print(f"learning rate {rates[i]}: ratio {ratio[i]:.3f} +- {error[i]:.3f}")
z = (crowds[chosen] - crowds[chosen].mean()) / crowds[chosen].std()
print(f"skewness at {rate}: {np.mean(z**3):+.3f} +- {2 * np.sqrt(6 / walkers):.3f}")
print(f"excess kurtosis: {np.mean(z**4) - 3:+.3f} +- {2 * np.sqrt(24 / walkers):.3f}")

plt.show()
