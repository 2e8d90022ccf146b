"""
Where noise does not help
=========================

The article's ten inputs have shallow valleys, too. Look at how many walkers the noise
frees from one of them, at any learning rate that is of use.
"""

# %%
# With ten inputs, evenly spread from :math:`-5` to :math:`5`, the risk has a shallow
# valley near 1.77. Walkers start in it, and take single examples for 200 epochs.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import RiskLandscape, empirical_risk, gradient, sgd

x = np.linspace(-5, 5, 10)
landscape = RiskLandscape(x, (-3, 3))
shallow = landscape.minima[-1]
barrier = landscape.maxima[-1]
rates = np.array([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 1.5, 2])
walkers = 2000
rng = np.random.default_rng(45)
ends = np.array(
    [
        sgd(
            gradient,
            np.full(walkers, shallow.w),
            x,
            learning_rate=rate,
            epochs=200,
            rng=rng,
            crowd=True,
            keep="last",
        ).final
        for rate in rates
    ]
)

# %%
# A fraction that was measured as 0 is not known to be 0. With none of :math:`n`, the
# 95 % interval goes up to about :math:`3/n`. In general it is that of Wilson.

size = np.abs(ends)
fractions = {
    "in a deeper valley": np.mean(size < barrier.w, axis=1),
    "in the mirror image of the trap": np.mean(
        (ends < -barrier.w) & (size < 3), axis=1
    ),
    "far out": np.mean(size >= 3, axis=1),
}


def wilson(fraction, n, z=2.0):
    """Return the ends of the interval for a fraction measured on n walkers."""
    middle = fraction + z**2 / (2 * n)
    half = z * np.sqrt(fraction * (1 - fraction) / n + z**2 / (4 * n**2))
    return (middle - half) / (1 + z**2 / n), (middle + half) / (1 + z**2 / n)


fig, (above, below) = plt.subplots(2, 1, figsize=(5.4, 6.8), layout="constrained")
fig.set_label(
    "Above, the losses of the ten inputs around the shallow valley at 1.77, faint, and "
    "the risk, bold: only four inputs have a loss that is not flat there. Below, the "
    "fractions of walkers that are elsewhere after 200 epochs against the learning rate: "
    "all are 0 up to learning rate 1. At 1.5 and 2 many are in the mirror image of the "
    "trap or far out where everything is flat, and hardly any in a deeper valley."
)
w = np.linspace(1.1, 2.4, 300)
losses = np.array([empirical_risk(w, [each]) for each in x])
above.plot(w, losses.T, color="C0", alpha=0.4, linewidth=1)
above.plot(w, empirical_risk(w, x), "C2", linewidth=2.5)
above.plot(shallow.w, shallow.risk, "o", color="C1")
above.text(shallow.w, shallow.risk - 0.09, "start", color="C1", ha="center")
above.text(1.12, -0.12, "risk", color="C2", va="top")
above.text(2.38, 0.15, "losses of the ten inputs", color="C0", ha="right")
above.set(
    title="Few surfaces have a slope here",
    xlabel="weight $w$",
    ylabel="loss",
    ylim=(-0.85, 0.25),
)
for (name, value), color, height in zip(
    fractions.items(), ["C1", "C4", "C3"], [0.06, 0.37, 0.7], strict=True
):
    low, high = wilson(value, walkers)
    below.errorbar(
        rates,
        value,
        np.maximum([value - low, high - value], 0),
        color=color,
        marker="o",
    )
    below.text(0.9, height, name, color=color, ha="right")
below.set(
    title="Where walkers are after 200 epochs, if not in the trap",
    xlabel=r"learning rate $\eta$",
    ylabel="fraction of walkers",
    xscale="log",
    ylim=(-0.03, 1),
)
below.set_xticks([0.01, 0.03, 0.1, 0.3, 1], ["0.01", "0.03", "0.1", "0.3", "1"])
below.minorticks_off()

# %%
# What to notice: there is no window of learning rates in which the noise frees the walker
# and lets it settle lower. On most of the inputs' surfaces it stands on flat ground, and
# the few that have a slope hold it. When a step is large enough to leave, it is so large
# that walkers are thrown right across, or out for good.

for rate, deeper, mirror, gone in zip(rates, *fractions.values(), strict=True):
    low, high = wilson(deeper, walkers)
    print(
        f"learning rate {rate}: deeper {deeper:.2%} ({max(low, 0):.2%} to {high:.2%}), "
        f"mirror {mirror:.2%}, far out {gone:.2%}"
    )
slopes = np.abs(gradient(shallow.w, x))
print(
    f"{np.sum(slopes < 0.01)} of {x.size} gradients at the start are below 0.01 in size"
)

plt.show()
