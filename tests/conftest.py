"""What all tests share: how Hypothesis searches, which tests begin, and the site that was built."""

import os
from pathlib import Path

import pytest

# The oracles, the benchmarks and the site's tests run without Hypothesis.
try:
    from hypothesis import settings
except ModuleNotFoundError:
    pass
else:
    settings.register_profile("here", deadline=None, max_examples=100)
    settings.register_profile("ci", parent=settings.get_profile("here"), derandomize=True)
    settings.load_profile("ci" if os.environ.get("CI") else "here")

SITE = Path(__file__).resolve().parents[1] / "build" / "html"


def pytest_collection_modifyitems(items):
    """Begin with what takes long, so that no process is left alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give each process the next test when it is free, and a whole module of tests/docs.

    Those build small sites for several tests, some of which alter theirs one after the other.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            module = nodeid.partition("::")[0]
            return module if module.startswith("tests/docs/") else nodeid

    return Scheduling(config, log)


@pytest.fixture(scope="session")
def site():
    """Where the site is that ``nox -s tests`` has built: tests look at it, and none builds it."""
    if not (SITE / "searchtexts.json").is_file():  # It is written when all else is there.
        pytest.fail("there is no site in build/html: build it by `nox -s docs`", pytrace=False)
    return SITE
