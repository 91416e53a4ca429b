"""Recorded measurements: one JSON file per machine, the only source of performance figures.

The file, version 1::

    {
      "schema": "tinytorch-recording", "version": 1,
      "quick": false,                     a rough run, good for trying things out
      "context": {"cpu": ..., "cores": ..., "caches": {...}, "date": ..., ...,
                  "packages": {...},       other libraries that took part; may be left out
                  "accelerator": ...},     the GPU that was measured; left out for a CPU
      "sweeps": {
        "gelu_ladder": {
          "title": "...",
          "counting": "how FLOP and bytes were counted, in a sentence",
          "points": [
            {"case": {"rung": "in place", "n": 1024},
             "group": 0,                  points of one group took turns, round by round
             "samples": [1.2e-06, ...],   seconds a call, one per round, in the order of rounds
             "elements": 1024, "flops": 8192, "bytes": 8192}
          ]
        }
      }
    }

Medians, quartiles, rates and ratios are not stored: they are derived from the samples, so they can
not disagree with them. `elements`, `flops` and `bytes` belong to one call and may be left out.
``book/measurements/README.md`` says the same at more length, with an example.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinytorch.core.whole_file import write_whole
from tinytorch.perf.ceilings import Ceilings
from tinytorch.perf.context import Context
from tinytorch.perf.json_file import JsonFile
from tinytorch.perf.points import Point, RecordingError, Sweep

SCHEMA = "tinytorch-recording"
VERSION = 1

_FILE = JsonFile("recording", SCHEMA, VERSION, "run `python -m tinytorch measure`", RecordingError)


@dataclass(frozen=True)
class Recording:
    """Everything that was measured on one machine."""

    context: Context
    sweeps: dict[str, Sweep]
    quick: bool = False

    @property
    def name(self) -> str:
        """Name of the machine, and of its file without the suffix."""
        return self.context.slug

    @property
    def badge(self) -> str:
        """One line that says where the numbers come from."""
        rough = " (quick run)" if self.quick else ""
        return f"recorded on {self.context.summary}{rough}"

    @property
    def ceilings(self) -> Ceilings:
        """The measured roofs of this machine."""
        return Ceilings(self.sweep("ceilings").points, self.context.caches)

    def sweep(self, name: str) -> Sweep:
        """Return one sweep by name.

        Raises
        ------
        RecordingError
            If this recording has no such sweep.
        """
        if name not in self.sweeps:
            device = " --accelerator" if self.context.accelerator else ""
            raise RecordingError(
                f"The recording {self.name} holds no sweep {name!r} but {sorted(self.sweeps)}; "
                f"run `python -m tinytorch measure{device} --only {name}`."
            )
        return self.sweeps[name]

    def to_dict(self) -> dict[str, Any]:
        """Return the recording as the file holds it."""
        return {
            "schema": SCHEMA,
            "version": VERSION,
            "quick": self.quick,
            "context": self.context.to_dict(),
            "sweeps": {name: sweep.to_dict() for name, sweep in self.sweeps.items()},
        }


def load_recording(folder: str | Path, name: str | None = None) -> Recording:
    """Read a recording from a folder of measurements.

    Parameters
    ----------
    folder : str or Path
        Folder with one JSON file per machine.
    name : str, optional
        Machine (file name without ``.json``). Without it, one of a CPU: a full recording before a
        quick one, then the one with the most sweeps, then the newest by its own date, then the last
        by name. So the choice never depends on the clock of a file system, and a file of a machine
        that measured only a part does not take the place of a whole one. Files that are broken are
        passed over; `broken_recordings` names them.

    Returns
    -------
    Recording

    Raises
    ------
    RecordingError
        If the folder, the machine or a valid file is missing.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise RecordingError(
            f"There is no folder {folder}; run `python -m tinytorch measure --out {folder}` to "
            f"make a recording."
        )
    if name is not None:
        return read_recording(folder / f"{name}.json")
    valid, broken = _read_folder(folder)
    of_cpus = {stem: rec for stem, rec in valid.items() if rec.context.accelerator is None}
    if not of_cpus:
        reason = broken[0] if broken else f"There is no recording of a CPU in {folder}."
        raise RecordingError(f"{reason} Run `python -m tinytorch measure --out {folder}`.")
    best = max(
        of_cpus,
        key=lambda stem: (
            not of_cpus[stem].quick,
            len(of_cpus[stem].sweeps),
            of_cpus[stem].context.date,
            stem,
        ),
    )
    return of_cpus[best]


def load_cpus(folder: str | Path) -> list[Recording]:
    """Read the recordings of CPUs from a folder of measurements.

    Parameters
    ----------
    folder : str or Path
        Folder with one JSON file per machine.

    Returns
    -------
    list of Recording
        The one that `load_recording` takes comes first, then the others by file name.

    Raises
    ------
    RecordingError
        As `load_recording` does, if there is none.
    """
    first = load_recording(folder)
    valid, _ = _read_folder(Path(folder))
    others = (rec for rec in valid.values() if rec.context.accelerator is None)
    return [first, *(recording for recording in others if recording != first)]


