"""Notebooks whose cells were deleted, copied, moved, split, merged, re-typed or changed."""

from __future__ import annotations

import copy

from autograder.parts import PARTS
from tests.adversarial.malformed.case import (
    ALL,
    ESSAY,
    NONE,
    RELEASED,
    Malformed,
    cell,
    collector,
    index,
    number,
    own,
)

MALFORMED: list[Malformed] = []
malformed = collector(MALFORMED)
LAST = len(RELEASED.cells)
FUSED = number("fused-gelu")
STUB = {c.metadata.nbgrader.grade_id: c.source for c in RELEASED.cells}


def without(*parts):
    return ALL - set(parts)


@malformed("graded")
def as_it_should_be(notebook):
    """The control: nothing happened to it."""
    return notebook


@malformed("graded", keeps=NONE)
def untouched(notebook):
    """The other control: nothing was written."""
    for entry in notebook["cells"]:
        entry["source"] = STUB[entry["metadata"]["nbgrader"]["grade_id"]]
    return notebook


@malformed("repaired", "Missing", "test-fused-gelu", "closing")
def locked_cells_deleted(notebook):
    """A test cell, the imports and the last cell are gone."""
    for name in ("test-fused-gelu", "imports", "closing"):
        del notebook["cells"][index(notebook, name)]
    return notebook


@malformed("repaired", "Missing", "tiled-matmul", keeps=without("tiled_matmul"))
def solution_deleted(notebook):
    """One solution is gone, and stands nowhere else."""
    del notebook["cells"][index(notebook, "tiled-matmul")]
    return notebook


@malformed("repaired", "Missing", "vectorized-matmul")
def everything_deleted_but_solutions(notebook):
    """Only the cells that the student wrote were handed in."""
    notebook["cells"] = [c for c in notebook["cells"] if c["metadata"]["nbgrader"]["solution"]]
    return notebook


@malformed("repaired", "recognised by", "`fused-gelu`")
def solution_rewritten_in_a_new_cell(notebook):
    """The solution cell was deleted; its function stands in a cell of the student's own."""
    source = notebook["cells"].pop(index(notebook, "fused-gelu"))["source"]
    notebook["cells"].append(own(source))
    return notebook


@malformed(
    "repaired", "`fused_gelu` is not written in the cell `fused-gelu`", f"your cell {LAST + 1}"
)
def solution_beside_its_cell(notebook):
    """The solution cell was left as it was; the function stands at the end."""
    entry = cell(notebook, "fused-gelu")
    notebook["cells"].append(own(entry["source"]))
    entry["source"] = STUB["fused-gelu"]
    return notebook


@malformed("repaired", "`fused_gelu` is not written in the cell `fused-gelu`", "your cell 1")
def solution_before_its_cell(notebook):
    """The same, at the very top: a run from top to bottom would end with the unwritten one."""
    entry = cell(notebook, "fused-gelu")
    notebook["cells"].insert(0, own(entry["source"]))
    entry["source"] = STUB["fused-gelu"]
    return notebook


@malformed("repaired", "stood 2 times", f"cell {FUSED + 1} of your notebook, counts")
def solution_copied_then_written(notebook):
    """The released cell was kept as a copy above the written one."""
    at = index(notebook, "fused-gelu")
    notebook["cells"].insert(at, cell(notebook, "fused-gelu") | {"source": STUB["fused-gelu"]})
    return notebook


@malformed("repaired", "stood 2 times", f"cell {FUSED} of your notebook, counts")
def solution_written_then_copied(notebook):
    """A copy of the released cell follows the written one."""
    at = index(notebook, "fused-gelu")
    notebook["cells"].insert(at + 1, cell(notebook, "fused-gelu") | {"source": STUB["fused-gelu"]})
    return notebook


@malformed("repaired", "stood 2 times", "the last that is written")
def solution_drafted_twice(notebook):
    """A wrong draft stands above the right one, under the same name."""
    at = index(notebook, "fused-gelu")
    draft = "def fused_gelu(x):\n    return 'a draft'\n"
    notebook["cells"].insert(at, cell(notebook, "fused-gelu") | {"source": draft})
    return notebook


@malformed("repaired", "performance-analysis", "put together")
def solution_in_six_pieces(notebook):
    """Each of the six functions in a cell of its own, all with the same metadata."""
    at = index(notebook, "performance-analysis")
    whole = notebook["cells"].pop(at)
    pieces = [f"def {text}" for text in whole["source"].split("\ndef ")]
    pieces[0] = pieces[0].removeprefix("def ")
    notebook["cells"][at:at] = [whole | {"source": piece} for piece in pieces]
    return notebook


