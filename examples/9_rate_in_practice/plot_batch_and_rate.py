"""
A batch and its rate
====================

A larger batch takes a larger rate, and gets further with a step. Look at where the rate
stops rising in proportion: before the batch at which noise and slope weigh the same.
"""

# %%
# The data set comes with scikit-learn: ten measurements of patients with diabetes, and how
# the disease went on. Two places are looked at: the start, and where gradient descent is
# after 4 steps. At each, :math:`\nabla R` is the gradient of the risk, :math:`H` its
# curvature, and :math:`\Sigma` the covariance of the gradients of single examples.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_diabetes

from sgd_explained import gradient_descent, sgd
from sgd_explained.measure import mean
from sgd_explained.palette import GUIDE, PREDICTED, RIVAL, WALKER
from sgd_explained.problems import least_squares

x, t = load_diabetes(return_X_y=True)
x, t = (x - x.mean(axis=0)) / x.std(axis=0), (t - t.mean()) / t.std()
problem = least_squares(x, t)
path = gradient_descent(
    problem.gradient, problem.start, *problem.data, learning_rate=0.1, steps=4
).weights
places = {"start": path[0], "later": path[-1]}
batches, walkers, rng = 4 ** np.arange(5), 1000, np.random.default_rng(95)

# %%
# What one step gains on average is :math:`\eta\, \lvert \nabla R \rvert^2 -
# \frac{\eta^2}{2} (\nabla R^\top H\, \nabla R + \mathrm{tr}(H \Sigma) / b)`, exactly, as the
# risk is a parabola. It is most at :math:`\eta = \frac{\lvert \nabla R \rvert^2}{\nabla
# R^\top H\, \nabla R} / (1 + B / b)`, with the noise scale :math:`B = \mathrm{tr}(H \Sigma) /
# \nabla R^\top H\, \nabla R`.

scale, simple, gains, scaled, steepest, noises = {}, {}, {}, {}, {}, {}
for name, w in places.items():
    each, risk_gradient, H = (
        problem.gradient(w, x, t),
        problem.risk_gradient(w),
        problem.risk_curvature(w),
    )
    spread = np.cov(each.T, bias=True)
    bend, noise = risk_gradient @ H @ risk_gradient, np.trace(H @ spread)
    square = risk_gradient @ risk_gradient
    scale[name], steepest[name] = noise / bend, square / bend
    noises[name], simple[name] = noise, np.trace(spread) / square
    most = steepest[name] * square / 2  # The gain without noise.

    def gained(rate, b, w=w, most=most):
        """Measure what a step gains, as a part of what it gains without noise."""
        end = sgd(
            problem.gradient,
            w,
            x,
            t,
            walkers=walkers,
            learning_rate=rate,
            steps=1,
            batch_size=int(b),
            order="with_replacement",
            rng=rng,
            keep="last",
        ).final
        return mean((problem.risk(w) - problem.risk(end)) / most)

    best = steepest[name] / (1 + scale[name] / batches)
    gains[name] = [gained(rate, b) for rate, b in zip(best, batches, strict=True)]
    few = batches[batches < scale[name] + 2]  # Beyond, such a step makes it worse.
    scaled[name] = [gained(b * best[0], b) for b in few]

# %%
# Divided by the gain without noise, the best gain is :math:`1 / (1 + B / b)`. If the best rate
# of a batch of one is multiplied by :math:`b`, the gain is :math:`\frac{b}{1 + B} (2 -
# \frac{b + B}{1 + B})`, which is 0 at :math:`b = B + 2`.


def best_gain(b, B):
    return 1 / (1 + B / b)


def scaled_gain(b, B):
    return b / (1 + B) * (2 - (b + B) / (1 + B))


for name, B in scale.items():
    for found, law in [(gains, best_gain), (scaled, scaled_gain)]:
        for b, at in zip(batches, found[name], strict=False):
            error = at.bars.mean() / 2
            assert abs(at.value - law(b, B)) < 4.5 * error, "measured as predicted"
