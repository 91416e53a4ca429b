"""Students whose notebooks run as they should: what each wrote into which cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from authoring.demo_class.answers import ANSWERS
from authoring.demo_class.notebook import as_bytes, filled


@dataclass(frozen=True)
class Student:
    """Which of the `ANSWERS` a student gave to each part, by name; None left it unwritten."""

    student_id: str
    vectorized_matmul: str | None = None
    fused_gelu: str | None = None
    unfused_gelu: str | None = None
    tiled_matmul: str | None = None
    performance_analysis: str | None = None
    essay: str | None = None

    def cells(self) -> dict[str, str]:
        """The sources of the cells, by grade id."""
        chosen = (
            self.vectorized_matmul,
            self.fused_gelu,
            self.unfused_gelu,
            self.tiled_matmul,
            self.performance_analysis,
        )
        cells = {
            grade_id: answers[name]
            for (grade_id, answers), name in zip(ANSWERS.items(), chosen, strict=True)
            if name is not None
        }
        return cells | ({"performance-essay": self.essay} if self.essay else {})


_MEMORY = (
    "GELU reads and writes each value once, so its intensity is near 1 FLOP/byte, left of my ridge "
    "point: memory sets its roof. The matrix product at n = 1024 is far to the right of it. My "
    "point for `fused_gelu` lies below the slanted roof; I think `exp` costs more than the one "
    "operation that I counted for it, and would time it alone on a block that stays in the cache."
)
_SHORT = "Matmul is compute bound and GELU is memory bound because it has less intensity."

HONEST = (
    Student(
        "adeyemi_f",
        "checks first",
        "in place",
        "eight names",
        "three loops",
        "careful",
        _MEMORY,
    ),
    Student(
        "bergstrom_l",
        "operator and a caught error",
        "blocks",
        "eight tensors",
        "an accumulator",
        "careful",
        _MEMORY.replace("I think", "My guess is that"),
    ),
    Student("castellanos_r", "checks first", "blocks", "eight names", "an accumulator", "careful"),
    Student(
        "dragomir_a",
        "operator and a caught error",
        "in place",
        "eight tensors",
        "three loops",
        "careful",
        _SHORT,
    ),
    Student(
        "eriksen_m",
        "checks first",
        "in place with warnings",
        "eight names",
        "three loops",
        "careful, memory at the ridge",
        _MEMORY,
    ),
    Student(
        "fitzgerald_k",
        "checks the inner size only",
        "blocks",
        "eight tensors",
        "no checks",
        "careful",
        _SHORT,
    ),
    Student("gonzaga_p", "no checks", "in place", "eight names", "no checks", "formulas only"),
    Student(
        "haddad_n",
        "checks first",
        "one more array",
        "eight names",
        "an accumulator",
        "careful, the result not written",
        _MEMORY,
    ),
    Student("ishikawa_t", "checks first", "one line without a power", "eight tensors", "no checks"),
    Student(
        "jankowski_w",
        "operator and a caught error",
        "one more array",
        "eight names",
        "three loops",
        "careful, memory at the ridge",
    ),
    Student("kovalenko_o", "no checks", "in place with warnings", "eight tensors"),
    Student("lindqvist_e", "checks first", "in place", None, "float64 accumulator", "careful"),
    Student("mbeki_s", "rows in a loop", "one more array", "eight names", None, "formulas only"),
    Student(
        "nakagawa_h",
        "checks first",
        "one line without a power",
        "one name for all",
        "inner dimension whole",
        "careful",
        _SHORT,
    ),
    Student("o'connell_d", "float64", "in place", "eight names", "float64 accumulator"),
    Student("petrosyan_g", "einsum", "blocks", "eight tensors", "three loops", "formulas only"),
    Student("quintero_v", "checks first"),
    Student("rasmussen_j"),
)
"""Eighteen who did what was asked, or a part of it."""

WRONG = (
    Student(
        "sandoval_c",
        "three loops",
        "one line",
        "one name for all",
        "tile size ignored",
        "multiplications only",
        _SHORT,
    ),
    Student("tanaka_y", "dot", "one line", "seven names in float64", "whole tiles only"),
    Student(
        "ueda_m",
        "wrong operand transposed",
        "another constant",
        "without the half",
        "assigns for adds",
        "the higher roof",
    ),
    Student(
        "vasquez_i",
        "no checks",
        "one line",
        "seven names in float64",
        "tile size ignored",
        "eight bytes",
    ),
    Student("wojcik_z", "rows in a loop", "a loop over elements", "calls the fused one"),
    Student(
        "xenakis_p",
        "element by element",
        "sigmoid approximation",
        "eight names",
        "inner dimension whole",
        "the first two",
    ),
    Student("yilmaz_b", "no checks", "over its input", "one name for all", "assigns for adds"),
    Student(
        "zielinski_a",
        "einsum",
        "a loop over elements",
        "calls the fused one",
        "whole tiles only",
        "eight bytes",
    ),
    Student("abubakar_h", "dot", "another constant", None, "tile size ignored", "the higher roof"),
    Student(
        "bianchi_s", "no checks", "one line", "eight names", "does not compile", "the first two"
    ),
)
"""Ten who made the mistakes that are made every year."""


def notebooks() -> Iterator[tuple[str, bytes]]:
    """Give each student and the notebook that was handed in."""
    for student in (*HONEST, *WRONG):
        yield student.student_id, as_bytes(filled(student.cells()))
