"""
Where noise does not help
=========================

The article's ten inputs have shallow valleys, too. Look at how many walkers the noise
frees from one of them, and at how few of the freed are better off.
"""

# %%
# With ten inputs, evenly spread from :math:`-5` to :math:`5`, the risk has a shallow
# valley far on the right. Walkers start in it, and take single examples for 200 epochs:
# reshuffled, or drawn with replacement.

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
ends = {
    rule: np.array(
        [
            sgd(
                gradient,
                np.full(walkers, shallow.w),
                x,
                learning_rate=rate,
                epochs=200,
                order=rule,
                rng=rng,
                crowd=True,
                keep="last",
            ).final
            for rate in rates
        ]
    )
    for rule in ("reshuffled", "with_replacement")
}

# %%
# A fraction that was measured as 0 is not known to be 0. Wilson's interval says how large
# it may be: with none of 2000, up to 0.2 %.


def wilson(event, z=2.0):
    """Return the fraction of walkers (last axis), and the ends of its 95 % interval."""
    n, fraction = event.shape[-1], event.mean(axis=-1)
    middle = fraction + z**2 / (2 * n)
    half = z * np.sqrt(fraction * (1 - fraction) / n + z**2 / (4 * n**2))
    # Rounding may leave less than nothing below a fraction of 0.
    low, high = (middle - half) / (1 + z**2 / n), (middle + half) / (1 + z**2 / n)
    return fraction, np.maximum(low, 0), high


def out(w):
    return (w < barrier.w) | (w > 3)


def deeper(w):
    return np.abs(w) < barrier.w


steep = np.abs(gradient(shallow.w, x)) > 0.01
half_way = out(ends["with_replacement"][rates == 0.5]).mean()
best_off = max(deeper(weights).mean(axis=1).max() for weights in ends.values())

fig, (above, below) = plt.subplots(2, 1, figsize=(5.4, 6.8), layout="constrained")
fig.set_label(
    f"Above, the losses of the ten inputs around the shallow valley at {shallow.w:.2f}, "
    f"faint, and the risk, bold: only {steep.sum()} inputs have a loss that is not flat "
    "there. Below, fractions of walkers after 200 epochs against the learning rate. "
    "Reshuffled, none has left the trap up to learning rate 1. Drawn with replacement, "
    f"more and more have left from 0.1 on, {half_way:.0%} at 0.5. In either case at most "
    f"{best_off:.0%} are in a deeper valley."
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
for rule, color in [("reshuffled", "C1"), ("with_replacement", "C3")]:
    for event, style in [(out, "o-"), (deeper, "s:")]:
        value, low, high = wilson(event(ends[rule]))
        below.errorbar(
            rates,
            value,
            np.maximum([value - low, high - value], 0),
            fmt=style,
            color=color,
            markersize=5,
        )
below.text(0.33, 0.5, "with replacement", color="C3", ha="right")
below.text(1, 0.26, "reshuffled", color="C1", ha="right")
below.text(
    0.011, 0.66, "solid: outside the trap\ndotted: in a deeper valley", color="C5"
)
below.set(
    title="After 200 epochs",
    xlabel=r"learning rate $\eta$",
    ylabel="fraction of walkers",
    xscale="log",
    ylim=(-0.03, 1),
)
below.set_xticks([0.01, 0.03, 0.1, 0.3, 1], ["0.01", "0.03", "0.1", "0.3", "1"])
below.minorticks_off()

# %%
# What to notice: reshuffled, the pushes of an epoch cancel nearly, and nobody leaves. With
# replacement they need not cancel. But most of those who leave land in the mirror image
# of the trap, and at large rates far out, where everything is flat.

for rule, weights in ends.items():
    print(rule)
    for rate, *left, found in zip(
        rates, *wilson(out(weights)), wilson(deeper(weights))[0], strict=True
    ):
        fraction, low, high = left
        print(
            f"  learning rate {rate}: outside {fraction:.1%} ({low:.1%} to {high:.1%}), "
            f"in a deeper valley {found:.1%}"
        )
print(f"{np.sum(~steep)} of {x.size} gradients at the start are below 0.01 in size")

plt.show()
