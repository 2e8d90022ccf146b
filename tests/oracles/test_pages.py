"""The lines for other libraries that the pages of part II show, run as they stand."""

import copy
import importlib.util
import inspect
import re
from pathlib import Path

import numpy as np
import pytest

from sgd_explained.measure import mean
from sgd_explained.problems import least_squares

PAGES = Path(__file__).parents[2] / "docs/practice"


def blocks(page):
    """Return the blocks of a page that are for other libraries, in its order."""
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    return re.findall(r"^```py\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)


# The clinic and the learning rate in practice: each block stands alone, with a model and batches of the reader's own.


@pytest.fixture
def own():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    x = torch.randn(60, 3)
    t = x @ torch.tensor([[1.0], [-2.0], [0.5]]) + 0.1 * torch.randn(60, 1)
    model = torch.nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    batches = list(zip(x[:48].split(16), t[:48].split(16), strict=True))
    loss_of = torch.nn.MSELoss()

    def train_one_epoch():
        for inputs, targets in batches:
            optimizer.zero_grad()
            loss_of(model(inputs), targets).backward()
            optimizer.step()

    return {
        "torch": torch, "copy": copy, "model": model, "optimizer": optimizer, "lr": 0.01,
        "batches": batches, "loss_of": loss_of, "train_one_epoch": train_one_epoch,
        "epochs": 5, "x_watched": x[48:], "t_watched": t[48:], "device": "cpu",
        "data": torch.utils.data.TensorDataset(x, t), "old_batch": 16, "new_batch": 64,
    }  # fmt: skip


@pytest.mark.parametrize("block", blocks("clinic") + blocks("learning-rate-in-practice"))
def test_lines_for_models_of_the_readers_own_run(block, own):
    deterministic = own["torch"].are_deterministic_algorithms_enabled()
    try:
        exec(block, own)  # noqa: S102, our own page
    finally:
        own["torch"].use_deterministic_algorithms(deterministic)


def told(block, own, capsys):
    exec(block, own)  # noqa: S102, our own page
    return capsys.readouterr().out.split()


def test_a_short_step_keeps_its_promise(own, capsys):
    (block,) = (block for block in blocks("clinic") if "promised" in block)
    (kept,) = told(block, own | {"lr": 1e-3}, capsys)
    assert 0.98 < float(kept) <= 1
    # At ten times the limit of the largest curvature it does not.
    assert float(told(block, own | {"lr": 10.0}, capsys)[0]) < 0


def test_losses_of_the_same_examples_lie_still_where_weights_do(own, capsys):
    (block,) = (block for block in blocks("clinic") if "x_same" in block)
    own["optimizer"].param_groups[0]["lr"] = 0.0
    out = told(block, own, capsys)
    assert len(set(out[::2])) == len(own["batches"])
    assert len(set(out[1::2])) == 1


def test_weights_of_the_lowest_loss_are_kept(own):
    (block,) = (block for block in blocks("clinic") if "watched" in block)
    rising = iter([3.0, 1.0, 2.0, 4.0, 5.0])
    own["loss_of"] = lambda *_: own["torch"].tensor(next(rising))
    weights = []

    def train_one_epoch():
        with own["torch"].no_grad():
            own["model"].weight += 1
        weights.append(own["model"].weight.detach().numpy().copy())

    exec(block, own | {"train_one_epoch": train_one_epoch})  # noqa: S102, our own page
    np.testing.assert_array_equal(own["model"].weight.detach().numpy(), weights[1])


def test_noise_scale_of_the_diabetes_data_is_estimated(own, capsys):
    (block,) = (block for block in blocks("learning-rate-in-practice") if "bend" in block)
    torch = own["torch"]
    datasets = pytest.importorskip("sklearn.datasets")
    x, t = datasets.load_diabetes(return_X_y=True)
    x, t = (x - x.mean(axis=0)) / x.std(axis=0), (t - t.mean()) / t.std()
    model = torch.nn.Linear(10, 1, bias=False, dtype=torch.float64)
    torch.nn.init.zeros_(model.weight)
    data = torch.utils.data.TensorDataset(torch.from_numpy(x), torch.from_numpy(t[:, np.newaxis]))
    own |= {"data": data, "model": model}

    def estimated(block):
        estimates = [float(told(block, own, capsys)[0]) for _ in range(50)]
        return mean(np.array(estimates))

    problem, start = least_squares(x, t), np.zeros(10)
    G, H = problem.risk_gradient(start), problem.risk_curvature(start)
    covariance = np.cov(problem.gradient(start, x, t).T, bias=True)
    scale, simple = np.trace(H @ covariance) / (G @ H @ G), np.trace(covariance) / (G @ G)
    found = estimated(block)
    assert found.low < scale < found.high
    assert found.high < simple
    # As the page says, without the curvature it is the simple scale.
    without = re.sub(r"return g @ gradient\(slope.*", "return g @ g", block)
    found = estimated(without)
    assert found.low < simple < found.high


# From here to your library: all blocks in one interpreter, those of a library if it is installed.


# Keras on PyTorch asks for arrays in a way that NumPy 2 warns of.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_walks_in_all_libraries_are_ours(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")  # TensorFlow is large, and torch is there.
    names, ran = {}, []
    for block in blocks("your-library"):
        library = re.match(r"(?:import|from) (\w+)", block)
        library = library and library[1].replace("jax", "optax")
        if library and importlib.util.find_spec(library) is None:
            continue
        exec(block, names)  # noqa: S102, our own page
        ran.append(library)
    assert {"numpy", "torch", "optax", "sklearn", "keras", None} <= set(ran)


def default(function, name):
    return inspect.signature(function).parameters[name].default


def test_defaults_of_the_table(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    torch, optax, keras = map(pytest.importorskip, ("torch", "optax", "keras"))
    rows = {
        "decay of AdamW": [
            default(torch.optim.AdamW, "weight_decay"),
            default(optax.adamw, "weight_decay"),
            default(keras.optimizers.AdamW, "weight_decay"),
        ],
        r"$\epsilon$ of Adam": [
            default(torch.optim.Adam, "eps"),
            default(optax.adam, "eps"),
            default(keras.optimizers.Adam, "epsilon"),
        ],
    }
    text = (PAGES / "your-library.md").read_text(encoding="utf-8")
    for name, found in rows.items():
        (row,) = re.findall(rf"^\| {re.escape(name)} \| (.*) \|$", text, flags=re.MULTILINE)
        assert [float(cell) for cell in row.split(" | ")] == found
    assert default(torch.optim.Adam, "lr") == 0.001
    assert default(keras.optimizers.Adam, "learning_rate") == 0.001
    begin = "initial_accumulator_value"
    assert default(torch.optim.Adagrad, begin) == 0
    assert default(optax.adagrad, begin) == default(keras.optimizers.Adagrad, begin) == 0.1
    assert default(keras.Model.fit, "shuffle") is True
    assert default(optax.adam, "learning_rate") is inspect.Parameter.empty
    loader = torch.utils.data.DataLoader
    assert default(loader, "batch_size") == 1
    assert not default(loader, "shuffle")
    assert not default(loader, "drop_last")


def test_names_of_the_table_are_there():
    torch, optax = map(pytest.importorskip, ("torch", "optax"))
    rooms = [[torch.optim, torch.optim.lr_scheduler, torch.nn.utils], [optax]]
    text = (PAGES / "your-library.md").read_text(encoding="utf-8").split("What a call of ours")[1]
    rows = re.findall(r"^\| `(.*?)\|(.*)\|(.*)\|$", text.split(":::")[0], flags=re.MULTILINE)
    assert len(rows) == 12
    for _, *cells in rows:
        for modules, cell in zip(rooms, cells, strict=True):
            names, calls = re.findall(r"`(\w+)(?:=[\w.]+)?`", cell), []
            for name in names:
                found = [getattr(module, name) for module in modules if hasattr(module, name)]
                calls += found
                options = {
                    option for call in calls for option in inspect.signature(call).parameters
                }
                assert found or name in options, name


def test_growing_weights_and_holes_are_told(own, capsys):
    (block,) = (block for block in blocks("clinic") if "isfinite" in block)
    own["optimizer"].param_groups[0]["lr"] = 100.0
    own["batches"][2][0][0, 0] = np.nan
    out = told(block, own, capsys)
    sizes, whole = [float(size) for size in out[::3]], out[1::3]
    assert sizes[1] > 5 * sizes[0]
    assert whole == ["True", "True", "False"]
