"""
Convergence to a maximum
========================

A large step and the right noise can drive a walk up to the *top* of the risk, and keep it
there. Look at where the growth rate lies below zero, and at the walks in that window.
"""

# %%
# The loss of an input is :math:`x w^2 / 2`, so its gradient is :math:`x w`. The input is
# 1 or :math:`-(1 + r)`, each with probability ½. Their mean is :math:`-r/2`: the expected
# loss :math:`-r w^2 / 4` has its *maximum* at 0.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import gradient, sgd
from sgd_explained.measure import fraction, mean
from sgd_explained.palette import GUIDE, PREDICTED, RIVAL, WALKER
from sgd_explained.problems import article

r = 0.5
x = np.array([1.0, -(1 + r)])


def pull(w, x):
    return x * w


# %%
# One step multiplies the weight by :math:`1 - \eta x`. So :math:`\log |w|` is a sum of
# independent terms, and grows by :math:`\mathbb{E} \log |1 - \eta x|` per step in the long
# run. A crowd measures it, for many learning rates at once.

rates = np.round(np.arange(0.05, 1.6, 0.1), 2)
walkers, steps = 4000, 100
crowd = sgd(
    pull,
    np.ones(rates.size * walkers),
    x,
    learning_rate=np.repeat(rates, walkers),
    epochs=steps // x.size,
    order="with_replacement",
    rng=np.random.default_rng(3),
    crowd=True,
    keep="last",
)
ends = np.abs(crowd.final).reshape(rates.size, walkers)
measured = mean(np.log(ends) / steps)
theory = 0.5 * (np.log(np.abs(1 - rates)) + np.log(1 + rates * (1 + r)))
off = np.abs(measured.value - theory) / measured.bars.mean(axis=0)
assert off.max() < 2, "all rates follow the theorem"

# %%
# The rate is zero where :math:`(1 - \eta)(1 + \eta (1 + r)) = \pm 1`. That gives the two
# ends of the window.

low = r / (1 + r)
high = (r + np.sqrt(r**2 + 8 * (1 + r))) / (2 * (1 + r))
window = (rates > low) & (rates < high)
assert ((theory < 0) == window).all(), "the walks shrink in the window, and only there"

# %%
# Three of the rates closer: before, in and beyond the window. In it, the mean weight grows
# as well, by :math:`1 + \eta r / 2` per step, and no walker is anywhere near that mean.

outside, inside, beyond = 0.15, 0.75, 1.45
places = np.searchsorted(rates, [outside, inside, beyond])
table = [[rates[i], measured[i], theory[i]] for i in places]
i = places[1]
ratio = measured[i].map(lambda growth: growth / theory[i])
farther = fraction(ends[i] > 1)
median, crowd_mean = np.median(ends[i]), ends[i].mean()
mean_factor = 1 + inside * r / 2
mean_weight = mean_factor**steps
assert ends[i].max() < mean_weight, "no walker comes near the mean weight"

walks = {
    rate: sgd(
        pull,
        np.ones(12),
        x,
        learning_rate=rate,
        epochs=60,
        order="with_replacement",
        rng=np.random.default_rng(4),
        crowd=True,
    )
    for rate in (inside, outside)
}
assert np.abs(walks[inside].final).max() < 1e-3, "all walks in the window shrink"
assert np.median(np.abs(walks[outside].final)) > 1, "most of those outside climb"

# %%
# The wall of the article's loss is a maximum at which all gradients vanish, too. But there
# *all* inputs push away: near it the gradient is :math:`-2 x^2 w`. So a step multiplies the
# weight by :math:`1 + 2 \eta x^2`, and the mean logarithm is positive at every rate.

data, own_rate, close, own_steps = article.x, 0.01, 1e-6, 50
away = sgd(
    gradient,
    close,
    data,
    learning_rate=own_rate,
    epochs=1,
    order="with_replacement",
    rng=np.random.default_rng(5),
    walkers=walkers,
    keep=own_steps,
).weights[1]
own = mean(np.log(np.abs(away) / close) / own_steps)
own_theory = np.log(1 + 2 * own_rate * data**2).mean()
assert own.low < own_theory < own.high, "walkers leave the wall as fast as predicted"

# %%
# The figure: growth above, walks below.

fine = np.linspace(0.01, 1.6, 1000)
theorem = 0.5 * (np.log(np.abs(1 - fine)) + np.log(1 + fine * (1 + r)))

fig, (above, below) = plt.subplots(2, 1, figsize=(5.4, 7), layout="constrained")
fig.set_label(
    "Above, the growth rate of the logarithm of the weight against the learning rate. "
    "Measured points lie on the theorem's line: slightly above zero at small rates, below "
    f"zero between {low:.2f} and {high:.2f} with a pole at one, above zero again beyond. "
    "Below, twelve walks each at two learning rates, on a logarithmic axis: at "
    f"{outside} most climb slowly, at {inside} they all fall towards zero."
)
above.axhline(0, color=GUIDE, linewidth=1)
above.axvspan(low, high, color=GUIDE, alpha=0.15, linewidth=0)
above.plot(fine, theorem, color=PREDICTED)
above.errorbar(
    rates, measured.value, measured.bars, color=WALKER, marker="o", ls="", markersize=4
)
above.text(0.36, 0.25, "here the maximum attracts", color=GUIDE)
above.text(0.75, -0.9, r"$\mathbb{E}\,\log|1 - \eta x|$", color=PREDICTED, ha="right")
for edge in (low, high):
    above.text(edge, -1.42, f" {edge:.2f}", color=GUIDE)
above.set(
    title=r"Within the window $\log|w|$ falls for ever",
    xlabel=r"learning rate $\eta$",
    ylabel=r"growth of $\log|w|$ per step",
    ylim=(-1.5, 0.5),
)
for rate, color in [(inside, WALKER), (outside, RIVAL)]:
    walk = walks[rate]
    below.semilogy(walk.steps, np.abs(walk.weights), color=color, alpha=0.6, lw=1)
below.text(50, 1e-21, rf"$\eta = {inside}$", color=WALKER, ha="right")
below.text(118, 1e6, rf"$\eta = {outside}$", color=RIVAL, ha="right")
below.set_ylim(1e-40, 1e12)
below.set(
    title="Every walk in the window goes to the maximum",
    xlabel="step $k$",
    ylabel="distance $|w|$ from the maximum",
)

# %%
# What to notice: the *mean* of the weight grows at every learning rate. A few walks that
# wander off very far carry it. Almost every single walk in the window does the opposite.

numbers = {
    "low": low,
    "high": high,
    "walkers": walkers,
    "steps": steps,
    "inside": inside,
    "ratio": ratio,
    "farther": farther,
    "median": median,
    "crowd_mean": crowd_mean,
    "mean_factor": mean_factor,
    "mean_weight": mean_weight,
    "own": own,
    "own_theory": own_theory,
}
for name, number in numbers.items():
    print(f"{name}: {number:.4g}")
numbers["table"] = table
for rate, growth, law in table:
    print(f"rate {rate}: growth per step {growth:.4f}, theorem {law:.4f}")

plt.show()
