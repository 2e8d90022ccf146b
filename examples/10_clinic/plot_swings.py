"""
The loss swings
===============

A loss that goes up and down can come from steps that are too long, from noise, or from
the batches that it is taken over. Look at how each answers to one measurement: freeze
the weights.
"""

# %%
# Logistic regression of the breast cancer data, standardised, with a small penalty on the
# size of the weights. The curvature at the minimum says which steps are too long.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_breast_cancer

from sgd_explained import batches, epoch_orders, gradient_descent, sgd
from sgd_explained.measure import mean, spread
from sgd_explained.palette import DESCENT, GUIDE, LOSS, WALKER
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
# **Too long a step.** Gradient descent at 1.5 times the limit :math:`2/a`. All examples
# are in each step, so there is no noise at all. **Noise.** SGD with one example in a step
# at a rate far below the limit; what is drawn is the risk over *all* examples. **The
# reading.** The loss of each batch of 16 on the way, at a rate so low that nothing moves.

shown, size = 100, 16
step_too_long = gradient_descent(
    gradient, problem.start, *data, learning_rate=3 / a, steps=300
)
noise = sgd(gradient, minimum, *data, learning_rate=0.2, steps=20 * shown, rng=2)
order = epoch_orders("reshuffled", n, 40, np.random.default_rng(3))
drawn = [
    batch for epoch in order for batch in batches(epoch, size) if len(batch) == size
]
slow = sgd(
    gradient,
    minimum,
    *data,
    learning_rate=1e-4,
    batch_size=size,
    epochs=3,
    order=order[:3],
)


def losses(w):
    """Return the loss of each example."""
    return np.logaddexp(0, -data[1] * (w @ data[0].T)) + strength * (w**2).sum() / 2


curves = {
    "steps too long": risk(step_too_long.weights)[-shown:],
    "noise": risk(noise.weights)[20::20],
    "reading": np.array(
        [losses(w)[b].mean() for w, b in zip(slow.weights[:shown], drawn, strict=False)]
    ),
}

# %%
# Two measurements tell them apart. *Freeze the weights*, and take the same curve again:
# what still swings is the reading. *Take all examples* in each step, at the same rate:
# what still swings are the steps. A swing is the standard deviation of a curve.

frozen = losses(minimum)[np.array(drawn)].mean(axis=1)
all_examples = {
    name: np.std(
        risk(
            gradient_descent(
                gradient, start, *data, learning_rate=rate, steps=shown
            ).weights
        )
    )
    for name, start, rate in [
        ("steps too long", step_too_long.weights[-shown], 3 / a),
        ("noise", minimum, 0.2),
        ("reading", minimum, 1e-4),
    ]
}
still = {"steps too long": 0.0, "noise": 0.0, "reading": np.std(frozen)}
swings = [
    [name, np.std(curve), still[name], all_examples[name]]
    for name, curve in curves.items()
]
seen = np.array([row[1:] for row in swings])
assert seen[2, 1] > 0.8 * seen[2, 0], "frozen weights swing as much"
assert seen[0, 2] > 0.8 * seen[0, 0], "with all examples long steps swing as much"
assert seen[1:, 2].max() < 1e-6, "and all else does not swing"

# %%
# Two laws for what is seen. At frozen weights the loss of a batch drawn without
# replacement has the standard deviation of the examples' losses, times
# :math:`\sqrt{\frac{N - b}{N - 1} \cdot \frac{1}{b}}`. And for small steps noise lifts the
# mean risk above its minimum by :math:`\frac{\eta}{4 b} \operatorname{tr} \Sigma`, where
# :math:`\Sigma` is the covariance of the examples' gradients there. Four times the batch is a
# quarter of the swing.

reading = spread(frozen)
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
# The three curves.

fig, axes = plt.subplots(3, 1, figsize=(5.4, 6.4), layout="constrained")
fig.set_label(
    "Three curves of loss that swing. Above, steps that are too long: bursts of several "
    "times the least risk, and calm between them. In the middle, noise: an irregular "
    "curve that stays above the least risk. Below, the losses of batches at weights that "
    "hardly move: an irregular curve around the least risk."
)
for ax, curve, color in zip(
    axes, curves.values(), (DESCENT, WALKER, LOSS), strict=True
):
    ax.plot(curve, color=color, linewidth=1.2)
    ax.axhline(risk(minimum), color=GUIDE, linestyle=":")
    ax.set(ylabel="loss")
axes[0].set(title="Steps too long: risk, step by step", yscale="log")
axes[1].set(title="Noise: risk, each 20 steps")
axes[2].set(title="The reading: loss of each batch", xlabel="readings")

# %%
# What to notice: a lower rate cures the first two, and more examples in a batch the last
# two. No rate cures the third: take the mean of an epoch's readings instead.

numbers = {
    "swings": swings,
    "reading": reading,
    "reading_law": reading_law,
    "lifted": {f"by_{b}": estimate for b, estimate in lifted.items()},
}
for name, curve, frozen_swing, all_swing in swings:
    print(f"{name}: {curve:.3g}, frozen {frozen_swing:.3g}, all {all_swing:.3g}")
print(f"reading: {reading:.3g}, law {reading_law:.3g}")
for b, estimate in lifted.items():
    print(f"lifted by noise with b = {b}, over the law: {estimate:.2f}")

plt.show()
