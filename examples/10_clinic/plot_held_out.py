"""
It falls, and the test score does not
=====================================

The risk falls for ever, and the loss of held-out examples turns and rises. Look at what
their accuracy does meanwhile, and at a curve that looks alike and means something else.
"""

# %%
# The breast cancer data once more, with 60 examples to learn from, 100 to watch, and the
# other 409 to judge by at the end. Twenty such divisions, each with a walk of its own:
# gradient descent on logistic regression, at a rate below the limit of all of them.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_breast_cancer

from sgd_explained.measure import mean
from sgd_explained.palette import GUIDE, RISK, RIVAL, WALKER

inputs, labels = load_breast_cancer(return_X_y=True)
targets, splits, steps, rate = 2.0 * labels - 1, 20, 3000, 0.4
everybody = np.tile(np.arange(len(labels)), (splits, 1))
parts = np.random.default_rng(7).permuted(everybody, axis=1)
training, watched, judged = parts[:, :60], parts[:, 60:160], parts[:, 160:]
middle = inputs[training].mean(axis=1, keepdims=True)
width = inputs[training].std(axis=1, keepdims=True)


def examples(part):
    """Return standardised inputs and targets of a part, division by division."""
    return (inputs[part] - middle) / width, targets[part]


def margins(w, x, t):
    return t * (x @ w[:, :, np.newaxis])[:, :, 0]


x, t = examples(training)
assert rate < 8 / np.linalg.eigvalsh(x.mT @ x / 60).max(), "below the limit of all"

# %%
# The loss of the three parts, and how many examples are on the right side, at steps that
# lie ever further apart. The last line of losses is a mistake made on purpose: held-out
# inputs as they were taken, without the scaling that the training inputs had.

shown = np.unique(np.geomspace(1, steps, 40).astype(int))
views = {
    "training": (x, t),
    "watched": examples(watched),
    "judged": examples(judged),
    "unscaled": (inputs[judged], targets[judged]),
}
w, losses, right = np.zeros((splits, 30)), {name: [] for name in views}, []
for step in range(1, steps + 1):
    pull = t / (1 + np.exp(margins(w, x, t)))
    w += rate * (pull[:, np.newaxis] @ x)[:, 0] / 60
    if step in shown:
        for name, view in views.items():
            losses[name].append(np.logaddexp(0, -margins(w, *view)).mean(axis=1))
        right.append((margins(w, *views["judged"]) > 0).mean(axis=1))
losses = {name: np.array(values) for name, values in losses.items()}
right = np.array(right)

# %%
# What happens at the end, division by division: the risk has fallen, the loss of those
# who judge has risen from its lowest point, and their accuracy has lost little.

last, lowest = losses["judged"][-1], losses["judged"].mean(axis=1).argmin()
fallen = mean(losses["training"][-1] / losses["training"][lowest])
risen = mean(last / losses["judged"][lowest])
lost = mean(right[lowest] - right[-1])
assert fallen.high < 0.2
assert risen.low > 1.2
assert lost.low > 0
assert lost.high < 0.02

# %%
# **The gap tells.** Overfitting opens the gap between training and held-out loss with
# time: after the first steps there is hardly any. A mistake in the data has it at once.

early = 2
gap = mean(losses["judged"][early] - losses["training"][early])
late_gap = mean(last - losses["training"][-1])
unscaled_gap = mean(losses["unscaled"][early] - losses["training"][early])
assert late_gap.low > 3 * gap.high
assert unscaled_gap.low > 10 * gap.high

# %%
# **The cure.** Keep the weights of the step at which the loss of the *watched* was
# lowest. Those who judge had no say in it.

kept = losses["watched"].argmin(axis=0), np.arange(splits)
stopped = mean(losses["judged"][kept])
went_on = mean(last)
saved = mean(last - losses["judged"][kept])
assert saved.low > 0

# %%
# Means of the twenty divisions.

fig, (above, below) = plt.subplots(2, 1, figsize=(5.4, 6), layout="constrained")
fig.set_label(
    "Above, losses against the step, on a logarithmic axis. The training loss falls to "
    f"the end. The held-out loss falls until step {shown[lowest]}, and then rises. Of "
    "held-out inputs without scaling it is far higher from the first step. Below, the "
    "share of held-out examples on the right side: it rises, and loses about "
    f"{lost.value:.1%} again."
)
for name, color, label, place, side in [
    ("training", RISK, "training", (1.3, 0.012), "left"),
    ("judged", WALKER, "held out", (steps, 0.4), "right"),
    ("unscaled", RIVAL, "held out, not scaled", (1.3, 12), "left"),
]:
    above.plot(shown, losses[name].mean(axis=1), color=color)
    above.text(*place, label, color=color, ha=side)
above.axvline(shown[lowest], color=GUIDE, linestyle=":")
above.set(title="The held-out loss turns, and rises", xscale="log", yscale="log")
above.set(ylabel="loss", xlabel="step")
below.plot(shown, right.mean(axis=1), color=WALKER)
below.axvline(shown[lowest], color=GUIDE, linestyle=":")
below.set(title="Their accuracy hardly changes", xscale="log", ylim=(0.9, 0.98))
below.set(xlabel="step", ylabel="share on the right side")

# %%
# What to notice: the walk becomes surer of all that it says. Where it is wrong, it is
# surely wrong, and the loss makes it pay for that; the accuracy does not.

numbers = {
    "lowest": int(shown[lowest]),
    "steps": steps,
    "fallen": fallen,
    "risen": risen,
    "lost": lost,
    "early": int(shown[early]),
    "gap": gap,
    "late_gap": late_gap,
    "unscaled_gap": unscaled_gap,
    "stopped": stopped,
    "went_on": went_on,
    "saved": saved,
}
for name, number in numbers.items():
    print(f"{name}: {number:.3g}")

plt.show()
