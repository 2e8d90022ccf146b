"""Bad input of every kind: the error names the argument, what came and what is allowed."""

import inspect

import numpy as np
import pytest

import sgd_explained as se
from sgd_explained import losses, observers, problems, schedules, updates
from sgd_explained._validation import shown

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


def of(**changed):
    options = {
        "risk": lambda w: w**2,
        "gradient": lambda w: 2 * w,
        "curvature": lambda w: 2 + 0 * w,
        "interval": (-1.0, 1.0),
        **changed,
    }
    return se.RiskLandscape.of(**options)


LAYERS = np.zeros((2, 2)), np.zeros(2)

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
        ("learning_rate", "shape (), got shape (2,)"),
    ),
    (
        lambda: walk(lambda w, x: w - x[:, None], w0=[0.1, 0.2], learning_rate=[0.1, 0.2]),
        ValueError,
        ("learning_rate", "shape (), got shape (2,)"),
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
    (lambda: walk(batch_size=np.True_), TypeError, ("batch_size", "integer", "True")),
    (lambda: se.batches([0, 1], 3), ValueError, ("batch_size", "at most", "2", "got 3")),
    (lambda: se.batches([], 1), ValueError, ("order", "(N,)", "(0,)")),
    (lambda: se.batches([[0, 1]], 1), ValueError, ("order", "(N,)", "(1, 2)")),
    (lambda: se.batches([0.0, 1.0], 1), TypeError, ("order", "integer", "float64 from [0.0, 1.0]")),
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
    (
        lambda: walk(order="sorted"),
        ValueError,
        ("order", "of 'sequential', 'reshuffled', 'with_replacement', got 'sorted'"),
    ),
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
    (lambda: walk(order=[0, 1, 2]), ValueError, ("order must have shape (1, 3), got shape (3,)",)),
    (lambda: walk(order=[[0, 1, 2]], epochs=2), ValueError, ("order", "(2, 3)", "(1, 3)")),
    (lambda: walk(order=[[0, 1, 2]], steps=4), ValueError, ("order", "(2, 3)", "(1, 3)")),
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
        ("order", "(1, 3) or (2, 1, 3), got shape (3, 1, 3)"),
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
    (
        lambda: walk(0.5),
        TypeError,
        ("gradient", "callable, such as a function of w and examples, got 0.5"),
    ),
    (
        lambda: walk(lambda w, x: se.gradient(w, x).mean()),
        ValueError,
        ("gradient", "return one gradient per example, shape (1,), got shape ()"),
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
    (
        lambda: walk(lambda w, x: np.ma.masked_greater(w * x, 0)),
        TypeError,
        ("gradient", "without a mask", "masked"),
    ),
    (
        lambda: se.loss(MASKED),
        TypeError,
        ("y", "an array of real numbers without a mask", "; its compressed() leaves the masked"),
    ),
    (
        lambda: walk(order=MASKED),
        TypeError,
        ("order", "an array of integers without a mask", "masked"),
    ),
    (lambda: se.empirical_risk(0.1, MASKED), TypeError, ("x", "without a mask", "masked")),
    # The functions of the problem.
    (lambda: se.predict("w", 1.0), TypeError, ("w", "real numbers", "'w'")),
    (lambda: se.predict(1.0, "x"), TypeError, ("x", "real numbers", "'x'")),
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
        ("interval", "narrower", "up to 3 needs 3e+11 cells, at most 2000000 are allowed"),
    ),
    (
        lambda: landscape(x=[0.0]),
        ValueError,
        ("interval", "flat to rounding, as it is near w = -0.875"),
    ),
    (lambda: landscape(x=[1.0], interval=(20.0, 40.0)), ValueError, ("interval", "flat")),
    (
        lambda: landscape(x=[1.0], interval=(-0.5, 0.5)).global_minimum,
        ValueError,
        ("interval", "must hold a minimum", "(-0.5, 0.5)"),
    ),
    (lambda: landscape().basin(2.0), ValueError, ("w", "[-1.0, 1.0]", "got 2.0")),
    (lambda: landscape().basin(np.nan), ValueError, ("w", "finite", "nan")),
    (lambda: landscape().basin("here"), TypeError, ("w", "real numbers", "'here'")),
    # How long, and from where.
    (lambda: walk(epochs=2, steps=3), ValueError, ("steps", "left out", "epochs", "3 and 2")),
    (lambda: walk(steps=0), ValueError, ("steps", "at least 1", "got 0")),
    (lambda: walk(steps=2.0), TypeError, ("steps", "integer", "2.0")),
    (lambda: walk(walkers=0), ValueError, ("walkers", "at least 1", "got 0")),
    (lambda: walk(walkers=True), TypeError, ("walkers", "integer", "True")),
    (lambda: walk(walkers="all"), TypeError, ("walkers", "integer", "'all'")),
    (
        lambda: walk(w0=[0.1], walkers=3, crowd=True),
        ValueError,
        ("walkers", "left out", "crowd=True", "got 3"),
    ),
    (lambda: walk(w0=(np.zeros(2), np.nan)), ValueError, ("w0[1]", "finite", "nan")),
    (lambda: walk(w0=(np.zeros(2), "b")), TypeError, ("w0[1]", "real numbers", "'b'")),
    (lambda: walk(w0=(np.zeros(2), [])), ValueError, ("w0[1]", "at least one weight", "(0,)")),
    (
        lambda: walk(w0=(np.zeros(2), 1.0), crowd=True),
        ValueError,
        ("w0[1]", "first axis", "scalar 1.0"),
    ),
    (
        lambda: walk(w0=(np.zeros(2), np.zeros(3)), crowd=True),
        ValueError,
        ("w0", "same walkers", "[2, 3]"),
    ),
    (lambda: walk(w0=LAYERS), ValueError, ("gradient", "scalar weight", "(6,)")),
    (
        lambda: walk(lambda w, x: 0.0 * x, w0=LAYERS),
        ValueError,
        ("gradient", "tuple of 2 arrays", "array([0.])"),
    ),
    (
        lambda: walk(lambda w, x: (w[0],), w0=LAYERS),
        ValueError,
        ("gradient", "tuple of 2 arrays", "(array("),
    ),
    (
        lambda: walk(lambda w, x: w, w0=LAYERS),
        ValueError,
        ("gradient", "(1, 2, 2)", "got shape (2, 2)"),
    ),
    (
        lambda: walk(se.of_batch(lambda w, x: x), w0=[0.1, 0.2]),
        ValueError,
        ("gradient", "return the mean gradient of the batch, shape (2,)", "got shape (1,)"),
    ),
    (
        lambda: se.of_batch(1.0),
        TypeError,
        ("gradient", "callable, such as a function of w and examples, got 1.0"),
    ),
    (
        lambda: se.each_walker(None),
        TypeError,
        ("gradient", "callable, such as a function of w and examples, got None"),
    ),
    (
        lambda: walk(lambda w, x: np.nan * x),
        ValueError,
        ("gradient", "must return numbers", "nan in step 1", "w = -0.3"),
    ),
    # The update rule and its memory.
    (lambda: walk(update="adam"), TypeError, ("update", "callable, such as momentum", "'adam'")),
    (
        lambda: walk(update=updates.adam),
        TypeError,
        ("update", "what adam(...) returns", "adam itself"),
    ),
    (
        lambda: walk(update=lambda g, memory, w, rate: rate * g),
        TypeError,
        ("update", "a step and its memory", "0.0"),
    ),
    (
        lambda: walk(update=lambda g, memory, w, rate: (rate * g, None, None)),
        TypeError,
        ("update", "a step and its memory", "None, None)"),
    ),
    (
        lambda: walk(update=lambda g, memory, w, rate: (np.zeros(2), None)),
        ValueError,
        ("update", "shape ()", "got shape (2,)"),
    ),
    (
        lambda: walk(w0=[0.1, 0.2], crowd=True, update=lambda g, memory, w, rate: (0.0, None)),
        ValueError,
        ("update", "shape (2,)", "got shape ()"),
    ),
    (
        lambda: walk(update=lambda g, memory, w, rate: ("left", None)),
        TypeError,
        ("step of update", "real numbers", "'left'"),
    ),
    (
        lambda: walk(memory=walk(update=updates.momentum()).memory),
        ValueError,
        ("memory", "update plain", "shape ()", "momentum(momentum=0.9"),
    ),
    (
        lambda: walk(update=updates.adam(), memory=walk(update=updates.adam(eps=1e-4)).memory),
        ValueError,
        ("memory", "eps=1e-08", "eps=0.0001"),
    ),
    (
        lambda: walk(w0=[0.1, 0.2], crowd=True, memory=walk().memory),
        ValueError,
        ("memory", "weights of shape (2,)", "and ()"),
    ),
    (lambda: walk(memory=(0.1, 0.2)), TypeError, ("memory", "walk.memory", "(0.1, 0.2)")),
    *(
        (
            lambda make=make, bad=bad: make(bad),
            ValueError,
            (name, "at least 0 and below 1", f"got {bad}"),
        )
        for make, name in (
            (updates.momentum, "momentum"),
            (lambda bad: updates.momentum(0.9, bad), "dampening"),
            (lambda bad: updates.rmsprop(bad), "alpha"),
            (lambda bad: updates.rmsprop(momentum=bad), "momentum"),
            (lambda bad: updates.adam((bad, 0.9)), "betas[0]"),
            (lambda bad: updates.adamw((0.9, bad)), "betas[1]"),
            (observers.exponential_mean, "decay"),
        )
        for bad in (1.0, -0.1)
    ),
    *(
        (lambda make=make: make(-0.5), ValueError, (name, "at least 0", "got -0.5"))
        for make, name in (
            (updates.adagrad, "lr_decay"),
            (lambda bad: updates.adagrad(initial_accumulator_value=bad), "initial_accumulator_va"),
            (lambda bad: updates.adagrad(eps=bad), "eps"),
            (lambda bad: updates.rmsprop(eps=bad), "eps"),
            (lambda bad: updates.adam(eps=bad), "eps"),
            (lambda bad: updates.adamw(weight_decay=bad), "weight_decay"),
            (lambda bad: schedules.cosine(0.1, 5, bad), "eta_min"),
            (lambda bad: problems.linear_data(3, [1.0], bad), "noise"),
        )
    ),
    *(
        (lambda make=make: make(0), ValueError, (name, "above 0", "got 0.0"))
        for make, name in (
            (updates.clip_by_value, "clip_value"),
            (updates.clip_by_norm, "max_norm"),
            (lambda bad: schedules.inverse(0.1, bad), "tau"),
            (lambda bad: schedules.inverse_square_root(0.1, bad), "tau"),
            (lambda bad: schedules.step(0.1, 5, bad), "gamma"),
            (lambda bad: schedules.exponential(0.1, bad), "gamma"),
            (lambda bad: schedules.warmup(0.1, 5, bad), "start_factor"),
        )
    ),
    (lambda: updates.momentum([0.9, 0.8]), ValueError, ("momentum", "one number", "(2,)")),
    (lambda: updates.momentum("0.9"), TypeError, ("momentum", "real numbers", "'0.9'")),
    (lambda: updates.momentum(nesterov=1), TypeError, ("nesterov", "True or False", "1")),
    (
        lambda: updates.momentum(0.9, 0.5, nesterov=True),
        ValueError,
        ("nesterov", "no dampening", "dampening 0.5"),
    ),
    (lambda: updates.rmsprop(centered="no"), TypeError, ("centered", "True or False", "'no'")),
    (lambda: updates.adam(0.9), ValueError, ("betas", "two numbers", "0.9")),
    (lambda: updates.adam((0.9, 0.99, 0.999)), ValueError, ("betas", "two numbers", "0.999")),
    (lambda: updates.clip_by_norm(1.0, "adam"), TypeError, ("update", "callable", "'adam'")),
    (
        lambda: updates.clip_by_value(1.0, updates.momentum),
        TypeError,
        ("update", "momentum(...)", "momentum itself"),
    ),
    # Schedules.
    (
        lambda: walk(learning_rate=schedules.cosine),
        TypeError,
        ("learning_rate", "what cosine(...) returns, such as cosine(0.1), got cosine itself"),
    ),
    (
        lambda: walk(learning_rate=schedules.cosine(0.1, 2)),
        ValueError,
        ("learning_rate(2)", "positive and finite", "got 0.0"),
    ),
    (
        lambda: walk(learning_rate=schedules.constant([0.1, 0.2])),
        ValueError,
        ("learning_rate(0)", "shape ()", "got shape (2,)"),
    ),
    *(
        (
            lambda make=make, bad=bad: make(bad),
            ValueError,
            ("learning_rate", "positive and finite", f"got {bad}"),
        )
        for make in (
            schedules.constant,
            lambda rate: schedules.inverse(rate, 5),
            lambda rate: schedules.inverse_square_root(rate, 5),
            lambda rate: schedules.step(rate, 5),
            lambda rate: schedules.exponential(rate, 0.9),
            lambda rate: schedules.cosine(rate, 5),
        )
        for bad in (0.0, -1.0, float("inf"))
    ),
    (lambda: schedules.step(0.1, 0), ValueError, ("step_size", "at least 1", "got 0")),
    (lambda: schedules.cosine(0.1, 2.5), TypeError, ("T_max", "integer", "2.5")),
    (lambda: schedules.warmup(0.1, -1), ValueError, ("steps", "at least 1", "got -1")),
    (lambda: schedules.warmup(0.1, 5, 1.5), ValueError, ("start_factor", "at most 1", "1.5")),
    # Observers.
    (
        lambda: walk(observe=3),
        TypeError,
        ("observe must be callable, such as running_mean(), got 3",),
    ),
    (
        lambda: walk(observe=observers.running_mean),
        TypeError,
        ("observe must be what running_mean(...) returns", "got running_mean itself"),
    ),
    (
        lambda: walk(observe=[observers.progress(), "all"]),
        TypeError,
        ("observe[1]", "callable", "'all'"),
    ),
    (lambda: walk(progress=1), TypeError, ("progress", "True or False", "1")),
    (lambda: observers.running_mean(-1), ValueError, ("start", "at least 0", "got -1")),
    (lambda: observers.running_mean(0.5), TypeError, ("start", "integer", "0.5")),
    (lambda: observers.stop_when(True), TypeError, ("condition", "callable", "True")),
    (
        lambda: walk(keep="last").mean,
        ValueError,
        ("the mean", "keep='all'", "running_mean()", "1 of 3"),
    ),
    (
        lambda: walk(observe=[observers.running_mean(), 1.0]),
        TypeError,
        ("observe[1]", "callable, such as running_mean(), got 1.0"),
    ),
    # Losses.
    *(
        case
        for take in (
            se.gradient_of,
            lambda loss: se.empirical_risk(0.1, X, loss),
            lambda loss: se.risk_gradient(0.1, X, loss),
            lambda loss: se.risk_curvature(0.1, X, loss),
            lambda loss: se.RiskLandscape(X, (-1.0, 1.0), loss),
            lambda loss: problems.one_weight("new", X, 0.1, (-1.0, 1.0), loss),
        )
        for case in (
            (lambda take=take: take("huber"), TypeError, ("loss", "must be a Loss", "'huber'")),
            (
                lambda take=take: take(losses.cross_entropy),
                ValueError,
                ("loss", "one output", "<Loss cross_entropy>"),
            ),
        )
    ),
    (lambda: losses.huber.slope("far"), TypeError, ("y", "real numbers", "'far'")),
    *(
        case
        for formula in (
            losses.cross_entropy.value,
            losses.cross_entropy.slope,
            losses.cross_entropy.curvature,
        )
        for case in (
            (
                lambda formula=formula: formula([1.0], 0),
                ValueError,
                ("scores", "at least 2", "(1,)"),
            ),
            (lambda formula=formula: formula(1.0, 0), ValueError, ("scores", "at least 2", "()")),
            (
                lambda formula=formula: formula([[[1.0, 2.0]] * 3] * 4, [0]),
                ValueError,
                ("labels", "the shape (4, 3) of scores", "got shape (1,)"),
            ),
            (lambda formula=formula: formula([1.0, 2.0], 2), ValueError, ("labels", "0 to 1", "2")),
            (lambda formula=formula: formula([1.0, 2.0], 0.5), ValueError, ("labels", "0.5")),
            (lambda formula=formula: formula(["a", "b"], 0), TypeError, ("scores", "<U1")),
            (lambda formula=formula: formula([1.0, 2.0], "a"), TypeError, ("labels", "'a'")),
        )
    ),
    # Problems.
    (
        lambda: problems.one_weight("new", [], 0.1, (-1.0, 1.0)),
        ValueError,
        ("data[0]", "at least one example", "(0,)"),
    ),
    (
        lambda: problems.one_weight("new", X, np.inf, (-1.0, 1.0)),
        ValueError,
        ("start", "finite", "inf"),
    ),
    (lambda: problems.least_squares(X, X), ValueError, ("x and t", "(N, d)", "(3,)")),
    (lambda: problems.least_squares([X], X), ValueError, ("x and t", "(1, 3)", "(3,)")),
    (lambda: problems.least_squares([[np.nan]], [1.0]), ValueError, ("x must be finite", "nan")),
    (lambda: problems.least_squares([[1.0]], [np.nan]), ValueError, ("t must be finite", "nan")),
    (
        lambda: problems.logistic_regression([[1.0]], ["left"]),
        TypeError,
        ("t must hold", "real numbers", "left"),
    ),
    (
        lambda: problems.logistic_regression([[1.0], [2.0]], [0, 1]),
        ValueError,
        ("t", "-1 or 1", "0.0"),
    ),
    (lambda: problems.ravine.risk([1.0, 2.0, 3.0]), ValueError, ("w", "(..., 2)", "(3,)")),
    (lambda: problems.saddle.risk_gradient(1.0), ValueError, ("w", "(..., 2)", "()")),
    (lambda: problems.saddle.risk([np.nan, 0.0]), ValueError, ("w", "finite", "nan")),
    (lambda: problems.linear_data(0, [1.0]), ValueError, ("n_examples", "at least 1", "0")),
    (lambda: problems.two_classes(0, [1.0]), ValueError, ("n_examples", "at least 1", "0")),
    (lambda: problems.linear_data(3, [1.0], rng=-1), TypeError, ("rng", "None, a seed", "-1")),
    (lambda: problems.linear_data(3, 1.0), ValueError, ("weights", "(d,)", "()")),
    (lambda: problems.two_classes(3, []), ValueError, ("weights", "(d,)", "(0,)")),
    (lambda: problems.two_classes(3, [np.nan]), ValueError, ("weights must be finite", "nan")),
    (
        lambda: problems.two_classes(3, [1.0], np.random.RandomState(0)),
        TypeError,
        ("rng", "numpy.random.Generator", "RandomState"),
    ),
    # The landscape of any function.
    (lambda: of(risk=1.0), TypeError, ("risk", "callable", "1.0")),
    (lambda: of(gradient=None), TypeError, ("gradient", "callable", "None")),
    (lambda: of(curvature=lambda w: 2.0), ValueError, ("curvature(w)", "shape", "got ()")),
    (lambda: of(gradient=lambda w: w / 0 * 0), ValueError, ("gradient(w)", "finite", "nan")),
    (lambda: of(gradient=lambda w: "up"), TypeError, ("gradient(w)", "real numbers", "'up'")),
    (lambda: of(cells=0), ValueError, ("cells", "at least 1", "got 0")),
    (lambda: of(cells=3_000_000), ValueError, ("cells", "at most 2000000", "3000000")),
    (lambda: of(interval=(1.0, -1.0)), ValueError, ("interval", "low < high", "-1.0")),
]


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
@pytest.mark.parametrize(("call", "error", "said"), BAD)
def test_bad_input_is_named(call, error, said):
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error
    message = str(caught.value)
    assert message.startswith(said[0])
    for part in said[1:]:
        assert part in message


def test_long_values_are_cut_in_messages():
    assert shown("x" * 58) == repr("x" * 58)
    assert shown("x" * 59) == "'" + "x" * 56 + "..."


ARGUMENTS = [
    (make, argument)
    for module in (observers, schedules, updates)
    for make in map(vars(module).get, module.__all__)
    if inspect.isfunction(make)
    for argument in inspect.signature(make).parameters
]


@pytest.mark.parametrize(("make", "argument"), ARGUMENTS)
def test_argument_that_is_of_no_use_is_named(make, argument):
    parameters = inspect.signature(make).parameters.values()
    good = {given.name: 1 for given in parameters if given.default is given.empty}
    for bad in ("neither", -2.0, [[0.5, -2.0]]):
        with pytest.raises((TypeError, ValueError), match=rf"^{argument}(\[\d\])? must "):
            make(**good | {argument: bad})