def load_accelerators(folder: str | Path) -> list[Recording]:
    """Read the recordings of accelerators from a folder of measurements.

    Parameters
    ----------
    folder : str or Path
        Folder with one JSON file per machine.

    Returns
    -------
    list of Recording
        By file name; empty where no accelerator was recorded, or there is no such folder.
    """
    valid, _ = _read_folder(Path(folder))
    return [recording for recording in valid.values() if recording.context.accelerator]


def broken_recordings(folder: str | Path) -> list[str]:
    """Say of each file in a folder of measurements that is no valid recording what is wrong."""
    return _read_folder(Path(folder))[1]


def _read_folder(folder: Path) -> tuple[dict[str, Recording], list[str]]:
    valid: dict[str, Recording] = {}
    broken: list[str] = []
    for path in sorted(folder.glob("*.json")):
        try:
            valid[path.stem] = read_recording(path)
        except RecordingError as problem:
            broken.append(str(problem))
    return valid, broken


def read_recording(path: str | Path) -> Recording:
    """Read and validate one file; a `RecordingError` says in one sentence what is wrong with it."""
    return _FILE.read(Path(path), recording_from_dict)


def write_recording(recording: Recording, path: str | Path) -> None:
    """Write a recording whole or not at all: an interrupted write leaves the former file."""
    write_json(recording.to_dict(), path)


def write_json(content: Mapping[str, Any], path: str | Path) -> None:
    """Write a recording's content, a point a line; the folder is made where it is missing."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, _one_point_per_line(content))


def _one_point_per_line(content: Mapping[str, Any]) -> str:
    """Lay out a recording so that a diff shows one line for one point."""
    head = {key: value for key, value in content.items() if key != "sweeps"}
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    sweeps = []
    for name, sweep in content["sweeps"].items():
        points = ",\n".join(f"        {json.dumps(point)}" for point in sweep["points"])
        sweeps.append(
            f"    {json.dumps(name)}: {{\n"
            f'      "title": {json.dumps(sweep["title"])},\n'
            f'      "counting": {json.dumps(sweep["counting"])},\n'
            f'      "points": [\n{points}\n      ]\n    }}'
        )
    body = ",\n".join(sweeps)
    lines.append(f'  "sweeps": {{\n{body}\n  }}' if body else '  "sweeps": {}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def recording_from_dict(content: Any) -> Recording:
    """Validate parsed JSON and build the recording.

    Raises
    ------
    RecordingError
        Naming the first thing that is wrong.
    """
    _FILE.check(content)
    context = _FILE.field(content, "context", dict, "the recording")
    _FILE.field(context, "cpu", str, "the context")
    _FILE.field(context, "numpy", str, "the context")
    _FILE.field(context, "date", str, "the context")
    if _FILE.field(context, "cores", int, "the context") < 1:
        raise RecordingError(f"the context names {context['cores']} cores, expected at least 1.")
    if "accelerator" in context:
        _FILE.field(context, "accelerator", str, "the context")
    for package in _FILE.field(
        {"packages": {}, **context}, "packages", dict, "the context"
    ).values():
        if not isinstance(package, str):
            raise RecordingError(
                f"the context names the version {package!r} of a package, expected text."
            )
    sweeps = _FILE.field(content, "sweeps", dict, "the recording")
    return Recording(
        context=Context.from_dict(context),
        sweeps={name: _sweep(name, value) for name, value in sweeps.items()},
        quick=bool(content.get("quick", False)),
    )


def _sweep(name: str, content: Any) -> Sweep:
    where = f"sweep {name!r}"
    if not isinstance(content, dict):
        raise RecordingError(f"{where} is no JSON object.")
    points = _FILE.field(content, "points", list, where)
    if not points:
        raise RecordingError(
            f"{where} has no points; measure it again with `python -m tinytorch measure --only "
            f"{name} --fresh`."
        )
    return Sweep(
        name=name,
        title=_FILE.field(content, "title", str, where),
        counting=_FILE.field(content, "counting", str, where),
        points=tuple(_point(f"point {i} of {where}", point) for i, point in enumerate(points)),
    )


def _point(where: str, content: Any) -> Point:
    if not isinstance(content, dict):
        raise RecordingError(f"{where} is no JSON object.")
    case = _FILE.field(content, "case", dict, where)
    for key, value in case.items():
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise RecordingError(f"{where} has the label {key}={value!r}, expected text or number.")
        if key in ("n", "tile", "threads", "stride") and not isinstance(value, str) and value < 1:
            raise RecordingError(f"{where} has {key}={value!r}, expected a number of at least 1.")
    samples = _FILE.field(content, "samples", list, where)
    if not samples:
        raise RecordingError(f"{where} has no samples, expected at least one time in seconds.")
    for sample in samples:
        if not _is_number(sample) or not sample > 0:
            raise RecordingError(f"{where} has the sample {sample!r}, expected seconds above 0.")
    counts: dict[str, int | None] = {}
    for key in ("elements", "flops", "bytes"):
        value = content.get(key)
        if value is not None and (not isinstance(value, int) or value < 1):
            raise RecordingError(f"{where} has {key}={value!r}, expected an integer above 0.")
        counts[key] = value
    return Point(
        case=dict(case),
        samples=tuple(float(sample) for sample in samples),
        group=_FILE.field(content, "group", int, where),
        **counts,
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
