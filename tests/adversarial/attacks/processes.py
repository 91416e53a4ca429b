"""End, outlive or multiply processes."""

from tests.adversarial.attacks.answers import FULL, RIGHT, RIGHT_EARNS
from tests.adversarial.attacks.collection import Attack, Work, collector

ATTACKS: list[Attack] = []
attack = collector(ATTACKS)

# Whoever is left after the batch is known by this name, in /proc/<pid>/comm.
_NAMED = """
def take_name():
    import ctypes

    ctypes.CDLL(None).prctl(15, b"@MARK@", 0, 0, 0)
"""


@attack(earns={"vectorized_matmul": 15}, ends=("crashed",), exactly=True)
def exit_without_a_word():
    """End the process with status 0 in the middle of a check."""
    return Work(
        {
            "vectorized-matmul": FULL["vectorized-matmul"],
            "fused-gelu": "import os\n\n\ndef fused_gelu(x):\n    mounted()\n    os._exit(0)\n",
        }
    )


@attack(earns={"tiled_matmul": 25}, ends=("crashed",))
def exit_in_a_cell():
    """End the process while a cell runs, before any check."""
    return Work(
        {"tiled-matmul": FULL["tiled-matmul"]}, before=("import os\nmounted()\nos._exit(0)",)
    )


@attack(earns=RIGHT_EARNS)
def polite_exits():
    """Call exit, quit and sys.exit, raise SystemExit and KeyboardInterrupt."""
    return Work(
        RIGHT,
        before=(
            "mounted()\nimport sys\nsys.exit(0)",
            "exit(0)",
            "raise SystemExit('90.0')",
            "raise KeyboardInterrupt",
            "raise GeneratorExit",
        ),
    )


@attack(ends=("crashed", "graded"))
def kills_everything_in_reach():
    """Send SIGKILL to the parent, to the process group and to every process."""
    return Work(
        {
            "fused-gelu": """\
import os, signal


def fused_gelu(x):
    mounted()
    for target in (os.getppid(), 1, 0, -1, *range(2, 3000)):
        if target != os.getpid():
            try:
                os.kill(target, signal.SIGKILL)
            except OSError:
                pass
    os.kill(os.getpid(), signal.SIGKILL)
"""
        }
    )


@attack(ends=("crashed",))
def segmentation_fault():
    """Read address 0, with a core dump asked for."""
    return Work(
        {
            "unfused-gelu": """\
import ctypes, resource


def unfused_gelu(x):
    mounted()
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (-1, -1))
    except (ValueError, OSError):
        pass
    ctypes.string_at(0)
"""
        }
    )


@attack(ends=("timeout",))
def stops_itself():
    """Stop, as Ctrl+Z does: a process that uses no time and never ends."""
    return Work(
        {
            "fused-gelu": """\
import os, signal


def fused_gelu(x):
    mounted()
    os.kill(os.getpid(), signal.SIGSTOP)
"""
        }
    )


@attack(earns=RIGHT_EARNS)
def signals_ignored():
    """Ignore every signal, block them all, and take alarms and limits for its own."""
    return Work(
        RIGHT,
        before=(
            """
import resource, signal

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
signal.alarm(0)
for name in [name for name in dir(resource) if name.startswith("RLIMIT_")]:
    try:
        resource.setrlimit(getattr(resource, name), (-1, -1))
    except (OSError, ValueError):
        pass
mounted()
""",
        ),
    )


@attack(earns=RIGHT_EARNS)
def daemon_by_double_fork():
    """Leave the session by two forks and setsid, close everything, and live on."""
    return Work(
        RIGHT,
        before=(
            _NAMED
            + """
import os, time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        take_name()
        for fd in range(256):
            try:
                os.close(fd)
            except OSError:
                pass
        time.sleep(300)
    os._exit(0)
os.wait()
mounted()
""",
        ),
    )


@attack(earns=RIGHT_EARNS, ends=("graded", "crashed", "timeout"))
def child_that_holds_the_pipes():
    """Fork a child that keeps every descriptor open and writes its own frames now and then."""
    return Work(
        RIGHT,
        before=(
            _NAMED
            + """
import os, time

if os.fork() == 0:
    take_name()
    for _ in range(100):
        for fd in range(64):
            try:
                os.write(fd, b'{"score": 90.0, "raised": null}\\n')
            except OSError:
                pass
        time.sleep(0.05)
    time.sleep(300)
    os._exit(0)
mounted()
""",
        ),
    )


