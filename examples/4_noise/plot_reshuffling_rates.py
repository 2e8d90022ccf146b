"""
Reshuffled errors
=================

Draw examples with replacement, and the squared error of SGD shrinks in proportion to the
learning rate. Reshuffle them, and it shrinks like the square or the cube. Look at the
slopes, and at what turns a three into a two.
"""

# %%
# Each of five examples has a parabola as its loss, with gradient :math:`a_i (w - x_i)`.
# Its minimum is at :math:`x_i`, its curvature is :math:`a_i`. Above, all share one
# curvature. Below, they differ. In both the best weight is 0.

import itertools

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import gradient, sgd
from sgd_explained.measure import by_groups, mean
from sgd_explained.palette import PREDICTED, RIVAL, WALKER
from sgd_explained.problems import article

n, a = 5, 2.0
x = np.linspace(-1, 1, n)
different = a * (1 + 0.8 * x)
one, many = "One curvature for all", "Different curvatures"
problems = {
    one: (x, np.full(n, a)),
    many: (x - np.average(x, weights=different), different),
}
rules = ("with_replacement", "reshuffled")


def pull(w, x, curvature):
    return curvature * (w - x)


# %%
# Crowds start at the best weight. What is measured is the mean of :math:`w^2` at the end
# of an epoch, after at least :math:`7 / (\eta a)` steps: long enough to forget the start.

rates = np.geomspace(0.002, 0.1, 6)
walkers = 4000
rng = np.random.default_rng(8)
ends = {
    (name, rule): np.array(
        [
            sgd(
                pull,
                np.zeros(walkers),
                *data,
                learning_rate=rate,
                epochs=int(np.ceil(7 / (rate * a * n))),
                order=rule,
                rng=rng,
                crowd=True,
                keep="last",
            ).final
            for rate in rates
        ]
    )
    for (name, data), rule in itertools.product(problems.items(), rules)
}
measured = {case: mean(weights**2) for case, weights in ends.items()}

# %%
# The lines are exact. A step takes :math:`w` to :math:`(1 - \eta a_i) w + \eta a_i x_i`,
# and so each order of an epoch takes it to a multiple of it, and a constant. With five
# examples one can average over all 120 orders. In the long run :math:`w` has the same first
# two moments after an epoch as before it, and that determines them.


def long_run_square(multiplier, addend):
    """Return the mean of w² that w → P w + Q leaves as it is; orders along axis 0."""
    mean = addend.mean(axis=0) / (1 - multiplier.mean(axis=0))
    cross = 2 * (multiplier * addend).mean(axis=0) * mean
    return (cross + (addend**2).mean(axis=0)) / (1 - (multiplier**2).mean(axis=0))


orders = np.array(list(itertools.permutations(range(n))))
exact = {}
for name, (inputs, curvature) in problems.items():
    keep, move = 1 - rates * curvature[:, None], rates * (curvature * inputs)[:, None]
    exact[name, "with_replacement"] = long_run_square(keep, move)
    multiplier, addend = np.ones((len(orders), rates.size)), 0.0
    for position in range(n):
        step = orders[:, position]
        multiplier, addend = (
            keep[step] * multiplier,
            keep[step] * addend + move[step],
        )
    exact[name, "reshuffled"] = long_run_square(multiplier, addend)
over_exact = {
    case: value.map(lambda squares, line=exact[case]: squares / line)
    for case, value in measured.items()
}
for case, ratio in over_exact.items():
    assert (abs(ratio.value - 1) < 0.08).all(), f"{case}: measured as computed"
table = [
    [rates[i], over_exact[one, "reshuffled"][i], over_exact[one, "with_replacement"][i]]
    for i in range(rates.size)
]
slopes = {
    case: np.log(line[1] / line[0]) / np.log(rates[1] / rates[0])
    for case, line in exact.items()
}
for name, expected in {one: 3, many: 2}.items():
    gain = exact[name, "with_replacement"] / exact[name, "reshuffled"]
    assert gain.min() > 1, f"{name}: reshuffled, the error is smaller at each rate"
    assert gain[-1] < 10, f"{name}: by less than ten times at the largest"
    assert gain[0] > 1000, f"{name}: and by orders of magnitude at the smallest"
    assert abs(slopes[name, "with_replacement"] - 1) < 0.1, f"{name}: slope one"
    assert abs(slopes[name, "reshuffled"] - expected) < 0.2, f"{name}: slope {expected}"

