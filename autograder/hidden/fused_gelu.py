"""Confirms Part 2: no loop, no power, and how much memory."""

from __future__ import annotations

from autograder.checks.fused_gelu import FEWER_PEAK, NAME, NONE_PEAK
from autograder.examination import Examination
from autograder.hidden.following import require
from autograder.hidden.gelu import follow_gelu
from autograder.hidden.memory import resident_peak
from autograder.replay import Script
from autograder.replay.measures import operations, peak_in_results, written_outside

CANARY = "18a5f4c2d0e94b6c8b73"

_LOOP_ELEMENTS = 2**16
# Of the smallest blocks that stay below as many interpreter steps as there are elements.
_ELEMENTS_PER_STEP = 8
# Interpreter and system hold some pages more than the arrays have.
_PAGES = 0.25
# Less than its result a call cannot take: then it was another process that computed, say.
_RESULT_ALONE = 0.9


def no_loop(examination: Examination) -> None:
    """Far fewer steps than elements."""
    script = _followed(examination, _LOOP_ELEMENTS)
    require(len(script.steps) * _ELEMENTS_PER_STEP <= script.result.size)


def no_power(examination: Examination) -> None:
    """No power of an array, in a program that computes on arrays."""
    script = _followed(examination, int(examination.rng.integers(3_000, 5_000)))
    names = {operation.name.split(".")[0] for operation in operations(script) if operation.many}
    require(bool(names) and not names & {"power", "float_power"})


def fewer_temporaries(examination: Examination) -> None:
    """Less memory than the one-line expression."""
    require(peak_in_results(_million(examination)) <= FEWER_PEAK)
    _require_resident(examination, FEWER_PEAK)


def no_temporaries(examination: Examination) -> None:
    """The result, and scratch for a block."""
    script = _million(examination)
    require(peak_in_results(script) <= NONE_PEAK)
    require(not written_outside(script, script.result.size // 4 + 1))
    _require_resident(examination, NONE_PEAK)


def _million(examination: Examination) -> Script:
    return examination.once("confirmed million", lambda: _followed(examination, 2**20))


def _require_resident(examination: Examination, most: float) -> None:
    # Steps do not tell how long a name held an array: the operating system does.
    peak = examination.once("resident", lambda: resident_peak(examination, NAME))
    require(peak is None or _RESULT_ALONE <= peak <= most + _PAGES)


def _followed(examination: Examination, least: int) -> Script:
    return follow_gelu(examination, NAME, least + int(examination.rng.integers(1, 1_000)))
