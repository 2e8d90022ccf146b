"""The public names: each has a docstring that is a small page, and whose examples run."""

import dataclasses
import doctest
import inspect
import re
from importlib.metadata import requires, version
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

import sgd_explained as se
from sgd_explained import (
    descent,
    landscape,
    losses,
    measure,
    observers,
    problem,
    problems,
    risk,
    sampling,
    schedules,
    updates,
)

ROOT = Path(__file__).parents[2]
# Modules whose names are too general to stand in the package themselves.
APART = {
    module.__name__.rpartition(".")[2]: module
    for module in (losses, measure, observers, problems, schedules, updates)
}
# By the name in the package, or in one of these.
PUBLIC = {
    **{name: getattr(se, name) for name in se.__all__},
    **{
        f"{room}.{name}": getattr(module, name)
        for room, module in APART.items()
        for name in module.__all__
    },
}
# What a user of the first edition has in scripts.
FIRST_EDITION = [
    "DivergenceError",
    "RiskLandscape",
    "StationaryPoint",
    "Walk",
    "batches",
    "empirical_risk",
    "epoch_orders",
    "gradient",
    "gradient_descent",
    "loss",
    "loss_derivative",
    "loss_second_derivative",
    "predict",
    "risk_curvature",
    "risk_gradient",
    "sgd",
]
FUNCTIONS = {name: thing for name, thing in PUBLIC.items() if inspect.isfunction(thing)}
# Modules of the package share these; their names begin with no underscore as in `_validation`.
INTERNAL = {"applied_rule", "combined", "single_output_loss"}
CLASSES = {name: thing for name, thing in PUBLIC.items() if inspect.isclass(thing)}


def with_members():
    """Public functions, classes, and the public methods and properties of these."""
    for name, thing in {**FUNCTIONS, **CLASSES}.items():
        yield name, thing
        if inspect.isclass(thing):
            for member, value in vars(thing).items():
                if not member.startswith("_") and (
                    inspect.isfunction(value) or isinstance(value, property)
                ):
                    yield f"{name}.{member}", value


def test_public_names_are_all_that_there_is():
    modules = {"descent", "landscape", "palette", "problem", "risk", "sampling", *APART}
    public = {name for name in vars(se) if not name.startswith("_")}
    assert public - modules == set(se.__all__)
    assert se.__all__ == sorted(se.__all__)


@pytest.mark.parametrize("room", APART)
def test_public_names_stand_in_the_reference(room):
    page = ROOT / "docs" / "reference" / "api" / f"{room}.md"
    missing = set(APART[room].__all__) - set(re.findall(r"\w+", page.read_text("utf-8")))
    assert not missing, f"{page.name} must say what they are"


@pytest.mark.parametrize("module", APART.values(), ids=APART)
def test_public_names_of_a_module_are_all_that_it_defines(module):
    own = {
        name
        for name, thing in vars(module).items()
        if not name.startswith("_") and getattr(thing, "__module__", None) == module.__name__
    }
    elsewhere = {name for name in own if name in se.__all__} | INTERNAL
    assert own - elsewhere <= set(module.__all__)
    assert all(hasattr(module, name) for name in module.__all__)


def test_names_of_the_first_edition_are_there():
    assert set(FIRST_EDITION) <= set(se.__all__)
    for name in problem.__all__:
        assert getattr(problem, name) is getattr(se, name)


def test_public_values_are_named_like_what_they_are():
    values = {name: thing for name, thing in PUBLIC.items() if name not in {*FUNCTIONS, *CLASSES}}
    for name, thing in values.items():
        if name not in {"losses.LOSSES", "updates.Rule"}:
            assert name.rpartition(".")[2] in repr(thing)


def test_values_cannot_be_changed_by_accident():
    values = list(filter(dataclasses.is_dataclass, CLASSES.values()))
    assert {se.StationaryPoint, se.Walk, measure.Estimate, problems.Problem} <= set(values)
    for value in values:
        assert value.__dataclass_params__.frozen, value


@pytest.mark.parametrize("module", [risk, sampling, descent, landscape, *APART.values()])
def test_examples_of_docstrings_run(module):
    finder = doctest.DocTestFinder(exclude_empty=True)
    runner = doctest.DocTestRunner(optionflags=doctest.FAIL_FAST)
    # What a user has after `from sgd_explained import *`, and nothing else.
    public = {name: getattr(se, name) for name in se.__all__}
    names = {
        **public,
        **{name: vars(module)[name] for name in vars(module).get("__all__", ())},
        "np": np,
    }
    complaints = []
    for test in finder.find(module, globs=names):
        runner.run(test, out=complaints.append)
    assert not complaints, "".join(complaints)
    assert runner.tries > 0


@pytest.mark.parametrize(("name", "thing"), list(with_members()))
def test_docstring_opens_with_one_line(name, thing):
    first, *rest = inspect.getdoc(thing).splitlines()
    assert first.endswith(".")
    assert not rest or rest[0] == ""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_docstring_of_a_function_has_its_sections(name):
    function = FUNCTIONS[name]
    text = inspect.getdoc(function)
    parameters = inspect.signature(function).parameters
    takes = ("Parameters", "Raises") if parameters else ()
    for section in (*takes, "Returns", "Examples"):
        assert f"\n{section}\n{'-' * len(section)}\n" in text
    for parameter in parameters:
        assert f"\n{parameter} : " in text or f"\n\\*{parameter} : " in text
    # The normal case, and an edge.
    assert text.count(">>> ") >= 2


@pytest.mark.parametrize(("name", "thing"), list(with_members()))
def test_docstring_has_an_example(name, thing):
    assert "\nExamples\n--------\n" in inspect.getdoc(thing)
    assert ">>> " in inspect.getdoc(thing)


def test_package_is_typed_and_needs_numpy_only():
    assert files("sgd_explained").joinpath("py.typed").is_file()
    always = [requirement for requirement in requires("sgd_explained") if ";" not in requirement]
    assert always == ["numpy>=2"]
    assert version("sgd_explained")
