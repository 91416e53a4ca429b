"""Find a sandbox that works on this machine, by trying it."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from typing import Literal

from autograder.sandbox.arena import Arena
from autograder.sandbox.bubblewrap import PROGRAM, Bubblewrap
from autograder.sandbox.container import Container
from autograder.sandbox.kit import Kit
from autograder.sandbox.launching import Sandbox, SandboxError
from autograder.sandbox.limits import Limits
from autograder.sandbox.none import NoSandbox
from autograder.sandbox.worker_process import WorkerProcess

TRIAL = Limits(wall_seconds=20.0, total_seconds=30.0)
# In the order in which "auto" tries them.
ISOLATING = ("bubblewrap", "podman", "docker")


def find_sandbox(kind: str = "auto") -> Sandbox:
    """Return a sandbox in which a worker was seen to start.

    Parameters
    ----------
    kind : str
        "bubblewrap", "podman", "docker", "none" (a plain process: no sandbox at all), or "auto":
        the first of the first three that works.

    Raises
    ------
    SandboxError
        If it does not work, or "auto" finds none that does; the text says why, and what to do.
    ValueError
        If there is no such kind.
    """
    if kind not in (*_KINDS, "auto"):
        raise ValueError(f"got the sandbox {kind!r}; expected one of auto, {', '.join(_KINDS)}")
    if sys.platform == "win32":
        raise SandboxError(
            "student code runs apart on Linux and macOS only; on Windows, do this in WSL "
            "(wsl --install)"
        )
    kit = Kit()
    if kind != "auto":
        return _KINDS[kind](kit)
    reasons = []
    for name in ISOLATING:
        try:
            return _KINDS[name](kit)
        except SandboxError as error:
            reasons.append(f"{name}: {error}.")
    raise SandboxError(
        f"no sandbox works on this machine. {' '.join(reasons)} Without one, a student's code "
        "could read and change whatever you can: that is what --no-sandbox allows"
    )


def _bubblewrap(kit: Kit) -> Sandbox:
    if sys.platform != "linux":
        raise SandboxError("it needs Linux; here, use docker or podman")
    if shutil.which(PROGRAM) is None:
        raise SandboxError(
            "it is not installed; on Debian and Ubuntu: sudo apt-get install bubblewrap"
        )
    try:
        return _seen_to_work(Bubblewrap(kit), _bubblewrap_advice)
    except SandboxError:
        if os.geteuid() != 0:
            raise
    # A root that is only root of a container may have no second account, or a Python that is root's
    # alone. Then the watch alone counts processes.
    return _seen_to_work(Bubblewrap(kit, second_account=False), _bubblewrap_advice)


def _container(program: Literal["docker", "podman"]) -> Callable[[Kit], Sandbox]:
    def make(kit: Kit) -> Sandbox:
        container = Container(program, kit)
        container.require_ready()
        return _seen_to_work(container, str)

    return make


def _none(kit: Kit) -> Sandbox:
    return _seen_to_work(NoSandbox(kit), str)


_KINDS: dict[str, Callable[[Kit], Sandbox]] = {
    "bubblewrap": _bubblewrap,
    "podman": _container("podman"),
    "docker": _container("docker"),
    "none": _none,
}


def _seen_to_work(sandbox: Sandbox, advice: Callable[[SandboxError], str]) -> Sandbox:
    """Start a worker and end it again."""
    arena = Arena() if sandbox.shares_memory else None
    try:
        WorkerProcess(sandbox, TRIAL, time.monotonic() + TRIAL.total_seconds, arena).close()
    except SandboxError as error:
        raise SandboxError(advice(error)) from None
    finally:
        if arena is not None:
            arena.close()
    return sandbox


def _bubblewrap_advice(error: SandboxError) -> str:
    text = str(error)
    if "Unknown option" in text:
        return f"{text}; version 0.8 or newer is needed, as in Debian 12"
    if "uid map" in text or "namespace" in text:
        return (
            f"{text}; this system forbids user namespaces. Ubuntu 24.04 does until AppArmor has a "
            "profile for bubblewrap: printf 'abi <abi/4.0>,\\nprofile bwrap /usr/bin/bwrap "
            "flags=(unconfined) {\\n  userns,\\n}\\n' | sudo tee /etc/apparmor.d/bwrap && sudo "
            "systemctl reload apparmor. A container has to be started so that it may make them"
        )
    return text
