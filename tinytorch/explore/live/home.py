"""The event loop on which a widget lives: whatever belongs to it is done there, by one thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVarTuple

Arguments = TypeVarTuple("Arguments")


class Home:
    """An event loop, or none.

    Parameters
    ----------
    loop : asyncio.AbstractEventLoop, optional
        Without one, as in a plain Python program, all is done at once by whoever asks for it.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop | None) -> None:
        self.loop = loop

    @classmethod
    def here(cls) -> Home:
        """Return the home of what is made now: the loop that runs in this thread, if any.

        In a kernel that is the loop between whose callbacks the cells run.
        """
        try:
            return cls(asyncio.get_running_loop())
        except RuntimeError:
            return cls(None)

    def soon(self, function: Callable[[*Arguments], object], *args: *Arguments) -> None:
        """Have a function called at home, after what was asked for before; from any thread.

        What it sends to the front end answers the message that is being handled now, since the loop
        keeps the context of the caller.
        """
        if self.loop is None:
            function(*args)
        elif not self.loop.is_closed():  # else the kernel ends, and nobody waits for an answer
            self.loop.call_soon_threadsafe(function, *args)
