"""
Steps that shrink
=================

A constant step never arrives, and a step that shrinks too fast does not either. Look at
which of four schedules come down for good, and at the constant of the best one.
"""

# %%
# The parabola again: losses :math:`a (w - x)^2 / 2`, minimum at 0, noise
# :math:`\sigma = a s`. A schedule is a function of the step's number, from 0.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import sgd

a = 2.0
x = np.linspace(-1, 1, 100)
sigma2 = a**2 * x.var()
w0, walkers, steps = 1.0, 1000, 10_000
beta, gamma = 2 / a, 2
schedules = {
    "constant": lambda k: 0.2 / a,
    "$k^{-2}$": lambda k: 0.5 / a / (k + 1) ** 2,
    "$k^{-1/2}$": lambda k: 0.5 / a / np.sqrt(k + 1),
    r"$\beta/(\gamma + k)$": lambda k: beta / (gamma + k),
}


def slope(w, x):
    return a * (w - x)


# %%
# One crowd walks all four at once: the schedule hands out one rate for each walker.

groups = np.repeat(np.arange(len(schedules)), walkers)
walk = sgd(
    slope,
    np.full(groups.size, w0),
    x,
    learning_rate=lambda k: np.array([rate(k) for rate in schedules.values()])[groups],
    epochs=steps // x.size,
    order="with_replacement",
    rng=np.random.default_rng(22),
    crowd=True,
    keep=5,
)
shown = np.unique(np.geomspace(1, walk.steps.size - 1, 16).astype(int))
squares = walk.weights[shown].reshape(shown.size, len(schedules), walkers) ** 2
measured = squares.mean(axis=2)
errors = 2 * squares.std(axis=2) / np.sqrt(walkers)

# %%
# The theory is a recursion for mean :math:`m` and variance :math:`V`, exact on a
# parabola: :math:`m \leftarrow (1 - \eta a) m` and
# :math:`V \leftarrow (1 - \eta a)^2 V + \eta^2 \sigma^2`.

mean, variance = np.full(len(schedules), w0), np.zeros(len(schedules))
exact = [mean**2]
for k in range(steps):
    rate = np.array([schedule(k) for schedule in schedules.values()])
    mean = (1 - rate * a) * mean
    variance = (1 - rate * a) ** 2 * variance + rate**2 * sigma2
    exact.append(mean**2 + variance)
exact = np.array(exact)

# %%
# Below, the risk above the minimum for the last schedule, times :math:`\gamma + k`. The
# bound of Bottou, Curtis & Nocedal (2018), Theorem 4.7, is level in this picture.
# It counts steps from 1, so its :math:`\gamma` is ours minus 1.

initial = a * w0**2 / 2
nu = max(beta**2 * a * sigma2 / (2 * (beta * a - 1)), gamma * initial)
limit = a * beta**2 * sigma2 / (2 * (2 * beta * a - 1))

fig, (race, rate_of_one) = plt.subplots(2, 1, figsize=(5.4, 8), layout="constrained")
fig.set_label(
    "Two panels on logarithmic axes. Above, the mean squared distance from the minimum "
    "against the step for four schedules. The constant step levels off early, the step "
    "that falls like one over k squared stalls far out, one over the root of k comes "
    "down slowly and one over k fast, both for good. Below, risk times step for the one "
    "over k schedule: it settles at the predicted level, below the bound of the theorem."
)
k = np.arange(steps + 1)
for j, (name, end) in enumerate(zip(schedules, exact[-1], strict=True)):
    race.plot(k[1:], exact[1:, j], "C2", linewidth=1.2)
    race.errorbar(
        walk.steps[shown],
        measured[:, j],
        errors[:, j],
        color="C1",
        marker="o",
        ls="",
        ms=4,
    )
    race.text(1.3 * steps, end, name, color="C1", va="center")
race.set(
    title="Four schedules",
    ylabel="mean of $w^2$",
    xscale="log",
    yscale="log",
    xlim=(1, 9 * steps),
)
scale = a / 2 * (gamma + k)
rate_of_one.plot(k[1:], (scale * exact[:, -1])[1:], "C2", linewidth=1.2)
at = walk.steps[shown]
rate_of_one.errorbar(
    at,
    scale[at] * measured[:, -1],
    scale[at] * errors[:, -1],
    color="C1",
    marker="o",
    ls="",
    ms=4,
)
rate_of_one.axhline(nu, color="C3", linestyle="--")
rate_of_one.axhline(limit, color="C2", linestyle="--")
rate_of_one.text(1.3 * steps, 0.93 * nu, r"bound $\nu$", color="C3", va="top")
rate_of_one.text(1.3 * steps, 0.93 * limit, "limit", color="C2", va="top")
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

for j, name in enumerate(schedules):
    ratio, error = measured[-1, j] / exact[-1, j], errors[-1, j] / exact[-1, j]
    print(
        f"{name}: mean of w^2 {measured[-1, j]:.2e}, measured / exact "
        f"{ratio:.3f} +- {error:.3f}"
    )
print(f"risk times step: {scale[-1] * exact[-1, -1]:.4f} after {steps} steps")
print(f"its limit {limit:.4f}, the bound {nu:.4f}")

plt.show()
