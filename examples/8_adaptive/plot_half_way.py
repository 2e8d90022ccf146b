"""
Half the way to equal scales
============================

Two weights, one of them far steeper than the other. Look at how many times as long the flat
one takes: dividing by the size of the gradient takes the root of that ratio, and does not
make it 1.
"""

# %%
# A line is fitted to targets that are noise only. The inputs of the second weight are
# larger, so its curvature :math:`a_j`, the mean square of its input, is :math:`\kappa`
# times that of the first. The noise of the targets has standard deviation
# :math:`\sigma_t`, so at the best weights the gradients of a weight have the mean square
# :math:`\sigma_t^2 a_j`.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import sgd
from sgd_explained.measure import Estimate, by_groups
from sgd_explained.palette import PREDICTED, RIVAL, WALKER
from sgd_explained.updates import plain, rmsprop

kappas, walkers, learn = np.array([4, 16, 64]), 600, 500
signs = np.array([[1, 1, 1], [1, 1, -1], [1, -1, 1], [1, -1, -1]])
signs = np.concatenate([signs, -signs])  # With noise of 1: s = 1, and w = 0 is best.


def gradient(w, x, t):
    """Return the gradients of half the squared residuals."""
    return ((w * x).sum(axis=-1) - t)[..., np.newaxis] * x


# %%
# A step multiplies the mean weight of a crowd by :math:`1 - \eta\, a_j` for SGD, and by
# :math:`1 - \eta\, a_j / \sqrt{v_j}` for RMSProp. Rates are such that the steep weight
# loses one part in fifty. Before it walks, RMSProp learns its divisor: for 500 steps the
# rate is nearly 0. Then the crowd walks until each weight should have halved, and the ratio
# of the two paces is measured.

pace, rng, measured = 0.02, np.random.default_rng(86), {}
for name, rule, power, wait in [
    ("SGD", plain, 1.0, 1),
    ("RMSProp", rmsprop(0.99), 0.5, learn),
]:
    ratios = []
    for kappa in kappas:
        rate = pace / kappa**power
        fast, slow = round(np.log(2) / pace), round(np.log(2) / rate)
        scales = np.array([1.0, np.sqrt(kappa)])
        start = 0.3 / scales
        weights = sgd(
            gradient,
            start,
            signs[:, :2] * scales,
            signs[:, 2],
            walkers=walkers,
            learning_rate=lambda k, rate=rate, wait=wait: rate if k >= wait else 1e-9,
            steps=wait + slow,
            order="with_replacement",
            rng=rng,
            update=rule,
        ).weights
        halves = weights[wait + fast, :, 1] / start[1], weights[-1, :, 0] / start[0]

        def paces(steep, flat, fast=fast, slow=slow):
            return np.log(steep.mean()) / fast / (np.log(flat.mean()) / slow)

        ratios.append(by_groups(paces, *halves, groups=10))
    measured[name] = Estimate(
        [r.value for r in ratios],
        [r.low for r in ratios],
        [r.high for r in ratios],
        ratios[0].method,
    )
law = {"SGD": kappas, "RMSProp": np.sqrt(kappas)}
for name, theory in law.items():
    far = np.abs(measured[name].value - theory)
    assert np.all(far < 2.5 * measured[name].bars.mean(axis=0)), (
        f"{name} follows the law"
    )
sgd_last, rmsprop_last = measured["SGD"][-1], measured["RMSProp"][-1]
assert rmsprop_last.high < sgd_last.low / 4

# %%
# Points are measured with 95 % intervals, lines computed.

fine = np.geomspace(3, 90, 50)
fig, ax = plt.subplots(figsize=(5.4, 4), layout="constrained")
fig.set_label(
    "How many times as fast the steep weight is as the flat one, against the ratio of their "
    "curvatures, on logarithmic axes. SGD's points lie on the line of the ratio itself, up "
    f"to {sgd_last.value:.0f}; RMSProp's on that of its square root, up to "
    f"{rmsprop_last.value:.1f}."
)
ax.plot(fine, fine, "--", color=PREDICTED, label="predicted SGD")
ax.plot(fine, np.sqrt(fine), "--", color=PREDICTED, label="predicted")
for name, color, marker in [("SGD", RIVAL, "s"), ("RMSProp", WALKER, "o")]:
    at = measured[name]
    ax.errorbar(kappas, at.value, at.bars, fmt=marker, color=color, markersize=4.5)
ax.text(22, 40, "SGD", color=RIVAL, ha="right")
ax.text(30, 3.6, "RMSProp", color=WALKER)
ax.text(90, 75, r"$\kappa$", color=PREDICTED, ha="right", va="top")
ax.text(92, 8, r"$\sqrt{\kappa}$", color=PREDICTED, ha="right", va="top")
ax.set(
    title="The divisor takes the root of the ratio",
    xlabel=r"ratio of the curvatures $\kappa$",
    ylabel="pace of the steep / of the flat weight",
    xscale="log",
    yscale="log",
)
ax.set_xticks(kappas, [str(kappa) for kappa in kappas])
ax.minorticks_off()

# %%
# What to notice: what would make the two equally fast is to divide by the curvature. A
# root of squared gradients knows only the root of that.

numbers = {
    "kappa": int(kappas[-1]),
    "sgd": sgd_last,
    "rmsprop": rmsprop_last,
    "law": law["RMSProp"][-1],
}
for name, at in measured.items():
    for kappa, ratio, theory in zip(kappas, at, law[name], strict=True):
        print(f"{name}, ratio {kappa}: {ratio:.2f}, predicted {theory:.1f}")

plt.show()
