"""The student bundle runs on its own and holds no solution, and a leak stops the release."""

import base64
import json
import py_compile
import re
import subprocess
import sys
import tomllib
import zipfile

import nbformat
import pytest
from nbclient import NotebookClient

from authoring import release as releasing
from authoring.__main__ import main as command
from authoring.demo_class.answers import ANSWERS
from authoring.notebooks import ROOT
from authoring.proof import NOTEBOOKS, prove
from authoring.release import ReleaseError, release
from autograder import handout
from autograder.handout import NOTEBOOK, SOURCE, bundled_files, canaries

SOLVED = (ROOT / "tinytorch" / "perf" / "acceleration.py").read_text(encoding="utf-8")
# The inside of one solution, as it stands in the source.
TILES = SOLVED[SOLVED.index("    (m, k), n, tile = ") : SOLVED.index("    return Tensor(c)")]
# The same under other names, with other texts and in another layout.
RENAMED = (
    "def blocks(left, right, t):\n"
    + TILES.replace("a.", "left.").replace("b.", "right.").replace("tile_size", "t")
    .replace("scratch", "room").replace("partial", "piece").replace("c_tile", "here")
    .replace("a_tile", "one").replace("b_tile", "two").replace("n, tile =", "n, step =")
    .replace(", tile)", ", step)").replace("+ tile", "+ step").replace("(tile", "(step")
    .replace("c[", "out[").replace("    c = ", "    out = ")
)  # fmt: skip


def bundle_with(name="tinytorch/extra.py", data=b"", notebook=None):
    """Give the smallest bundle there is, with one more file or another notebook."""
    text = (ROOT / NOTEBOOK).read_bytes() if notebook is None else json.dumps(notebook).encode()
    return {place: text for place in NOTEBOOKS} | {name: data}


def leaks(**what):
    return list(prove(bundle_with(**what)).leaks)


def notebook():
    return json.loads((ROOT / NOTEBOOK).read_text(encoding="utf-8"))


def test_an_honest_bundle_is_no_leak():
    assert leaks() == []


def test_the_solved_module_would_be_caught(monkeypatch):
    monkeypatch.setattr(handout, "WITHHELD", ())
    with pytest.raises(ReleaseError, match="tinytorch/perf/acceleration.py"):
        release()


COMMENT = "".join(f"#{line.strip()}\n" for line in TILES.splitlines())
SNEAKED = {
    "as it is": TILES,
    "in a docstring": f'def f():\n    """Hint.\n\n{TILES}    """\n',
    "in a text": f"ANSWER = {TILES!r}\n",
    "in comments without indentation": COMMENT,
    "with wider spaces": TILES.replace(" ", "  "),
    "in one line": "; ".join(line.strip() for line in TILES.splitlines()),
    "under other names": RENAMED,
    "under other names in a docstring": f'def f():\n    """Hint.\n\n{RENAMED}"""\n',
    "under other names in comments": "".join(f"# {x}\n" for x in RENAMED.splitlines()) + "x = 1\n",
}


@pytest.mark.parametrize("where", SNEAKED)
def test_a_solution_in_a_module_is_found(where):
    compile(SNEAKED["under other names"], "renamed", "exec")
    assert leaks(data=SNEAKED[where].encode())


@pytest.mark.parametrize("name", ["book/tiling.md", "tests/test_tiles.txt", "a.css", "m.json"])
@pytest.mark.parametrize("code", [TILES, RENAMED], ids=["as it is", "under other names"])
def test_a_solution_in_another_file_is_found(name, code):
    text = json.dumps({"ours": code}) if name.endswith(".json") else f"Look:\n\n```\n{code}```\n"
    assert leaks(name=name, data=text.encode())


def test_a_solution_in_markup_is_found():
    assert leaks(name="page.md", data=TILES.replace("+=", "&#43;=").encode())


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("outputs", [{"output_type": "stream", "name": "stdout", "text": TILES.splitlines(True)}]),
        ("outputs", [{"output_type": "stream", "name": "stdout", "text": ["nothing"]}]),
        ("metadata", {"hint": TILES}),
        ("metadata", {"hint": RENAMED.splitlines(keepends=True)}),
        ("attachments", {"tiles.png": {"image/png": base64.b64encode(TILES.encode()).decode()}}),
        ("source", RENAMED),
        ("source", "from tinytorch.perf.acceleration import tiled_matmul"),
        ("source", "from tinytorch.perf import benchmarking, acceleration"),
        ("source", "import tinytorch.perf.ladders.matmul as ladder"),
        ("source", "See [how](../../solutions/acceleration/acceleration.ipynb)."),
    ],
)
def test_a_solution_in_the_notebook_is_found(place, value):
    prepared = notebook()
    prepared["cells"][-1][place] = value
    assert leaks(notebook=prepared)


def test_the_second_copy_of_the_notebook_must_be_the_first():
    members = bundle_with()
    members[NOTEBOOKS[1]] = members[NOTEBOOKS[1]].replace(b"Part 1", b"Part one")
    assert any("differs" in leak for leak in prove(members).leaks)


def test_what_is_no_text_is_refused(tmp_path):
    (tmp_path / "tiles.py").write_text("x = 1\n")
    compiled = py_compile.compile(str(tmp_path / "tiles.py"), cfile=str(tmp_path / "t.pyc"))
    assert leaks(name="tinytorch/t.pyc", data=(tmp_path / "t.pyc").read_bytes())
    assert compiled
    assert leaks(data=b"x = 1\n\0")
    assert leaks(data=b'HINT = "' + base64.b64encode(TILES.encode()) + b'"\n')


