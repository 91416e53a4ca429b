"""A course folder of its own for nbgrader, with one submission for each kind of learner."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from authoring.notebooks import ROOT

NOTEBOOK = Path("acceleration") / "acceleration.ipynb"

# What the page that the course grows out of gives as code, by grade id: right values, but neither
# fused nor tiled. A learner who pastes it must not get the points for either.
PAGES_OWN_CODE = {
    "vectorized-matmul": """
def vectorized_matmul(a, b):
    if len(a.shape) < 2 or len(b.shape) < 2 or a.shape[-1] != b.shape[-2]:
        raise ValueError(f"shape mismatch: {a.shape} @ {b.shape}")
    return Tensor(np.matmul(a.data, b.data))
""",
    "fused-gelu": """
def fused_gelu(x):
    c = np.sqrt(2.0 / np.pi)
    return Tensor(0.5 * x.data * (1.0 + np.tanh(c * (x.data + 0.044715 * x.data**3))))
""",
    "tiled-matmul": """
def tiled_matmul(a, b, tile_size=64):
    if a.shape[-1] != b.shape[-2]:
        raise ValueError(f"shape mismatch: {a.shape} @ {b.shape}")
    return Tensor(np.matmul(a.data, b.data))
""",
}


class Course:
    """An nbgrader course in a temporary folder, run through nbgrader's own command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copy(ROOT / "nbgrader_config.py", folder)
        shutil.copytree(ROOT / "solutions" / "acceleration", folder / "solutions" / "acceleration")
        self.nbgrader("generate_assignment", "acceleration")

    def nbgrader(self, *arguments: str) -> str:
        """Run one nbgrader command and return what it printed; fail the test if it fails."""
        environment = os.environ | {
            "PYTHONPATH": str(ROOT),
            "JUPYTER_CONFIG_DIR": str(self.folder),
            # nbgrader calls alembic by name, which lies beside this Python.
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
        }
        run = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout + run.stderr

    def released(self) -> nbformat.NotebookNode:
        """The notebook that the learner gets."""
        return nbformat.read(self.folder / "exercises" / NOTEBOOK, as_version=4)

    def submit(self, student: str, notebook: nbformat.NotebookNode) -> None:
        """Put a notebook where nbgrader looks for submissions."""
        target = self.folder / "submitted" / student / NOTEBOOK
        target.parent.mkdir(parents=True)
        nbformat.write(notebook, target)


def with_code(notebook: nbformat.NotebookNode, code: dict[str, str]) -> nbformat.NotebookNode:
    """Fill solution cells by grade id."""
    for cell in notebook.cells:
        grade_id = cell.metadata.nbgrader.grade_id
        if grade_id in code:
            cell.source = code[grade_id].strip()
    return notebook


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """One generated, submitted and autograded course for all the tests that look at it."""
    course = Course(tmp_path_factory.mktemp("course"))
    solution = nbformat.read(ROOT / "solutions" / NOTEBOOK, as_version=4)
    code = {
        c.metadata.nbgrader.grade_id: c.source
        for c in solution.cells
        if c.metadata.nbgrader.solution
    }
    course.submit("solved", with_code(course.released(), code))
    course.submit("untouched", course.released())
    course.submit("page", with_code(course.released(), PAGES_OWN_CODE))
    course.nbgrader("autograde", "acceleration")
    return course
