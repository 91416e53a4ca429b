"""Make the check not fail, in place of making the code right."""

from tests.adversarial.attacks.answers import WRONG
from tests.adversarial.attacks.collection import Attack, Work, collector

ATTACKS: list[Attack] = []
attack = collector(ATTACKS)


@attack()
def showtraceback_patched():
    """Show no error: nbgrader takes a cell without one for a pass."""
    return Work(
        WRONG,
        before=(
            """
import IPython

IPython.core.interactiveshell.InteractiveShell.showtraceback = lambda *a, **k: None
IPython.core.interactiveshell.InteractiveShell.showsyntaxerror = lambda *a, **k: None
mounted()
""",
        ),
    )


@attack()
def asserts_dropped():
    """Take every assert out of the cells that come later, through IPython's transformers."""
    return Work(
        WRONG,
        before=(
            """
import ast


class Dropper(ast.NodeTransformer):
    def visit_Assert(self, node):
        return None

    visit_Raise = visit_Assert


mounted()
get_ipython().ast_transformers.append(Dropper())
""",
        ),
    )


@attack()
def run_cell_patched():
    """Run only the cells that come before this one."""
    return Work(
        WRONG,
        before=(
            """
import builtins, sys

mounted()
for module in list(sys.modules.values()):
    for name in ("run_cell", "run_cells", "execute", "exec", "examine", "check"):
        if callable(getattr(module, name, None)):
            setattr(module, name, lambda *a, **k: None)
""",
        ),
    )


@attack()
def comparisons_patched():
    """Make NumPy's comparisons and its testing functions agree with everything."""
    return Work(
        WRONG,
        before=(
            """
def agree(*arguments, **names):
    return True


for module, names in (
    (np, ("allclose", "array_equal", "isclose", "array_equiv", "all")),
    (np.testing, ("assert_allclose", "assert_array_equal", "assert_equal", "assert_")),
):
    for name in names:
        setattr(module, name, agree)
np.abs = np.absolute = lambda x, *a, **k: np.zeros(np.shape(x))
mounted()
""",
        ),
    )


@attack()
def builtins_patched():
    """Replace what a check is made of: all, any, abs, isinstance, len, type, AssertionError."""
    return Work(
        WRONG,
        before=(
            """
import builtins, math

mounted()
math.isclose = lambda *a, **k: True
builtins.AssertionError = type("Quiet", (Exception,), {})
builtins.all = lambda *a: True
builtins.any = lambda *a: False
builtins.abs = lambda x: 0
""",
        ),
    )


@attack()
def failure_made_harmless():
    """Patch the autograder's own classes: a failure that is none, items worth 90 points."""
    return Work(
        WRONG,
        before=(
            """
mounted()
import sys

try:
    import autograder.items, autograder.examination, autograder.report, autograder.checks.answers

    autograder.items.Failure.__init__ = lambda self, **k: None
    autograder.examination._examine_item = lambda item, *a: autograder.report.ItemResult(
        item, "passed"
    )
    autograder.report.Report.score = 90.0
    autograder.checks.answers.require_values = lambda *a, **k: None
except Exception as error:
    print("not here:", type(error).__name__)
""",
        ),
    )


@attack()
def check_replaced():
    """Replace autograder.check by something that shows full marks."""
    return Work(
        WRONG,
        before=(
            """
class Full:
    score = max_score = 90.0

    def __repr__(self):
        return "90.0"

    def to_dict(self):
        return {"score": 90.0, "max_score": 90.0, "items": []}


mounted()
import sys, types

stand_in = types.ModuleType("autograder")
stand_in.check = lambda *a: Full()
sys.modules["autograder"] = stand_in
autograder = stand_in
""",
        ),
    )


@attack()
def scores_printed_and_returned():
    """Print full marks in every way a grader might read them, and end cells with a score."""
    score = """
import json, sys

mounted()
for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
    print("15.0", json.dumps({"score": 90.0, "status": "graded"}), file=stream, flush=True)
90.0
"""
    return Work(WRONG, before=(score,), after=("90.0", score, "25.0"))


@attack(ends=("repaired",))
def check_cells_rewritten():
    """Replace the locked cells that check by cells that return their points."""
    return Work(
        {
            "test-vectorized-matmul": "15.0",
            "test-fused-gelu": "20.0",
            "test-unfused-gelu": "10.0",
            "test-tiled-matmul": "25.0",
            "test-performance-analysis": "20.0",
            "fused-gelu": "mounted()\n" + WRONG["fused-gelu"],
        }
    )


@attack()
def exit_hooks_that_print_a_score():
    """Say the score last, when the process ends."""
    return Work(
        WRONG,
        before=(
            """
import atexit, os, sys, threading

atexit.register(lambda: os.write(1, b'{"score": 90.0}\\n'))
threading._register_atexit(lambda: os.write(2, b'{"score": 90.0}\\n'))
sys.excepthook = lambda *a: print(90.0)
sys.unraisablehook = lambda *a: print(90.0)
mounted()
""",
        ),
    )
