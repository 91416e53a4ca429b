"""The Amdahl explorer: one part of a block made faster, against the whole."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from numbers import Real
from typing import Any

from tinytorch.explore.chart import Row
from tinytorch.explore.charts.amdahl import amdahl
from tinytorch.explore.explorers.explorer import Explorer, Facts, Payload, State
from tinytorch.explore.explorers.module import notebook_module
from tinytorch.explore.explorers.roofs import spread_from, spread_list
from tinytorch.explore.learner.attempt import NothingToShow
from tinytorch.perf.points import RecordingError
from tinytorch.perf.profiling import duration
from tinytorch.perf.recording import Recording
from tinytorch.perf.spread import percent, significant
from tinytorch.perf.sweeps.labels import WHOLE

# Quarter powers of two, as they are shown: so the page computes with what it says.
SPEEDUPS = tuple(float(f"{2 ** (quarters / 4):.3g}") for quarters in range(29))
START_SPEEDUP = 2.0
NO_TIME = "no time"
GELU = "GELU"

Speedup = float | str
"""How many times as fast a part becomes, or `NO_TIME`."""


class AmdahlExplorer(Explorer):
    """A profile, of which one part becomes faster; `explore_amdahl` makes one."""

    name = "amdahl"
    title = "Amdahl explorer"
    _esm = notebook_module("amdahl")

    def start(self) -> State:
        """Return the state before anything was moved."""
        first = self.payload["variants"][0]
        longest = max(first["parts"], key=lambda part: part["seconds"])["name"]
        state: State = {"part": longest, "speedup": START_SPEEDUP}
        for pair in self.payload["measured"][:1]:
            state = {"part": pair["part"], "speedup": pair["ratio"][0]}
        return {"variant": first["name"], **state} if self._has_variants else state

    def states(self) -> Iterator[State]:
        """Give every part of every variant, as fast as the control can make it."""
        for variant in self.payload["variants"]:
            chosen = {"variant": variant["name"]} if self._has_variants else {}
            for part in variant["parts"]:
                for speedup in self.speedups(variant["name"], part["name"]):
                    yield {**chosen, "part": part["name"], "speedup": speedup}

    def speedups(self, variant: str, part: str) -> list[Speedup]:
        """Return how many times as fast the control can make a part, what was measured included."""
        pair = self._measured(variant, part)
        numbers = {*self.payload["speedups"], *([pair["ratio"][0]] if pair else [])}
        return [*sorted(numbers), NO_TIME]

    def facts(self, state: State) -> Facts:
        """Return what the part takes, what the law says, and what was measured."""
        variant, part, speedup = self._variant(state), state["part"], state["speedup"]
        before = seconds_of(variant, part)
        total = sum_of_parts(variant)
        after = 0.0 if speedup == NO_TIME else before / float(speedup)
        saved = before - after
        facts = {
            "Share of this part": percent(before / total),
            "This part before": duration(before),
            "This part after": duration(after),
            "All parts before": duration(total),
            "All parts after": duration(total - saved),
            "Time saved": duration(saved),
            "Speed-up of the whole": in_times(whole_speedup(before / total, speedup)),
            "Limit of the whole": in_times(whole_speedup(before / total, NO_TIME)),
        }
        if variant["whole"] is not None:
            whole = spread_from(variant["whole"]).median
            more = "more" if whole >= total else "less"
            facts |= {
                "Measured in one piece": duration(whole),
                "against its parts": f"{percent(abs(whole / total - 1))} {more}",
            }
        pair = self._measured(variant["name"], part)
        if pair is None:
            return facts
        ratio = spread_from(pair["ratio"])
        return facts | {
            f"Part as {pair['by']}": f"{ratio} times",
            "Whole with it, law": in_times(whole_speedup(before / total, ratio.median)),
            "Whole with it, measured": f"{spread_from(pair['whole'])} times",
        }

    def rows(self, state: State) -> list[Row]:
        """Return a row for each part, made as much faster as the state says."""
        variant, speedup = self._variant(state), state["speedup"]
        total = sum_of_parts(variant)
        rows: list[Row] = []
        for part in variant["parts"]:
            share = part["seconds"] / total
            rows.append(
                {
                    "part": part["name"],
                    "time": duration(part["seconds"]),
                    "share": percent(share),
                    "speed-up of the part": as_words(speedup),
                    "speed-up of the whole": in_times(whole_speedup(share, speedup)),
                    "limit of the whole": in_times(whole_speedup(share, NO_TIME)),
                }
            )
        return rows

    @property
    def _has_variants(self) -> bool:
        return len(self.payload["variants"]) > 1

    def _variant(self, state: State) -> Payload:
        for variant in self.payload["variants"]:
            if variant["name"] == state.get("variant"):
                return dict(variant)
        return dict(self.payload["variants"][0])

    def _measured(self, variant: str, part: str) -> Payload | None:
        for pair in self.payload["measured"]:
            if (pair["variant"], pair["part"]) == (variant, part):
                return dict(pair)
        return None


def seconds_of(variant: Payload, part: str) -> float:
    """Return the seconds of one part."""
    return next(float(one["seconds"]) for one in variant["parts"] if one["name"] == part)


def sum_of_parts(variant: Payload) -> float:
    """Return the seconds of all parts, added in their order.

    As the page adds them: `sum` corrects its rounding from Python 3.12 on.
    """
    total = 0.0
    for part in variant["parts"]:
        total += part["seconds"]
    return total


def whole_speedup(share: float, speedup: Speedup) -> float:
    """Return what Amdahl's law says of the whole; a part may take no time at all."""
    if speedup != NO_TIME:
        return amdahl(share, float(speedup))
    return 1 / (1 - share) if share < 1 else math.inf


