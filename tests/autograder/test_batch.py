"""A batch ends with the same files whatever happens to it on the way."""

import json
import multiprocessing
import os
import random
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.grading import grade_batch
from autograder.grading.graders import Grader, graded_by_processes
from autograder.grading.journal import NAME, Journal, JournalError, Purpose, locked
from autograder.results.jsonl import Results, to_line
from tests.autograder.fake_grading import class_of, grade_as_told, settings, submit

FILES = ("results.jsonl", "grades.csv")
PURPOSE = Purpose("grade", "checks", "settings")


def files(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in FILES}


def run(submissions, out, jobs=2, secret=b"secret", **options):
    return grade_batch(submissions, settings(secret), out, jobs, grading=grade_as_told, **options)


def test_the_files_are_the_same_for_any_number_of_jobs_and_any_order(tmp_path):
    submissions = submit(tmp_path / "submitted", class_of(9))
    run(submissions, tmp_path / "one", jobs=1)
    random.Random(5).shuffle(submissions)
    run(submissions, tmp_path / "three", jobs=3)
    assert files(tmp_path / "one") == files(tmp_path / "three")
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == sorted(FILES)


def test_every_run_draws_other_inputs(tmp_path):
    submissions = submit(tmp_path / "submitted", class_of(2))
    first = run(submissions, tmp_path / "first", secret=b"first")
    second = run(submissions, tmp_path / "second", secret=b"second")
    assert first[0].printed != second[0].printed


def journal_lines(out: Path) -> int:
    try:
        return (out / NAME).read_bytes().count(b"\n")
    except FileNotFoundError:
        return 0


@pytest.mark.slow
def test_a_run_that_is_killed_again_and_again_ends_as_if_undisturbed(tmp_path):
    students = 12
    folder, out = tmp_path / "submitted", tmp_path / "out"
    submissions = submit(folder, class_of(students) | {"slow": "sleep 0.3"})
    command = [sys.executable, "-m", "tests.autograder.killed_run", folder, out, "2"]
    secrets = set()
    jitter = random.Random(7)
    # The header, a result, some, and all of them: then it dies while it finishes.
    for lines in (1, 2, 6, 11, students + 2):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        while journal_lines(out) < lines:
            assert process.poll() is None, "the run ended before it could be killed"
            time.sleep(0.001)
        time.sleep(jitter.random() * 0.02)
        process.kill()
        process.wait()
        secrets.add(json.loads((out / NAME).read_bytes().splitlines()[0])["secret"])
    (secret,) = secrets
    end = subprocess.run(command, capture_output=True, text=True, check=True)
    assert end.stdout == f"graded {students + 1}\n"
    run(submissions, tmp_path / "undisturbed", secret=bytes.fromhex(secret))
    assert files(out) == files(tmp_path / "undisturbed")
    assert sorted(path.name for path in out.iterdir()) == sorted(FILES)


