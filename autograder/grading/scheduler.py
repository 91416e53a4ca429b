"""Grading on a Dask cluster: the machines that a scheduler knows, in place of this one's cores."""

from __future__ import annotations

import functools
import pickle
from collections.abc import Generator, Iterable
from dataclasses import replace
from itertools import islice
from typing import Any

from threadpoolctl import threadpool_limits

from autograder.grading.checks_digest import checks_digest
from autograder.grading.sandbox_there import SandboxThere
from autograder.grading.settings import Settings
from autograder.grading.submission import Grading
from autograder.results.jsonl import to_line
from autograder.sandbox import SandboxError
from autograder.submissions import Submission
from autograder.submissions.reading import Missing, Unreadable, read

# What lies at the workers at a time: one to grade and one to go on with.
_AHEAD = 2
_CONNECT_SECONDS = 10


class ClusterError(RuntimeError):
    """The cluster cannot be used; the text says what to do."""


def graded_by_cluster(
    submissions: Iterable[Submission], grading: Grading, settings: Settings, address: str
) -> Generator[tuple[Submission, str | None]]:
    """Grade submissions on the workers of a Dask scheduler.

    Parameters
    ----------
    submissions : iterable of Submission
        Read here and sent as bytes: the workers need not see the folder.
    grading : callable
        Importable by name on the workers, as everything in `settings` is.
    settings : Settings
    address : str
        Of the scheduler: "tcp://192.0.2.1:8786".

    Yields
    ------
    submission, line
        In the order in which they end. The line is None where workers died over it alone, too.

    Raises
    ------
    ClusterError
        If `distributed` is not installed, or the scheduler does not answer or has gone.
    """
    try:
        from distributed import Client, as_completed
        from distributed.client import FutureCancelledError
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise ClusterError(
            "Grading on a cluster needs the package distributed, which is not installed: run "
            "`pip install .[cluster]`, or leave --scheduler out."
        ) from None
    try:
        client = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"No Dask scheduler answers at {address} ({type(error).__name__}); expected an address "
            "such as tcp://127.0.0.1:8786, which `dask scheduler` prints when it starts."
        ) from None
    with client:
        there = SandboxThere(settings.sandbox.isolation)
        _check_workers(client, address, there)
        # A task rather than scattered data: it is done again if the workers that have it die.
        everywhere = client.submit(bytes, pickle.dumps(replace(settings, sandbox=there)))
        waiting = iter(submissions)
        running: dict[Any, tuple[Submission, bytes]] = {}
        ended = as_completed(loop=client.loop)

        def start(submission: Submission, data: bytes) -> None:
            future = client.submit(_line, grading, submission, everywhere, data, pure=False)
            running[future] = submission, data
            ended.add(future)

        # Dask blames the death of a worker on all that lay there: they are graded again, alone.
        suspects: list[tuple[Submission, bytes]] = []
        alone = False
        while True:
            room = _AHEAD * max(1, sum(client.nthreads().values())) - len(running)
            for submission in islice(waiting, max(0, room)):
                data = _bytes(submission)
                if data is None:
                    yield submission, to_line(grading(submission, settings))
                else:
                    start(submission, data)
            if not running:
                if not suspects:
                    return
                alone = True
                start(*suspects.pop())
            future = next(ended)
            submission, data = running.pop(future)
            try:
                line: str | None = future.result()
            except KilledWorker:
                if not alone:
                    suspects.append((submission, data))
                    continue
                line = None
            except (FutureCancelledError, OSError) as error:
                raise ClusterError(
                    f"The scheduler at {address} has gone ({type(error).__name__})."
                ) from None
            yield submission, line


def _line(grading: Grading, submission: Submission, packed: bytes, data: bytes) -> str:
    with threadpool_limits(1):
        return to_line(grading(submission, _unpacked(packed), data))


@functools.lru_cache(maxsize=1)
def _unpacked(settings: bytes) -> Settings:
    unpacked: Settings = pickle.loads(settings)
    return unpacked


def _bytes(submission: Submission) -> bytes | None:
    """Read a notebook; None where there is none to be read, which a grader finds as well."""
    try:
        return read(submission)
    except (Missing, Unreadable):
        return None


def _check_workers(client: Any, address: str, sandbox: SandboxThere) -> None:
    """Find at least one worker, and on each the checks that are here and a sandbox."""
    try:
        client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
    except OSError:
        raise ClusterError(
            f"The scheduler at {address} has no workers; start some with "
            f"`dask worker {address} --nthreads 1`."
        ) from None
    try:
        found = client.run(_looked_at, sandbox)
    except Exception as error:
        raise ClusterError(
            f"A worker of {address} cannot import the autograder ({type(error).__name__}: "
            f"{error}); install the course on every worker."
        ) from None
    for worker, (digest, problem) in found.items():
        if digest != checks_digest():
            raise ClusterError(
                f"The worker {worker} has other checks than this machine; install the same version "
                "of the course on every worker."
            )
        if problem:
            raise ClusterError(
                f"The worker {worker} has no sandbox {sandbox.isolation}: {problem}."
            )


def _looked_at(sandbox: SandboxThere) -> tuple[str, str]:
    """Return, on a worker, the digest of its checks and what is wrong with its sandbox."""
    try:
        sandbox.find()
    except SandboxError as error:
        return checks_digest(), str(error)
    return checks_digest(), ""
