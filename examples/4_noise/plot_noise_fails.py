"""
Where noise is of no use
========================

The article's ten inputs have shallow valleys, too. Look at whom the noise frees from one
of them: it depends on the learning rate, on the order of the examples, and on the time.
"""

# %%
# With ten inputs, evenly spread from :math:`-5` to :math:`5`, the risk has a shallow
# valley far on the right, and its mirror image far on the left. The two global minima lie
# between them, on either side of the wall. Walkers start in the valley on the right.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import RiskLandscape, empirical_risk, epoch_orders, gradient, sgd
from sgd_explained.measure import crossing, fraction
from sgd_explained.palette import GUIDE, INK, LOSS, PREDICTED, RISK, RIVAL, WALKER
from sgd_explained.problems import ten

x = ten.x
landscape = RiskLandscape(x, (-3, 3))
*_, best, shallow = landscape.minima
*_, barrier = landscape.maxima
flat = np.abs(gradient(shallow.w, x)) < 0.01
assert shallow.risk > best.risk == landscape.global_minimum.risk
assert shallow.curvature < best.curvature, "the shallow valley is the flat one"
way = np.linspace(barrier.w, shallow.w, 1000)
assert gradient(way[:, np.newaxis], x).max(axis=1).min() > 0, "some push outwards"


def out(w):
    """Say who is outside the valley; at the end, that is who has left it."""
    return (w < barrier.w) | (w > 3)


def deeper(w):
    """Say who is in one of the two deepest valleys."""
    return np.abs(w) < barrier.w


# %%
# Drawn with replacement: 600 walkers for each of nine rates, looked at after 200 and after
# 2000 epochs. The wall has one threshold here, the same from both sides. Up to it nobody
# can get to the left, so whoever leaves is in the deep valley next door.

rates = np.array([0.02, 0.035, 0.05, 0.07, 0.1, 0.14, 0.2, 0.35, 0.5])
soon, late, walkers = 200, 2000, 600
weights = sgd(
    gradient,
    shallow.w,
    x,
    learning_rate=np.repeat(rates, walkers),
    epochs=late,
    order="with_replacement",
    rng=np.random.default_rng(45),
    walkers=rates.size * walkers,
    keep=soon * x.size,
).weights.reshape(-1, rates.size, walkers)
early_ends, late_ends = weights[1], weights[-1]
early_out, late_out = fraction(out(early_ends)), fraction(out(late_ends))
early_deep, late_deep = fraction(deeper(early_ends)), fraction(deeper(late_ends))
sides = np.linspace(1e-3, 3, 30_000)
leap = 1 / (gradient(sides[:, np.newaxis], x) / sides[:, np.newaxis]).max()
assert np.all(late_ends[rates < leap] > 0), "below its threshold nobody leaps the wall"
assert np.all(out(late_ends[rates < leap]) == deeper(late_ends[rates < leap]))
at = {rate: i for i, rate in enumerate(rates)}
low_out, low_deep = late_out[at[0.07]], late_deep[at[0.07]]
tenth_out, tenth_deep = late_out[at[0.1]], late_deep[at[0.1]]
of_those = fraction(deeper(late_ends[at[0.1]][out(late_ends[at[0.1]])]))
half_out, half_deep = early_out[at[0.5]], early_deep[at[0.5]]
assert of_those.low > 0.75, "at 0.1 most of those who leave are in a deepest valley"
assert half_deep.high < 0.25 * half_out.value, "at 0.5 few are"
assert late_out.value[at[0.02]] == 0, "at the lowest rate nobody leaves"
most_deep = int(late_deep.value.argmax())
assert late_deep.high[rates > 0.3].max() < 0.1, (
    "in the end hardly any is in a deepest valley"
)

# %%
# Reshuffled: 2000 walkers for each rate, and 200 epochs.

large = np.array([0.1, 0.3, 0.6, 1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2])
orders = epoch_orders(
    "reshuffled", x.size, 200, np.random.default_rng(46), walkers=2000
)
ends = np.array(
    [
        sgd(
            gradient,
            shallow.w,
            x,
            learning_rate=rate,
            epochs=200,
            order=orders,
            walkers=2000,
            keep="last",
        ).final
        for rate in large
    ]
)
gone, lucky = fraction(out(ends)), fraction(deeper(ends))
none_up_to = 1.2
none, few = gone[list(large).index(none_up_to)], gone[list(large).index(1.3)]
half_gone = crossing(large[5:], out(ends)[5:])
# Nor does ten times the time free anybody.
low = large[large <= none_up_to]
much_later = sgd(
    gradient,
    shallow.w,
    x,
    learning_rate=np.repeat(low, 400),
    epochs=late,
    rng=np.random.default_rng(47),
    walkers=low.size * 400,
    keep="last",
).final.reshape(-1, 400)
none_late = fraction(out(much_later))[-1]
assert not out(much_later).any(), "reshuffled, none leaves in that time, either"
on_the_way = sgd(
    gradient,
    shallow.w,
    x,
    learning_rate=none_up_to,
    epochs=200,
    order=orders,
    walkers=2000,
).weights
been_out = fraction(out(on_the_way).any(axis=0))
assert been_out.low > 0.98, "at 1.2 an epoch leads out, and back"
assert not out(on_the_way[:: x.size]).any(), "at the ends of epochs all are back"
most_lucky = lucky.value.max()
assert np.all(gone.value[large <= none_up_to] == 0), "reshuffled, none leaves up to 1.2"
assert most_lucky < 0.05, "hardly any is in a deeper valley"

