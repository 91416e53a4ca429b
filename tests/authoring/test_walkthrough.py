"""What the instructor's chapter shows is what the commands print."""

import re

import pytest

from authoring.notebooks import ROOT
from authoring.walkthrough import COMMANDS, recorded, walk
from autograder.sandbox import find_sandbox

CHAPTER = ROOT / "book" / "instructors.md"


@pytest.mark.slow
def test_the_commands_print_what_was_recorded(tmp_path):
    for now, then in zip(walk(tmp_path), recorded(), strict=True):
        assert now == then, "run `make walkthrough` and look at the difference"


def test_the_recording_holds_every_command():
    assert {step.name: step.command for step in recorded()} == COMMANDS


def test_the_chapter_shows_every_command():
    text = CHAPTER.read_text(encoding="utf-8")
    shown = set()
    for names in re.findall(r"^show\((.*)\)$", text, flags=re.MULTILINE):
        shown |= set(re.findall(r'"(\w+)"', names))
    shown |= set(re.findall(r'walkthrough\["(\w+)"\]', text))
    assert shown == COMMANDS.keys()


def test_the_recording_was_made_in_a_sandbox():
    (grading,) = (step.output for step in recorded() if step.name == "grade")
    assert f"Isolation: {find_sandbox().isolation}" in grading
    assert "NO SANDBOX" not in grading
