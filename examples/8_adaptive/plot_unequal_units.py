"""
Unequal units
=============

Real measurements, above in the units in which they came: some are thousandths, others
thousands. Look at which rule can live with that, each at its own best rate.
"""

# %%
# The data set comes with scikit-learn: thirty measurements of cells, and whether the tumour
# was benign. 169 of the 569 examples are held out. The model is logistic regression.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_breast_cancer

from sgd_explained import sgd
from sgd_explained.measure import mean
from sgd_explained.palette import DESCENT, WALKER
from sgd_explained.problems import logistic_regression
from sgd_explained.updates import adagrad, adam, plain, rmsprop

inputs, labels = load_breast_cancer(return_X_y=True)
labels = 2 * labels - 1
order = np.random.default_rng(0).permutation(len(labels))
train, held_out = order[:400], order[400:]
center, spread = inputs[train].mean(axis=0), inputs[train].std(axis=0)
scales = {
    "raw": inputs,
    "centred": inputs - center,
    "standardised": (inputs - center) / spread,
}
x = {name: np.column_stack([v, np.ones(len(v))]) for name, v in scales.items()}
problems = {name: logistic_regression(v[train], labels[train]) for name, v in x.items()}
ratio_of_units = spread.max() / spread.min()

# %%
# Each rule tries seven rates, each :math:`\sqrt{10}` times the one before.
# The best is that with the lowest mean risk of eight walkers after 20 epochs in batches of
# 40. Then 160 new walkers take it.


def ends(problem, rates, rule, rng):
    """Return the weights of a crowd after 20 epochs."""
    return sgd(
        problem.gradient,
        problem.start,
        *problem.data,
        walkers=rates.size,
        learning_rate=rates,
        epochs=20,
        batch_size=40,
        rng=rng,
        keep="last",
        update=rule,
    ).final


rng = np.random.default_rng(88)
rivals = {
    "SGD": ("raw", plain, -6.5),
    "AdaGrad": ("raw", adagrad(), -3),
    "RMSProp": ("raw", rmsprop(), -4.5),
    "Adam": ("raw", adam(), -4),
    "Adam, centred": ("centred", adam(), -4),
    "SGD, standardised": ("standardised", plain, -1),
    "Adam, standardised": ("standardised", adam(), -2.5),
}
risks, right, best, answers = {}, {}, {}, {}
for name, (units, rule, first) in rivals.items():
    problem, grid = problems[units], 10.0 ** np.arange(first, first + 3.5, 0.5)
    tried = problem.risk(ends(problem, np.repeat(grid, 8), rule, rng))
    found = tried.reshape(-1, 8).mean(axis=1).argmin()
    assert 0 < found < grid.size - 1, "the best rate is inside the grid"
    best[name] = grid[found]
    weights = ends(problem, np.full(160, best[name]), rule, rng)
    risks[name] = mean(problem.risk(weights))
    guesses = np.sign(x[units][held_out] @ weights.T)
    # Of each held-out example, the share of the walkers that are right.
    answers[name] = (guesses == labels[held_out, np.newaxis]).mean(axis=1)
    right[name] = mean(answers[name])
    print(f"{name}: rate {best[name]:.2g}, risk {risks[name]:.3f}, {right[name]:.1%}")

assert risks["Adam, centred"].high < risks["Adam"].low / 2, "means are a part of it"
for name in ("AdaGrad", "RMSProp", "Adam"):
    assert risks[name].high < risks["SGD"].low, "each own rate helps with the units"
    assert risks["SGD, standardised"].high < risks[name].low / 2, (
        "other units help more"
    )

# %%
# The same held-out examples judge all rules. So the rules are compared example by example:
# what all find hard does not count then, and the interval is that of the difference.

adam_ahead = mean(answers["Adam"] - answers["SGD"])
units_ahead = mean(answers["SGD, standardised"] - answers["Adam"])
assert adam_ahead.low > 0, "in raw units Adam is right more often than SGD"
assert units_ahead.low > 0, "and SGD in other units more often than that"

# %%
# Points are means over walkers, and over the held-out examples, with 95 % intervals.

fig, (above, below) = plt.subplots(
    2, 1, figsize=(5.4, 5.6), layout="constrained", sharey=True
)
fig.set_label(
    f"Above, the risk after 20 epochs. In raw units SGD ends at {risks['SGD'].value:.2f} and "
    f"the rules with a rate for each weight between {risks['Adam'].value:.2f} and "
    f"{risks['RMSProp'].value:.2f}; with the means taken off and the same units Adam ends at "
    f"{risks['Adam, centred'].value:.2f}; in standardised units SGD and Adam both end near "
    f"{risks['SGD, standardised'].value:.2f}. Below, the share of held-out examples that are "
    f"right: {right['SGD'].value:.0%} for SGD in raw units, and "
    f"{right['SGD, standardised'].value:.0%} in standardised units."
)
for ax, found, name in [
    (above, risks, "risk"),
    (below, right, "share of held-out examples that are right"),
]:
    for place, (rival, at) in enumerate(found.items()):
        color = DESCENT if "SGD" in rival else WALKER
        ax.errorbar(at.value, place, xerr=at.bars, fmt="o", color=color)
    ax.set(xlabel=name)
above.set_yticks(range(len(risks)), list(risks))
above.invert_yaxis()
above.set(title="A rate for each weight repairs a part of it", xlim=(0, None))
below.set(title="And on examples that were held out")

# %%
# What to notice: two lines that standardise the inputs do more than any of the rules, and
# after them SGD is close to Adam.

print(f"Adam ahead by {adam_ahead:.1%}, other units by {units_ahead:.1%} more")

numbers = {
    "units": ratio_of_units,
    "table": [[name, best[name], risks[name], right[name]] for name in rivals],
    "adam_ahead": adam_ahead,
    "units_ahead": units_ahead,
    "centred": risks["Adam, centred"],
    "same_units_sgd": risks["SGD, standardised"],
    "same_units_adam": risks["Adam, standardised"],
}

plt.show()
