"""How a command ends that cannot do what it was asked."""

from __future__ import annotations


class UsageError(Exception):
    """What was given cannot be used; the text says what was expected and what to do."""
