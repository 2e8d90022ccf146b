"""
A saddle
========

A saddle is a minimum in one direction and a maximum in another. Gradient descent that
comes along the ridge nearly stops there. Look at what frees it: an offset, however small,
and after a time that is only the offset's logarithm; or the noise, without any.
"""

# %%
# The risk is :math:`\tfrac14 w_0^4 - \tfrac12 w_0^2 + \tfrac12 w_1^2`: a saddle at 0, and
# valleys at :math:`(\pm 1, 0)`. Each example adds a pull of length one half, in a
# direction of its own. In the mean the pulls cancel, up to rounding. First gradient descent,
# begun a little beside the ridge.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import gradient_descent, sgd
from sgd_explained.measure import by_groups, spread
from sgd_explained.palette import DESCENT, GUIDE, PREDICTED, WALKER
from sgd_explained.problems import saddle

rate, reached = 0.1, 0.3
offsets = 10.0 ** -np.arange(1, 13)
starts = np.stack([offsets, np.full(offsets.size, saddle.start[1])], axis=-1)
descent = gradient_descent(
    saddle.gradient, starts, *saddle.data, learning_rate=rate, steps=400, crowd=True
)
waits = np.argmax(descent.weights[..., 0] > reached, axis=0)


# %%
# Near the ridge each step multiplies :math:`w_0` by :math:`1 + \eta (1 - w_0^2)`. So the
# way from a small offset to 0.3 takes about :math:`1 / \ln(1 + \eta)` times a logarithm
# of steps: that of 0.3 over the offset, divided by :math:`\sqrt{1 - 0.3^2}` for the part
# of the way that is no longer straight.


def steps_from(offset, rate):
    """Return the predicted number of steps from an offset, while the offset is small."""
    return np.log(reached / np.sqrt(1 - reached**2) / offset) / np.log(1 + rate)


law = steps_from(offsets, rate)
assert np.abs(waits[1:] - law[1:]).max() <= 1, "within one step"
ridge = gradient_descent(
    saddle.gradient, saddle.start, *saddle.data, learning_rate=rate, steps=600
).weights
nearest = np.linalg.norm(ridge, axis=1).min()
assert nearest < 1e-6, "from the ridge itself it goes into the saddle"
rounding = int(np.argmax(np.abs(ridge[:, 0]) > reached))
assert rounding > waits.max(), "and rounding errors are an offset, too"

# %%
# Then SGD, from the ridge itself. Its noise gives :math:`w_0` a spread, which grows like
# an offset does: after many steps :math:`w_0` is normal, with a variance of nearly
# :math:`(1 + \eta)^{2k} \eta\sigma^2 / (2 + \eta)`. A normal variable is within 0.674
# standard deviations half of the time, so half of the walkers have come to 0.3 after as
# many steps as from an offset of :math:`0.674 \sqrt{\eta\sigma^2 / (2 + \eta)}`.

rates = np.array([0.003, 0.01, 0.03])
sigma2 = saddle.x[:, 0].var()
walkers = 400
median_steps, tracks = {}, None
rng = np.random.default_rng(70)
for eta in rates:
    walk = sgd(
        saddle.gradient,
        np.tile(saddle.start, (walkers, 1)),
        *saddle.data,
        learning_rate=eta,
        steps=int(3 * steps_from(0.05, eta)),
        order="with_replacement",
        rng=rng,
        crowd=True,
        keep=max(1, int(0.03 / eta)),
    )
    out = np.abs(walk.weights[..., 0]) > reached
    late = walk.steps[-1] + 1  # The median does not ask how late.
    first = np.where(out.any(axis=0), walk.steps[np.argmax(out, axis=0)], late)
    median_steps[eta] = by_groups(lambda groups: np.median(groups, axis=-1), first)
    tracks = walk.weights[:, :8]
noise_law = steps_from(0.6745 * np.sqrt(rates * sigma2 / (2 + rates)), rates)
for (eta, steps), line in zip(median_steps.items(), noise_law, strict=True):
    assert abs(steps.value - line) < 0.06 * line, f"within 6 % of the law at {eta}"

# %%
# The :math:`\eta` beside the 2 is worth a quarter of a step at these rates, less than the
# steps above can tell. The spread itself tells it, at a large rate, and with a hundredth of the
# pulls, so that the slope stays straight.

large, count = 0.5, 8
little = 0.01 * saddle.x
after = sgd(
    saddle.gradient,
    np.zeros((4000, 2)),
    little,
    learning_rate=large,
    steps=count,
    order="with_replacement",
    rng=rng,
    crowd=True,
    keep="last",
).final[:, 0]
width, little2 = spread(after), little[:, 0].var()
width_law = (1 + large) ** count * np.sqrt(large * little2 / (2 + large))
without = width_law * np.sqrt((2 + large) / 2)
assert width.low < width_law < width.high < without, "2 + eta, not 2"

# %%
# The figure.

fig, (above, below) = plt.subplots(
    2, 1, figsize=(5.4, 7), layout="constrained", height_ratios=(3, 2)
)
fig.set_label(
    "Above, level curves of a risk with a saddle in the middle and a valley on either "
    "side. Gradient descent from beside the ridge comes down to the saddle, slows, and "
    "turns into the right valley. Eight walkers of SGD from the ridge turn left or right. "
    "Below, the steps of gradient descent until the first weight is 0.3 against the "
    "offset of the start, on a logarithmic axis: the points lie on a straight line, which "
    "is predicted."
)
x, y = np.meshgrid(np.linspace(-1.4, 1.4, 200), np.linspace(-0.6, 1.7, 200))
above.contour(
    x,
    y,
    saddle.risk(np.stack([x, y], axis=-1)),
    levels=20,
    colors=GUIDE,
    linewidths=0.5,
)
for k in range(tracks.shape[1]):
    above.plot(*tracks[:, k].T, color=WALKER, linewidth=0.5, label=None if k else "SGD")
above.plot(*descent.weights[:, 1].T, ".-", color=DESCENT, label="gradient descent")
above.set(
    xlabel="$w_0$", ylabel="$w_1$", title="It comes down the ridge, and must turn"
)
above.legend(loc="lower left", frameon=True)
below.semilogx(offsets, law, "--", color=PREDICTED, label="predicted")
below.semilogx(offsets, waits, "o", color=DESCENT, label="gradient descent")
below.set(
    xlabel="offset from the ridge",
    ylabel="steps to $w_0 = 0.3$",
    title="Each tenth of the offset costs as many steps again",
)
below.legend()

# %%
# What to notice: the slow stretch is long only for those who aim at the saddle almost
# exactly, and the noise never lets a walker do that.

numbers = {
    "rate": rate,
    "nearest": nearest,
    "rounding": rounding,
    "decade": np.log(10) / np.log(1 + rate),
    "delta": reached,
    "sigma2": sigma2,
    "walkers": walkers,
    "noise": [
        [float(eta), steps, line]
        for (eta, steps), line in zip(median_steps.items(), noise_law, strict=True)
    ],
    "beside": np.log(1 + rates[-1] / 2) / 2 / np.log(1 + rates[-1]),
    "large": large,
    "count": count,
    "width": width,
    "width_law": width_law,
    "without": without,
}
print(f"an offset ten times smaller costs {numbers['decade']:.1f} steps more")
for eta, steps, line in numbers["noise"]:
    print(f"rate {eta}: half are out after {steps:.0f} steps, predicted {line:.0f}")

plt.show()
