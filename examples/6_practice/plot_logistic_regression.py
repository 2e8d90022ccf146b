"""
Logistic regression
===================

The same ``sgd``, now with a vector of weights and real data. Look at the constant
learning rate, which gets stuck above the optimum, at the falling one, which does not, and
at gradient descent, which few examples suit well.
"""

# %%
# The data set comes with scikit-learn: measurements of cells, and whether the tumour
# was benign. A quarter is held out. The inputs are standardised by what is known of the
# training part, and a column of ones carries the intercept.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import train_test_split

from sgd_explained import gradient_descent, sgd
from sgd_explained.palette import DESCENT, GUIDE, RIVAL, WALKER

inputs, labels = load_breast_cancer(return_X_y=True)
x, x_held_out, t, t_held_out = train_test_split(
    inputs, 2 * labels - 1, stratify=labels, random_state=0
)
mean, spread = x.mean(axis=0), x.std(axis=0)
x = np.column_stack([(x - mean) / spread, np.ones(len(x))])
x_held_out = np.column_stack([(x_held_out - mean) / spread, np.ones(len(x_held_out))])
n, features = x.shape

# %%
# With targets :math:`t = \pm 1`, the loss of an example is
# :math:`\log(1 + e^{-t\, w \cdot x}) + \frac{\lambda}{2} |w|^2`, where the intercept is
# not penalised. ``sgd`` wants its gradient for each example, and takes the mean itself.

strength = 0.1
penalty = np.append(np.full(features - 1, strength), 0.0)


def risk(w, x, t):
    return np.logaddexp(0, -t * (w @ x.T)).mean(axis=-1) + w**2 @ penalty / 2


def gradient(w, x, t):
    wrong = np.exp(-np.logaddexp(0, t * (x @ w)))
    return -(wrong * t)[:, np.newaxis] * x + penalty * w


# %%
# Gradient descent takes one step an epoch. Its learning rate is the best of eleven, each
# :math:`\sqrt 2` times the one before: that which ends lowest.

w0, epochs, batch_size = np.zeros(features), 60, 16
rates = 0.2 * 2 ** np.arange(0, 5.5, 0.5)
descents = [
    gradient_descent(gradient, w0, x, t, learning_rate=rate, steps=epochs).weights
    for rate in rates
]
best = np.argmin([risk(path[-1], x, t) for path in descents])
assert 0 < best < rates.size - 1, (
    "the best rate is not the first or last that was tried"
)
full_rate = rates[best]
paths = {"full batch": descents[best]}

# %%
# SGD takes batches of 16, with a rate that falls like :math:`1 / k`. The first rate is the
# best of four in the same sense. A constant rate of the same size is drawn beside it. The
# walks keep one point an epoch.

