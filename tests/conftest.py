"""What all tests share: how Hypothesis searches."""

import os

# The oracles, the benchmarks and the site's tests run without Hypothesis.
try:
    from hypothesis import settings
except ModuleNotFoundError:
    pass
else:
    settings.register_profile("here", deadline=None, max_examples=100)
    settings.register_profile("ci", parent=settings.get_profile("here"), derandomize=True)
    settings.load_profile("ci" if os.environ.get("CI") else "here")
