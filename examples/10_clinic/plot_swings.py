"""
The loss swings
===============

A loss that goes up and down can come from steps that are too long, from noise, or from
the batches that it is taken over. Look at what is left of each swing when the loss is
read over all examples.
"""

# %%
# Logistic regression of the breast cancer data, standardised, with a small penalty on the
# size of the weights. The curvature at the minimum says which steps are too long.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_breast_cancer

from sgd_explained import batches, epoch_orders, gradient_descent, sgd
from sgd_explained.measure import mean, spread
from sgd_explained.palette import GUIDE, LOSS, RISK
from sgd_explained.problems import logistic_regression

inputs, labels = load_breast_cancer(return_X_y=True)
x = np.column_stack(
    [(inputs - inputs.mean(axis=0)) / inputs.std(axis=0), np.ones(len(labels))]
)
problem = logistic_regression(x, 2.0 * labels - 1)
strength, data, n = 0.01, problem.data, len(labels)


def gradient(w, x, t):
    return problem.gradient(w, x, t) + strength * w


def risk(w):
    return problem.risk(w) + strength * (w**2).sum(axis=-1) / 2


minimum, identity = problem.start, np.eye(x.shape[1])
for _ in range(12):  # Newton's method
    curvatures = problem.risk_curvature(minimum) + strength * identity
    minimum = minimum - np.linalg.solve(
        curvatures, gradient(minimum, *data).mean(axis=0)
    )
assert np.linalg.norm(gradient(minimum, *data).mean(axis=0)) < 1e-9
a = np.linalg.eigvalsh(curvatures)[-1]

# %%
# Three walks in batches of 16. **Too long a step:** at 1.5 times the limit :math:`2/a`.
# **Noise:** at half of the limit, where gradient descent comes to rest. **The reading:** at
# a rate so low that nothing moves. What a reader sees is the loss of each batch.

shown, size, epochs = 100, 16, 20
order = epoch_orders("reshuffled", n, 40, np.random.default_rng(3))
drawn = [batch for epoch in order for batch in batches(epoch, size)]
rates = {"steps too long": 3 / a, "noise": 1 / a, "reading": 1e-4}
walks = {
    name: sgd(
        gradient,
        minimum,
        *data,
        learning_rate=rate,
        batch_size=size,
        epochs=epochs,
        order=order[:epochs],
    ).weights
    for name, rate in rates.items()
}


def losses(w):
    """Return the loss of each example."""
    return np.logaddexp(0, -data[1] * (w @ data[0].T)) + strength * (w**2).sum() / 2


printed = {
    name: np.array(
        [
            losses(w)[batch].mean()
            for w, batch in zip(weights[:-1], drawn[: len(weights) - 1], strict=True)
        ][-shown:]
    )
    for name, weights in walks.items()
}

# %%
# Two measurements tell them apart. *Read the loss over all examples* on the same walk: what
# still swings is not the reading. Then *take all examples in each step*, too, at the same
# rate, and give the walk time to come to rest: what still swings are the steps. A swing is
# the standard deviation of a hundred readings.

over_all = {name: risk(weights[-shown - 1 : -1]) for name, weights in walks.items()}
steps_with_all = {
    name: risk(
        gradient_descent(
            gradient, weights[-1], *data, learning_rate=rates[name], steps=300
        ).weights[-shown:]
    )
    for name, weights in walks.items()
}
swings = [
    [name, *(np.std(curves[name]) for curves in (printed, over_all, steps_with_all))]
    for name in walks
]
seen = np.array([row[1:] for row in swings])
assert np.all(seen[:, 0] > 0.8 * seen[2, 0]), "the losses of batches always swing"
assert seen[2, 1] < 1e-3 * seen[2, 0], "the reading does not swing over all examples"
assert np.all(seen[:2, 1] > 0.2 * seen[:2, 0]), "long steps and noise do"
assert seen[0, 2] > 0.1, "with all examples in each step long steps swing"
assert seen[1:, 2].max() < 1e-6, "and all else does not"

# %%
# Two laws for what is seen. At weights that do not move the loss of a batch drawn without
# replacement has the standard deviation of the examples' losses, times
# :math:`\sqrt{\frac{N - b}{N - 1} \cdot \frac{1}{b}}`. And for small steps noise lifts the
# mean risk above its minimum by :math:`\frac{\eta}{4 b} \operatorname{tr} \Sigma`, where
# :math:`\Sigma` is the covariance of the examples' gradients there. Four times the batch is a
# quarter of the lift.

whole = np.array([batch for batch in drawn if len(batch) == size])
reading = spread(losses(minimum)[whole].mean(axis=1))
reading_law = np.sqrt((n - size) / (n - 1) * losses(minimum).var() / size)
rate, trace = 0.02, gradient(minimum, *data).var(axis=0).sum()
lifted = {}
for b, epochs in [(1, 15), (4, 45)]:
    ends = sgd(
        gradient,
        minimum,
        *data,
        learning_rate=rate,
        batch_size=b,
        epochs=epochs,
        order="with_replacement",
        rng=5,
        walkers=100,
        keep="last",
    ).final
    lifted[b] = mean((risk(ends) - risk(minimum)) / (rate * trace / (4 * b)))
assert reading.low < reading_law < reading.high
assert abs(lifted[4].value - 1) < 0.15
assert abs(lifted[1].value - 1) < 0.25

# %%
# The three walks.

fig, axes = plt.subplots(3, 1, figsize=(5.4, 6.8), layout="constrained", sharey=True)
fig.set_label(
    "Three walks, each with the loss of its batches and that of all examples, on a "
    "logarithmic axis. In all three the loss of the batches goes up and down. That of all "
    "examples goes up and down most where steps are too long, less where there is noise, "
    "and is a level line where the weights hardly move."
)
for ax, name in zip(axes, walks, strict=True):
    ax.plot(printed[name], color=LOSS, linewidth=0.8, label="of the batch")
    ax.plot(over_all[name], color=RISK, linewidth=1.6, label="of all examples")
    ax.axhline(risk(minimum), color=GUIDE, linestyle=":")
    ax.set(ylabel="loss", yscale="log")
axes[0].set(title="Steps too long: 1.5 times the limit")
axes[1].set(title="Noise: half of the limit")
axes[2].set(title="The reading: a rate near 0", xlabel="step")
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)

# %%
# What to notice: a lower rate cures the first two, and more examples in a batch the last
# two. No rate cures the third: take the mean of an epoch's readings instead.

numbers = {
    "swings": swings,
    "reading": reading,
    "reading_law": reading_law,
    "lifted": {f"by_{b}": estimate for b, estimate in lifted.items()},
}
for name, batch, everything, full in swings:
    print(f"{name}: {batch:.3g}, over all {everything:.3g}, steps with all {full:.3g}")
print(f"reading: {reading:.3g}, law {reading_law:.3g}")
for b, estimate in lifted.items():
    print(f"lifted by noise with b = {b}, over the law: {estimate:.2f}")

plt.show()
