"""
The range test
==============

Let the rate rise from tiny to huge in one short walk, and watch the loss. Look at what the
turning point tells, and what it does not.
"""

# %%
# The data set comes with scikit-learn: ten measurements of patients with diabetes, and how
# the disease went on. The rate rises by the same factor at each of 300 steps, in batches of
# 8. 50 walkers make the test, each with its own order.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_diabetes

from sgd_explained import sgd
from sgd_explained.measure import mean
from sgd_explained.palette import PREDICTED, RIVAL, WALKER
from sgd_explained.problems import least_squares
from sgd_explained.schedules import exponential

inputs, targets = load_diabetes(return_X_y=True)
order = np.random.default_rng(0).permutation(len(targets))
train = order[:332]
x = (inputs[train] - inputs[train].mean(axis=0)) / inputs[train].std(axis=0)
t = (targets[train] - targets[train].mean()) / targets[train].std()
problem = least_squares(x, t)
steps, walkers, size = 300, 50, 8
rates = np.geomspace(1e-4, 3, steps)
walk = sgd(
    problem.gradient,
    problem.start,
    x,
    t,
    walkers=walkers,
    learning_rate=exponential(rates[0], rates[1] / rates[0]),
    steps=steps,
    batch_size=size,
    rng=np.random.default_rng(96),
)

# %%
# The loss that a training loop sees is that of the batch, before the step. It is smoothed by
# a running mean that forgets as fast as 0.95 to the power of the steps. At first that is the
# loss of a few batches, and may be low by chance. So the bottom is looked for after 60 steps.

seen = x[walk.examples], t[walk.examples]
residuals = (walk.weights[:-1, :, np.newaxis] * seen[0]).sum(axis=-1) - seen[1]
# The last batch of an epoch is smaller: its row of examples is filled up with -1.
losses = (residuals**2).mean(axis=-1, where=walk.examples >= 0) / 2
smooth, average = np.empty_like(losses), 0.0
for k, loss in enumerate(losses):
    average = 0.95 * average + 0.05 * loss
    smooth[k] = average / (1 - 0.95 ** (k + 1))
lowest_at = 60 + smooth[60:].argmin(axis=0)
bottom = rates[lowest_at]
after = np.arange(steps)[:, np.newaxis] > lowest_at
explodes = rates[(after & (smooth > 2 * smooth[0].mean())).argmax(axis=0)]
limit = 2 / np.linalg.eigvalsh(problem.risk_curvature(problem.start)).max()
lowest, end = (mean(np.log(found)).map(np.exp) for found in (bottom, explodes))
apart = bottom.max() / bottom.min()
assert lowest.high < limit < end.low, (
    "the limit is between the bottom and the explosion"
)
late = np.mean(explodes > limit)
assert late >= 0.9, "most tests end beyond the limit"

# %%
# Batches have a lower limit. For batches with replacement the mean of the products of all two
# distances from the minimum obeys a linear rule; its largest factor says whether it grows.


def growth(rate, x=x):
    """Return the largest factor of the mean squares in a step."""
    eye, H = np.eye(x.shape[1]), x.T @ x / len(x)
    pairs = (x[:, :, np.newaxis] * x[:, np.newaxis]).reshape(len(x), -1)
    fourth = (pairs.T @ pairs / len(x)).reshape((x.shape[1],) * 4)
    spread = fourth.transpose(0, 2, 1, 3).reshape(pairs.shape[1], -1) - np.kron(H, H)
    step = np.kron(eye - rate * H, eye - rate * H) + rate**2 / size * spread
    return np.abs(np.linalg.eigvals(step)).max()


one = x[:, :1]
alone = (1 - 0.3 * (one**2).mean()) ** 2 + 0.3**2 / size * (one**2).var()
assert np.isclose(growth(0.3, one), alone), "with one weight it is a known law"
low, batch_limit = 0.0, limit
for _ in range(20):
    middle = (low + batch_limit) / 2
    low, batch_limit = (middle, batch_limit) if growth(middle) < 1 else (low, middle)
assert lowest.high < batch_limit < limit

# %%
# Three of the tests, and where all of them turn.

fig, ax = plt.subplots(figsize=(5.4, 4), layout="constrained")
fig.set_label(
    "Smoothed loss against the learning rate, which rises on a logarithmic axis, in three "
    f"tests. It falls from about {smooth[0].mean():.1f} to a bottom near a rate of "
    f"{lowest.value:.2f}, and explodes near {end.value:.2f}. The limit of gradient descent, "
    f"{limit:.2f}, lies between."
)
for loss in smooth.T[:3]:
    ax.plot(rates, loss, color=WALKER, linewidth=1.2, alpha=0.8)
ax.axvline(limit, color=PREDICTED, linestyle="--")
ax.text(1.05 * limit, 0.13, "$2/a$", color=PREDICTED)
ax.axvspan(lowest.low, lowest.high, color=RIVAL, alpha=0.3, linewidth=0)
ax.text(0.95 * lowest.low, 0.75, "mean bottom", color=RIVAL, ha="right")
ax.set(
    title="The loss falls, turns, and explodes",
    xlabel=r"learning rate $\eta$ of the step",
    ylabel="smoothed loss of the batches",
    xscale="log",
    ylim=(0.1, 1),
)

# %%
# What to notice: at the bottom the rate is already too large to go on with. And one test
# tells the bottom only roughly.

numbers = {
    "steps": steps,
    "bottom": lowest,
    "tenth": lowest.value / 10,
    "end": end,
    "limit": limit,
    "batch_limit": batch_limit,
    "apart": apart,
}
for name, number in numbers.items():
    print(f"{name}: {number:.3f}")

plt.show()
