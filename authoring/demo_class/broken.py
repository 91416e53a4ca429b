"""Notebooks that something happened to between the student and the instructor."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import PurePosixPath

import nbformat
from nbformat.notebooknode import NotebookNode

from authoring.demo_class.notebook import as_bytes, filled
from authoring.demo_class.students import HONEST

# What was written before it broke.
_WORK = HONEST[0].cells()
_NAME = "acceleration.ipynb"


def cut_off() -> bytes:
    """An upload that ended half-way."""
    data = as_bytes(filled(_WORK))
    return data[: len(data) // 2]


def in_format_3() -> bytes:
    """Saved by a Jupyter of ten years ago, which knew no ids of cells."""
    return nbformat.writes(filled(_WORK), version=3).encode()


def with_a_byte_order_mark() -> bytes:
    """Passed through a Windows editor, which put a mark first; written with a kernel of its own."""
    notebook = filled(_WORK)
    notebook.metadata.kernelspec = {"name": "conda-env-ml-py", "display_name": "Python [conda]"}
    return b"\xef\xbb\xbf" + as_bytes(notebook).replace(b"\n", b"\r\n")


def cells_twice_and_out_of_order() -> bytes:
    """Cells pasted twice, the checks before the solutions, a check edited to print full marks."""
    notebook = filled(_WORK)
    by_id = _by_id(notebook)
    notebook.cells.append(copy.deepcopy(by_id["fused-gelu"]))
    notebook.cells.insert(2, notebook.cells.pop(notebook.cells.index(by_id["test-tiled-matmul"])))
    by_id["test-vectorized-matmul"].source = "15.0"
    return json.dumps(notebook).encode()


def without_metadata() -> bytes:
    """Stripped by a tool that removes outputs and metadata before a commit."""
    notebook = filled(_WORK)
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})
    return as_bytes(notebook)


def a_page_of_the_portal() -> bytes:
    """Saved from a session that had run out: the portal's login page, under the notebook's name."""
    return b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body></body></html>\n"


def _by_id(notebook: NotebookNode) -> dict[str, NotebookNode]:
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells}


def notebooks() -> Iterator[tuple[str, PurePosixPath | None, bytes]]:
    """Give each student, the name of the file if one was handed in, and its bytes."""
    yield "chukwu_e", PurePosixPath(_NAME), cut_off()
    yield "dimitrov_k", PurePosixPath(_NAME), in_format_3()
    yield "ekstrom_j", PurePosixPath("acceleration (1).ipynb"), with_a_byte_order_mark()
    yield "fernandes_l", PurePosixPath(_NAME), cells_twice_and_out_of_order()
    yield "grigoryan_t", PurePosixPath(_NAME), without_metadata()
    yield "horvath_i", PurePosixPath(_NAME), a_page_of_the_portal()
    yield "iglesias_d", None, b""
