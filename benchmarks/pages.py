"""How soon each page of the built book can be read, opened from a cold cache in Chromium."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.counts import positive
from benchmarks.site import add_site, measured
from tinytorch.perf.profiling import duration

if TYPE_CHECKING:
    from playwright.sync_api import Browser

GOAL_SECONDS = 1.0
ROUNDS = 5

# The largest paint may still be under way when the page has loaded: the observer also gets what was
# painted before it was made, and two frames later nothing that was there at the start is missing.
PAINTS = """async () => {
  const largest = [];
  const seen = (list) => largest.push(...list.getEntries().map((entry) => entry.startTime));
  new PerformanceObserver(seen).observe({ type: "largest-contentful-paint", buffered: true });
  const frame = () => new Promise(requestAnimationFrame);
  const first = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
  for (let frames = 0; frames < 600 && (first() === undefined || !largest.length); frames += 1) {
    await frame();
  }
  await frame();
  await frame();
  return [first(), Math.max(...largest)];
}"""


def pages(site: Path) -> list[str]:
    """Give the pages of a site; the front page only opens another."""
    found = (page.relative_to(site) for page in site.rglob("*.html"))
    return sorted(
        page.as_posix()
        for page in found
        if "_static" not in page.parts and page.as_posix() != "index.html"
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Print the first and the largest contentful paint of each page: median and range."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks pages", description=__doc__)
    add_site(parser)
    parser.add_argument(
        "--rounds", type=positive, default=ROUNDS, help=f"of each page (default: {ROUNDS})"
    )
    options = parser.parse_args(argv)
    return measured(options.site, partial(_print_paints, options.site, options.rounds))


def _print_paints(site: Path, rounds: int, browser: Browser, address: str) -> None:
    print("first / largest contentful paint: median (least to most)")
    slowest = 0.0
    for name in pages(site):
        taken = []
        for _ in range(rounds):
            # A context of its own has an empty cache.
            context = browser.new_context()
            page = context.new_page()
            page.goto(address + name)
            taken.append(page.evaluate(PAINTS))
            context.close()
        seconds = np.array(taken) / 1e3
        middle, least, most = np.median(seconds, 0), seconds.min(0), seconds.max(0)
        slowest = max(slowest, float(middle[1]))
        spread = [
            f"{duration(float(middle[i]))} ({duration(float(least[i]))} to "
            f"{duration(float(most[i]))})"
            for i in range(2)
        ]
        print(f"{name}: {' / '.join(spread)}", flush=True)
    print(
        f"The slowest page's largest paint: {duration(slowest)} "
        f"(median; goal: under {duration(GOAL_SECONDS)})"
    )


if __name__ == "__main__":
    sys.exit(main())
