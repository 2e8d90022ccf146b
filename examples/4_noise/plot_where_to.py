"""
Who leaves which valley
=======================

Out of the trap is not the same as into the best valley. Look at where the walkers are
when the time is up, by the valley in which they began, and at what their risk is on
average.
"""

# %%
# There are three valleys: the deepest on the left of the wall, the trap right of it, and
# behind a low barrier the one of medium depth. The wall has two thresholds: a single
# example can leap it from the left at a smaller learning rate than from the right.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import empirical_risk, gradient, problems, sgd
from sgd_explained.measure import fraction, mean
from sgd_explained.palette import GUIDE, PAGE, PREDICTED, VALLEYS

x, landscape = problems.trap.x, problems.trap.landscape
deepest, trap, medium = landscape.minima
wall, barrier = landscape.maxima
sides = np.linspace(-1.5, 1.5, 30_000)  # 0 is not among them
pulls = gradient(sides[:, np.newaxis], x) / sides[:, np.newaxis]
from_left, from_right = (1 / pulls[side].max() for side in (sides < 0, sides > 0))
assert deepest.curvature > trap.curvature > medium.curvature, "the deepest is narrowest"

# %%
# From the floor of each valley 400 walkers take single examples, reshuffled, for 50
# epochs. The three crowds see the same orders.

rates = np.r_[
    [0.005, 0.007, 0.01, 0.014, 0.02, 0.03, 0.05, 0.07, 0.078, 0.08, 0.085],
    [0.09, 0.1, 0.12, 0.15, 0.2, 0.3, 0.45, 0.64, 0.9, 1.28],
]


def walk(start, rate, size=1, walkers=400, keep="last"):
    """Return the walks of 50 epochs."""
    return sgd(
        gradient,
        start,
        x,
        learning_rate=rate,
        epochs=50,
        batch_size=size,
        rng=np.random.default_rng(44),
        walkers=walkers,
        keep=keep,
    )


def shares(w):
    """Return the shares left of the wall, in trap and medium valley, and far out."""
    far = np.abs(w) > 3
    places = [w < wall.w, (w > wall.w) & (w < barrier.w), w > barrier.w]
    return fraction(np.stack([*(place & ~far for place in places), far]))


# Who began in the medium valley and was out of it at some time, at 0.09?
roaming = sgd(
    gradient,
    medium.w,
    x,
    learning_rate=0.09,
    epochs=50,
    rng=np.random.default_rng(45),
    walkers=400,
).weights
visits = fraction((roaming < barrier.w).any(axis=0))

crowds = [[walk(valley.w, rate).final for rate in rates] for valley in landscape.minima]
found = [shares(np.array(crowd)) for crowd in crowds]
risk = mean(empirical_risk(np.array(crowds), x))

# %%
# Where are they? From a little above the first threshold to the second nearly all are in
# the medium valley, wherever they began, and from there on the start is forgotten.

below, above = rates < from_left, rates > from_right
between = ~below & ~above
settled = between & (rates > 0.082)
from_deepest, from_trap, from_medium = found
assert np.all(from_deepest.value[0, below] == 1), "below, all stay in the deepest"
assert np.all(from_trap.value[0, ~above] == 0), "nobody gets into the deepest"
assert np.all(from_medium.value[0, ~above] == 0), "from either side"
assert np.all(from_medium.value[2, below] > 0.99), "nor out of the medium, but for few"
for crowd in found:
    assert np.all(crowd.value[2, settled] > 0.99), "between, nearly all in the medium"
at = {rate: i for i, rate in enumerate(rates)}
medium_share = from_deepest[2, at[0.09]]
risk_below, risk_between = risk[0, at[0.078]], risk[0, at[0.09]]
left_share, left_risk = from_trap[0, at[0.64]], risk[1, at[0.64]]
most_left = from_trap.value[0].max()
# Large steps to get over the wall, and then small ones.
calm = sgd(
    gradient,
    crowds[1][at[0.64]],
    x,
    learning_rate=0.005,
    epochs=200,
    rng=np.random.default_rng(46),
    crowd=True,
    keep="last",
).final
calmed, calm_risk = shares(calm)[0], mean(empirical_risk(calm, x))
gentle_risk = risk[1, at[0.03]]
# At the largest rate the risk is near the trap's: it takes more walkers to tell them apart.
widest_risk = mean(empirical_risk(walk(trap.w, rates[-1], walkers=4000).final, x))
assert visits.low > 0.01, "some are thrown out of the medium valley, and come back"
assert risk_below.high < 2 * risk_between.low < 0, "the best start ends up worse"
assert left_risk.low > gentle_risk.high, (
    "large steps, a higher mean risk than small ones"
)
assert left_risk.high < trap.risk, "and still better than the trap"
assert calm_risk.high < gentle_risk.low, (
    "calmed in the end, they are better than either"
)
assert widest_risk.low > trap.risk, "at the largest rate the gain is gone"
assert from_trap.value[2, at[0.03]] == 1, (
    "a moderate rate frees all, for the medium one"
)

