"""
Two runs differ
===============

The same script, run twice, ends with other weights. Look at how far apart the runs are
after one step: a seed shows at once, and rounding begins at the last digit. What becomes
of that digit is up to the landscape.
"""

# %%
# Rounding: two runs add up the same numbers in another order, as parallel machines do.
# Here one takes the mean of the gradients from the first input to the last, and one from
# the last to the first. Gradient descent in the trap, twenty pairs of runs from starts
# close to its minimum, at a rate that settles and at one that never does.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import gradient, risk_curvature, sgd
from sgd_explained.measure import mean, spread
from sgd_explained.palette import DESCENT, GUIDE, PREDICTED, RIVAL, WALKER
from sgd_explained.problems import trap

minimum = trap.valleys[1].w
starts, steps = minimum + np.linspace(0.01, 0.03, 20), 100
rates, paths = {"settles": 0.3, "never settles": 0.8}, {}
for name, rate in rates.items():
    runs = []
    for x in (trap.x, trap.x[::-1]):
        path = [starts]
        for _ in range(steps):
            one_by_one = gradient(path[-1][:, np.newaxis], x).cumsum(axis=1)
            path.append(path[-1] - rate * one_by_one[:, -1] / x.size)
        runs.append(np.array(path))
    paths[name] = rate, *runs
apart = {name: np.abs(one - other) for name, (_, one, other) in paths.items()}
assert apart["settles"].max() < 1e-15, "where the walk settles, so does the difference"
assert np.median(apart["never settles"][-1]) > 0.01, "else it becomes all there is"

# %%
# **The law.** A small difference is multiplied by :math:`1 - \eta R''(w_k)` in each step.
# Its powers of ten per step are the mean of the logarithm of that: below 0 where the
# walk settles. What is measured is the growth between steps 5 and 35, in which the
# difference is larger than rounding and still small.

begin, end = 5, 35
rate, one, _ = paths["never settles"]
factors = np.abs(1 - rate * risk_curvature(one[begin:end], trap.x))
law = mean(np.log10(factors).mean(axis=0))
logs = np.log10(np.maximum(apart["never settles"], 1e-17))
growth = mean((logs[end] - logs[begin]) / (end - begin))
off = mean((logs[end] - logs[begin]) / (end - begin) - np.log10(factors).mean(axis=0))
assert off.low < 0.03
assert off.high > -0.03
rate, one, _ = paths["settles"]
settled = np.log10(np.abs(1 - rate * risk_curvature(minimum, trap.x)))
assert settled < 0 < law.low

# %%
# **A seed** is another matter: two orders of the data are apart from the first step. How
# far apart the ends are is a spread that you can measure, and must, before you call one
# setting better than another: here in 400 walks that differ in nothing but their order.

short = 0.005
walks = sgd(
    trap.gradient,
    trap.start,
    trap.x,
    learning_rate=short,
    epochs=20,
    rng=3,
    walkers=400,
).weights
seeds_apart = np.abs(walks[:, ::2] - walks[:, 1::2]).mean(axis=1)
seeds = spread(walks[-1])
assert seeds_apart[1] > 1e10 * apart["never settles"][1].max()

# %%
# How far apart two runs are, step by step: the median of the pairs, of two seeds the mean.
# Runs that agree to the last bit are drawn at the bottom.

fig, ax = plt.subplots(figsize=(5.4, 4), layout="constrained")
fig.set_label(
    "How far apart two runs are against the step, on a logarithmic axis. Two seeds are "
    "apart by about a hundredth throughout. With another order of summation they are "
    "apart by the last digit after one step. At the rate that settles this is gone "
    "within some twenty steps. At the rate that never settles it grows along the predicted "
    "line, to some hundredths."
)
k = np.arange(1, steps + 1)
medians = {name: np.median(each[1:], axis=1) for name, each in apart.items()}
ax.plot(k, np.maximum(medians["settles"], 1e-18), color=WALKER)
ax.plot(k, medians["never settles"], color=DESCENT)
ax.plot(k, seeds_apart[1 : steps + 1], color=RIVAL)
middle = np.median(logs[begin])
ax.plot(
    [begin, end],
    10 ** np.array([middle, middle + law.value * (end - begin)]),
    "--",
    color=PREDICTED,
    label="predicted",
)
ax.axhline(np.spacing(minimum), color=GUIDE, linestyle=":")
ax.text(100, 3e-17, "the last digit", color=GUIDE, ha="right", va="top")
ax.text(100, 1.5e-3, "two seeds", color=RIVAL, ha="right", va="top")
ax.text(50, 1e-7, "rounding, where the walk\nnever settles", color=DESCENT)
ax.text(60, 1e-15, "rounding, where it settles", color=WALKER)
ax.set(title="Rounding grows only where the walk does not settle", yscale="log")
ax.set(xlabel="step", ylabel="distance of two runs", ylim=(1e-18, 1))

# %%
# What to notice: the first step says where a difference comes from. After a hundred
# steps at the long rate, rounding and seeds look alike.

numbers = {
    "settling_rate": rates["settles"],
    "endless_rate": rates["never settles"],
    "seeds_rate": short,
    "rounding": apart["never settles"][1].max(),
    "settles": apart["settles"].max(),
    "never_settles": np.median(apart["never settles"][-1]),
    "growth": growth,
    "law": law,
    "off": off,
    "seeds_first": seeds_apart[1],
    "seeds": seeds,
}
for name, number in numbers.items():
    print(f"{name}: {number:.3g}")

plt.show()
