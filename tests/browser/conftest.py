"""Chromium, and the built book on a server of this machine's own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from authoring.chromium import chromium
from authoring.serving import served
from tests.book.building import built_site
from tests.browser.jupyterlab import PATIENCE_SECONDS


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Give the address of the served book, with a slash at its end."""
    with served(built_site()) as root:
        yield root


@pytest.fixture(scope="module")
def patience() -> Iterator[None]:
    """Wait for what is expected as long as a kernel on a busy machine may need."""
    expect.set_options(timeout=1000 * PATIENCE_SECONDS)
    yield
    expect.set_options(timeout=5000)  # Playwright's own


# For one file at a time: as long as Playwright runs, an event loop runs in this thread, and a live
# explorer would take it for the kernel's.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a running Chromium; where there is none, fail rather than skip."""
    with chromium() as running:
        yield running
