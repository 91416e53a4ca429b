"""Opening nbgrader's gradebook, which is made where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic.script import ScriptDirectory
from nbgrader.api import Base, Gradebook
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from autograder.gradebook.course import Course, GradebookError


@contextmanager
def opened(course: Course) -> Iterator[Gradebook]:
    """Open a course's gradebook; what the database refuses becomes one sentence.

    Raises
    ------
    GradebookError
        If the gradebook cannot be reached, read or written.
    """
    try:
        _make(course.database_url)
        with Gradebook(course.database_url, course.course_id) as gradebook:
            yield gradebook
    except ImportError as problem:
        raise GradebookError(
            f"The gradebook {_shown(course.database_url)} needs a package that is not installed "
            f'({problem.name}); for PostgreSQL: pip install "psycopg[binary]".'
        ) from None
    except SQLAlchemyError as problem:
        raise GradebookError(
            f"The gradebook {_shown(course.database_url)} cannot be used: {_reason(problem)}. What "
            "was recorded before is kept."
        ) from None


def _make(url: str) -> None:
    """Make the tables of an empty database, all of them or none.

    nbgrader itself makes them one by one and asks a program which version they have; killed in
    between, it leaves tables that `nbgrader db upgrade` takes for those of an older version.
    """
    engine = create_engine(url)
    try:
        if not inspect(engine).get_table_names():
            _make_tables(engine)
    finally:
        engine.dispose()


def _make_tables(engine: Engine) -> None:
    version = ScriptDirectory(ALEMBIC_DIR).get_current_head()
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            # Python's sqlite3 opens a transaction for rows alone, not for tables.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        Base.metadata.create_all(connection)
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(
            text("INSERT INTO alembic_version (version_num) VALUES (:version)"),
            {"version": version},
        )


def _shown(url: str) -> str:
    """Return the URL without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return "of this URL"


def _reason(problem: SQLAlchemyError) -> str:
    """Return the first line of what the database said; SQLAlchemy adds the statement to it."""
    said = str(getattr(problem, "orig", None) or problem).strip()
    return said.splitlines()[0].rstrip(".") if said else type(problem).__name__
