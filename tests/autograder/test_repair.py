"""Repairs keep what was written, never raise, and leave a sound notebook as it is."""

import copy
import json

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.submissions.repair import Unreadable, prepare
from autograder.submissions.repairing.definitions import defined
from tests.adversarial.malformed.case import (
    ALL,
    ESSAY,
    RELEASED,
    SOLUTIONS,
    cell,
    own,
    solved,
    written,
)
from tests.adversarial.malformed.running import parts_that_work

SOLVED = written(solved())
ADDED = "# a cell of my own\nmine = 1"


def prepared(notebook):
    return prepare(notebook if isinstance(notebook, bytes) else written(notebook), RELEASED)


def own_cells(notebook):
    return [c for c in notebook.cells if "nbgrader" not in c.metadata]


def follows(notebook):
    """The grade_id of the cell before the student's first own cell."""
    at = next(i for i, c in enumerate(notebook.cells) if "nbgrader" not in c.metadata)
    return notebook.cells[at - 1].metadata.nbgrader.grade_id


def test_a_sound_notebook_is_left_as_it_is():
    ready = prepared(SOLVED)
    assert ready.repairs == ready.losses == ()
    assert json.loads(json.dumps(ready.notebook)) == json.loads(json.dumps(solved()))


def test_what_runs_is_the_imports_and_the_students_code_in_order():
    notebook = solved()
    notebook["cells"].insert(6, own(ADDED))
    ready = prepared(notebook)
    assert [c.place for c in ready.cells] == [
        "the cell `imports`",
        "the cell `vectorized-matmul`",
        "your cell 7",
        "the cell `fused-gelu`",
        "the cell `unfused-gelu`",
        "the cell `tiled-matmul`",
        "the cell `performance-analysis`",
    ]
    assert ready.cells[2].source == ADDED
    for ran in ready.cells:
        assert "autograder" not in ran.source and "show_" not in ran.source


def test_the_students_own_cells_stay_where_they_stood():
    notebook = solved()
    at = notebook["cells"].index(cell(notebook, "fused-gelu"))
    notebook["cells"][at + 1 : at + 1] = [
        own("a note", "markdown"),
        own(ADDED),
        own("as is", "raw"),
    ]
    ready = prepared(notebook)
    assert ready.repairs == ()
    assert follows(ready.notebook) == "fused-gelu"
    assert [c.source for c in own_cells(ready.notebook)] == ["a note", ADDED, "as is"]


def test_an_edit_of_the_imports_runs_after_the_released_ones():
    notebook = solved()
    cell(notebook, "imports")["source"] = "import numpy as np\nimport math"
    ready = prepared(notebook)
    assert [c.place for c in ready.cells][:2] == [
        "the cell `imports`",
        "what you added to the cell `imports`",
    ]
    assert ready.cells[1].source == "import math"
    assert follows(ready.notebook) == "imports"


def test_a_test_cell_that_was_changed_defines_nothing_and_runs_nothing():
    notebook = solved()
    cell(notebook, "test-fused-gelu")["source"] = "print('20 points')\n20.0"
    ready = prepared(notebook)
    assert "test-fused-gelu" in ready.repairs[0]
    assert not any("20" in c.source for c in ready.cells if "test" in c.place)
    assert own_cells(ready.notebook) == []


def test_an_answer_written_under_the_question_is_kept_for_who_marks_it():
    notebook = solved()
    cell(notebook, "performance-essay-what")["source"] += "\n\nMy answer: memory."
    ready = prepared(notebook)
    assert follows(ready.notebook) == "performance-essay-what"
    assert own_cells(ready.notebook)[0].source == "My answer: memory."


@pytest.mark.parametrize("name", [c.metadata.nbgrader.grade_id for c in RELEASED.cells])
def test_any_one_cell_may_be_deleted_and_is_named(name):
    notebook = solved()
    notebook["cells"].remove(cell(notebook, name))
    ready = prepared(notebook)
    assert f"`{name}`" in " ".join(ready.repairs)
    assert [c.metadata.nbgrader.grade_id for c in ready.notebook.cells] == [
        c.metadata.nbgrader.grade_id for c in RELEASED.cells
    ]
    lost = {name.replace("-", "_")} & ALL
    if "vectorized_matmul" in lost:
        # The solution of the fourth part uses a function that stands with the first.
        lost.add("tiled_matmul")
    assert parts_that_work(ready) == ALL - lost


