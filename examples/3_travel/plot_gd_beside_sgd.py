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

from sgd_explained import RiskLandscape, empirical_risk, gradient, gradient_descent, sgd

x = np.linspace(-5, 5, 100)
w0 = -0.5
epochs = 100
best = RiskLandscape(x, (-1, -0.1)).global_minimum

# %%
# SGD reshuffles the data in each epoch. One run shows its path, and a crowd of runs
# what to expect of it. Gradient descent has no noise, so it can afford a longer step:
# it is given the same learning rate, and one that is twenty times as large.

rng = np.random.default_rng(3)
crowd = sgd(
    gradient,
    np.full(300, w0),
    x,
    learning_rate=0.01,
    epochs=epochs,
    rng=rng,
    crowd=True,
)
slow, fast = (
    gradient_descent(gradient, w0, x, learning_rate=learning_rate, steps=epochs)
    for learning_rate in (0.01, 0.2)
)

# %%
# The weights above, the risk below, as the mean over the crowd and less the lowest risk
# there is. The axis of the cost is logarithmic, so a few hundred points are enough.

shown = np.unique(np.geomspace(1, epochs * len(x), 300).astype(int))
walks = [
    (shown, crowd.weights[shown], "C1"),
    (slow.steps[1:] * len(x), slow.weights[1:, np.newaxis], "C0"),
    (fast.steps[1:] * len(x), fast.weights[1:, np.newaxis], "C3"),
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
for gradients, weights, color in walks:
    excess = empirical_risk(weights, x).mean(axis=1) - best.risk
    above.plot(gradients, weights[:, 0], color, linewidth=1.2)
    below.plot(gradients, excess, color, linewidth=2)
above.axhline(best.w, color="C2", linestyle="--")
above.text(1, best.w + 0.01, "best weight", color="C2")
above.text(1, -0.39, "SGD, one run", color="C1")
above.set(
    title="SGD is quick, and never quite arrives", ylabel="weight $w$", xscale="log"
)
below.text(1.2, 0.006, f"SGD, mean of\n{crowd.final.size} runs", color="C1")
below.text(1500, 0.06, r"GD, $\eta = 0.01$", color="C0")
below.text(300, 1e-5, r"GD, $\eta = 0.2$", color="C3", ha="right")
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

settled = crowd.weights[len(x) * epochs // 2 :]
print(f"best weight {best.w:.4f}, lowest risk {best.risk:.4f}")
print(f"SGD in the second half: weight {settled.mean():.4f} +- {settled.std():.4f}")
for name, (gradients, weights, _) in zip(
    ["SGD", "GD, 0.01", "GD, 0.2"], walks, strict=True
):
    excess = empirical_risk(weights, x).mean(axis=1) - best.risk
    cost = gradients[np.argmax(excess < 0.01)]
    print(f"{name:8} comes within 0.01 of it after {cost:5} gradients")

plt.show()
