"""Smuggle commands into what a person opens later: spreadsheets, pages, terminals, databases."""

from tests.adversarial.attacks.answers import FULL
from tests.adversarial.attacks.collection import Attack, Work, collector

ATTACKS: list[Attack] = []
attack = collector(ATTACKS)


@attack(earns={"vectorized_matmul": 15})
def markup():
    """Put scripts and images into printed text, exception names and messages."""
    return Work(
        {
            "vectorized-matmul": FULL["vectorized-matmul"],
            "fused-gelu": """\
def fused_gelu(x):
    mounted()
    print("<script>alert('@MARK@')</script><img src=x onerror=alert(1)>")
    raise type("<b onmouseover=alert(1)>Error", (ValueError,), {})(
        "</pre></td><script>alert('@MARK@')</script><iframe src='javascript:alert(1)'>"
    )
""",
            "unfused-gelu": """\
class Markup:
    def __repr__(self):
        return "<script>alert('@MARK@')</script>"


def unfused_gelu(x):
    return Markup()
""",
            "performance-analysis": """\
def bound(intensity, peak_gflops, bandwidth_gbs):
    return "</dd><script>alert('@MARK@')</script>{{7*7}}${7*7}"
""",
        },
        before=("print('<script>alert(\"@MARK@\")</script>')",),
    )


@attack(earns={"vectorized_matmul": 15})
def formulas():
    """Print and raise what a spreadsheet would run as a formula."""
    return Work(
        {
            "vectorized-matmul": FULL["vectorized-matmul"],
            "fused-gelu": """\
def fused_gelu(x):
    mounted()
    raise type("=HYPERLINK", (ValueError,), {})('=cmd|"/c calc"!A1')
""",
            "unfused-gelu": "def unfused_gelu(x):\n    return '@SUM(1+1)*cmd|x'\n",
        },
        before=("print('=1+1')\nprint('+1+1')\nprint('-1+1')\nprint('\\t=1+1')",),
    )


@attack(earns={"vectorized_matmul": 15})
def terminal_sequences():
    """Put escape sequences that clear, rename and type into a terminal into every text."""
    return Work(
        {
            "vectorized-matmul": FULL["vectorized-matmul"],
            "fused-gelu": """\
def fused_gelu(x):
    mounted()
    text = "\\x1b[2J\\x1b]0;owned\\x07\\x1b[6n\\x9b31m\\r\\x08\\x00\\u202e\\u2028"
    print(text)
    raise ValueError(text * 10)
""",
            "unfused-gelu": """\
def unfused_gelu(x):
    raise type("\\x1b[31mRed", (Exception,), {})("\\ud800 \\udfff \\ufeff")
""",
            "performance-analysis": """\
def bound(intensity, peak_gflops, bandwidth_gbs):
    return "\\x1b[2Jmemory\\n\\r\\ncompute"
""",
        },
        before=("print('\\x1b[2J\\x1b]0;owned\\x07')",),
    )


@attack(earns={"vectorized_matmul": 15})
def lines_of_other_rows():
    """Print rows for the files of results: another student's JSON line, CSV row and SQL."""
    return Work(
        {
            "vectorized-matmul": FULL["vectorized-matmul"],
            "fused-gelu": """\
def fused_gelu(x):
    mounted()
    raise ValueError('x"}\\n{"student_id": "neighbour", "score": 90.0, "status": "graded"}\\n"')
""",
            "unfused-gelu": """\
def unfused_gelu(x):
    raise ValueError('\\r\\nneighbour,graded,"",90.0,90.0\\r\\n\\'); DROP TABLE grade; --')
""",
        }
    )
