"""
I changed the order of the data
===============================

The examples come sorted by class, and nobody shuffles. Look at what the walk answers in
the course of an epoch: whatever it has just seen.
"""

# %%
# The handwritten digits that come with scikit-learn, softmax regression, one example in a
# step. A quarter is held out. Sorted means: all zeros first, and all nines last.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from sgd_explained import sgd
from sgd_explained.losses import cross_entropy
from sgd_explained.measure import fraction
from sgd_explained.palette import DESCENT, GUIDE, WALKER

pixels, digits = load_digits(return_X_y=True)
x = np.column_stack([pixels / 16, np.ones(len(digits))])
shuffled = np.random.default_rng(0).permutation(len(digits))
held, seen = shuffled[:449], shuffled[449:]
seen = seen[np.argsort(digits[seen], kind="stable")]


def gradient(w, x, t):
    scores = (w @ x[..., np.newaxis])[..., 0]
    slopes = cross_entropy.slope(scores, t)
    return slopes[..., np.newaxis] * x[..., np.newaxis, :]


# %%
# Two epochs in three orders: sorted; shuffled once, and then always the same; shuffled
# anew for each epoch. What counts is the share of held-out digits that is answered
# rightly, and the share of nines among the answers.

rate, epochs, n = 0.1, 2, len(seen)
once = np.tile(np.random.default_rng(1).permutation(n), (epochs, 1))
walks = {
    name: sgd(
        gradient,
        np.zeros((10, 65)),
        x[seen],
        digits[seen],
        learning_rate=rate,
        epochs=epochs,
        order=order,
        rng=2,
    )
    for name, order in [
        ("sorted", "sequential"),
        ("once", once),
        ("reshuffled", "reshuffled"),
    ]
}
answers = {
    name: (walk.weights[-n - 1 :: 20] @ x[held].T).argmax(axis=1)
    for name, walk in walks.items()
}
ends = {name: (walk.final @ x[held].T).argmax(axis=0) for name, walk in walks.items()}
right = {name: fraction(answer == digits[held]) for name, answer in ends.items()}
nines = {name: fraction(answer == 9) for name, answer in ends.items()}
assert right["sorted"].high < 0.5
assert right["once"].low > 0.9
assert right["reshuffled"].low > 0.9
course = {
    name: (answer == digits[held]).mean(axis=1) for name, answer in answers.items()
}
assert course["sorted"].max() < 0.4
assert course["reshuffled"].min() > 0.9

# %%
# **One measurement:** count the answers. After sorted examples they are those seen last.
# In a good order the nines are about as many as there should be.

true_nines = fraction(digits[held] == 9)
assert nines["sorted"].low > 0.5, "most of all answers are nines"
assert nines["reshuffled"].high < 0.2

# %%
# The last epoch: the share of right answers in it, sorted and reshuffled.

fig, ax = plt.subplots(figsize=(5.4, 4), layout="constrained")
fig.set_label(
    "The share of held-out digits that are answered rightly, in the course of the last "
    "epoch. Reshuffled, it stays above 90 %. Sorted, it stays below 40 %, and "
    f"ends at {right['sorted'].value:.0%}. A dotted line is the share of nines among the "
    "answers of the sorted walk: it begins near 1, from the epoch before, falls to 0 while "
    f"the zeros are shown, stays there until the nines come, and ends at "
    f"{nines['sorted'].value:.0%}."
)
steps = 20 * np.arange(len(answers["sorted"]))
for name, color in [("reshuffled", WALKER), ("sorted", DESCENT)]:
    ax.plot(steps, course[name], color=color)
ax.plot(steps, (answers["sorted"] == 9).mean(axis=1), ":", color=DESCENT)
for digit in range(10):
    edge = np.searchsorted(digits[seen], digit)
    ax.axvline(edge, color=GUIDE, linewidth=0.6)
    ax.text(edge + 67, 1.02, str(digit), color=GUIDE, ha="center")
ax.text(700, 0.86, "reshuffled: right", color=WALKER, ha="center")
ax.text(490, 0.3, "sorted: right", color=DESCENT, ha="center")
ax.text(1190, 0.55, "sorted: answers\nthat are nine", color=DESCENT, ha="right")
ax.set(title="Sorted, it answers what it saw last", ylim=(0, 1.1))
ax.set(xlabel="step of the last epoch; above, the digit that is shown", ylabel="share")

# %%
# What to notice: to shuffle once is enough here. What hurts is not that the order is
# always the same, but that its stretches are all of one kind.

numbers = {
    "right": right,
    "nines": {name: nines[name] for name in ("sorted", "reshuffled")},
    "true_nines": true_nines,
}
for name in walks:
    print(f"{name}: {right[name]:.1%} right, {nines[name]:.1%} nines")

plt.show()
