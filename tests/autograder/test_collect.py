"""Every student is found once, under a safe name, whatever the instructor points at."""

import contextlib
import io
import os
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.submissions.archive import MAX_MEMBERS
from autograder.submissions.collect import CollectError, collect
from autograder.submissions.names import lms_owner, owner, safe_id
from autograder.submissions.reading import Missing, Unreadable, read


def write(path, data=b"{}", when=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    if when is not None:
        os.utime(path, (when, when))
    return path


def zipped(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def found(folder):
    """What each student handed in: the bytes, or why there are none."""
    contents = {}
    for submission in collect(folder):
        try:
            contents[submission.student_id] = read(submission)
        except (Missing, Unreadable) as error:
            contents[submission.student_id] = str(error)
    return contents


@pytest.fixture
def course(tmp_path):
    """A course folder in nbgrader's layout: three students, one of whom handed in nothing."""
    for name in ("bob", "alice"):
        write(tmp_path / "submitted" / name / "acceleration" / "acceleration.ipynb", name.encode())
    write(tmp_path / "submitted" / "alice" / "acceleration" / "timestamp.txt")
    write(tmp_path / "submitted" / "alice" / "acceleration" / ".ipynb_checkpoints" / "a.ipynb")
    write(tmp_path / "submitted" / "carol" / "ps2" / "ps2.ipynb", b"another assignment")
    write(tmp_path / "gradebook.db")
    return tmp_path


@pytest.mark.parametrize("below", ["", "submitted"])
def test_nbgraders_layout(course, below):
    assert found(course / below) == {
        "alice": b"alice",
        "bob": b"bob",
        "carol": "No notebook was handed in.",
    }
    assert all(submission.remarks == () for submission in collect(course / below))


@pytest.mark.parametrize("below", ["submitted/bob", "submitted/bob/acceleration"])
def test_one_students_folder(course, below):
    assert found(course / below) == {"bob": b"bob"}


def test_the_same_as_a_zip_file(course, tmp_path_factory):
    members = {
        str(path.relative_to(course)): path.read_bytes()
        for path in course.rglob("*")
        if path.is_file()
    }
    file = write(tmp_path_factory.mktemp("zip") / "class.zip", zipped(members))
    assert found(file) == {
        "alice": b"alice",
        "bob": b"bob",
        "carol": "No notebook was handed in.",
    }


CANVAS = {
    "doejane_123_4001_acceleration.ipynb": b"first",
    "doejane_123_4002_acceleration-1.ipynb": b"second",
    "doejane_124_4003_acceleration.ipynb": b"another of that name",
    "roe_LATE_9_4004_Acceleration (2).ipynb": b"late",
    "kim_7_4005_work.zip": zipped({"work/my_notebook.ipynb": b"in a zip"}),
    "lee_8_4006_report.pdf": b"%PDF-",
}
FROM_CANVAS = {
    "doejane_123": b"second",
    "doejane_124": b"another of that name",
    "kim_7": b"in a zip",
    "lee_8": b"%PDF-",
    "roe_9": b"late",
}


def test_what_canvas_hands_out(tmp_path):
    folder = tmp_path / "submissions"
    for name, data in CANVAS.items():
        write(folder / name, data)
    write(folder / "grades.csv")
    assert found(folder) == FROM_CANVAS
    remarks = {
        submission.student_id: " ".join(submission.remarks) for submission in collect(folder)
    }
    assert "late" in remarks["roe_9"] and "`Acceleration (2).ipynb`" in remarks["roe_9"]
    assert "Not graded: `doejane_123_4001_acceleration.ipynb`" in remarks["doejane_123"]
    assert remarks["doejane_124"] == ""


@pytest.mark.parametrize("around", ["", "submissions/", "download/submissions/"])
def test_what_canvas_hands_out_zipped(tmp_path, around):
    file = write(tmp_path / "submissions.zip", zipped({around + n: d for n, d in CANVAS.items()}))
    assert found(file) == FROM_CANVAS


@pytest.mark.parametrize("ending", ["_assignsubmission_file", "_assignsubmission_file_"])
def test_what_moodle_hands_out_in_folders(tmp_path, ending):
    write(tmp_path / f"Jane Doe_12{ending}" / "acceleration.ipynb", b"jane")
    write(tmp_path / "Jane Doe_12_assignsubmission_onlinetext" / "onlinetext.html", b"<p>")
    (tmp_path / f"José Núñez_13{ending}").mkdir()
    assert found(tmp_path) == {
        "Jane Doe_12": b"jane",
        "José Núñez_13": "No notebook was handed in.",
    }


def test_what_moodle_hands_out_loose(tmp_path):
    write(tmp_path / "Jane Doe_12_assignsubmission_file_acceleration.ipynb", b"jane")
    write(tmp_path / "Ali_x_13_assignsubmission_file_Acceleration.ipynb", b"ali")
    assert found(tmp_path) == {"Ali_x_13": b"ali", "Jane Doe_12": b"jane"}


def test_loose_notebooks_of_any_name(tmp_path):
    for name in ("alice.ipynb", "acceleration_bob.ipynb", "Carol-Acceleration.IPYNB"):
        write(tmp_path / name, name.encode())
    assert list(found(tmp_path)) == ["Carol", "alice", "bob"]


def test_one_notebook(tmp_path):
    assert found(write(tmp_path / "alice.ipynb", b"hers")) == {"alice": b"hers"}


def test_the_newest_of_two_counts_and_a_remark_says_so(tmp_path):
    write(tmp_path / "class" / "alice" / "acceleration-old.ipynb", b"old", when=2_000_000)
    write(tmp_path / "class" / "alice" / "acceleration-new.ipynb", b"new", when=3_000_000)
    write(tmp_path / "class" / "bob" / "acceleration.ipynb", b"bob")
    assert found(tmp_path / "class") == {"alice": b"new", "bob": b"bob"}
    alice = collect(tmp_path / "class")[0]
    assert "Not graded: `acceleration-old.ipynb`." in " ".join(alice.remarks)


def test_two_students_of_one_name_are_told_apart(tmp_path):
    write(tmp_path / "alice" / "acceleration" / "acceleration.ipynb", b"one")
    write(tmp_path / "Alice" / "acceleration" / "acceleration.ipynb", b"two")
    contents = found(tmp_path)
    assert sorted(contents.values()) == [b"one", b"two"]
    assert len({name.casefold() for name in contents}) == 2


def test_links_and_pipes_are_seen_and_not_opened(tmp_path):
    secret = write(tmp_path / "secret.ipynb", b"secret")
    submitted = tmp_path / "submitted"
    write(submitted / "alice" / "acceleration" / "acceleration.ipynb", b"alice")
    for name in ("bob", "carol"):
        (submitted / name / "acceleration").mkdir(parents=True)
    (submitted / "bob" / "acceleration" / "acceleration.ipynb").symlink_to(secret)
    os.mkfifo(submitted / "carol" / "acceleration" / "acceleration.ipynb")
    (submitted / "dave").symlink_to(tmp_path, target_is_directory=True)
    contents = found(submitted)
    assert contents.pop("alice") == b"alice"
    assert sorted(contents) == ["bob", "carol", "dave"]
    assert "link" in contents["bob"] and "link" in contents["dave"]
    assert "pipe" in contents["carol"]


def test_what_is_written_into_nothing_stays_unwritten(tmp_path):
    file = write(
        tmp_path / "zips" / "class.zip", zipped({"../../evil.ipynb": b"1", "/a.ipynb": b"2"})
    )
    before = sorted(tmp_path.rglob("*"))
    assert found(file) == {"a": b"2", "evil": b"1"}
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        (None, b"", "There is no"),
        ("class.zip", b"PK\x03\x04 and no more", "damaged"),
        ("class.zip", zipped({}), "holds no submission"),
        ("class.zip", zipped({str(i): b"" for i in range(MAX_MEMBERS + 1)}), "members"),
        ("notes.txt", b"notes", "neither a folder"),
        ("folder/notes.txt", b"notes", "holds no submission"),
        ("folder/nbgrader_config.py", b"", "has no folder `submitted`"),
    ],
)
def test_nothing_to_collect_is_explained(tmp_path, name, data, words):
    given = tmp_path / (name or "nowhere")
    if name is not None:
        write(given, data)
    with pytest.raises(CollectError) as caught:
        collect(given.parent if "/" in (name or "") else given)
    assert words in str(caught.value) and "submitted/<student>" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_that_cannot_be_entered_is_one_students_problem(tmp_path):
    write(tmp_path / "alice" / "acceleration" / "acceleration.ipynb", b"alice")
    (tmp_path / "bob").mkdir(mode=0)
    contents = found(tmp_path)
    assert contents["alice"] == b"alice"
    # Root may enter any folder.
    assert isinstance(contents["bob"], str)