@malformed("repaired", "joined", "`tiled-matmul`")
def split_in_the_middle_of_a_function(notebook):
    """Control-Shift-Minus in the middle of a loop: both halves carry the metadata."""
    at = index(notebook, "tiled-matmul")
    whole = notebook["cells"][at]
    head, tail = whole["source"].split("    c = np.zeros")
    notebook["cells"][at : at + 1] = [
        whole | {"source": head},
        whole | {"source": "    c = np.zeros" + tail},
    ]
    return notebook


@malformed("repaired", "joined", "`tiled-matmul`")
def split_without_metadata(notebook):
    """The same in Colab: the second half carries none."""
    at = index(notebook, "tiled-matmul")
    head, tail = notebook["cells"][at]["source"].split("    c = np.zeros")
    notebook["cells"][at]["source"] = head
    notebook["cells"].insert(at + 1, own("    c = np.zeros" + tail))
    return notebook


@malformed("repaired", "Missing", "Taken out of a cell that held more: the cell `fused-gelu`")
def merged_into_one_cell(notebook):
    """Everything from the first solution to the second was merged, checks included."""
    start, end = index(notebook, "vectorized-matmul"), index(notebook, "fused-gelu") + 1
    merged = [c["source"] for c in notebook["cells"][start:end] if c["cell_type"] == "code"]
    notebook["cells"][start]["source"] = "\n\n".join(merged)
    del notebook["cells"][start + 1 : end]
    return notebook


@malformed("repaired", "Moved")
def reversed_order(notebook):
    """The whole notebook upside down."""
    notebook["cells"].reverse()
    return notebook


@malformed("repaired", "Moved", "`fused-gelu`")
def moved_to_the_top(notebook):
    """One solution was dragged to the top."""
    notebook["cells"].insert(0, notebook["cells"].pop(index(notebook, "fused-gelu")))
    return notebook


@malformed("repaired", "of type markdown", "read as code")
def solution_turned_into_markdown(notebook):
    """The key M was pressed once too often."""
    _retype(cell(notebook, "fused-gelu"), "markdown")
    return notebook


@malformed("repaired", "of type raw", "read as code")
def solutions_turned_raw(notebook):
    """All solutions are raw cells."""
    for part in PARTS.values():
        _retype(cell(notebook, part.solution_cell), "raw")
    return notebook


@malformed("repaired", "of type markdown", "read as code")
def solution_between_fences(notebook):
    """A solution as text, with an explanation and a fenced block."""
    entry = cell(notebook, "fused-gelu")
    _retype(entry, "markdown")
    entry["source"] = f"This is my solution:\n\n```python\n{entry['source']}\n```\n\nIt is fast."
    return notebook


@malformed("repaired", f"your cell {LAST + 1}", "read as code")
def solution_in_a_text_of_the_students_own(notebook):
    """The solution cell was left as it was; the function stands in a text cell."""
    entry = cell(notebook, "fused-gelu")
    notebook["cells"].append(own(f"```python\n{entry['source']}\n```", "markdown"))
    entry["source"] = STUB["fused-gelu"]
    return notebook


@malformed("repaired", "`performance-essay`", "read as markdown")
def essay_turned_into_code(notebook):
    """The essay is a cell of code."""
    _retype(cell(notebook, "performance-essay"), "code")
    return notebook


@malformed("repaired", "`performance-essay`", "of type raw")
def types_unknown(notebook):
    """No cell says what it is."""
    for entry in notebook["cells"]:
        del entry["cell_type"]
    return notebook


@malformed("repaired", "Changes to the cell `test-fused-gelu` were not used")
def test_changed(notebook):
    """A test cell awards itself its points."""
    cell(notebook, "test-fused-gelu")["source"] = "20.0"
    return notebook


@malformed("repaired", "Locked and yet changed: the cell `introduction`")
def text_changed(notebook):
    """A note in the margin of a locked text."""
    cell(notebook, "introduction")["source"] += "\n\nNote to myself: start early."
    return notebook


@malformed("repaired", "`imports`", "What you added")
def imports_extended(notebook):
    """An import that a solution needs was added to the locked imports, as Colab allows."""
    cell(notebook, "imports")["source"] += "\nfrom math import sqrt as root"
    cell(notebook, "fused-gelu")["source"] = (
        "assert root(4) == 2\n" + cell(notebook, "fused-gelu")["source"]
    )
    return notebook