# %%
# With batches, too? Of those that began in the trap, who has ever been on the left, and
# where are they in the end?

table = []
for size, rate in [
    *((1, rate) for rate in (0.01, 0.03, 0.09, 0.2, 0.64)),
    (5, 0.15),
    (20, 0.6),
]:
    way = walk(trap.w, rate, size, keep="all")
    crossed = fraction((way.weights < wall.w).any(axis=0))
    table.append(
        [size, rate, crossed, *shares(way.final), mean(empirical_risk(way.final, x))]
    )
*_, with_five, with_twenty = (crossed for _, _, crossed, *_ in table)
assert with_five.value == 0, "batches of 5 need more than the line"
assert with_twenty.low > 0.05, (
    "some cross in batches of 20, and are not there in the end"
)

# %%
# Dashed lines are the two thresholds of the wall.

fig, axes = plt.subplots(4, 1, figsize=(5.4, 9.6), sharex=True, layout="constrained")
*panels, last = axes
names = ["deepest valley", "trap", "medium valley"]
fig.set_label(
    "Four panels against the learning rate. The upper three show where walkers are after 50 "
    "epochs, as shares by valley: begun in the deepest valley, in the trap, and in the "
    f"medium valley. From the deepest, all stay up to a line at {from_left:.3f}; a little "
    "right of it nearly all are in the medium valley. From the trap, nearly all get "
    f"there as rates grow. Right of a second line at {from_right:.3f} the three panels look "
    f"alike: the share on the left of the wall grows to {most_left:.0%}, then more and "
    "more are far out. The last panel shows their mean risk. Begun in the deepest valley "
    f"it leaps up from {risk_below.value:.2f} to {risk_between.value:.2f} at the first "
    "line, and then all three run together."
)
for ax, crowd, name in zip(panels, found, names, strict=True):
    colors = [*VALLEYS, GUIDE]
    ax.stackplot(rates, crowd.value, colors=colors, alpha=0.55, edgecolor=PAGE, lw=1)
    ax.set(title=f"Begun in the {name}", ylabel="share", ylim=(0, 1))
    ax.grid(visible=False)
    ax.text(0.35, 0.62, "medium", ha="center")
    ax.text(0.62, 0.12, "deepest", ha="center")
    ax.text(1.24, 0.84, "far\nout", ha="right")
panels[0].text(0.02, 0.5, "deepest", ha="center")
panels[1].text(0.0075, 0.5, "trap", ha="center")
panels[1].text(0.04, 0.5, "medium", ha="center")
panels[2].text(0.02, 0.5, "medium", ha="center")
for row, color, name, beside in zip(
    risk, VALLEYS, names, [0.045, 0.022, -0.05], strict=True
):
    last.errorbar(rates, row.value, row.bars, color=color, marker="o", markersize=3)
    last.text(0.0052, row.value[0] + beside, name)
last.set(
    title="Mean risk, by where they began",
    xlabel=r"learning rate $\eta$",
    ylabel="mean risk",
    xscale="log",
    xlim=(rates[0], rates[-1]),
    ylim=(-0.37, 0),
)
for ax in axes:
    for threshold in (from_left, from_right):
        ax.axvline(threshold, color=PREDICTED, linestyle="--", linewidth=1)
last.set_xticks([0.01, 0.03, 0.1, 0.3, 1], ["0.01", "0.03", "0.1", "0.3", "1"])
last.minorticks_off()

# %%
# What to notice: large steps select the valley that is wide, not the one that is deep. Huge
# steps throw many over the wall, and back again. These tremble so much that their mean
# risk is higher than it is at a moderate rate.

numbers = {
    "valleys": [
        [name, valley.w, valley.risk, valley.curvature]
        for name, valley in zip(names, landscape.minima, strict=True)
    ],
    "where": table,
    "crossed_with_twenty": with_twenty,
    "medium_share": medium_share,
    "visits": visits,
    "calmed": calmed,
    "calm_risk": calm_risk,
    "risk_below": risk_below,
    "risk_between": risk_between,
    "left_share": left_share,
    "left_risk": left_risk,
    "gentle_risk": gentle_risk,
    "widest_risk": widest_risk,
}
print("begun in the trap:")
for size, rate, *places, average in table:
    print(
        f"b = {size}, learning rate {rate}: crossed, left, trap, medium, far out:",
        *(f"{place.value:.1%}" for place in places),
        f"mean risk {average:.4f}",
    )

plt.show()
