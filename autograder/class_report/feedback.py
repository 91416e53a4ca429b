"""One student's page: what grading found, and nothing about anybody else."""

from __future__ import annotations

from autograder.class_report.page import bullets, escape, page, paragraph, section, table
from autograder.parts import PARTS
from autograder.report import report_html
from autograder.results import Result
from autograder.results.status import MEANINGS


def feedback_page(result: Result, among: str = "") -> str:
    """Write a student's page.

    Parameters
    ----------
    result : Result
        The student's.
    among : str
        Where the student stands in the class, as HTML; without it the page says nothing of others.
    """
    return page(
        f"Feedback: {result.student_id}",
        "\n".join(
            (
                _open_alarm(result),
                paragraph(
                    f"{result.score:g} of {result.max_score:g} automatic points. The essay is "
                    "marked by hand and not in them.",
                    "standing",
                ),
                paragraph(f"Status: {result.status} ({MEANINGS[result.status]}). {result.reason}"),
                section("What was repaired before grading", bullets(result.repairs)),
                _parts(result),
                section("Your score among the others", among),
                *(_part(result, name) for name in PARTS),
                _printed(result),
            )
        ),
    )


def _open_alarm(result: Result) -> str:
    if result.isolation != "none":
        return ""
    text = "This notebook was graded without a sandbox (--no-sandbox)."
    return f'<div class="alarm">{paragraph(text)}</div>'


def _parts(result: Result) -> str:
    rows = [
        (escape(part.title), f"{result.parts.get(name, 0.0):g}", f"{part.points:g}")
        for name, part in PARTS.items()
    ]
    return section("Points", table("Points by part", ("part", "earned", "of"), rows))


def _part(result: Result, name: str) -> str:
    report = result.reports.get(name)
    if report is None:
        return ""
    title = PARTS[name].title
    label = escape(f"{title}, item by item")
    return section(
        title,
        f'<div class="wide" role="region" tabindex="0" aria-label="{label}">'
        f"{report_html(report)}</div>",
    )


def _printed(result: Result) -> str:
    if not result.printed:
        return ""
    said = f'<pre class="said" tabindex="0">{escape(result.printed.rstrip())}</pre>'
    return section("What your cells printed", said)
