"""
The first steps of Adam
=======================

Adam's first steps trust a few gradients only. Look at how much longer they are than later
ones, where there is nothing but noise to follow.
"""

# %%
# Each gradient is 1 or −1 with equal chances, so that all which moves the weight is noise.
# The squares are all 1, so is their corrected mean, and the step is the learning rate times
# the corrected mean of the gradients.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import sgd
from sgd_explained.measure import mean
from sgd_explained.palette import PREDICTED, RIVAL, WALKER
from sgd_explained.schedules import warmup
from sgd_explained.updates import adam

rate, steps, walkers, beta1 = 0.001, 60, 4000, 0.9
rng = np.random.default_rng(92)


def squares(learning_rate):
    """Return the mean square of each step, in learning rates."""
    weights = sgd(
        lambda w, sign: sign + 0 * w,
        0.0,
        [-1.0, 1.0],
        walkers=walkers,
        learning_rate=learning_rate,
        steps=steps,
        order="with_replacement",
        rng=rng,
        update=adam((beta1, 0.999)),
    ).weights
    return mean((np.diff(weights, axis=0) / rate) ** 2)


measured = squares(rate)
rise = warmup(rate, 20, 0.05)
warmed = squares(rise)

# %%
# That mean is a sum of signs, whose squares add up: after :math:`k` steps the mean square of
# the step is :math:`\eta^2 \frac{1 - \beta_1}{1 + \beta_1} \cdot \frac{1 + \beta_1^k}{1 -
# \beta_1^k}`.

k = np.arange(1, steps + 1)
law = (1 - beta1) / (1 + beta1) * (1 + beta1**k) / (1 - beta1**k)
risen = law * np.array([rise(j) / rate for j in range(steps)]) ** 2
for found, theory in [(measured, law), (warmed, risen)]:
    far = np.abs(found.value - theory)[1:]
    assert np.all(far < 4.5 * found.bars.mean(axis=0)[1:] / 2), "measured as predicted"
assert np.isclose(measured.value[0], 1, atol=1e-6), (
    "the first step is the learning rate"
)
later = measured[-1].map(np.sqrt)
longest = risen.argmax()
longest_warmed = np.sqrt(risen[longest])
assert longest_warmed < 1.2 * later.value, (
    "with a rise no step is much longer than later ones"
)

# %%
# Points are roots of mean squares over walkers, with 95 % intervals.

fig, ax = plt.subplots(figsize=(5.4, 4), layout="constrained")
fig.set_label(
    "Usual length of a step over the learning rate, against the number of the step. It "
    f"begins at 1 and falls along the computed line to {later.value:.2f}. With a rise of 20 "
    "steps it begins near zero and rises to the same value, and hardly goes beyond."
)
ax.plot(k, np.sqrt(law), "--", color=PREDICTED, label="predicted")
for found, color, marker in [(measured, RIVAL, "s"), (warmed, WALKER, "o")]:
    length = found.map(np.sqrt)
    ax.errorbar(k, length.value, length.bars, fmt=marker, color=color, markersize=3.5)
ax.text(4, 0.62, "Adam", color=RIVAL)
ax.text(21, 0.13, "with a rise of 20 steps", color=WALKER)
ax.set(
    title="In noise, Adam's first steps are its longest",
    xlabel="number of the step",
    ylabel="usual length / learning rate",
    ylim=(0, 1.08),
)

# %%
# What to notice: the correction of the means is right on average, and at first it follows a
# single gradient. The rise takes back what that costs.

numbers = {
    "later": later,
    "law": np.sqrt((1 - beta1) / (1 + beta1)),
    "warmed": longest_warmed,
    "warmed_at": k[longest],
}
print(f"later steps: {later:.4f}, predicted {numbers['law']:.4f}")
print(f"longest with a rise: {longest_warmed:.3f}, step {k[longest]}")

plt.show()
