"""
Rare features
=============

Some features come every few steps, others once in hundreds. Look at which rule learns
the weights of both, each at its own best rate.
"""

# %%
# Sixty features, as the words of a text: an example holds one of them, the :math:`j`-th with
# a probability in proportion to :math:`1 / j`. Its target is the feature's true weight, with
# noise. So each step sees one weight, and the gradient of all others is 0.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import sgd
from sgd_explained.measure import mean
from sgd_explained.palette import DESCENT, GUIDE, RIVAL, WALKER
from sgd_explained.updates import adagrad, adam, plain

features, steps = 60, 1500
share = 1 / np.arange(1, features + 1)
share /= share.sum()
rng = np.random.default_rng(87)
true = rng.normal(size=features)
one_hot = np.eye(features)
words = rng.choice(features, p=share, size=20_000)
targets = true[words] + rng.normal(size=words.size)


def gradient(w, word, t):
    """Return the gradients of half the squared residuals."""
    x = one_hot[word.astype(int)]
    return ((w * x).sum(axis=-1) - t)[..., np.newaxis] * x


def excess(rates, taus, rule, rng):
    """Return how far the expected risk is above its minimum, walker by walker."""
    ends = sgd(
        gradient,
        np.zeros(features),
        words,
        targets,
        walkers=rates.size,
        # An infinite time is a constant rate, and none a straight line to 0.
        learning_rate=lambda k: (
            rates * np.where(taus > 0, 1 / (1 + k / np.maximum(taus, 1)), 1 - k / steps)
        ),
        steps=steps,
        order="with_replacement",
        rng=rng,
        keep="last",
        update=rule,
    ).final
    return (ends - true) ** 2 @ share / 2


# %%
# Each rule tries ten rates, each twice the one before. Those with a falling rate try five
# ways to fall with each, and so have more to choose from: :math:`\eta / (1 + k / \gamma)`
# with four :math:`\gamma`, and a straight line to 0. The best is that with the lowest mean
# over 24 walkers; then 400 new walkers are measured.

rates, constant = 0.005 * 2.0 ** np.arange(10), np.array([np.inf])
falling = np.array([0.0, 20.0, 80.0, 320.0, 1280.0])
rules = {
    "SGD": (plain, constant),
    "SGD, falling": (plain, falling),
    "Adam": (adam(), constant),
    "Adam, falling": (adam(), falling),
    "AdaGrad": (adagrad(), constant),
    "AdaGrad, falling": (adagrad(), falling),
}
measured, best = {}, {}
for name, (rule, taus) in rules.items():
    grid = np.stack(np.meshgrid(rates, taus, indexing="ij"), axis=-1).reshape(-1, 2)
    tried = excess(*np.repeat(grid, 24, axis=0).T, rule, rng)
    best[name] = grid[tried.reshape(-1, 24).mean(axis=1).argmin()]
    measured[name] = mean(excess(*np.tile(best[name], (400, 1)).T, rule, rng))
    print(f"{name}: {measured[name]:.4f} at rate and tau {best[name]}")

# %%
# A rate of its own that suits each weight is one over the number of times its feature came:
# then it is the mean of all its targets. As a rule of your own it needs no learning rate.


def own_mean(g, counts, w, rate):
    """Return the step to the mean of all targets that a weight has seen."""
    counts = (0.0 if counts is None else counts) + (g != 0)
    return g / np.maximum(counts, 1), counts


reach = mean(excess(np.ones(400), np.ones(400), own_mean, rng))
fixed, slow, own = measured["SGD"], measured["SGD, falling"], measured["AdaGrad"]
assert max(own.high, slow.high) < fixed.low, "AdaGrad, or a rate that falls, is ahead"
assert abs(own.value - slow.value) < 0.002, "and these two are level"
fallen = [measured["AdaGrad, falling"], measured["Adam, falling"]]
assert max(at.high for at in fallen) < own.low, "both do better once their rates fall"
assert reach.high < min(at.low for at in fallen), "none of the six does as well"
inside = [rates[0] < rate < rates[-1] for rate, _ in best.values()]
assert all(inside), "the best rate is inside the grid"

# %%
# The bars are means with 95 % intervals.

fig, ax = plt.subplots(figsize=(5.4, 3.8), layout="constrained")
fig.set_label(
    f"Excess risk after {steps} steps of six rules at their best: SGD {fixed.value:.3f}, "
    f"SGD with a falling rate {slow.value:.3f}, Adam {measured['Adam'].value:.3f}, Adam with "
    f"a falling rate {fallen[1].value:.3f}, AdaGrad {own.value:.3f}, AdaGrad with a falling "
    f"rate {fallen[0].value:.3f}. A line at {reach.value:.3f} marks the mean of all targets "
    "of each feature."
)
for place, (name, at) in enumerate(measured.items()):
    color = {"S": DESCENT, "A": WALKER}[name[0]]
    ax.barh(place, at.value, xerr=at.bars, color=color, ecolor=GUIDE, height=0.6)
ax.axvline(reach.value, color=RIVAL, linestyle="--")
ax.text(reach.value, 5.95, " mean of all targets", color=RIVAL, va="center")
ax.set_yticks(range(len(measured)), list(measured))
ax.set(
    title="A rate for each weight helps with rare features",
    xlabel="excess risk",
    ylim=(6.3, -0.6),
)

# %%
# What to notice: AdaGrad's rate for a weight falls with the gradients that this weight has
# seen, so a rare feature still has a large one when it comes. SGD's falls for all at once.
# Adam at a constant rate keeps its noise. With a falling rate both are better still.

numbers = {
    "features": features,
    "steps": steps,
    "choices": {"constant": rates.size, "falling": rates.size * falling.size},
    "reach": reach,
    "sgd": fixed,
    "sgd_falling": slow,
    "adagrad": own,
    "adagrad_falling": fallen[0],
    "adam_falling": fallen[1],
    "gain": (fixed.value - own.value) / (fixed.value - reach.value),
    "table": [[name, at] for name, at in measured.items()],
}

plt.show()