at_first, later = scale["start"], scale["later"]
assert later > 4 * at_first, "the noise scale grows on the way"
assert noises["later"] > noises["start"] / 2, "for the gradient shrinks, not its noise"

# %%
# Who has a model of their own knows neither :math:`H` nor :math:`\Sigma`. But for the
# gradient :math:`g` of a batch, the mean of :math:`g^\top H g` is :math:`\nabla R^\top H\,
# \nabla R + \mathrm{tr}(H \Sigma) / b`, and two sizes of batches make two equations of it. Here are
# 200 estimates of :math:`B` at the start, each from 64 batches of 16, and from all of
# these as one.

size, count = 16, 64
each, H = problem.gradient(path[0], x, t), problem.risk_curvature(path[0])
one_by_one = each[rng.integers(t.size, size=(200, count, size))].mean(axis=2)
together = one_by_one.mean(axis=1)
small = np.sum(one_by_one @ H * one_by_one, axis=-1).mean(axis=1)
large = np.sum(together @ H * together, axis=-1)
estimates = size * count * (small - large) / (count * large - small)
assert abs(estimates.mean() / at_first - 1) < 0.05, "on average it is close to B"
assert simple["start"] > 1.5 * at_first, "without H it is another number"

# %%
# Points are measured with 95 % intervals, lines computed.

fig, axes = plt.subplots(2, 1, figsize=(5.4, 6.4), layout="constrained", sharex=True)
fig.set_label(
    "What a step gains, as a part of the gain without noise, against the batch size. At the "
    f"start, above, the best gain rises to one half at a noise scale of {at_first:.1f} and "
    "levels off at 1; with the rate scaled in proportion to the batch it follows that at "
    f"first and falls to 0 at a batch of {at_first + 2:.1f}. Later, below, the noise scale "
    f"is {later:.0f}, and the same happens at larger batches."
)
fine = np.geomspace(1, 256, 300)
for ax, (name, B) in zip(axes, scale.items(), strict=True):
    ax.plot(fine, best_gain(fine, B), "--", color=PREDICTED, label="predicted")
    ax.plot(fine, scaled_gain(fine, B), ":", color=PREDICTED)
    for found, color, marker in [(gains, WALKER, "o"), (scaled, RIVAL, "s")]:
        for b, at in zip(batches, found[name], strict=False):
            ax.errorbar(b, at.value, at.bars, fmt=marker, color=color, markersize=5)
    ax.axvline(B, color=GUIDE, linestyle="--", linewidth=1)
    ax.text(0.95 * B, 0.93, f"$B = {B:.1f}$", color=GUIDE, ha="right")
    ax.set(title=f"What a step gains: {name}", ylabel="part of the gain without noise")
    ax.set(xscale="log", ylim=(0, 1.05))
axes[0].text(40, 0.8, "best rate", color=WALKER)
axes[0].text(6, 0.15, "rate in proportion", color=RIVAL)
axes[1].set(xlabel="batch size $b$")
axes[1].set_xticks(batches, [str(b) for b in batches])
axes[1].minorticks_off()

# %%
# What to notice: far below :math:`B` the batch and the rate grow together, and a step gains
# in proportion. At :math:`B` that rate is too large by the factor :math:`2 B / (1 + B)`.
# Far above it a larger batch costs more and gains next to nothing.

numbers = {
    "at_first": at_first,
    "later": later,
    "end_first": at_first + 2,
    "scatter": estimates.std() / at_first,
    "simple_first": simple["start"],
    "simple_later": simple["later"],
    "scaled_at_B": scaled_gain(later, later),
    "scaled_at_quarter": scaled_gain(later / 4, later),
    "best_at_quarter": best_gain(later / 4, later),
    "half": gains["start"][1],
    "half_law": best_gain(4, at_first),
    "wide": gains["start"][-1],
    "wide_law": best_gain(256, at_first),
}
for name, found in gains.items():
    for b, at in zip(batches, found, strict=True):
        print(f"{name}, batch {b}: {at:.4f}, predicted {best_gain(b, scale[name]):.4f}")

plt.show()
