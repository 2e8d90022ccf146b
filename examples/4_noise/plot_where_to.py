"""
Where to?
=========

Out of the trap is not the same as into the best valley. Look at where the walkers are
when the time is up, and at what their risk is on average.
"""

# %%
# Walkers start in the trap, take single examples for 50 epochs, and are counted by
# valleys. Beyond 3 on either side the risk is nearly flat, and nothing pulls them back.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import RiskLandscape, empirical_risk, gradient, sgd

x, w0 = np.linspace(-2, 5, 100), 0.194
landscape = RiskLandscape(x, (-3, 3))
deepest, trap, medium = landscape.minima
rates = 0.005 * 2 ** (np.arange(17) / 2)
walkers = 1500
rng = np.random.default_rng(44)
ends = np.array(
    [
        sgd(
            gradient,
            np.full(walkers, w0),
            x,
            learning_rate=rate,
            epochs=50,
            rng=rng,
            crowd=True,
            keep="last",
        ).final
        for rate in rates
    ]
)

# %%
# ``basin`` says which valley a weight drains into: 0 is the deepest, on the left of the
# wall, 1 the trap, 2 the one of medium depth.

inside = np.abs(ends) < 3
valley = np.where(inside, landscape.basin(np.where(inside, ends, 0.1)), 3)
fractions = np.array([(valley == i).mean(axis=1) for i in range(4)])
risk = empirical_risk(ends, x)
mean_risk = risk.mean(axis=1)
error = 2 * risk.std(axis=1) / np.sqrt(walkers)

fig, (above, below) = plt.subplots(
    2, 1, figsize=(5.4, 7.2), sharex=True, layout="constrained"
)
freed = rates[fractions[2] > 0.99]
fig.set_label(
    "Above, shares of walkers by valley against the learning rate. Small rates: all in the "
    f"trap. From {freed[0]:.2f} to {freed[-1]:.2f}: all in the valley at {medium.w:.2f}. "
    f"Then the share on the left of the wall grows to {fractions[0].max():.0%}, and at the "
    f"largest rate {fractions[3, -1]:.0%} are far out. Below, the mean risk: it falls from "
    f"{mean_risk[0]:.2f} to {mean_risk.min():.2f} when the walkers leave the trap, and "
    f"rises again to {mean_risk[-1]:.2f} at the largest rate, far above the lowest risk of "
    f"{deepest.risk:.2f}."
)
names = [
    "left of\nthe wall",
    "trap",
    f"valley of medium depth\n$w = {medium.w:.2f}$",
    "far out",
]
above.stackplot(rates, fractions, colors=["C2", "C5", "C1", "C3"], alpha=0.55, lw=0)
for name, place in zip(
    names, [(0.68, 0.14), (0.0075, 0.5), (0.045, 0.55), (1.23, 0.93)], strict=True
):
    ha = "right" if name == "far out" else "center"
    above.text(*place, name, ha=ha, va="center")
above.set(
    title="Where they are after 50 epochs", ylabel="share of walkers", ylim=(0, 1)
)
above.grid(visible=False)
below.errorbar(rates, mean_risk, error, color="C1", marker="o", markersize=4)
for minimum, name in [(deepest, "deepest valley"), (trap, "trap"), (medium, "medium")]:
    below.axhline(minimum.risk, color="C2", linestyle="--", linewidth=1)
    below.text(0.0052, minimum.risk + 0.006, name, color="C2", va="bottom")
below.set(
    title="and their mean risk",
    xlabel=r"learning rate $\eta$",
    ylabel="mean risk",
    xscale="log",
    xlim=(rates[0], rates[-1]),
    ylim=(-0.37, 0),
)
below.set_xticks([0.01, 0.03, 0.1, 0.3, 1], ["0.01", "0.03", "0.1", "0.3", "1"])
below.minorticks_off()

# %%
# What to notice: a moderate rate frees everybody, and brings nobody to the deepest valley.
# A huge rate throws half of them over the wall. But then they tremble so much that the
# mean risk is worse than before: the ball of noise is wider than the valley.

print("rate     deepest  trap     medium   far out  mean risk")
for rate, shares, mean, half_width in zip(
    rates, fractions.T, mean_risk, error, strict=True
):
    print(
        f"{rate:.4f}",
        *(f"{s:8.1%}" for s in shares),
        f" {mean:.4f} +- {half_width:.4f}",
    )

plt.show()
