"""The public names: each has a docstring that is a small page, and whose examples run."""

import doctest
import inspect
from importlib.metadata import requires, version
from importlib.resources import files

import numpy as np
import pytest

import sgd_explained as se
from sgd_explained import descent, landscape, measure, problem, sampling

# By the name in the package; the names of `measure` are too general to stand there themselves.
PUBLIC = {
    **{name: getattr(se, name) for name in se.__all__},
    **{f"measure.{name}": getattr(measure, name) for name in measure.__all__},
}
FUNCTIONS = {name: thing for name, thing in PUBLIC.items() if inspect.isfunction(thing)}
CLASSES = {name: thing for name, thing in PUBLIC.items() if inspect.isclass(thing)}


def with_members():
    """Public functions, classes, and the public methods and properties of these."""
    for name, thing in PUBLIC.items():
        yield name, thing
        if inspect.isclass(thing):
            for member, value in vars(thing).items():
                if not member.startswith("_") and (
                    inspect.isfunction(value) or isinstance(value, property)
                ):
                    yield f"{name}.{member}", value


def test_public_names_are_all_that_there_is():
    modules = {"descent", "landscape", "measure", "palette", "problem", "sampling"}
    public = {name for name in vars(se) if not name.startswith("_")}
    assert public - modules == set(se.__all__)
    assert se.__all__ == sorted(se.__all__)
    assert measure.__all__ == sorted(measure.__all__)
    own = {
        name
        for name, thing in vars(measure).items()
        if not name.startswith("_") and getattr(thing, "__module__", None) == measure.__name__
    }
    assert own == set(measure.__all__)
    assert len(FUNCTIONS) + len(CLASSES) == len(PUBLIC)


@pytest.mark.parametrize("module", [problem, sampling, descent, landscape, measure])
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
    for section in ("Parameters", "Returns", "Raises", "Examples"):
        assert f"\n{section}\n{'-' * len(section)}\n" in text
    for parameter in inspect.signature(function).parameters:
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
