"""A graded notebook as nbgrader's own tools read it: scores and reports under the locked cells."""

from __future__ import annotations

import copy
import html

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import is_locked

from autograder.gradebook.harmless import make_harmless
from autograder.parts import PARTS
from autograder.plain_text import plain_text
from autograder.report import report_html
from autograder.results import Result

NOTE = "autograder-note"


def autograded_notebook(notebook: NotebookNode, result: Result) -> NotebookNode:
    """Put a result's scores and reports into a student's notebook.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The repaired submission (`Prepared.notebook`), or the released notebook where there is
        nothing to show. It is left as it is.
    result : Result

    Returns
    -------
    nbformat.NotebookNode
        A note on how grading ended comes first. The result of each check is its score, which is
        what nbgrader reads, and shows as the report. Other cells have no output.
    """
    graded = copy.deepcopy(notebook)
    graded.metadata = NotebookNode(
        {
            key: graded.metadata[key]
            for key in ("kernelspec", "language_info")
            if key in graded.metadata
        }
    )
    parts = {part.test_cell: part.name for part in PARTS.values()}
    for cell in graded.cells:
        if not is_locked(cell):
            make_harmless(cell)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    checks = [
        cell
        for cell in graded.cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade_id") in parts
    ]
    for count, cell in enumerate(checks, start=1):
        part = parts[cell.metadata.nbgrader.grade_id]
        data = {
            "text/plain": repr(float(result.parts.get(part, 0.0))),
            "text/html": _shown(part, result),
        }
        cell.execution_count = count
        cell.outputs = [nbformat.v4.new_output("execute_result", data=data, execution_count=count)]
    for cell in graded.cells:
        if cell.get("id") == NOTE:
            cell.id = f"{NOTE}-of-the-student"
    graded.cells.insert(0, nbformat.v4.new_markdown_cell(_note(result), id=NOTE))
    return graded


def _shown(part: str, result: Result) -> str:
    if part in result.reports:
        return report_html(result.reports[part])
    return f"<p>Not examined: {_escape(result.reason)}</p>"


def _note(result: Result) -> str:
    """Write how grading ended, as one line: Markdown leaves a line of HTML as it is."""
    sentences = [result.reason]
    for sentence in (*result.repairs, *result.remarks):
        if plain_text(sentence) not in plain_text(result.reason):
            sentences.append(sentence)
    if result.isolation == "none":
        sentences.append("The code ran without a sandbox.")
    listed = "".join(f"<li>{_escape(sentence)}</li>" for sentence in dict.fromkeys(sentences))
    printed = ""
    if result.printed:
        printed = f"<p>Your notebook printed:</p><pre>{_escape(result.printed.rstrip())}</pre>"
    return (
        '<div class="autograder-note tex2jax_ignore mathjax_ignore">'
        f"<p><strong>{_escape(result.status.capitalize())}.</strong> Automatic points: "
        f"{result.score:g} of {result.max_score:g}.</p><ul>{listed}</ul>{printed}</div>"
    )


def _escape(text: str) -> str:
    return html.escape(plain_text(text)).replace("\n", "&#10;")
