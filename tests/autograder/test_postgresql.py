"""The gradebook in PostgreSQL: a server of Debian's package, made and ended by this test."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import create_engine

from authoring.notebooks import ROOT
from autograder.gradebook import Course, record
from autograder.parts import PARTS
from autograder.submissions import Submission
from tests.autograder.test_gradebook import (
    ESSAY,
    PARTIAL,
    RELEASED,
    found,
    grades,
    hand_in,
    mark,
    missing,
    rows,
    write,
)

pytestmark = pytest.mark.slow


def programs() -> Path:
    """Give the folder of the server's programs, the newest version's."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise FileNotFoundError(
            "No PostgreSQL server was found. Install it with: sudo apt-get install postgresql"
        )
    return found[-1].parent


def server_user() -> str | None:
    """Give the user to run the server as, which refuses to be run by root; None for this one."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """URL of a server that listens on a socket in a folder of its own, and on no port."""
    bin = programs()
    # The name of a socket is short: pytest's own folders are too deep for it.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    user = server_user()
    if user is not None:
        shutil.chown(folder, user)
    before = [] if user is None else ["runuser", "-u", user, "--"]

    def call(program, *arguments):
        subprocess.run(
            [*before, str(bin / program), *arguments],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=120,
        )

    data = str(folder / "data")
    try:
        call("initdb", "-D", data, "-U", "grader", "-A", "trust", "-N", "-E", "UTF8", "--locale=C")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        call("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql+psycopg://grader@/postgres?host={folder}"
        finally:
            call("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def course(server, tmp_path_factory):
    """A course whose own configuration names the server."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    with (folder / "nbgrader_config.py").open("a") as file:
        file.write(f"\nc.CourseDirectory.db_url = {server!r}\n")
    return Course.at(folder)


def nbgrader(course, *arguments):
    run = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course.directory.root,
        env=os.environ
        | {
            "PYTHONPATH": str(ROOT),
            "JUPYTER_CONFIG_DIR": str(course.directory.root),
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_it_holds_what_sqlite_holds_and_nbgrader_reads_it(course):
    ada = hand_in(course, "ada", {ESSAY: "The ridge is at 5. \u2713 '; DROP TABLE grade; --"})
    strange = hand_in(course, "o'neil, jo \U0001f600")
    pairs = [
        (ada, found(ada)),
        (strange, found(strange)),
        (Submission("bob", None), missing("bob")),
    ]
    assert write(course, *pairs) == []
    mark(course, "ada", ESSAY, manual_score=7.0, needs_manual_grade=False)
    before = rows(course.database_url)
    assert write(course, *pairs) == []
    assert rows(course.database_url) == before
    expected = {part.test_cell: (PARTIAL[name], None, None, False) for name, part in PARTS.items()}
    assert grades(course, "ada") == expected | {ESSAY: (None, 7.0, None, False)}
    with Gradebook(course.database_url, course.course_id) as gradebook:
        listed = {row["student"]: row for row in gradebook.submission_dicts("acceleration")}
        assert listed["ada"]["score"] == sum(PARTIAL.values()) + 7
        assert not listed["ada"]["needs_manual_grade"]
        assert listed["bob"]["score"] == 0
    nbgrader(course, "generate_feedback", "acceleration")
    page = Path(course.directory.root) / "feedback/ada/acceleration/acceleration.html"
    assert "Every part was examined." in page.read_text()


def test_the_assignment_that_nbgrader_made_there_is_taken_as_it_is(server, course):
    # A database of its own on the same server.
    url = server.replace("/postgres?", "/made_by_nbgrader?")
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE made_by_nbgrader")
    engine.dispose()
    root = Path(course.directory.root)
    shutil.copytree(ROOT / "solutions/acceleration", root / "solutions/acceleration")
    nbgrader(course, "generate_assignment", "acceleration", f"--CourseDirectory.db_url={url}")
    before = rows(url)
    record([], {}, Course.at(root, url), RELEASED)
    assert rows(url) == before
