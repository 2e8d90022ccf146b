"""
The loss is nan
===============

Three ways to a loss that is no number: steps that are too long, a hole in the data, and
a formula that overflows. Look at the weights on the way: only one of them multiplies
them, step by step.
"""

# %%
# Ten measurements of 442 patients, as they were taken, and how far their diabetes
# progressed in a year. A line is fitted by least squares, from weights of 0. The inputs
# have the size of a blood pressure or of a count, and one column is 1 for the intercept.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_diabetes

from sgd_explained import DivergenceError, gradient_descent, sgd
from sgd_explained.measure import mean
from sgd_explained.palette import DESCENT, PREDICTED, RIVAL, WALKER
from sgd_explained.problems import least_squares

inputs, t = load_diabetes(return_X_y=True, scaled=False)
n, ones = len(t), np.ones(len(t))
raw = least_squares(np.column_stack([inputs, ones]), t)
scaled = (inputs - inputs.mean(axis=0)) / inputs.std(axis=0)
standardised = least_squares(np.column_stack([scaled, ones]), t)
curvature = np.linalg.eigvalsh(raw.risk_curvature(raw.start))[-1]
calm = np.linalg.eigvalsh(standardised.risk_curvature(standardised.start))[-1]
rate = 0.01
assert 2 / curvature < rate < 2 / calm, "the rate is too large for the raw inputs only"

# %%
# **Too long a step.** The largest curvature decides: beyond :math:`2/a` each step of
# gradient descent multiplies the error in its direction by :math:`1 - \eta a`. From the
# size of the weights after two steps follows when they leave the range of numbers.

steps = 12
walk = gradient_descent(
    raw.gradient, raw.start, *raw.data, learning_rate=rate, steps=steps
)
size = np.linalg.norm(walk.weights, axis=1)
factor = abs(1 - rate * curvature)
grown = size[3:] / size[2:-1]
assert np.allclose(grown, factor, rtol=1e-3), "the weights grow as predicted"
expected = 2 + np.log(np.finfo(float).max / size[2]) / np.log(factor)
try:
    with np.errstate(over="ignore"):
        gradient_descent(
            raw.gradient, raw.start, *raw.data, learning_rate=rate, steps=1000
        )
except DivergenceError as error:
    last = int(str(error).split("step ")[1].split()[0])
assert abs(last - expected) < 2

# %%
# **A hole in the data.** One value is missing. Steps are short enough, and the weights
# are of their usual size until the batch with the hole comes.

order, w, holed = np.random.default_rng(1).permutation(n), np.zeros(11), []
x = standardised.x.copy()
x[order[200], 3] = np.nan
for batch in np.split(order[:440], 44):
    g = ((x[batch] @ w - t[batch]) @ x[batch]) / batch.size
    w = w - 0.1 * g
    holed.append(np.linalg.norm(w))
first_nan = int(np.argmin(np.isfinite(holed)))
assert first_nan == 20, "it is the step of the batch with the hole"
assert max(holed[:first_nan]) < 300

# %%
# **A formula that overflows.** Take the loss of logistic regression, as it is written in
# books: :math:`\log(1 + e^y)`, and its derivative :math:`e^y / (1 + e^y)`. But
# :math:`e^{710}` has no place in a float, so at larger outputs the loss is infinite and
# the derivative nan, whatever the weights.

y = 1000.0
with np.errstate(over="ignore", invalid="ignore"):
    naive, naive_slope = np.log(1 + np.exp(y)), np.exp(y) / (1 + np.exp(y))
stable = np.logaddexp(0, y)
assert np.isinf(naive)
assert np.isnan(naive_slope)
assert stable == y

# %%
# **The cure** of the first: standardise the inputs. Then the same rate is short enough.
# SGD with batches of 16 needs no more: here are its risks from twenty orders, over the
# least that there is.

ends = sgd(
    standardised.gradient,
    standardised.start,
    *standardised.data,
    learning_rate=rate,
    epochs=60,
    batch_size=16,
    rng=1,
    walkers=20,
    keep="last",
).final
least = np.linalg.lstsq(standardised.x, t, rcond=None)[0]
cured = mean(standardised.risk(ends) / standardised.risk(least))
assert cured.high < 1.1, "it ends within a tenth of the least risk"
calm_walk = gradient_descent(
    standardised.gradient,
    standardised.start,
    *standardised.data,
    learning_rate=rate,
    steps=44,
)

# %%
# The size of the weights, step by step.

fig, ax = plt.subplots(figsize=(5.4, 4), layout="constrained")
fig.set_label(
    "The size of the weights against the step, on a logarithmic axis. With raw inputs it "
    f"grows by a factor of {factor:.0f} in each step, on the predicted line. With a hole "
    f"in the data it stays below 300, and ends at step {first_nan}. With standardised "
    "inputs it stays below 300 throughout."
)
ax.plot(size, "o", color=DESCENT, label="raw inputs")
line = np.arange(1, steps + 1)
predicted = size[2] * factor ** (line - 2.0)
ax.plot(line, predicted, "--", color=PREDICTED, label="predicted")
ax.plot(np.arange(1, first_nan + 1), holed[:first_nan], "s", ms=4, color=RIVAL)
ax.plot(first_nan + 1, 200, "x", ms=10, color=RIVAL)
calm_size = np.linalg.norm(calm_walk.weights[1:], axis=1)
ax.plot(np.arange(1, calm_size.size + 1), calm_size, color=WALKER)
ax.text(steps + 1, size[-1] / 1e3, "raw inputs: the weights multiply", color=DESCENT)
ax.text(first_nan + 2, 1e5, "a hole in the data:\nnan at once", color=RIVAL)
ax.text(26, 0.5, "standardised", color=WALKER, va="top")
ax.text(steps - 2, 1e24, "predicted", color=PREDICTED)
ax.set(title="Only long steps announce themselves", yscale="log", ylim=(1e-2, 1e38))
ax.set(xlabel="step", ylabel="size of the weights")

# %%
# What to notice: print the size of the weights. If it grew before the nan by the same large
# factor in each step, the steps are too long. If it did not, look at the batch, and then
# at the formula.

numbers = {
    "rate": rate,
    "patients": n,
    "limit": 2 / curvature,
    "calm_limit": 2 / calm,
    "factor": factor,
    "off": np.abs(grown / factor - 1).max(),
    "last": last,
    "expected": expected,
    "hole": first_nan + 1,
    "stable": stable,
    "cured": cured,
}
for name, number in numbers.items():
    print(f"{name}: {number:.4g}")

plt.show()
