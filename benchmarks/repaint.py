"""How long a moved slider takes to repaint its explorer, in the built book in Chromium."""

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
from tinytorch.explore.explorers import EXPLORERS
from tinytorch.perf.profiling import duration

if TYPE_CHECKING:
    from playwright.sync_api import Browser

GOAL_SECONDS = 0.050
MOVES = 60

# Moves every slider and select to and fro. A picture is there when a task that was posted in the
# animation frame after the event runs: the browser paints between the two.
MOVE = """async ([name, moves]) => {
  const root = document.getElementById(`explorer-${name}`);
  root.querySelector(".tt-skip")?.click();
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = done;
    channel.port2.postMessage(0);
  }));
  const taken = [];
  for (let move = 0; move < moves; move += 1) {
    const inputs = [...root.querySelectorAll(".tt-controls :is(input[type=range], select)")]
      .filter((input) => !input.disabled);
    const input = inputs[move % inputs.length];
    const most = input.max === undefined ? input.options.length - 1 : Number(input.max);
    const least = Number(input.min ?? 0);
    input.value = String(least + Math.floor(((move * 0.37) % 1) * (most - least + 1)));
    await painted();
    const start = performance.now();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    const handled = performance.now();
    await painted();
    taken.push([handled - start, performance.now() - start]);
  }
  return taken;
}"""


def chapter_of(name: str, site: Path) -> str | None:
    """Return the page that holds an explorer, seen from the root of the site."""
    for page in sorted((site / "book").glob("*.html")):
        if f'id="explorer-{name}"' in page.read_text(encoding="utf-8"):
            return page.relative_to(site).as_posix()
    return None


def main(argv: Sequence[str] | None = None) -> int:
    """Print the median and the 95th percentile of each explorer."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks repaint", description=__doc__)
    add_site(parser)
    parser.add_argument("--moves", type=positive, default=MOVES, help=f"of each (default: {MOVES})")
    options = parser.parse_args(argv)
    return measured(options.site, partial(_print_repaints, options.site, options.moves))


def _print_repaints(site: Path, moves: int, browser: Browser, address: str) -> None:
    for name in EXPLORERS:
        chapter = chapter_of(name, site)
        if chapter is None:
            print(f"{name}: in no chapter of {site}")
            continue
        page = browser.new_page()
        page.goto(address + chapter)
        taken = np.array(page.evaluate(MOVE, [name, moves])) / 1e3
        handled, painted = np.percentile(taken, 95, axis=0)
        print(
            f"{name}: input to picture {duration(float(np.median(taken[:, 1])))} (median), "
            f"{duration(float(painted))} (95th percentile; goal: under "
            f"{duration(GOAL_SECONDS)}), of which script {duration(float(handled))}",
            flush=True,
        )
        page.close()


if __name__ == "__main__":
    sys.exit(main())
