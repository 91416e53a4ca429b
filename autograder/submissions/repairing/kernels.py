"""The language that a notebook says it is in."""

from __future__ import annotations

from typing import Any

import nbformat

from autograder.submissions.repairing.notes import Notes, quoted


def tell_kernel(
    data: Any, released: nbformat.NotebookNode, python_found: bool, notes: Notes
) -> None:
    """Say which other kernel or language the notebook names; it is read as Python all the same.

    Parameters
    ----------
    data : JSON value
        The notebook.
    released : nbformat.NotebookNode
    python_found : bool
        Whether one of the assignment's functions is written in it.
    notes : Notes
    """
    metadata = data.get("metadata") if isinstance(data, dict) else None
    if not isinstance(metadata, dict):
        return
    kernel = _named(metadata, "kernelspec", "name")
    languages = [
        _named(metadata, "kernelspec", "language"),
        _named(metadata, "language_info", "name"),
    ]
    others = [name for name in languages if name and "python" not in name.casefold()]
    if others:
        sentence = (
            f"The notebook was saved for a kernel of the language {quoted(others[0])}; this "
            "assignment is in Python, and its cells were read as Python."
        )
        (notes.repairs if python_found else notes.losses).append(sentence)
    wanted = _named(released.metadata, "kernelspec", "name")
    if not others and wanted and kernel and kernel != wanted:
        notes.repairs.append(f"The kernel `{quoted(kernel)}` was replaced by `{wanted}`.")


def _named(metadata: dict[str, Any], section: str, key: str) -> str:
    found = metadata.get(section)
    value = found.get(key) if isinstance(found, dict) else None
    return value if isinstance(value, str) else ""
