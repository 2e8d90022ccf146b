"""
Learned by heart
================

A hundred weights can fit twenty examples, noise and all. Look at both panels: which model
is better on the examples that it has seen, and which on those that it has not?
"""

# %%
# The target is made from two of a hundred inputs, and has noise that no weight can
# foretell. The small model sees these two inputs, the large one sees all. With more
# weights than examples, some weights fit every target, noise and all.

import matplotlib.pyplot as plt
import numpy as np

from sgd_explained import sgd
from sgd_explained.measure import fraction, mean, spread
from sgd_explained.palette import RIVAL, WALKER

examples, epochs, rate = 20, 200, 0.01
rng = np.random.default_rng(0)
inputs = rng.normal(size=(examples + 1000, 100))
made = np.zeros(100)
made[:2] = 2, -1
targets = inputs @ made + rng.normal(size=len(inputs))


def slopes(w, x, t):
    return (x @ w - t)[:, np.newaxis] * x


# %%
# Both walk with the same constant learning rate, from 0. The loss is half of the square
# of the error. A thousand examples that no step has seen tell what the weights are worth.

excess, unseen = [], []
for count in (2, 100):
    x, t = inputs[:examples, :count], targets[:examples]
    # The best weights, and the sum of squares that they leave over, empty where they fit.
    best, left_over, *_ = np.linalg.lstsq(x, t, rcond=None)
    walk = sgd(
        slopes,
        np.zeros(count),
        x,
        t,
        learning_rate=rate,
        epochs=epochs,
        order="with_replacement",
        rng=rng,
    )
    errors = inputs[:, :count] @ walk.weights[::examples].T - targets[:, np.newaxis]
    losses = errors**2 / 2
    excess.append(losses[:examples].mean(axis=0) - left_over.sum() / 2 / examples)
    unseen.append(losses[examples:])
    if count == 2:
        few_best = mean((inputs[examples:, :2] @ best - targets[examples:]) ** 2 / 2)

ends = walk.final
limit = 2 / np.sum(inputs[:examples] ** 2, axis=1).max()
assert rate < limit, "no step leads away from weights that fit"
assert np.allclose(ends, best, atol=1e-12), (
    "where a walk from 0 ends, squares are smallest"
)
first, second = ends[:2]
elsewhere = 1 - np.sum(ends[:2] ** 2) / np.sum(ends**2)

# Is it the noise alone that makes the large model poor? Take the noise out of its twenty
# targets. A walk from 0 ends at the smallest weights that fit, and so does least squares.

clean = inputs[:examples] @ made
by_clean = np.linalg.lstsq(inputs[:examples], clean, rcond=None)[0]
clean_losses = (inputs[examples:] @ by_clean - targets[examples:]) ** 2 / 2
clean_unseen = mean(clean_losses)

# %%
# The figure shows one draw of twenty examples. What is usual? With inputs like these, of
# variance 1, the mean loss on new examples is half of the noise's variance and of the
# square of the distance to the weights that made the targets: nothing is left to chance
# but the twenty. And what if the small model sees two inputs that do not count?


def mean_loss(w):
    return (1 + np.sum((w - made) ** 2)) / 2


draws, usual, wrong = 500, [], []
more_examples, with_more = 200, []
for _ in range(draws):
    x = rng.normal(size=(examples, 100))
    t = x @ made + rng.normal(size=examples)
    usual.append(mean_loss(np.linalg.lstsq(x, t, rcond=None)[0]))
    two = np.linalg.lstsq(x[:, 2:4], t, rcond=None)[0]
    wrong.append(mean_loss(np.concatenate([[0, 0], two, np.zeros(96)])))
    x = rng.normal(size=(more_examples, 100))
    t = x @ made + rng.normal(size=more_examples)
    with_more.append(mean_loss(np.linalg.lstsq(x, t, rcond=None)[0]))
usual_start = mean_loss(0)
gains = usual_start - np.array(usual)
usual_gain, usual_spread = mean(gains), spread(gains)
wrong_two, with_more = mean(wrong), mean(with_more)
gain_here = usual_start - mean_loss(ends)
below_here = fraction(gains < gain_here)

# %%
# What is asserted is what the figure claims.

