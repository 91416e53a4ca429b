"""Settings that every test shares."""

from pathlib import Path

import pytest
from hypothesis import settings

# Hypothesis fails a test whose example takes longer than a deadline: a clock, on a shared machine.
settings.register_profile("course", deadline=None)
settings.load_profile("course")

TESTS = Path(__file__).parent
# Folders whose files share something that takes long to make.
MADE_ONCE = {"notebook"}
# Files of few long tests that share nothing worth waiting for.
SPREAD = {"browser/test_pages.py", "browser/test_quizzes.py"}


# First: pytest-xdist reads the groups in the same hook, and saw none when ours came after it.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file, or of a folder that shares one thing, in the same worker."""
    for item in items:
        place = item.path.relative_to(TESTS)
        if place.as_posix() not in SPREAD:
            group = place.parts[0] if place.parts[0] in MADE_ONCE else str(place)
            item.add_marker(pytest.mark.xdist_group(group))
