"""nbgrader's own `autograde` with the sandbox: one line in nbgrader_config.py.

``c.Autograde.autograde_preprocessors = ["autograder.gradebook.nbgrader.GradeInSandbox"]``
"""

from __future__ import annotations

import os
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    NbGraderPreprocessor,
    SaveAutoGrades,
)
from traitlets import Unicode

from autograder.gradebook.course import Course
from autograder.gradebook.notebook import autograded_notebook
from autograder.grading import Settings, grade_notebook
from autograder.grading.settings import confirmations
from autograder.sandbox import Limits, SandboxError, find_sandbox
from autograder.submissions.errors import Unreadable
from autograder.submissions.repair import prepare


class GradeInSandbox(NbGraderPreprocessor):
    """Grades a submission in the sandbox, where nbgrader would execute it in a kernel.

    Everything else stays nbgrader's: it collects, restores locked cells, saves the scores that it
    reads from the cells, and assigns penalties.
    """

    sandbox = Unicode("auto", help="bubblewrap, docker, podman, none, or auto").tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the graded notebook, its scores saved.

        Raises
        ------
        nbgrader.converters.base.NbGraderException
            If there is no sandbox, or no released notebook to hold the submission against.
        """
        names = resources["nbgrader"]
        directory = CourseDirectory(config=self.config)
        course = Course(directory, names["db_url"], names["assignment"], names["notebook"])
        try:
            settings = Settings(
                released=nbformat.read(course.released(), as_version=4),
                sandbox=find_sandbox(self.sandbox),
                limits=Limits(),
                secret=os.urandom(32),
                confirmations=confirmations(),
            )
        except SandboxError as problem:
            raise NbGraderException(str(problem)) from None
        except OSError as problem:
            raise NbGraderException(
                f"{course.released()} cannot be read ({problem.strerror}); run `nbgrader "
                f"generate_assignment {course.assignment}` first."
            ) from None
        data = nbformat.writes(nb).encode("utf-8", "backslashreplace")
        result = grade_notebook(names["student"], data, settings)
        try:
            repaired = prepare(data, settings.released).notebook
        except Unreadable:
            repaired = settings.released
        graded = autograded_notebook(repaired, result)
        for save in (SaveAutoGrades, AssignLatePenalties, CheckCellMetadata):
            graded, resources = save(parent=self).preprocess(graded, resources)
        return graded, resources
