"""
The stability limit
===================

How large may a step be? On a bowl of curvature :math:`a` gradient descent converges if
the learning rate is below :math:`2/a`. Look at what our loss does just beyond: it goes
back and forth between two weights.
"""

# %%
# Two losses of the same curvature :math:`a`: the risk of inputs between -2 and 5 near its
# shallow minimum, and a quadratic beside it. The error factor of one step is the new
# distance from the minimum over the old one.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import RiskLandscape, gradient, gradient_descent, risk_curvature

x = np.linspace(-2, 5, 100)
shallow = RiskLandscape(x, (0.05, 0.3)).global_minimum
a = shallow.curvature
limit = 2 / a
rates = np.linspace(0.02, 0.7, 18)
factors = {}
for name, slope, minimum, data in [
    ("quadratic", lambda w, x: a * (w - x), 0.0, [-1.0, 1.0]),
    ("our loss", gradient, shallow.w, x),
]:
    step = gradient_descent(
        slope,
        np.full(rates.size, minimum + 1e-6),
        data,
        learning_rate=rates,
        steps=1,
        crowd=True,
    )
    factors[name] = np.abs(step.final - minimum) / 1e-6

# %%
# And the long run: one walk for each of many learning rates, all from close to the
# minimum. The last 16 weights of each walk are drawn.

many_rates = np.linspace(0.3, 0.7, 201)
walk = gradient_descent(
    gradient,
    np.full(many_rates.size, shallow.w + 0.005),
    x,
    learning_rate=many_rates,
    steps=600,
    crowd=True,
)
long_run = walk.weights[-16:]
cycle = np.abs(long_run[2:] - long_run[:-2]).max(axis=0) < 1e-3
longer = many_rates[~cycle & (many_rates > 1.02 * limit)].min()

# %%
# Beyond the limit the error would grow for ever if the valley were a quadratic. In the
# next two terms of the risk's Taylor series it grows until the valley bends away from
# the quadratic: the walk ends on a cycle of two weights. With :math:`\eta = (2 + \mu) /
# a` its half width is :math:`\sqrt{\mu / (A^2 + B)}` for small :math:`\mu`, where
# :math:`A = R'''/a` and :math:`B = -R''''/(3a)`.

h = 1e-3
left, right = risk_curvature(shallow.w + np.array([-h, h]), x)
third, fourth = (right - left) / (2 * h), (right - 2 * a + left) / h**2
bend = (third / a) ** 2 - fourth / (3 * a)
beyond = np.linspace(0, 0.08, 50)
half_width = np.sqrt(beyond / bend)
line = (2 + beyond) / a

fig, (above, below) = plt.subplots(2, 1, figsize=(5.4, 7), layout="constrained")
fig.set_label(
    "Above, the error factor of one step against the learning rate: points of the "
    "quadratic and of our loss lie on the theorem's line, which falls to zero at one "
    "over the curvature, rises again and passes one at two over the curvature. Below, "
    "the long-run weights against the learning rate: a single branch up to two over the "
    "curvature, then two branches that spread like a square root, and from about "
    f"{longer:.2f} four and more."
)
fine = np.linspace(0, 0.7, 400)
above.plot(fine, np.abs(1 - fine * a), "C2--")
above.plot(rates, factors["quadratic"], "o", color="C1", markersize=5)
above.plot(rates, factors["our loss"], "s", color="C1", mfc="none", markersize=9)
above.axhline(1, color="C5", linewidth=1)
above.axvline(limit, color="C5", linestyle=":")
above.text(limit - 0.01, 1.5, rf"$2/a = {limit:.3f}$", color="C5", ha="right")
above.text(0.6, 1.13, r"$|1 - \eta a|$", color="C2", ha="left")
above.text(0.08, 1.1, "dots: quadratic\nsquares: our loss", color="C1")
above.set(
    title=r"Beyond $2/a$ each step enlarges the error",
    ylabel="error factor of a step",
    xlabel=r"learning rate $\eta$",
)
below.plot(
    np.broadcast_to(many_rates, long_run.shape).ravel(),
    long_run.ravel(),
    ".",
    color="C1",
    markersize=2.5,
)
for sign in (-1, 1):
    below.plot(line, shallow.w + sign * half_width, "C2--")
below.axvline(limit, color="C5", linestyle=":")
below.text(0.31, shallow.w + 0.006, "one weight", color="C1")
below.text(0.545, shallow.w, "a cycle of two", color="C1")
below.text(0.5, 0.226, "square-root law", color="C2", ha="right")
below.set(
    title="and on our loss the walk goes back and forth",
    xlabel=r"learning rate $\eta$",
    ylabel="weights in the long run",
)

# %%
# What to notice: the limit is a matter of the curvature alone, and it is sharp. What comes
# after it is a matter of the particular loss.

print(f"curvature {a:.4f} at w = {shallow.w:.4f}: limit {limit:.4f}")
for name, factor in factors.items():
    off = np.abs(factor - np.abs(1 - rates * a)).max()
    print(f"{name}: largest distance from the line {off:.1e}")
settled = np.ptp(long_run, axis=0) < 1e-3
print(f"largest of the rates that settles: {many_rates[settled].max():.3f}")
i = np.searchsorted(many_rates, 1.01 * limit)
predicted = 2 * np.sqrt((many_rates[i] * a - 2) / bend)
ratio = np.ptp(long_run[:, i]) / predicted
print(f"width of the cycle at {many_rates[i]:.3f}: {ratio:.3f} of the square-root law")

plt.show()