half = epochs // 2
trembles = np.median(excess[0][half:])
arrives = excess[1][-1]
# Over the second half of the walk the trembling cancels.
settled = [losses[:, half:].mean(axis=1) for losses in unseen]
few_unseen, many_unseen = map(mean, settled)
at_first = unseen[0][:, 0]
unseen_at_first = mean(at_first)
# The noise of the new targets has variance 1, and the loss is half of a square.
chance = 1 / 2
assert trembles > 1e-4, "two weights tremble at a distance"
assert arrives < 1e-20, "a hundred weights arrive"
assert many_unseen.low > few_unseen.high, "but on new examples they are worse"
gained = mean(at_first - settled[1])
assert gained.high < 0.3 * unseen_at_first.value, "and hardly better than at first"
assert usual_gain.high < 0.2 * usual_start, "nor is it much in other draws"
assert below_here.high < 0.2, "though those above are unlucky"
assert wrong_two.low > usual_start, "two weights in the wrong place make it worse"
assert with_more.high < 0.4 * usual_start, "more examples help"
many_lowest = unseen[1].mean(axis=0).min()
assert many_lowest > 0.9 * many_unseen.value, "on no part of the way were they good"
assert few_best.low < few_unseen.value < few_best.high, "trembling costs little"
by_noise = mean(settled[1] - clean_losses)
assert by_noise.high < 0.25 * (many_unseen.value - few_unseen.value), (
    "little by the noise"
)
assert elsewhere > 0.5, "the smallest weights that fit lie on inputs that do not count"

# %%
# The risk of the twenty above, what the weights are worth on new examples below.

fig, (above, below) = plt.subplots(
    2, 1, figsize=(5.4, 6), sharex=True, layout="constrained"
)
fig.set_label(
    "Two panels against epochs. Above, the risk of the examples less its lowest value, "
    f"on a logarithmic axis: with two weights it trembles around {trembles:.4f} and "
    f"stays there, with a hundred it falls to {arrives:.0e}. Below, the mean loss on "
    f"examples that no step has seen, from {unseen_at_first.value:.2f}: with two weights it "
    f"falls to {few_unseen.value:.2f} and trembles there, with a hundred it stays near "
    f"{many_unseen.value:.2f}."
)
for count, color, risk, new in zip(
    (2, 100), (WALKER, RIVAL), excess, unseen, strict=True
):
    above.plot(risk, color, linewidth=1.5)
    below.plot(new.mean(axis=0), color, linewidth=1.5)
    below.text(
        epochs,
        new[:, -1].mean() + 0.15,
        f"{count} weights",
        color=color,
        ha="right",
        va="bottom",
    )
above.text(epochs, 3e-2, "2 weights", color=WALKER, ha="right", va="bottom")
above.text(75, 1e-18, "100 weights", color=RIVAL)
above.set(
    title="On the examples seen",
    ylabel="risk above the lowest",
    yscale="log",
)
below.set(
    title="On examples not seen",
    xlabel="epochs",
    ylabel="mean loss",
    ylim=(0, None),
)

# %%
# What to notice: a low risk is not yet a good model. The noise that was learned does a
# small part of the harm here. The larger part: twenty examples tell nothing about eighty
# of a hundred directions, and there the walk stays where it began. How large such harm is
# depends on data and model; it has to be measured, on examples set aside, as
# :doc:`/learn/what-the-run-found` says.

numbers = {"few_unseen": few_unseen, "many_unseen": many_unseen}
numbers |= {
    "clean_unseen": clean_unseen,
    "unseen_at_first": unseen_at_first,
    "chance": chance,
    "by_noise": by_noise,
    "gained": gained,
    "draws": draws,
    "usual_start": usual_start,
    "usual_gain": usual_gain,
    "usual_spread": usual_spread,
    "gain_here": gain_here,
    "below_here": below_here,
    "wrong_two": wrong_two,
    "more_examples": more_examples,
    "with_more": with_more,
    "many_lowest": many_lowest,
    "few_best": few_best,
    "limit": limit,
    "first": first,
    "second": second,
    "elsewhere": elsewhere,
}
print(f"on new data at first {unseen_at_first:.2f}")
print(f"2 weights: {trembles:.1e} above the lowest risk, {few_unseen:.2f} on new data")
print(f"100 weights: {arrives:.1e} above the lowest, {many_unseen:.2f} on new data")
print(f"in {draws} other draws it falls by {usual_gain:.2f} on average")
print(f"the same, with no noise in the twenty targets: {clean_unseen:.2f}")

plt.show()