def test_graders_do_not_outlive_a_run_that_was_killed(tmp_path):
    folder, out = tmp_path / "submitted", tmp_path / "out"
    submit(folder, {"mark": f"die once {tmp_path / 'mark'}", "slow": "sleep 60"})
    command = [sys.executable, "-m", "tests.autograder.killed_run", folder, out, "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        while not (tmp_path / "mark").exists():
            time.sleep(0.01)
        process.kill()
        # Every grader holds the other end of this pipe: it closes when the last of them has gone.
        assert process.stdout.read() == b""


def test_only_what_is_not_graded_yet_is_graded_when_a_run_goes_on(tmp_path):
    texts = class_of(4)
    submissions = submit(tmp_path / "submitted", texts)

    def stop(results):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        run(submissions, tmp_path / "out", finish=stop)
    # Who hands in anew in between is graded anew; the others' lines are kept.
    submit(tmp_path / "submitted", {"student02": "die"})
    results = run(submissions, tmp_path / "out", secret=b"another")
    assert [result.status for result in results] == ["graded", "graded", "crashed", "graded"]
    submit(tmp_path / "submitted", texts)
    run(submissions, tmp_path / "undisturbed")
    before = Results(tmp_path / "undisturbed" / "results.jsonl")
    assert [results.line(f"student0{n}") for n in (0, 1, 3)] == [
        before.line(f"student0{n}") for n in (0, 1, 3)
    ]


def test_a_grader_that_dies_costs_no_other_submission(tmp_path):
    mark = tmp_path / "mark"
    texts = class_of(5) | {"deadly": "die", "unlucky": f"die once {mark}"}
    results = run(submit(tmp_path / "submitted", texts), tmp_path / "out")
    by_student = {result.student_id: result for result in results}
    assert by_student.pop("deadly").status == "crashed"
    assert {result.status for result in by_student.values()} == {"graded"}
    crashed = next(result for result in results if result.student_id == "deadly")
    assert "twice" in crashed.reason and crashed.score == 0 and crashed.submission


def test_ctrl_c_does_not_reach_a_grader_that_is_only_starting(tmp_path, capfd):
    (submission,) = submit(tmp_path / "submitted", class_of(1))
    grader = Grader(grade_as_told, settings())
    (process,) = multiprocessing.active_children()
    # All through its start, as it must come in time for each step of it.
    grader.give(submission, 60)
    while not grader.connection.poll(0.002):
        os.kill(process.pid, signal.SIGINT)
    line = grader.take()
    grader.end()
    assert line is not None and json.loads(line)["student_id"] == submission.student_id
    assert capfd.readouterr().err == ""
    # What began it still hears of it.
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_a_grader_that_never_answers_is_given_up(tmp_path):
    submissions = submit(tmp_path / "submitted", {"stuck": "sleep 600"})
    graded = graded_by_processes(submissions, grade_as_told, settings(), jobs=1, patience=0.5)
    assert list(graded) == [(submissions[0], None)]


def test_two_runs_do_not_share_a_folder(tmp_path):
    submissions = submit(tmp_path / "submitted", class_of(1))
    out = tmp_path / "out"
    out.mkdir()
    with locked(out), pytest.raises(JournalError, match="Another run is writing"):
        run(submissions, out)
    assert len(run(submissions, out)) == 1


def test_a_class_of_nobody_has_files_too(tmp_path):
    assert list(run([], tmp_path / "out")) == []
    assert (tmp_path / "out" / "grades.csv").read_bytes().startswith(b"student_id,status,reason")


def kept(path, purpose=PURPOSE, secret=b"another"):
    with Journal(path, purpose, secret) as journal:
        return {student: journal.result(student) for student in journal.students}


def test_a_torn_line_is_dropped_wherever_it_is_torn(tmp_path):
    submissions = submit(tmp_path, class_of(3))
    results = [grade_as_told(submission, settings()) for submission in submissions]
    path = tmp_path / NAME
    with Journal(path, PURPOSE, b"secret") as journal:
        for result in results:
            journal.append(result.student_id, to_line(result), {"remarks": []})
    whole = path.read_bytes()
    start = whole.rindex(b"\n", 0, -1) + 1
    for end in range(start, len(whole)):
        path.write_bytes(whole[:end])
        assert list(kept(path).values()) == results[:2]
        assert path.read_bytes() == whole[:start]
    path.write_bytes(whole)
    with Journal(path, PURPOSE, b"another") as journal:
        assert journal.secret == b"secret"
        assert [journal.result(student) for student in journal.students] == results


def test_a_later_result_of_a_student_takes_the_place_of_an_earlier_one(tmp_path):
    (submission,) = submit(tmp_path, {"student": "work"})
    first = grade_as_told(submission, settings(b"first"))
    second = grade_as_told(submission, settings(b"second"))
    with Journal(tmp_path / NAME, PURPOSE, b"secret") as journal:
        for result in (first, second):
            journal.append("student", to_line(result), {})
    assert kept(tmp_path / NAME) == {"student": second}


@pytest.mark.parametrize(
    "purpose",
    [Purpose("regrade", "checks", "settings"), Purpose("grade", "new", "settings")],
)
def test_a_run_with_another_purpose_begins_anew_and_says_so(tmp_path, purpose):
    (submission,) = submit(tmp_path, {"student": "work"})
    with Journal(tmp_path / NAME, PURPOSE, b"secret") as journal:
        journal.append("student", to_line(grade_as_told(submission, settings())), {})
    with Journal(tmp_path / NAME, purpose, b"another") as journal:
        assert journal.students == () and journal.secret == b"another"
        assert journal.dropped == "grade"


@pytest.mark.parametrize("content", ["", "notes\n", "[]\n", '{"journal": 2}\n', "\0" * 100])
def test_a_file_that_is_no_journal_is_left_alone(tmp_path, content):
    path = tmp_path / NAME
    path.write_text(content)
    with pytest.raises(JournalError, match="move it away"):
        Journal(path, PURPOSE, b"secret")
    assert path.read_text() == content


def test_only_its_owner_can_read_the_journal(tmp_path):
    with Journal(tmp_path / NAME, PURPOSE, b"secret"):
        assert stat.S_IMODE(os.stat(tmp_path / NAME).st_mode) == 0o600
