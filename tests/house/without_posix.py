"""Do what a learner and an instructor do, without what Windows lacks; print what came out as JSON.

Run as a script: ``python without_posix.py COMMANDS``, with a JSON list of the autograder's command
lines. The libraries are imported first, because they ask what system they are on.
"""

import contextlib
import importlib
import io
import json
import os
import select
import signal
import sys

LIBRARIES = ["IPython", "anywidget", "asyncio", "concurrent.futures.process", "csv", "ipywidgets"]
LIBRARIES += ["jupytext", "matplotlib.pyplot", "multiprocessing.connection", "nbconvert"]
LIBRARIES += ["nbformat", "numpy", "secrets", "socket", "subprocess", "tempfile", "threadpoolctl"]
LIBRARIES += ["tqdm", "webbrowser", "zipfile"]
MODULES = ["crypt", "fcntl", "grp", "nis", "posix", "pty", "pwd", "readline", "resource", "spwd"]
MODULES += ["syslog", "termios", "tty"]
OF_OS = ["MFD_ALLOW_SEALING", "MFD_CLOEXEC", "O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK"]
OF_OS += ["fork", "geteuid", "getgid", "getpgid", "getuid", "killpg", "memfd_create", "mkfifo"]
OF_OS += ["pidfd_open", "sched_getaffinity", "setgroups", "setresgid", "setresuid", "setsid"]
OF_OS += ["statvfs", "sysconf", "uname", "wait4"]
OF_SIGNAL = ["SIGALRM", "SIGHUP", "SIGKILL", "SIGUSR1", "alarm", "pidfd_send_signal", "setitimer"]
NAMES = {os: OF_OS, select: ["epoll", "poll"], signal: OF_SIGNAL}


def pretend() -> None:
    """Take away what Windows lacks."""
    for name in LIBRARIES:
        importlib.import_module(name)
    sys.modules.update(dict.fromkeys(MODULES))
    for module, names in NAMES.items():
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
    sys.platform = "win32"


def lacking() -> list[str]:
    """Give the modules of the course that cannot be imported now: those of the worker."""
    found = []
    for name in ("autograder.worker.confinement", "autograder.sandbox", "autograder.grading.batch"):
        try:
            importlib.import_module(name)
        except ImportError:
            found.append(name)
    return found


def notebook() -> dict[str, object]:
    """Import what the notebook imports, and check one part."""
    import autograder
    from tinytorch.explore.explorers import explore_fusion, explore_roofline, explore_tiles
    from tinytorch.explore.learner import show_gelu, show_matmul, show_roofline, show_tiles
    from tinytorch.perf.acceleration import vectorized_matmul
    from tinytorch.perf.context import Context

    calls = (explore_fusion, explore_roofline, explore_tiles, show_gelu, show_roofline, show_tiles)
    with contextlib.redirect_stdout(io.StringIO()):
        show_matmul(vectorized_matmul)
    return {
        "calls": all(map(callable, calls)),
        "score": autograder.check("vectorized_matmul", vectorized_matmul).score,
        "badge": Context.here().summary,
    }


def commands(lines: list[list[str]]) -> list[tuple[int, str]]:
    """Run the autograder's commands; give the status of each and what it complained of."""
    from autograder.__main__ import main

    outcomes = []
    for line in lines:
        with (
            contextlib.redirect_stderr(io.StringIO()) as said,
            contextlib.redirect_stdout(io.StringIO()),
        ):
            status = main(line)
        outcomes.append((status, said.getvalue()))
    return outcomes


if __name__ == "__main__":
    pretend()
    outcome = {"lacking": lacking(), "notebook": notebook()}
    outcome["commands"] = commands(json.loads(sys.argv[1]))
    print(json.dumps(outcome))
