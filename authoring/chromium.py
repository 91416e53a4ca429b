"""The one Chromium that prints, draws, measures and tests; run as a program, print its path."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# As root, in most containers and on new Ubuntus Chromium does not start with its own sandbox. The
# pages are ours.
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
WHAT_TO_DO = (
    "install version 131 or newer with `sudo apt-get install chromium` (Debian) or "
    "`.venv/bin/python -m playwright install chromium` (anywhere), or set CHROMIUM to the path of "
    "the one you have"
)


class NoChromium(RuntimeError):
    """There is no browser to drive; the text says what to install."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium for as long as the block lasts.

    Raises
    ------
    NoChromium
        If Playwright or a Chromium is missing, or does not start.
    """
    with _playwright() as playwright:
        from playwright.sync_api import Error

        path = _path(playwright)
        try:
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        except Error as error:
            reason = str(error).strip().splitlines()[0]
            raise NoChromium(f"{path} does not start ({reason}): {WHAT_TO_DO}") from None
        try:
            yield browser
        finally:
            browser.close()


def find_chromium() -> str:
    """Give the path of the Chromium that would be started.

    Raises
    ------
    NoChromium
        If Playwright or a Chromium is missing.
    """
    with _playwright() as playwright:
        return _path(playwright)


@contextmanager
def _playwright() -> Iterator[Playwright]:
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        raise NoChromium(
            "Playwright, which drives Chromium, is not installed: run "
            "`.venv/bin/python -m pip install playwright`"
        ) from None
    with sync_playwright() as playwright:
        yield playwright


def _path(playwright: Playwright) -> str:
    """Give the path that the environment names, or of an installed one, or of Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        if not Path(named).is_file():
            raise NoChromium(f"CHROMIUM names {named}, which is no file: {WHAT_TO_DO}")
        return named
    installed = next((path for name in NAMES if (path := shutil.which(name))), None)
    path = installed or playwright.chromium.executable_path
    if not Path(path).is_file():
        raise NoChromium(f"there is no Chromium here: {WHAT_TO_DO}")
    return path


if __name__ == "__main__":
    try:
        print(find_chromium())
    except NoChromium as error:
        sys.exit(str(error))
