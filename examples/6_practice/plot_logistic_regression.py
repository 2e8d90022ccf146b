"""
Logistic regression
===================

The same ``sgd``, now with a vector of weights and real data. Look at the constant
learning rate, which gets stuck above the optimum, and at the falling one, which does
not.
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
# Batches of 16, with a constant learning rate and with one that falls like
# :math:`1 / k`. The walks keep one point an epoch. Gradient descent takes one step an
# epoch.

w0, epochs, batch_size = np.zeros(features), 100, 16
schedules = {"constant": 0.2, "falling": lambda step: 0.2 / (1 + step / 100)}
paths = {
    name: sgd(
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
    for name, learning_rate in schedules.items()
}
full = gradient_descent(gradient, w0, x, t, learning_rate=0.2, steps=epochs)
paths["full batch"] = full.weights

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
# How far above the optimum is each path? And does the end of the best one agree with
# scikit-learn, weight by weight?

fig, (above, below) = plt.subplots(
    2, 1, figsize=(5.4, 7.2), height_ratios=[3, 2], layout="constrained"
)
fig.set_label(
    "Above, the risk above the optimum over the epochs, on a logarithmic axis: with "
    "a constant learning rate SGD levels off, with a falling one it keeps on "
    "falling, as scikit-learn's SGD does. Full-batch gradient descent is slow. Below, "
    "the weights found by SGD lie on a diagonal with those of scikit-learn."
)
for name, color, place in [
    ("full batch", "C0", (32, 1e-2)),
    ("constant", "C4", (62, 4e-5)),
    ("falling", "C1", (42, 2.2e-5)),
    ("scikit-learn", "C3", (10, 2.5e-6)),
]:
    excess = risk(paths[name], x, t) - risk(optimum, x, t)
    above.plot(excess, color, linewidth=1.5)
    above.text(*place, name, color=color)
above.set(
    title=f"{features} weights, {n} examples",
    xlabel="epoch",
    ylabel="risk above the optimum",
    yscale="log",
)
below.axline((0, 0), slope=1, color="C5", linewidth=1)
below.plot(optimum, paths["falling"][-1], "o", color="C1", alpha=0.7)
below.set(xlabel="weights by scikit-learn", ylabel="weights by our SGD")

# %%
# A constant learning rate keeps its noise, and hovers above the optimum. A falling one
# lets the noise die out, and its weights agree with scikit-learn's. On the held-out
# examples the difference hardly shows: the last digits of the risk are of little use to
# the classifier. :doc:`/learn/sgd-algorithm` has the update rule.

for name, path in paths.items():
    accuracy = np.mean(np.sign(x_held_out @ path[-1]) == t_held_out)
    print(f"{name:20} {accuracy:.1%} of the held-out examples are right")
difference = np.abs(paths["falling"][-1] - optimum).max()
print(f"falling, largest difference from scikit-learn's weights: {difference:.4f}")

plt.show()
