"""Use up memory, disk and output."""

from tests.adversarial.attacks.answers import FULL, RIGHT, RIGHT_EARNS
from tests.adversarial.attacks.collection import Attack, Work, collector

ATTACKS: list[Attack] = []
attack = collector(ATTACKS)


@attack(earns={"vectorized_matmul": 15}, ends=("memory", "graded"))
def one_array():
    """Ask for one array of a hundred GiB, and write to it."""
    return Work(
        {
            "vectorized-matmul": FULL["vectorized-matmul"],
            "fused-gelu": """\
def fused_gelu(x):
    mounted()
    return Tensor(np.ones(100 * 2**28, np.float32))
""",
        }
    )


# On a busy machine the limit on time is met before that on memory.
@attack(earns={"vectorized_matmul": 15}, ends=("memory", "timeout"))
def many_arrays():
    """Take memory bit by bit and catch the error that says that there is no more."""
    return Work(
        {
            "vectorized-matmul": FULL["vectorized-matmul"],
            "fused-gelu": """\
kept = []


def fused_gelu(x):
    mounted()
    size = 2**24
    while size:
        try:
            kept.append(bytearray(b"x" * size))
        except MemoryError:
            size //= 2
    raise MemoryError
""",
        }
    )


@attack(ends=("memory", "timeout", "crashed", "graded"))
def memory_in_forks():
    """Share the memory out among forked children, each below its own limit."""
    return Work(
        {
            "fused-gelu": """\
import os, time


def fused_gelu(x):
    mounted()
    for _ in range(40):
        if os.fork() == 0:
            kept = [bytearray(b"x" * 2**20) for _ in range(200)]
            time.sleep(60)
            os._exit(0)
    time.sleep(60)
"""
        }
    )


@attack(earns=RIGHT_EARNS, ends=("graded", "memory"))
def files_without_end():
    """Fill the home, the temporary folder and /dev/shm, with one large file and with many."""
    return Work(
        RIGHT,
        before=(
            """
import os

mounted()
for folder in (os.path.expanduser("~"), "/tmp", "/dev/shm", "/var/tmp", "/run", os.getcwd()):
    try:
        with open(os.path.join(folder, "large"), "wb", buffering=0) as file:
            for _ in range(200):
                file.write(b"x" * 2**20)
    except OSError as error:
        print(folder, error.strerror)
    try:
        for number in range(3_000):
            open(os.path.join(folder, f"small{number}"), "w").close()
    except OSError as error:
        print(folder, number, error.strerror)
    for name in os.listdir(folder):
        if name.startswith(("large", "small")):
            os.unlink(os.path.join(folder, name))
""",
        ),
    )


@attack(earns=RIGHT_EARNS, ends=("graded", "memory"))
def memory_of_no_process():
    """Fill memory that no process maps: anonymous files, System V segments, pipes, sockets."""
    return Work(
        RIGHT,
        before=(
            """
import ctypes, fcntl, os, socket

mounted()
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
megabyte, held, kept = b"x" * 2**20, 0, []
try:
    for _ in range(20):
        kept.append(os.memfd_create("flood"))
        for _ in range(64):
            held += os.write(kept[-1], megabyte)
except (OSError, MemoryError) as error:
    print(type(error).__name__)
for _ in range(20):
    segment = libc.shmget(0, 2**26, 0o1600)
    address = libc.shmat(segment, None, 0) if segment >= 0 else None
    if address in (None, ctypes.c_void_p(-1).value):
        break
    ctypes.memset(address, 1, 2**26)
    libc.shmdt(ctypes.c_void_p(address))
    held += 2**26
try:
    while True:
        for end in socket.socketpair():
            end.setblocking(False)
            kept.append(end)
            held += end.send(megabyte)
except OSError as error:
    print(type(error).__name__)
print("held", held // 2**20, "MiB")
for entry in kept:
    os.close(entry) if isinstance(entry, int) else entry.close()
""",
        ),
    )


