"""Running a notebook's cells: one namespace, one cell after the other, errors noted."""

from __future__ import annotations
import __future__

import ast
import builtins
import inspect
import linecache
import sys
import traceback
import types
from typing import Any

from autograder.probes.running import describe_exception
from autograder.worker.console import Console

_ASYNCHRONOUS = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
_FUTURE = 0
for _name in __future__.all_feature_names:
    _FUTURE |= getattr(__future__, _name).compiler_flag


class Cells:
    """The notebook's ``__main__``.

    Attributes
    ----------
    namespace : dict
        What the cells defined so far.
    """

    def __init__(self) -> None:
        module = types.ModuleType("__main__")
        module.__dict__["__builtins__"] = builtins
        sys.modules["__main__"] = module
        self.namespace: dict[str, Any] = module.__dict__
        self._console = Console(module)
        self._console.announce()
        self._ran = 0
        # A future statement holds for the cells after it too, as in a notebook.
        self._flags = 0

    def run(self, source: str) -> dict[str, Any] | None:
        """Run one cell.

        Returns
        -------
        dict or None
            What it raised (``type``, ``lineage``, ``message`` and ``line``); None if it ended well.
        """
        self._ran += 1
        name = f"<cell {self._ran}>"
        # For tracebacks and for inspect.getsource.
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
        try:
            code = self._compile(source, name)
            if code is None:
                return _described(self._console.run(source), name)
            exec(code, self.namespace)
        # SystemExit too: the next cell runs, as in a notebook.
        except BaseException as error:
            return _described(error, name)
        return None

    def _compile(self, source: str, name: str) -> types.CodeType | None:
        """Compile plain Python; None where only IPython may know what it means."""
        try:
            flags = self._flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            code = compile(source, name, "exec", flags, dont_inherit=True)
        except SyntaxError:
            if any(mark in source for mark in "%!?"):
                return None
            raise
        if code.co_flags & _ASYNCHRONOUS:
            return None
        self._flags |= code.co_flags & _FUTURE
        return code


def _described(error: BaseException | None, name: str) -> dict[str, Any] | None:
    if error is None:
        return None
    line = None
    if isinstance(error, SyntaxError) and error.filename == name:
        line = error.lineno
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == name:
            line = number
    return {**describe_exception(error), "line": line}
