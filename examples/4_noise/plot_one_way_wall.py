"""
The one-way wall
================

One example can carry a walker over the wall: from the left at a smaller learning rate
than from the right. Look at what happens in between: walkers leave the deepest valley,
and none comes back.
"""

# %%
# A step multiplies the weight by the mean of :math:`1 - \eta\, g / w` over its batch. While
# :math:`\eta` is below the smallest :math:`w / g` of all examples and all weights on one
# side, each of these factors is positive, and the weight keeps its sign: no walk crosses,
# whatever the batch, the order and the time. These are the two thresholds.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import epoch_orders, gradient, problems, sgd
from sgd_explained.measure import fraction
from sgd_explained.palette import GUIDE, PREDICTED, RISK, RIVAL, WALKER

x = problems.trap.x
deepest, trap, medium = problems.trap.valleys
sides = np.linspace(-1.5, 1.5, 30_000)  # 0 is not among them
pulls = gradient(sides[:, np.newaxis], x) / sides[:, np.newaxis]
from_left, from_right = (1 / pulls[side].max() for side in (sides < 0, sides > 0))

# %%
# Walkers start in the deepest valley, on the left, or in the trap, on the right, and take
# single examples, reshuffled, for 50 epochs, in the same orders at all rates. Who has
# *ever* been on the other side?

rates = np.r_[
    [0.07, 0.078, 0.0792, 0.08, 0.082, 0.085, 0.09, 0.095, 0.1, 0.1036],
    [0.105, 0.11, 0.115, 0.12, 0.13, 0.14, 0.15],
]
soon, late, walkers = 5, 50, 2000
rng = np.random.default_rng(47)
orders = epoch_orders("reshuffled", x.size, late, rng, walkers=walkers)
ever, back, paths = {}, 0, {}
for name, start in [("left", deepest.w), ("right", trap.w)]:
    seen = []
    for rate in rates:
        w = sgd(
            gradient,
            start,
            x,
            learning_rate=rate,
            epochs=late,
            order=orders,
            walkers=walkers,
        ).weights
        across = w < 0 if name == "right" else w > 0
        seen.append([across[: e * x.size + 1].any(axis=0) for e in (soon, late)])
        if rate == 0.09:
            paths[name] = w[: soon * x.size + 1, :10]
        if name == "left" and rate < from_right:
            # Once across, on the wrong side of the wall ever after?
            back += np.sum(across[:-1] & ~across[1:])
    ever[name] = fraction(np.swapaxes(seen, 0, 1))

(out_soon, out_late), (in_soon, in_late) = ever["left"], ever["right"]
assert np.all(out_late.value[rates < from_left] == 0), "below, nobody gets out"
assert np.all(out_late.value[rates > from_left] > 0.5), "above, most do"
assert np.all(in_late.value[rates < from_right] == 0), "below, nobody gets in"
assert np.all(in_late.value[rates > from_right] > 0), "above, some do"
assert back == 0, "between the thresholds none comes back"
middle = list(rates).index(0.09)
out_middle, in_middle = out_late[middle], in_late[middle]
first_above = rates[rates > from_left][0]
out_first = out_late[list(rates).index(first_above)]
in_first = in_late[list(rates).index(0.105)]

# %%
# Dashed lines are the thresholds of the theorem. Below, ten walkers of each start at a
# learning rate between them.

fig, (above, below) = plt.subplots(2, 1, figsize=(5.4, 7.2), layout="constrained")
fig.set_label(
    "Above, the share of walkers that have ever crossed the wall against the learning "
    f"rate. From the left it is 0 up to a line at {from_left:.3f}, and "
    f"{out_middle.value:.0%} at {rates[middle]} after {late} epochs. From the right it is "
    f"0 up to a second line at {from_right:.3f}, and {in_late.value[-1]:.0%} at "
    f"{rates[-1]}. Between the lines those that leave never come back. Below, the weights of "
    f"ten walkers from either side at learning rate {rates[middle]} against epochs: one "
    "after the other leaps over 0 out of the deepest valley, and joins those from the "
    "trap in the medium valley. None leaps into the deepest."
)
above.axvspan(from_left, from_right, color=PREDICTED, alpha=0.12, linewidth=0)
for line in (from_left, from_right):
    above.axvline(line, color=PREDICTED, linestyle="--", linewidth=1)
for shares, color, style in [
    (out_soon, RIVAL, "o:"),
    (out_late, RIVAL, "o-"),
    (in_soon, WALKER, "s:"),
    (in_late, WALKER, "s-"),
]:
    above.errorbar(rates, shares.value, shares.bars, fmt=style, color=color, ms=4)
above.text(0.108, 0.83, "out of the\ndeepest valley", color=RIVAL)
above.text(0.131, 0.25, "into it", color=WALKER)
above.text(0.0925, 0.22, "one-way", color=PREDICTED, ha="center")
above.set(
    title=f"Who has ever crossed (dotted: {soon} epochs, solid: {late})",
    xlabel=r"learning rate $\eta$",
    ylabel="share of walkers",
    ylim=(-0.03, 1.05),
)
for name, color in [("left", RIVAL), ("right", WALKER)]:
    w = paths[name]
    below.plot(np.arange(len(w)) / x.size, w, color=color, lw=0.5, alpha=0.6)
for valley, text in [(deepest, "deepest"), (trap, "trap"), (medium, "medium")]:
    below.axhline(valley.w, color=RISK, linestyle=":", linewidth=1)
    below.text(1.01, valley.w, text, color=RISK, transform=below.get_yaxis_transform())
below.axhline(0, color=GUIDE, linewidth=1.5)
below.text(soon, 0.02, "wall", color=GUIDE, ha="right", va="bottom")
below.set(
    title=rf"$\eta = {rates[middle]}$: they leap out, none leaps in",
    xlabel="epochs",
    ylabel="weight $w$",
    xlim=(0, soon),
)

# %%
# What to notice: the shares leave 0 where the theorem lets them, and not before. It is the
# deepest valley that cannot hold its walkers: it is the steepest, and a walker on its
# slope is thrown the farthest.

numbers = {
    "out_middle": out_middle,
    "in_middle": in_middle,
    "first_above": first_above,
    "out_first": out_first,
    "in_first": in_first,
}
for side, shares in [("out of", out_late), ("into", in_late)]:
    for rate, share in zip(rates, shares, strict=True):
        print(f"{side} the deepest valley, learning rate {rate}: {share:.1%}")

plt.show()
