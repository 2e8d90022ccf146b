"""
The noise ball of Adam
======================

Adam trembles around a minimum as SGD does, by another law. Look at what a larger batch does
to the ball: the square root of what it does to SGD's.
"""

# %%
# The loss of an input is :math:`\frac{a}{2} (w - x)^2`, as on the page of the noise ball, so
# that the noise is the same at every weight. Crowds start at the minimum and walk for long
# enough to forget it.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import sgd
from sgd_explained.measure import mean
from sgd_explained.palette import PREDICTED, RIVAL, WALKER
from sgd_explained.updates import adam, plain

a, x = 2.0, np.linspace(-1, 1, 16)
sigma2, beta1 = a**2 * x.var(), 0.9
batches, rates, walkers = np.array([1, 4, 16]), np.array([0.01, 0.2]), 1000
rng = np.random.default_rng(83)
measured = {}
for name, rule in [("Adam", adam((beta1, 0.999))), ("SGD", plain)]:
    squares = [
        sgd(
            lambda w, x: a * (w - x),
            np.zeros(rates.size * walkers),
            x,
            learning_rate=np.repeat(rates, walkers),
            steps=600,
            batch_size=int(b),
            order="with_replacement",
            rng=rng,
            crowd=True,
            keep="last",
            update=rule,
        ).final.reshape(rates.size, walkers)
        ** 2
        for b in batches
    ]
    measured[name] = mean(np.array(squares))

# %%
# The theory takes the divisor :math:`\sqrt v` for constant, as it nearly is with
# :math:`\beta_2` close to 1. Then Adam is a heavy ball with the rate :math:`\eta / \sqrt v`,
# whose ball is known. And :math:`v`, the mean square of the gradients, is their noise and
# what the ball itself adds. A few rounds make the two agree.

noise, rate = sigma2 / batches[:, np.newaxis], rates
v = noise
for _ in range(60):
    pace = rate / np.sqrt(v)
    law = pace * noise * (1 + beta1) / (a * (2 * (1 + beta1) - pace * (1 - beta1) * a))
    v = noise + a**2 * law
small = rate * np.sqrt(noise) / (2 * a)
assert np.allclose(law[:, 0], small[:, 0], rtol=0.02), "simpler where the rate is small"
sgd_law = rate * noise / (a * (2 - rate * a))
for name, theory in [("Adam", law), ("SGD", sgd_law)]:
    far = np.abs(measured[name].value - theory) / measured[name].bars.mean(axis=0)
    assert far.max() < 2, f"{name}: measured as predicted"

# %%
# The law is the first of the three unknowns of linear equations: in the long run the means
# of :math:`u^2`, :math:`u m` and :math:`m^2` no longer change in a step.

p = pace[-1, -1]
keeps = np.array([[1 - p * (1 - beta1) * a, -p * beta1], [(1 - beta1) * a, beta1]])
adds = (1 - beta1) * np.array([-p, 1.0])
means = np.linalg.solve(
    np.eye(4) - np.kron(keeps, keeps), noise[-1, 0] * np.kron(adds, adds)
)
assert np.isclose(means[0], law[-1, -1]), "the same from the equations"
first, last = 0, -1
falls = {name: at.value[first] / at.value[last] for name, at in measured.items()}
assert abs(falls["SGD"][0] - 16) < 4, "SGD: in proportion to the batch"
assert abs(falls["Adam"][0] - 4) < 1, "Adam: to its square root"

# %%
# Points are measured, lines computed.

fig, ax = plt.subplots(figsize=(5.4, 4.2), layout="constrained")
fig.set_label(
    "Variance of the ball against the batch size, on logarithmic axes, for two learning "
    f"rates. Adam's falls by {falls['Adam'][0]:.1f} from batch 1 to 16, SGD's by "
    f"{falls['SGD'][0]:.0f}. The points lie on the computed lines."
)
for name, theory, color, marker in [
    ("Adam", law, WALKER, "o"),
    ("SGD", sgd_law, RIVAL, "s"),
]:
    at = measured[name]
    for i in range(rates.size):
        ax.plot(batches, theory[:, i], "--", color=PREDICTED, label=f"{name} {i}")
        each = at[:, i]
        ax.errorbar(
            batches, each.value, each.bars, fmt=marker, color=color, markersize=4.5
        )
        ax.text(
            batches[-1] * 1.1,
            theory[-1, i],
            f"{name}, {rates[i]}",
            color=color,
            va="center",
        )
ax.set(
    title="A larger batch helps Adam's ball by its square root",
    xlabel="batch size $b$",
    ylabel="variance of the weight",
    xscale="log",
    yscale="log",
    xlim=(0.9, 34),
)
ax.set_xticks(batches, [str(b) for b in batches])
ax.minorticks_off()

# %%
# What to notice: the ball of Adam knows the noise by its standard deviation, that of SGD by
# its variance. So a rule for one, how to change the rate with the batch, is not a rule for
# the other.

table = [
    [rates[i], int(b), measured["Adam"][j, i].map(lambda v, t=law[j, i]: v / t)]
    for i in range(rates.size)
    for j, b in enumerate(batches)
]
numbers = {
    "walkers": walkers,
    "adam_falls": falls["Adam"][0],
    "sgd_falls": falls["SGD"][0],
    "ratios": table,
}
for rate, b, ratio in table:
    print(f"Adam, rate {rate}, batch {b}: measured / predicted {ratio:.3f}")
print(f"falls {falls}")

plt.show()
