"""Times as ratios to bare code, measured in turns; run by ``nox -s benchmark``.

A ratio says the same on every machine. It is that of the best times of many short runs, in which
ours and the bare code take turns; and it is the processor's time, without that of other programs.
"""

import itertools
import time

import numpy as np
import pytest

import sgd_explained as se
from sgd_explained import losses, updates
from sgd_explained.problems import article

X = article.x
WALKERS, EPOCHS, RATE = 1000, 10, 0.01
STEPS = EPOCHS * X.size

RULES = [
    updates.plain,
    updates.momentum(),
    updates.nesterov(),
    updates.adagrad(),
    updates.rmsprop(),
    updates.adam(),
    updates.adamw(),
    updates.clip_by_value(1.0),
    updates.clip_by_norm(1.0),
]
rules = pytest.mark.parametrize("rule", RULES, ids=repr)


def ratio(ours, bare, rounds=25):
    best = [np.inf, np.inf]
    for _ in range(rounds):
        for i, run in enumerate((ours, bare)):
            start = time.process_time()
            run()
            best[i] = min(best[i], time.process_time() - start)
    return best[0] / best[1]


# -- One walker, beside the article's loop


def article_slope(y):
    return y * np.exp(-y * y) * (-2 + y * (3 + y * (2 - 2 * y)))


def article_loop(inputs):
    w = np.float64(-0.3)
    for x in inputs:
        w = w - RATE * x * article_slope(w * x)
    return w


@pytest.mark.parametrize("keep", ["all", "last"])
@rules
def test_one_walker(record_figure, rule, keep):
    order = se.epoch_orders("reshuffled", 100, EPOCHS, 0)
    inputs = X[order].ravel()

    def walk():
        return se.sgd(
            se.gradient, -0.3, X, learning_rate=RATE, epochs=EPOCHS, order=order, keep=keep,
            update=rule,
        )  # fmt: skip

    plain = rule is updates.plain
    assert not plain or walk().final == pytest.approx(article_loop(inputs), rel=1e-12)
    # Of runs so short, the best comes late.
    figure = ratio(walk, lambda: article_loop(inputs), rounds=200)
    what = f"one walker, {rule!r}, keep={keep!r}, to the article's loop"
    record_figure(what, figure, "times", 1.2 if plain else 2.5)


# -- A crowd, beside the same arithmetic in buffers that somebody wrote out


def article_in_buffers(y, a, b):
    """Slope of the article's loss, into ``y``."""
    np.minimum(y, 30.0, out=y)
    np.maximum(y, -30.0, out=y)
    np.multiply(y, y, out=a)
    np.negative(a, out=a)
    np.exp(a, out=a)
    np.multiply(y, 2.0, out=b)
    np.subtract(2.0, b, out=b)
    np.multiply(b, y, out=b)
    np.add(b, 3.0, out=b)
    np.multiply(b, y, out=b)
    np.subtract(b, 2.0, out=b)
    np.multiply(y, a, out=y)
    np.multiply(y, b, out=y)


def parabola_in_buffers(y, a, b):
    pass


def double_well_in_buffers(y, a, b):
    np.multiply(y, y, out=a)
    np.subtract(a, 1.0, out=a)
    np.multiply(y, a, out=y)


def huber_in_buffers(y, a, b):
    np.maximum(y, -1.0, out=y)
    np.minimum(y, 1.0, out=y)


def logistic_in_buffers(y, a, b):
    np.exp(y, out=y)
    np.add(y, 1.0, out=y)
    np.divide(-1.0, y, out=y)


BARE_SLOPES = {
    "article": article_in_buffers,
    "parabola": parabola_in_buffers,
    "double_well": double_well_in_buffers,
    "huber": huber_in_buffers,
    "logistic": logistic_in_buffers,
}


def plain_in_buffers(g, m, v, w, a, k):
    np.multiply(g, RATE, out=g)


def momentum_in_buffers(g, m, v, w, a, k):
    np.multiply(m, 0.9, out=m)
    np.add(m, g, out=m)
    np.multiply(m, RATE, out=g)


def nesterov_in_buffers(g, m, v, w, a, k):
    np.multiply(m, 0.9, out=m)
    np.add(m, g, out=m)
    np.multiply(m, 0.9, out=a)
    np.add(g, a, out=g)
    np.multiply(g, RATE, out=g)


def adagrad_in_buffers(g, m, v, w, a, k):
    np.multiply(g, g, out=a)
    np.add(v, a, out=v)
    np.sqrt(v, out=a)
    np.add(a, 1e-10, out=a)
    np.multiply(g, RATE, out=g)
    np.divide(g, a, out=g)


def rmsprop_in_buffers(g, m, v, w, a, k):
    np.multiply(g, g, out=a)
    np.multiply(a, 1 - 0.99, out=a)
    np.multiply(v, 0.99, out=v)
    np.add(v, a, out=v)
    np.sqrt(v, out=a)
    np.add(a, 1e-8, out=a)
    np.divide(g, a, out=g)
    np.multiply(g, RATE, out=g)


