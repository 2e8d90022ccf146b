"""
Decay, coupled and decoupled
============================

A penalty on large weights can be part of the loss, or a shrinking beside the step. For SGD
that is one and the same. Look at what Adam makes of the first.
"""

# %%
# Nothing is to be learned here: the gradients are noise with mean 0, of another size for
# each of five weights. So all that happens to a weight on average is the decay. The penalty
# :math:`\frac{\lambda}{2} w^2` adds :math:`\lambda w` to the gradient of each example.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import sgd
from sgd_explained.measure import by_groups
from sgd_explained.palette import PREDICTED, RIVAL, WALKER
from sgd_explained.updates import adam, adamw, plain

spreads = np.array([0.5, 1.0, 2.0, 4.0, 8.0])
pulls = np.sqrt(3) * np.linspace(-1, 1, 1001)[:, np.newaxis] * spreads
pulls /= pulls.std(axis=0) / spreads
pulls = np.random.default_rng(84).permuted(pulls, axis=0)  # Each has its own noise.
strength, rate, steps, walkers = 0.1, 0.005, 2000, 400
rng = np.random.default_rng(85)


def penalised(w, pull):
    return pull + strength * w


def free(w, pull):
    return pull + 0 * w


measured = {}
for name, gradient, rule in [
    ("coupled", penalised, adam((0.9, 0.999))),
    ("decoupled", free, adamw((0.9, 0.999), weight_decay=strength)),
]:
    weights = sgd(
        gradient,
        np.ones(spreads.size),
        pulls,
        walkers=walkers,
        learning_rate=rate,
        steps=steps,
        order="with_replacement",
        rng=rng,
        keep=steps // 2,
        update=rule,
    ).weights
    measured[name] = by_groups(
        lambda before, after: (
            -np.log(after.mean(axis=-1) / before.mean(axis=-1)) / (rate * steps / 2)
        ),
        weights[0].T,
        weights[1].T,
    )

# %%
# And for SGD it is one and the same: the two walks differ by rounding only.


def beside(g, memory, w, rate):
    """Return the plain step, and the decay beside it."""
    return rate * g + rate * strength * w, memory


once, again = (
    sgd(
        gradient,
        np.ones(spreads.size),
        pulls,
        learning_rate=rate,
        rng=0,
        update=rule,
    ).weights
    for gradient, rule in [(penalised, plain), (free, beside)]
)
apart = np.abs(once - again).max()
assert apart < 1e-12, "SGD: coupled is decoupled"

# %%
# Decoupled, each weight shrinks by :math:`\eta \lambda` of itself at a step. Coupled, the
# penalty is divided by the size of the gradient like all else: by :math:`\sqrt v`, which is
# nearly the noise's :math:`\sigma`. So the decay of a weight is :math:`\lambda / \sigma` in
# place of :math:`\lambda`.

law = {"coupled": strength / spreads, "decoupled": np.full(5, strength)}
for name, theory in law.items():
    far = np.abs(measured[name].value - theory)
    assert np.all(far < 4.5 * measured[name].bars.mean(axis=0) / 2), name
quiet, loud = measured["coupled"][0], measured["coupled"][3]
assert quiet.low > strength > loud.high, "quiet weights decay fast, loud ones slowly"

# %%
# Points are measured with 95 % intervals, lines computed.

fig, ax = plt.subplots(figsize=(5.4, 4), layout="constrained")
fig.set_label(
    "Rate of decay of a weight against the noise of its gradients, on a logarithmic axis. "
    "With decoupled decay it is the same for all weights. With the penalty in the loss, "
    f"Adam's falls like one over the noise, from {quiet.value:.2f} to near zero. The "
    "points lie on the computed lines."
)
fine = np.geomspace(0.45, 9, 100)
ax.plot(fine, strength / fine, "--", color=PREDICTED, label="predicted")
ax.plot(fine, np.full(100, strength), "--", color=PREDICTED)
for name, color, marker in [("coupled", RIVAL, "s"), ("decoupled", WALKER, "o")]:
    at = measured[name]
    ax.errorbar(spreads, at.value, at.bars, fmt=marker, color=color, markersize=4.5)
ax.text(0.62, 0.17, "Adam, penalty in the loss", color=RIVAL)
ax.text(2.4, 0.115, "AdamW", color=WALKER)
ax.set(
    title="In the loss, Adam divides the decay, too",
    xlabel=r"noise of the weight's gradients $\sigma$",
    ylabel="decay per unit of time",
    xscale="log",
)
ax.set_xticks(spreads, [f"{s:g}" for s in spreads])
ax.minorticks_off()

# %%
# What to notice: Adam's noise drives all weights equally far, since it is divided by its
# size; a penalty in the loss is divided with it, and holds the loudest weights back least.
# AdamW treats all alike.

numbers = {
    "strength": strength,
    "apart": apart,
    "quiet": quiet,
    "quiet_law": law["coupled"][0],
    "loud": loud,
    "loud_law": law["coupled"][3],
    "decoupled_quiet": measured["decoupled"][0],
    "decoupled_loud": measured["decoupled"][3],
}
for name, at in measured.items():
    for s, each in zip(spreads, at, strict=True):
        print(f"{name}, noise {s}: decay {each:.4f}")

plt.show()
