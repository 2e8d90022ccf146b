"""
The stability limit
===================

How large may a step be? On a bowl of curvature :math:`a` gradient descent converges if
the learning rate is below :math:`2/a`. Look at what our loss does just beyond: it goes
back and forth between two weights.
"""

# %%
# Two losses of the same curvature :math:`a`: the risk of inputs between -2 and 5 near its
# shallow minimum, and a quadratic beside it. The error factor of one step is the new
# distance from the minimum over the old one.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import gradient, gradient_descent, risk_curvature
from sgd_explained.palette import DESCENT, GUIDE, PREDICTED
from sgd_explained.problems import trap

x, shallow = trap.x, trap.valleys[1]
a = shallow.curvature
limit = 2 / a
rates = np.linspace(0.02, 0.7, 18)
factors = {}
for name, slope, minimum, data in [
    ("quadratic", lambda w, x: a * (w - x), 0.0, [-1.0, 1.0]),
    ("our loss", gradient, shallow.w, x),
]:
    step = gradient_descent(
        slope,
        minimum + 1e-6,
        data,
        learning_rate=rates,
        steps=1,
        walkers=rates.size,
    )
    factors[name] = np.abs(step.final - minimum) / 1e-6
off = np.abs(factors["our loss"] - np.abs(1 - rates * a)).max()
assert off < 1e-4, "the factors of our loss lie on the line"

# %%
# And the long run: one walk for each of many learning rates, all from close to the
# minimum. The last 16 weights of each walk are drawn.

many_rates = np.linspace(0.3, 0.7, 201)
walk = gradient_descent(
    gradient,
    shallow.w + 0.005,
    x,
    learning_rate=many_rates,
    steps=600,
    walkers=many_rates.size,
)
long_run = walk.weights[-16:]
cycle = np.abs(long_run[2:] - long_run[:-2]).max(axis=0) < 1e-3
longer = many_rates[~cycle & (many_rates > 1.02 * limit)].min()

# %%
# Two edges, each between two neighbours of finely spaced learning rates: where a walk
# from very close begins to recede from the minimum, and where one leaves the valley.

start = 1e-6
fine_rates = np.linspace(0.5, 0.51, 201)
ends = gradient_descent(
    gradient,
    shallow.w + start,
    x,
    learning_rate=fine_rates,
    steps=2000,
    walkers=fine_rates.size,
    keep="last",
).final
recedes = np.abs(ends - shallow.w) > start
closer, farther = fine_rates[~recedes].max(), fine_rates[recedes].min()
assert closer < limit < farther < closer + 1e-4, "the limit lies between two neighbours"

far_rates = np.linspace(0.51, 0.89, 381)
ends = gradient_descent(
    gradient,
    shallow.w + start,
    x,
    learning_rate=far_rates,
    steps=4000,
    walkers=far_rates.size,
    keep="last",
).final
gone = trap.landscape.basin(ends) != 1
held, leaves = far_rates[~gone].max(), far_rates[gone].min()
assert held < leaves < held + 2e-3, (
    "all lower rates keep the walk, all higher ones do not"
)

# %%
# Beyond the limit the error would grow for ever if the valley were a quadratic. In the
# next two terms of the risk's Taylor series it grows until the valley bends away from
# the quadratic: the walk ends on a cycle of two weights. With :math:`\eta = (2 + \mu) /
# a` its half width is :math:`\sqrt{\mu / (A_2^2 + A_3)}` for small :math:`\mu`, where
# :math:`A_2 = R'''/a` and :math:`A_3 = -R''''/(3a)`. That is a cycle if
# :math:`A_2^2 + A_3 > 0`.

h = 1e-3
left, right = risk_curvature(shallow.w + np.array([-h, h]), x)
third, fourth = (right - left) / (2 * h), (right - 2 * a + left) / h**2
bend = (third / a) ** 2 - fourth / (3 * a)
excess = np.array([0.003, 0.01, 0.03])
last_two = gradient_descent(
    gradient,
    shallow.w + 0.005,
    x,
    learning_rate=(2 + excess) / a,
    steps=3000,
    walkers=excess.size,
    keep=2999,
).weights[-2:]
ratios = np.ptp(last_two, axis=0) / (2 * np.sqrt(excess / bend))
cycles = [[mu / 2, ratio] for mu, ratio in zip(excess, ratios, strict=True)]
off_law = np.abs(1 - ratios)
assert off_law[0] < 0.01, "close to the limit the cycle is as wide as predicted"
assert (np.diff(off_law) > 0).all(), "and farther off the farther from the limit"

