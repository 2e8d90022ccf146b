"""A table of the figures at the end of the run, under the name of the processor."""

import pytest

FIGURES = pytest.StashKey[list]()


@pytest.fixture
def record_figure(request):
    """Put a line into the table; a figure above its limit fails the test."""

    def record(what, figure, unit, limit=None):
        request.config.stash.setdefault(FIGURES, []).append((what, figure, unit, limit))
        if limit is not None:
            assert figure <= limit, f"{what}: {figure:.2f} {unit}, at most {limit}"

    return record


def pytest_terminal_summary(terminalreporter, config):
    figures = config.stash.get(FIGURES, [])
    if not figures:
        return
    import cpuinfo

    terminalreporter.section(f"per step, on {cpuinfo.get_cpu_info()['brand_raw']}")
    width = max(len(what) for what, *_ in figures)
    for what, figure, unit, limit in figures:
        aim = "" if limit is None else f"   (at most {limit})"
        terminalreporter.write_line(f"{what:{width}}  {figure:12,.2f} {unit}{aim}")
