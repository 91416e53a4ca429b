"""The workflows call make targets that exist, on the Pythons that the course names."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# What a job may write, and why: GitHub Pages takes a site from whoever proves to be this workflow.
WRITES = {"book.yml": {"pages", "id-token"}}


def read(path: Path) -> dict:
    """Read a workflow."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def jobs(path: Path) -> dict[str, dict]:
    """Give the jobs of a workflow by name."""
    return read(path)["jobs"]


def steps(path: Path) -> list[dict]:
    """Give the steps of all jobs."""
    return [step for job in jobs(path).values() for step in job["steps"]]


def commands(path: Path) -> str:
    """Give all that a workflow runs."""
    return "\n".join(step.get("run", "") for step in steps(path))


def pythons(job: dict) -> set[str]:
    """Give the versions that a job sets up."""
    found = set()
    for step in job["steps"]:
        version = step.get("with", {}).get("python-version")
        if version == "${{ matrix.python }}":
            found.update(job["strategy"]["matrix"]["python"])
        elif version:
            found.add(version)
    return found


def test_there_are_a_workflow_for_the_tests_and_one_for_the_book():
    assert {"book.yml", "ci.yml"} <= {path.name for path in WORKFLOWS}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_make_target_that_is_called_exists(path):
    called = set(re.findall(r"\bmake ([a-z-]+)", commands(path)))
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    assert called
    assert called <= targets


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_to_a_major_version(path):
    used = [step["uses"] for step in steps(path) if "uses" in step]
    assert used
    for action in used:
        assert re.fullmatch(r"actions/[a-z-]+@v\d+", action), action


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_job_has_more_rights_than_it_needs(path):
    assert read(path)["permissions"] == {"contents": "read"}
    written = set()
    for job in jobs(path).values():
        written |= {right for right, how in job.get("permissions", {}).items() if how == "write"}
    assert written == WRITES.get(path.name, set())
    assert "secrets." not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_job_runs_for_ever_and_a_newer_push_ends_an_older_run(path):
    # PyYAML takes the key "on" for a truth value.
    if "push" in read(path)[True]:
        assert read(path)["concurrency"]["cancel-in-progress"] is True
    assert all(job["timeout-minutes"] <= 90 for job in jobs(path).values())


def test_the_pythons_are_those_that_the_project_names():
    prefix = "Programming Language :: Python :: 3."
    named = {f"3.{line.removeprefix(prefix)}" for line in PROJECT["classifiers"] if prefix in line}
    everywhere = jobs(ROOT / ".github" / "workflows" / "ci.yml")
    on_linux = pythons(everywhere["everything"]) | pythons(everywhere["linux"])
    assert on_linux == named
    ends = {min(named), max(named)}
    assert pythons(everywhere["macos"]) == pythons(everywhere["windows"]) == ends
    # The oldest is the one that pip and make insist on; make looks for each of them by name.
    assert PROJECT["requires-python"] == f">={min(named)}"
    (looked_for,) = re.findall(r"^PYTHON \?= (.*)$", MAKEFILE, re.MULTILINE)
    assert {f"python{version}" for version in named} <= set(looked_for.split())


def test_every_system_that_the_project_names_is_tried():
    systems = {job["runs-on"] for job in jobs(ROOT / ".github" / "workflows" / "ci.yml").values()}
    assert systems == {"ubuntu-latest", "macos-latest", "windows-latest"}
    named = [line for line in PROJECT["classifiers"] if line.startswith("Operating System")]
    assert len(named) == len(systems)


def test_the_full_run_is_that_of_every_other_place():
    assert "bash .ci/run" in commands(ROOT / ".github" / "workflows" / "ci.yml")
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").rstrip().endswith("exec make test")


def test_windows_runs_what_make_runs_elsewhere():
    lines = commands(ROOT / ".github" / "workflows" / "ci.yml")
    assert "@tests/everywhere.txt" in lines
    (recipe,) = re.findall(r"^test-notebook:.*\n\t(.*)$", MAKEFILE, re.MULTILINE)
    assert "@tests/everywhere.txt" in recipe


def test_what_runs_everywhere_exists():
    lines = (ROOT / "tests" / "everywhere.txt").read_text(encoding="utf-8").splitlines()
    assert lines
    assert [line for line in lines if not (ROOT / line).exists()] == []


def test_the_published_book_knows_its_own_address():
    (build,) = (
        step
        for step in steps(ROOT / ".github" / "workflows" / "book.yml")
        if step.get("run") == "make book"
    )
    assert set(build["env"]) == {
        "COURSE_REPOSITORY",
        "COURSE_REPOSITORY_BRANCH",
        "COURSE_SITE_URL",
    }
    assert all("${{" in value for value in build["env"].values())
