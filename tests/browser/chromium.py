"""Find the Chromium that the browser tests drive; run as a script, print its path."""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

WHAT_TO_INSTALL = (
    "The browser tests need Chromium, and none was found. Install it with "
    "`sudo apt-get install chromium` (Debian), `.venv/bin/python -m playwright install chromium` "
    "(anywhere), or set CHROMIUM to the path of the one you have."
)


def find_chromium() -> str:
    """Give the path of a Chromium that is installed.

    Raises
    ------
    FileNotFoundError
        If there is none; the message says what to install.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        if Path(named).is_file():
            return named
        raise FileNotFoundError(f"CHROMIUM names {named}, which is no file. {WHAT_TO_INSTALL}")
    for name in NAMES:
        path = shutil.which(name)
        if path is not None:
            return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if Path(path).is_file():
        return path
    raise FileNotFoundError(WHAT_TO_INSTALL)


if __name__ == "__main__":
    try:
        print(find_chromium())
    except FileNotFoundError as error:
        sys.exit(str(error))
