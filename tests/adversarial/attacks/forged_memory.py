"""Hide memory from the operating system's count, with scripts rewritten to match.

`fused_gelu` makes a new array in every step, so two are alive at a time: it earns all but the item
on no temporary at all. Its script is rewritten to work in place, which is a right program; what
gives it away is the memory that the process really takes.
"""

from tests.adversarial.attacks.answers import ANSWERS
from tests.adversarial.attacks.collection import Attack, Work, collector
from tests.adversarial.attacks.forged_facts import FACTS

ATTACKS: list[Attack] = []
attack = collector(ATTACKS)

EARNS = {"fused_gelu": 16}

CHAIN = """\
def fused_gelu(x):
    with np.errstate(all="ignore"):
        y = x.data * x.data
        y = y * 0.044715
        y = y + 1.0
        y = y * x.data
        y = y * 0.7978845608028654
        y = np.tanh(y)
        y = y + 1.0
        y = y * x.data
        return Tensor(y * 0.5)
"""

_IN_PLACE = """
def in_place(answer, function, arguments, keywords):
    script = answer.facts.get("script")
    if not script:
        return
    size, last = script["buffers"][0][1], script["result"]
    views = script["views"]
    inputs = {number for number, view in enumerate(views) if view[0] == 0}
    script["buffers"] = [script["buffers"][0], ["float32", size, 0, None]]
    script["views"] = [[0 if n in inputs else 1, *view[1:]] for n, view in enumerate(views)]
    for number, step in enumerate(script["steps"]):
        step[2] = [p if isinstance(p, list) or p in inputs else last for p in step[2]]
        step[4], step[5] = [last], number == 0


def small_peak(answer, function, arguments, keywords):
    answer.facts.update(peak_bytes=2**22, peak_in_outputs=1.0)


def nothing_outside(answer, function, arguments, keywords):
    answer.facts.update(outside=[])


forge("allocation", small_peak)
forge("operations", nothing_outside)
forge("script", in_place)
"""

# Every probe but the one that counts memory looks at plain code.
_OF_THE_CHAIN = """
for probe in ("script", "operations", "allocation", "steps"):
    serving.PROBES[probe] = lambda function, *rest, ask=serving.PROBES[probe]: ask(chain, *rest)
mounted()
"""

_MOUNT = "\nmounted()\n"


@attack(earns=EARNS)
def scripts_rewritten_in_place():
    """Rewrite the script so that every step writes into the result."""
    return Work({"fused-gelu": CHAIN}, before=(FACTS, _IN_PLACE + _MOUNT))


@attack(earns=EARNS)
def memory_of_a_nameless_process():
    """Do the same under a name that is no text, so that nobody can read how much was taken."""
    return Work(
        {"fused-gelu": CHAIN},
        before=(
            FACTS,
            _IN_PLACE
            + "import ctypes\nctypes.CDLL(None).prctl(15, b'\\xff\\xfe', 0, 0, 0)\n"
            + _MOUNT,
        ),
    )


@attack(earns=EARNS)
def memory_written_into_a_name():
    """Do the same under a name that reads like a line of the kernel's account of a process."""
    return Work(
        {
            "fused-gelu": CHAIN.replace(
                "    with np.errstate",
                """    if x.data.size > 2**20 + 2**12:
        call_oneself(1000 + x.data.nbytes // 1024)
    with np.errstate""",
            )
        },
        before=(
            FACTS,
            _IN_PLACE
            + """
import ctypes


def call_oneself(kibibytes):
    ctypes.CDLL(None).prctl(15, b"\\rVmHWM: %d" % kibibytes, 0, 0, 0)


call_oneself(1000)
"""
            + _MOUNT,
        ),
    )


@attack(earns=EARNS)
def memory_taken_later():
    """Do the same, and compute only when somebody looks at the result's data."""
    return Work(
        {
            "fused-gelu": CHAIN.replace("def fused_gelu", "def chain")
            + """

class Later:
    def __init__(self, x):
        self.x = x

    @property
    def data(self):
        if not hasattr(self, "kept"):
            self.kept = chain(self.x).data
        return self.kept


def fused_gelu(x):
    return Later(Tensor(x.data.copy()))
"""
            + _OF_THE_CHAIN
        },
        before=(FACTS, _IN_PLACE),
    )


@attack(earns=EARNS, ends=("graded", "crashed"))
def memory_of_a_child():
    """Do the same in a forked child that serves on, while the process that is watched sleeps."""
    return Work(
        {"fused-gelu": CHAIN},
        before=(
            FACTS,
            _IN_PLACE
            + """
import os, time

process = os.getpid()
if os.fork():
    time.sleep(300)
    os._exit(0)
os.getpid = lambda: process
"""
            + _MOUNT,
        ),
    )


@attack(earns=EARNS, ends=("graded", "crashed"))
def memory_of_a_helper():
    """Compute in a forked child and take over only its result, through shared memory."""
    return Work(
        {
            "fused-gelu": CHAIN.replace("def fused_gelu", "def chain")
            + """

import mmap, os


def fused_gelu(x):
    shared = mmap.mmap(-1, max(1, 4 * x.data.size))
    result = np.frombuffer(shared, np.float32)[: x.data.size].reshape(x.shape)
    if os.fork() == 0:
        result[...] = chain(x).data
        os._exit(0)
    os.wait()
    return Tensor(result)
"""
            + _OF_THE_CHAIN
        },
        before=(FACTS, _IN_PLACE),
    )


@attack(earns={"unfused_gelu": 5})
def arrays_said_to_be_kept():
    """Reuse one name for all steps, and claim in the script that every array was kept."""
    return Work(
        {"unfused-gelu": ANSWERS["unfused-gelu"]["one name for all"]},
        before=(
            FACTS,
            """
def kept(answer, function, arguments, keywords):
    for buffer in (answer.facts.get("script") or {"buffers": []})["buffers"]:
        buffer[3] = None


def eight(answer, function, arguments, keywords):
    answer.facts.update(peak_bytes=2**22, peak_in_outputs=8.0)


def alive(answer, function, arguments, keywords):
    answer.facts.update(most_alive=8)


forge("allocation", eight)
forge("operations", alive)
forge("script", kept)
import ctypes
ctypes.CDLL(None).prctl(15, b"\\xff\\xfe", 0, 0, 0)
mounted()
""",
        ),
    )
