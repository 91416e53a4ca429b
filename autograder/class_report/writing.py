"""Write the pages of a class."""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.class_report import pictures
from autograder.class_report.class_page import class_page
from autograder.class_report.feedback import feedback_page
from autograder.class_report.file_names import file_name
from autograder.class_report.standing import NOTHING_EXAMINED, bin_of
from autograder.results import Result
from tinytorch.core.whole_file import write_whole

PAGE = "report.html"
FEEDBACK = "feedback"
SIMILAR = "similar.html"


@dataclass(frozen=True)
class Written:
    """Where the pages are.

    Attributes
    ----------
    page : Path
        The class's.
    feedback : Path
        The folder of the students' pages.
    students : int
        How many those are.
    """

    page: Path
    feedback: Path
    students: int


def write_report(
    results: Sequence[Result], out: Path, *, feedback: Path | None = None, with_class: bool = False
) -> Written:
    """Write the class's page and everybody's feedback.

    Parameters
    ----------
    results : sequence of Result
    out : Path
        The folder of the results; the page is written there.
    feedback : Path, optional
        The folder for the students' pages; ``out/feedback`` if left out.
    with_class : bool
        Whether a student's page shows the distribution of the class, with the student's place.

    Returns
    -------
    Written

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    folder = out / FEEDBACK if feedback is None else feedback
    folder.mkdir(parents=True, exist_ok=True)
    # Everybody of one bin sees the same picture: drawing takes longer than all the rest.
    drawn = functools.cache(lambda place: pictures.distribution(results, place)._repr_html_())
    links = {}
    for result in results:
        path = folder / file_name(result.student_id, ".html")
        shown = with_class and result.status not in NOTHING_EXAMINED
        among = drawn(bin_of(result)) if shown else ""
        write_whole(path, feedback_page(result, among))
        links[result.student_id] = _seen_from(out, path)
    similar = SIMILAR if (out / SIMILAR).is_file() else None
    write_whole(out / PAGE, class_page(results, feedback=links, similar=similar))
    return Written(out / PAGE, folder, len(links))


def _seen_from(folder: Path, path: Path) -> str:
    """Give the address of a file for a page that lies in a folder."""
    return Path(os.path.relpath(path, folder)).as_posix()
