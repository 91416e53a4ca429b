"""The process in which everything is timed: ``python -m benchmarks.peers.worker THREADS``.

Most libraries count the cores once, when they are imported. So a number of threads is a process of
its own, which is kept to as many cores before anything is imported. It reads requests from its
input, one JSON list a line, and answers each with one line of JSON.
"""

from __future__ import annotations

import os
import signal
import sys


def keep_to_cores(count: int) -> None:
    """Leave this process the last `count` of its cores, where the system knows how to do that."""
    if hasattr(os, "sched_setaffinity"):  # macOS has no affinity mask
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-count:])


def main() -> None:
    """Answer requests until the input ends."""
    threads = int(sys.argv[1])
    keep_to_cores(threads)
    # Ctrl+C reaches every process of the terminal; this one ends when its input does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What a library prints must not come between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    from benchmarks.peers.libraries import available
    from benchmarks.peers.service import Service, serve

    serve(Service(available(threads), threads), sys.stdin, answers)


if __name__ == "__main__":
    main()
