"""Functions that are values: made from arguments, shown by them, and equal if these are equal."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

from ._validation import shown

_P = ParamSpec("_P")
_Made = TypeVar("_Made", bound="Made")

_FACTORIES: set[Callable[..., Any]] = set()


@dataclass(frozen=True)
class Made:
    """A function with the name and the arguments that it was made from."""

    factory: Callable[..., Any]
    arguments: tuple[tuple[str, Any], ...]
    function: Callable[..., Any] = field(compare=False)

    def __call__(self, *args: Any) -> Any:
        return self.function(*args)

    def __repr__(self) -> str:
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.arguments)
        name = self.factory.__name__
        return name[1:] if name.startswith("_") else f"{name}({arguments})"

    def __reduce__(self) -> tuple[Any, ...]:
        # A function that closes over its arguments is not sent to another process; these are.
        return functools.partial(self.factory, **dict(self.arguments)), ()


def made(kind: type[_Made]) -> Callable[[Callable[_P, Callable[..., Any]]], Callable[_P, _Made]]:
    """Have a factory return its function as a value of this kind."""

    def decorated(factory: Callable[_P, Callable[..., Any]]) -> Callable[_P, _Made]:
        signature = inspect.signature(factory)

        @functools.wraps(factory)
        def build(*args: _P.args, **options: _P.kwargs) -> _Made:
            bound = signature.bind(*args, **options)
            bound.apply_defaults()
            function = factory(*args, **options)
            return kind(build, tuple(bound.arguments.items()), function)

        _FACTORIES.add(build)
        return build

    return decorated


def checked_function(name: str, value: Any, example: str) -> Callable[..., Any]:
    """Return ``value`` if it can be called, and is not what first makes the function."""
    if not callable(value):
        raise TypeError(f"{name} must be callable, such as {example}, got {shown(value)}")
    if inspect.isfunction(value) and value in _FACTORIES:
        raise TypeError(
            f"{name} must be what {value.__name__}(...) returns, such as {example}, "
            f"got {value.__name__} itself"
        )
    return value  # type: ignore[no-any-return]
