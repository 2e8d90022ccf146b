"""Judge each mutant of the package by the package's tests: all that live must be known as equivalent.

A mutant gets a process of its own, forked when all tests are collected. There, the code of the
functions that it alters is exchanged in place, and the tests that reach its line run, the quickest
first. What lives on, or alters more than functions, is imported afresh by a second pytest in the
process, with all tests that reach the module: what is computed at import is new then, too.
"""

import argparse
import gc
import hashlib
import importlib.abc
import importlib.util
import inspect
import json
import math
import os
import resource
import signal
import sys
import time
import tomllib
import types
from pathlib import Path

import coverage
import pytest
from hypothesis import Phase, settings
from mutants import Mutant, mutants_of

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "sgd_explained"
TESTS = ROOT / "tests" / "package"
KEPT = ROOT / "build" / "mutants" / "tests.json"
EQUIVALENT = Path(__file__).with_name("equivalent.toml")
OPTIONS = [
    *(
        "-q",
        "--capture=no",
        "--tb=no",
        "--no-header",
        "--no-summary",
        "--hypothesis-profile=mutants",
    ),
    *("-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:pytest_cov"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
    # Beside a tracer, memory cannot be measured.
    f"--ignore={TESTS / 'test_memory.py'}",
]
# A mutant that does not end is killed: a test gets so many seconds of the processor, and so much memory.
SECONDS, BYTES = 30, 6 * 2**30


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", help="those that are through, unless named")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--only", nargs="+", default=[""], help="mutants whose names hold these")
    parser.add_argument("--tests", nargs="+", default=[str(TESTS)], help="what judges, if not all")
    arguments = parser.parse_args()
    settings.register_profile(
        "mutants",
        deadline=None,
        database=None,
        derandomize=True,
        max_examples=25,
        phases=[Phase.explicit, Phase.generate],
    )
    modules = arguments.modules or tomllib.loads(EQUIVALENT.read_text("utf-8"))["modules"]
    judge = Judge(modules, arguments.only, arguments.processes)
    return pytest.main([*OPTIONS, *arguments.tests], plugins=[judge])


class Judge:
    """A plugin of pytest that runs the collected tests on each mutant instead of once."""

    def __init__(self, modules: list[str], only: list[str], processes: int) -> None:
        self.modules, self.only, self.processes = modules, only, processes

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Interrupted("the tests cannot be collected")
        reached, seconds = measured(session, self.processes)
        session.items.sort(key=lambda item: seconds[item.nodeid])
        functions = live_functions()
        living: set[str] = set()
        for module in self.modules:
            began, path = time.monotonic(), SOURCE / f"{module}.py"
            source = path.read_text("utf-8")
            original = compile(source, str(path), "exec")
            mutants = [m for m in mutants_of(module, source) if holds(m.name, self.only)]
            of_lines = reached.get(str(path), {})
            of_module = {name for names in of_lines.values() for name in names} | {
                item.nodeid for item in session.items if module in item.path.read_text("utf-8")
            }

            def judged(
                mutant, path=path, original=original, of_lines=of_lines, of_module=of_module
            ):
                altered = compile(mutant.source, str(path), "exec")
                names = {name for k in mutant.lines for name in of_lines.get(k, ())}
                if names and exchanged(original, altered, functions):
                    chosen = [item for item in session.items if item.nodeid in names]
                    run(sorted(chosen, key=lambda item: not is_of(mutant.module, item.nodeid)))
                run_afresh(mutant, path, {name: seconds[name] for name in of_module})

            lives = in_processes(judged, mutants, self.processes, silent=True)
            living.update(
                mutant.name for mutant, alive in zip(mutants, lives, strict=True) if alive
            )
            took = time.monotonic() - began
            print(f"{module}: {len(mutants)} mutants, {sum(lives)} live, {took:.0f} s", flush=True)
        session.testsfailed = complaints(living, self.modules, self.only)
        return True

    def pytest_runtest_logstart(self) -> None:
        grant_seconds()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            print(report.nodeid, report.longreprtext, file=sys.stderr, flush=True)
            os._exit(1)


def measured(session: pytest.Session, processes: int) -> tuple[dict, dict]:
    """Return which tests reach each line of the package, and how long each of them takes.

    What is known of a file of tests is kept until it or the package changes.
    """
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    kept = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    package = "".join(path.read_text("utf-8") for path in sorted(SOURCE.glob("*.py")))
    keys = {
        path: hashlib.sha256((package + path.read_text("utf-8")).encode()).hexdigest()
        for path in TESTS.glob("test_*.py")
    }
    kept = {key: kept[key] for key in keys.values() if key in kept}
    keys = {path: keys[path] for path in {item.path for item in session.items}}

    def measure(path: Path) -> None:
        tracer = coverage.Coverage(data_file=None, include=[f"{SOURCE}/*"], config_file=False)
        seconds = {}
        tracer.start()
        for item in session.items:
            if item.path == path:
                tracer.switch_context(item.nodeid)
                began = time.process_time()
                run([item])
                seconds[item.nodeid] = time.process_time() - began
        tracer.stop()
        data = tracer.get_data()
        reached = {file: data.contexts_by_lineno(file) for file in data.measured_files()}
        KEPT.with_suffix(f".{keys[path]}").write_text(json.dumps([reached, seconds]), "utf-8")

    new = [path for path, key in keys.items() if key not in kept]
    if not all(in_processes(measure, new, processes, silent=False)):
        raise session.Interrupted("the tests fail without a mutant")
    for path in new:
        file = KEPT.with_suffix(f".{keys[path]}")
        kept[keys[path]] = json.loads(file.read_text("utf-8"))
        file.unlink()
    KEPT.write_text(json.dumps(kept), "utf-8")
    reached: dict[str, dict[int, set[str]]] = {}
    for files, _ in kept.values():
        for file, lines in files.items():
            for line, names in lines.items():
                reached.setdefault(file, {}).setdefault(int(line), set()).update(names)
    return reached, {name: took for _, seconds in kept.values() for name, took in seconds.items()}


