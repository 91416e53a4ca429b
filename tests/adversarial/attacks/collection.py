"""What an attack is, and how a file of them collects its own."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from authoring.demo_class.notebook import as_bytes, filled
from autograder.results import Status

# Every attack calls this once it stands where it wants to be: an attack that fails before that by
# a mistake of its own would prove nothing.
_MOUNTED = """
def mounted():
    print("mounted: {name}", flush=True)
"""


@dataclass(frozen=True)
class Work:
    """What an attacker hands in: solution cells by grade id, and cells of their own."""

    cells: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attack:
    """A hostile notebook and the most that may come of it.

    Attributes
    ----------
    tries : str
        What it tries, in one sentence.
    data : bytes
        The notebook. Names between @ signs stand for what the test sets up: see `World`.
    earns : mapping of str to float
        The most that each part may earn, by what its code honestly does; 0 for a part not named.
    ends : tuple of Status
        Any of these may be its status.
    speaks : bool
        Whether its call of ``mounted()`` must be seen in what it printed.
    exactly : bool
        Whether it must earn all of ``earns``: a control, or an attack that disturbs nothing.
    """

    name: str
    tries: str
    data: bytes
    earns: Mapping[str, float]
    ends: tuple[Status, ...]
    speaks: bool
    exactly: bool

    def notebook(self, names: Mapping[str, str]) -> bytes:
        """The notebook with the names that stand between @ signs put in."""
        data = self.data
        for name, value in names.items():
            data = data.replace(f"@{name}@".encode(), value.encode())
        return data


def collector(into: list[Attack]) -> Callable[..., Callable[[Callable[[], Work]], None]]:
    """Make the decorator of one file: it turns a function that gives `Work` into an `Attack`."""

    def attack(
        earns: Mapping[str, float] | None = None,
        ends: tuple[Status, ...] = ("graded",),
        speaks: bool = True,
        exactly: bool = False,
    ) -> Callable[[Callable[[], Work]], None]:
        def collect(make: Callable[[], Work]) -> None:
            assert make.__doc__, f"{make.__name__} does not say what it tries"
            work = make()
            source = "".join((*work.cells.values(), *work.before, *work.after))
            assert not speaks or "mounted()" in source, f"{make.__name__} never says that it stands"
            before = (_MOUNTED.format(name=make.__name__), *work.before)
            data = as_bytes(filled(work.cells, before, work.after))
            into.append(
                Attack(
                    make.__name__,
                    inspect.cleandoc(make.__doc__),
                    data,
                    earns or {},
                    ends,
                    speaks,
                    exactly,
                )
            )

        return collect

    return attack
