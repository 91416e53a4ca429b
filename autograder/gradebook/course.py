"""Where a course keeps its gradebook and its folders, as its nbgrader_config.py says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import PyFileConfigLoader

CONFIGURATION = "nbgrader_config.py"


class GradebookError(Exception):
    """The gradebook cannot be read or written; the text says why and what to do."""


@dataclass(frozen=True, eq=False)
class Course:
    """One course of nbgrader.

    Attributes
    ----------
    directory : nbgrader.coursedir.CourseDirectory
        Its folders.
    database_url : str
        SQLAlchemy's URL of its gradebook.
    assignment, notebook : str
        What nbgrader calls the assignment, and the notebook without its suffix.
    """

    directory: CourseDirectory
    database_url: str
    assignment: str = "acceleration"
    notebook: str = "acceleration"

    @classmethod
    def at(cls, folder: Path, database_url: str | None = None) -> Course:
        """Read the configuration of the course in a folder.

        Parameters
        ----------
        folder : pathlib.Path
            With or without an ``nbgrader_config.py``; without one, nbgrader's defaults hold.
        database_url : str, optional
            Another gradebook than the configured one.

        Raises
        ------
        GradebookError
            If there is no such folder, or its configuration cannot be read.
        """
        if not folder.is_dir():
            raise GradebookError(
                f"There is no course folder {folder}; name the folder that holds "
                f"{CONFIGURATION} and `submitted`."
            )
        folder = folder.resolve()
        file = folder / CONFIGURATION
        try:
            config = None
            if file.is_file():
                config = PyFileConfigLoader(file.name, path=str(folder)).load_config()
            directory = CourseDirectory(config=config)
            if config is None or "root" not in config.CourseDirectory:
                directory.root = str(folder)
        # The configuration is a program: it can fail in every way.
        except Exception as problem:
            raise GradebookError(
                f"{file} cannot be used: {type(problem).__name__}: {problem}; `nbgrader "
                "generate_assignment` must be able to read it too."
            ) from None
        return cls(directory, database_url or directory.db_url)

    @property
    def course_id(self) -> str:
        """What nbgrader calls the course; empty if it has no name."""
        return str(self.directory.course_id)

    @property
    def file_mode(self) -> int:
        """Rights of the files that nbgrader writes into its folder of graded notebooks."""
        return 0o664 if self.directory.groupshared else 0o444

    def released(self) -> Path:
        """Return where `nbgrader generate_assignment` puts the notebook for students."""
        return self._file(self.directory.release_directory, ".")

    def autograded(self, student_id: str) -> Path:
        """Return where nbgrader looks for a student's graded notebook."""
        return self._file(self.directory.autograded_directory, student_id)

    def _file(self, step: str, student_id: str) -> Path:
        folder = self.directory.format_path(step, student_id, self.assignment)
        return Path(folder) / f"{self.notebook}.ipynb"
