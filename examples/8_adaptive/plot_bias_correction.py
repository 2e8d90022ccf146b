"""
Bias correction
===============

Adam divides by two factors that undo that its means begin at 0. Leave them out, and look
at the length of the first thousand steps.
"""

# %%
# The slope is 1 at every weight, so that all which a step's length shows is the rule. Adam
# comes from the package. The same rule without its correction is short enough to be written
# here.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import gradient_descent
from sgd_explained.palette import PREDICTED, RIVAL, WALKER
from sgd_explained.updates import adam

rate, steps = 0.001, 5000
lengths = {}
for beta1 in (0.0, 0.9):

    def uncorrected(g, memory, w, rate, beta1=beta1, beta2=0.999):
        mean, squares = memory or (0.0, 0.0)
        mean = beta1 * mean + (1 - beta1) * g
        squares = beta2 * squares + (1 - beta2) * g * g
        return rate * mean / (np.sqrt(squares) + 1e-8), (mean, squares)

    for name, rule in [("corrected", adam((beta1, 0.999))), ("without", uncorrected)]:
        walk = gradient_descent(
            lambda w, x: 1 + 0 * w * x,
            0.0,
            [0.0],
            learning_rate=rate,
            steps=steps,
            update=rule,
        )
        lengths[beta1, name] = -np.diff(walk.weights) / rate

# %%
# On a slope of 1 both running means are geometric sums: after :math:`k` steps they are
# :math:`1 - \beta_1^k` and :math:`1 - \beta_2^k`. So the correction makes each step exactly
# as long as the learning rate, and without it the lengths follow a law.

k = np.arange(1, steps + 1)
law = {beta1: (1 - beta1**k) / np.sqrt(1 - 0.999**k) for beta1 in (0.0, 0.9)}
for beta1 in (0.0, 0.9):
    assert np.allclose(lengths[beta1, "corrected"], 1, atol=1e-6), (
        "corrected: all equal"
    )
    assert np.allclose(lengths[beta1, "without"], law[beta1], rtol=1e-4), "law holds"
first = {beta1: lengths[beta1, "without"][0] for beta1 in (0.0, 0.9)}
longest, at = lengths[0.9, "without"].max(), lengths[0.9, "without"].argmax() + 1
long_until = int(k[lengths[0.9, "without"] > 1.1].max())
ahead = lengths[0.9, "without"][:1000].sum() / 1000
assert first[0.0] > 30
assert longest > 6
assert long_until > 1500

# %%
# Lines are the law, dots the steps of the walk.

fig, ax = plt.subplots(figsize=(5.4, 4), layout="constrained")
fig.set_label(
    "Length of a step over the learning rate, against the number of the step, on "
    "logarithmic axes. With the correction it is 1 throughout. Without it, and without a "
    f"mean of the gradient, the first step is {first[0.0]:.0f} times as long, and the "
    "length falls like one over the square root. With a mean of the gradient it begins at "
    f"{first[0.9]:.1f}, rises to {longest:.1f} at step {at} and joins the other curve. "
    "The dots lie on the lines of the law."
)
shown = np.unique(np.geomspace(1, steps, 24).astype(int))
for beta1, marker in [(0.0, "s"), (0.9, "o")]:
    ax.plot(k, law[beta1], "--", color=PREDICTED, label=f"predicted {beta1}")
    without = lengths[beta1, "without"]
    ax.plot(shown, without[shown - 1], marker, color=RIVAL, markersize=4.5)
ax.plot(shown, lengths[0.9, "corrected"][shown - 1], "o", color=WALKER, markersize=4.5)
ax.text(3, 21, r"without, $\beta_1 = 0$", color=RIVAL)
ax.text(1.2, 2.2, r"without, $\beta_1 = 0.9$", color=RIVAL)
ax.text(30, 0.72, "Adam, corrected", color=WALKER)
ax.set(
    title="Without the correction the first steps are far too long",
    xlabel="number of the step",
    ylabel="length of the step / learning rate",
    xscale="log",
    yscale="log",
    ylim=(0.6, 45),
)

# %%
# What to notice: it is a matter of thousands of steps, not of a few. :math:`\beta_2` is
# closer to 1 than :math:`\beta_1`, so the divisor is too small for much longer than the
# mean above it.

numbers = {
    "first_alone": first[0.0],
    "first": first[0.9],
    "longest": longest,
    "at": int(at),
    "long_until": long_until,
    "ahead": ahead,
}
for name, number in numbers.items():
    print(f"{name}: {number:.4g}")

plt.show()
