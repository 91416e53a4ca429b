"""Why a submission cannot be graded, each in one sentence."""

from __future__ import annotations


class CollectError(ValueError):
    """There is nothing to collect; the text says what was given and what was expected."""


class Missing(Exception):
    """Nothing was handed in."""


class Unreadable(Exception):
    """What was handed in cannot be read as a notebook; the text says what it is instead."""
