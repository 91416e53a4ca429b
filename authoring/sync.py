"""Everything that is generated, and from what: `make sync` writes it, a test compares it."""

from __future__ import annotations

from pathlib import Path

from authoring.notebooks import ROOT, as_text, solution_notebook, student_notebook
from authoring.readme import README, readme
from tinytorch.core.whole_file import write_whole
from tinytorch.export import module_source

MODULE_DOCSTRING = """The five parts of the assignment, solved.

Generated from solutions/acceleration.py by `make sync`; edit that file, not this one.
"""


def generated_files() -> dict[Path, str]:
    """Path (relative to the repository) and content of each generated file."""
    solution = solution_notebook()
    return {
        Path("solutions/acceleration/acceleration.ipynb"): as_text(solution),
        Path("exercises/acceleration/acceleration.ipynb"): as_text(student_notebook(solution)),
        Path("tinytorch/perf/acceleration.py"): module_source(solution, MODULE_DOCSTRING),
        README: readme(),
    }


def stale_files() -> list[Path]:
    """Generated files that are missing or differ from what their source gives."""
    return [
        path
        for path, content in generated_files().items()
        if not (ROOT / path).is_file() or (ROOT / path).read_text(encoding="utf-8") != content
    ]


def sync() -> list[Path]:
    """Write the generated files that are out of date, and return their paths."""
    contents = generated_files()
    stale = stale_files()
    for path in stale:
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        write_whole(ROOT / path, contents[path])
    return stale
