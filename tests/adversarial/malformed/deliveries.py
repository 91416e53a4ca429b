"""Sound notebooks under wrong names, in wrong places and in zip files; and what is no file."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

from tests.adversarial.malformed.case import NONE, Malformed, delivery_collector, put
from tests.adversarial.malformed.files import zipped

MALFORMED: list[Malformed] = []
delivered = delivery_collector(MALFORMED)


@delivered("missing", "No notebook was handed in", keeps=NONE)
def nothing(folder, notebook):
    """An empty folder."""


@delivered("missing", "No notebook was handed in", keeps=NONE)
def only_checkpoints(folder, notebook):
    """Jupyter's checkpoints and macOS's shadows, and no notebook."""
    for name in (
        ".ipynb_checkpoints/acceleration-checkpoint.ipynb",
        "__MACOSX/._a.ipynb",
        "._a.ipynb",
    ):
        path = folder / "acceleration" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(notebook)


@delivered("graded", "Acceleration (2).ipynb")
def saved_by_a_browser(folder, notebook):
    """The browser had saved the name before."""
    _write(folder / "acceleration" / "Acceleration (2).ipynb", notebook)


@delivered("graded", "acceleration.ipynb.txt")
def saved_as_text(folder, notebook):
    """The mail program called it a text."""
    _write(folder / "acceleration" / "acceleration.ipynb.txt", notebook)


@delivered("graded", "ACCELERATION.IPYNB")
def shouted(folder, notebook):
    """A name in capitals."""
    _write(folder / "acceleration" / "ACCELERATION.IPYNB", notebook)


@delivered("graded", "acceleration.json")
def saved_as_json(folder, notebook):
    """What the file is, technically."""
    _write(folder / "acceleration" / "acceleration.json", notebook)


@delivered("graded", "homework.ipynb")
def another_name_and_place(folder, notebook):
    """A name of the student's own, beside the folder."""
    _write(folder / "homework.ipynb", notebook)


@delivered("graded", "Not graded: `acceleration/draft.ipynb`")
def a_draft_beside_it(folder, notebook):
    """A second notebook, newer, of another name: the one that was asked for counts."""
    put(folder, notebook)
    (folder / "acceleration" / "draft.ipynb").write_text("{}")


@delivered("graded", "acceleration-new.ipynb", "Not graded: `acceleration/old.ipynb`")
def two_of_other_names(folder, notebook):
    """Two notebooks of other names: the newer counts."""
    _write(folder / "acceleration" / "old.ipynb", b"{}", when=1_000_000)
    _write(folder / "acceleration" / "acceleration-new.ipynb", notebook, when=2_000_000)


@delivered("graded")
def in_a_zip_file(folder, notebook):
    """A zip file of the folder, with macOS's shadows."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("__MACOSX/acceleration/._acceleration.ipynb", b"\0\5\x16\7")
        archive.writestr("acceleration/acceleration.ipynb", notebook)
    _write(folder / "acceleration" / "acceleration.zip", file.getvalue())


@delivered("unreadable", "password", keeps=NONE)
def in_a_locked_zip_file(folder, notebook):
    """A zip file that needs a password."""
    data = bytearray(zipped("acceleration.ipynb", notebook))
    # The bit that says so, in the member's own head and in the directory at the end.
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    _write(folder / "acceleration.zip", bytes(data))


@delivered("unreadable", "damaged", keeps=NONE)
def in_a_broken_zip_file(folder, notebook):
    """A zip file whose download ended early."""
    _write(folder / "acceleration.zip", zipped("acceleration.ipynb", notebook)[:-60])


@delivered("unreadable", "larger than 32 MiB", keeps=NONE)
def zip_bomb(folder, notebook):
    """A zip file of some kilobytes that would be sixty-four MiB."""
    _write(folder / "acceleration.zip", zipped("acceleration.ipynb", b" " * 2**26))


@delivered("unreadable", "a zip file", keeps=NONE)
def zip_in_a_zip_in_a_zip(folder, notebook):
    """One zip file inside another is opened; no further one is."""
    inner = zipped("inner.zip", zipped("acceleration.ipynb", notebook))
    _write(folder / "acceleration.zip", zipped("middle.zip", inner))


@delivered("graded")
def zip_that_climbs(folder, notebook):
    """A member whose name leads out of every folder: it is only a name."""
    _write(folder / "acceleration.zip", zipped("../../../etc/acceleration.ipynb", notebook))


@delivered("unreadable", "link", keeps=NONE)
def link_out_of_the_folder(folder, notebook):
    """A link to a file of the instructor's machine."""
    (folder / "acceleration").mkdir()
    (folder / "acceleration" / "acceleration.ipynb").symlink_to("/etc/passwd")


@delivered("unreadable", "link", keeps=NONE)
def folder_that_is_a_link(folder, notebook):
    """The assignment's folder is a link to the root of the machine."""
    (folder / "acceleration").symlink_to("/", target_is_directory=True)


@delivered("unreadable", "pipe", keeps=NONE)
def pipe(folder, notebook):
    """A named pipe: who opens it to read waits for ever."""
    (folder / "acceleration").mkdir()
    os.mkfifo(folder / "acceleration" / "acceleration.ipynb")


@delivered("missing", "No notebook was handed in", keeps=NONE)
def folder_of_the_notebooks_name(folder, notebook):
    """A folder where the file should be."""
    (folder / "acceleration" / "acceleration.ipynb").mkdir(parents=True)


@delivered("unreadable", "PDF", keeps=NONE)
def only_a_pdf(folder, notebook):
    """The print-out alone."""
    _write(folder / "acceleration" / "acceleration.pdf", b"%PDF-1.4\n")


@delivered("repaired", "Python script", "acceleration.py")
def only_a_script(folder, notebook):
    """A module in place of the notebook."""
    source = (Path(__file__).parents[3] / "tinytorch" / "perf" / "acceleration.py").read_bytes()
    _write(folder / "acceleration" / "acceleration.py", source)


def _write(path: Path, data: bytes, when: float | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    if when is not None:
        os.utime(path, (when, when))
