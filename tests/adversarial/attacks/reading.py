"""Read what a student should not: tests, expected values, other work, the machine.

Whatever these find, they print, raise and return; the test then looks for its secrets in all that
grading wrote.
"""

from tests.adversarial.attacks.answers import RIGHT, RIGHT_EARNS
from tests.adversarial.attacks.collection import Attack, Work, collector

ATTACKS: list[Attack] = []
attack = collector(ATTACKS)


@attack(earns=RIGHT_EARNS, exactly=True)
def secret_files():
    """Read files of the instructor, of other students and of the system by their paths."""
    return Work(
        RIGHT,
        before=(
            """
import os, pathlib

for path in (
    "@SECRET@", "@OUT@/results.jsonl", "@OUT@/grades.csv", "@ROOT@/gradebook.db", "/etc/shadow",
    "@ROOT@/solutions/acceleration.py", "@ROOT@/autograder/hidden/__init__.py",
    "@ROOT@/autograder/checks/tiled_matmul.py", "@ROOT@/tinytorch/perf/acceleration.py",
    "/proc/1/environ", "/proc/kcore", *[f"/{home}/.ssh/id_rsa" for home in ("root", "home")],
):
    try:
        print(path, pathlib.Path(path).read_bytes()[:4000])
    except OSError as error:
        print(path, type(error).__name__)
for folder in ("@SUBMITTED@", "@OUT@", "@ROOT@", "/home", "/root", "/tmp", "/work", "/mnt"):
    try:
        print(folder, os.listdir(folder))
    except OSError as error:
        print(folder, type(error).__name__)
mounted()
""",
        ),
    )


@attack(earns=RIGHT_EARNS)
def the_whole_file_system():
    """Walk everything below / and print each file that speaks of grading."""
    return Work(
        RIGHT,
        before=(
            """
import os

words = (b"hidden/", b"CANARY", b"require_values", b"@SECRETWORD@", b"BEGIN SOLUTION")
for folder, folders, names in os.walk("/"):
    folders[:] = [f for f in folders if f not in ("proc", "sys", "dev", "usr", "lib")]
    if folder.startswith("/packages/0/") and "autograder" not in folder:
        folders[:] = []
        continue
    for name in names:
        try:
            with open(os.path.join(folder, name), "rb") as file:
                text = file.read(100_000)
        except OSError:
            continue
        for word in words:
            at = text.find(word)
            if at >= 0 and len(text) < 100_000:
                print("FOUND", folder, name, text[max(at - 80, 0) : at + 80])
mounted()
""",
        ),
    )


@attack(earns=RIGHT_EARNS, exactly=True)
def escapes_by_links_and_dots():
    """Reach out through symbolic links, dots, /proc/self/root, cwd, fd and exe."""
    return Work(
        RIGHT,
        before=(
            """
import glob, os

for number, target in enumerate(("@SECRET@", "@OUT@", "/proc/1/root", "/", "@ROOT@")):
    try:
        os.symlink(target, f"link{number}")
        os.symlink(target, f"/tmp/link{number}")
        print(number, os.listdir(f"link{number}"), open(f"link{number}").read())
    except OSError as error:
        print(number, type(error).__name__)
for path in (
    "../" * 20 + "@SECRET@", "/proc/self/root@SECRET@", "/proc/self/cwd/" + "../" * 20 + "@SECRET@",
    "/proc/1/root@SECRET@", "/dev/fd/../../../@SECRET@", "/newroot@SECRET@", "/oldroot@SECRET@",
):
    try:
        print(open(path).read())
    except OSError as error:
        print(type(error).__name__)
for entry in glob.glob("/proc/self/fd/*") + glob.glob("/proc/*/exe") + glob.glob("/proc/*/cwd"):
    try:
        print(entry, os.readlink(entry))
    except OSError as error:
        print(entry, type(error).__name__)
mounted()
""",
        ),
    )


@attack(earns=RIGHT_EARNS, exactly=True)
def other_processes():
    """Read the command line, environment, memory map and descriptors of every process."""
    return Work(
        RIGHT,
        before=(
            """
import glob, os

for name in ("cmdline", "environ", "maps", "status", "cgroup", "mountinfo"):
    for path in glob.glob(f"/proc/[0-9]*/{name}"):
        try:
            print(path, open(path, "rb").read()[:3000])
        except OSError as error:
            print(path, type(error).__name__)
for fd in range(3, 100):
    try:
        print(fd, os.fstat(fd).st_size, os.pread(fd, 1000, 0))
    except OSError:
        pass
mounted()
""",
        ),
    )


