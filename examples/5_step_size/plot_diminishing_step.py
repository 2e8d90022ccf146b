"""
Steps that shrink
=================

With a constant step the last weight goes on trembling, and a step that shrinks too fast
stops on the way. Look at which of four schedules come down for good, and at the constant
of the best one.
"""

# %%
# The parabola again: losses :math:`a (w - x)^2 / 2`, minimum at 0, noise
# :math:`\sigma = a s`. A schedule is a function of the step's number, from 0.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import gradient, sgd
from sgd_explained.measure import mean
from sgd_explained.palette import PREDICTED, RIVAL, WALKER
from sgd_explained.problems import article

a = 2.0
x = np.linspace(-1, 1, 100)
sigma2 = a**2 * x.var()
w0, walkers, steps = 1.0, 2000, 10_000
theta, gamma = 2 / a, 2
schedules = {
    "constant": lambda k: 0.2 / a,
    "$k^{-2}$": lambda k: 0.5 / a / (k + 1) ** 2,
    "$k^{-1/2}$": lambda k: 0.5 / a / np.sqrt(k + 1),
    r"$\theta/(\gamma + k)$": lambda k: theta / (gamma + k),
}


def slope(w, x):
    return a * (w - x)


# %%
# One crowd walks all four at once: the schedule hands out one rate for each walker.

groups = np.repeat(np.arange(len(schedules)), walkers)
walk = sgd(
    slope,
    w0,
    x,
    learning_rate=lambda k: np.array([rate(k) for rate in schedules.values()])[groups],
    epochs=steps // x.size,
    order="with_replacement",
    rng=np.random.default_rng(22),
    walkers=groups.size,
    keep=5,
)
shown = np.unique(np.geomspace(1, walk.steps.size - 1, 16).astype(int))
squares = walk.weights[shown].reshape(shown.size, len(schedules), walkers) ** 2
measured = mean(squares)

# %%
# The theory is a recursion for mean :math:`\mathbb{E}\, u` and variance :math:`V`, exact
# on a parabola: :math:`\mathbb{E}\, u \leftarrow (1 - \eta a)\, \mathbb{E}\, u` and
# :math:`V \leftarrow (1 - \eta a)^2 V + \eta^2 \sigma^2`.


def recursion(rates):
    """Return the mean, and the mean square, after each step with these rates."""
    m, variance = np.full(rates[0].shape, w0), np.zeros(rates[0].shape)
    means, mean_squares = [m], [m**2]
    for rate in rates:
        m = (1 - rate * a) * m
        variance = (1 - rate * a) ** 2 * variance + rate**2 * sigma2
        means.append(m)
        mean_squares.append(m**2 + variance)
    return np.array(means), np.array(mean_squares)


means, exact = recursion(
    np.array([[rate(k) for rate in schedules.values()] for k in range(steps)])
)

# %%
# Four times as many steps tell the fates apart: two schedules are no better then, and two
# are.

quarter = steps // 4
ratio = mean(squares[-1] / exact[-1, :, np.newaxis])
later = exact[-1] / exact[quarter]
stalled = means[-1, 1]
fates = [
    [r"$0.2$", r"$\infty$, $\infty$"],
    [r"$0.5/(k{+}1)^2$", "finite, finite"],
    [r"$0.5/\sqrt{k{+}1}$", r"$\infty$, $\infty$"],
    [r"$2/(2{+}k)$", r"$\infty$, finite"],
]
for j, fate in enumerate(fates):
    fate += [exact[-1, j], ratio[j]]
assert np.all(later[:2] > 0.99), "the first two schedules have come to an end"
assert np.all(later[2:] < 0.6), "the last two come down"
assert np.abs(ratio.value - 1).max() < 0.1, "the recursion is exact"

# %%
# The risk above the minimum, times :math:`\gamma + k`, for the last schedule. The bound of
# Bottou, Curtis & Nocedal (2018), Theorem 4.7, is level in this picture. It counts steps
# from 1, so its :math:`\gamma` is ours minus 1.

noise_part = theta**2 * a * sigma2 / (2 * (theta * a - 1))
nu = max(noise_part, gamma * a * w0**2 / 2)
limit = a * theta**2 * sigma2 / (2 * (2 * theta * a - 1))
k = np.arange(steps + 1)
scale = a / 2 * (gamma + k)
risk = scale * exact[:, -1]
assert risk.max() <= nu + 1e-9, "the bound holds"
assert np.isclose(risk[-1], limit, rtol=0.01), "and the limit is reached"

# %%
# Twenty times the best :math:`\theta`, with the same :math:`\gamma`: the first step is ten
# times as long as :math:`1/a`, where at most twice that is stable. With a larger
# :math:`\gamma` it is not.

