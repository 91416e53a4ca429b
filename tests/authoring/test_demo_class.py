"""The classes to try the autograder on: the same on every run."""

import csv
import zipfile

import nbformat
import pytest

from authoring.__main__ import main
from authoring.demo_class import FolderInUse, write_class, write_try_class
from authoring.demo_class.students import HONEST, WRONG
from autograder.submissions.collect import collect


def contents(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder): path.read_bytes() for path in files}


def test_forty_students_in_the_layout_of_nbgrader(tmp_path):
    students = write_class(tmp_path)
    assert len(set(students)) == len(students) == 40
    assert students == sorted(path.name for path in (tmp_path / "submitted").iterdir())
    assert [submission.student_id for submission in collect(tmp_path / "submitted")] == students


@pytest.mark.parametrize("write", [write_class, write_try_class])
def test_the_same_bytes_on_every_run(tmp_path, write):
    for name in ("one", "two"):
        write(tmp_path / name)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_whoever_is_not_broken_handed_in_a_notebook(tmp_path):
    write_class(tmp_path)
    for student in (*HONEST, *WRONG):
        path = tmp_path / "submitted" / student.student_id / "acceleration" / "acceleration.ipynb"
        nbformat.validate(nbformat.read(path, as_version=4))


def test_a_folder_with_something_in_it_is_left_alone(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FolderInUse, match="is not empty"):
        write_class(tmp_path)
    assert main(["demo-class", str(tmp_path)]) == 1
    assert "No class was written" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_command_says_what_it_wrote(tmp_path, capsys):
    assert main(["demo-class", str(tmp_path / "class")]) == 0
    assert "wrote 40 submissions into" in capsys.readouterr().out


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ordinary")
    write_try_class(folder)
    return folder


def test_thirty_students_of_whom_one_handed_in_nothing(ordinary):
    students = collect(ordinary / "submitted")
    assert len(students) == 30
    assert [student.student_id for student in students if student.path is None] == ["iglesias_d"]


@pytest.mark.parametrize("platform", ["canvas", "moodle"])
def test_a_platform_hands_out_the_same_notebooks_and_lists_everybody(ordinary, platform):
    folder = ordinary / "handed-in" / platform
    with zipfile.ZipFile(folder / "submissions.zip") as archive:
        given = sorted(archive.read(name) for name in archive.namelist())
    kept = sorted(path.read_bytes() for path in (ordinary / "submitted").rglob("*.ipynb"))
    assert given == kept and len(given) == 29
    assert len(collect(folder / "submissions.zip")) == 29
    (roster,) = folder.glob("*.csv")
    with roster.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = {row.get("Student") or row.get("Full name") for row in rows} - {"    Points Possible"}
    assert len(names) == 30


def test_a_class_of_ones_own_is_left_alone(tmp_path, capsys):
    mine = tmp_path / "submitted" / "ada" / "acceleration" / "acceleration.ipynb"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    assert main(["try-class", str(tmp_path)]) == 1
    assert "may be a class of yours" in capsys.readouterr().err
    assert list(contents(tmp_path)) == [mine.relative_to(tmp_path)]


def test_the_command_says_where_the_class_lies(tmp_path, capsys):
    assert main(["try-class", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "30 students" in said and "handed-in" in said
