"""Chromium, and the built book on a server of this machine's own."""

import functools
import http.server
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.book.building import built_site
from tests.browser.chromium import find_chromium


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serve files without a line of log for each."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Give the address of the served book, with a slash at its end."""
    handler = functools.partial(QuietHandler, directory=str(built_site()))
    # Port 0: whichever is free.
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


# For one file at a time: as long as Playwright runs, an event loop runs in this thread, and a live
# explorer would take it for the kernel's.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a running Chromium; where there is none, fail rather than skip."""
    path = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()
