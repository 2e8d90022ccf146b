"""
The wall
========

At the weight 0 every example is silent: all gradients are 0 there, and so is the noise.
Look at how the noise vanishes, and at how long a step must be to jump across.
"""

# %%
# The gradient of an example at :math:`w` is :math:`x\,\ell'(wx)`, which is
# :math:`w x^2 q(wx)` with :math:`q(y) = \ell'(y) / y`. So close to the wall it is in
# proportion to :math:`w`, whatever the input.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import gradient

x = np.linspace(-2, 5, 100)
w = np.linspace(-0.6, 1, 801)
gradients = gradient(w[:, np.newaxis], x)
noise = gradients.std(axis=1)

# %%
# A step takes :math:`w` to :math:`w - \eta g`. It crosses the wall if :math:`\eta g / w
# > 1`. So from :math:`w` an example with gradient :math:`g` needs a learning rate above
# :math:`w / g`, and an example that pushes away from the wall never makes it. The most
# helpful single example needs the least; gradient descent has only the mean of them all.

w_off = w[np.abs(w) > 1e-9]
pulls = gradient(w_off[:, np.newaxis], x) / w_off[:, np.newaxis]
with np.errstate(divide="ignore"):
    single = np.where(pulls.max(axis=1) > 0, 1 / pulls.max(axis=1), np.inf)
    full = np.where(pulls.mean(axis=1) > 0, 1 / pulls.mean(axis=1), np.inf)

right, left = w_off > 0, w_off < 0
fig, (above, below) = plt.subplots(
    2, 1, figsize=(5.4, 6.8), sharex=True, layout="constrained"
)
fig.set_label(
    "Above, the standard deviation of the gradients against the weight: it falls to zero "
    "at the weight 0 in a sharp notch. Below, on a logarithmic axis, the learning rate "
    "that one step needs to jump across 0: none is large enough close to the wall. From "
    f"the right a single example needs {single[right].min():.2f} at least, gradient "
    f"descent {full[right].min():.1f}; from the left a single example needs "
    f"{single[left].min():.2f}."
)
above.plot(w, noise, color="C1")
above.annotate(
    "at the wall,\nno noise at all",
    (0, 0),
    (0.1, 1.4),
    color="C5",
    arrowprops={"arrowstyle": "->", "color": "#5b6470"},
)
above.set(
    title="Noise of a single example",
    ylabel="standard deviation of the gradients",
    ylim=(0, None),
)
for needed, color in [(single, "C1"), (full, "C0")]:
    for side in (left, right):
        below.plot(w_off[side], needed[side], color=color)
below.axvline(0, color="C5", linewidth=1)
below.text(0.3, 0.105, "single example", color="C1", va="top")
below.text(0.3, 2.6, "gradient descent", color="C0", va="bottom")
below.text(0.02, 40, "the wall", color="C5")
below.set(
    title="Learning rate that can jump the wall in one step",
    xlabel="weight $w$ before the step",
    ylabel=r"learning rate $\eta$",
    yscale="log",
    ylim=(0.05, 80),
)
below.set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
below.minorticks_off()

# %%
# What to notice: noise cannot carry a walker *to* the wall in small steps, for it dies away
# on the approach, and every example pushes back. Only a leap from some distance crosses,
# and that takes a learning rate many times larger than what it takes to leave the trap.

for name, needed in [("single example", single), ("gradient descent", full)]:
    for side, where in [("right", right), ("left", left)]:
        i = np.argmin(np.where(where, needed, np.inf))
        print(
            f"{name}, from the {side}: at least {needed[i]:.4f}, at w = {w_off[i]:.3f}"
        )
pushing = w_off[right & np.isinf(single)]
print(f"every example pushes away from the wall up to w = {pushing.max():.3f}")

plt.show()
