"""A learner's GELUs beside two NumPy expressions: timed in turns, and watched step by step."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from functools import partial
from typing import Any

from tinytorch.core.allocation import allocations
from tinytorch.core.tensor import Tensor
from tinytorch.explore.learner.attempt import Function, NothingToShow, quiet
from tinytorch.explore.live import TookTooLong, call_within, measure_call
from tinytorch.explore.ticks import power_of_two
from tinytorch.perf.ladders.gelu_expressions import one_expression, one_expression_with_products
from tinytorch.perf.steps import Trace, trace

BASE = "one expression"
EXPRESSIONS = {BASE: one_expression, "one expression, x*x*x": one_expression_with_products}
YOURS = "your "
MOST_PLAYS = 15


class LiveRungs:
    """Calls of one kind, by name.

    Parameters
    ----------
    functions : mapping of str to callable
        The learner's, each by its name behind `YOURS`.
    budget : float
        Seconds that the calls of one measurement may take together; as many again may go into
        watching them.
    """

    def __init__(self, functions: Mapping[str, Function], budget: float) -> None:
        self._functions = functions
        self._budget = budget

    def timed(self, rung: str, x: Tensor) -> Generator[float, None, dict[str, list[float]]]:
        """Time a rung and the expressions in turns; return seconds a call of each, by round."""
        part = rung.removeprefix(YOURS) if rung in self._functions else "fused_gelu"
        others = {name: call for name, call in EXPRESSIONS.items() if name != rung}
        try:
            samples = yield from measure_call(
                part,
                self._call(rung),
                (x,),
                {name: partial(call, x.data) for name, call in others.items()},
                budget=self._budget,
                where=f"{power_of_two(x.data.size)} elements",
                remedy="choose fewer elements, or give explore_fusion(..., budget=2)",
            )
        except NothingToShow as reason:
            # An expression goes under the name of a part.
            raise NothingToShow(str(reason).replace(part, rung.removeprefix(YOURS))) from None
        return {rung: samples[part], **{name: samples[name] for name in others}}

    def watched(self, rung: str, x: Tensor) -> Trace:
        """Watch one call; where that cannot be done, the trace says why."""
        # A call with very many steps takes far longer when each is written down.
        call = partial(call_within, self._budget, self._call(rung))
        try:
            with quiet():
                found = trace(call, x)
        except TookTooLong:
            reason = "To watch each of its calls takes too long at this size."
        except Exception as problem:
            reason = f"The function raised {type(problem).__name__} when it was watched."
        else:
            if found.steps or not found.complete:
                return found
            reason = "The function does nothing with the values of its input."
        return Trace((), reason, 0.0, None)

    def played(self, first: Trace) -> Generator[float, None, list[Trace]]:
        """Let NumPy take the steps of a trace again and again, and time them."""
        traces = [first]
        end = time.perf_counter() + self._budget / 2
        while len(traces) < MOST_PLAYS and time.perf_counter() < end:
            yield 0
            with quiet():
                traces.append(first.again())
        return traces

    def memory(self, rung: str, x: Tensor) -> float | None:
        """Return how much one call holds at its worst, in units of x; None if that takes long."""
        limited: Any = partial(call_within, self._budget, self._call(rung))
        try:
            with quiet():
                return allocations(limited, x).peak_bytes / x.data.nbytes
        except Exception:
            return None

    def _call(self, rung: str) -> Function:
        if rung in self._functions:
            return self._functions[rung]
        return lambda x: Tensor(EXPRESSIONS[rung](x.data))
