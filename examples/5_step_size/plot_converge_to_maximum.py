"""
Convergence to a maximum
========================

A large step and the right noise can drive a walk up to the *top* of the risk, and keep it
there. Look at where the growth rate lies below zero, and at the walks in that window.
"""

# %%
# The loss of an input is :math:`x w^2 / 2`, so its gradient is :math:`x w`. The input is
# 1 or :math:`-(1 + a)`, each with probability ½. Their mean is :math:`-a/2`: the expected
# loss :math:`-a w^2 / 4` has its *maximum* at 0.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import sgd

a = 0.5
x = np.array([1.0, -(1 + a)])


def pull(w, x):
    return x * w


# %%
# One step multiplies the weight by :math:`1 - \eta x`. So :math:`\log |w|` is a sum of
# independent terms, and grows by :math:`\mathbb{E} \log |1 - \eta x|` per step in the long
# run. A crowd measures it, for many learning rates at once.

rates = np.linspace(0.05, 1.55, 26)
walkers, steps = 1000, 100
crowd = sgd(
    pull,
    np.ones(rates.size * walkers),
    x,
    learning_rate=np.repeat(rates, walkers),
    epochs=steps // x.size,
    order="with_replacement",
    rng=np.random.default_rng(3),
    crowd=True,
    keep="last",
)
growth = np.log(np.abs(crowd.final)).reshape(rates.size, walkers) / steps
measured = growth.mean(axis=1)
error = 2 * growth.std(axis=1) / np.sqrt(walkers)

# %%
# The rate is zero where :math:`(1 - \eta)(1 + \eta (1 + a)) = \pm 1`. That gives the two
# ends of the window.

low = a / (1 + a)
high = (a + np.sqrt(a**2 + 8 * (1 + a))) / (2 * (1 + a))
inside, outside = 0.8, 0.15
walks = {
    rate: sgd(
        pull,
        np.ones(12),
        x,
        learning_rate=rate,
        epochs=60,
        order="with_replacement",
        rng=np.random.default_rng(4),
        crowd=True,
    )
    for rate in (inside, outside)
}

fine = np.linspace(0.01, 1.6, 1000)
theorem = 0.5 * (np.log(np.abs(1 - fine)) + np.log(1 + fine * (1 + a)))

fig, (above, below) = plt.subplots(2, 1, figsize=(5.4, 7), layout="constrained")
fig.set_label(
    "Above, the growth rate of the logarithm of the weight against the learning rate. "
    "Measured points lie on the theorem's line: slightly above zero at small rates, below "
    "zero between one third and four thirds with a pole at one, above zero again beyond. "
    "Below, twelve walks each at two learning rates, on a logarithmic axis: at 0.15 they "
    "climb, at 0.8 they all fall towards zero."
)
above.axhline(0, color="C5", linewidth=1)
above.axvspan(low, high, color="C5", alpha=0.15, linewidth=0)
above.plot(fine, theorem, "C2")
above.errorbar(rates, measured, error, color="C1", marker="o", ls="", markersize=4)
above.text(0.36, 0.25, "here the maximum attracts", color="C5")
above.text(0.75, -0.9, r"$\mathbb{E}\,\log|1 - \eta x|$", color="C2", ha="right")
for edge in (low, high):
    above.text(edge, -1.42, f" {edge:.2f}", color="C5")
above.set(
    title=r"Within the window $\log|w|$ falls for ever",
    xlabel=r"learning rate $\eta$",
    ylabel=r"growth of $\log|w|$ per step",
    ylim=(-1.5, 0.5),
)
for rate, color in [(inside, "C1"), (outside, "C3")]:
    walk = walks[rate]
    below.semilogy(walk.steps, np.abs(walk.weights), color=color, alpha=0.6, lw=1)
below.text(50, 1e-21, rf"$\eta = {inside}$", color="C1", ha="right")
below.text(118, 1e6, rf"$\eta = {outside}$", color="C3", ha="right")
below.set_ylim(1e-40, 1e12)
below.set(
    title="and every walk in it goes to the maximum",
    xlabel="step $k$",
    ylabel="distance $|w|$ from the maximum",
)

# %%
# What to notice: the *mean* of the weight grows at every learning rate, by the factor
# :math:`1 + \eta a / 2` per step. A few walks that wander off very far carry it. Almost
# every single walk does the opposite.

theory = 0.5 * (np.log(np.abs(1 - rates)) + np.log(1 + rates * (1 + a)))
print(f"window from {low:.4f} to {high:.4f}")
for rate, m, e, t in zip(
    rates[::5], measured[::5], error[::5], theory[::5], strict=True
):
    print(f"rate {rate:.2f}: measured {m:+.4f} +- {e:.4f}, theorem {t:+.4f}")
deviation = np.abs(measured - theory) / (error / 2)
print(f"largest deviation: {deviation.max():.1f} standard errors")
print(f"mean weight would grow by {1 + inside * a / 2:.2f} a step at rate {inside}")

plt.show()
