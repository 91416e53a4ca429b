"""Settings that every test shares."""

import os
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

# Hypothesis fails a test whose example takes longer than a deadline: a clock, on a shared machine.
settings.register_profile("course", deadline=None)
settings.load_profile("course")

# Begun first, or a worker would be at them alone when the others have nothing left to do.
LONGEST = (
    "browser/test_explorers.py",
    "browser/test_pages.py",
    "notebook",
    "authoring/test_walkthrough.py",
    "adversarial",
    "book/test_build.py",
    "browser",
    "ways_in",
)
# Folders whose files share something that takes long to make.
MADE_ONCE = {"notebook"}
# Files of few long tests that share nothing worth waiting for.
SPREAD = {"browser/test_pages.py", "browser/test_quizzes.py"}


def place_of(nodeid: str) -> PurePosixPath:
    """Give the file of a test, seen from the folder of all tests."""
    return PurePosixPath(nodeid.split("::")[0]).relative_to("tests")


class BySharedThing(LoadScopeScheduling):
    """Keep the tests of a file, or of a folder that shares one thing, in the same worker."""

    def _split_scope(self, nodeid: str) -> str:
        place = place_of(nodeid)
        if place.as_posix() in SPREAD:
            return nodeid
        return place.parts[0] if place.parts[0] in MADE_ONCE else place.as_posix()


# xdist has groups for this, but writes them where pytest 9.2 no longer reads the name of a test.
@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Have pytest-xdist spread the tests over its workers in our way."""
    return BySharedThing(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Have one worker more than cores: tests wait for browsers, kernels and limits on time."""
    known = hasattr(os, "sched_getaffinity")
    return 1 + (len(os.sched_getaffinity(0)) if known else os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest tests first; the others stay in their order."""

    def rank(item: pytest.Item) -> int:
        place = place_of(item.nodeid)
        ranks = (i for i, one in enumerate(LONGEST) if place.is_relative_to(one))
        return next(ranks, len(LONGEST))

    items.sort(key=rank)