@attack(ends=("graded", "crashed", "timeout", "memory"), speaks=False)
def fork_bomb():
    """Fork without end, in all children."""
    return Work(
        {
            "fused-gelu": _NAMED
            + """
import os


def fused_gelu(x):
    while True:
        try:
            if os.fork() == 0:
                take_name()
        except OSError:
            pass
"""
        }
    )


@attack(ends=("graded", "crashed", "timeout", "memory"), speaks=False)
def thread_bomb():
    """Start threads without end, none of which ends."""
    return Work(
        {
            "fused-gelu": """\
import threading, time


def fused_gelu(x):
    while True:
        try:
            threading.Thread(target=time.sleep, args=(300,)).start()
        except RuntimeError:
            pass
"""
        }
    )


@attack(earns=RIGHT_EARNS)
def threads_that_outlive_the_cell():
    """Leave threads behind that burn time and print while the checks run."""
    return Work(
        RIGHT,
        before=(
            """
import threading, time


def burn():
    # Of processor time, less than a call may have in all, however busy the machine is.
    while time.thread_time() < 0.4:
        sum(range(1000))
        print("still here")


for _ in range(3):
    threading.Thread(target=burn, daemon=True).start()
threading.Thread(target=time.sleep, args=(300,)).start()
mounted()
""",
        ),
    )


@attack(earns={"vectorized_matmul": 15}, ends=("crashed", "graded"))
def another_program_in_its_place():
    """Replace the process by a shell, by exec."""
    return Work(
        {
            "vectorized-matmul": FULL["vectorized-matmul"],
            "unfused-gelu": """\
import os, sys


def unfused_gelu(x):
    mounted()
    os.execv(sys.executable, [sys.executable, "-c", "print('{\\"score\\": 90.0}' * 1000)"])
""",
        }
    )


@attack(earns=RIGHT_EARNS)
def more_rights_asked_for():
    """Ask for root, other namespaces, mounts, a new root and a dumpable process."""
    return Work(
        RIGHT,
        before=(
            """
import ctypes, os

libc = ctypes.CDLL(None, use_errno=True)
for name, arguments in {
    "setuid": (0,), "setgid": (0,), "unshare": (0x10020000,), "chroot": (b"/",),
    "mount": (b"none", b"/tmp", b"tmpfs", 0, None), "umount2": (b"/", 2),
    "personality": (0x0040000,),
    "prctl": (4, 1, 0, 0, 0), "pivot_root": (b"/", b"/tmp"), "sethostname": (b"x", 1),
    "swapoff": (b"/x",), "init_module": (None, 0, b""), "keyctl": (0, -3, 1),
}.items():
    try:
        print(name, getattr(libc, name)(*arguments), ctypes.get_errno())
    except (AttributeError, ctypes.ArgumentError) as error:
        print(name, error)
for path in ("/proc/sys/kernel/core_pattern", "/proc/self/uid_map", "/proc/sysrq-trigger"):
    try:
        open(path, "w").write("0 0 1")
        print("wrote", path)
    except OSError as error:
        print(path, type(error).__name__)
mounted()
""",
        ),
    )


@attack(earns={"vectorized_matmul": 15}, ends=("crashed", "timeout"))
def child_that_holds_the_pipes_of_the_dead():
    """Fork a child that keeps the pipes open, then end: whoever waits for their end waits long."""
    return Work(
        {
            "vectorized-matmul": FULL["vectorized-matmul"],
            "fused-gelu": _NAMED
            + """
import os, time


def fused_gelu(x):
    mounted()
    if os.fork() == 0:
        take_name()
        time.sleep(300)
    os._exit(7)
""",
        }
    )


@attack(ends=("memory",))
def name_that_cannot_be_read():
    """Take a name that is no text, so that whoever reads the list of processes stumbles."""
    return Work(
        {
            "fused-gelu": """\
import ctypes, os, time


def fused_gelu(x):
    mounted()
    for _ in range(6):
        if os.fork() == 0:
            ctypes.CDLL(None).prctl(15, b"\\xff) R 1 (\\xfe", 0, 0, 0)
            kept = bytearray(b"x" * 2**28)
            time.sleep(60)
            os._exit(0)
    ctypes.CDLL(None).prctl(15, b"\\xff\\xfe", 0, 0, 0)
    time.sleep(60)
"""
        }
    )