# %%
# If :math:`A_2^2 + A_3 < 0`, these terms hold nothing, and what happens is up to later ones.
# The slopes :math:`w + w^3` and :math:`w + w^3 - 4 w^5` have :math:`A_2^2 + A_3 = -2` in
# common. At 1 % beyond the limit one throws the walk far out, and the other holds it on a
# cycle of two weights.


def hard(w, x):
    return w + w**3 + 0 * x


def soft(w, x):
    return w + w**3 - 4 * w**5 + 0 * x


beyond_limit = 2.02
thrown = gradient_descent(hard, 0.3, [0.0], learning_rate=beyond_limit, steps=7).final
back, forth = gradient_descent(
    soft, 0.01, [0.0], learning_rate=beyond_limit, steps=3000
).weights[-2:]
forth = abs(forth)
assert abs(thrown) > 1e6, "the first walk is thrown out"
assert np.isclose(abs(back), forth), "the second goes back and forth"

# %%
# The figure: the error factors above, the long run below.

beyond = np.linspace(0, 0.08, 50)
half_width = np.sqrt(beyond / bend)
line = (2 + beyond) / a

fig, (above, below) = plt.subplots(2, 1, figsize=(5.4, 7), layout="constrained")
fig.set_label(
    "Above, the error factor of one step against the learning rate: points of the "
    "quadratic and of our loss lie on the theorem's line, which falls to zero at one "
    "over the curvature, rises again and passes one at two over the curvature. Below, "
    "the long-run weights against the learning rate: a single branch up to two over the "
    "curvature, then two branches that spread like a square root, and from about "
    f"{longer:.2f} four and more."
)
fine = np.linspace(0, 0.7, 400)
above.plot(fine, np.abs(1 - fine * a), "--", color=PREDICTED, label="predicted")
above.plot(rates, factors["quadratic"], "o", color=DESCENT, markersize=3.5)
above.plot(rates, factors["our loss"], "s", color=DESCENT, mfc="none", markersize=8)
above.axhline(1, color=GUIDE, linewidth=1)
above.axvline(limit, color=GUIDE, linestyle=":")
above.text(limit - 0.01, 1.5, rf"$2/a = {limit:.3f}$", color=GUIDE, ha="right")
above.text(0.6, 1.13, r"$|1 - \eta a|$", color=PREDICTED, ha="left")
above.text(0.08, 1.1, "dots: quadratic\nsquares: our loss", color=DESCENT)
above.set(
    title=r"Beyond $2/a$ each step enlarges the error",
    ylabel="error factor of a step",
    xlabel=r"learning rate $\eta$",
)
# A walk that goes back and forth between two weights needs two dots, not sixteen.
dots = np.broadcast_to(many_rates, long_run.shape), long_run.round(4)
dots = np.unique(np.reshape(dots, (2, -1)), axis=1)
below.plot(*dots, ".", color=DESCENT, markersize=1.5)
for sign in (-1, 1):
    below.plot(line, shallow.w + sign * half_width, "--", color=PREDICTED)
below.axvline(limit, color=GUIDE, linestyle=":")
below.text(0.31, shallow.w + 0.006, "one weight", color=DESCENT)
below.text(0.545, shallow.w, "a cycle of two", color=DESCENT)
below.text(0.495, 0.226, "square-root law", color=PREDICTED, ha="right")
below.set(
    title="Beyond it, on our loss, the walk goes back and forth",
    xlabel=r"learning rate $\eta$",
    ylabel="weights in the long run",
)

# %%
# What to notice: the limit is a matter of the curvature alone, and it is sharp. What comes
# after it is a matter of the particular loss.

numbers = {
    "weight": shallow.w,
    "curvature": a,
    "limit": limit,
    "rounded": 2 / risk_curvature(round(shallow.w, 3), x),
    "off": off,
    "closer": closer,
    "farther": farther,
    "held": held,
    "leaves": leaves,
    "longer": longer,
    "bend": bend,
    "thrown": abs(thrown),
    "forth": forth,
}
for name, number in numbers.items():
    print(f"{name}: {number:.6g}")
numbers["cycles"] = cycles
for over, ratio in cycles:
    print(f"{over:.2%} beyond the limit: width of the cycle / law = {ratio:.4f}")

plt.show()
