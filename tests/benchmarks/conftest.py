"""A table of the figures at the end of the run, under the name of the processor."""

import pytest

FIGURES = pytest.StashKey[list]()


@pytest.fixture
def record_figure(request):
    """Put a line into the table; a time above its limit fails the test."""

    def record(what, nanoseconds, limit=None):
        request.config.stash.setdefault(FIGURES, []).append((what, nanoseconds, limit))
        if limit is not None:
            assert nanoseconds <= limit, f"{what}: {nanoseconds:.1f} ns, at most {limit} ns"

    return record


def pytest_terminal_summary(terminalreporter, config):
    figures = config.stash.get(FIGURES, [])
    if not figures:
        return
    import cpuinfo

    terminalreporter.section(f"nanoseconds per step on {cpuinfo.get_cpu_info()['brand_raw']}")
    width = max(len(what) for what, *_ in figures)
    for what, nanoseconds, limit in figures:
        aim = "" if limit is None else f"   (at most {limit})"
        terminalreporter.write_line(f"{what:{width}}  {nanoseconds:12,.1f}{aim}")
