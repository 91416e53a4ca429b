"""Requests to one worker, written for the wire, and its answers, checked."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.sandbox.answers import Unreadable, read_answer
from autograder.sandbox.arena import Region
from autograder.sandbox.endings import WorkerEnded
from autograder.sandbox.worker_process import WorkerProcess
from autograder.subject import Answer, ArrayArgument, Request
from autograder.worker.wire import Bounds

# An honest result is hardly larger than its inputs, but small inputs may give a large one.
BYTES_BESIDE_INPUTS = 2**20
RESULT_PER_INPUT = 64


class Asking:
    """Asks one worker.

    Every method raises `WorkerEnded` if the worker does not live to answer, or answers with
    something else.
    """

    def __init__(self, process: WorkerProcess) -> None:
        self._process = process

    def run_cell(self, source: str) -> dict[str, Any] | None:
        """Run a cell and return what it raised: ``type``, ``lineage``, ``message``, ``line``."""
        answer = self._exchange("cell", {"task": "run cell", "source": source}, {}, 0)
        raised: dict[str, Any] | None = answer.facts["raised"]
        return raised

    def probe(self, request: Request, region: Region | None = None, keep: str = "") -> Answer:
        """Run a probe, with the arrays in a region of the arena; keep the result by a name."""
        return self._ask("probe", request, region, {"probe": request.probe, "keep": keep})

    def read_again(self, request: Request, name: str) -> np.ndarray | None:
        """Read a kept result as it stands now."""
        header = {"task": "read again", "name": name}
        answer = self._exchange("result", header, {}, _most_bytes(request), len(request.arguments))
        return answer.arrays.get("result")

    def prepare_resident(self, request: Request, region: Region | None) -> Answer:
        """Lay out the arguments of a call of `call_resident`."""
        return self._ask("prepare resident", request, region, {})

    def call_resident(self) -> None:
        """Make the call that was prepared."""
        self._exchange("result", {"task": "call resident"}, {}, 0)

    def describe_resident(self, request: Request) -> Answer:
        """Say what the call did."""
        header = {"task": "describe resident"}
        return self._exchange("resident", header, {}, _most_bytes(request))

    @property
    def countable(self) -> bool:
        """Whether the kernel counts the memory of the worker for us."""
        return self._process.countable

    def processes(self) -> tuple[int, ...]:
        """List what runs the student's code, as this machine numbers it."""
        return self._process.processes()

    def _ask(
        self, task: str, request: Request, region: Region | None, more: dict[str, Any]
    ) -> Answer:
        arguments: list[dict[str, Any]] = []
        arrays = {}
        for position, argument in enumerate(request.arguments):
            if not isinstance(argument, ArrayArgument):
                arguments.append({"plain": argument})
            elif region is not None:
                arguments.append({"place": region.places[position]})
            else:
                arguments.append({"array": str(position), "layout": argument.layout})
                arrays[str(position)] = argument.values
        header = {
            "task": task,
            "function": request.function,
            "arguments": arguments,
            "keywords": dict(request.keywords),
            "options": dict(request.options),
            **more,
        }
        says = request.probe if task == "probe" else "result"
        return self._exchange(says, header, arrays, _most_bytes(request), len(request.arguments))

    def _exchange(
        self,
        says: str,
        header: dict[str, Any],
        arrays: dict[str, np.ndarray],
        most_bytes: int,
        arguments: int = 0,
    ) -> Answer:
        frame = self._process.exchange(
            {**header, "most_bytes": most_bytes}, arrays, Bounds(arrays=2, array_bytes=most_bytes)
        )
        try:
            return read_answer(says, frame.header.get("facts"), frame.arrays, arguments)
        except Unreadable as error:
            raise WorkerEnded(
                "UnreadableAnswer", f"answered with something that cannot be read: {error}"
            ) from None


def _most_bytes(request: Request) -> int:
    """How large a result may be; a larger one is described but not sent."""
    inputs = sum(
        argument.values.nbytes
        for argument in request.arguments
        if isinstance(argument, ArrayArgument)
    )
    return BYTES_BESIDE_INPUTS + RESULT_PER_INPUT * inputs
