"""Build the book for the tests that look at it: cold, and with every warning an error."""

import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def build(source: Path, output: Path, **environment: str) -> Path:
    """Build the book of one working tree into a new folder; return the folder of the site."""
    command = [Path(sys.executable).with_name("jupyter-book"), "build", "-q", "-W", "-n"]
    command += ["--keep-going", "--all", "--path-output", output, source]
    run = subprocess.run(
        command,
        # The cells must import the modules of that tree, not those that are installed.
        env={**os.environ, "PYTHONPATH": str(source), **environment},
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, f"the book does not build:\n{run.stdout}\n{run.stderr}"
    return output / "_build" / "html"


@cache
def built_site() -> Path:
    """Give the site that `make test` has just built cold, or build it for this run."""
    named = os.environ.get("COURSE_SITE")
    if named:
        assert Path(named, "index.html").is_file(), f"COURSE_SITE: no built book at {named}"
        return Path(named)
    return build(ROOT, Path(tempfile.mkdtemp(prefix="course-book-")))


def pages(site: Path) -> list[str]:
    """Give the addresses of the site's pages, seen from its root."""
    return sorted(
        page.relative_to(site).as_posix()
        for page in site.rglob("*.html")
        if "_static" not in page.parts
    )