def adam_in_buffers(g, m, v, w, a, k):
    np.subtract(g, m, out=a)
    np.multiply(a, 1 - 0.9, out=a)
    np.add(m, a, out=m)
    np.multiply(g, g, out=a)
    np.multiply(a, 1 - 0.999, out=a)
    np.multiply(v, 0.999, out=v)
    np.add(v, a, out=v)
    np.sqrt(v, out=a)
    np.divide(a, np.sqrt(1 - 0.999**k), out=a)
    np.add(a, 1e-8, out=a)
    np.divide(m, a, out=g)
    np.multiply(g, RATE / (1 - 0.9**k), out=g)


def adamw_in_buffers(g, m, v, w, a, k):
    adam_in_buffers(g, m, v, w, a, k)
    np.multiply(w, RATE * 0.01, out=a)
    np.add(g, a, out=g)


def clip_by_value_in_buffers(g, m, v, w, a, k):
    np.maximum(g, -1.0, out=g)
    np.minimum(g, 1.0, out=g)
    np.multiply(g, RATE, out=g)


def clip_by_norm_in_buffers(g, m, v, w, a, k):
    np.abs(g, out=a)
    np.add(a, 1e-6, out=a)
    np.divide(1.0, a, out=a)
    np.minimum(a, 1.0, out=a)
    np.multiply(g, a, out=g)
    np.multiply(g, RATE, out=g)


BARE_RULES = {
    "plain": plain_in_buffers,
    "momentum": momentum_in_buffers,
    "nesterov": nesterov_in_buffers,
    "adagrad": adagrad_in_buffers,
    "rmsprop": rmsprop_in_buffers,
    "adam": adam_in_buffers,
    "adamw": adamw_in_buffers,
    "clip_by_value": clip_by_value_in_buffers,
    "clip_by_norm": clip_by_norm_in_buffers,
}


def bare_crowd(w0, orders, slope, rule):
    """Walk of a crowd in memory that is there beforehand, for this loss and this rule only."""
    w, y, a, b, m, v = w0.copy(), *(np.zeros(w0.size) for _ in range(5))
    inputs = X.take(np.ascontiguousarray(orders.reshape(w0.size, -1).T))
    for k, x in enumerate(inputs, start=1):
        np.multiply(w, x, out=y)
        slope(y, a, b)
        np.multiply(x, y, out=y)
        rule(y, m, v, w, a, k)
        np.subtract(w, y, out=w)
    return w


@pytest.fixture(scope="module")
def crowd():
    rng = np.random.default_rng(0)
    return rng.uniform(-0.5, 0.5, WALKERS), se.epoch_orders(
        "reshuffled", 100, EPOCHS, rng, walkers=WALKERS
    )


def crowd_ratio(crowd, loss, rule):
    w0, orders = crowd
    gradient, name = se.gradient_of(loss), repr(rule).partition("(")[0]

    def walk():
        return se.sgd(
            gradient, w0, X, learning_rate=RATE, epochs=EPOCHS, order=orders, crowd=True,
            keep="last", update=rule,
        )  # fmt: skip

    def bare():
        return bare_crowd(w0, orders, BARE_SLOPES[loss.name], BARE_RULES[name])

    with np.errstate(all="ignore"):
        np.testing.assert_allclose(walk().final, bare(), rtol=1e-9, atol=1e-12)
        return ratio(walk, bare)


@pytest.mark.parametrize(
    ("loss", "rule"),
    [
        *((losses.article, rule) for rule in RULES),
        *itertools.product(
            [losses.parabola, losses.double_well, losses.huber, losses.logistic],
            [updates.plain, updates.adam()],
        ),
    ],
    ids=repr,
)
def test_crowd_beside_buffers(record_figure, crowd, loss, rule):
    figure = crowd_ratio(crowd, loss, rule)
    own = loss is losses.article and rule is updates.plain
    record_figure(
        f"crowd of {WALKERS}, {loss.name}, {rule!r}, to bare buffers",
        figure,
        "times",
        1.15 if own else 1.5,
    )


def test_crowd_beside_one_exponential(record_figure, crowd):
    """For the record: how many calls of ``exp`` a step costs depends on how quick that one is."""
    w0, orders = crowd
    into = np.empty(WALKERS)

    def exponentials():
        for _ in range(STEPS):
            np.exp(w0, into)

    def walk():
        return se.sgd(
            se.gradient, w0, X, learning_rate=RATE, epochs=EPOCHS, order=orders, crowd=True,
            keep="last",
        )  # fmt: skip

    def bare():
        return bare_crowd(w0, orders, article_in_buffers, plain_in_buffers)

    for what, run in (("ours", walk), ("bare buffers", bare)):
        record_figure(f"crowd of {WALKERS}, {what}, to one exp", ratio(run, exponentials), "times")