# %%
# Solid lines are the shares that have left, dotted lines those in a deepest valley.

fig, (above, middle, below) = plt.subplots(3, 1, figsize=(5.4, 9), layout="constrained")
fig.set_label(
    f"Above, the losses of the ten inputs around the shallow valley at {shallow.w:.2f}, "
    f"faint, and the risk, bold: {flat.sum()} inputs have a loss that is flat there. In "
    "the middle, shares of walkers against the learning rate, drawn with replacement. Up "
    f"to a line at {leap:.3f}, the threshold of the wall, all who have left are in a "
    f"deepest valley, {low_deep.value:.0%} at 0.07 after {late} epochs. Beyond it more "
    f"have left, up to {late_out.value.max():.0%}. Those in a deepest valley are most at "
    f"{rates[most_deep]:g}, {late_deep.value[most_deep]:.0%}, and few at large rates. Below, reshuffled: none has left after 200 epochs up to rate {none_up_to}, "
    f"half at {half_gone.value:.2f}, and at most {most_lucky:.0%} are in a deepest valley."
)
w = np.linspace(1.1, 2.4, 300)
losses = np.array([empirical_risk(w, [each]) for each in x])
above.plot(w, losses.T, color=LOSS, alpha=0.6, linewidth=1)
above.plot(w, empirical_risk(w, x), color=RISK, linewidth=2.5)
above.plot(shallow.w, shallow.risk, "o", color=INK)
above.text(shallow.w, shallow.risk - 0.09, "start", color=INK, ha="center")
above.text(1.12, -0.12, "risk", color=RISK, va="top")
above.text(2.38, 0.15, "losses of the ten inputs", color=LOSS, ha="right")
above.set(
    title="Few surfaces have a slope here",
    xlabel="weight $w$",
    ylabel="loss",
    ylim=(-0.85, 0.25),
)
for left, found, color in [
    (early_out, early_deep, RIVAL),
    (late_out, late_deep, WALKER),
]:
    middle.errorbar(rates, left.value, left.bars, fmt="o-", color=color, ms=4)
    middle.errorbar(rates, found.value, found.bars, fmt="s:", color=color, ms=4)
middle.text(0.11, 0.58, f"{late} epochs", color=WALKER)
middle.text(0.53, 0.2, f"{soon} epochs", color=RIVAL, ha="right")
middle.axvline(leap, color=PREDICTED, linestyle="--", linewidth=1)
middle.text(0.94 * leap, 0.54, "threshold\nof the wall", color=PREDICTED, ha="right")
middle.text(0.021, 0.25, "solid: have left\ndotted: in a\ndeepest valley", color=GUIDE)
middle.set(title="Drawn with replacement", xscale="log", ylim=(-0.02, 0.65))
middle.set_xticks([0.02, 0.05, 0.1, 0.2, 0.5], ["0.02", "0.05", "0.1", "0.2", "0.5"])
middle.minorticks_off()
below.errorbar(large, gone.value, gone.bars, fmt="o-", color=WALKER, ms=4)
below.errorbar(large, lucky.value, lucky.bars, fmt="s:", color=WALKER, ms=4)
below.set(title="Reshuffled, 200 epochs", ylim=(-0.03, 1))
for ax in (middle, below):
    ax.set(xlabel=r"learning rate $\eta$", ylabel="share of walkers")

# %%
# What to notice: there is no one answer. Reshuffled, the pushes of an epoch cancel nearly,
# and until steps are huge whoever gets out is back at its end. With replacement they need
# not cancel, and at low rates, given time, whoever has left is in a deepest valley. At high
# rates they leap back and forth over the wall, and most end where the surfaces are flat.

numbers = {
    "hilltop": barrier.w,
    "low_rates": low.size,
    "none_late": none_late,
    "start": shallow.w,
    "start_curvature": shallow.curvature,
    "best": best.w,
    "best_curvature": best.curvature,
    "flat": int(flat.sum()),
    "leap": leap,
    "low_out": low_out,
    "tenth_out": tenth_out,
    "of_those": of_those,
    "half_out": half_out,
    "half_deep": half_deep,
    "none_up_to": none_up_to,
    "none": none,
    "been_out": been_out,
    "few": few,
    "half_gone": half_gone,
    "most_lucky": most_lucky,
}
for rate, left, found in zip(rates, late_out, late_deep, strict=True):
    print(f"with replacement, {rate}: {left:.1%} left, {found:.1%} in a deepest valley")
for rate, left, found in zip(large, gone, lucky, strict=True):
    print(f"reshuffled, {rate}: {left:.1%} left, {found:.1%} in a deepest valley")
print(f"reshuffled, half have left at {half_gone:.3f}")

plt.show()