# %%
# With one curvature the variances have short forms, which tell of a longer step, too.
# With different ones the first order of the offset has one: how far beside the best
# weight the walk settles.

steps = np.append(rates, 1.6 / a) * a
q = (1 - steps) ** np.arange(n)[:, np.newaxis]
scatter = n / (n - 1) * (np.sum(q**2, axis=0) - np.sum(q, axis=0) ** 2 / n)
variance = steps**2 * x.var() * scatter / (1 - (1 - steps) ** (2 * n))
assert np.allclose(variance[:-1], exact[one, "reshuffled"]), "the formula is exact"
replaced = steps * x.var() / (2 - steps)
assert np.allclose(replaced[:-1], exact[one, "with_replacement"]), "and this one, too"
gains = replaced / variance
cube = steps**3 * x.var() * n * (n + 1) / 24 / variance
assert abs(cube[0] - 1) < 0.03, "at the smallest rate the cube is close"

inputs, curvature = problems[many]
pulls = -curvature * inputs
offset = -rates[0] / 2 * np.mean(curvature * pulls) / curvature.mean()
offset_measured = mean(ends[many, "reshuffled"][0]).map(lambda middle: middle / offset)
offset_share = offset**2 / measured[many, "reshuffled"].value[0]
assert abs(offset_measured.value - 1) < 0.03, "the offset is as computed"
# No order takes a walker further: the bound of the theorem, to first order.
bound = rates[0] * n * curvature.max() * abs(pulls).max() / (2 * curvature.mean())
furthest = abs(ends[many, "reshuffled"][0]).max()
assert furthest < bound, "no walker is beyond the bound"

# %%
# Two limits. In the middle of an epoch the pulls have not cancelled yet. And a step that
# is longer than :math:`1 / a` forgets so much that reshuffling does harm.

epoch = sgd(
    pull,
    ends[one, "reshuffled"][0],
    *problems[one],
    learning_rate=rates[0],
    rng=rng,
    crowd=True,
)
middle = mean(epoch.weights[2] ** 2)
gain_middle = middle.map(lambda square: replaced[0] / square)
assert gain_middle.high < 0.1 * gains[0], "most of the gain is gone in mid-epoch"
assert gain_middle.low > 10, "and much is left"

long_steps = [
    sgd(
        pull,
        np.zeros(walkers),
        *problems[one],
        learning_rate=steps[-1] / a,
        epochs=20,
        order=rule,
        rng=rng,
        crowd=True,
        keep="last",
    ).final
    for rule in rules
]
harm = by_groups(lambda w, r: np.mean(r**2) / np.mean(w**2), *long_steps)
assert harm.low > 1, "beyond 1 / a reshuffling is the worse"
assert harm.low < 1 / gains[-1] < harm.high, "by as much as computed"

# %%
# Our own loss, at the article's inputs: crowds at the left one of the best weights.

data, best, rng = article.x, article.valleys[0], np.random.default_rng(9)
our_rates, our_walkers = 0.0004 * 2.0 ** np.arange(5), 30_000
our_squares = {
    rule: np.array(
        [
            sgd(
                gradient,
                best.w,
                data,
                learning_rate=rate,
                epochs=int(np.ceil(5 / (rate * best.curvature * data.size))),
                order=rule,
                rng=rng,
                walkers=our_walkers,
                keep="last",
            ).final
            - best.w
            for rate in our_rates
        ]
    )
    ** 2
    for rule in rules
}
ours = {rule: mean(squares) for rule, squares in our_squares.items()}
our_slopes = {
    rule: by_groups(
        lambda s, l: np.log2(l.mean() / s.mean()), squares[0], squares[1], groups=100
    )
    for rule, squares in our_squares.items()
}
gain_ours = by_groups(
    lambda w, r: w.mean() / r.mean(), *[our_squares[rule][0] for rule in rules]
)
each = (gradient(best.w + 1e-4, data) - gradient(best.w - 1e-4, data)) / 2e-4
our_offset = -our_rates / 2 * np.mean(each * gradient(best.w, data)) / best.curvature
our_share = our_offset[0] ** 2 / ours["reshuffled"].value[0]
# The rest goes like the cube: at this rate the square has as large a share.
even_rate = our_share * our_rates[0] / (1 - our_share)
slope_law = np.log2(4 * our_share + 8 * (1 - our_share))
assert np.all(ours["reshuffled"].high < ours["with_replacement"].low), (
    "reshuffled, the error is smaller at each rate"
)
assert 2.5 < our_slopes["reshuffled"].value < 3.2, "our slope is nearly three"
assert 0.8 < our_slopes["with_replacement"].value < 1.2, "with replacement it is one"

