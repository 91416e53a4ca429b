"""What a student wrote, so that a page shows it and runs nothing of it.

nbgrader's formgrader renders the text cells of a submission without a filter, on the server that
would run any code for who looks at them.
"""

from __future__ import annotations

import re

from nbformat import NotebookNode

from autograder.plain_text import plain_text

# What opens a tag, a comment or a declaration in HTML.
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_KEPT = ("nbgrader", "deletable", "editable")


def make_harmless(cell: NotebookNode) -> None:
    """Take what a page would act on out of a cell, in place.

    Parameters
    ----------
    cell : nbformat.NotebookNode
        Its source keeps its words: a tag of HTML shows as it was written. Of its attachments the
        pictures stay, of its metadata what nbgrader needs.
    """
    cell.source = plain_text(cell.source)
    cell.metadata = NotebookNode({key: cell.metadata[key] for key in _KEPT if key in cell.metadata})
    if cell.cell_type == "code":
        return
    cell.source = _TAG.sub("&lt;", cell.source)
    if "attachments" in cell:
        pictures = {
            plain_text(name): {kind: data for kind, data in bundle.items() if kind in _PICTURES}
            for name, bundle in cell.pop("attachments").items()
        }
        if kept := {name: bundle for name, bundle in pictures.items() if bundle}:
            cell.attachments = NotebookNode(kept)
