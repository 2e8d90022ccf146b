"""Mutants of a module: its source with one thing altered, by the operators of mutmut."""

import difflib
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

# What only type checkers read.
TYPES = {"NewType", "ParamSpec", "TypeAlias", "TypeVar"}


@dataclass(frozen=True)
class Mutant:
    """A module that is altered, and the lines of the statement in which it is."""

    module: str
    source: str
    lines: range
    name: str


def mutants_of(module: str, source: str) -> list[Mutant]:
    """Return all mutants of a module, in the order of the source."""
    wrapper = MetadataWrapper(cst.parse_module(source))
    tree, positions = wrapper.module, wrapper.resolve(PositionProvider)
    pieces = [tree.code_for_node(statement) for statement in tree.body]
    before = tree.code.index(pieces[0])
    start, after = tree.code[:before], tree.code[before + sum(map(len, pieces)) :]
    found = []
    for i, statement in enumerate(tree.body):
        places = _Places()
        statement.visit(places)
        for node, within, altered in places.found:
            piece = tree.code_for_node(statement.deep_replace(node, altered))
            text = start + "".join([*pieces[:i], piece, *pieces[i + 1 :]]) + after
            span = positions[within]
            lines = range(span.start.line, span.end.line + 1)
            found.append(Mutant(module, text, lines, _name(module, pieces[i], piece)))
    return found


def _name(module: str, old: str, new: str) -> str:
    """Name a mutant by the lines that differ: that holds when others come or go."""
    changes = [
        line for line in difflib.ndiff(old.splitlines(), new.splitlines()) if line[0] in "-+"
    ]
    was, now = (" ".join(line[2:].strip() for line in changes if line[0] == sign) for sign in "-+")
    return f"{module}: {was} -> {now}"


class _Places(cst.CSTVisitor):
    """Collects what is altered: the node, the statement it stands in, and what takes its place."""

    def __init__(self) -> None:
        self.found: list[tuple[cst.CSTNode, cst.CSTNode, cst.CSTNode]] = []
        self._within: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if _is_for_types(node):
            return False
        if isinstance(node, cst.SimpleStatementLine):
            self._within.append(node)
        if not _is_call_of(node, {"cast"}):
            self.found += [
                (node, (self._within or [node])[-1], altered)
                for kind, operator in mutation_operators
                if isinstance(node, kind)
                for altered in operator(node)
                if _is_strict(node) == _is_strict(altered)
            ]
            return True
        node.args[1].visit(self)
        return False

    def on_leave(self, node: cst.CSTNode) -> None:
        if isinstance(node, cst.SimpleStatementLine):
            self._within.pop()


def _is_for_types(node: cst.CSTNode) -> bool:
    """Tell whether a node is a type, an import or ``__all__``, which tests/package holds in full."""
    if isinstance(node, (cst.Assign, cst.AnnAssign)):
        targets = (
            [t.target for t in node.targets] if isinstance(node, cst.Assign) else [node.target]
        )
        return (
            any(isinstance(target, cst.Name) and target.value == "__all__" for target in targets)
            or (isinstance(node, cst.AnnAssign) and _is_named(node.annotation.annotation, TYPES))
            or (node.value is not None and _is_call_of(node.value, TYPES))
        )
    strict = isinstance(node, cst.Arg) and _is_named(node.keyword, {"strict"})
    return strict or isinstance(node, (cst.Annotation, cst.Import, cst.ImportFrom))


def _is_strict(node: cst.CSTNode) -> bool:
    """Tell whether a call says ``strict=True`` or False, as of zip: that is a check by itself."""
    return isinstance(node, cst.Call) and any(
        _is_named(argument.keyword, {"strict"}) and _is_named(argument.value, {"True", "False"})
        for argument in node.args
    )


def _is_call_of(node: cst.CSTNode, names: set[str]) -> bool:
    return isinstance(node, cst.Call) and _is_named(node.func, names)


def _is_named(node: cst.CSTNode | None, names: set[str]) -> bool:
    return isinstance(node, cst.Name) and node.value in names