@malformed("graded")
def cells_added(notebook):
    """Notes, experiments and a cell that fails, which everyone has."""
    at = index(notebook, "test-fused-gelu")
    notebook["cells"][at:at] = [
        own("## My notes", "markdown"),
        own("fused_gelu(Tensor(np.ones(3, dtype=np.float32))).data"),
        own('autograder.check("fused_gelu", fused_gelu)'),
        own("1 / 0"),
        own(""),
        own("%timeit 1 + 1\n!ls"),
    ]
    return notebook


@malformed("graded")
def experiment_after_the_check(notebook):
    """A slower version under the same name, at the end, for comparison."""
    notebook["cells"].append(own("def fused_gelu(x):\n    return 'slow'\n"))
    return notebook


@malformed("repaired", "metadata were lost", "`vectorized-matmul`")
def nbgraders_metadata_lost(notebook):
    """A program dropped the metadata of every cell and kept the ids."""
    for entry in notebook["cells"]:
        entry["metadata"] = {}
    return notebook


@malformed("repaired", "metadata were lost", "same id")
def all_names_lost(notebook):
    """Metadata gone, and every cell has the same id."""
    for entry in notebook["cells"]:
        entry["metadata"], entry["id"] = {}, "cell"
    return notebook


@malformed("repaired", "metadata were lost")
def all_names_lost_and_shuffled(notebook):
    """The same, in another order."""
    for entry in notebook["cells"]:
        entry["metadata"], entry["id"] = {}, "cell"
    notebook["cells"] = notebook["cells"][::2] + notebook["cells"][1::2]
    return notebook


@malformed("repaired", "same id")
def ids_the_same(notebook):
    """Every cell has the same id."""
    for entry in notebook["cells"]:
        entry["id"] = "x"
    return notebook


@malformed("graded")
def ids_ill_formed(notebook):
    """Ids are numbers, lists, empty, or longer than they may be."""
    for at, entry in enumerate(notebook["cells"]):
        entry["id"] = [at, [at], "", f"a b {at}" * 100][at % 4]
    return notebook


@malformed("graded")
def sources_as_lines_without_ends(notebook):
    """Sources are lists of lines that do not end."""
    for entry in notebook["cells"]:
        entry["source"] = entry["source"].split("\n")
    return notebook


@malformed("partial", "Not a cell", f"entry 1, {LAST + 2}")
def entries_that_are_no_cells(notebook):
    """Texts, numbers and nulls among the cells."""
    notebook["cells"] = ["hello", *notebook["cells"], 7]
    return notebook


@malformed("partial", "1 MiB of code", keeps=without("fused_gelu"))
def a_cell_of_two_mib(notebook):
    """A solution with two MiB of comments."""
    cell(notebook, "fused-gelu")["source"] += "\n# " + "x" * 2**21
    return notebook


@malformed("graded", keeps=without("fused_gelu"))
def a_solution_that_is_no_python(notebook):
    """A typing mistake: the others must not suffer."""
    cell(notebook, "fused-gelu")["source"] = "def fused_gelu(x:\n    return (x"
    return notebook


@malformed("graded")
def pictures_in_the_essay(notebook):
    """A picture pasted into the essay, which must stay."""
    entry = cell(notebook, "performance-essay")
    entry["source"] = ESSAY + "\n\n![roofline](attachment:roofline.png)"
    entry["attachments"] = {"roofline.png": {"image/png": "iVBORw0KGgo="}}
    return notebook


@malformed("repaired", "`performance-essay`", "neighbours")
def essay_without_metadata(notebook):
    """The essay was deleted and written anew in a cell of the student's own."""
    at = index(notebook, "performance-essay")
    notebook["cells"][at] = own(ESSAY, "markdown")
    return notebook


@malformed("repaired", "The cell `introduction` stood", "Taken out of a cell that held more")
def everything_is_one_cell(notebook):
    """Every cell claims to be the introduction, after its own text was pasted into it."""
    for entry in copy.deepcopy(notebook["cells"]):
        entry["metadata"]["nbgrader"]["grade_id"] = "introduction"
        notebook["cells"].append(entry)
    del notebook["cells"][: len(notebook["cells"]) // 2 - 1]
    return notebook


def _retype(entry, kind):
    entry["cell_type"] = kind
    entry.pop("outputs", None)
    entry.pop("execution_count", None)
    if kind == "code":
        entry |= {"outputs": [], "execution_count": None}