@pytest.mark.parametrize(
    "text",
    [
        "[the answer](../solutions/acceleration.py)",
        "https://example.org/course/blob/main/solutions/acceleration.py",
        '<a href="../tinytorch/perf/acceleration.py">here</a>',
        "{download}`it <../solutions/acceleration/acceleration.ipynb>`",
        "```{literalinclude} ../tinytorch/perf/ladders/gelu.py\n```",
        "[it]: https://example.org/raw/main/tinytorch/perf/acceleration.py",
    ],
)
def test_what_leads_to_a_solution_is_found(text):
    assert any("leads to" in leak for leak in leaks(name="book/x.md", data=text.encode()))


@pytest.mark.parametrize(
    "line",
    [
        "tinytorch @ git+https://example.org/course.git",
        "--extra-index-url https://example.org",
        "-e ../course",
        "numpy",
    ],
)
def test_a_requirement_that_is_no_pinned_package_is_found(line):
    assert leaks(name="requirements.txt", data=f"numpy==2.4.6\n{line}\n".encode())
    assert not leaks(name="requirements.txt", data=b'numpy==2.4.6\ncolorama==0.4 ; os == "nt"\n')


def test_a_word_that_marks_what_is_hidden_is_found():
    for word in canaries(ROOT):
        assert leaks(data=f"# {word}\n".encode())


def test_another_answer_to_the_same_question_is_no_leak():
    # It must be possible to teach with code that is like a solution.
    assert not leaks(data=ANSWERS["fused-gelu"]["in place"].encode())


def test_the_instructors_chapters_and_what_is_withheld_stay_out():
    for name in ("book/instructors_essay.md", "autograder/hidden/gelu.py", SOURCE.as_posix()):
        assert leaks(name=name, data=(ROOT / name).read_bytes())
    assert not any(path.name.startswith("instructors") for path in bundled_files())


def test_a_stale_generated_file_stops_the_release(monkeypatch, tmp_path):
    from pathlib import Path

    monkeypatch.setattr(releasing, "stale_files", lambda: [Path("exercises/x.ipynb")])
    with pytest.raises(ReleaseError, match="run `make sync`"):
        release(tmp_path / "bundle.zip")
    assert list(tmp_path.iterdir()) == []


def test_two_releases_give_the_same_bytes(tmp_path):
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    said = [release(first), release(second)]
    assert said[0].replace("first", "second") == said[1]
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.zip", "second.zip"]


@pytest.mark.slow
def test_the_notebook_runs_from_the_bundle_alone(tmp_path):
    release(tmp_path / "bundle.zip")
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        archive.extractall(tmp_path)
    root = tmp_path / "acceleration"
    # What is imported must come from the bundle: the repository's own packages are out of reach.
    probe = "import tinytorch, autograder; print(tinytorch.__file__, autograder.__file__)"
    found = subprocess.run(
        [sys.executable, "-c", probe],
        cwd=root,
        env={"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.count(str(root)) == 2
    measuring = subprocess.run(
        [sys.executable, "-m", "tinytorch", "measure"],
        cwd=root,
        env={"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert measuring.returncode == 2
    assert measuring.stderr.startswith("Nothing was measured: ")
    path = root / "exercises" / "acceleration" / "acceleration.ipynb"
    notebook = nbformat.read(path, as_version=4)
    setup = nbformat.v4.new_code_cell(f"import sys; sys.path.insert(0, {str(root)!r})")
    notebook.cells.insert(0, setup)
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=300, resources=resources).execute()


def test_the_commands_say_what_they_did(capsys):
    assert command(["release"]) == 0
    said = capsys.readouterr().out
    assert f"{len(bundled_files()) + 1} files: each is text" in said
    for counted in ("lines of the solutions", "runs of their code", "copies of the notebook"):
        assert re.search(rf"[1-9]\d* {counted}", said)
    assert command(["sync", "--check"]) == 0


def test_the_bundle_holds_what_the_notebook_needs():
    names = {path.as_posix() for path in bundled_files()}
    assert "exercises/acceleration/acceleration.ipynb" in names
    assert "tinytorch/core/tensor.py" in names
    assert not any(name.startswith("solutions") for name in names)
    assert (ROOT / "requirements.txt").is_file()


def test_the_bundle_can_be_installed_as_its_readme_says(tmp_path):
    release(tmp_path / "bundle.zip")
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        readme = archive.read("acceleration/README.md").decode()
        project = tomllib.loads(archive.read("acceleration/pyproject.toml").decode())["project"]
        names = set(archive.namelist())
    assert f"acceleration/{project['readme']}" in names
    for file in ("requirements.txt", "exercises/acceleration/acceleration.ipynb"):
        assert file in readme and f"acceleration/{file}" in names


def test_every_chapter_that_the_notebook_links_to_is_in_the_bundle():
    names = {path.as_posix() for path in bundled_files()}
    notebook = (ROOT / "exercises" / "acceleration" / "acceleration.ipynb").read_text()
    linked = set(re.findall(r"\(\.\./\.\./(book/\w+\.md)\)", notebook))
    assert len(linked) >= 6
    assert linked <= names
