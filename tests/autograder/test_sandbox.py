"""What a student's code can reach and use up in the sandbox, and that it always ends."""

import json
import os
import secrets
import socket
import sys

import pytest

from autograder.handout import ROOT
from autograder.sandbox import Limits, SandboxedSubject
from autograder.sandbox.bubblewrap import Bubblewrap
from autograder.sandbox.kit import Kit
from autograder.subject import Request
from autograder.submissions.prepared import CodeCell
from tests.autograder.in_sandbox import HONEST, bubblewrap, processes_named, run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux")


@pytest.fixture(scope="module")
def sandbox():
    return bubblewrap()


@pytest.fixture(scope="module", params=["the usual way", "without a second account"])
def each_sandbox(request, sandbox):
    """Root has two ways to start bubblewrap, and everybody else the second of them."""
    if request.param == "the usual way":
        return sandbox
    if os.geteuid() != 0:
        pytest.skip("that is the usual way for everybody but root")
    return Bubblewrap(Kit(), second_account=False)


LOOK_AROUND = """
import ctypes, glob, json, os, pwd, socket, sys

def attempt(do, *arguments):
    try:
        return do(*arguments) or "done"
    except OSError as error:
        return type(error).__name__

def connect(family, address):
    with socket.socket(family) as connection:
        connection.settimeout(5)
        connection.connect(address)

def fill(folder):
    written = 0
    try:
        for i in range(64):
            with open(f"{folder}/{i}", "wb") as file:
                written += file.write(bytes(2**18))
    except OSError:
        return written

def call(number, *arguments):
    return ctypes.CDLL(None).syscall(number, *arguments)

seen = {
    "uid": os.getuid(),
    "groups": os.getgroups(),
    "name": pwd.getpwuid(os.getuid()).pw_name,
    "hostname": socket.gethostname(),
    "folder": os.getcwd(),
    "environment": dict(os.environ),
    "arguments": [sys.argv, sys.orig_argv],
    "processes": [p for p in os.listdir("/proc") if p.isdigit()],
    "told": [open(f"/proc/{p}/cmdline").read() for p in ("1", "self")],
    "first environment": attempt(lambda: open("/proc/1/environ").read()),
    "top": sorted(os.listdir("/")),
    "course": sorted(os.listdir("/course/autograder")),
    "repository": [os.path.exists(path) for path in REPOSITORY],
    "devices": sorted(os.listdir("/dev")),
    "network": sorted(os.listdir("/sys/class/net")) if os.path.exists("/sys") else [],
    "internet": attempt(connect, socket.AF_INET, ("192.0.2.1", 80)),
    "machine": attempt(connect, socket.AF_INET, ("127.0.0.1", PORT)),
    "abstract": attempt(connect, socket.AF_UNIX, chr(0) + ABSTRACT),
    "netlink": attempt(socket.socket, socket.AF_NETLINK, socket.SOCK_RAW),
    "written": {
        folder: attempt(open, folder + "/file", "w")
        for folder in ("", "/usr", "/course", "/packages/0", "/dev", "/home", "/etc", "/proc")
    },
    "capacity": {folder: fill(folder) for folder in (".", "/tmp", "/dev/shm")},
    "capabilities": [line.split()[1] for line in open("/proc/self/status") if "CapEff" in line],
}
print(json.dumps(seen, default=str))
"""


