"""Gradescope: a ``results.json`` for each submission, as its autograders write it, and a table.

The format is Gradescope's (gradescope-autograders.readthedocs.io, "Autograder Specifications").
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from autograder.class_report.file_names import file_name
from autograder.export.exported import Exported, left_out
from autograder.export.grades import Grade
from autograder.export.roster import Columns, match
from autograder.export.tables import Table, to_csv
from autograder.parts import PARTS, Part
from autograder.plain_text import plain_text

COLUMNS = Columns(("SID", "Email", "Student ID", "Email Address", "Name", "Full Name"))
NAMES = ("Name", "Full Name", "First Name", "Last Name", "Email")
TABLE = "scores.csv"
RESULTS = "results.json"


def gradescope(grades: Sequence[Grade], roster: Table | None) -> Exported:
    """Write everybody's ``<student>/results.json``, and ``scores.csv`` with the roster's columns.

    Parameters
    ----------
    grades : sequence of Grade
    roster : Table, optional
        The course's roster as Gradescope exports it.
    """
    files = {
        f"{file_name(grade.student_id, '')}/{RESULTS}": json.dumps(
            results_json(grade), indent=1, allow_nan=False
        )
        for grade in grades
    }
    sentences = [
        "A programming assignment's run_autograder may copy a student's results.json to "
        "/autograder/results/results.json."
    ]
    scores = ("Total Score", "Max Points", "Status")
    if roster is None:
        rows = [("SID", *scores), *((grade.student_id, *_scores(grade)) for grade in grades)]
    else:
        matching = match([grade.student_id for grade in grades], roster, COLUMNS)
        sentences += left_out(matching, roster, NAMES)
        by_student = {grade.student_id: grade for grade in grades}
        rows = [(*roster.head, *scores)]
        for place, row in enumerate(roster.rows):
            student = matching.student_of.get(place)
            points = _scores(by_student[student]) if student is not None else ("", "", "")
            rows.append((*row, *points))
    return Exported({TABLE: to_csv(rows), **files}, tuple(sentences))


def results_json(grade: Grade) -> dict[str, Any]:
    """Give what Gradescope reads of one submission: a test for each item.

    Everything is plain text, so that nothing of what a student's code said acts on the page.
    """
    result = grade.result
    tests = [test for part in PARTS.values() for test in _tests(part, grade)]
    if grade.by_hand is not None:
        tests.append(_test("Marked by hand", "6", grade.by_hand, None, ""))
    if grade.penalty:
        late = grade.score - sum(test["score"] for test in tests)
        tests.append(_test("Late", "7", late, None, ""))
    return {
        "score": grade.score,
        "output": plain_text("\n".join([f"{result.status}: {result.reason}", *result.repairs])),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"student_id": grade.student_id, "status": result.status},
        "tests": tests,
    }


def _tests(part: Part, grade: Grade) -> list[dict[str, Any]]:
    report = grade.result.reports.get(part.name)
    if report is None:
        earned = grade.parts[part.name]
        return [_test(part.title, str(part.number), earned, part.points, "Not examined.")]
    tests = []
    for place, item in enumerate(report["items"], start=1):
        output = "\n".join(f"{detail['label']}: {detail['text']}" for detail in item["details"])
        name = f"{part.title}: {item['proves']}"
        number = f"{part.number}.{place}"
        tests.append(_test(name, number, item["points"], item["max_points"], output))
    difference = grade.parts[part.name] - report["score"]
    if difference:
        tests.append(_test(f"{part.title}: by hand", f"{part.number}.0", difference, None, ""))
    return tests


def _test(
    name: str, number: str, score: float, max_score: float | None, output: str
) -> dict[str, Any]:
    test: dict[str, Any] = {"name": name, "number": number, "score": score}
    if max_score is not None:
        test |= {"max_score": max_score, "status": "passed" if score >= max_score else "failed"}
    return {**test, "output": plain_text(output), "visibility": "visible"}


def _scores(grade: Grade) -> tuple[object, ...]:
    return grade.score, grade.max_score, grade.result.status
