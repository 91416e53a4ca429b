"""The page of a class: what its results say, for the person who teaches it."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence

from autograder.class_report import pictures
from autograder.class_report.item_analysis import (
    FEWEST_STUDENTS,
    ItemStanding,
    chance_level,
    item_standings,
)
from autograder.class_report.mistakes import Mistake, common_mistakes
from autograder.class_report.page import (
    bullets,
    described,
    escape,
    link,
    page,
    paragraph,
    section,
    table,
)
from autograder.class_report.standing import examined, part_standings, status_counts
from autograder.parts import PARTS
from autograder.results import Result
from autograder.results.status import MEANINGS

_FORMULA = (
    "Discrimination is the point-biserial correlation of passing an item with the rest score, "
    "which is the score without that item: r = (M1 \u2212 M0) / s \u00b7 \u221a(p (1 \u2212 p)). "
    "M1 and M0 are the mean rest scores of those who passed and of those who did not, s is the "
    "standard deviation of the rest scores, and p the share that passed (Lord and Novick, 1968, "
    "Statistical Theories of Mental Test Scores; without the item itself: Henrysson, 1963, "
    "doi:10.1007/BF02289618). Near 1, those who pass are those who do well elsewhere. Near 0, "
    "passing says nothing about the rest. Below 0, look at the item: those who do well elsewhere "
    "fail it. There is none where everybody or nobody passed. An item that is not examined before "
    "another one passes counts as failed, so items that need each other rise and fall together."
)


def class_page(
    results: Sequence[Result],
    *,
    feedback: Mapping[str, str] | None = None,
    similar: str | None = None,
) -> str:
    """Write the page.

    Parameters
    ----------
    results : sequence of Result
        Of the whole class.
    feedback : mapping of str to str, optional
        The file of each student's feedback, relative to this page.
    similar : str, optional
        The page of pairs that are alike, relative to this page, if there is one.
    """
    return page(
        "Acceleration: the class",
        "\n".join(
            (
                _alarm(results),
                _summary(results),
                _statuses(results),
                _scores(results),
                _parts(results),
                _items(item_standings(results)),
                _mistakes(results),
                _remarks(results),
                _alike(similar),
                _students(results, feedback or {}),
            )
        ),
    )


def isolation_sentences(results: Sequence[Result]) -> list[str]:
    """Say what kept the students' code apart, for each way that was used."""
    used = Counter(result.isolation for result in examined(results) if result.isolation)
    sentences = []
    for kind, count in sorted(used.items()):
        notebooks = "1 notebook was" if count == 1 else f"{count} notebooks were"
        if kind == "none":
            sentences.append(
                f"{notebooks} graded with --no-sandbox: nothing kept the students' code apart. It "
                "could read and change everything that you can, these results included. Grade "
                "again in a sandbox before you rely on a score."
            )
        else:
            sentences.append(f"{notebooks} graded in a sandbox ({kind}).")
    return sentences


def _alarm(results: Sequence[Result]) -> str:
    open_ = [text for text in isolation_sentences(results) if "--no-sandbox" in text]
    if not open_:
        return ""
    return f'<div class="alarm">{section("Graded without a sandbox", *map(paragraph, open_))}</div>'


def _summary(results: Sequence[Result]) -> str:
    if not results:
        return paragraph("There are no results yet: grade some submissions first.")
    taken = examined(results)
    sentences = [f"Submissions: {len(results)}, of which {len(taken)} could be examined."]
    if taken:
        scores = [result.score for result in taken]
        sentences.append(
            f"The median score is {statistics.median(scores):g} of {taken[0].max_score:g} "
            f"automatic points, the mean {statistics.fmean(scores):.1f}. The essay, which you mark "
            "by hand, is not in them."
        )
    sentences += [text for text in isolation_sentences(results) if "--no-sandbox" not in text]
    return paragraph(" ".join(sentences), "standing")