@given(st.text(max_size=200))
def test_an_id_is_a_folders_name_and_stays_what_it_is(text):
    name = safe_id(text)
    assert 0 < len(name.encode()) <= 120
    assert name not in {".", ".."} and name[0] not in ". " and name[-1] not in ". "
    assert not set(name) & set('/\\:*?"<>|\0\n\r\t')
    assert unicodedata.is_normalized("NFC", name)
    assert safe_id(name) == name
    assert Path("below", name).parent == Path("below")


@given(st.text(max_size=80))
def test_any_name_belongs_to_somebody(name):
    assert isinstance(owner(name).student_id, str)
    found = lms_owner(name)
    assert found is None or found.student_id


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30),
        st.binary(max_size=20),
        max_size=6,
    )
)
def test_any_zip_file_gives_each_student_one_safe_name(tmp_path_factory, members):
    file = tmp_path_factory.mktemp("any") / "class.zip"
    write(file, zipped(members))
    try:
        submissions = collect(file)
    except CollectError:
        return
    names = [submission.student_id for submission in submissions]
    assert names == sorted(names) and len({name.casefold() for name in names}) == len(names)
    for submission in submissions:
        assert safe_id(submission.student_id) == submission.student_id
        with contextlib.suppress(Missing, Unreadable):
            read(submission)
