"""The chapters of the book that a report sends its reader to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Chapter:
    """One chapter: the name of its file in ``book/`` and its title."""

    file: str
    title: str

    def __str__(self) -> str:
        return f'"{self.title}" (book/{self.file}.md)'


VECTORIZATION = Chapter("vectorization", "Vectorization, SIMD and BLAS")
MEMORY_LAYOUT = Chapter("memory_layout", "Memory layout")
FUSION = Chapter("fusion", "Kernel fusion")
TILING = Chapter("tiling", "Tiling")
ROOFLINE = Chapter("roofline", "Arithmetic intensity and the roofline")
COMMON_ERRORS = Chapter("common_errors", "Common errors")
