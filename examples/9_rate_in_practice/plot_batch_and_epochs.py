"""
A batch and its epochs
======================

A run has a number of epochs. Multiply the batch and the rate by the same number: is the
risk at the end the same? Look at where the level lines end: at a certain rate, and not at a
certain batch.
"""

# %%
# The data are 440 of the patients with diabetes, a number that all of these batches divide.
# Every run has three epochs. The rate is a small one for single examples, times the batch
# size.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_diabetes

from sgd_explained import gradient_descent, sgd
from sgd_explained.measure import mean
from sgd_explained.palette import PREDICTED, RIVAL, WALKER
from sgd_explained.problems import least_squares

x, t = (column[:440] for column in load_diabetes(return_X_y=True))
x, t = (x - x.mean(axis=0)) / x.std(axis=0), (t - t.mean()) / t.std()
problem, epochs, walkers = least_squares(x, t), 3, 300
best = np.linalg.lstsq(x, t, rcond=None)[0]
H, least = problem.risk_curvature(best), problem.risk(best)
L = np.linalg.eigvalsh(H)[-1]
sizes, singles = np.array([1, 4, 10, 22, 44, 88, 220]), (0.002, 0.005)
rng = np.random.default_rng(96)
measured = {}
for single in singles:
    for order in ("with_replacement", "reshuffled"):
        measured[single, order] = []
        for size in sizes[single * sizes < 2 / L]:
            end = sgd(
                problem.gradient,
                problem.start,
                x,
                t,
                walkers=walkers,
                learning_rate=single * size,
                epochs=epochs,
                batch_size=int(size),
                order=order,
                rng=rng,
                keep="last",
            ).final
            measured[single, order].append(mean(problem.risk(end) - least))

# %%
# For examples drawn with replacement the mean risk is known exactly. With :math:`u` for the
# distance from the minimum and :math:`g` for the gradient of an example, a step takes the
# mean of :math:`u u^\top` to
#
# .. math::
#
#    \mathbb{E}\, u u^\top - \eta (H\, \mathbb{E}\, u u^\top + \mathbb{E}\, u u^\top H)
#    + \eta^2 \big( \tfrac{b - 1}{b} H\, \mathbb{E}\, u u^\top H
#    + \tfrac1b\, \mathbb{E}\, g g^\top \big)
#
# and the excess risk is half the trace of :math:`H` times that. The line is drawn where all
# examples make a whole number of steps.

residuals, drawn = x @ best - t, epochs * t.size


def excess(single, count):
    """Return the mean excess risk after a number of steps, and how much of it is noise.

    The rate is in proportion to the batch.
    """
    size = drawn / count
    rate, u = single * size, -best
    both = np.outer(u, u)
    for _ in range(count):
        squares = np.sum(x @ both * x, axis=1) + 2 * (x @ u) * residuals + residuals**2
        noise = (x.T * squares) @ x / t.size
        pulled = H @ both
        second = (1 - 1 / size) * pulled @ H + noise / size
        both = both - rate * (pulled + pulled.T) + rate**2 * second
        u = u - rate * H @ u
    risk = np.trace(H @ both) / 2
    return risk, 1 - u @ H @ u / 2 / risk


