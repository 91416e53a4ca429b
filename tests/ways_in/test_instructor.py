"""An instructor's first minutes: the commands of the guide, in its order, from a clone on."""

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.watching import Watch, violations
from tests.course_files import copy_course
from tests.ways_in import pictures

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
GUIDE, PLATFORMS = "instructors", "instructors_platforms"
# What is done otherwise here: the clone is a copy, and this Python has everything installed.
DONE_OTHERWISE = ("sudo ", "git clone ", "cd ", "source ", "jupyter lab")
# Who stays in the class when no picture is taken: right, nearly, wrong, through an editor, absent.
FEW = {"bergstrom_l", "lindqvist_e", "xenakis_p", "ekstrom_j", "iglesias_d"}
STEP = re.compile(r"^```bash\n(?P<typed>[\s\S]*?)^```$|^show\((?P<shown>.*)\)$", re.MULTILINE)


def steps(chapter: str) -> Iterator[str]:
    """Give the commands of a chapter as a reader types them, from its text and its recording."""
    text = (ROOT / "book" / f"{chapter}.md").read_text(encoding="utf-8")
    (recording,) = re.findall(r'"walkthrough/(\w+\.json)"', text)
    printed = json.loads((ROOT / "book" / "walkthrough" / recording).read_text(encoding="utf-8"))
    commands = {step["name"]: step["command"] for step in printed}
    for step in STEP.finditer(text):
        if step["typed"] is not None:
            yield from (line.partition("  #")[0] for line in step["typed"].splitlines())
        else:
            yield from (commands[name] for name in re.findall(r'"([\w-]+)"', step["shown"]))


def typed(command: str, course: Path) -> str:
    """Run one command in the course, as it stands, and give what it printed."""
    words = shlex.split(command)
    environment = Path(sys.executable).parent.parent
    if words[0] == "make":
        # The environment is there, and is that of these tests.
        words[1:1] = [f"VENV={environment}", "-o", f"{environment}/runtime.stamp"]
    elif words[0] == "python":
        words[0] = sys.executable
    run = subprocess.run(
        words,
        cwd=course,
        env={key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
        | {"PATH": f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, f"`{command}`:\n{run.stdout}{run.stderr}"
    return run.stdout + run.stderr


def only_a_few(course: Path) -> None:
    """Send most of the class home, in the folder and in the zip file of Canvas."""
    for student in (course / "submitted").iterdir():
        if student.name not in FEW:
            shutil.rmtree(student)
    file = course / "handed-in" / "canvas" / "submissions.zip"
    with zipfile.ZipFile(file) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in kept.items():
            if name.partition("_")[0] in {student.replace("_", "") for student in FEW}:
                archive.writestr(name, data)


def files(course: Path) -> set[Path]:
    """Give what lies in a course, less what Python and the release leave there."""
    return {
        path.relative_to(course)
        for path in course.rglob("*")
        if not {"__pycache__", "dist"} & set(path.relative_to(course).parts)
    }


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """Give a clone: the files that git tracks, or would."""
    folder = tmp_path_factory.mktemp("clone") / "acceleration"
    return copy_course(folder)


@pytest.fixture(scope="module")
def cloned(course: Path) -> set[Path]:
    """Give the files of the clone before anything was done in it."""
    return files(course)


@pytest.fixture(scope="module")
def taught(course: Path, cloned: set[Path]) -> dict[str, str]:
    """Follow the guide as far as its last step; give what each command printed."""
    said = {}
    for command in steps(GUIDE):
        if command.startswith(("rm ", *DONE_OTHERWISE)):
            continue
        if command.startswith("python -m authoring "):
            # What `make try-class` has run already.
            assert command in typed("make --dry-run try-class", course).replace(
                f"{Path(sys.executable).parent}/", ""
            )
            continue
        said[command] = typed(command, course)
        if command.startswith("make try-class") and not pictures.wanted():
            only_a_few(course)
    return said


def test_the_guide_has_every_step_from_the_clone_to_the_export():
    commands = list(steps(GUIDE))
    assert [shlex.split(command)[:1] for command in commands[:4]] == [
        *(["sudo"], ["git"], ["cd"], ["make"])
    ]
    autograder = [shlex.split(command)[3] for command in commands if "-m autograder" in command]
    assert autograder == ["release", "grade", "report", "export"]


def test_every_command_of_the_guide_does_what_it_says(course, taught):
    (release, grade, report, export) = (
        said for command, said in taught.items() if "autograder" in command
    )
    assert "No solution is in it, and nothing that leads to one" in release
    students = sorted(path.name for path in (course / "submitted").iterdir())
    assert f"{len(students)} submissions" in grade and "bubblewrap" in grade
    assert f"{len(students)} pages of feedback" in report
    with (course / "grades" / "export.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert [row[0] for row in rows[1:]] == students
    assert "Not marked by hand yet" in export


def opened(browser: Browser, path: Path) -> tuple[Page, Watch]:
    """Open a page that lies on this machine, and watch it."""
    page, watch = browser.new_page(viewport={"width": 1280, "height": 900}), Watch()
    watch.attach(page, "")
    page.goto(path.as_uri())
    return page, watch


def test_the_class_report_leads_to_a_students_feedback(browser: Browser, course, taught):
    page, watch = opened(browser, course / "grades" / "report.html")
    picture = page.locator("figure svg").first
    assert picture.get_attribute("aria-label")
    box = picture.bounding_box()
    assert box is not None and box["width"] > 300 and box["height"] > 100
    assert violations(page) == []
    page.get_by_role("heading", name="Scores", exact=True).evaluate("h => h.scrollIntoView()")
    pictures.take(page, "instructor")
    page.get_by_role("link", name="xenakis_p").click()
    assert page.locator("h1").inner_text() == "Feedback: xenakis_p"
    assert violations(page) == []
    text = page.locator("body").inner_text()
    for label in ("Tried", "Came out", "Expected", "Try next", "Chapter"):
        assert label in text
    chapters = set(re.findall(r'"(.+?)" \((book/\w+\.md)\)', text))
    assert chapters
    for title, file in chapters:
        assert f"\n# {title}\n" in (course / file).read_text(encoding="utf-8")
    assert not watch.troubles
    page.close()


def test_canvas_gets_its_own_file_back(course, taught):
    grade, export = (x for x in steps(PLATFORMS) if "canvas" in x and "-m autograder" in x)
    kept = course / "grades"
    kept.rename(course / "kept")
    typed(grade, course)
    said = typed(export, course)
    assert "but without a result" in said  # who handed in nothing keeps the grade that Canvas has
    with (course / "grades" / "canvas.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    column = "Acceleration (1234)"
    scores = {row["Student"]: row[column] for row in rows}
    assert scores["Bergstrom, L."] == "90" and scores["Iglesias, D."] == ""
    assert scores["    Points Possible"] == "100"
    shutil.rmtree(course / "grades")
    (course / "kept").rename(kept)


def test_the_last_step_leaves_the_clone_as_it_was(course, cloned, taught):
    (removal,) = (command for command in steps(GUIDE) if command.startswith("rm "))
    before = {Path(name) for name in ("submitted", "handed-in", "grades", "gradebook.db")}
    assert before <= files(course)
    typed(removal, course)
    assert files(course) == cloned