def _statuses(results: Sequence[Result]) -> str:
    rows = [
        (escape(status), str(count), escape(MEANINGS[status]))
        for status, count in status_counts(results).items()
    ]
    return section(
        "How grading ended",
        table("Submissions by status", ("status", "submissions", "what it means"), rows),
    )


def _scores(results: Sequence[Result]) -> str:
    taken = examined(results)
    if not taken:
        return ""
    left_out = len(results) - len(taken)
    note = (
        "Without anything to examine (unreadable or missing), and so neither in the picture nor in "
        f"the tables below: {left_out}."
        if left_out
        else ""
    )
    picture = pictures.distribution(results)._repr_html_()
    return section("Scores", picture, paragraph(note, "quiet") if note else "")


def _parts(results: Sequence[Result]) -> str:
    standings = part_standings(results)
    taken = len(examined(results))
    rows = [
        (
            escape(standing.part.title),
            f"{standing.mean:.1f}",
            f"{standing.median:g}",
            f"{standing.part.points:g}",
            f"{100 * standing.mean / standing.part.points:.0f} %",
            f"{standing.full} of {taken}",
        )
        for standing in standings
    ]
    if not rows:
        return ""
    head = ("part", "mean", "median", "points", "mean share", "with every point")
    return section("The five parts", table("Points by part", head, rows))


def _items(standings: Sequence[ItemStanding]) -> str:
    if not standings:
        return ""
    students = standings[0].students
    if students < FEWEST_STUDENTS:
        size = (
            f"This class is too small for a discrimination: {students} examined, and fewer than "
            f"{FEWEST_STUDENTS} say more about single students than about items."
        )
    else:
        size = (
            f"With {students} students, a correlation of up to "
            f"{chance_level(students):.2f} either way comes about by chance alone one time in "
            "twenty; take smaller ones for none."
        )
    return section(
        "The items",
        pictures.items(standings)._repr_html_(),
        paragraph(size),
        f"<details><summary>What discrimination is</summary>{paragraph(_FORMULA)}</details>",
    )


def _mistakes(results: Sequence[Result]) -> str:
    mistakes = common_mistakes(results)
    if not mistakes:
        return ""
    taken = len(examined(results))
    lead = paragraph(
        "Failures that say the same are counted together; their numbers differ, as everybody gets "
        "inputs of their own. Each comes with one that happened."
    )
    return section(
        "The commonest mistakes",
        lead,
        *(_mistake(place, mistake, taken) for place, mistake in enumerate(mistakes, start=1)),
    )


def _mistake(place: int, mistake: Mistake, taken: int) -> str:
    example = mistake.example
    part = PARTS.get(example.part)
    where = f"Part {part.number}" if part else example.part
    checked = example.proves
    if not checked.startswith(example.function):
        checked = f"{example.function}: {checked}"
    return section(
        f"{place}. {where}, {example.title}: {len(mistake.failures)} of {taken} students",
        described(
            [
                ("Checked", checked),
                *example.details.items(),
                ("Example from", example.student_id),
            ]
        ),
        level=3,
    )


def _remarks(results: Sequence[Result]) -> str:
    remarks = [f"{result.student_id}: {remark}" for result in results for remark in result.remarks]
    return section(
        "Remarks",
        paragraph("What grading noticed besides, such as a measure that could not be confirmed.")
        if remarks
        else "",
        bullets(remarks),
    )


def _alike(similar: str | None) -> str:
    if similar is None:
        return ""
    text = "Pairs of submissions that are alike beyond what the task forces, with the evidence"
    return section("Pairs that are alike", f"<p>{link(similar, text)}.</p>")


def _students(results: Sequence[Result], feedback: Mapping[str, str]) -> str:
    rows = []
    for result in results:
        name = result.student_id
        shown = link(feedback[name], name) if name in feedback else escape(name)
        rows.append(
            (
                f'<span class="breakable">{shown}</span>',
                escape(result.status),
                f"{result.score:g}",
                escape(result.reason),
            )
        )
    if not rows:
        return ""
    caption = f"Every submission, of {results[0].max_score:g} automatic points"
    return section("The students", table(caption, ("student", "status", "score", "why"), rows))
