"""What the instructor's chapters show is what the commands print."""

import re

import pytest

from authoring.notebooks import ROOT
from authoring.walkthrough import CLASS, SHOWN, WALKS, shown_of, walk, walk_of
from autograder.results.jsonl import Results
from autograder.sandbox import find_sandbox

CHAPTERS = sorted((ROOT / "book").glob("instructors*.md"))
NAMES = [way.name for way in WALKS]


def told(result):
    """What the chapter shows of a result: the inputs of a failed item are new in every run."""
    items = [
        (part, item["id"], item["status"], item["points"])
        for part, report in result.reports.items()
        for item in report["items"]
    ]
    return result.student_id, result.status, result.reason, result.score, result.parts, items


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_commands_print_what_was_recorded(tmp_path, name):
    way = walk_of(name)
    for now, then in zip(walk(way, tmp_path / name), way.recorded(), strict=True):
        said, before = now.output, then.output
        if now.name == "release":
            # Its counts move with every file that is added to the course.
            said, before = (re.sub(r"\d+", "N", text) for text in (said, before))
        assert (now.command, said) == (then.command, before), (
            "run `make walkthrough` and look at the difference"
        )
    if name == "first":
        graded = shown_of(Results(tmp_path / name / "grades" / "results.jsonl"))
        assert list(map(told, graded)) == list(map(told, Results(CLASS)))


@pytest.mark.parametrize("name", NAMES)
def test_the_recording_holds_every_command(name):
    way = walk_of(name)
    assert {step.name: step.command for step in way.recorded()} == way.commands


@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_shows_every_command(name):
    (text,) = (
        text
        for text in (path.read_text(encoding="utf-8") for path in CHAPTERS)
        if f"walkthrough/{name}.json" in text
    )
    shown = set()
    for names in re.findall(r"^show\((.*)\)$", text, flags=re.MULTILINE):
        shown |= set(re.findall(r'"([\w-]+)"', names))
    shown |= set(re.findall(r'walkthrough\["(\w+)"\]', text))
    assert shown == walk_of(name).commands.keys()


def test_the_page_of_feedback_that_is_shown_has_items_that_passed_and_items_that_failed():
    shown = Results(CLASS).of(SHOWN)
    for result in Results(CLASS):
        assert bool(result.reports) == (result.student_id == SHOWN)
    text = (ROOT / "book" / "instructors.md").read_text(encoding="utf-8")
    (part,) = re.findall(r'shown\.reports\["(\w+)"\]', text)
    assert f'results.of("{SHOWN}")' in text
    assert {item["status"] for item in shown.reports[part]["items"]} >= {"passed", "failed"}


@pytest.mark.parametrize("name", NAMES)
def test_the_recording_was_made_in_a_sandbox(name):
    for step in walk_of(name).recorded():
        if re.search(r"autograder (re)?grade ", step.command):
            assert f"Isolation: {find_sandbox().isolation}" in step.output
            assert "NO SANDBOX" not in step.output
