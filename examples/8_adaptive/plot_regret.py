"""
A bound for any slopes
======================

AdaGrad has a theorem that asks nothing of the slopes: somebody who knows the rule may choose
them against it. Look at how close two kinds of slopes come to the bound, and at the regret
that no rule can avoid.
"""

# %%
# One weight is kept between −½ and ½. At each step somebody names a slope of 1 or −1, and the
# weight pays slope times weight. The *regret* is what was paid in all, less what the best
# fixed weight would have paid: one of the two ends.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import sgd
from sgd_explained.measure import mean
from sgd_explained.palette import DESCENT, PREDICTED, WALKER
from sgd_explained.updates import adagrad

width, steps, walkers = 1.0, 4000, 1000
rate = width / np.sqrt(2)
rule = adagrad(eps=0.0)


def kept_inside(g, memory, w, rate):
    """Return AdaGrad's step, cut so that the weight stays in its interval."""
    step, memory = rule(g, memory, w, rate)
    return w - np.clip(w - step, -width / 2, width / 2), memory


def regret(slopes, weights):
    """Return the regret after each number of steps."""
    paid = np.cumsum(slopes * weights, axis=0)
    return paid + width / 2 * np.abs(np.cumsum(slopes, axis=0))


# %%
# First slopes at random, whatever the weight is. Then those of an adversary, who always
# names the slope that the weight has to pay for.

random = sgd(
    lambda w, slope: slope + 0 * w,
    0.0,
    [-1.0, 1.0],
    walkers=walkers,
    learning_rate=rate,
    steps=steps,
    order="with_replacement",
    rng=89,
    update=kept_inside,
)
drawn = np.array([-1.0, 1.0])[random.examples.reshape(steps, walkers)]
adversary = sgd(
    lambda w, x: np.where(w >= 0, 1.0, -1.0) + 0 * x,
    0.0,
    [0.0],
    learning_rate=rate,
    steps=steps,
    update=kept_inside,
)
against = np.where(adversary.weights[:-1] >= 0, 1.0, -1.0)
k = np.arange(1, steps + 1)
looked_at = np.unique(np.geomspace(1, steps, 13).astype(int))
by_chance = mean(regret(drawn, random.weights[:-1])[looked_at - 1])
by_intent = regret(against, adversary.weights[:-1])

# %%
# The bound is :math:`\frac{D^2}{2 \eta} + \eta` times the root of the sum of the squared
# slopes, for an interval of length :math:`D`. And no rule can do better than the law for
# random slopes: what it pays is 0 on average, as it cannot know them, while the best end
# would have got half of :math:`D` times the size of their sum. That is
# :math:`\sqrt{2 k / \pi}` on average for many steps :math:`k`.

squares = 1.0 * k  # All slopes are 1 or −1.
bound = (width**2 / (2 * rate) + rate) * np.sqrt(squares)
least = width / 2 * np.sqrt(2 * k / np.pi)
assert np.all(by_intent <= bound), "the bound holds against an adversary"
assert np.all(regret(drawn, random.weights[:-1]) <= bound[:, np.newaxis]), "and always"
late = looked_at >= 20
far = np.abs(by_chance.value - least[looked_at - 1])[late]
assert np.all(far < 4.5 * by_chance.bars.mean(axis=0)[late] / 2), "as nobody can avoid"
assert by_intent[-1] > bound[-1] / 3, "the adversary comes near to the bound"

# %%
# Points are measured, lines computed.

fig, ax = plt.subplots(figsize=(5.4, 4), layout="constrained")
fig.set_label(
    "Regret against the number of steps, on logarithmic axes. Three parallel rising lines of "
    f"slope one half: the bound, below it at {by_intent[-1] / bound[-1]:.2f} of it the points "
    "of the adversary, and lower still, on the computed line, those of random slopes."
)
ax.plot(k, bound, "--", color=PREDICTED, label="bound")
ax.plot(k, least, "--", color=PREDICTED, label="predicted")
ax.plot(looked_at, by_intent[looked_at - 1], "s", color=DESCENT, markersize=4.5)
ax.errorbar(
    looked_at, by_chance.value, by_chance.bars, fmt="o", color=WALKER, markersize=4.5
)
for height, name, color in [
    (bound[-1], "bound", PREDICTED),
    (by_intent[-1], "adversary", DESCENT),
    (0.8 * least[-1], "random slopes:\nno rule has less", WALKER),
]:
    ax.text(1.4 * steps, height, name, color=color, va="center")
ax.set(
    title="Regret grows like the root of the steps",
    xlabel="number of steps $k$",
    ylabel="regret",
    xscale="log",
    yscale="log",
    xlim=(0.7, 150 * steps),
)

# %%
# What to notice: divided by the number of steps, all three fall like :math:`1 / \sqrt{k}`. The
# bound needs no knowledge of the size of the slopes, for the divisor measures it.

numbers = {
    "steps": steps,
    "adversary": by_intent[-1] / bound[-1],
    "random": by_chance[-1].map(lambda value: value / bound[-1]),
    "least": least[-1] / bound[-1],
}
for name, number in numbers.items():
    print(f"{name}: {number:.3f}")

plt.show()
