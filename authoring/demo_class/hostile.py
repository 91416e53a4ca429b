"""Notebooks that try something. The corpus of attacks is larger: see ``tests/adversarial``."""

from __future__ import annotations

from collections.abc import Iterator

from authoring.demo_class.answers import ANSWERS
from authoring.demo_class.notebook import as_bytes, filled

_LAZY = {
    "vectorized-matmul": ANSWERS["vectorized-matmul"]["rows in a loop"],
    "tiled-matmul": ANSWERS["tiled-matmul"]["tile size ignored"],
}

SILENCED_ERRORS = """
import IPython

IPython.core.interactiveshell.InteractiveShell.showtraceback = lambda *arguments, **names: None
np.allclose = np.array_equal = lambda *arguments, **names: True
np.testing.assert_allclose = lambda *arguments, **names: None
"""

FORGED_REPORT = """
import autograder


class Everything:
    score = max_score = 90.0

    def __repr__(self):
        return "90.0"


autograder.check = lambda *arguments: Everything()
"""

SEARCH_FOR_THE_CHECKS = """
import glob, os

for pattern in ("/home/**/*.db", "/course/**/hidden/*.py", "/etc/shadow", "/proc/*/environ"):
    for path in glob.glob(pattern, recursive=True):
        try:
            print(path, open(path, errors="replace").read())
        except OSError as error:
            print(path, error)
print(dict(os.environ))
"""

NO_END = """\
def fused_gelu(x):
    while True:
        pass
"""

EXIT = """\
import os


def fused_gelu(x):
    os._exit(0)
"""

MEMORY = """\
def fused_gelu(x):
    kept = []
    while True:
        kept.append(np.ones(2**26))
"""


def notebooks() -> Iterator[tuple[str, bytes]]:
    """Give each student and the notebook that was handed in."""
    yield "jovanovic_n", as_bytes(filled(_LAZY, before=(SILENCED_ERRORS, FORGED_REPORT)))
    yield "karimov_r", as_bytes(filled(_LAZY, before=(SEARCH_FOR_THE_CHECKS,)))
    yield "lombardi_g", as_bytes(filled({**_LAZY, "fused-gelu": NO_END}))
    yield "moreau_c", as_bytes(filled({**_LAZY, "fused-gelu": EXIT}))
    yield "novak_p", as_bytes(filled({**_LAZY, "fused-gelu": MEMORY}))
