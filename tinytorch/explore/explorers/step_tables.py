"""The steps of a function as explorers send them to the page: what is true of each element."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinytorch.perf.steps import Step
from tinytorch.perf.traffic.access import VALUE_BYTES

NEW, OLD, BLOCKS = "n", "o", "b"


@dataclass(frozen=True)
class TableStep:
    """One step, by its share of one element of x.

    Attributes
    ----------
    name : str
    read, written, fetched : float
        Bytes; what is fetched is added by write-allocate.
    alive : int
        Full-size arrays that the function holds during the step; x does not count.
    held : float
        All that it holds, in units of x.
    new_array : bool
        Whether the result goes into a new array.
    in_blocks : bool
        Whether the step is taken block by block.
    """

    name: str
    read: float
    written: float
    fetched: float
    alive: int
    held: float
    new_array: bool
    in_blocks: bool


def step_table(steps: Sequence[Step], n: int) -> list[str]:
    """Return the steps of a function of n elements as JSON, a text for each: see `step_from`.

    Sizes at which a function does the same have the same table.
    """
    return [
        " ".join(
            [
                (NEW if step.new_array else OLD) + (BLOCKS if step.calls > 1 else ""),
                *(f"{count / n:.6g}" for count in (step.bytes_read, step.bytes_written)),
                f"{step.bytes_fetched / n:.6g}",
                str(step.alive),
                f"{step.bytes_alive / (VALUE_BYTES * n):.6g}",
                step.name,
            ]
        )
        for step in steps
    ]


def step_from(text: str) -> TableStep:
    """Return the step that `step_table` wrote.

    Parameters
    ----------
    text : str
        For example ``"n 4 4 4 2 2 multiply"``: a new array, bytes read, written and fetched, arrays
        alive, memory held in units of x, name. ``"ob"`` is an old array and goes by blocks.
    """
    kind, read, written, fetched, alive, held, name = text.split(" ", 6)
    return TableStep(
        name=name,
        read=float(read),
        written=float(written),
        fetched=float(fetched),
        alive=int(alive),
        held=float(held),
        new_array=kind.startswith(NEW),
        in_blocks=kind.endswith(BLOCKS),
    )


def bytes_moved(steps: Sequence[TableStep], allocate: bool = False) -> float:
    """Return the bytes per element that all steps move, wherever their arrays lie."""
    fetched = sum(step.fetched for step in steps) if allocate else 0
    return sum(step.read for step in steps) + sum(step.written for step in steps) + fetched


def bytes_beyond_cache(steps: Sequence[TableStep], allocate: bool = False) -> float:
    """Return the bytes per element that are left if a block stays in its cache between steps.

    Steps over whole arrays count in full. Those that go block by block bring x in once and the
    result out once between them.
    """
    whole = bytes_moved([step for step in steps if not step.in_blocks], allocate)
    if not any(step.in_blocks for step in steps):
        return whole
    return whole + (3 if allocate else 2) * VALUE_BYTES
