"""Where `make pictures` wants a picture of what a newcomer sees."""

import os
from pathlib import Path

from playwright.sync_api import Page

FOLDER = "COURSE_PICTURES"


def wanted() -> bool:
    """Tell whether pictures are taken in this run."""
    return FOLDER in os.environ


def take(page: Page, name: str) -> None:
    """Save what a page shows as ``<name>.png`` in the folder that is named, if one is."""
    if wanted():
        folder = Path(os.environ[FOLDER])
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png")
