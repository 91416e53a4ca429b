"""A cache hierarchy in its shortest form, to hold the library's counts and the book's file against.

It has the interface of pycachesim that the bridge uses, so it can stand in for the library.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


class ExactCache:
    """One set-associative level: LRU, write-back, and write-allocate if it is told so."""

    def __init__(self, sets: int, ways: int, cl_size: int, write_allocate: bool) -> None:
        self.lines: list[OrderedDict[int, bool]] = [OrderedDict() for _ in range(sets)]
        self.ways = ways
        self.line_bytes = cl_size
        self.write_allocate = write_allocate
        self.below: ExactCache | None = None
        self.HIT_count = self.MISS_count = self.EVICT_count = 0

    def load(self, address: int) -> None:
        line = address // self.line_bytes
        lines = self.lines[line % len(self.lines)]
        if line in lines:
            self.HIT_count += 1
            lines.move_to_end(line)
            return
        self.MISS_count += 1
        if self.below:
            self.below.load(address)
        self._take_in(line, written=False)

    def store(self, address: int) -> None:
        line = address // self.line_bytes
        lines = self.lines[line % len(self.lines)]
        if line in lines:
            lines[line] = True  # written, but not moved to the end: pycachesim does not either
            return
        if self.write_allocate:
            self.load(address)
            lines[line] = True
        else:
            self._take_in(line, written=True)

    def _take_in(self, line: int, written: bool) -> None:
        lines = self.lines[line % len(self.lines)]
        if len(lines) == self.ways:
            dropped, was_written = lines.popitem(last=False)
            if was_written:
                self._write_back(dropped)
        lines[line] = written

    def _write_back(self, line: int) -> None:
        self.EVICT_count += 1
        if self.below:
            self.below.store(line * self.line_bytes)

    def force_write_back(self) -> None:
        for lines in self.lines:
            for line, written in lines.items():
                if written:
                    self._write_back(line)
                    lines[line] = False


class CacheSimulator:
    """Several levels, made and driven as pycachesim's class of this name is."""

    def __init__(self, levels: list[ExactCache]) -> None:
        self.levels = levels

    @classmethod
    def from_dict(
        cls, configuration: Mapping[str, Mapping[str, Any]]
    ) -> tuple[CacheSimulator, dict[str, ExactCache], None]:
        caches = {}
        for name, conf in configuration.items():
            assert conf["replacement_policy"] == "LRU"
            assert conf["write_back"]
            caches[name] = ExactCache(
                conf["sets"], conf["ways"], conf["cl_size"], conf["write_allocate"]
            )
        for name, conf in configuration.items():
            assert conf.get("load_from") == conf.get("store_to")
            if "load_from" in conf:
                caches[name].below = caches[conf["load_from"]]
        return cls(list(caches.values())), caches, None

    def load(self, addresses: Iterable[int], length: int) -> None:
        for address in addresses:
            self.levels[0].load(address)

    def loadstore(self, rounds: Iterable[tuple[Sequence[int], Sequence[int]]], length: int) -> None:
        for loads, stores in rounds:
            for address in loads:
                self.levels[0].load(address)
            for address in stores:
                self.levels[0].store(address)

    def force_write_back(self) -> None:
        for level in self.levels:
            level.force_write_back()