counts = [
    *(drawn // size for size in (1, 4, 10, 22, 33)),
    *range(30, 5, -1),
]  # of steps
law, noise, ends, below, above = {}, {}, {}, {}, {}
for single in singles:
    ends[single] = 2 / (L * single)
    both = {drawn / count: excess(single, count) for count in counts}
    law[single] = {b: risk for b, (risk, _) in both.items() if b < ends[single]}
    noise[single] = both[1][1]
    for size, at in zip(sizes, measured[single, "with_replacement"], strict=False):
        error = at.bars.mean() / 2
        assert abs(at.value - law[single][size]) < 4.5 * error, "as predicted"
    # Between two numbers of steps the risk doubles.
    doubled = [b for b, risk in law[single].items() if risk > 2 * law[single][1]]
    above[single] = min(doubled)
    below[single] = max(law[single].keys() - set(doubled))
    assert 0.7 < below[single] / ends[single] < above[single] / ends[single] < 0.9
slow, fast = singles
tenth = max(
    abs(risk / law[single][1] - 1)
    for single in singles
    for b, risk in law[single].items()
    if b <= 1.01 * ends[single] / 10
)
assert tenth < 0.05, "level up to a tenth of the limit"
tenth_reshuffled = max(
    abs(at.value / measured[single, "reshuffled"][0].value - 1)
    for single in singles
    for b, at in zip(sizes, measured[single, "reshuffled"], strict=False)
    if b <= 1.05 * ends[single] / 10
)
assert tenth_reshuffled < 0.12, "reshuffled, it rises a little earlier"
# Two batches with the same rate.
rise = {one: law[one][b] / law[one][1] - 1 for one, b in {slow: 55, fast: 22}.items()}
assert rise[slow] < rise[fast] / 2, "how soon it rises, the rate alone does not tell"
assert noise[slow] < 0.5 < noise[fast]
level = max(
    abs(at.value / measured[slow, order][0].value - 1)
    for order in ("with_replacement", "reshuffled")
    for at in measured[slow, order][:5]
)
assert level < 0.06, "the same risk, up to a batch of 44"
others = excess(slow / 2, drawn)[0], excess(2 * slow, drawn)[0]
assert law[slow][1] < min(others), "a good rate for one"

# %%
# The gradient noise scale changes on the way. Here it is at the start, and where gradient
# descent is when a third, two thirds and all of the time :math:`\eta k` of the first runs
# have passed.

rate = 0.02
steps = int(epochs * t.size * slow / rate)
path = gradient_descent(
    problem.gradient, problem.start, x, t, learning_rate=rate, steps=steps
).weights
scales = []
for w in path[[0, steps // 3, 2 * steps // 3, steps]]:
    G, spread = problem.risk_gradient(w), np.cov(problem.gradient(w, x, t).T, bias=True)
    scales.append(np.trace(H @ spread) / (G @ H @ G))
assert scales[0] < below[slow] / 10, "far beyond the noise scale of the start"
assert above[slow] < scales[-1], "and below that of the end"

# %%
# Points are measured with 95 % intervals, lines computed.

fig, ax = plt.subplots(figsize=(5.4, 4.4), layout="constrained")
fig.set_label(
    "Excess risk after three epochs against the batch size, with the rate in proportion to "
    f"it, from {slow} and from {fast} for one example. Both predicted lines "
    "are level over most of their way and then rise steeply, each before its own "
    f"vertical line, at {ends[slow]:.0f} and at {ends[fast]:.0f}. "
    "Measured points lie on them; those of reshuffled runs are lower, and rise at about "
    "the same batches."
)
for single, color in zip(singles, (WALKER, RIVAL), strict=True):
    ax.plot(
        *zip(*law[single].items(), strict=True),
        "--",
        color=PREDICTED,
        label="predicted" if single == slow else "",
    )
    for order, marker, face in [
        ("with_replacement", "o", color),
        ("reshuffled", "s", "none"),
    ]:
        row = measured[single, order]
        ax.errorbar(
            sizes[: len(row)],
            [at.value for at in row],
            np.hstack([at.bars for at in row]),
            fmt=marker,
            color=color,
            markerfacecolor=face,
            markersize=5,
            label=order.replace("_", " ") if single == slow else "",
        )
    ax.axvline(ends[single], color=color, linestyle=":", linewidth=1)
    ax.text(1.4, 1.13 * law[single][1], rf"$\eta = {single}\, b$", color=color)
ax.set(
    xscale="log",
    yscale="log",
    ylim=(0.002, 0.08),
    xlabel="batch size $b$",
    ylabel="excess risk after three epochs",
    title="Same epochs, same risk, up to a rate",
)
ax.set_xticks(sizes, sizes)
ax.set_yticks([0.003, 0.01, 0.03], ["0.003", "0.01", "0.03"])
ax.minorticks_off()
ax.legend(loc="upper left")

# %%
# What to notice: with the smaller rate the lines are level up to larger batches. So no batch
# is critical by itself: what counts is also the rate that one began with.

table = [
    [
        int(size),
        single * size,
        size / ends[single],
        replaced.map(lambda v: 1e3 * v),
        1e3 * law[single][size],
        reshuffled.map(lambda v: 1e3 * v),
    ]
    for single in singles
    for size, replaced, reshuffled in zip(
        sizes,
        measured[single, "with_replacement"],
        measured[single, "reshuffled"],
        strict=False,
    )
]
numbers = {
    "table": table,
    "patients": t.size,
    "walkers": walkers,
    "level": level,
    "level_to": int(sizes[4]),
    "slow": slow,
    "fast": fast,
    "below_slow": below[slow],
    "above_slow": above[slow],
    "below_fast": below[fast],
    "above_fast": above[fast],
    "part_below_slow": below[slow] / ends[slow],
    "part_above_slow": above[slow] / ends[slow],
    "part_below_fast": below[fast] / ends[fast],
    "part_above_fast": above[fast] / ends[fast],
    "rise_slow": rise[slow],
    "rise_fast": rise[fast],
    "rise_part": 22 / ends[fast],
    "noise_slow": noise[slow],
    "noise_fast": noise[fast],
    "tenth": tenth,
    "tenth_reshuffled": tenth_reshuffled,
    "scale_first": scales[0],
    "scale_third": scales[1],
    "scale_last": scales[-1],
}
for (single, order), row in measured.items():
    for size, at in zip(sizes, row, strict=False):
        print(f"{order}, {single} per example, batch {size}: {at:.5f}")
print("doubled between", below, above, "limit", ends)
print("noise scales", np.round(scales, 1))

plt.show()
