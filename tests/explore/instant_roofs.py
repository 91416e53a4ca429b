"""Roofs for live explorers, there at once: measuring them takes seconds and other cores."""

from collections.abc import Iterator

import pytest

from tests.perf.machines import CACHES, machine_points
from tinytorch.explore.explorers import explorer
from tinytorch.perf.context import Context
from tinytorch.perf.points import Sweep
from tinytorch.perf.recording import Recording
from tinytorch.perf.roofline import Machine


def give_roofs_at_once(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Take the place of the measurement; the list says how often it was asked for."""
    calls: list[str] = []
    sweep = Sweep("ceilings", "", "", tuple(machine_points()))
    machine = Machine(Recording(Context("Example", 2, CACHES), {"ceilings": sweep}))

    def measured_roofs() -> Iterator[float]:
        calls.append("measured")
        yield 0
        return machine

    monkeypatch.setattr(explorer, "measured_roofs", measured_roofs)
    return calls
