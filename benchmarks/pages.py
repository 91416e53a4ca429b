"""How soon each page of the built book can be read, opened from a cold cache in Chromium."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.repaint import served
from tinytorch.perf.context import measured_here
from tinytorch.perf.profiling import duration
from tinytorch.perf.unrest import unrest, verdict

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
    parser.add_argument("--site", type=Path, default=Path("_build/html"), help="the built book")
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, help=f"of each page (default: {ROUNDS})"
    )
    options = parser.parse_args(argv)
    if not (options.site / "index.html").is_file():
        print(f"There is no built book at {options.site}; run `make book`, or give --site.")
        return 2
    try:
        from playwright.sync_api import sync_playwright

        from tests.browser.chromium import find_chromium
    except ImportError:
        print("Left out: Playwright is not installed here; `make bench-pages` installs it.")
        return 0
    print(measured_here())
    print("first / largest contentful paint: median (least to most)")
    slowest = 0.0
    with sync_playwright() as playwright, served(options.site) as address:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        for name in pages(options.site):
            taken = []
            for _ in range(max(1, options.rounds)):
                # A context of its own has an empty cache.
                context = browser.new_context()
                page = context.new_page()
                page.goto(f"{address}/{name}")
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
        browser.close()
    print(
        f"The slowest page's largest paint: {duration(slowest)} "
        f"(median; goal: under {duration(GOAL_SECONDS)})"
    )
    print(verdict(unrest()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
