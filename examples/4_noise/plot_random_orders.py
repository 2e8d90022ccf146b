"""
Twenty thousand orders
======================

What is usual, and what is chance? Let a crowd walk, each walker in an order of its own.
Look at how few end with a last loss as low as the article's, and at what those few have
gained by it.
"""

# %%
# One epoch over the article's inputs, from the article's start, with its learning rate.
# Only the order differs.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import empirical_risk, gradient, loss, sgd

x = np.linspace(-5, 5, 100)
w0, eta, walkers, threshold = -0.3, 0.01, 20_000, -0.75
rng = np.random.default_rng(5)
walk = sgd(
    gradient,
    np.full(walkers, w0),
    x,
    learning_rate=eta,
    rng=rng,
    crowd=True,
    keep=99,
)

# %%
# The points kept are the start, the last but one, and the end. "Last loss" can mean the
# last input's loss before the last update or after it. The article takes it after.

last_input = x[walk.examples[-1, :, 0]]
last_loss = {
    "before the last update": loss(walk.weights[-2] * last_input),
    "after the last update": loss(walk.final * last_input),
}
after = last_loss["after the last update"]
low = after < threshold
risk = empirical_risk(walk.final, x)
sorted_end = sgd(gradient, w0, x, learning_rate=eta, order="sequential").final
sorted_risk = empirical_risk(sorted_end, x)

# %%
# Above, the last losses. Below, the risks at the end, for all walkers and for the lucky
# ones alone: each histogram is scaled to the same area.

fig, (above, below) = plt.subplots(2, 1, figsize=(5.4, 6.6), layout="constrained")
fig.set_label(
    f"Above, a histogram of last losses over {walkers:,} random orders: they spread from "
    f"{after.min():.2f} to {after.max():.2f}, with most near 0 and a shaded strip of "
    f"{low.mean():.0%} below {threshold}. Below, histograms of the risk at the end for all "
    "walkers and for those in the strip: both have their peak at the lowest risk and the "
    "same tail. The sorted order is far out in the tail."
)
above.hist(after, bins=np.arange(-0.77, 0.135, 0.01), color="C0", alpha=0.8)
above.axvspan(-0.77, threshold, color="C1", alpha=0.25, linewidth=0)
above.text(
    threshold + 0.02,
    0.85 * above.get_ylim()[1],
    f"{low.mean():.1%} below ${threshold}$",
    color="C1",
)
above.set(
    title="The last loss is a matter of luck",
    xlabel="last loss, after the last update",
    ylabel="walkers",
)
bins = np.linspace(risk.min(), -0.2, 60)
below.hist(risk, bins, density=True, color="C2", alpha=0.5)
below.hist(risk[low], bins, density=True, histtype="step", color="C1", linewidth=1.5)
top = below.get_ylim()[1]
below.text(-0.2285, 0.6 * top, "all walkers", color="C2")
below.text(-0.2285, 0.48 * top, f"last loss below ${threshold}$", color="C1")
below.axvline(sorted_risk, color="C5", linestyle="--")
below.text(sorted_risk, 0.25 * top, " sorted order", color="C5")
below.set(
    title="and says little of the risk", xlabel="risk at the end", ylabel="density"
)

# %%
# Fractions with 95 % intervals (two standard errors of a binomial fraction):

for name, values in last_loss.items():
    fraction = np.mean(values < threshold)
    error = 2 * np.sqrt(fraction * (1 - fraction) / walkers)
    print(f"last loss below {threshold}, {name}: {fraction:.2%} +- {error:.2%}")
for name, event in {
    "risk above that of the start": risk > empirical_risk(w0, x),
    "risk below that of the sorted order": risk < sorted_risk,
}.items():
    error = 2 * np.sqrt(event.mean() * (1 - event.mean()) / walkers)
    print(f"{name}: {event.mean():.2%} +- {error:.2%}")
for name, chosen in {"all": risk, "with a low last loss": risk[low]}.items():
    error = 2 * chosen.std() / np.sqrt(chosen.size)
    print(f"mean risk, {name}: {chosen.mean():.5f} +- {error:.5f}")

plt.show()
