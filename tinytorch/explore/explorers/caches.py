"""The caches of a machine, as explorers send them to the page: by level, with their bytes."""

from __future__ import annotations

from collections.abc import Mapping

from tinytorch.perf.context import Context
from tinytorch.perf.plateaus import level_name


def caches_of(context: Context) -> dict[str, int]:
    """Return the bytes of each cache by its level: ``"L1"`` for what the system calls ``"L1d"``."""
    return {level_name(name): room for name, room in context.caches.items()}


def smallest_holding(caches: Mapping[str, int], working_set: int) -> tuple[str, int] | None:
    """Return level and bytes of the smallest cache that holds a working set, or None."""
    fitting = [(name, room) for name, room in caches.items() if working_set <= room]
    return min(fitting, key=lambda cache: cache[1], default=None)
