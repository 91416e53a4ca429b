"""The hooks that git runs download nothing, run what `make lint` runs, and keep notebooks whole."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(sys.executable).parent


def hooks() -> list[dict]:
    """Give the hooks of the configuration."""
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    repositories = yaml.safe_load(text)["repos"]
    assert [repository["repo"] for repository in repositories] == ["local"]
    return repositories[0]["hooks"]


def test_every_hook_runs_a_program_of_the_test_environment():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {Requirement(x).name for x in project["optional-dependencies"]["test"]}
    for hook in hooks():
        assert hook["language"] == "system"
        folder, _, program = shlex.split(hook["entry"])[0].rpartition("/")
        assert folder == ".venv/bin"
        assert program in declared
        assert (PROGRAMS / program).is_file()


def test_whatever_make_lint_runs_is_a_hook():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (recipe,) = re.findall(r"^lint:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    linters = set(re.findall(r"\$\(BIN\)/(\S+)", recipe))
    assert {"ruff", "mypy", "codespell"} <= linters
    assert linters <= {hook["entry"].split()[0].rpartition("/")[2] for hook in hooks()}


def test_stripping_leaves_every_tracked_notebook_as_it_is():
    (hook,) = (hook for hook in hooks() if hook["id"] == "nbstripout")
    program, *options = shlex.split(hook["entry"])
    listing = subprocess.run(
        ["git", "ls-files", "*.ipynb"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    notebooks = listing.stdout.split()
    assert notebooks
    run = subprocess.run(
        [PROGRAMS / Path(program).name, *options, "--verify", *notebooks],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
