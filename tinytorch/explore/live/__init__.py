"""Measuring a learner's own function while the kernel stays free, for explorers in a notebook."""

from tinytorch.explore.live.home import Home
from tinytorch.explore.live.measurement import BUDGET_SECONDS, measure_call
from tinytorch.explore.live.roofs import known_roofs, measured_roofs
from tinytorch.explore.live.stopping import TookTooLong, call_within
from tinytorch.explore.live.turns import Measurement, Superseded, Turns

__all__ = [
    "BUDGET_SECONDS",
    "Home",
    "Measurement",
    "Superseded",
    "TookTooLong",
    "Turns",
    "call_within",
    "known_roofs",
    "measure_call",
    "measured_roofs",
]
