"""From a notebook to an importable module: the cells that carry the tag ``export``."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinytorch.core.whole_file import write_whole

EXPORT_TAG = "export"
SOLUTION_MARKERS = ("### BEGIN SOLUTION", "### END SOLUTION")


class ExportError(ValueError):
    """The notebook cannot become a module; the text says what to mend."""


@dataclass(frozen=True)
class ExportedModule:
    """What an export wrote.

    Attributes
    ----------
    path : pathlib.Path
        The module.
    written : tuple of str
        Functions with a body.
    unwritten : tuple of str
        Functions that still raise ``NotImplementedError``.
    """

    path: Path
    written: tuple[str, ...]
    unwritten: tuple[str, ...]


def export_notebook(notebook: Path, module: Path | None = None) -> ExportedModule:
    """Write the exported cells of a notebook to a module.

    Parameters
    ----------
    notebook : pathlib.Path
        An ``.ipynb`` file.
    module : pathlib.Path, optional
        Where to write; by default the notebook's name with ``.py``, beside it.

    Returns
    -------
    ExportedModule
        The path, and which functions are written.

    Raises
    ------
    ExportError
        If the notebook cannot be read, has nothing to export or holds a cell that is not Python.
        Nothing is written then.
    """
    source = module_source(read_notebook(notebook), f"Exported from {notebook.name}.")
    target = module if module is not None else notebook.with_suffix(".py")
    if target.suffix != ".py":
        raise ExportError(f"got {target.name} to write to; expected a name that ends in .py")
    if not target.parent.is_dir():
        raise ExportError(f"there is no folder {target.parent}; make it, or write somewhere else")
    write_whole(target, source)
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    unwritten = tuple(f.name for f in functions if _is_unwritten(f))
    written = tuple(f.name for f in functions if f.name not in unwritten)
    return ExportedModule(target, written, unwritten)


def read_notebook(path: Path) -> dict[str, Any]:
    """Read a notebook as JSON, or say in one sentence why it is none."""
    if not path.is_file():
        raise ExportError(f"there is no file {path}; give the path of a notebook (.ipynb)")
    try:
        notebook = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ExportError(
            f"{path} is not a notebook ({error}); expected the JSON that Jupyter saves: "
            "open it in JupyterLab and save it again"
        ) from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise ExportError(
            f"{path} holds no cells; expected a notebook of format 4: open it in JupyterLab and "
            "save it again"
        )
    return notebook


def module_source(notebook: dict[str, Any], docstring: str) -> str:
    """Python source of the cells of ``notebook`` that carry the tag ``export``."""
    cells = [
        "".join(cell["source"])
        for cell in notebook["cells"]
        if cell.get("cell_type") == "code"
        and EXPORT_TAG in cell.get("metadata", {}).get("tags", [])
    ]
    if not cells:
        raise ExportError(
            f"no cell of the notebook carries the tag '{EXPORT_TAG}'; expected the course's "
            "notebook: start from a fresh copy of exercises/acceleration/acceleration.ipynb"
        )
    for cell in cells:
        try:
            ast.parse(cell)
        except SyntaxError as error:
            raise ExportError(
                f"the cell that begins with {cell.strip().splitlines()[0]!r} is not Python (line "
                f"{error.lineno}: {error.msg}): mend it in the notebook, save, and export again"
            ) from None
    code = "\n\n\n".join(_without_markers(cell).strip() for cell in cells)
    return f'"""{docstring}"""\n\n{code}\n'


def _without_markers(cell: str) -> str:
    lines = cell.splitlines()
    return "\n".join(line for line in lines if line.strip() not in SOLUTION_MARKERS)


def _is_unwritten(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Raise)
        and node.exc is not None
        and "NotImplementedError" in ast.unparse(node.exc)
        for node in function.body
    )
