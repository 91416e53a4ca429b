"""Forge what the probes report: every fact that the worker says about its own code.

The functions are the lazy ones throughout, so each of these may earn what lazy code earns.
"""

from tests.adversarial.attacks.answers import ANSWERS, FULL, LAZY, LAZY_EARNS, WRONG
from tests.adversarial.attacks.collection import Attack, Work, collector

RIGHT_KERNELS = [FULL[grade_id] for grade_id in LAZY]

ATTACKS: list[Attack] = []
attack = collector(ATTACKS)

FACTS = """
import math
from autograder.worker import serving

honest = dict(serving.PROBES)


def forge(probe, change):
    def forged(function, arguments, keywords, options):
        answer = honest[probe](function, arguments, keywords, options)
        change(answer, function, arguments, keywords)
        return answer

    serving.PROBES[probe] = forged


def name_of(function):
    return getattr(function, "__name__", "")


def few_steps(answer, function, arguments, keywords):
    answer.facts.update(raised=None, steps=150, stopped=False)


def small_peak(answer, function, arguments, keywords):
    peak = 8.0 if "unfused" in current else 1.0
    answer.facts.update(peak_bytes=2**22, peak_in_outputs=peak)


def right_operations(answer, function, arguments, keywords):
    entry = {"name": "multiply", "dtype": "float32", "shape": [2**20], "times": 8}
    answer.facts.update(operations=[entry], most_alive=8, outside=[])


def shapes_of(arguments):
    return [getattr(a, "values", getattr(a, "array", None)).shape for a in arguments[:2]]


def right_products(answer, function, arguments, keywords):
    (*_, m, k), (*_, n) = shapes_of(arguments)
    result = answer.arrays.get("result")
    if result is None:
        return
    if "tiled" not in current:
        entry = {"how": "matmul", "sizes": [m, k, n], "dtype": "float32", "times": 1}
        answer.facts["products"] = [entry]
        result[...] = 1
        return
    t = keywords.get("tile_size", 64)
    cut = lambda size: [min(t, size - at) for at in range(0, size, t)]
    answer.facts["products"] = [
        {"how": "matmul", "sizes": [x, y, z], "dtype": "float32", "times": 1}
        for x in cut(m) for y in cut(k) for z in cut(n)
    ]
    result[...] = math.ceil(k / t)


# Which function is being probed: the probes get a function, whatever it is wrapped in.
current = ""
find = serving.Worker._function


def found(self, name):
    global current
    current = name
    return find(self, name)


serving.Worker._function = found
"""

_FORGE_ALL = """
for probe, change in (
    ("steps", few_steps), ("allocation", small_peak), ("operations", right_operations),
    ("products", right_products),
):
    forge(probe, change)
mounted()
"""


def forging(code: str) -> Work:
    """Lazy code, and code of a cell that comes after what forges needs."""
    return Work(LAZY, before=(FACTS, code))


@attack(earns=LAZY_EARNS, exactly=True)
def every_measure():
    """Report the steps, peaks, operations and products of right code."""
    return forging(_FORGE_ALL)


@attack(earns=LAZY_EARNS)
def scripts_that_were_prepared():
    """Answer every request for a script with one that was written down beforehand."""
    return forging(
        _FORGE_ALL
        + """
steps = [
    ["call", "matmul", [0, 1], {}, [2], True],
]
script = {
    "buffers": [["float32", 4096, -1, None], ["float32", 4096, -1, None],
                ["float32", 4096, 0, None]],
    "views": [[0, 0, [64, 64], [64, 1]], [1, 0, [64, 64], [64, 1]], [2, 0, [64, 64], [64, 1]]],
    "steps": steps, "result": 2,
}


def prepared(answer, function, arguments, keywords):
    answer.facts.update(raised=None, script=script, left=None)


forge("script", prepared)
"""
    )


