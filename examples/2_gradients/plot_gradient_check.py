"""
Checking the gradient
=====================

A derivative worked out on paper can be wrong. Compare it with a difference quotient,
and look at the V: steps that are too long are inexact, and so are those too short.
"""

# %%
# The difference quotient needs the loss only, so it is a witness of its own. Two of
# them: one-sided, :math:`(\ell(w + h) - \ell(w)) / h`, whose error shrinks like
# :math:`h`, and central, :math:`(\ell(w + h) - \ell(w - h)) / 2h`, whose error shrinks
# like :math:`h^2`.
#
# Any single point may be special, so take many pairs of a weight and an input.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import gradient, loss, predict
from sgd_explained.palette import GUIDE, LOSS, RIVAL

rng = np.random.default_rng(1)
w = rng.uniform(-0.7, 0.7, size=1000)
x = rng.uniform(-5, 5, size=1000)
exact = gradient(w, x)

# %%
# One row for each step :math:`h`, one column for each pair.

h = np.logspace(-14, 0, 57)[:, np.newaxis]
ahead, here, behind = (loss(predict(w + shift, x)) for shift in (h, 0, -h))
one_sided = np.abs((ahead - here) / h - exact)
central = np.abs((ahead - behind) / (2 * h) - exact)

# %%
# Where steps are long enough for rounding not to matter, the errors should be powers of
# the step. And at its best step the better quotient should agree with the formula at
# every pair.

best = np.median(central, axis=1).argmin()
step, worst = h[best, 0], central[best].max() / np.abs(exact).max()
assert worst < 1e-9, "at its best step the quotient confirms the formula"
long_steps = (h[:, 0] > 1e-4) & (h[:, 0] < 1e-2)
for errors, expected in [(one_sided, 1), (central, 2)]:
    medians = np.median(errors[long_steps], axis=1)
    power, _ = np.polyfit(np.log(h[long_steps, 0]), np.log(medians), 1)
    assert abs(power - expected) < 0.05, f"the error is of order {expected}"

# %%
# Both axes are logarithmic, so that a power of :math:`h` is a straight line.

fig, ax = plt.subplots(figsize=(5.4, 4.2), layout="constrained")
fig.set_label(
    "Median error of two difference quotients against the step h, on logarithmic "
    "axes. Both make a V: they fall from the right as h shrinks, and rise again on "
    "the left. The central quotient falls faster and reaches a lower point."
)
ax.loglog(h, np.median(one_sided, axis=1), color=RIVAL, linewidth=2)
ax.loglog(h, np.median(central, axis=1), color=LOSS, linewidth=2)
ax.text(1e-5, 1e-3, r"one-sided: error $\propto h$", color=RIVAL, ha="right")
ax.text(1e-4, 1e-9, r"central: error $\propto h^2$", color=LOSS)
ax.text(3e-14, 1e-8, "rounding", color=GUIDE)
ax.set(
    title=f"The gradient against difference quotients, {len(w)} pairs",
    xlabel="step $h$",
    ylabel="median error",
)

# %%
# On the right, the curve of the loss bends away from its chord. On the left, the two
# losses agree in nearly all their digits, and the difference keeps only the last ones.
# Between the two is a step at which the witness is at its best, and there it differs from
# the formula by less than a billionth of the largest gradient, at every pair. :doc:`/learn/chain-rule` derives it.

numbers = {"pairs": w.size, "step": step, "worst": worst}
print(f"best step of the central quotient: h = {step:.1e}")
print(f"largest error there, relative to the largest gradient: {worst:.1e}")

plt.show()
