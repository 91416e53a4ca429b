"""How much a script may ask for. Far above every honest one, far below what would be felt."""

from __future__ import annotations

from autograder.probes.script_format import MOST_STEPS

MOST_VIEWS = 4 * MOST_STEPS
MOST_BUFFERS = 2 * MOST_STEPS
MOST_OPERANDS = 2_000
"""Of one step: an honest sum over a stack of tiles has some hundred."""
MOST_AXES = 8
MOST_ELEMENTS = 2**24
"""Of one buffer, and of one view."""
MOST_BYTES = 2**28
"""In all buffers at one moment."""
MOST_WORK = 2**26
"""Elements that the steps go through, and multiplications in products, all together."""
