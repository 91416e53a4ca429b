"""Why a script is refused."""

from __future__ import annotations


class ScriptError(ValueError):
    """The script is no program that may run or that can run; the text says why."""
