"""What a gallery script tells: its numbers under names, with the lines that computed them.

A script leaves a dictionary ``numbers`` behind. Its values are plain numbers and texts, estimates
of ``sgd_explained.measure``, dictionaries of these, and tables: lists of rows. The scraper writes
them to a JSON file beside the script's page, which ``told/links.py`` reads.

Which code computed a number is read from the script: the entry of the dictionary, and for each name
in that entry the statement that last gave it a value.
"""

import ast
import json
from pathlib import Path

from pygments import highlight
from pygments.lexers import PythonLexer
from sphinx.errors import ExtensionError
from sphinx_gallery.py_source_parser import split_code_and_text_blocks

from pages.code import CodeFormatter
from told.links import SUFFIX
from told.values import VARIABLE, flat, record

# More lines of code than this are cut: a card is no page.
LONGEST = 14


# Code


def _stored(statement):
    """Names to which a statement gives a value, or a part of one."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and isinstance(
            node.ctx, ast.Store
        ):
            while isinstance(node, ast.Attribute | ast.Subscript):
                node = node.value
            if isinstance(node, ast.Name):
                yield node.id
    if isinstance(statement, ast.FunctionDef):
        yield statement.name


def _entries(node):
    """Pairs of key and value that an expression or a statement puts into a dictionary."""
    match node:
        case ast.Assign(targets=[ast.Subscript(slice=key)], value=value):
            yield key, value
        case ast.Assign(value=value) | ast.AugAssign(value=value) | ast.AnnAssign(value=value):
            yield from _entries(value)
        case ast.BinOp(left=left, right=right):
            yield from _entries(left)
            yield from _entries(right)
        case ast.Dict(keys=keys, values=values):
            yield from zip(keys, values, strict=True)


def _find(node, parts):
    """Node that tells a name: the entry of its last part that is written out, as key and value."""
    for key, value in _entries(node):
        if isinstance(key, ast.Constant) and str(key.value) == parts[0]:
            inner = _find(value, parts[1:]) if len(parts) > 1 else None
            return inner or (key, value)
    return None


def _repeated(node):
    """Keys that a written-out dictionary has a second time."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Dict):
            keys = [key for key in inner.keys if isinstance(key, ast.Constant)]
            for i, key in enumerate(keys):
                if key.value in [other.value for other in keys[:i]]:
                    yield key


class Script:
    """The source of a script: its statements, its blocks of code, and where a name is told."""

    def __init__(self, path):
        self.path = Path(path)
        self.lines = self.path.read_text("utf-8").splitlines()
        _, blocks = split_code_and_text_blocks(str(path))
        self.blocks = [block.lineno for block in blocks if block.type == "code"]
        module = ast.parse("\n".join(self.lines))
        self.title = (ast.get_docstring(module) or path.stem).splitlines()[0]
        self.statements = module.body

    def block_of(self, line):
        """Number of the block of code that has a line, from 0."""
        return sum(start <= line for start in self.blocks) - 1

    def tellers(self, first_line, last_line):
        """Statements between two lines that give a value to ``numbers``, or to a part of it."""
        return [
            statement
            for statement in self.statements
            if first_line <= statement.lineno <= last_line and VARIABLE in _stored(statement)
        ]

    def told_at(self, name, last_line):
        """Nodes of the key and of the value of a name, told no later than a line.

        Where the name is not written out, both are the statement that tells.
        """
        tellers = self.tellers(1, last_line)
        for teller in reversed(tellers):
            if entry := _find(teller, name.split(".")):
                return entry
        return tellers[-1], tellers[-1]

    def source(self, name, last_line):
        """Lines that compute a number, told no later than a line: the first line, and the code."""
        key, value = self.told_at(name, last_line)
        wanted = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
        last: dict[str, ast.stmt] = {}
        for statement in self.statements:
            if statement.lineno < key.lineno and not isinstance(
                statement, ast.Import | ast.ImportFrom
            ):
                last |= dict.fromkeys(wanted.intersection(_stored(statement)), statement)
        givers = sorted(set(last.values()), key=lambda giver: giver.lineno)
        parts = [self.lines[giver.lineno - 1 : giver.end_lineno] for giver in givers]
        # A name that is told as it is says nothing that its own statement does not say.
        if not (parts and isinstance(value, ast.Name)):
            parts.append(self._between(key, value))
        teller = givers[-1] if givers and key is not value else key
        return teller.lineno, "\n".join(_cut(parts))

    def _between(self, first, last):
        """Lines from the beginning of one node to the end of another."""
        lines = self.lines[first.lineno - 1 : last.end_lineno]
        lines[-1] = lines[-1].encode()[: last.end_col_offset].decode()
        lines[0] = lines[0].encode()[first.col_offset :].decode()
        return lines


def _cut(parts):
    """Give the lines of all parts, as many as a card has room for."""
    room = LONGEST
    for lines in parts:
        yield from lines[: max(room, 1)]
        if len(lines) > max(room, 1):
            yield "…"
        room -= len(lines)


# Files


def path_of(image):
    """File of the numbers of a script, beside its page, from the path of one of its images."""
    folder, stem = Path(image).parent.parent, Path(image).stem
    return folder / (stem.removeprefix("sphx_glr_").rsplit("_", 1)[0] + SUFFIX)


def scrape(block, block_vars, gallery_conf):
    """Note what a block of a script has told, and write it all after the last block."""
    script = block_vars.setdefault("told_script", Script(block_vars["src_file"]))
    told = block_vars.setdefault("told_numbers", {})
    shelf = block_vars["example_globals"].get(VARIABLE, {})
    end = next((line for line in script.blocks if line > block.lineno), len(script.lines) + 1) - 1

    def complain(line, problem):
        raise ExtensionError(f"{script.path.name}, line {line}: {problem}")

    if not isinstance(shelf, dict):
        complain(block.lineno, f"{VARIABLE} must be a dictionary, got {shelf!r}")
    for statement in script.tellers(block.lineno, end):
        for key in _repeated(statement):
            complain(key.lineno, f"the name {key.value!r} is told twice")
    seen = dict(flat(shelf))
    for name, (value, _) in told.items():
        if name not in seen or seen[name] is not value:
            complain(block.lineno, f"the name {name!r}, told above, is told twice or lost")
    for name, value in seen.items():
        if name not in told:
            try:
                kept = record(value)
            except (TypeError, ValueError) as error:
                complain(script.told_at(name, end)[0].lineno, f"the number {name!r} {error}")
            line, code = script.source(name, end)
            code = highlight(code, PythonLexer(), CodeFormatter(nowrap=True))
            told[name] = (
                value,
                {
                    **kept,
                    "block": script.block_of(line),
                    "line": line,
                    "code": code,
                },
            )
    if block.lineno == script.blocks[-1] and told:
        path = path_of(block_vars["image_path_iterator"].image_path.format(1))
        numbers = {name: kept for name, (_, kept) in told.items()}
        content = {"title": script.title, "numbers": numbers}
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True), "utf-8")
    return ""
