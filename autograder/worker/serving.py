"""The worker's loop: read a request, do it, answer; one at a time, until the wire is closed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.probes import PROBES
from autograder.probes.arguments import LaidOut
from autograder.probes.result import array_of
from autograder.probes.running import describe_exception
from autograder.subject import Answer, Argument, ArrayArgument
from autograder.worker.arena import MappedArena
from autograder.worker.cells import Cells
from autograder.worker.confinement import become_the_student, confine, keep_apart
from autograder.worker.resident import ResidentCall
from autograder.worker.wire import Bounds, EndOfWire, Frame, carries, read_frame, write_frame

# The grader is trusted, but a student's code may have written into the wire.
BOUNDS = Bounds(array_bytes=2**30)


def serve(reading: int, writing: int, arena: int) -> None:
    """Answer requests until the grader closes the wire."""
    become_the_student()
    worker = Worker(None if arena < 0 else MappedArena(arena))
    reading, writing = keep_apart(reading, writing)
    begin = read_frame(reading, BOUNDS)
    confine(begin.header["limits"])
    process = os.getpid()
    write_frame(writing, {"id": begin.header["id"]})
    while True:
        try:
            frame = read_frame(reading, BOUNDS)
        except EndOfWire:
            return
        answer = worker.answer(frame)
        if os.getpid() != process:
            # A child that the student's code forked and never ended: the wire is not its own.
            os._exit(0)
        _flush()
        write_frame(writing, {"id": frame.header["id"], "facts": answer.facts}, answer.arrays)


class Worker:
    """Does what requests ask for. What the student's code raises on the way is an answer too."""

    def __init__(self, arena: MappedArena | None) -> None:
        self._arena = arena
        self._cells = Cells()
        self._kept: dict[str, Any] = {}
        self._resident: ResidentCall | None = None
        self._tasks: dict[str, Callable[[dict[str, Any], dict[str, np.ndarray]], Answer]] = {
            "run cell": self._run_cell,
            "probe": self._probe,
            "read again": self._read_again,
            "prepare resident": self._prepare_resident,
            "call resident": self._call_resident,
            "describe resident": self._describe_resident,
        }

    def answer(self, frame: Frame) -> Answer:
        """Do one request."""
        try:
            answer = self._tasks[frame.header["task"]](frame.header, frame.arrays)
        # The probes catch what the function raises. What comes here is a name that no cell defined,
        # or what became of a module that the student's code changed under us.
        except BaseException as error:
            return _done(describe_exception(error))
        most = frame.header.get("most_bytes", 0)
        arrays = {
            name: array
            for name, array in answer.arrays.items()
            if carries(array) and array.nbytes <= most
        }
        return Answer(answer.facts, arrays)

    def _run_cell(self, header: dict[str, Any], arrays: dict[str, np.ndarray]) -> Answer:
        return _done(self._cells.run(header["source"]))

    def _probe(self, header: dict[str, Any], arrays: dict[str, np.ndarray]) -> Answer:
        function = self._function(header["function"])
        if header["keep"] and callable(function):
            function = self._keeping(function, header["keep"])
        return PROBES[header["probe"]](
            function, self._arguments(header, arrays), header["keywords"], header["options"]
        )

    def _read_again(self, header: dict[str, Any], arrays: dict[str, np.ndarray]) -> Answer:
        """Read a result that was kept, as it stands now."""
        array = array_of(self._kept.get(header["name"]))
        if array is None or not carries(array):
            return _done()
        return Answer(_done().facts, {"result": np.array(array)})

    def _prepare_resident(self, header: dict[str, Any], arrays: dict[str, np.ndarray]) -> Answer:
        self._kept.clear()
        self._resident = ResidentCall(
            self._function(header["function"]), self._arguments(header, arrays), header["keywords"]
        )
        # What came over the wire was copied. It must not be freed during the call.
        arrays.clear()
        self._resident.settle()
        return _done()

    def _call_resident(self, header: dict[str, Any], arrays: dict[str, np.ndarray]) -> Answer:
        assert self._resident is not None
        self._resident.call()
        return _done()

    def _describe_resident(self, header: dict[str, Any], arrays: dict[str, np.ndarray]) -> Answer:
        assert self._resident is not None
        answer = self._resident.describe()
        self._resident = None
        return answer

    def _function(self, name: str) -> Any:
        try:
            return self._cells.namespace[name]
        except KeyError:
            raise NameError(f"name '{name}' is not defined") from None

    def _keeping(self, function: Callable[..., Any], name: str) -> Callable[..., Any]:
        def kept(*arguments: Any, **keywords: Any) -> Any:
            self._kept[name] = None
            self._kept[name] = function(*arguments, **keywords)
            return self._kept[name]

        return kept

    def _arguments(
        self, header: dict[str, Any], arrays: dict[str, np.ndarray]
    ) -> tuple[Argument, ...]:
        return tuple(self._argument(entry, arrays) for entry in header["arguments"])

    def _argument(self, entry: dict[str, Any], arrays: dict[str, np.ndarray]) -> Any:
        if "plain" in entry:
            return entry["plain"]
        if "place" in entry:
            assert self._arena is not None
            return LaidOut(self._arena.array(entry["place"]))
        return ArrayArgument(arrays[entry["array"]], entry["layout"])


def _done(raised: dict[str, Any] | None = None) -> Answer:
    return Answer({"raised": raised, "printed": "", "warned": []})


def _flush() -> None:
    """Let go of what was printed, so that it counts for the cell that printed it."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        # The student's code may have closed it or put anything in its place.
        except BaseException:
            continue