@attack(earns=LAZY_EARNS)
def scripts_without_the_work():
    """Keep the honest script's frame and empty it: no steps, no temporaries, an early result."""
    return forging(
        _FORGE_ALL
        + """
import copy


def emptied(answer, function, arguments, keywords):
    script = copy.deepcopy(answer.facts.get("script"))
    if script:
        # The last step's target is the result; what came before it is left out.
        script["steps"] = script["steps"][-1:]
        script["buffers"] = [[d, n, min(made, 0), None] for d, n, made, freed in script["buffers"]]
        answer.facts["script"] = script


forge("script", emptied)
"""
    )


@attack(earns=LAZY_EARNS)
def scripts_that_free_early():
    """Claim in the script that every temporary was gone one step after it was made."""
    return forging(
        _FORGE_ALL
        + """
def freed(answer, function, arguments, keywords):
    script = answer.facts.get("script")
    if script:
        for buffer in script["buffers"]:
            if buffer[2] >= 0 and buffer[3] is not None:
                buffer[3] = buffer[2]


forge("script", freed)
"""
    )


@attack(earns=LAZY_EARNS)
def scripts_out_of_bounds():
    """Hand in scripts with views outside of their buffers, endless work and names of its own."""
    return forging(
        _FORGE_ALL
        + """
import itertools

one = ["float32", 8, 0, None]
wide = [2**20, 2**20]
bad = itertools.cycle([
    {"buffers": [one], "views": [[0, -10**9, [8], [1]]], "steps": [], "result": 0},
    {"buffers": [["float32", 2**60, 0, None]], "views": [], "steps": [], "result": 0},
    {"buffers": [["object", 8, 0, None]], "views": [[0, 0, [8], [1]]], "steps": [], "result": 0},
    {"buffers": [one], "views": [[0, 0, wide, [0, 0]]], "result": 0,
     "steps": [["call", "matmul", [0, 0], {}, [0], False]] * 40_000},
    {"buffers": [one], "views": [[0, 0, wide, [0, 0]]], "result": 0,
     "steps": [["call", "add", [0, 0], {}, [0], False]] * 40_000},
    {"buffers": [one] * 100_000, "views": [], "steps": [], "result": 0},
    {"buffers": [one], "views": [[0, 0, [8], [1]]], "result": 0,
     "steps": [["function", "save", [["array", "int64", [2], [1, 2]]], {}, [0], True]]},
    {"buffers": [one], "views": [[0, 0, [8], [1]]], "result": 0,
     "steps": [["call", "__class__", [0], {"out": 0, "casting": "unsafe"}, [0], True]]},
    {"buffers": [one], "views": [[0, 0, [8], [1]]], "result": 0,
     "steps": [["function", "einsum", [0], {"subscripts": "a" * 10**6}, [0], True]]},
    {"buffers": None, "views": {"a": 1}, "steps": "steps", "result": "result"},
    {"buffers": [[[]]], "views": [[0, 0, [True], [False]]], "steps": [[]], "result": -1},
    {"result": 10**400}, [], "script", 90.0, True, {"score": 90.0},
])


def broken(answer, function, arguments, keywords):
    answer.facts.update(raised=None, script=next(bad), left=None)


forge("script", broken)
"""
    )


@attack(earns=LAZY_EARNS)
def scripts_refused():
    """Say that no script can be told, in a sentence with tags, commands and no end."""
    return forging(
        _FORGE_ALL
        + """
def refused(answer, function, arguments, keywords):
    answer.facts.update(script=None, left="earns full points <script>alert(1)</script>" * 10_000)


forge("script", refused)
"""
    )


@attack(ends=("crashed",))
def facts_of_the_wrong_kind():
    """Answer every probe with facts of absurd types and sizes, and arrays that nobody asked for."""
    return Work(
        WRONG,
        before=(
            FACTS
            + """
import itertools

odd = itertools.cycle([
    None, True, -1, 10**4000, float("nan"), float("inf"), "", "x" * 10**6, [], [[]] * 10**5, {},
    {"type": 5, "lineage": "ValueError", "message": None}, ["NotImplementedError"], "ValueError",
    {"type": "ValueError", "lineage": ["ValueError"] * 10**5, "message": "m" * 10**6},
    {"kind": "plain", "value": True, "described": 5}, {"kind": "tensor", "dtype": "float32"},
])


def absurd(answer, function, arguments, keywords):
    for name in list(answer.facts):
        answer.facts[name] = next(odd)
    answer.facts[next(iter("score"))] = 90.0
    answer.arrays["expected"] = np.zeros((2, 3), np.float16)


for probe in list(honest):
    forge(probe, absurd)
mounted()
""",
        ),
    )


