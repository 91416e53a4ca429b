"""One call in three steps, so that the grader can read the kernel's count of memory around it."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable
from typing import Any

from autograder.probes.arguments import receive
from autograder.probes.result import describe_in_place
from autograder.probes.running import Outcome, run
from autograder.subject import Answer, Argument
from tinytorch.core.tensor import Tensor

# From this size on an array gets pages of its own and gives them back.
_OWN_PAGES = 128 * 1024
# mallopt's names for that, and for how much free memory malloc keeps at the end of the heap.
_MMAP_THRESHOLD, _TRIM_THRESHOLD = -3, -1


class ResidentCall:
    """A call whose arguments lie in memory before it, and whose result is read after it."""

    def __init__(
        self,
        function: Callable[..., Any],
        arguments: tuple[Argument, ...],
        keywords: dict[str, Any],
    ) -> None:
        self._function = function
        self._arguments = receive(arguments)
        self._keywords = keywords
        self._outcome: Outcome | None = None

    def settle(self) -> None:
        """Let every array that the call makes cost new pages, and those of its inputs none."""
        for argument in self._arguments:
            if isinstance(argument, Tensor):
                argument.data.sum()
        gc.collect()
        c_library = ctypes.CDLL(None)
        # Only glibc has them; elsewhere the measure is somewhat low.
        if hasattr(c_library, "mallopt"):
            c_library.mallopt(_MMAP_THRESHOLD, _OWN_PAGES)
            c_library.mallopt(_TRIM_THRESHOLD, _OWN_PAGES)
        if hasattr(c_library, "malloc_trim"):
            c_library.malloc_trim(0)

    def call(self) -> None:
        """Call the function; nothing is copied yet."""
        self._outcome = run(self._function, self._arguments, self._keywords)

    def describe(self) -> Answer:
        """Say what the call did, as the probe "call" does."""
        assert self._outcome is not None
        facts = self._outcome.facts()
        # A copy of the result would count as memory of the call.
        facts["result"], result = describe_in_place(self._outcome.result)
        return Answer(facts, {} if result is None else {"result": result})