large = 20 / a
_, thrown = recursion(large / (gamma + k[:-1]))
_, held = recursion(large / (large * a + k[:-1]))
thrown_to = np.sqrt(thrown.max())
price = held[-1] / (sigma2 / a**2 / steps)
assert thrown_to > 1000 * w0, "the walk is thrown out"
assert held.max() <= w0**2, "the walk with the larger gamma is not"

# %%
# And the article's loss, which is a parabola near its minimum only. All start there, with
# the same constants in terms of its curvature, and a first step of 0.01.

data, best = article.x, article.valleys[0]
curvature, noise = best.curvature, gradient(best.w, data).var()
own_theta, own_first, own_steps = 2 / curvature, 0.01, 3000
own_gamma = own_theta / own_first
ends = sgd(
    gradient,
    best.w,
    data,
    learning_rate=lambda k: own_theta / (own_gamma + k),
    epochs=own_steps // data.size,
    order="with_replacement",
    rng=np.random.default_rng(24),
    walkers=5 * walkers,
    keep="last",
).final
law = own_theta**2 * noise / (2 * own_theta * curvature - 1) / (own_gamma + own_steps)
own = mean((ends - best.w) ** 2 / law)
assert abs(own.value - 1) < 0.1, "the article's loss is close to its parabola's law"

# %%
# Draw the four schedules, and the last one times :math:`k`.

fig, (race, rate_of_one) = plt.subplots(2, 1, figsize=(5.4, 8), layout="constrained")
fig.set_label(
    "Two panels on logarithmic axes. Above, the mean squared distance from the minimum "
    "against the step for four schedules. The constant step levels off early, the step "
    "that falls like one over k squared stalls far out, one over the root of k comes "
    "down slowly and one over k fast, both for good. Below, risk times step for the one "
    f"over k schedule: it settles at the predicted level, {limit:.2f}, below the bound of "
    f"the theorem, {nu:.2f}."
)
at = walk.steps[shown]
for j, (name, end) in enumerate(zip(schedules, exact[-1], strict=True)):
    points = measured[:, j]
    race.plot(k[1:], exact[1:, j], color=PREDICTED, linewidth=1.2)
    race.errorbar(at, points.value, points.bars, color=WALKER, marker="o", ls="", ms=4)
    race.text(1.3 * steps, end, name, color=WALKER, va="center")
race.set(
    title="Four schedules",
    xlabel="step $k$",
    ylabel="mean of $w^2$",
    xscale="log",
    yscale="log",
    xlim=(1, 9 * steps),
)
points = measured[:, -1].map(lambda square: scale[at] * square)
rate_of_one.plot(k[1:], risk[1:], color=PREDICTED, linewidth=1.2)
rate_of_one.errorbar(
    at, points.value, points.bars, color=WALKER, marker="o", ls="", ms=4
)
rate_of_one.axhline(nu, color=RIVAL, linestyle="--")
rate_of_one.axhline(limit, color=PREDICTED, linestyle="--")
rate_of_one.text(1.3 * steps, 0.93 * nu, r"bound $\nu$", color=RIVAL, va="top")
rate_of_one.text(1.3 * steps, 0.93 * limit, "limit", color=PREDICTED, va="top")
rate_of_one.set(
    title="One over $k$, times $k$",
    xlabel="step $k$",
    ylabel=r"risk above minimum $\times\, (\gamma + k)$",
    xscale="log",
    xlim=(1, 9 * steps),
    ylim=(0, 1.1 * nu),
)

# %%
# What to notice: squares of :math:`k^{-1/2}` do not sum, which Robbins & Monro ask for,
# and yet this schedule comes down too. Their conditions suffice; they are not necessary.

numbers = {
    "a": a,
    "walkers": walkers,
    "steps": steps,
    "fates": fates,
    "later": dict(zip(["constant", "square", "root", "one"], later, strict=True)),
    "stalled": stalled,
    "quarter": quarter,
    "risk": risk[-1],
    "limit": limit,
    "nu": nu,
    "bound_ratio": nu / risk[-1],
    "noise_part": noise_part,
    "noise_ratio": noise_part / limit,
    "thrown_to": thrown_to,
    "price": price,
    "own_first": own_first,
    "own_steps": own_steps,
    "own": own,
}
for name, found in zip(schedules, ratio, strict=True):
    print(f"{name}: measured / exact {found:.3f}")
print(f"risk times step: {risk[-1]:.4f} after {steps} steps")
print(f"its limit {limit:.4f}, the bound {nu:.4f}")
print(f"theta too large and gamma kept: thrown to {thrown_to:.0f}")
print(f"on the article's loss: measured / law {own:.3f}")

plt.show()
