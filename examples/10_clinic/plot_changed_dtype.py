r"""
I changed the dtype
===================

In half precision, a step that is smaller than half the gap between two numbers is lost:
the weights stay exactly where they are. Look at where the walk stops.
"""

# %%
# A number of float16 has 11 binary digits. Between :math:`2^m` and :math:`2^{m+1}`
# neighbours lie :math:`2^{m-10}` apart, and a sum is rounded to the nearest. So from a
# weight between 1 and 2 a step shorter than :math:`2^{-11}` leads nowhere.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_diabetes

from sgd_explained.palette import DESCENT, GUIDE, PREDICTED, RIVAL, WALKER

half = np.float16
weight = half(1.5)
gap = np.spacing(weight)
step_sizes = gap * np.linspace(0.05, 1.45, 29)
moved = np.array([weight - half(step) != weight for step in step_sizes])
assert np.array_equal(moved, step_sizes > gap / 2), "exactly the long steps move it"

# %%
# Gradient descent on the diabetes data, standardised, by the same five lines in float32
# and in float16. In the third walk the weights are float32, and only the gradient is
# computed in float16: that is what *mixed precision* means.

inputs, t = load_diabetes(return_X_y=True, scaled=False)
x = (inputs - inputs.mean(axis=0)) / inputs.std(axis=0)
t = (t - t.mean()) / t.std()
least = np.linalg.lstsq(x, t, rcond=None)[0]
rate, steps = 0.01, 3000


def excess(w):
    """Return how far the risk is above its least, in float64."""
    return ((np.asarray(w, float) - least) @ x.T) ** 2 @ np.ones(len(t)) / (2 * len(t))


def walk(weights, compute):
    w, path = np.zeros(10, weights), []
    inputs, targets = x.astype(compute), t.astype(compute)
    for _ in range(steps):
        g = ((inputs @ w.astype(compute) - targets) @ inputs) / compute(len(t))
        w = (w - weights(rate) * g.astype(weights)).astype(weights)
        path.append(w)
    return np.array(path)


paths = {
    "single": walk(np.float32, np.float32),
    "half": walk(half, half),
    "mixed": walk(np.float32, half),
}
ends = {name: float(excess(path[-1])) for name, path in paths.items()}

# %%
# **Where it stops**: each weight of the half walk has a step of at most half a gap.

last = paths["half"][-1].astype(float)
g = (x @ last - t) @ x / len(t)
lost = np.abs(rate * g) / np.spacing(np.abs(paths["half"][-1])).astype(float)
assert lost.max() < 0.52, "no step is longer than half a gap, but for rounding"
changes = np.any(np.diff(paths["half"], axis=0) != 0, axis=1)
stopped = int(np.flatnonzero(changes).max()) + 2
assert stopped < steps / 2 < np.flatnonzero(np.diff(paths["single"][:, 1])).max()
assert ends["half"] > 1.5 * ends["single"]
assert ends["mixed"] < 1.05 * ends["single"]

# %%
# **The other trouble of float16** is its range, which ends at 65504. The largest raw
# input, squared, is beyond it: that is an infinite loss, and then a nan.

largest = inputs.max()
with np.errstate(over="ignore"):
    squared = half(largest) ** 2
assert np.isinf(squared)
assert largest**2 > np.finfo(half).max

# %%
# The excess risk of the three walks.

fig, ax = plt.subplots(figsize=(5.4, 4), layout="constrained")
fig.set_label(
    "The excess risk against the step, on logarithmic axes. All three walks fall alike at "
    f"first. That in float16 stops at step {stopped}, at {ends['half']:.4f}, and is level "
    "from there. Those with weights in float32 fall on."
)
k = np.arange(1, steps + 1)
ax.plot(k, excess(paths["single"]), color=WALKER, linewidth=5, alpha=0.4)
ax.plot(k, excess(paths["mixed"]), "--", color=RIVAL)
ax.plot(k, excess(paths["half"]), color=DESCENT)
ax.axvline(stopped, color=GUIDE, linestyle=":")
ax.text(
    stopped * 1.08,
    0.08,
    "each step is\nshorter than\nhalf a gap",
    color=PREDICTED,
)
ax.text(900, 0.0023, "float16", color=DESCENT)
ax.text(560, 0.00105, "float32, and mixed", color=WALKER, ha="right")
ax.set(title="Half a gap, and the weights stand still", xscale="log", yscale="log")
ax.set(xlabel="step", ylabel="excess risk", ylim=(8e-4, 0.4))

# %%
# What to notice: the loss curve looks as if it had arrived. Compare the weights of two
# steps: if they are equal bit for bit while the gradient is not 0, it is the dtype.

numbers = {
    "steps": steps,
    "stopped": stopped,
    "lost": lost.max(),
    "ends": ends,
    "largest": largest,
    "range": float(np.finfo(half).max),
}
for name, end in ends.items():
    print(f"{name}: excess risk {end:.5f}")
print(f"stopped at step {stopped}; longest lost step {lost.max():.3f} of a gap")

plt.show()
