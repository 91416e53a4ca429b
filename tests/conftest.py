"""Settings that every test shares."""

from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

# Hypothesis fails a test whose example takes longer than a deadline: a clock, on a shared machine.
settings.register_profile("course", deadline=None)
settings.load_profile("course")

# Folders whose files share something that takes long to make.
MADE_ONCE = {"notebook"}
# Files of few long tests that share nothing worth waiting for.
SPREAD = {"browser/test_pages.py", "browser/test_quizzes.py"}


class BySharedThing(LoadScopeScheduling):
    """Keep the tests of a file, or of a folder that shares one thing, in the same worker."""

    def _split_scope(self, nodeid: str) -> str:
        place = PurePosixPath(nodeid.split("::")[0]).relative_to("tests")
        if place.as_posix() in SPREAD:
            return nodeid
        return place.parts[0] if place.parts[0] in MADE_ONCE else place.as_posix()


# xdist has groups for this, but writes them where pytest 9.2 no longer reads the name of a test.
@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Have pytest-xdist spread the tests over its workers in our way."""
    return BySharedThing(config, log)