schedules = [
    lambda k, first=first: first / (1 + k / 100) for first in (0.1, 0.2, 0.4, 0.8)
]
walks = [
    sgd(
        gradient,
        w0,
        x,
        t,
        learning_rate=learning_rate,
        epochs=epochs,
        batch_size=batch_size,
        rng=np.random.default_rng(4),
        keep=-(-n // batch_size),
    ).weights
    for learning_rate in schedules
]
best = np.argmin([risk(path[-1], x, t) for path in walks])
assert 0 < best < len(schedules) - 1, "the best rate lies within those that were tried"
first_rate = schedules[best](0)
paths["falling"] = walks[best]
paths["constant"] = sgd(
    gradient,
    w0,
    x,
    t,
    learning_rate=first_rate,
    epochs=epochs,
    batch_size=batch_size,
    rng=np.random.default_rng(4),
    keep=-(-n // batch_size),
).weights

# %%
# Scikit-learn minimises the same risk in two ways. One uses curvature and goes all the
# way to the optimum. The other is an SGD too, with single examples for batches and a
# falling learning rate of its own.

peer = LogisticRegression(C=1 / (strength * n), tol=1e-10, max_iter=1000).fit(
    x[:, :-1], t
)
optimum = np.append(peer.coef_, peer.intercept_)

classifier = SGDClassifier(
    loss="log_loss", alpha=strength, random_state=np.random.RandomState(4)
)
path = [w0]
for _ in range(epochs):
    classifier.partial_fit(x[:, :-1], t, classes=[-1, 1])
    path.append(np.append(classifier.coef_, classifier.intercept_))
paths["scikit-learn"] = np.array(path)

# %%
# How far above the optimum is each path? And does the end of the falling one agree with
# scikit-learn, weight by weight?

above_optimum = {
    name: risk(path, x, t) - risk(optimum, x, t) for name, path in paths.items()
}
ahead = above_optimum["falling"] < above_optimum["full batch"]
lead = int(np.flatnonzero(ahead).max())
assert ahead[1:6].all(), "SGD leads in the first epochs"
assert lead < epochs / 4, "and gradient descent soon overtakes it for good"
others = [above_optimum[name] for name in ("falling", "constant", "scikit-learn")]
alone = int(np.flatnonzero(np.min(others, axis=0) < above_optimum["full batch"]).max())
assert alone < epochs / 4, "and scikit-learn's, too"
full_end, falling_end, constant_end = (
    above_optimum[name][-1] for name in ("full batch", "falling", "constant")
)
assert constant_end > 20 * falling_end, "a constant rate gets stuck"
difference = np.abs(paths["falling"][-1] - optimum).max()
accuracies = {
    name: np.mean(np.sign(x_held_out @ path[-1]) == t_held_out)
    for name, path in paths.items()
}

fig, (above, below) = plt.subplots(
    2, 1, figsize=(5.4, 7.2), height_ratios=[3, 2], layout="constrained"
)
fig.set_label(
    "Above, the risk above the optimum over the epochs, on a logarithmic axis: with "
    "a constant learning rate SGD levels off, with a falling one it keeps on falling, as "
    f"scikit-learn's SGD does. After epoch {alone} full-batch gradient descent is below all "
    "of them and goes on falling at a steady pace. Below, the weights found by SGD lie on "
    "a diagonal with those of scikit-learn."
)
for name, color, style, place in [
    ("full batch", DESCENT, "-", (33, 1e-8)),
    ("constant", WALKER, ":", (42, 2e-2)),
    ("falling", WALKER, "-", (47, 3e-7)),
    ("scikit-learn", RIVAL, "-", (36, 4e-5)),
]:
    above.plot(above_optimum[name], style, color=color, linewidth=1.5)
    above.text(*place, name, color=color)
above.set(
    title=f"{features} weights, {n} examples",
    xlabel="epoch",
    ylabel="risk above the optimum",
    yscale="log",
)
below.axline((0, 0), slope=1, color=GUIDE, linewidth=1)
below.plot(optimum, paths["falling"][-1], "o", color=WALKER, alpha=0.7)
below.set(xlabel="weights by scikit-learn", ylabel="weights by our SGD")

# %%
# A constant learning rate keeps its noise, and hovers above the optimum. A falling one
# lets the noise die out, and its weights agree with scikit-learn's. In the first epochs SGD
# is ahead, since it takes many steps in each. With so few examples, gradient descent at its
# own best rate soon overtakes. On the held-out examples the difference hardly shows: the
# last digits of the risk are of little use to the classifier. :doc:`/learn/sgd-algorithm`
# has the update rule.

for name, accuracy in accuracies.items():
    print(f"{name:20} {accuracy:.1%} of the held-out examples are right")
print(f"falling, largest difference from scikit-learn's weights: {difference:.4f}")

numbers = {
    "examples": n,
    "features": features,
    "batch": batch_size,
    "full_rate": full_rate,
    "first_rate": first_rate,
    "lead": lead,
    "epochs": epochs,
    "full_end": full_end,
    "falling_end": falling_end,
}
for name, number in numbers.items():
    print(f"{name}: {number:.3g}")

plt.show()
