"""What was handed in is read within bounds, from ordinary files and whole zip files only."""

import io
import os
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.submissions import Submission
from autograder.submissions.archive import MAX_INNER_BYTES
from autograder.submissions.reading import MAX_BYTES, Missing, Unreadable, read


def zipped(name, data, method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr(name, data)
    return file.getvalue()


def in_zip(folder, data, member="a.ipynb"):
    file = folder / "class.zip"
    file.write_bytes(data)
    return Submission("alice", file, member)


def refused(submission):
    with pytest.raises(Unreadable) as caught:
        read(submission)
    assert "\n" not in str(caught.value) and str(caught.value)[-1] == "."
    return str(caught.value)


def test_a_file_is_read_as_it_is(tmp_path):
    file = tmp_path / "a.ipynb"
    file.write_bytes(b"\xff\0any bytes")
    assert read(Submission("alice", file)) == b"\xff\0any bytes"


def test_no_file_is_missing_and_not_unreadable():
    with pytest.raises(Missing, match="No notebook was handed in"):
        read(Submission("alice", None))


def test_the_largest_file_is_read_and_one_byte_more_is_not(tmp_path):
    file = tmp_path / "a.ipynb"
    with file.open("wb") as sparse:
        sparse.truncate(MAX_BYTES)
    assert len(read(Submission("alice", file))) == MAX_BYTES
    with file.open("ab") as sparse:
        sparse.truncate(MAX_BYTES + 1)
    assert "32 MiB" in refused(Submission("alice", file))


def test_a_link_a_pipe_a_folder_a_device_and_nothing_are_explained(tmp_path):
    (tmp_path / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    assert "link" in refused(Submission("a", tmp_path / "link"))
    assert "pipe" in refused(Submission("a", tmp_path / "pipe"))
    assert "folder" in refused(Submission("a", tmp_path))
    assert "device" in refused(Submission("a", tmp_path.__class__("/dev/zero")))
    assert "could not be opened" in refused(Submission("a", tmp_path / "nothing"))


def test_a_member_of_a_zip_file_and_of_one_inside_it(tmp_path):
    inner = zipped("deep/b.ipynb", b"inner")
    assert read(in_zip(tmp_path, zipped("a.ipynb", b"outer"))) == b"outer"
    assert read(in_zip(tmp_path, zipped("x.zip", inner), "x.zip!/deep/b.ipynb")) == b"inner"
    # A name may hold what separates names.
    assert read(in_zip(tmp_path, zipped("x!/a", b"odd"), "x!/a")) == b"odd"
    assert read(in_zip(tmp_path, zipped("x!/y.zip", inner), "x!/y.zip!/deep/b.ipynb")) == b"inner"


def test_a_member_that_is_not_there_is_explained(tmp_path):
    assert "does not hold" in refused(in_zip(tmp_path, zipped("b.ipynb", b"")))
    assert "does not hold" in refused(in_zip(tmp_path, zipped("b.ipynb", b""), "b.zip!/c"))


def test_a_bomb_is_left_unexploded(tmp_path):
    bomb = zipped("a.ipynb", bytes(MAX_BYTES + 1))
    assert len(bomb) < 100_000
    assert "larger than 32 MiB" in refused(in_zip(tmp_path, bomb))
    inside = zipped("x.zip", zipped("a.ipynb", bytes(MAX_BYTES + 1)))
    assert "larger than 32 MiB" in refused(in_zip(tmp_path, inside, "x.zip!/a.ipynb"))
    large = zipped("x.zip", bytes(MAX_INNER_BYTES + 1))
    assert "larger than 64 MiB" in refused(in_zip(tmp_path, large, "x.zip!/a.ipynb"))


def test_a_size_that_is_a_lie_is_not_believed(tmp_path):
    data = bytearray(zipped("a.ipynb", bytes(MAX_BYTES + 1)))
    at = data.index(b"PK\1\2") + 24
    data[at : at + 4] = (5).to_bytes(4, "little")
    try:
        content = read(in_zip(tmp_path, bytes(data)))
    except Unreadable:
        return
    assert len(content) <= 5


def test_a_password_is_named(tmp_path):
    data = bytearray(zipped("a.ipynb", b"secret"))
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    assert "password" in refused(in_zip(tmp_path, bytes(data)))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_compression_is_not_tried(tmp_path, method):
    assert "unusual" in refused(in_zip(tmp_path, zipped("a.ipynb", b"x" * 100, method)))


SOUND = zipped("a.ipynb", bytes(range(256)) * 4)


@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), max_size=8))
def test_damage_to_a_zip_file_is_unreadable_at_worst(tmp_path_factory, changes):
    data = bytearray(SOUND)
    for at, value in changes:
        data[at] = value
    try:
        content = read(in_zip(tmp_path_factory.mktemp("damaged"), bytes(data)))
    except Unreadable:
        return
    assert len(content) <= MAX_BYTES
