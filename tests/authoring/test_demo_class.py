"""The class to try the autograder on: forty, the same on every run."""

import nbformat
import pytest

from authoring.__main__ import main
from authoring.demo_class import FolderInUse, write_class
from authoring.demo_class.students import HONEST, WRONG
from autograder.submissions.collect import collect


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.ipynb")}


def test_forty_students_in_the_layout_of_nbgrader(tmp_path):
    students = write_class(tmp_path)
    assert len(set(students)) == len(students) == 40
    assert students == sorted(path.name for path in (tmp_path / "submitted").iterdir())
    assert [submission.student_id for submission in collect(tmp_path / "submitted")] == students


def test_the_same_bytes_on_every_run(tmp_path):
    for name in ("one", "two"):
        write_class(tmp_path / name)
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