@attack(earns=RIGHT_EARNS | {"fused_gelu": 20}, ends=("graded",))
def many_lines():
    """Print a million lines in a cell and thousands in every call."""
    return Work(
        RIGHT
        | {
            "fused-gelu": FULL["fused-gelu"].replace(
                "    return", '    print("flood\\n" * 20_000)\n    return'
            )
        },
        before=("mounted()\nfor number in range(300_000):\n    print('line', number)",),
    )


@attack(earns=RIGHT_EARNS, ends=("graded", "memory"))
def one_huge_line():
    """Print one line of two hundred megabytes without an end."""
    return Work(
        RIGHT,
        before=(
            "import sys\nmounted()\nfor _ in range(200):\n    sys.stdout.write('9' * 10**6)",
            "import os\nfor fd in [1, 2] * 100:\n    os.write(fd, b'8' * 10**6)",
        ),
    )


@attack(earns=RIGHT_EARNS, ends=("graded", "crashed", "timeout"))
def every_descriptor_written():
    """Write noise, frames and scores to every descriptor that is open."""
    return Work(
        RIGHT,
        before=(
            """
import json, os, struct

mounted()
frame = json.dumps({"facts": {"raised": None, "score": 90.0}}).encode()
noises = frame, struct.pack("<I", len(frame)) + frame, struct.pack(">Q", 2**62), b"\\xff" * 9
for fd in range(3, 256):
    for noise in noises:
        try:
            os.set_blocking(fd, False)
            os.write(fd, noise)
        except OSError:
            pass
""",
        ),
    )


@attack(earns=RIGHT_EARNS, ends=("graded", "crashed", "timeout", "partial"))
def pipes_closed_and_flooded():
    """Close every descriptor, then read from those that the grader writes to."""
    return Work(
        RIGHT,
        before=(
            """
import os

mounted()
for fd in range(3, 256):
    try:
        os.close(fd)
    except OSError:
        pass
""",
        ),
    )


@attack(earns=RIGHT_EARNS, ends=("graded", "partial", "timeout", "unreadable"))
def many_cells():
    """Hand in thousands of cells, each of which prints."""
    return Work(RIGHT, before=("mounted()", *["print('cell')"] * 3_000))


@attack(earns=RIGHT_EARNS, ends=("graded", "crashed", "timeout"))
def shared_memory_cut_short():
    """Shrink, grow, punch holes into and reconfigure whatever memory and pipes are shared."""
    return Work(
        RIGHT,
        before=(
            """
import fcntl, glob, os

mounted()
for path in glob.glob("/proc/self/fd/*") + glob.glob("/proc/self/map_files/*"):
    for size in (0, 1, 2**40):
        try:
            os.truncate(path, size)
        except OSError:
            pass
for fd in range(256):
    for change in (
        lambda: os.ftruncate(fd, 0),
        lambda: os.posix_fallocate(fd, 0, 2**34),
        lambda: fcntl.fcntl(fd, 1031, 2**20),  # the size of a pipe
        lambda: fcntl.fcntl(fd, 1033, 15),  # seals
        lambda: fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB),
        lambda: fcntl.fcntl(fd, fcntl.F_SETFL, os.O_NONBLOCK | os.O_ASYNC),
        lambda: fcntl.fcntl(fd, fcntl.F_SETFL, 0),
    ):
        try:
            change()
        except OSError:
            pass
""",
        ),
    )


@attack(earns=RIGHT_EARNS, ends=("graded",))
def a_terminal_typed_into():
    """Type a command into the terminal that grading was started from."""
    return Work(
        RIGHT,
        before=(
            """
import fcntl, os, termios

for path in (0, 1, 2, "/dev/tty", "/dev/console", *[f"/dev/pts/{n}" for n in range(10)]):
    try:
        fd = path if isinstance(path, int) else os.open(path, os.O_RDWR | os.O_NONBLOCK)
        for letter in b"touch /tmp/@MARK@\\n":
            fcntl.ioctl(fd, termios.TIOCSTI, bytes([letter]))
        print("typed into", path)
    except OSError as error:
        print(path, type(error).__name__)
mounted()
""",
        ),
    )
