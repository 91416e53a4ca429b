"""What every worker gets, whatever runs it: its environment, and limits that it sets itself."""

from __future__ import annotations

from autograder.sandbox.limits import Limits

HOME = "/home/student"
# Nothing from the user's own folder or from where it starts, nothing written beside the sources.
PYTHON_OPTIONS = ("-s", "-P", "-B", "-X", "utf8")
# A plain machine's: nothing in it says what the code is run for.
ENVIRONMENT = {
    "HOME": HOME,
    "LANG": "C.UTF-8",
    "MPLBACKEND": "Agg",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    # Sets come in the same order in every run: so do the results of a submission.
    "PYTHONHASHSEED": "0",
    # An install that cannot succeed, without a network, shall fail at once.
    "PIP_RETRIES": "0",
    "TMPDIR": "/tmp",
    "USER": "student",
}
# Interpreter, standard library and NumPy map a few hundred MiB that they never touch; so is the
# arena mapped whole.
ADDRESSES_BESIDE_MEMORY = 2**30
MOST_FILES = 128


def worker_limits(limits: Limits) -> dict[str, int]:
    """By the names that `worker.confinement` knows."""
    return {
        "address_bytes": limits.memory_bytes + ADDRESSES_BESIDE_MEMORY,
        "cpu_seconds": int(limits.total_seconds) + 1,
        "file_bytes": limits.folder_bytes,
        "files": MOST_FILES,
        "processes": limits.processes,
        "core_bytes": 0,
    }