def in_processes(work, things: list, processes: int, silent: bool) -> list[bool]:
    """Do the work on each thing in a process of its own, and return which came to their ends."""
    running, ended = {}, [False] * len(things)

    def wait() -> None:
        process, status = os.wait()
        i = running.pop(process)
        ended[i] = status == 0
        if ended[i] and silent:
            print(f"{things[i].lines.start}: {things[i].name}", file=sys.stderr, flush=True)

    for i, thing in enumerate(things):
        if len(running) == processes:
            wait()
        process = os.fork()
        if process:
            running[process] = i
            continue
        code = 1
        try:
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            if silent:
                os.dup2(silence, 2)
                grant_seconds()
                resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
                resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            work(thing)
            code = 0
        finally:
            os._exit(code)
    while running:
        wait()
    return ended


def grant_seconds() -> None:
    """Let the process run for so many seconds from now on."""
    until = math.ceil(time.process_time()) + SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


def run(items: list[pytest.Item]) -> None:
    """Run tests; the process ends where one fails."""
    for item in items:
        item.ihook.pytest_runtest_protocol(item=item, nextitem=None)


def live_functions() -> dict[types.CodeType, list[types.FunctionType]]:
    """Return the functions of the package by their code."""
    found: dict[types.CodeType, list[types.FunctionType]] = {}
    for thing in gc.get_objects():
        if isinstance(thing, types.FunctionType):
            code = thing.__code__
            if code.co_filename.startswith(str(SOURCE)):
                found.setdefault(code, []).append(thing)
    return found


def exchanged(old: types.CodeType, new: types.CodeType, functions: dict) -> bool:
    """Exchange the code of functions; return whether nothing else differs."""
    pairs, below = [(old, new)], []
    while pairs:
        was, now = pairs.pop()
        mine, other = (
            [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
            for code in (was, now)
        )
        if len(mine) != len(other):
            return False
        pairs += zip(mine, other, strict=True)
        below.append((was, now))
    for was, now in below:
        for function in functions.get(was, ()):
            if len(now.co_freevars) != len(was.co_freevars):
                return False
            function.__code__ = now
        if (
            was not in functions
            and _itself(was) != _itself(now)
            and not was.co_flags & inspect.CO_NEWLOCALS
        ):
            return False
    return True


def _itself(code: types.CodeType) -> tuple:
    """Return what a piece of code does, without the functions in it."""
    constants = [
        (type(constant), repr(constant))
        for constant in code.co_consts
        if not isinstance(constant, types.CodeType)
    ]
    return code.co_code, constants, code.co_names, code.co_varnames


class _Altered(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Imports the source of a mutant in the place of its module."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self.name, self.path, self.source = name, path, source

    def find_spec(self, name, path=None, target=None):
        if name != self.name:
            return None
        spec = importlib.util.spec_from_loader(name, self, origin=str(self.path))
        spec.has_location = True
        return spec

    def get_source(self, name):
        return self.source

    def get_code(self, name):
        return compile(self.source, str(self.path), "exec")


class _Selected:
    """A plugin of pytest that runs tests of these names alone, the quickest first."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self.seconds = seconds

    def pytest_collection_modifyitems(self, items):
        chosen = [item for item in items if item.nodeid in self.seconds]
        items[:] = sorted(chosen, key=lambda item: self.seconds[item.nodeid])

    def pytest_runtest_logstart(self):
        grant_seconds()


def run_afresh(mutant: Mutant, path: Path, seconds: dict[str, float]) -> None:
    """Import package and tests anew, with the mutant, and run tests; the process ends if one fails.

    The module's own tests come first: few are left for the others, which take longer to collect.
    """
    for name in [name for name in sys.modules if name.startswith(("sgd_explained", "tests"))]:
        del sys.modules[name]
    sys.meta_path.insert(0, _Altered(f"sgd_explained.{mutant.module}", path, mutant.source))
    files = {name.partition("::")[0] for name in seconds}
    own = {file for file in files if is_of(mutant.module, file)}
    for some in filter(None, (own, files - own)):
        paths = sorted(str(ROOT / file) for file in some)
        options = [*OPTIONS, "-x", f"--rootdir={ROOT}", *paths]
        if pytest.main(options, plugins=[_Selected(seconds)]) not in (0, 5):
            os._exit(1)


def is_of(module: str, test: str) -> bool:
    """Tell whether a test's file is named after the module."""
    return f"test_{module.strip('_')}.py" in test


def holds(name: str, parts: list[str]) -> bool:
    return any(part in name for part in parts)


def complaints(living: set[str], modules: list[str], only: list[str]) -> int:
    """Say which mutants live though they are not known to be equivalent, and the other way round."""
    known = {
        name
        for reason in tomllib.loads(EQUIVALENT.read_text("utf-8")).get("equivalent", ())
        for name in reason["mutants"]
        if name.partition(":")[0] in modules and holds(name, only)
    }
    for name in sorted(living - known):
        print("LIVES", name)
    for name in sorted(known - living):
        print("IS KILLED, or is none: take it off the list of equivalent ones:", name)
    return len(living ^ known)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main())
