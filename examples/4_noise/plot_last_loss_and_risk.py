"""
Last loss and risk
==================

The article's walk once more, with two numbers for every step. Look at the end: the loss
of the input just seen is nearly as low as it can be, and the risk is higher than at the
start.
"""

# %%
# The loss of one input says how good the weight is for that input. The risk says how
# good it is for all of them, and nobody computes it on the way: SGD never needs it.
# Here it can be had, so compute both.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import RiskLandscape, empirical_risk, gradient, loss, sgd
from sgd_explained.palette import GUIDE, LOSS, RISK, WALKER
from sgd_explained.problems import article

x = article.x
walk = sgd(gradient, article.start, x, learning_rate=0.01, order="sequential")
loss_of_input = loss(walk.weights[1:] * x[walk.examples[:, 0]])
risk = empirical_risk(walk.weights, x)
end, last_loss = walk.final, loss_of_input[-1]
before, after, highest = risk[0], risk[-1], risk.max()

# %%
# The yardsticks. A loss is lowest at one output :math:`y`, and the last input wants the
# weight that gives it. The risk is lowest at two weights, one the mirror image of the
# other: beyond 3 more and more losses are almost 0, and beyond 60 all of them.

outputs = RiskLandscape([1.0], (-4, 4))
minima, maxima = len(outputs.minima), len(outputs.maxima)
lowest, wanted_output = outputs.global_minimum.risk, outputs.global_minimum.w
wanted = wanted_output / x[-1]
best = article.landscape.global_minimum
best_w, best_risk = -abs(best.w), best.risk
lost = (after - before) / abs(before)
assert last_loss < 0.999 * lowest, "the last loss is almost the lowest there is"
assert empirical_risk(np.linspace(3, 60, 3000), x).min() > -0.1, (
    "nor is it lower beyond"
)
assert loss(60 * x).min() > -0.005, "and far out no loss is low"
assert risk.argmin() == 0, "the risk is lowest at the start"
assert before - best_risk < 1e-4, "where it is almost the lowest there is"
humps = np.sum((np.diff(risk)[:-1] > 0) & (np.diff(risk)[1:] < 0))
assert humps == 2, "it has two humps"

# %%
# Nothing is random here, so there is nothing to average over: the order of the inputs
# is fixed, and so is every number. The lower panel shows the risk alone, enlarged.

fig, (above, below) = plt.subplots(
    2, 1, figsize=(5.4, 6.2), sharex=True, layout="constrained"
)
fig.set_label(
    "Two panels over the number of steps. Above, the loss of the input just seen begins "
    f"at {loss_of_input[0]:.2f} and ends at {last_loss:.2f}, while the risk is "
    "almost level. Below, the risk enlarged: it begins at its lowest, has two humps, and "
    "ends higher than it began."
)
above.plot(walk.steps[1:], loss_of_input, color=LOSS, linewidth=2)
above.plot(walk.steps, risk, color=RISK, linewidth=2)
above.text(60, 0.06, "loss of the input just seen", color=LOSS, ha="center")
above.text(50, -0.3, "risk", color=RISK, ha="center")
above.plot(walk.steps[-1], last_loss, "o", color=LOSS, clip_on=False)
above.text(100, -0.7, f"last loss\n${last_loss:.3f}$", color=LOSS, ha="right")
above.set(title="The last loss is one input's", ylabel="loss, risk", ylim=(-0.82, 0.17))
below.plot(walk.steps, risk, color=RISK, linewidth=2)
below.axhline(best_risk, color=GUIDE, linestyle="--", linewidth=1)
below.text(100, -0.24, "lowest risk there is", color=GUIDE, ha="right")
below.plot(walk.steps[[0, -1]], risk[[0, -1]], "o", color=WALKER, clip_on=False)
below.text(0, -0.24, f"start: ${before:.4f}$", color=WALKER)
below.annotate(
    f"end: ${after:.4f}$",
    (100, after),
    (100, -0.175),
    color=WALKER,
    ha="right",
    arrowprops={"arrowstyle": "-", "color": WALKER, "relpos": (1, 0)},
)
below.set(
    title="The risk is what counts, and it rose",
    xlabel="steps taken",
    ylabel="risk $R(w)$",
    ylim=(-0.246, -0.15),
)

# %%
# A search should be judged by what it searches for. By the risk, the walk lost ground:
# at the start it was almost at the best weight there is.
# :doc:`/learn/what-the-run-found` asks what the low last loss does mean.

numbers = {
    "end": end,
    "last_loss": last_loss,
    "before": before,
    "after": after,
    "highest": highest,
    "lost": lost,
    "minima": minima,
    "maxima": maxima,
    "lowest": lowest,
    "wanted_output": wanted_output,
    "wanted": wanted,
    "best_w": best_w,
    "best_risk": best_risk,
}
for name, number in numbers.items():
    print(f"{name}: {number:.4g}")

plt.show()
