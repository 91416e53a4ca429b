"""How long a moved slider takes to repaint its explorer, in the built book in Chromium."""

from __future__ import annotations

import argparse
import functools
import http.server
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from tinytorch.explore.explorers import EXPLORERS
from tinytorch.perf.context import measured_here
from tinytorch.perf.profiling import duration
from tinytorch.perf.unrest import unrest, verdict

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


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Write no line for each request."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve a folder on this machine and give its address."""
    handler = functools.partial(_Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def chapter_of(name: str, site: Path) -> str | None:
    """Return the page that holds an explorer, seen from the root of the site."""
    for page in sorted((site / "book").glob("*.html")):
        if f'id="explorer-{name}"' in page.read_text(encoding="utf-8"):
            return page.relative_to(site).as_posix()
    return None


def main(argv: Sequence[str] | None = None) -> int:
    """Print the median and the 95th percentile of each explorer."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks repaint", description=__doc__)
    parser.add_argument("--site", type=Path, default=Path("_build/html"), help="the built book")
    parser.add_argument("--moves", type=int, default=MOVES, help=f"of each (default: {MOVES})")
    options = parser.parse_args(argv)
    if not (options.site / "index.html").is_file():
        print(f"There is no built book at {options.site}; run `make book`, or give --site.")
        return 2
    try:
        from playwright.sync_api import sync_playwright

        from tests.browser.chromium import find_chromium
    except ImportError:
        print("Left out: Playwright is not installed here; `make bench-explorers` installs it.")
        return 0
    print(measured_here())
    with sync_playwright() as playwright, served(options.site) as address:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        for name in EXPLORERS:
            chapter = chapter_of(name, options.site)
            if chapter is None:
                print(f"{name}: in no chapter of {options.site}")
                continue
            page = browser.new_page()
            page.goto(f"{address}/{chapter}")
            taken = np.array(page.evaluate(MOVE, [name, max(2, options.moves)])) / 1e3
            handled, painted = np.percentile(taken, 95, axis=0)
            print(
                f"{name}: input to picture {duration(float(np.median(taken[:, 1])))} (median), "
                f"{duration(float(painted))} (95th percentile; goal: under "
                f"{duration(GOAL_SECONDS)}), of which script {duration(float(handled))}",
                flush=True,
            )
            page.close()
        browser.close()
    print(verdict(unrest()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