@pytest.mark.parametrize("at", [0, 11, 12, 13, 14, 15, 46, 47])
def test_a_function_counts_wherever_it_stands_when_its_cell_is_unwritten(at):
    notebook = solved()
    cell(notebook, "fused-gelu")["source"] = cell(json.loads(json.dumps(RELEASED)), "fused-gelu")[
        "source"
    ]
    notebook["cells"].insert(at, own(SOLUTIONS["fused-gelu"]))
    ready = prepared(notebook)
    assert parts_that_work(ready) == ALL
    assert f"your cell {at + 1} defines it" in " ".join(ready.repairs)


def test_a_definition_between_the_solution_and_its_check_counts_as_it_did_for_the_check():
    notebook = solved()
    cell(notebook, "fused-gelu")["source"] = "def fused_gelu(x):\n    return 'a draft'"
    at = notebook["cells"].index(cell(notebook, "test-fused-gelu"))
    notebook["cells"].insert(at, own(SOLUTIONS["fused-gelu"]))
    assert parts_that_work(prepared(notebook)) == ALL


def test_a_definition_after_the_check_does_not_count():
    notebook = solved()
    notebook["cells"].append(own("def fused_gelu(x):\n    return 'an experiment'"))
    ready = prepared(notebook)
    assert parts_that_work(ready) == ALL
    assert ready.repairs == ()


def test_each_check_sees_the_helper_that_stands_above_it():
    notebook = solved()
    helper = "\n\ndef scale(value):\n    return value * {}\n"
    for part, factor in (("fused-gelu", 1), ("unfused-gelu", 2)):
        source = cell(notebook, part)["source"]
        name = part.replace("-", "_")
        cell(notebook, part)["source"] = (
            f"{source}{helper.format(factor)}"
            f"\n_{name} = {name}\n\ndef {name}(x):\n"
            f"    return Tensor(scale(_{name}(x).data) / np.float32({factor}))\n"
        )
    assert parts_that_work(prepared(notebook)) == ALL


def test_pieces_of_one_cell_are_one_cell_of_the_notebook():
    notebook = solved()
    at = notebook["cells"].index(cell(notebook, "performance-analysis"))
    whole = notebook["cells"][at]
    first, rest = whole["source"].split("\ndef ridge_point", 1)
    notebook["cells"][at : at + 1] = [
        whole | {"source": first},
        own(ADDED),
        whole | {"source": "def ridge_point" + rest},
    ]
    ready = prepared(notebook)
    assert parts_that_work(ready) == ALL
    joined = cell(ready.notebook, "performance-analysis")["source"]
    assert first in joined and "def ridge_point" in joined


def test_the_essay_is_the_students_and_keeps_its_pictures():
    notebook = solved()
    cell(notebook, "performance-essay")["attachments"] = {"a.png": {"image/png": "iVBO"}}
    essay = cell(prepared(notebook).notebook, "performance-essay")
    assert essay["source"] == ESSAY and essay["attachments"]["a.png"]["image/png"] == "iVBO"


def test_sentences_stay_short_however_much_is_wrong():
    notebook = solved()
    notebook["cells"] = [
        entry | {"cell_type": "raw", "source": f"{entry['source']}\n{i}"}
        for i in range(20)
        for entry in copy.deepcopy(notebook["cells"])
    ]
    ready = prepared(notebook)
    assert len(ready.repairs) < 60
    assert all(len(sentence) < 1000 for sentence in ready.repairs)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def f(x):\n    return x", {"f": True}),
        ("async  def f(x): ...", {"f": True}),
        ("f = lambda x: x", {"f": True}),
        ("f: object = print", {"f": True}),
        ("from mine import g, f", {"f": True}),
        (
            "def f(x):\n    '''Text.'''\n    # todo\n    raise NotImplementedError('x')",
            {"f": False},
        ),
        ("def f(\n    x,\n) -> int:\n    raise NotImplementedError", {"f": False}),
        ("def f(x):\n    if not x:\n        raise NotImplementedError\n    return x", {"f": True}),
        ("def f(x):\n    raise NotImplementedError\n\ndef f(x):\n    return 1", {"f": True}),
        ("f == 1", {}),
        ("    def f(x): pass", {}),
        ("def ff(x): pass", {}),
        ("# def f(x): pass", {}),
        ("%%time\ndef f(x):\n  return (", {"f": True}),
    ],
)
def test_definitions_are_found_line_by_line(source, found):
    assert defined(source, {"f"}) == found


