"""Calling a function while another listens to every step that the interpreter takes."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

Listener = Callable[[], None]

# Of the numbers that Python has for tools, one that neither debuggers nor profilers use.
_TOOL = 4


if sys.version_info >= (3, 12):

    def call_stepwise(
        listen: Listener, function: Callable[..., Any], *arguments: Any, **keywords: Any
    ) -> Any:
        """Call; the listener hears of each instruction of this thread and of those it starts.

        Where the listener raises, it is called no more. On these Pythons, a trace function would
        miss the steps of a function's first call.
        """
        monitoring = sys.monitoring
        # A kernel has threads of its own, which go on meanwhile.
        others = {thread.ident for thread in threading.enumerate()} - {threading.get_ident()}

        def step(code: CodeType, offset: int) -> None:
            if threading.get_ident() not in others:
                try:
                    listen()
                except BaseException:
                    monitoring.set_events(_TOOL, monitoring.events.NO_EVENTS)
                    raise

        monitoring.use_tool_id(_TOOL, __name__)
        monitoring.register_callback(_TOOL, monitoring.events.INSTRUCTION, step)
        try:
            monitoring.set_events(_TOOL, monitoring.events.INSTRUCTION)
            return function(*arguments, **keywords)
        finally:
            monitoring.set_events(_TOOL, monitoring.events.NO_EVENTS)
            monitoring.register_callback(_TOOL, monitoring.events.INSTRUCTION, None)
            monitoring.free_tool_id(_TOOL)

else:

    def call_stepwise(
        listen: Listener, function: Callable[..., Any], *arguments: Any, **keywords: Any
    ) -> Any:
        """Call; the listener hears of each instruction of this thread and of those it starts.

        Where the listener raises, it is called no more.
        """

        def trace(frame: FrameType, event: str, arg: Any) -> Any:
            if event == "opcode":
                listen()
            else:
                frame.f_trace_opcodes = True
                frame.f_trace_lines = False
            return trace

        previous, previous_in_threads = sys.gettrace(), threading.gettrace()
        threading.settrace(trace)
        sys.settrace(trace)
        try:
            return function(*arguments, **keywords)
        finally:
            sys.settrace(previous)
            threading.settrace(previous_in_threads)
