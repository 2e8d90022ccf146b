"""Bad input of every kind: the error names the argument, what came and what is allowed."""

import numpy as np
import pytest

import sgd_explained as se

RNG = np.random.default_rng(0)
X = [1.0, 2.0, 3.0]
MASKED = np.ma.masked_array([1, 2, 3], mask=[False, True, False])


def walk(gradient=se.gradient, w0=-0.3, *data, **options):
    options = {"learning_rate": 0.1, "order": "sequential", **options}
    return se.sgd(gradient, w0, *(data or (X,)), **options)


def full(w0=-0.3, *data, **options):
    options = {"learning_rate": 0.1, "steps": 2, **options}
    return se.gradient_descent(se.gradient, w0, *(data or (X,)), **options)


def landscape(x=X, interval=(-1.0, 1.0)):
    return se.RiskLandscape(x, interval)


# What is called, the error, and what its message holds: argument, what is allowed, what came.
BAD = [
    # A learning rate that is not positive and finite.
    *(
        (
            lambda rate=rate, go=go: go(learning_rate=rate),
            ValueError,
            ("learning_rate", "positive and finite", str(rate)),
        )
        for rate in (0.0, -0.1, float("nan"), float("inf"))
        for go in (walk, full)
    ),
    (
        lambda: walk(learning_rate=lambda step: 0.1 - 0.1 * step),
        ValueError,
        ("learning_rate(1)", "positive and finite", "0.0"),
    ),
    (
        lambda: walk(w0=[0.1, 0.2], learning_rate=[0.1, -0.5], crowd=True),
        ValueError,
        ("learning_rate", "positive and finite", "-0.5"),
    ),
    (
        lambda: walk(learning_rate=[0.1, 0.2]),
        ValueError,
        ("learning_rate", "shape ()", "got shape (2,)"),
    ),
    (
        lambda: walk(w0=[0.1, 0.2], learning_rate=[0.1] * 3, crowd=True),
        ValueError,
        ("learning_rate", "() or (2,)", "got shape (3,)"),
    ),
    (lambda: walk(learning_rate="fast"), TypeError, ("learning_rate", "real numbers", "'fast'")),
    (lambda: walk(learning_rate=0.1j), TypeError, ("learning_rate", "real numbers", "complex128")),
    (lambda: walk(learning_rate=None), TypeError, ("learning_rate", "real numbers", "None")),
    (lambda: walk(learning_rate=True), TypeError, ("learning_rate", "real numbers", "bool")),
    (
        lambda: walk(learning_rate=lambda step: "slow"),
        TypeError,
        ("learning_rate(0)", "real numbers", "'slow'"),
    ),
    # An empty data set, and other data that is none.
    (lambda: walk(se.gradient, -0.3, []), ValueError, ("data[0]", "at least one example", "(0,)")),
    (lambda: full(-0.3, []), ValueError, ("data[0]", "at least one example", "(0,)")),
    (
        lambda: se.sgd(se.gradient, -0.3, learning_rate=0.1),
        TypeError,
        ("data", "at least one", "none"),
    ),
    (lambda: walk(se.gradient, -0.3, 5.0), ValueError, ("data[0]", "first axis", "scalar 5.0")),
    (
        lambda: walk(se.gradient, -0.3, [1.0, float("nan")]),
        ValueError,
        ("data[0]", "finite", "nan"),
    ),
    (
        lambda: walk(se.gradient, -0.3, X, [1.0, float("inf"), 2.0]),
        ValueError,
        ("data[1]", "finite", "inf"),
    ),
    (
        lambda: walk(se.gradient, -0.3, X, [1.0, 2.0]),
        ValueError,
        ("data", "equally many", "[3, 2]"),
    ),
    (lambda: walk(se.gradient, -0.3, ["a", "b"]), TypeError, ("data[0]", "real numbers", "<U1")),
    (lambda: walk(se.gradient, -0.3, [1j]), TypeError, ("data[0]", "real numbers", "complex128")),
    (
        lambda: walk(se.gradient, -0.3, [[1.0], [1.0, 2.0]]),
        ValueError,
        ("data[0]", "one shape", "[[1.0], [1.0, 2.0]]"),
    ),
    # A batch larger than the data, and other batches that cannot be.
    (lambda: walk(batch_size=4), ValueError, ("batch_size", "at most", "3", "got 4")),
    (lambda: walk(batch_size=0), ValueError, ("batch_size", "at least 1", "got 0")),
    (lambda: walk(batch_size=1.0), TypeError, ("batch_size", "integer", "1.0")),
    (lambda: walk(batch_size=True), TypeError, ("batch_size", "integer", "True")),
    (lambda: se.batches([0, 1], 3), ValueError, ("batch_size", "at most", "2", "got 3")),
    (lambda: se.batches([], 1), ValueError, ("order", "(N,)", "(0,)")),
    (lambda: se.batches([[0, 1]], 1), ValueError, ("order", "(N,)", "(1, 2)")),
    (lambda: se.batches([0.0, 1.0], 1), TypeError, ("order", "integer", "float64")),
    (lambda: se.batches([0, 1], "all"), TypeError, ("batch_size", "integer", "'all'")),
    (lambda: se.batches([[1], [1, 2]], 1), ValueError, ("order", "one shape", "[[1], [1, 2]]")),
    (lambda: se.batches([-1, 0], 1), ValueError, ("order", "0 to 1", "got -1")),
    (lambda: se.batches([0, 2], 1), ValueError, ("order", "0 to 1", "got 2")),
    # Counts.
    (lambda: walk(epochs=0), ValueError, ("epochs", "at least 1", "got 0")),
    (lambda: walk(epochs=1.5), TypeError, ("epochs", "integer", "1.5")),
    (lambda: full(steps=-1), ValueError, ("steps", "at least 1", "got -1")),
    (lambda: full(steps="2"), TypeError, ("steps", "integer", "'2'")),
    (lambda: walk(keep=0), ValueError, ("keep", "at least 1", "got 0")),
    (lambda: walk(keep="first"), ValueError, ("keep", "'all', 'last'", "'first'")),
    (lambda: walk(keep=2.5), TypeError, ("keep", "integer", "2.5")),
    (lambda: walk(keep=np.array([1, 2])), TypeError, ("keep", "integer", "array([1, 2])")),
    (lambda: walk(keep=["all"]), TypeError, ("keep", "integer", "['all']")),
    # Weights and the crowd.
    (lambda: walk(w0=float("nan")), ValueError, ("w0", "finite", "nan")),
    (lambda: walk(w0="left"), TypeError, ("w0", "real numbers", "'left'")),
    (lambda: walk(w0=1j), TypeError, ("w0", "real numbers", "complex128")),
    (lambda: walk(w0=0.5, crowd=True), ValueError, ("w0", "first axis", "scalar 0.5")),
    (lambda: walk(w0=[], crowd=True), ValueError, ("w0", "at least one weight", "(0,)")),
    (lambda: walk(w0=[0.1], crowd=1), TypeError, ("crowd", "True or False", "1")),
    (lambda: walk(w0=[0.1], crowd=[True]), TypeError, ("crowd", "True or False", "[True]")),
    (lambda: walk(w0=[0.1, 0.2]), ValueError, ("gradient", "scalar weight", "(2,)")),
    (lambda: walk(se.gradient, -0.3, [X, X]), ValueError, ("gradient", "(N,)", "(2, 3)")),
    (lambda: walk(se.gradient, -0.3, X, X), ValueError, ("gradient", "(N,)", "[(3,), (3,)]")),
    # The order and the rng.
    (lambda: walk(order="sorted"), ValueError, ("order", "'sequential'", "'sorted'")),
    *(
        (
            lambda draw=draw, bad=bad: draw(bad),
            TypeError,
            ("rng", "None, a seed", "numpy.random.Generator", f"got {said}"),
        )
        for bad, said in (
            (np.random.RandomState(0), "RandomState(MT19937)"),
            (np.random, "<module 'numpy.random'"),
            (-1, "-1"),
            (0.5, "0.5"),
            (True, "True"),
            ("seed", "'seed'"),
        )
        for draw in (
            lambda rng: walk(order="reshuffled", rng=rng),
            lambda rng: walk(order="sequential", rng=rng),
            lambda rng: se.epoch_orders("with_replacement", 3, 1, rng),
        )
    ),
    (lambda: walk(order=[0, 1, 2]), ValueError, ("order", "(1, 3)", "(3,)")),
    (lambda: walk(order=[[0, 1, 2]], epochs=2), ValueError, ("order", "(2, 3)", "(1, 3)")),
    (lambda: walk(order=[[0, 1, 3]]), ValueError, ("order", "0 to 2", "got 3")),
    (lambda: walk(order=[[0, -1, 2]]), ValueError, ("order", "0 to 2", "got -1")),
    (lambda: walk(order=[[0.0, 1.0, 2.0]]), TypeError, ("order", "integer", "float64")),
    (lambda: walk(order=[[1, 2], [3]]), ValueError, ("order", "one shape", "[[1, 2], [3]]")),
    (
        lambda: walk(order=np.array([[0, 1, 2**63]], np.uint64)),
        ValueError,
        ("order", "0 to 2", f"got {2**63}"),
    ),
    (lambda: walk(order=None), TypeError, ("order", "integer", "None")),
    (
        lambda: walk(w0=[0.1, 0.2], order=[[[0, 1, 2]]] * 3, crowd=True),
        ValueError,
        ("order", "(2, 1, 3)", "(3, 1, 3)"),
    ),
    (lambda: se.epoch_orders("sorted", 3, 1), ValueError, ("rule", "'reshuffled'", "'sorted'")),
    (
        lambda: se.epoch_orders(np.array(["a", "b"]), 3, 1),
        ValueError,
        ("rule", "'reshuffled'", "array(['a', 'b']"),
    ),
    (lambda: se.epoch_orders("sequential", 0, 1), ValueError, ("n_examples", "at least 1", "0")),
    (lambda: se.epoch_orders("sequential", 3, 0), ValueError, ("epochs", "at least 1", "0")),
    (lambda: se.epoch_orders("sequential", 3, 1.0), TypeError, ("epochs", "integer", "1.0")),
    (
        lambda: se.epoch_orders("sequential", 3, 1, walkers=0),
        ValueError,
        ("walkers", "at least 1", "0"),
    ),
    # A gradient that is none, or returns something else.
    (lambda: walk(0.5), TypeError, ("gradient", "callable", "0.5")),
    (
        lambda: walk(lambda w, x: se.gradient(w, x).mean()),
        ValueError,
        ("gradient", "(1,)", "got shape ()"),
    ),
    (
        lambda: walk(lambda w, x: x[:, None], w0=[0.1, 0.2], crowd=True),
        ValueError,
        ("gradient", "(2, 1)", "got shape (2, 1, 1)"),
    ),
    (
        lambda: walk(lambda w, x: x, w0=[0.1, 0.2]),
        ValueError,
        ("gradient", "(1, 2)", "got shape (1,)"),
    ),
    (lambda: walk(lambda w, x: x + 0j), TypeError, ("gradient", "real numbers", "complex128")),
    (lambda: walk(lambda w, x: None), TypeError, ("gradient", "real numbers", "None")),
    # A mask, under which there are numbers that were to be left out.
    (lambda: walk(se.gradient, -0.3, MASKED), TypeError, ("data[0]", "without a mask", "masked")),
    (lambda: walk(w0=MASKED, crowd=True), TypeError, ("w0", "without a mask", "masked")),
    (lambda: walk(order=MASKED), TypeError, ("order", "without a mask", "masked")),
    (
        lambda: walk(lambda w, x: np.ma.masked_greater(w * x, 0)),
        TypeError,
        ("gradient", "without a mask", "masked"),
    ),
    (lambda: se.loss(MASKED), TypeError, ("y", "without a mask", "masked")),
    (lambda: se.empirical_risk(0.1, MASKED), TypeError, ("x", "without a mask", "masked")),
    # The functions of the problem.
    (lambda: se.predict("w", 1.0), TypeError, ("w", "real numbers", "'w'")),
    (lambda: se.predict([1.0, 2.0], X), ValueError, ("w and x", "broadcast", "(2,)", "(3,)")),
    (lambda: se.gradient(1j, X), TypeError, ("w", "real numbers", "complex128")),
    (lambda: se.gradient([1.0, 2.0], X), ValueError, ("w and x", "broadcast", "(2,)", "(3,)")),
    (lambda: se.loss(None), TypeError, ("y", "real numbers", "None")),
    (lambda: se.loss_derivative([True]), TypeError, ("y", "real numbers", "bool")),
    (lambda: se.loss_second_derivative(["1"]), TypeError, ("y", "real numbers", "'1'")),
    *(
        case
        for risk in (se.empirical_risk, se.risk_gradient, se.risk_curvature)
        for case in (
            (
                lambda risk=risk: risk(0.1, []),
                ValueError,
                ("x", "at least one example", "(0,)"),
            ),
            (lambda risk=risk: risk(0.1, [X]), ValueError, ("x", "(N,)", "(1, 3)")),
            (lambda risk=risk: risk(0.1, 2.0), ValueError, ("x", "first axis", "scalar 2.0")),
            (lambda risk=risk: risk(0.1, [np.inf]), ValueError, ("x", "finite", "inf")),
            (lambda risk=risk: risk(np.nan, X), ValueError, ("w", "finite", "nan")),
            (lambda risk=risk: risk("w", X), TypeError, ("w", "real numbers", "'w'")),
            (lambda risk=risk: risk(0.1, [1j]), TypeError, ("x", "real numbers", "complex128")),
        )
    ),
    # The landscape.
    (lambda: landscape(x=[]), ValueError, ("x", "at least one example", "(0,)")),
    (lambda: landscape(interval=(1.0, -1.0)), ValueError, ("interval", "low < high", "-1.0")),
    (lambda: landscape(interval=(1.0, 1.0)), ValueError, ("interval", "low < high", "1.0")),
    (lambda: landscape(interval=3.0), ValueError, ("interval", "(low, high)", "3.0")),
    (lambda: landscape(interval=(0.0, np.inf)), ValueError, ("interval", "finite", "inf")),
    (lambda: landscape(interval=("a", "b")), TypeError, ("interval", "real numbers", "<U1")),
    (
        lambda: landscape(interval=(-1e9, 1e9)),
        ValueError,
        ("interval", "narrower", "2000000", "cells"),
    ),
    (lambda: landscape(x=[0.0]), ValueError, ("interval", "flat to rounding")),
    (lambda: landscape(x=[1.0], interval=(20.0, 40.0)), ValueError, ("interval", "flat")),
    (
        lambda: landscape(x=[1.0], interval=(-0.5, 0.5)).global_minimum,
        ValueError,
        ("interval", "must hold a minimum", "(-0.5, 0.5)"),
    ),
    (lambda: landscape().basin(2.0), ValueError, ("w", "[-1.0, 1.0]", "got 2.0")),
    (lambda: landscape().basin(np.nan), ValueError, ("w", "finite", "nan")),
    (lambda: landscape().basin("here"), TypeError, ("w", "real numbers", "'here'")),
]


@pytest.mark.parametrize(("call", "error", "said"), BAD)
def test_bad_input_is_named(call, error, said):
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error
    message = str(caught.value)
    assert message.startswith(said[0])
    for part in said[1:]:
        assert part in message
