"""The table of Keras's calls on the page about libraries, row by row, over some hundred steps.

Keras runs on PyTorch here, in float64.
"""

import inspect
import os
import re
from pathlib import Path

import numpy as np
import pytest

import sgd_explained as se
from sgd_explained import schedules, updates

os.environ.setdefault("KERAS_BACKEND", "torch")  # TensorFlow is large, and torch is there.
pytest.importorskip("torch")
keras = pytest.importorskip("keras")
optimizers, falling = keras.optimizers, keras.optimizers.schedules

# Keras on PyTorch asks for arrays in a way that NumPy 2 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

STEPS, SIZE = 300, 7
PAGE = Path(__file__).parents[2] / "docs/practice/your-library.md"
TABLE = PAGE.read_text(encoding="utf-8").split("What a call of ours is called in Keras")[1]
ROWS = re.findall(r"^\| (`.*?) \| (`.*?) \| (.*?) \|$", TABLE.split(":::")[0], flags=re.MULTILINE)


@pytest.fixture(autouse=True)
def double():
    before = keras.config.floatx()
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx(before)


@pytest.fixture
def gradients():
    return np.random.default_rng(3).normal(size=(STEPS, SIZE))


def ours(update, rate, gradients, start):
    return se.sgd(
        lambda w, g: g + 0.1 * w, start, gradients, learning_rate=rate, order="sequential",
        update=update,
    ).weights[1:]  # fmt: skip


def keras_path(optimizer, gradients, start):
    w, path = keras.Variable(start, dtype="float64"), []
    optimizer.build([w])
    for gradient in gradients:
        weights = keras.ops.convert_to_numpy(w)
        optimizer.apply([keras.ops.convert_to_tensor(gradient + 0.1 * weights)])
        path.append(keras.ops.convert_to_numpy(w).copy())
    return np.array(path)


# The rule, Keras's, and the relative error that is allowed, in the order of the table.
SAME, NEARLY = 1e-13, 1e-6
RULES = [
    (updates.plain, lambda: optimizers.SGD(0.02), SAME),
    (updates.momentum(0.9), lambda: optimizers.SGD(0.02, momentum=0.9), SAME),
    (updates.nesterov(0.9), lambda: optimizers.SGD(0.02, momentum=0.9, nesterov=True), SAME),
    (
        updates.adagrad(eps=0),
        lambda: optimizers.Adagrad(0.02, initial_accumulator_value=0.0, epsilon=0.0),
        SAME,
    ),
    (updates.rmsprop(eps=0), lambda: optimizers.RMSprop(0.02, rho=0.99, epsilon=0.0), SAME),
    (updates.adam(eps=0), lambda: optimizers.Adam(0.02, epsilon=0.0), SAME),
    (
        updates.adamw(eps=0),
        lambda: optimizers.AdamW(0.02, epsilon=0.0, weight_decay=0.01),
        SAME,
    ),
    (updates.clip_by_value(0.5), lambda: optimizers.SGD(0.02, clipvalue=0.5), SAME),
    (updates.clip_by_norm(1.0), lambda: optimizers.SGD(0.02, global_clipnorm=1.0), NEARLY),
]
RATES = [
    (schedules.step(0.3, 90, 0.7), lambda: falling.ExponentialDecay(0.3, 90, 0.7, staircase=True)),
    (schedules.exponential(0.3, 0.99), lambda: falling.ExponentialDecay(0.3, 1, 0.99)),
    (schedules.inverse(0.3, 50), lambda: falling.InverseTimeDecay(0.3, 50, 1.0)),
    (schedules.cosine(0.3, 200, 0.03), lambda: falling.CosineDecay(0.3, 200, alpha=0.1)),
    (
        schedules.warmup(schedules.cosine(0.3, 200), 100, 0.1),
        lambda: falling.CosineDecay(0.03, 200, warmup_target=0.3, warmup_steps=100),
    ),
]


def apart(path, wanted):
    return np.abs(path - wanted).max() / np.abs(wanted).max()


@pytest.mark.parametrize(("update", "theirs", "error"), RULES)
def test_update_is_that_of_keras(update, theirs, error, gradients):
    start = np.linspace(-1, 1, SIZE)
    found = apart(keras_path(theirs(), gradients, start), ours(update, 0.02, gradients, start))
    assert found < error
    assert error == SAME or found > SAME, "the table says how far they agree"


@pytest.mark.parametrize(("schedule", "theirs"), RATES)
def test_schedule_is_that_of_keras(schedule, theirs):
    keras_schedule = theirs()
    wanted = [float(keras_schedule(k)) for k in range(STEPS)]
    np.testing.assert_allclose([schedule(k) for k in range(STEPS)], wanted, rtol=1e-13, atol=1e-15)


def test_with_the_defaults_adam_is_another(gradients):
    start = np.linspace(-1, 1, SIZE)
    found = apart(keras_path(optimizers.Adam(0.02), gradients, start),
                  ours(updates.adam(), 0.02, gradients, start))  # fmt: skip
    assert 1e-9 < found < 1e-3


def test_clipnorm_has_one_norm_for_each_variable():
    both = [keras.Variable(np.zeros(2), dtype="float64") for _ in range(2)]
    for option, norms in [("clipnorm", [1, 1]), ("global_clipnorm", [0.6, 0.8])]:
        for w in both:
            w.assign(np.zeros(2))
        optimizer = optimizers.SGD(1.0, **{option: 1.0})
        optimizer.build(both)
        optimizer.apply([keras.ops.convert_to_tensor(np.array([length, 0.0])) for length in (3, 4)])
        moved = [np.linalg.norm(keras.ops.convert_to_numpy(w)) for w in both]
        np.testing.assert_allclose(moved, norms)


def test_one_kind_of_clipping_at_a_time():
    with pytest.raises(ValueError, match="Only one of `clipnorm`"):
        optimizers.SGD(clipnorm=1.0, clipvalue=1.0)


def test_each_row_of_the_table_is_compared():
    made = [re.match(r"\w+", str(rule))[0] for rule, *_ in RULES + RATES]
    assert [re.match(r"`(\w+)", row)[1] for row, *_ in ROWS] == made
    for (_, call, agree), (_, theirs, *error) in zip(ROWS, RULES + RATES, strict=True):
        built = theirs()
        kind, *options = re.findall(r"`(\w+)(?:=([\w.]+))?`", call)
        assert type(built).__name__ == kind[0]
        for option, value in options:
            assert option in inspect.signature(type(built)).parameters
            if value and value != "c":
                assert str(built.get_config()[option]) == value
        assert ("digits" in agree) == (error == [NEARLY])
