"""The learner's way in: Binder, JupyterLab, five parts, checks that pass, explorers that move."""

import json
import re
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import nbformat
import pytest
from packaging.specifiers import SpecifierSet
from playwright.sync_api import Browser, Locator, expect

from authoring.notebooks import solution_notebook
from autograder.parts import PARTS
from tests.book.building import ROOT
from tests.browser.jupyterlab import Notebook, Server
from tests.ways_in import pictures
from tests.ways_in.learner_binder import OTHER_CONFIGURATION, build, launched, pins

pytestmark = pytest.mark.usefixtures("patience")

EXERCISE = "exercises/acceleration/acceleration.ipynb"
ESSAY = "performance-essay"
# By its title: the slider of the size, and what it says of a measurement.
EXPLORERS = {
    "Tile explorer": ("Matrix size n", r"^Tile [\d,]+ at n = [\d,]+: [\d.,]+ GFLOP/s"),
    "Fusion explorer": (
        "Tensor size, elements",
        r"^your fused_gelu, \S+ elements: [\d.,]+ ns per element",
    ),
    "Roofline explorer": ("Matrix size n", r": [\d.,]+ GFLOP/s at "),
}
# Below the check that it follows, for the README.
PICTURED = "Tile explorer"


def test_binder_takes_the_files_of_the_repository_and_nothing_else():
    assert [name for name in OTHER_CONFIGURATION if (ROOT / name).exists()] == []
    assert (ROOT / "postBuild").read_text(encoding="utf-8").startswith("#!/bin/bash\n")


def test_every_pin_runs_on_the_python_that_binder_is_asked_for():
    version = (ROOT / "runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")
    refused = [
        f"{pin}: {wanted}"
        for pin in pins()
        # By get(): importlib_metadata answers here once it is imported, and has no None for a lack.
        if (wanted := distribution(pin.name).metadata.get("Requires-Python"))
        and not SpecifierSet(wanted).contains(f"{version}.0")
    ]
    assert refused == []


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def server(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    python = build(home, tmp_path_factory.mktemp("environment"))
    with launched(home, python, tmp_path_factory.mktemp("jupyter")) as running:
        yield running


@pytest.fixture(scope="module")
def exercise(server: Server, browser: Browser) -> Iterator[Notebook]:
    """Give the notebook as it was handed out, open and with every cell run."""
    with server.opened(browser, EXERCISE) as opened:
        opened.run_all()
        yield opened
        assert opened.troubles == []


@pytest.fixture(scope="module")
def untouched(exercise: Notebook) -> dict[str, str]:
    """Give what each check says before anything is written."""
    return {name: exercise.output(part.test_cell).inner_text() for name, part in PARTS.items()}


@pytest.fixture(scope="module")
def downloaded(exercise: Notebook, untouched: dict[str, str], home: Path) -> tuple[str, ...]:
    """Type a line, press the button, and give the status, the download and the saved file."""
    exercise.write(ESSAY, "Typed a moment ago.")
    button = exercise.page.get_by_role("button", name="Download this notebook")
    with exercise.page.expect_download() as download:
        button.press("Enter")
    assert download.value.suggested_filename == "acceleration.ipynb"
    status = exercise.output("tools").get_by_role("status")
    expect(status).to_have_text(re.compile("saved here too"))
    text = Path(download.value.path()).read_text(encoding="utf-8")
    return status.inner_text(), text, (home / EXERCISE).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def solved(exercise: Notebook, downloaded: tuple[str, ...]) -> Notebook:
    """Give the notebook with the five parts written and every cell run again."""
    for cell in solution_notebook().cells:
        if cell.metadata.nbgrader.solution:
            lines = cell.source.splitlines()
            written = [line for line in lines if not line.strip().startswith("### ")]
            exercise.write(cell.id, "\n".join(written))
    exercise.run_all()
    return exercise


def error_outputs(notebook: Notebook) -> Locator:
    return notebook.page.locator(
        '.jp-OutputArea-output[data-mime-type*="error"], [data-mime-type*="stderr"]'
    )


@pytest.mark.browser
@pytest.mark.slow
def test_an_untouched_notebook_runs_and_every_check_says_what_is_missing(untouched, exercise):
    for name, part in PARTS.items():
        assert f": 0 of {part.points:g} points." in untouched[name]
        assert "not written yet" in untouched[name]
    expect(error_outputs(exercise)).to_have_count(0)


@pytest.mark.browser
@pytest.mark.slow
def test_the_button_downloads_the_notebook_with_what_was_typed_a_moment_ago(downloaded):
    status, download, saved = downloaded
    assert status.startswith("Downloaded acceleration.ipynb")
    cells = {cell.id: cell for cell in nbformat.reads(download, as_version=4).cells}
    assert cells[ESSAY].source == "Typed a moment ago."
    assert nbformat.reads(download, as_version=4) == nbformat.reads(saved, as_version=4)
    assert json.loads(download)["nbformat"] == 4


@pytest.mark.browser
@pytest.mark.slow
def test_every_check_passes_once_the_parts_are_written(solved):
    for part in PARTS.values():
        expect(solved.output(part.test_cell)).to_contain_text(
            f": {part.points:g} of {part.points:g} points."
        )
    expect(error_outputs(solved)).to_have_count(0)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("title", EXPLORERS)
def test_an_explorer_moves_and_measures_the_learners_function(solved, title):
    control, words = EXPLORERS[title]
    explorer = solved.page.locator(".tt-explorer", has_text=title)
    status, activity = explorer.locator(".tt-status"), explorer.locator(".tt-activity")
    # Whoever comes to it by keyboard: predict or skip, then move.
    explorer.get_by_role("button", name="Show without predicting").press("Enter")
    # The smallest sizes, whose calls are short on a busy machine too.
    slider = explorer.get_by_role("slider", name=control)
    slider.press("Home")
    expect(status).to_have_text(re.compile(words))
    expect(activity).to_be_empty()
    before = status.inner_text()
    slider.press("ArrowRight")
    expect(status).not_to_have_text(before)
    expect(status).to_have_text(re.compile(words))
    # Neither busy nor in trouble.
    expect(activity).to_be_empty()
    if title == PICTURED and pictures.wanted():
        solved.page.set_viewport_size({"width": 1280, "height": 1950})
        solved.page.evaluate("() => jupyterapp.commands.execute('application:toggle-left-area')")
        solved.output("test-tiled-matmul").evaluate("check => check.scrollIntoView()")
        pictures.take(solved.page, "learner")


@pytest.mark.browser
@pytest.mark.slow
def test_the_link_to_a_chapter_opens_it_with_its_directives_drawn(solved):
    solved.page.get_by_role("link", name="Kernel fusion").first.click()
    chapter = solved.page.locator(".jp-MarkdownViewer")
    expect(chapter.get_by_role("heading", name="The ladder")).to_be_visible()
    expect(chapter.get_by_text("After this chapter you can")).to_be_visible()
    text = chapter.inner_text()
    # Neither the page's header nor the fence of a directive.
    assert "jupytext:" not in text
    assert "```" not in text and ":::" not in text and "{code-cell}" not in text