def in_times(speedup: float) -> str:
    """Write the speed-up of a whole, which has no end where one part is all of it."""
    return f"{significant(speedup)} times" if math.isfinite(speedup) else "no limit"


def as_words(speedup: Speedup) -> str:
    """Write the speed-up of a part."""
    return "takes no time" if speedup == NO_TIME else f"{significant(float(speedup))} times"


def recorded_amdahl(rec: Recording) -> Payload:
    """Return the data of the Amdahl explorer from a recording: a block with each of its GELUs.

    Raises
    ------
    RecordingError
        If the recording lacks the sweep, or a part of a variant.
    """
    sweep = rec.sweep("transformer_block")
    variants = [str(variant) for variant in sweep.values("variant")]
    parts = [str(part) for part in sweep.values("part") if part != WHOLE]
    if len(variants) < 2 or not parts:
        raise RecordingError(
            f"The sweep 'transformer_block' has the variants {variants} and the parts {parts}, "
            f"expected two variants at least and one part; measure it again with `python -m "
            f"tinytorch measure --only transformer_block --fresh`."
        )
    first, *others = variants

    def faster(part: str, variant: str) -> list[float]:
        slow, fast = (sweep.point(part=part, variant=name) for name in (first, variant))
        return spread_list(sweep.ratio(slow, fast))

    return {
        "badge": rec.badge,
        "call": "explore_amdahl(recording",
        "home": "recorded",
        "variants": [
            {
                "name": variant,
                "parts": [
                    _part(part, sweep.point(part=part, variant=variant).seconds.median)
                    for part in parts
                ],
                "whole": spread_list(sweep.point(part=WHOLE, variant=variant).seconds),
            }
            for variant in variants
        ],
        "measured": [
            {
                "variant": first,
                "part": GELU,
                "by": variant,
                "ratio": faster(GELU, variant),
                "whole": faster(WHOLE, variant),
            }
            for variant in others
        ],
        "speedups": list(SPEEDUPS),
    }


def profiled_amdahl(profile: Mapping[str, float]) -> Payload:
    """Return the data of the Amdahl explorer from seconds by part.

    Raises
    ------
    NothingToShow
        If the profile is empty, or holds something else than parts by name with seconds above 0.
    """
    if not isinstance(profile, Mapping):
        raise NothingToShow(
            f"The profile is {type(profile).__name__}, expected a dictionary of seconds by part, "
            f'for example {{"attention": 0.012, "GELU": 0.020}}.'
        )
    if not profile:
        raise NothingToShow(
            "The profile is empty, expected at least one part with its seconds, for example "
            '{"attention": 0.012, "GELU": 0.020}.'
        )
    for part, seconds in profile.items():
        if not isinstance(part, str) or not part:
            raise NothingToShow(f"The profile has a part named {part!r}, expected text.")
        if not _is_amount(seconds):
            raise NothingToShow(f"The part {part!r} takes {seconds!r}, expected seconds above 0.")
    return {
        "badge": f"your own profile, {len(profile)} part{'s' if len(profile) != 1 else ''}",
        "call": "explore_amdahl(profile",
        "home": "yours",
        "variants": [
            {
                "name": "your profile",
                "parts": [_part(part, float(seconds)) for part, seconds in profile.items()],
                "whole": None,
            }
        ],
        "measured": [],
        "speedups": list(SPEEDUPS),
    }


def _is_amount(value: object) -> bool:
    """Tell whether a value is a number above 0; a truth value is none."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return False
    try:
        number = float(value)
    except OverflowError:
        return False
    return 0 < number < math.inf


def _checked(payload: Payload, state: State) -> Payload:
    """Return the data if it has what the state asks for."""
    names = [part["name"] for part in payload["variants"][0]["parts"]]
    if state.get("part", names[0]) not in names:
        raise NothingToShow(f"There is no part {state['part']!r}, expected one of {names}.")
    speedup = state.get("speedup", NO_TIME)
    if speedup != NO_TIME and not _is_amount(speedup):
        raise NothingToShow(
            f"A part cannot become {speedup!r} times as fast, expected a number above 0, or "
            f"{NO_TIME!r}."
        )
    return payload


def _part(name: str, seconds: float) -> Payload:
    return {"name": name, "seconds": float(f"{seconds:.6g}")}


def explore_amdahl(source: Recording | Mapping[str, float], **state: Any) -> AmdahlExplorer | None:
    """Explore what a faster part is worth to the whole: of a recording, or of your own profile.

    Parameters
    ----------
    source : Recording or mapping of str to float
        A recorded block, or seconds by part, for example ``{"attention": 0.012, "GELU": 0.020}``.
        What cannot be shown gives one printed sentence, and None.
    **state
        Where the controls stand at first, for example ``part="GELU", speedup=8``.
    """
    try:
        payload = (
            recorded_amdahl(source) if isinstance(source, Recording) else profiled_amdahl(source)
        )
        return AmdahlExplorer(_checked(payload, state), state)
    except NothingToShow as reason:
        print(reason)
        return None