def test_there_is_nothing_to_reach(each_sandbox, monkeypatch):
    canary = secrets.token_hex(8)
    monkeypatch.setenv("COURSE_SECRET", canary)
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        abstract.bind(f"\0{canary}-socket")
        abstract.listen()
        names = {
            "REPOSITORY": [
                str(ROOT),
                str(ROOT / "solutions"),
                os.path.expanduser("~/.ssh"),
                "/etc/shadow",
            ],
            "PORT": server.getsockname()[1],
            "ABSTRACT": f"{canary}-socket",
        }
        setting = "\n".join(f"{name} = {value!r}" for name, value in names.items())
        outcome = run(each_sandbox, setting, LOOK_AROUND, HONEST, output_bytes=2**16)
    assert outcome.right and not outcome.endings
    seen = json.loads(outcome.said)
    assert (seen["uid"], seen["name"], seen["hostname"]) == (1000, "student", "localhost")
    assert seen["folder"] == "/home/student"
    assert seen["capabilities"] == ["0000000000000000"]
    # Its own first process and the worker.
    assert len(seen["processes"]) == 2
    assert set(seen["environment"]) - {"PWD"} <= {
        *("HOME", "LANG", "MPLBACKEND", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"),
        *("PATH", "PIP_RETRIES", "PYTHONHASHSEED", "TMPDIR", "USER"),
    }
    assert seen["first environment"] in ("done", "PermissionError")
    told = json.dumps([seen[name] for name in ("environment", "arguments", "told", "folder")])
    for word in ("grade", "grader", "worker", "sandbox", canary, str(ROOT)):
        assert word not in told
    assert seen["course"] == ["__init__.py", "__pycache__", "probes", "subject.py", "worker"]
    assert seen["repository"] == [False, False, False, False]
    assert set(seen["top"]) <= {
        *("bin", "course", "dev", "etc", "home", "lib", "lib32", "lib64", "opt", "packages"),
        *("proc", "root", "sbin", "tmp", "usr", sys.base_prefix.split("/")[1]),
    }
    assert not {"sda", "vda", "kmsg", "mem", "fuse"} & set(seen["devices"])
    assert not seen["network"]
    for way in ("internet", "machine", "abstract", "netlink"):
        assert seen[way] not in ("done", "TimeoutError"), way
    assert "done" not in seen["written"].values(), seen["written"]
    for folder, written in seen["capacity"].items():
        assert 2 * 2**20 < written <= 4 * 2**20, folder


def test_forbidden_system_calls_fail(sandbox):
    outcome = run(
        sandbox,
        "import ctypes, errno, os, platform\n"
        "numbers = {'x86_64': (101, 272, 319, 29), 'aarch64': (117, 97, 279, 194)}\n"
        "library = ctypes.CDLL(None, use_errno=True)\n"
        "for number in numbers.get(platform.machine(), ()):\n"
        "    assert library.syscall(number, 0x10000000, 0, 0, 0) == -1, number\n"
        "    assert ctypes.get_errno() == errno.EPERM, number\n"
        "print('each was refused')",
        HONEST,
    )
    assert outcome.said == "each was refused\n"


def test_a_notebook_runs_as_in_a_notebook(sandbox):
    outcome = run(
        sandbox,
        "from __future__ import annotations",
        "def g(x: Nowhere): pass",
        "%matplotlib inline\n%timeit -n 1 -r 1 1 + 1\n!true\ndisplay(41 + 1)",
        "import asyncio\nawait asyncio.sleep(0)\nget_ipython()",
        "%%time\nz = 1",
        "import inspect; print(inspect.getsource(g).strip(), z)",
        "x = = 1",
        "raise ValueError('mine')",
        "def deeper():\n    1 / 0\n\ndeeper()",
        "import sys; sys.exit(3)",
        "exit()",
        "import autograder\n"
        "from tinytorch.explore.explorers import explore_fusion, explore_roofline, explore_tiles\n"
        "from tinytorch.explore.learner import show_gelu, show_matmul, show_roofline, show_tiles\n"
        "autograder.check('fused_gelu', 1)\nshow_gelu(1)\nexplore_tiles(1)",
        "with open('numpy.py', 'w') as file: file.write('raise SystemExit')\n"
        "with open('beside.py', 'w') as file: file.write('y = 5')\n"
        "sys.modules.pop('numpy.linalg')\nimport numpy.linalg, beside\nprint(beside.y)",
        HONEST,
    )
    assert outcome.right and not outcome.endings, outcome
    lines = outcome.said.splitlines()
    assert "42" in lines
    assert "def g(x: Nowhere): pass 1" in lines
    assert "5" in lines
    assert [line for line in lines if line.startswith("[")] == [
        "[cell 6, line 1] SyntaxError: invalid syntax (<cell 7>, line 1)",
        "[cell 7, line 1] ValueError: mine",
        "[cell 8, line 2] ZeroDivisionError: division by zero",
        "[cell 9, line 1] SystemExit: 3",
    ]


@pytest.mark.parametrize(
    ("cell", "limits", "kind", "says"),
    [
        ("while True: pass", {"cpu_seconds": 0.5}, "timeout", "0.5 s of processor time"),
        ("import time\ntime.sleep(100)", {"wall_seconds": 1.5}, "timeout", "1.5 s on the clock"),
        (
            "while True: print('x' * 1000)",
            {"cpu_seconds": 0.5},
            "timeout",
            "0.5 s of processor time",
        ),
        (
            "kept = []\nwhile True: kept.append(bytearray(2**20))",
            {},
            "memory",
            "300 MiB of memory",
        ),
        (
            "import os, time\nfor _ in range(8):\n    if os.fork() == 0:\n"
            "        kept = b'x' * 60 * 2**20\n        time.sleep(100)\ntime.sleep(100)",
            {},
            "memory",
            "300 MiB of memory",
        ),
        ("bytearray(10**12)", {}, "memory", "asked for more memory"),
        ("import os\nos._exit(0)", {}, "crashed", "exit status 0"),
        ("import ctypes\nctypes.string_at(0)", {}, "crashed", "SIGSEGV"),
        (
            "import os, signal\nfor p in range(1, 99):\n    try: os.kill(p, signal.SIGKILL)\n"
            "    except OSError: pass",
            {},
            "crashed",
            "SIGKILL",
        ),
        ("import os\nos.closerange(0, 1000)", {}, "crashed", "ended the process"),
        (
            "import os\nfor fd in range(3, 200):\n    try: os.write(fd, b'\\xff' * 100)\n"
            "    except OSError: pass",
            {},
            "crashed",
            "cannot be read",
        ),
        (
            'import os\nframe = b\'{"id": "guess", "facts": {}, "arrays": []}\'\n'
            "for fd in range(3, 200):\n"
            "    try: os.write(fd, len(frame).to_bytes(4, 'big') + frame)\n"
            "    except OSError: pass",
            {},
            "crashed",
            "does not belong",
        ),
    ],
)
def test_a_cell_that_takes_too_much_ends_and_the_rest_is_judged(sandbox, cell, limits, kind, says):
    mark = secrets.token_hex(8)
    sleeper = f"import subprocess\nsubprocess.Popen(['sh', '-c', 'sleep 300', '{mark}'])"
    outcome = run(sandbox, sleeper, HONEST, cell, **limits)
    assert outcome.right, outcome
    assert [ending.kind for ending in outcome.endings] == [kind]
    assert outcome.endings[0].where == "cell 2"
    assert outcome.endings[0].sentence.startswith("Cell 2 ")
    assert says in outcome.endings[0].sentence
    assert len(outcome.said) <= 5_000
    assert not processes_named(mark)


@pytest.mark.parametrize(
    "bomb",
    [
        "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
        "import threading, time\n"
        "while True:\n"
        "    try: threading.Thread(target=time.sleep, args=(300,)).start()\n"
        "    except RuntimeError: pass",
    ],
)
def test_a_bomb_of_processes_stays_small_and_ends(each_sandbox, bomb):
    outcome = run(each_sandbox, bomb, HONEST, cpu_seconds=0.5, processes=12)
    assert outcome.right
    (ending,) = outcome.endings
    # Where the kernel refuses more of them, trying on is what ends it.
    assert "more than 12 processes" in ending.sentence or "processor time" in ending.sentence


def test_what_runs_on_after_its_cell_is_gone_with_the_rest(sandbox):
    mark = secrets.token_hex(8)
    outcome = run(
        sandbox,
        "import os, subprocess, sys, threading, time\n"
        f"command = [sys.executable, '-c', 'import time; time.sleep(300)', '{mark}']\n"
        "subprocess.Popen(command, start_new_session=True)\n"
        "threading.Thread(target=time.sleep, args=(300,)).start()\n"
        "if os.fork() == 0:\n    os.setsid()\n    os.fork()\n    time.sleep(300)",
        HONEST,
    )
    assert outcome.right and not outcome.endings
    assert not processes_named(mark)


def test_output_is_kept_to_its_bound_and_never_blocks(sandbox):
    outcome = run(
        sandbox,
        "import os\nprint('first')",
        "for fd in (1, 2):\n    for _ in range(10): os.write(fd, b'y' * 2**20)",
        "for _ in range(100_000): print('many lines')",
        "os.close(1); os.close(2)",
        HONEST,
    )
    assert outcome.right and not outcome.endings
    assert outcome.said.startswith("first\nyyy")
    assert len(outcome.said) <= 4_200


def test_a_forked_child_does_not_answer_in_the_workers_place(sandbox):
    outcome = run(sandbox, "import os\nos.fork()", HONEST, "def g(x):\n    os.fork()\n    return x")
    assert outcome.right and not outcome.endings


def test_a_function_that_ends_the_process_is_not_run_again(sandbox):
    cells = [CodeCell("import os\nprint('ran')\ndef bad(): os._exit(4)\ndef good(): return 7", "a")]
    with SandboxedSubject(cells, sandbox, Limits()) as subject:
        subject.run()
        subject.run()
        for _ in range(2):
            facts = subject.ask(Request("call", "bad", ())).facts
            assert facts["raised"]["type"] == "ProcessEnded"
            assert "exit status 4" in facts["raised"]["message"]
            good = subject.ask(Request("call", "good", ()))
            assert good.facts["result"]["value"] == 7
        assert len(subject.endings) == 1
        missing = subject.ask(Request("call", "never_defined", ())).facts["raised"]
        assert missing["type"] == "NameError"
        assert subject.said == "ran\n"


def test_cells_are_run_as_far_as_asked(sandbox):
    sources = ("def f(): return 1", "import os\nos._exit(1)", "def f(): return 2", "f = 3")
    cells = [CodeCell(source, f"cell {i}") for i, source in enumerate(sources)]
    request = Request("call", "f", ())
    with SandboxedSubject(cells, sandbox, Limits()) as subject:
        assert subject.ask(request).facts["raised"]["type"] == "NameError"
        subject.run(1)
        assert subject.ask(request).facts["result"]["value"] == 1
        subject.run(3)
        assert subject.ask(request).facts["result"]["value"] == 2
        assert [ending.where for ending in subject.endings] == ["cell 1"]
        subject.run()
        assert subject.ask(request).facts["raised"]["type"] == "NotCallable"


def test_the_whole_submission_has_a_time_of_its_own(sandbox):
    outcome = run(sandbox, HONEST, *["import time\ntime.sleep(1)"] * 5, total_seconds=3.0)
    assert outcome.endings[-1].kind == "timeout"
    assert "3 s" in outcome.endings[-1].sentence
    assert outcome.answer.facts["raised"]["type"] == "TimeLimit"


def test_cells_that_always_end_the_process_are_given_up(sandbox, monkeypatch):
    monkeypatch.setattr("autograder.sandbox.subject.MOST_STARTS", 3)
    outcome = run(sandbox, *["import os\nos._exit(1)"] * 5, HONEST)
    assert outcome.answer.facts["raised"]["type"] == "ProcessEnded"
    assert len(outcome.endings) == 3
