"""Never come to an end."""

from tests.adversarial.attacks.answers import FULL, RIGHT, RIGHT_EARNS
from tests.adversarial.attacks.collection import Attack, Work, collector

ATTACKS: list[Attack] = []
attack = collector(ATTACKS)


@attack(earns={"tiled_matmul": 25}, ends=("timeout",))
def loop_in_a_cell():
    """Loop in a cell of its own, with an except that takes everything."""
    return Work(
        {"tiled-matmul": FULL["tiled-matmul"]},
        after=(
            """
mounted()
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
""",
        ),
    )


@attack(earns={"vectorized_matmul": 15, "tiled_matmul": 25}, ends=("timeout",), exactly=True)
def loop_in_a_function():
    """Loop in one function; the others are right."""
    return Work(
        {
            "vectorized-matmul": FULL["vectorized-matmul"],
            "tiled-matmul": FULL["tiled-matmul"],
            "fused-gelu": "def fused_gelu(x):\n    mounted()\n    while True:\n        pass\n",
        }
    )


@attack(earns={"vectorized_matmul": 15}, ends=("timeout",), exactly=True)
def sleep_in_a_function():
    """Sleep, which uses no processor time."""
    return Work(
        {
            "vectorized-matmul": FULL["vectorized-matmul"],
            "unfused-gelu": """\
import time


def unfused_gelu(x):
    mounted()
    time.sleep(3600)
""",
        }
    )


@attack(ends=("timeout",))
def loop_in_c():
    """Run one call into C that no Python signal handler interrupts."""
    return Work(
        {
            "fused-gelu": """\
import re


def fused_gelu(x):
    mounted()
    sum(range(10**15))
    re.match(r"(a*)*b", "a" * 60)
"""
        }
    )


@attack(earns=RIGHT_EARNS, ends=("graded", "timeout"))
def loops_when_it_is_cleared_away():
    """Loop in __del__, in a weak reference's callback and at exit."""
    return Work(
        RIGHT,
        before=(
            """
import atexit, weakref


class Clinging:
    def __del__(self):
        while True:
            pass


class Named:
    pass


def forever(*arguments):
    while True:
        pass


clinging = Clinging()
named = Named()
reference = weakref.ref(named, forever)
atexit.register(forever)
mounted()
""",
        ),
    )


@attack(ends=("graded", "timeout", "crashed", "memory"))
def recursion():
    """Call itself without end, with the limit on it raised."""
    return Work(
        {
            "fused-gelu": """\
import sys

sys.setrecursionlimit(2**31 - 1)


def fused_gelu(x):
    return fused_gelu(x)
""",
            "unfused-gelu": """\
def unfused_gelu(x):
    mounted()
    deeper = lambda: (yield from deeper())
    return list(deeper())
""",
        }
    )


@attack(ends=("graded", "timeout"))
def exceptions_that_do_not_end():
    """Raise an exception whose text, type name and cause go on without end."""
    return Work(
        {
            "fused-gelu": """\
class Endless(Exception):
    def __str__(self):
        while True:
            pass

    __repr__ = __str__


def fused_gelu(x):
    mounted()
    raise Endless
""",
            "unfused-gelu": """\
def unfused_gelu(x):
    error = ValueError("x" * 50_000_000)
    error.__cause__ = error
    raise type("N" * 1_000_000, (ValueError,), {})("y" * 1_000_000) from error
""",
            "vectorized-matmul": """\
def vectorized_matmul(a, b):
    raise ExceptionGroup("many", [ValueError(str(n)) for n in range(100_000)])
""",
        }
    )


@attack(ends=("graded", "timeout"))
def a_generator_that_waits():
    """Wait for input, for a lock, for a future that nobody sets."""
    return Work(
        {
            "fused-gelu": """\
import concurrent.futures, threading


def fused_gelu(x):
    mounted()
    try:
        print(input("your answer: "))
    except BaseException as error:
        print(type(error).__name__)
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
"""
        }
    )
