"""
GD beside SGD
=============

Two ways down the same risk, from the same start. Look at how much each of them pays, in
gradients, for the same depth, and at what the cheap way does at the end.
"""

# %%
# A step of gradient descent costs one gradient for every example, a step of stochastic
# gradient descent costs a single one. So to count steps would be unfair: count
# gradients.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import empirical_risk, gradient, gradient_descent, sgd
from sgd_explained.measure import by_groups, mean
from sgd_explained.palette import DESCENT, RISK, WALKER
from sgd_explained.problems import article

x = article.x
w0 = -0.5
epochs = 100
best = article.valleys[0]

# %%
# SGD reshuffles the data in each epoch. One run shows its path, and a crowd of runs
# what to expect of it. Gradient descent has no noise, so it can afford a longer step:
# it is given the same learning rate, and many larger ones.

rng = np.random.default_rng(3)
crowd = sgd(
    gradient,
    w0,
    x,
    learning_rate=0.01,
    epochs=epochs,
    rng=rng,
    walkers=300,
)
rates = np.geomspace(0.01, 0.8, 45)
descents = np.array(
    [
        gradient_descent(gradient, w0, x, learning_rate=rate, steps=epochs).weights
        for rate in rates
    ]
)

# %%
# The risk is measured above the lowest there is, for SGD as the mean over the crowd. How
# many gradients does it cost to come within 0.01, and to stay? SGD is there so soon that a
# larger crowd can count it in its first epoch, step by step. The best learning rate of
# gradient descent is the one that pays least. (The axis of the cost will be logarithmic,
# so a few hundred steps of SGD are enough to look at.)

goal = 0.01
shown = np.unique(np.geomspace(1, epochs * len(x), 300).astype(int))
risk = empirical_risk(crowd.weights[shown], x).mean(axis=1) - best.risk
many = sgd(gradient, w0, x, learning_rate=0.01, rng=rng, walkers=2000)
sgd_cost = by_groups(
    lambda risks: len(risks) - (risks.mean(axis=1) > goal)[::-1].argmax(),
    empirical_risk(many.weights, x) - best.risk,
)

descent_risks = empirical_risk(descents, x) - best.risk
costs = len(x) * (epochs + 1 - (descent_risks > goal)[:, ::-1].argmax(axis=1))
fast, lucky = costs.argmin(), descent_risks[:, 1].argmin()
same_rate_cost, best_cost = costs[0], costs[fast]
assert sgd_cost.high < len(x) < best_cost, "SGD is there within descent's first step"
assert (risk[shown > len(x)] < goal).all(), "and stays there"
assert descent_risks[lucky, 1] < goal < descent_risks[lucky, 2:].max(), (
    "a long step of gradient descent can land there, and does not stay"
)
assert risk[shown > len(x)].min() > 1e-3, "but its risk stays level"
assert descent_risks[[0, fast], -1].max() < 1e-4, "that of gradient descent falls"

settled = mean(crowd.weights[len(x) * epochs // 2 :].mean(axis=0))
assert settled.high < best.w, "SGD settles to one side of the best weight"

# %%
# The weights above, the risk below.

gradients = len(x) * np.arange(1, epochs + 1)
walks = [
    (shown, crowd.weights[shown, 0], risk, WALKER, "-"),
    (gradients, descents[0, 1:], descent_risks[0, 1:], DESCENT, "-"),
    (gradients, descents[fast, 1:], descent_risks[fast, 1:], DESCENT, "--"),
]
fig, (above, below) = plt.subplots(
    2, 1, figsize=(5.4, 6.6), sharex=True, layout="constrained"
)
fig.set_label(
    "Weight and risk against the number of gradients computed, for SGD and for "
    "gradient descent with two learning rates. SGD is near the best weight before "
    "gradient descent has taken its first step, then it trembles around it and its "
    "risk stays level, while the risk of gradient descent goes on falling."
)
for paid, weights, risks, color, style in walks:
    above.plot(paid, weights, style, color=color, linewidth=1.2)
    below.plot(paid, risks, style, color=color, linewidth=2)
above.axhline(best.w, color=RISK, linestyle=":")
above.text(1, best.w + 0.01, "best weight", color=RISK)
above.text(1, -0.35, "SGD, one run", color=WALKER)
above.set(
    title="SGD is quick, and never quite arrives", ylabel="weight $w$", xscale="log"
)
below.text(1.2, 0.006, f"SGD, mean of\n{crowd.final.size} runs", color=WALKER)
below.text(1500, 0.06, rf"GD, $\eta = {rates[0]:.2f}$", color=DESCENT)
below.text(230, 1e-5, rf"GD, $\eta = {rates[fast]:.2f}$", color=DESCENT, ha="right")
below.set(
    xlabel="gradients computed",
    ylabel="risk above the lowest",
    yscale="log",
    ylim=(3e-6, 0.2),
)

# %%
# Before gradient descent has finished its first step, SGD has taken a hundred, and is
# there. But its step does not shrink, so its noise does not either: it ends in a cloud
# around the best weight, and a little to one side of it. Gradient descent has no such
# floor. :doc:`/learn/sgd-algorithm` has the two algorithms side by side.

numbers = {"sgd_cost": sgd_cost, "best_cost": best_cost, "best_rate": rates[fast]}
numbers |= {"same_rate_cost": same_rate_cost, "lucky_rate": rates[lucky]}
print(f"best weight {best.w:.4f}, lowest risk {best.risk:.4f}")
print(f"mean weight of SGD in the second half: {settled:.4f}")
print(f"gradients until the risk stays within {goal} of the lowest:")
print(f"SGD {sgd_cost:.0f}, gradient descent with the same rate {same_rate_cost}")
print(f"and with its best, {rates[fast]:.2f}: {best_cost}")

plt.show()
