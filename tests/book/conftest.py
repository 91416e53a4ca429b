"""The built book, for the tests of this folder."""

from pathlib import Path

import pytest

from tests.book.building import built_site


@pytest.fixture(scope="session")
def site() -> Path:
    """Give the folder of the built site."""
    return built_site()
