"""A Dask cluster grades as this machine does, also when a worker is killed midway."""

import os
import signal
import sys

import pytest

from autograder.grading import grade_batch
from autograder.grading.progress import Silent
from autograder.grading.scheduler import ClusterError
from autograder.submissions import Submission
from tests.autograder.fake_grading import class_of, grade_as_told, settings, submit

FILES = ("results.jsonl", "grades.csv")


class Killing(Silent):
    """Kills a worker process when so many submissions are graded."""

    def __init__(self, worker: int, after: int) -> None:
        self.worker = worker
        self.left = after

    def advance(self):
        self.left -= 1
        if self.left == 0:
            os.kill(self.worker, signal.SIGKILL)


def run(submissions, out, **options):
    return grade_batch(submissions, settings(), out, grading=grade_as_told, **options)


@pytest.fixture(scope="module")
def cluster():
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=3, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0"
    ) as cluster:
        # A worker may die over a task once: three more deaths show nothing and take seconds each.
        cluster.scheduler.allowed_failures = 1
        yield cluster


@pytest.mark.slow
def test_a_killed_worker_loses_nothing_and_changes_nothing(cluster, tmp_path):
    from distributed import Client

    texts = class_of(9) | {f"slow{number}": "sleep 0.3" for number in range(6)}
    submissions = submit(tmp_path / "submitted", texts)
    # Nothing to read: found here, not at a worker.
    submissions.append(Submission("link", tmp_path / "submitted"))
    with Client(cluster.scheduler_address, set_as_default=False) as client:
        worker = next(iter(client.run(os.getpid).values()))
    address = cluster.scheduler_address
    ended = run(submissions, tmp_path / "there", scheduler=address, progress=Killing(worker, 5))
    run(submissions, tmp_path / "here", jobs=2)
    assert len(ended) == len(submissions)
    for name in FILES:
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


@pytest.mark.slow
def test_a_submission_that_kills_every_worker_is_crashed_and_the_others_are_graded(
    cluster, tmp_path
):
    submissions = submit(tmp_path / "submitted", class_of(3) | {"deadly": "die"})
    results = run(submissions, tmp_path / "out", scheduler=cluster.scheduler_address)
    assert {result.student_id: result.status for result in results} == {
        "deadly": "crashed"
    } | dict.fromkeys(class_of(3), "graded")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://", "127.0.0.1"])
def test_a_scheduler_that_does_not_answer_is_named(tmp_path, address, monkeypatch):
    monkeypatch.setattr("autograder.grading.scheduler._CONNECT_SECONDS", 1)
    with pytest.raises(ClusterError, match="No Dask scheduler answers at"):
        run(submit(tmp_path / "submitted", class_of(1)), tmp_path / "out", scheduler=address)


def test_without_the_package_the_sentence_says_how_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"pip install \.\[cluster\]"):
        run(submit(tmp_path / "submitted", class_of(1)), tmp_path / "out", scheduler="tcp://x:1")