# Laws.

CELLS = st.integers(0, len(RELEASED.cells) - 1)
KINDS = st.sampled_from(["code", "markdown", "raw", "heading", "video", None])


@st.composite
def edited(draw):
    """The solved notebook after random edits of its cells."""
    notebook = solved()
    cells = notebook["cells"]
    for kind in draw(st.lists(st.sampled_from(["cut", "copy", "move", "type", "strip", "text"]))):
        if not cells:
            break
        at = draw(CELLS) % len(cells)
        if kind == "cut":
            del cells[at]
        elif kind == "copy":
            cells.insert(draw(CELLS), copy.deepcopy(cells[at]))
        elif kind == "move":
            cells.insert(draw(CELLS), cells.pop(at))
        elif kind == "type":
            cells[at]["cell_type"] = draw(KINDS)
        elif kind == "strip":
            cells[at]["metadata"] = draw(st.sampled_from([{}, None, 3, {"nbgrader": []}]))
        else:
            cells[at]["source"] = draw(st.one_of(st.text(max_size=40), st.none(), st.just([1])))
    return notebook


def sound_or_unreadable(data):
    """Prepare anything: it is unreadable, or a whole notebook."""
    try:
        ready = prepare(data, RELEASED)
    except Unreadable as error:
        assert str(error)[-1] == "."
        return
    nbformat.validate(ready.notebook)
    assert nbformat.writes(ready.notebook).encode()
    ours = [c for c in ready.notebook.cells if "nbgrader" in c.metadata]
    assert [c.metadata for c in ours] == [c.metadata for c in RELEASED.cells]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(edited())
def test_any_edit_of_the_cells_leaves_a_whole_notebook(notebook):
    sound_or_unreadable(json.dumps(notebook).encode())


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, len(SOLVED) - 1), st.integers(0, 255)), max_size=12),
    st.integers(0, len(SOLVED)),
    st.integers(0, 200),
)
def test_any_damage_to_the_bytes_leaves_a_whole_notebook(changes, cut, length):
    data = bytearray(SOLVED)
    for at, value in changes:
        data[at] = value
    del data[cut : cut + length]
    sound_or_unreadable(bytes(data))


def end_of(part):
    """Where the list of lines of the part's solution cell ends in the file."""
    start = SOLVED.index(f'"id": "{part.replace("_", "-")}"'.encode())
    return SOLVED.index(b"\n   ]\n", start) + 5


@settings(max_examples=40)
@given(st.integers(0, len(SOLVED)))
def test_every_solution_before_a_cut_is_kept(length):
    data = SOLVED[:length]
    try:
        ready = prepare(data, RELEASED)
    except Unreadable:
        return
    assert parts_that_work(ready) >= {part for part in ALL if end_of(part) <= length}


@given(st.binary(max_size=300))
def test_any_bytes_at_all(data):
    sound_or_unreadable(data)


KEYS = ("cells", "cell_type", "source", "metadata", "nbgrader", "id", "attachments", "content")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "cells",
                    "cell_type",
                    "source",
                    "metadata",
                    "nbgrader",
                    "id",
                    "attachments",
                    "worksheets",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=30,
)


@given(JSON)
def test_any_json_at_all(data):
    sound_or_unreadable(json.dumps(data).encode())


@settings(max_examples=30)
@given(st.permutations(range(len(RELEASED.cells))), st.booleans(), st.booleans(), st.booleans())
def test_no_order_and_no_lost_metadata_takes_a_function(order, without_names, without_ids, as_code):
    notebook = solved()
    notebook["cells"] = [notebook["cells"][at] for at in order]
    for entry in notebook["cells"]:
        if without_names:
            entry["metadata"] = {}
        if without_ids:
            del entry["id"]
        if as_code:
            entry["cell_type"] = "code"
    ready = prepared(notebook)
    assert parts_that_work(ready) == ALL
    assert ready.losses == ()
