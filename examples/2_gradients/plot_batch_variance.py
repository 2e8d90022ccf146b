"""
Batches calm the noise
======================

Average the gradients of a batch, and the noise shrinks with its size. Look at the right
end: a batch drawn without replacement has no noise left when it holds all the data.
"""

# %%
# Let :math:`\sigma^2` be the variance of the :math:`N` gradients at one weight. The
# mean of :math:`b` of them, drawn with replacement, has variance :math:`\sigma^2 / b`.
# Drawn without replacement, as in a reshuffled epoch, the variance is smaller by the
# factor :math:`(N - b) / (N - 1)`.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import epoch_orders, gradient

x = np.linspace(-5, 5, 100)
w0 = -0.3
gradients = gradient(w0, x)
n, sigma2 = len(x), gradients.var()

# %%
# Draw thousands of epochs by either rule. The first :math:`b` gradients of an epoch are
# a batch, so a running mean along each epoch gives batches of every size at once.

rng = np.random.default_rng(2)
epochs = 10_000
sizes = np.array([1, 2, 5, 10, 20, 40, 60, 80, 90, 95])
theory = {
    "with_replacement": sigma2 / sizes,
    "reshuffled": sigma2 / sizes * (n - sizes) / (n - 1),
}
measured, errors = {}, {}
for rule in theory:
    drawn = gradients[epoch_orders(rule, n, 1, rng, walkers=epochs)[:, 0]]
    means = drawn.cumsum(axis=1)[:, sizes - 1] / sizes
    squares = (means - gradients.mean()) ** 2
    measured[rule] = squares.mean(axis=0)
    errors[rule] = squares.std(axis=0) / np.sqrt(epochs)

# %%
# The lines are the theory, the points the measurement. A bar reaches two standard
# errors up and down; most are smaller than their point.

fig, ax = plt.subplots(figsize=(5.4, 4.4), layout="constrained")
fig.set_label(
    "Variance of the mean gradient of a batch against the size of the batch, on "
    "logarithmic axes. With replacement, the measured points lie on a straight line "
    "that falls like one over the size. Without replacement, they fall away below "
    "it."
)
for rule, color in [("with_replacement", "C0"), ("reshuffled", "C1")]:
    ax.plot(sizes, theory[rule], color, linewidth=1.2)
    ax.errorbar(
        sizes, measured[rule], 2 * errors[rule], fmt="o", color=color, markersize=5
    )
ax.text(9, sigma2 / 5, "with replacement\n$\\sigma^2 / b$", color="C0")
ax.text(
    1,
    sigma2 / 400,
    "without replacement\n$\\sigma^2 / b \\cdot (N - b) / (N - 1)$",
    color="C1",
)
ax.set(
    title=f"Noise of a batch at $w_0 = {w0}$",
    xlabel=f"batch size $b$, of $N = {n}$ examples",
    ylabel="variance of the mean gradient",
    xscale="log",
    yscale="log",
)

# %%
# Four times the batch halves the *spread* of the estimate only, since the spread is the
# root of the variance. A batch of four costs four gradients: that is why small batches
# are hard to beat. :doc:`/learn/noisy-gradients` has the argument.

for rule, expected in theory.items():
    worst = np.abs(measured[rule] / expected - 1).max()
    print(f"{rule}: measured within {worst:.1%} of the theory")

plt.show()