@attack(earns=RIGHT_EARNS)
def environment_and_arguments():
    """Print the environment, the command line and the configuration of the interpreter."""
    return Work(
        RIGHT,
        before=(
            """
import os, sys, sysconfig

print(dict(os.environ), sys.argv, sys.orig_argv, sys.path, sys.flags, sys.prefix)
for name in ("environ", "cmdline"):
    try:
        print(open(f"/proc/self/{name}").read())
    except OSError as error:
        print(type(error).__name__)
mounted()
""",
        ),
    )


@attack()
def frames_on_the_stack():
    """Walk from a call up all frames and take what their variables hold for the answer."""
    return Work(
        {
            "fused-gelu": """\
import sys


def fused_gelu(x):
    mounted()
    frame = sys._getframe()
    while frame is not None:
        print(frame.f_code.co_filename, sorted(frame.f_locals))
        for name, value in list(frame.f_locals.items()):
            if isinstance(value, np.ndarray) and value.shape == x.shape and value is not x.data:
                return Tensor(value)
            if name in ("expected", "answer", "secret", "examination"):
                print(name, value)
        frame = frame.f_back
    return x
"""
        }
    )


@attack()
def everything_the_collector_knows():
    """Look through all live objects for arrays of the right shape and for the checks."""
    return Work(
        {
            "vectorized-matmul": """\
import gc


def vectorized_matmul(a, b):
    mounted()
    shape = (*a.shape[:-1], b.shape[-1])
    for found in gc.get_objects():
        if isinstance(found, np.ndarray) and found.shape == shape:
            if found is not a.data and found is not b.data:
                return Tensor(found)
        if type(found).__name__ in ("Item", "Examination", "Failure", "Part"):
            print(found)
    return Tensor(np.zeros(shape, np.float32))
"""
        }
    )


@attack()
def tracebacks_and_sources():
    """Raise on purpose and read the checks from the traceback, inspect and linecache."""
    return Work(
        {
            "tiled-matmul": """\
import inspect, linecache, sys, traceback


def tiled_matmul(a, b, tile_size=64):
    mounted()
    for frame in inspect.stack(20):
        print(frame.filename, frame.code_context)
    for name in list(linecache.cache):
        print(linecache.getlines(name)[:50])
    traceback.print_stack()
    for name, module in list(sys.modules.items()):
        if name.startswith("autograder"):
            print(name, sorted(vars(module)))
    raise RuntimeError("".join(traceback.format_stack()))
"""
        }
    )


@attack()
def the_checks_imported():
    """Import the checks, the replay and the hidden confirmations, and compute what they expect."""
    return Work(
        {
            "fused-gelu": """\
def fused_gelu(x):
    mounted()
    try:
        from autograder.checks.gelu_cases import gelu
    except ImportError:
        raise LookupError("no checks here") from None
    return Tensor(gelu(x.data).astype(np.float32))
""",
        },
        before=(
            """
import importlib, pkgutil

for name in (
    "autograder.checks.gelu_cases", "autograder.hidden", "autograder.replay", "autograder.grading",
    "autograder.parts", "autograder.gradebook", "tinytorch.perf.acceleration", "authoring",
    "tests.honest.fused_gelu",
):
    try:
        module = importlib.import_module(name)
        print(name, sorted(vars(module)), getattr(module, "__file__", None))
    except Exception as error:
        print(name, type(error).__name__)
""",
        ),
    )


@attack()
def expected_values_drawn_out():
    """Fail on purpose in many ways, so that messages show expected values, and answer with them."""
    return Work(
        {
            "fused-gelu": """\
calls = []


def fused_gelu(x):
    mounted()
    calls.append(x.data.copy())
    print([float(v) for v in calls[0].ravel()[:5]])
    return Tensor(calls[0] if len(calls) < 3 else calls[-2])
"""
        }
    )


@attack(earns=RIGHT_EARNS)
def memory_of_other_processes():
    """Attach to every process and read and write its memory."""
    return Work(
        RIGHT,
        before=(
            """
import ctypes, os

libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(4096)


class iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]


local = iovec(ctypes.addressof(buffer), 4096)
for pid in {1, 2, 3, os.getppid(), *[int(p) for p in os.listdir("/proc") if p.isdigit()]}:
    if pid == os.getpid():
        continue
    remote = iovec(0x400000, 4096)
    print(pid, "ptrace", libc.ptrace(16, pid, 0, 0), ctypes.get_errno())
    for call in (libc.process_vm_readv, libc.process_vm_writev):
        print(pid, call(pid, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0))
    try:
        with open(f"/proc/{pid}/mem", "rb") as memory:
            memory.seek(0x400000)
            print(pid, memory.read(64))
    except (OSError, ValueError) as error:
        print(pid, type(error).__name__)
mounted()
""",
        ),
    )
