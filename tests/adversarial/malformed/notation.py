"""Files whose JSON is broken, odd or enormous."""

from __future__ import annotations

import json

from autograder.parts import PARTS
from tests.adversarial.malformed.case import NONE, Malformed, cell, collector, written

MALFORMED: list[Malformed] = []
malformed = collector(MALFORMED)
FIRST = frozenset({"vectorized_matmul"})


@malformed("partial", "breaks off", "fused-gelu", keeps=FIRST)
def cut_off_in_a_solution(notebook):
    """The upload ended in the middle of the second solution."""
    data = written(notebook)
    return data[: data.index(b"np.", data.index(b"def fused_gelu"))]


@malformed("partial", "breaks off", keeps=FIRST)
def cut_off_between_cells(notebook):
    """The upload ended right after a cell."""
    data = written(notebook)
    return data[: data.rindex(b"  {\n", 0, data.index(b"## Part 2"))].rstrip().rstrip(b",")


@malformed("partial", "breaks off", keeps=frozenset(PARTS))
def cut_off_in_the_essay(notebook):
    """The upload ended in the last cells: all code is there."""
    data = written(notebook)
    return data[: data.index(b"The memory roof") + 10]


@malformed("unreadable", "not a notebook", keeps=NONE)
def cut_off_at_once(notebook):
    """Twelve bytes arrived."""
    return written(notebook)[:12]


@malformed("repaired", "JSON is broken", "read one by one")
def trailing_commas(notebook):
    """Someone edited the file by hand and left commas before brackets."""
    return written(notebook).replace(b'"\n   ]', b'",\n   ]').replace(b"\n }\n", b",\n }\n")


@malformed("repaired", "JSON is broken")
def missing_commas(notebook):
    """The commas between cells are gone."""
    return written(notebook).replace(b"  },\n  {", b"  }\n  {")


@malformed("repaired", "JSON is broken")
def raw_tabs_in_strings(notebook):
    """A program wrote tabs into strings as they are."""
    cell(notebook, "fused-gelu")["source"] += "\n#TAB\n"
    return written(notebook).replace(b"TAB", b"\t")


@malformed("partial", "Git left conflicts")
def merge_conflict(notebook):
    """Git left both sides of a conflict in a solution."""
    conflict = (
        b'<<<<<<< HEAD\n    "# mine\\n",\n=======\n    "def fused_gelu(x): broken\\n",\n'
        b'>>>>>>> origin/main\n    "def fused_gelu('
    )
    return written(notebook).replace(b'    "def fused_gelu(', conflict, 1)


@malformed("partial", "JSON is broken", "Damaged", "cell 6")
def lost_quote(notebook):
    """One quote of one comment of the first solution is gone."""
    cell(notebook, "vectorized-matmul")["source"] += "\n# note\n# more"
    return written(notebook).replace(b'    "# note\\n",', b"    # note\\n,")


@malformed("repaired", "keys stood twice")
def duplicate_keys(notebook):
    """A merge by hand left a cell's type twice."""
    return written(notebook).replace(
        b'"cell_type": "code",', b'"cell_type": "raw", "cell_type": "code",'
    )


@malformed("graded")
def not_a_number(notebook):
    """Metadata hold NaN and infinity, which are no JSON."""
    notebook["metadata"]["loss"] = float("nan")
    notebook["metadata"]["best"] = float("-inf")
    return notebook


@malformed("graded")
def giant_numbers(notebook):
    """A number of a million digits, which would take long to convert."""
    notebook["metadata"]["seed"] = 0
    return written(notebook).replace(b'"seed": 0', b'"seed": ' + b"9" * 1_000_000)


@malformed("repaired", "nested too deep")
def nested_metadata(notebook):
    """A cell's metadata are nested a hundred thousand deep."""
    cell(notebook, "closing")["metadata"]["deep"] = 0
    deep = b"[" * 100_000 + b"]" * 100_000
    return written(notebook).replace(b'"deep": 0', b'"deep": ' + deep)


@malformed("unreadable", "nested too deep", keeps=NONE)
def nothing_but_brackets(notebook):
    """A million opening brackets."""
    return "[" * 1_000_000


@malformed("unreadable", "values", keeps=NONE)
def millions_of_values(notebook):
    """Three million empty lists: small in the file, large in memory."""
    return b'{"cells": [' + b"[]," * 3_000_000 + b"[]]}"


@malformed("unreadable", "empty", keeps=NONE)
def empty_file(notebook):
    """The disk was full."""
    return b""


@malformed("unreadable", "empty", keeps=NONE)
def nothing_but_zeros(notebook):
    """A file that a crash left allocated and unwritten."""
    return b"\0" * 10_000


@malformed("unreadable", "no cells", keeps=NONE)
def empty_object(notebook):
    """Valid JSON, and nothing in it."""
    return "{}"


@malformed("unreadable", "no cells", keeps=NONE)
def no_cells(notebook):
    """A notebook whose every cell was deleted."""
    notebook["cells"] = []
    return notebook


@malformed("unreadable", "no cells", keeps=NONE)
def cells_of_another_kind(notebook):
    """The cells are a sentence."""
    notebook["cells"] = "see the attached file"
    return notebook


@malformed("unreadable", "no cells", keeps=NONE)
def a_number(notebook):
    """A file that holds a number."""
    return "[1, 2, 3]"


@malformed("repaired", "cells alone")
def a_bare_list_of_cells(notebook):
    """The cells without the notebook around them."""
    return json.dumps(notebook["cells"])


@malformed("repaired", "record of Jupyter's server")
def a_servers_record(notebook):
    """What Jupyter's contents service answers, saved as it came."""
    return json.dumps({"name": "acceleration.ipynb", "type": "notebook", "content": notebook})
