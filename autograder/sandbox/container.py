"""The worker in a container of Docker or Podman, where bubblewrap is not to be had.

The wire is the container's standard input and output. Memory does not cross into a container, so
what a call does to its inputs is told by the worker alone; the limits on memory, processes and
processor time are the container's.
"""

from __future__ import annotations

import contextlib
import platform
import secrets
import subprocess
from typing import Literal

import numpy as np

from autograder.sandbox.kit import START, Kit
from autograder.sandbox.launching import Launched, SandboxError, Wires
from autograder.sandbox.limits import Limits
from autograder.sandbox.worker_limits import (
    ENVIRONMENT,
    HOME,
    MOST_FILES,
    PYTHON_OPTIONS,
    worker_limits,
)
from autograder.worker.account import STUDENT

IMAGE = "autograder-worker"
COURSE = "/course"
PATIENCE_SECONDS = 20.0


class Container:
    """Runs workers by ``docker run`` or ``podman run``.

    Parameters
    ----------
    program : str
        "docker" or "podman".
    kit : Kit
        The course's files that a worker sees.
    """

    shares_memory = False

    def __init__(self, program: Literal["docker", "podman"], kit: Kit) -> None:
        self.isolation = program
        self._kit = kit

    def own_limits(self, limits: Limits) -> dict[str, int]:
        """Everything but the number of processes: the container counts them, not the account."""
        own = worker_limits(limits)
        del own["processes"]
        return own

    def command(self, limits: Limits, name: str) -> list[str]:
        """Write the command line of a container with this name."""
        memory, folder = str(limits.memory_bytes), str(limits.folder_bytes)
        options = ["--rm", "--interactive", "--name", name, "--pull", "never"]
        options += ["--network", "none", "--ipc", "private", "--hostname", "localhost"]
        options += ["--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--read-only"]
        options += ["--user", f"{STUDENT}:{STUDENT}", "--workdir", HOME, "--cpus", "1"]
        options += ["--memory", memory, "--memory-swap", memory, "--shm-size", folder]
        options += ["--pids-limit", str(limits.processes), "--ulimit", "core=0"]
        options += ["--ulimit", f"nofile={MOST_FILES}", "--ulimit", f"fsize={folder}"]
        for place in (HOME, "/tmp"):
            options += ["--tmpfs", f"{place}:rw,nosuid,nodev,mode=1777,size={folder}"]
        for variable, value in ENVIRONMENT.items():
            options += ["--env", f"{variable}={value}"]
        source = str(self._kit.folder)
        options += ["--mount", f"type=bind,source={source},target={COURSE},readonly"]
        python = ["python3", *PYTHON_OPTIONS, f"{COURSE}/{START}", "0", "1", "-1"]
        return [self.isolation, "run", *options, IMAGE, *python]

    def launch(self, wires: Wires, limits: Limits) -> Launched:
        """Start a container; whether it comes up shows when the worker answers."""
        name = f"worker-{secrets.token_hex(8)}"
        try:
            process = subprocess.Popen(
                self.command(limits, name),
                stdin=wires.requests,
                stdout=wires.answers,
                stderr=wires.output,
            )
        except OSError as error:
            raise SandboxError(f"{self.isolation} does not start: {error.strerror}") from None
        return _Contained(process, self.isolation, name)

    def require_ready(self) -> None:
        """Raise a `SandboxError` that says what is missing, unless a container can be started."""
        if not _succeeds([self.isolation, "info"]):
            raise SandboxError(
                f"{self.isolation} is not installed, or does not answer `{self.isolation} info`"
            )
        if not _succeeds([self.isolation, "image", "inspect", IMAGE]):
            version = ".".join(platform.python_version_tuple()[:2])
            raise SandboxError(
                f"{self.isolation} has no image {IMAGE}; build it once: printf 'FROM "
                f"python:{version}-slim\\nRUN pip install numpy=={np.__version__} ipython "
                f"matplotlib\\n' | {self.isolation} build --tag {IMAGE} -"
            )


class _Contained(Launched):
    """A worker in a container: ending the program that started it would leave it running."""

    def __init__(self, process: subprocess.Popen[bytes], program: str, name: str) -> None:
        super().__init__(process, None)
        self._program = program
        self._name = name

    def kill(self) -> None:
        """End the container."""
        _succeeds([self._program, "kill", self._name])
        super().kill()


def _succeeds(command: list[str]) -> bool:
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        return (
            subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=PATIENCE_SECONDS,
                check=False,
            ).returncode
            == 0
        )
    return False
