"""The built book, served on this machine and open in Chromium."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from authoring.chromium import NoChromium, chromium
from authoring.serving import served
from tinytorch.perf.context import measured_here
from tinytorch.perf.unrest import unrest, verdict

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def add_site(parser: argparse.ArgumentParser) -> None:
    """Let the command line name the built book."""
    parser.add_argument("--site", type=Path, default=Path("_build/html"), help="the built book")


def measured(site: Path, measure: Callable[[Browser, str], None]) -> int:
    """Measure in a browser, at the address of the site; return the exit status.

    Where no browser can be had the benchmark is left out, which is no failure.
    """
    if not (site / "index.html").is_file():
        print(f"There is no built book at {site}; run `make book`, or give --site.")
        return 2
    try:
        with chromium() as browser, served(site) as address:
            print(measured_here())
            measure(browser, address)
    except NoChromium as error:
        print(f"Left out: {error}.")
        return 0
    print(verdict(unrest()))
    return 0