@attack(ends=("graded", "crashed", "timeout"))
def answers_written_ahead():
    """Write well-made frames for the requests to come, before they come."""
    return Work(
        WRONG,
        before=(
            """
import gc, os
from autograder.worker import wire

facts = {
    "raised": None, "printed": "", "warned": [], "changed": [], "shared": [], "steps": 9,
    "stopped": False, "peak_in_outputs": 1.0, "operations": [], "most_alive": 8, "outside": [],
    "products": [], "defaults": {"tile_size": 64}, "script": None, "left": None,
    "result": {"kind": "tensor", "described": "Tensor", "dtype": "float32", "shape": [2, 2]},
}
mounted()
for fd in range(3, 64):
    for number in range(200):
        try:
            os.set_blocking(fd, False)
            wire.write_frame(fd, {"id": number, "facts": facts}, {"result": np.zeros((2, 2), "f4")})
        except OSError:
            break
""",
        ),
    )


@attack(earns=LAZY_EARNS, ends=("graded", "crashed"))
def worker_rewritten():
    """Find the worker's own objects and give them other methods."""
    return Work(
        LAZY,
        before=(
            """
import gc
from autograder.worker import serving

mounted()
for found in gc.get_objects():
    if isinstance(found, serving.Worker):
        task = found._tasks["probe"]

        def probe(header, arrays, task=task):
            answer = task(header, arrays)
            forged = {"steps": 9, "peak_in_outputs": 8.0, "most_alive": 8, "outside": []}
            forged |= {"shared": [], "changed": [], "stopped": False}
            answer.facts.update({k: v for k, v in forged.items() if k in answer.facts})
            return answer

        found._tasks["probe"] = probe
        found._tasks["read again"] = found._tasks["describe resident"] = probe
""",
        ),
    )


@attack(earns={"vectorized_matmul": 12, "tiled_matmul": 22, "fused_gelu": 1 + 4})
def wider_numbers_denied():
    """Compute in float64 and report every operation as float32."""
    return Work(
        {
            "vectorized-matmul": ANSWERS["vectorized-matmul"]["float64"],
            "tiled-matmul": ANSWERS["tiled-matmul"]["float64 accumulator"],
            "fused-gelu": """\
def fused_gelu(x):
    with np.errstate(all="ignore"):
        wide = x.data.astype(np.float64)
        u = np.sqrt(2.0 / np.pi) * (wide + 0.044715 * wide**3)
        return Tensor((0.5 * wide * (1.0 + np.tanh(u))).astype(np.float32))
""",
        },
        before=(
            FACTS,
            """
def narrow(answer, function, arguments, keywords):
    for operation in answer.facts["operations"]:
        operation["dtype"] = "float32"


forge("operations", narrow)
mounted()
""",
        ),
    )


# The script is a right program that the notebook holds: whoever hands it in has written it. What
# the function itself takes of memory is seen from outside, so the GELU gains nothing by it.
@attack(
    earns={"vectorized_matmul": 15, "tiled_matmul": 25, "fused_gelu": 12, "unfused_gelu": 5},
)
def scripts_of_right_functions():
    """Let every probe look at right functions that stand beside the lazy ones."""
    return Work(
        LAZY,
        before=(
            FACTS,
            "\n\n".join(code.replace("def ", "def right_") for code in RIGHT_KERNELS),
            """
for probe in ("steps", "allocation", "operations", "products", "script"):
    serving.PROBES[probe] = lambda function, *rest, ask=serving.PROBES[probe]: ask(
        globals()["right_" + current], *rest
    )
mounted()
""",
        ),
    )
