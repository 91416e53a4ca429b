"""The Chromium that prints, and what to do where there is none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NEEDED = (
    "printing needs Chromium 131 or newer: install it with `sudo apt-get install chromium` "
    "(Debian) or `.venv/bin/python -m playwright install chromium` (anywhere), or set CHROMIUM "
    "to its path"
)


class NoChromium(RuntimeError):
    """There is nothing to print with; the text says what to install."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium for as long as the block lasts.

    Raises
    ------
    NoChromium
        If Playwright or a Chromium is missing, or does not start.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ModuleNotFoundError:
        raise NoChromium(
            "printing needs Playwright: `make pdf` installs it, or run "
            "`.venv/bin/python -m pip install playwright`"
        ) from None
    # Chromium refuses to start as root with the sandbox that root does not need here: the pages
    # are our own.
    arguments = ["--disable-gpu", "--disable-background-networking"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        path = _find() or playwright.chromium.executable_path
        if not Path(path).is_file():
            raise NoChromium(NEEDED)
        try:
            browser = playwright.chromium.launch(executable_path=path, args=arguments)
        except Error as error:
            reason = str(error).strip().splitlines()[0]
            raise NoChromium(f"{path} does not start ({reason}); {NEEDED}") from None
        try:
            yield browser
        finally:
            browser.close()


def _find() -> str | None:
    """Give the path that the environment names, or that of an installed Chromium."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    return next((path for name in NAMES if (path := shutil.which(name))), None)
