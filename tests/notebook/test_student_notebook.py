"""The untouched notebook runs from top to bottom and says what is not written yet."""

import nbformat
import pytest
from nbclient import NotebookClient

from authoring.notebooks import ROOT, SOURCE, solution_notebook, student_notebook
from autograder.handout import solution_lines
from autograder.parts import PARTS

EXERCISE = ROOT / "exercises" / "acceleration" / "acceleration.ipynb"


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    notebook = nbformat.read(EXERCISE, as_version=4)
    folder = str(EXERCISE.parent)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": folder}}).execute()
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells}


@pytest.mark.slow
def test_it_runs_from_top_to_bottom_and_writes_nothing_to_stderr(executed):
    for cell in executed.values():
        for output in cell.get("outputs", []):
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output.text


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_every_unwritten_part_says_so_and_earns_zero(executed, part):
    (result,) = executed[part.test_cell].outputs
    assert float(result.data["text/plain"]) == 0
    assert "not written yet" in result.data["text/html"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "cell", ["vectorized-matmul-show", "fused-gelu-show", "unfused-gelu-show", "tiled-matmul-show"]
)
def test_a_cell_that_shows_an_unwritten_part_says_which(executed, cell):
    text = "".join(o.get("text", "") + str(o.get("data", "")) for o in executed[cell].outputs)
    assert "not written yet" in text


def test_every_cell_has_an_id_of_its_own_that_never_changes():
    first, second = (
        [cell.id for cell in student_notebook(solution_notebook()).cells] for _ in range(2)
    )
    assert first == second
    assert len(set(first)) == len(first)


def test_only_the_learners_cells_can_be_edited():
    for cell in nbformat.read(EXERCISE, as_version=4).cells:
        assert cell.metadata.get("editable", True) == cell.metadata.nbgrader.solution


def test_every_part_takes_the_same_five_steps():
    ids = [cell.metadata.nbgrader.grade_id for cell in nbformat.read(EXERCISE, as_version=4).cells]
    for part in PARTS.values():
        name = part.solution_cell
        steps = [f"{name}-why", f"{name}-what", name, f"{name}-check", part.test_cell]
        start = ids.index(steps[0])
        assert ids[start : start + 5] == steps


def test_no_solution_is_left_in_the_student_notebook():
    text = EXERCISE.read_text(encoding="utf-8")
    secret = solution_lines(SOURCE)
    assert len(secret) > 40
    assert [line for line in secret if line in text] == []