# %%
# Measured points on computed lines. For our own loss the line is the square of the
# offset alone.

fig, axes = plt.subplots(3, 1, figsize=(5.4, 10), layout="constrained")
fig.set_label(
    "Three panels with logarithmic axes: mean squared error against the learning rate. "
    "Above, one curvature for all examples: with replacement the points follow a line of "
    "slope one, reshuffled a line of slope three. In the middle, different curvatures: "
    "slope one with replacement, and reshuffled a line that flattens to slope two at "
    "small rates. In both panels the reshuffled error is the smaller one: by orders of "
    "magnitude at small rates, by less than ten times at the largest. Below, our own "
    "loss: slopes of nearly one and nearly three, far above the square of the offset."
)
for ax, name in zip(axes, problems, strict=False):
    for rule, color, height in [
        ("with_replacement", RIVAL, 40),
        ("reshuffled", WALKER, 0.1),
    ]:
        squares, line = measured[name, rule], exact[name, rule]
        ax.loglog(rates, line, "--", color=PREDICTED)
        ax.errorbar(rates, squares.value, squares.bars, color=color, marker="o", ls="")
        label = f"{rule.replace('_', ' ')}: slope {slopes[name, rule]:.1f}"
        ax.text(
            rates[-1], line[2] * height, label, color=color, ha="right", va="center"
        )
    ax.set(title=name, ylabel="mean of $w^2$", ylim=(3e-9, 0.5))
for rule, color, height in [
    ("with_replacement", RIVAL, 4),
    ("reshuffled", WALKER, 0.008),
]:
    squares = ours[rule]
    axes[2].errorbar(
        our_rates, squares.value, squares.bars, color=color, marker="o", ls=""
    )
    label = f"{rule.replace('_', ' ')}: slope {our_slopes[rule].value:.1f}"
    axes[2].text(
        our_rates[-1], squares.value[-1] * height, label, color=color, ha="right"
    )
axes[2].loglog(our_rates, our_offset**2, "--", color=PREDICTED)
axes[2].text(our_rates[2], our_offset[2] ** 2 / 3, "offset alone", color=PREDICTED)
axes[2].set(
    title="The article's loss and inputs",
    xlabel=r"learning rate $\eta$",
    ylabel="mean of $(w - w^*)^2$",
    ylim=(1e-9, 0.01),
)
axes[2].set_xticks(our_rates, [f"{rate:g}" for rate in our_rates])
axes[2].minorticks_off()

# %%
# What to notice: with one curvature the pulls of an epoch cancel but for the order they
# come in. With different curvatures the orders have a common tendency besides: the walk
# settles beside the best weight, at a distance in proportion to :math:`\eta`. Its
# square has slope two. On our own loss that square is there, but still small.

numbers = {
    "examples": n,
    "walkers": walkers,
    "table": table,
    "low": rates[0],
    "gain_low": gains[0],
    "gain_high": gains[rates.size - 1],
    "gain_middle": gain_middle,
    "cube": cube[0],
    "offset": offset_measured,
    "offset_share": offset_share,
    "furthest": furthest / bound,
    "long_step": steps[-1],
    "harm": harm,
    "our_low": our_rates[0],
    "our_next": our_rates[1],
    "our_slope": our_slopes["reshuffled"],
    "our_slope_replaced": our_slopes["with_replacement"],
    "our_share": our_share,
    "our_even": even_rate,
    "our_slope_law": slope_law,
    "our_gain": gain_ours,
}
for rate, *ratios in table:
    print(f"rate {rate:.4f}, measured over exact:", *(f"{r:.3f}" for r in ratios))
for name, number in numbers.items():
    if name != "table":
        print(f"{name}: {number:.4g}")

plt.show()
