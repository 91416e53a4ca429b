"""Notebooks of older formats, other kernels and other programs."""

from __future__ import annotations

import json

from tests.adversarial.malformed.case import NONE, Malformed, cell, collector, own

MALFORMED: list[Malformed] = []
malformed = collector(MALFORMED)


def _old(notebook, version):
    cells = []
    for entry in notebook["cells"]:
        old = {"cell_type": entry["cell_type"], "metadata": entry["metadata"]}
        key = "input" if entry["cell_type"] == "code" else "source"
        old[key] = entry["source"]
        if entry["cell_type"] == "code":
            old |= {"language": "python", "outputs": [], "prompt_number": 1, "collapsed": False}
        cells.append(old)
    return {
        "metadata": {"name": "acceleration"},
        "nbformat": version,
        "nbformat_minor": 0,
        "worksheets": [{"cells": cells, "metadata": {}}],
    }


@malformed("repaired", "nbformat 3")
def format_3(notebook):
    """IPython 2 saved it."""
    old = _old(notebook, 3)
    old["worksheets"][0]["cells"].insert(
        0, {"cell_type": "heading", "level": 2, "source": "My work", "metadata": {}}
    )
    return json.dumps(old)


@malformed("repaired", "nbformat 3 or older")
def format_2(notebook):
    """An even older one, in two worksheets."""
    old = _old(notebook, 2)
    cells = old["worksheets"][0]["cells"]
    old["worksheets"] = [{"cells": cells[:10]}, {"cells": cells[10:]}]
    return json.dumps(old)


@malformed("graded")
def format_4_0(notebook):
    """Format 4.0 knows no cell ids."""
    notebook["nbformat_minor"] = 0
    for entry in notebook["cells"]:
        del entry["id"]
    return notebook


@malformed("graded")
def no_format_at_all(notebook):
    """The numbers of the format are missing."""
    del notebook["nbformat"], notebook["nbformat_minor"]
    return notebook


@malformed("graded")
def colab(notebook):
    """Google Colab saved it: its own metadata, ids in them, format 4.0."""
    notebook["nbformat_minor"] = 0
    notebook["metadata"] = {
        "colab": {"provenance": [], "toc_visible": True},
        "accelerator": "GPU",
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python"},
    }
    for number, entry in enumerate(notebook["cells"]):
        del entry["id"]
        entry["metadata"] |= {"id": f"aBcD{number}", "colab": {"base_uri": "https://localhost"}}
    return json.dumps(notebook)


@malformed("graded")
def vs_code(notebook):
    """VS Code saved it: no kernel, its own metadata in the cells."""
    notebook["metadata"] = {"language_info": {"name": "python"}, "orig_nbformat": 4}
    for entry in notebook["cells"]:
        entry["metadata"]["vscode"] = {"languageId": "python"}
    return notebook


@malformed("repaired", "conda-env-ml-py")
def renamed_kernel(notebook):
    """A kernel of the student's own."""
    notebook["metadata"]["kernelspec"] = {"name": "conda-env-ml-py", "display_name": "Python [ml]"}
    return notebook


@malformed("graded")
def no_kernel(notebook):
    """No metadata of the notebook at all."""
    notebook["metadata"] = {}
    return notebook


@malformed("repaired", "language R")
def kernel_of_r_around_python(notebook):
    """The wrong kernel was chosen before saving; the code is Python."""
    notebook["metadata"]["kernelspec"] = {"name": "ir", "display_name": "R", "language": "R"}
    return notebook


@malformed("partial", "language R", keeps=NONE)
def written_in_r(notebook):
    """All solutions are in another language."""
    notebook["metadata"] = {"kernelspec": {"name": "ir", "language": "R"}}
    for entry in notebook["cells"]:
        if entry["metadata"]["nbgrader"]["solution"] and entry["cell_type"] == "code":
            entry["source"] = "fused <- function(x) {\n  x * pnorm(x)\n}"
    return notebook


@malformed("graded")
def metadata_of_every_kind(notebook):
    """Metadata are lists, numbers and texts where they should be objects."""
    notebook["metadata"] = ["python"]
    cell(notebook, "closing")["metadata"]["nbgrader"]["points"] = {"a": [1, None]}
    cell(notebook, "tools")["metadata"]["tags"] = "export"
    return notebook


@malformed("graded")
def ill_formed_outputs(notebook):
    """Outputs that nbformat refuses, and an execution count that is a text."""
    cell(notebook, "fused-gelu")["outputs"] = [7, {"output_type": "hologram"}, None]
    cell(notebook, "tiled-matmul")["outputs"] = "none"
    cell(notebook, "tiled-matmul")["execution_count"] = "twelve"
    return notebook


@malformed("graded")
def huge_outputs(notebook):
    """Twenty MiB of printed text."""
    output = {"output_type": "stream", "name": "stdout", "text": "0.125\n" * (20 * 2**20 // 6)}
    cell(notebook, "tiled-matmul")["outputs"] = [output]
    return notebook


@malformed("unreadable", "32 MiB", keeps=NONE)
def larger_than_may_be(notebook):
    """Forty MiB of it."""
    output = {"output_type": "stream", "name": "stdout", "text": "x" * (40 * 2**20)}
    cell(notebook, "tiled-matmul")["outputs"] = [output]
    return notebook


@malformed("partial", "another notebook", keeps=NONE)
def another_assignment(notebook):
    """The notebook of another course."""
    return {
        "cells": [own("import pandas as pd"), own("# Homework 3", "markdown"), own("pd.read_csv")],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


@malformed("partial", "2000", keeps=NONE)
def five_thousand_cells(notebook):
    """Five thousand cells before the first one that matters."""
    notebook["cells"] = [own(f"x = {i}") for i in range(5000)] + notebook["cells"]
    return notebook
