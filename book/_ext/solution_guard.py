"""Stop the build when part of a solution has got into the site.

The chapters teach the ideas that the exercise asks for, so a single line of a solution can stand
in one by right. What must never stand anywhere in the site, whether in a page, in the copy of its
source, in the search index or in a download, is a run of lines as they stand in the solution.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

SOURCE = Path("solutions/acceleration.py")

# Three lines in the solution's order and spelling are no accident; fewer can be.
RUN_LENGTH = 3

_REGION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)
_TEXT_SUFFIXES = {".css", ".html", ".ipynb", ".js", ".json", ".md", ".py", ".svg", ".txt", ".xml"}


def _squeeze(text: str) -> str:
    """Drop what formatting changes: a leak stays a leak when it is indented otherwise."""
    return re.sub(r"\s+", "", text)


def solution_runs(source: str) -> set[str]:
    """Give every run of `RUN_LENGTH` lines of code in the solution regions, squeezed.

    Parameters
    ----------
    source : str
        The text of the assignment's source, with its ``### BEGIN SOLUTION`` markers.
    """
    runs = set()
    for region in _REGION.findall(source):
        lines = [_squeeze(line) for line in region.splitlines()]
        code = [line for line in lines if line and not line.startswith("#")]
        for start in range(len(code) - RUN_LENGTH + 1):
            runs.add("".join(code[start : start + RUN_LENGTH]))
    return runs


def readable_text(file: Path) -> str:
    """Give what a person reads in a file of the site: no markup, no notebook syntax."""
    text = file.read_text(encoding="utf-8", errors="replace")
    if file.suffix == ".html":
        return html.unescape(re.sub(r"<[^>]*>", "", text))
    if file.suffix == ".ipynb":
        return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    return text


def find_leaks(site: Path, runs: set[str]) -> Iterator[tuple[Path, str]]:
    """Give each file of a built site that holds a run of a solution, and the run."""
    for file in sorted(site.rglob("*")):
        if file.suffix in _TEXT_SUFFIXES and file.is_file():
            text = _squeeze(readable_text(file))
            for run in sorted(runs):
                if run in text:
                    yield file, run


def check_site(app: Sphinx, exception: Exception | None) -> None:
    """Fail a finished build whose site holds part of a solution."""
    source = Path(app.srcdir) / SOURCE
    # A learner's copy of the course may come without the solutions.
    if exception is not None or not source.exists():
        return
    site = Path(app.outdir)
    for file, run in find_leaks(site, solution_runs(source.read_text(encoding="utf-8"))):
        raise ExtensionError(
            f"{file.relative_to(site)} holds these lines of a solution: {run!r}. "
            f"Take them out of the page that it is made from, or write that step otherwise."
        )


def setup(app: Sphinx) -> dict[str, bool]:
    """Check the site once it is written."""
    app.connect("build-finished", check_site)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
