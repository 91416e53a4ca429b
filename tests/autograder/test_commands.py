"""The command line: what it prints, which files it leaves, and how it ends."""

import io
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from nbgrader.api import Gradebook

from authoring.notebooks import ROOT
from autograder.__main__ import COMMANDS, main
from autograder.commands.interruption import Interrupted, interruptible
from autograder.grading.progress import Shown
from autograder.grading.summary import NO_SANDBOX, summary
from autograder.results.jsonl import Results, to_line, write_results
from autograder.sandbox import SandboxError, find_sandbox
from tests.autograder import fake_grading, notebooks
from tests.autograder.fake_grading import class_of, grade_as_told, submit


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Work in a folder with submissions; without ``nbgrader_config.py`` it is no course yet."""
    for student, data in {"page": notebooks.page(), "rubbish": b"rubbish"}.items():
        folder = tmp_path / "submitted" / student / "acceleration"
        folder.mkdir(parents=True)
        (folder / "acceleration.ipynb").write_bytes(data)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def without_sandbox(monkeypatch, module):
    """Make a machine on which no sandbox is to be had."""

    def find(kind="auto"):
        if kind != "none":
            raise SandboxError("no sandbox works on this machine: install one with apt-get")
        return find_sandbox(kind)

    monkeypatch.setattr(f"autograder.commands.{module}.find_sandbox", find)


@pytest.mark.slow
def test_a_class_is_graded_recorded_and_graded_again(course, capsys):
    shutil.copy(ROOT / "nbgrader_config.py", course)
    assert main(["grade", "submitted"]) == 0
    said = capsys.readouterr()
    assert "2 submissions" in said.out and "graded 2 of 2" in said.err
    assert "1  unreadable: not a notebook that can be read" in said.out
    assert "Isolation: bubblewrap (2)" in said.out and "NO SANDBOX" not in said.out
    assert "Wrote grades/results.jsonl and grades/grades.csv." in said.out
    results = Results(course / "grades" / "results.jsonl")
    assert results.students == ("page", "rubbish")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "acceleration") as gradebook:
        recorded = gradebook.find_submission("acceleration", "page").score
    assert recorded == results.of("page").score > 0
    assert (course / "autograded/page/acceleration/acceleration.ipynb").is_file()

    shutil.copy(notebooks.RELEASED, course / "submitted/rubbish/acceleration/acceleration.ipynb")
    before = results.line("page")
    assert main(["regrade", "submitted"]) == 0
    said = capsys.readouterr().out
    assert "rubbish          0 -> 0          submission changed" in said
    assert "1 graded again, 1 as they were." in said
    assert Results(results.path).line("page") == before
    assert main(["regrade", "submitted"]) == 0
    assert "Nothing changed: every row is as it was." in capsys.readouterr().out


@pytest.mark.slow
def test_without_a_sandbox_every_report_says_so(course, capsys, monkeypatch):
    without_sandbox(monkeypatch, "batch")
    assert main(["grade", "submitted", "--jobs", "1", "--no-sandbox", "--out", "out"]) == 0
    said = capsys.readouterr()
    assert NO_SANDBOX in said.err and NO_SANDBOX in said.out
    assert {result.isolation for result in Results(course / "out/results.jsonl")} == {"none"}
    assert not (course / "gradebook.db").exists()


def test_without_a_sandbox_nothing_is_graded_unless_told(course, capsys, monkeypatch):
    without_sandbox(monkeypatch, "batch")
    assert main(["grade", "submitted"]) == 2
    error = capsys.readouterr().err
    assert error == (
        "Nothing was graded: no sandbox works on this machine: install one with apt-get.\n"
    )
    assert not (course / "grades").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["grade", "nowhere"], "There is no nowhere"),
        (["grade", "submitted", "--released", "nowhere.ipynb"], "There is no released notebook"),
        (["grade", "submitted", "--released", "submitted/rubbish/acceleration/acceleration.ipynb"],
         "cannot be read as the released notebook"),
        (["grade", "submitted", "--out", "submitted/rubbish/acceleration/acceleration.ipynb"],
         "cannot be used (File exists)"),
        (["grade", "submitted", "--gradebook", "nonsense"],
         "The gradebook of this URL cannot be used"),
        (["regrade", "submitted"], "There are no results at grades/results.jsonl"),
        (["regrade", "submitted", "--student", "nobody"], "There is no submission of nobody"),
        (["check", "nowhere.ipynb"], "There is no notebook nowhere.ipynb"),
        (["check", "submitted"], "There is no notebook submitted"),
        (["release", "--out", "submitted/rubbish/acceleration/acceleration.ipynb/x.zip"],
         "No bundle was written"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_in_one_sentence(course, capsys, arguments, sentence):
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert sentence in error and error.count("\n") == 1 and "Traceback" not in error


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "COMMAND"),
        (["grade"], "SUBMITTED"),
        (["grade", "submitted", "--jobs", "none"], "'none' is no number of jobs"),
        (["grade", "submitted", "--jobs", "0"], "expected 1 or more"),
        (["grade", "submitted", "--sandbox", "none"], "invalid choice"),
        (["grade", "submitted", "--no-sandbox", "--sandbox", "docker"], "not allowed with"),
        (["grade", "submitted", "--no-gradebook", "--gradebook", "x"], "not allowed with"),
    ],
)
def test_what_no_option_means_is_bad_usage(capsys, arguments, words):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2 and words in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
def test_every_command_explains_itself(capsys, command):
    name = command.__name__.rsplit(".", 1)[-1]
    with pytest.raises(SystemExit) as end:
        main([name, "--help"])
    assert end.value.code == 0 and f"usage: autograder {name}" in capsys.readouterr().out


def test_a_learner_sees_each_report_and_the_total(course, capsys):
    assert main(["check", "submitted/page/acceleration/acceleration.ipynb"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    for part in ("Part 1: vectorized matmul: 13 of 15", "Part 5: performance analysis: 0 of 20"):
        assert part in said.out
    assert said.out.rstrip().splitlines()[-1].startswith("Total: ")
    # A link is the learner's own; a submission's links lead nowhere.
    (course / "link.ipynb").symlink_to("submitted/rubbish/acceleration/acceleration.ipynb")
    assert main(["check", "link.ipynb"]) == 1
    assert "Unreadable: " in capsys.readouterr().out


def test_a_learner_needs_no_sandbox(course, capsys, monkeypatch):
    without_sandbox(monkeypatch, "check")
    assert main(["check", "submitted/page/acceleration/acceleration.ipynb"]) == 0
    said = capsys.readouterr()
    assert "There is no sandbox on this machine" in said.err
    assert "Part 1: vectorized matmul: 13 of 15" in said.out


def test_the_bundle_is_released(course, capsys):
    assert main(["release", "--out", "bundle.zip"]) == 0
    assert capsys.readouterr().out.startswith("Wrote bundle.zip. No solution is in it")
    assert (course / "bundle.zip").is_file()


def test_a_reader_who_has_seen_enough_is_no_error(course):
    (course / "submitted/page/acceleration/acceleration.ipynb").unlink()
    command = (
        f"{sys.executable} -m autograder grade submitted --jobs 1 | true; echo ${{PIPESTATUS[0]}}"
    )
    run = subprocess.run(
        ["bash", "-c", command],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout == "0\n" and run.stderr.startswith("graded 2 of 2")
    assert run.stderr.count("\n") == 1


@pytest.mark.slow
def test_an_interrupted_run_says_how_to_go_on(course):
    (course / "submitted/page/acceleration/acceleration.ipynb").write_bytes(
        notebooks.filled({"fused-gelu": "import time; time.sleep(600)"})
    )
    command = [sys.executable, "-m", "autograder", "grade", "submitted", "--jobs", "2"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        text=True,
        start_new_session=True,
    )
    journal = course / "grades" / "journal.jsonl"
    while not journal.exists() or journal.read_bytes().count(b"\n") < 2:
        assert process.poll() is None
        time.sleep(0.01)
    # As a terminal does: to every process that was started.
    os.killpg(process.pid, signal.SIGINT)
    out, error = process.communicate()
    assert process.returncode == 128 + signal.SIGINT
    assert "Interrupted. What is graded is kept in grades; the same command goes on." in error
    assert "Traceback" not in error and out == ""
    assert journal.exists() and not (course / "grades" / "results.jsonl").exists()


def test_a_signal_is_an_exception_once_and_only_within_the_block():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with pytest.raises(Interrupted) as interrupted, interruptible():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            os.kill(os.getpid(), signal.SIGINT)
    assert interrupted.value.status == 128 + signal.SIGTERM
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_shows_a_bar_with_rate_and_remaining_time():
    terminal = Terminal()
    progress = Shown(terminal)
    progress.begin(4, 1, "")
    for _ in range(3):
        progress.advance()
    progress.end()
    assert "Going on with an interrupted run: 1 of 4 are graded." in terminal.getvalue()
    assert "4/4" in terminal.getvalue() and "submissions/s" in terminal.getvalue()
    assert "00:00" in terminal.getvalue()


def test_a_file_gets_plain_lines(monkeypatch):
    monkeypatch.setattr("autograder.grading.progress._SECONDS_BETWEEN_LINES", 0)
    stream = io.StringIO()
    progress = Shown(stream)
    progress.begin(2, 0, "regrade")
    progress.advance()
    progress.advance()
    progress.end()
    dropped, first, last = stream.getvalue().splitlines()
    assert "`autograder regrade`" in dropped and dropped.endswith("it is dropped.")
    assert first.startswith("graded 1 of 2, ") and first.endswith(" left")
    assert last.startswith("graded 2 of 2, ") and "left" not in last


def test_a_summary_counts_and_averages(tmp_path):
    submissions = submit(tmp_path / "submitted", class_of(3))
    graded = [grade_as_told(submission, fake_grading.settings()) for submission in submissions]
    results = write_results(tmp_path / "results.jsonl", map(to_line, graded))
    lines = summary(results, tmp_path).splitlines()
    scores = sorted(result.score for result in graded)
    assert lines[:2] == ["3 submissions", "      3  graded: examined as it was handed in"]
    assert f"Score: mean {sum(scores) / 3:.1f}, median {scores[1]:.1f} of 90" in lines
    assert f"  {sum(scores) / 3:>5.1f}  of 20  Part 2: fused GELU" in lines
    assert lines[-1].startswith("Wrote ")
