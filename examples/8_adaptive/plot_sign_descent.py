"""
Adam near sign descent
======================

A step of Adam is about as long as the learning rate where the gradients agree, whatever
their size. Look at what decides how long it is on average: how surely they agree.
"""

# %%
# Each gradient is a constant slope plus noise of standard deviation 1, and the slope
# differs from walker to walker. Both are in units of each other: what counts is their
# ratio, for Adam divides it all by the size of the gradient. The noise is drawn from the
# thousand quantiles of a normal distribution.

from math import erf
from statistics import NormalDist

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import sgd
from sgd_explained.measure import mean
from sgd_explained.palette import DESCENT, PREDICTED, WALKER
from sgd_explained.updates import adam

rng = np.random.default_rng(82)
noise = np.array([NormalDist().inv_cdf((i + 0.5) / 1000) for i in range(1000)])
noise /= noise.std()
ratios, walkers = np.array([0.03, 0.06, 0.125, 0.25, 0.5, 1, 2, 4, 8]), 60
slopes = np.repeat(ratios, walkers)[:, np.newaxis]
first, last, rate = 1000, 3000, 0.001
measured = {}
for name, betas in [("Adam", (0.9, 0.999)), ("signs", (0.0, 0.0))]:
    weights = sgd(
        lambda w, noise: slopes + noise + 0 * w,
        np.zeros(slopes.size),
        noise,
        learning_rate=rate,
        steps=last,
        order="with_replacement",
        rng=rng,
        crowd=True,
        keep=first,
        update=adam(betas, eps=0.0),
    ).weights
    steps = (weights[1] - weights[-1]) / (rate * (last - first))
    measured[name] = mean(steps.reshape(ratios.size, walkers))

# %%
# With both :math:`\beta` at 0 the rule keeps the sign of each gradient and no more. With
# Adam's own :math:`\beta_2` the divisor is nearly constant: the root of the mean square,
# :math:`\sqrt{\sigma^2 + R'^2}` for slope :math:`R'` and noise :math:`\sigma`. The mean
# step is then :math:`\eta\, R' / \sqrt{\sigma^2 + R'^2}`.

law = ratios / np.sqrt(1 + ratios**2)
signs = np.array([erf(r / np.sqrt(2)) for r in ratios])
for name, theory in [("Adam", law), ("signs", signs)]:
    far = np.abs(measured[name].value - theory)
    error = measured[name].bars.mean(axis=0) / 2
    assert np.all(far < 4.5 * error + 2e-3), f"{name} follow the law"
surest, least = measured["Adam"][-1], measured["Adam"][0]
shrunk = measured["Adam"][2]
assert least.value < 0.05
assert surest.value > 0.98

# %%
# How long can one step be? A mean of the gradients over the root of a mean of their squares
# is largest, by Cauchy and Schwarz, if the gradients grow by the factor :math:`\beta_2 /
# \beta_1` at each step, after a long silence. So let them.

beta1, beta2, silence, growing = 0.9, 0.999, 8000, 60
rising = np.r_[np.zeros(silence), (beta2 / beta1) ** np.arange(growing)]
walk = sgd(
    lambda w, slope: slope + 0 * w,
    0.0,
    rising,
    learning_rate=rate,
    order="sequential",
    update=adam((beta1, beta2), eps=1e-12),
).weights
longest = np.abs(np.diff(walk)).max() / rate
bound = (1 - beta1) / np.sqrt(1 - beta2) / np.sqrt(1 - beta1**2 / beta2)
assert 0.995 * bound < longest < bound, "the bound is nearly reached"
paper = (1 - beta1) / np.sqrt(1 - beta2)
assert longest > 2 * paper, "one gradient after the silence is not the worst case"

# %%
# Points are means over walkers with 95 % intervals.

fine = np.geomspace(0.025, 10, 200)
fig, ax = plt.subplots(figsize=(5.4, 4), layout="constrained")
fig.set_label(
    "Mean step over the learning rate against the ratio of slope to noise, on logarithmic "
    "axes. Points of Adam lie on a line that rises in proportion up to a ratio of about "
    "one half and then bends to 1. Points of sign descent lie on a line a little below it "
    "for small ratios and reach 1 sooner."
)
ax.plot(fine, fine / np.sqrt(1 + fine**2), "--", color=PREDICTED, label="predicted")
normal = [erf(r / np.sqrt(2)) for r in fine]
ax.plot(fine, normal, ":", color=PREDICTED, label="predicted signs")
for name, color, marker in [("Adam", WALKER, "o"), ("signs", DESCENT, "s")]:
    at = measured[name]
    ax.errorbar(ratios, at.value, at.bars, fmt=marker, color=color, markersize=4.5)
ax.text(0.07, 0.13, "Adam", color=WALKER, ha="right")
ax.text(0.2, 0.11, "signs alone", color=DESCENT)
ax.text(1.6, 0.5, r"$R' / \sqrt{\sigma^2 + R'^2}$", color=PREDICTED)
ax.set(
    title="Steps are long where the gradients agree",
    xlabel=r"slope / noise, $R' / \sigma$",
    ylabel="mean step / learning rate",
    xscale="log",
    yscale="log",
)

# %%
# What to notice: far from a minimum, where slopes are sure, Adam walks at a constant speed.
# Close to it the noise makes its steps small.

numbers = {
    "surest": surest,
    "shrunk": shrunk,
    "shrunk_at": ratios[2],
    "longest": longest,
    "bound": bound,
    "paper": paper,
}
print(f"the longest step: {longest:.3f}, at most {bound:.3f}")
for ratio, step, theory in zip(ratios, measured["Adam"], law, strict=True):
    print(f"r = {ratio}: {step:.4f}, predicted {theory:.4f}")

plt.show()
