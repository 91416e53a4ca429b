"""The file of simulated traffic is read back as it was written, or refused in one sentence."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from tinytorch.perf.traffic.results import (
    SimulationError,
    load_simulation,
    simulation_from_dict,
)

CONTENT: dict[str, Any] = {
    "schema": "tinytorch-simulation",
    "version": 1,
    "quick": False,
    "library": "pycachesim 0.3.1",
    "date": "2026-11-22",
    "rule": "LRU",
    "levels": [
        {"name": "L1", "size_bytes": 1024, "ways": 8},
        {"name": "L2", "size_bytes": 2**20, "ways": 8},
    ],
    "cases": [
        {
            "case": {"loop": "copy", "n": 16, "pitch": 16},
            "loads": 256,
            "stores": 256,
            "levels": {
                "L1": {"hits": 480, "misses": 32, "written_back": 16},
                "L2": {"hits": 0, "misses": 32, "written_back": 16},
            },
        },
        {
            "case": {"loop": "blocked matmul", "n": 16, "pitch": 16, "tile": 16},
            "loads": 2,
            "stores": 0,
            "levels": {
                "L1": {"hits": 0, "misses": 2, "written_back": 0},
                "L2": {"hits": 1, "misses": 1, "written_back": 0},
            },
        },
    ],
}


def edited(*keys: Any, value: Any = None) -> dict[str, Any]:
    """Return the content with one field replaced, or removed where the value is None."""
    changed = copy.deepcopy(CONTENT)
    where: Any = changed
    for key in keys[:-1]:
        where = where[key]
    if value is None:
        del where[keys[-1]]
    else:
        where[keys[-1]] = value
    return changed


def test_bytes_follow_from_lines() -> None:
    counts = simulation_from_dict(CONTENT).outcome(loop="copy").levels["L2"]
    assert counts.fetched_bytes == 32 * 64
    assert counts.written_bytes == 16 * 64
    assert counts.traffic_bytes == 48 * 64


def test_writing_and_reading_gives_the_same() -> None:
    simulation = simulation_from_dict(CONTENT)
    assert simulation_from_dict(simulation.to_dict()) == simulation
    written = simulation.to_dict()
    assert written["cases"] == CONTENT["cases"]
    assert written["levels"] == CONTENT["levels"]


def test_badge() -> None:
    assert simulation_from_dict(CONTENT).badge == (
        "simulated with pycachesim 0.3.1, L1 1 KiB, L2 1 MiB, 2026-11-22"
    )
    assert simulation_from_dict(edited("quick", value=True)).badge.endswith("(quick run)")


def test_what_is_not_there_is_named() -> None:
    simulation = simulation_from_dict(CONTENT)
    assert simulation.level("L2").sets == 2048
    with pytest.raises(SimulationError, match="no level 'L3' but .'L1', 'L2'."):
        simulation.level("L3")
    with pytest.raises(SimulationError, match="0 cases with loop='sum'.*'blocked matmul', 'copy'"):
        simulation.outcome(loop="sum")
    with pytest.raises(SimulationError, match="2 cases with n=16, expected one"):
        simulation.outcome(n=16)


CASE = ("cases", 0)


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ([], "this is no simulation"),
        (edited("schema", value="tinytorch-recording"), "this is no simulation"),
        (edited("version", value=7), "version 7, expected 1"),
        (edited("library"), 'lacks "library", expected text'),
        (edited("levels", value=[]), "has no levels"),
        (edited("levels", 0, value=3), "level 0 is no JSON object"),
        (edited("levels", 0, "ways", value=0), "1024 bytes in 0 ways"),
        (edited("levels", 0, "ways", value=3), "1024 bytes in 3 ways"),
        (edited("cases", value={}), '"cases": {}, expected a list'),
        (edited(*CASE, "case", "loop"), 'case 0 lacks "loop"'),
        (edited(*CASE, "case", "pitch", value="x"), "\"pitch\": 'x', expected an integer"),
        (edited(*CASE, "loads", value=-1), '"loads": -1, expected at least 0'),
        (edited(*CASE, "loads", value=True), '"loads": True, expected an integer'),
        (edited(*CASE, "levels", "L2"), 'case 0, levels, lacks "L2"'),
        (edited(*CASE, "levels", "L1", "hits"), 'case 0, L1 lacks "hits"'),
        (edited(*CASE, "levels", "L1", "hits", value=4), "4 hits and 32 misses in L1, .* 512"),
        (edited(*CASE, "levels", "L2", "misses", value=31), "31 misses in L2, expected 32"),
    ],
)
def test_a_broken_file_is_refused_in_one_sentence(broken: Any, sentence: str) -> None:
    with pytest.raises(SimulationError, match=sentence) as refusal:
        simulation_from_dict(broken)
    assert "\n" not in str(refusal.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SimulationError, match="no simulation traffic.json in .*make simulate"):
        load_simulation(tmp_path)
    (tmp_path / "traffic.json").write_text("{")
    with pytest.raises(SimulationError, match="traffic.json cannot be read as JSON"):
        load_simulation(tmp_path)
    (tmp_path / "traffic.json").write_text(json.dumps(edited("date")))
    with pytest.raises(SimulationError, match='^traffic.json: the simulation lacks "date"'):
        load_simulation(tmp_path)
