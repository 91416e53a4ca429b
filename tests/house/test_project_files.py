"""The files that say what this is, under which license, and what changed, agree with each other."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def text(name: str) -> str:
    """Give the text of a file of the root."""
    return (ROOT / name).read_text(encoding="utf-8")


def test_licenses_are_named_alike_everywhere():
    assert PROJECT["license"].split(" AND ") == CITATION["license"] == ["MIT", "CC-BY-4.0"]
    code, prose = PROJECT["license-files"]
    assert text(code).startswith("MIT License\n")
    assert "Creative Commons Attribution 4.0 International Public License" in text(prose)
    (holder,) = re.findall(r"^Copyright \(c\) \d{4} (.+)$", text(code), re.MULTILINE)
    config = yaml.safe_load(text("_config.yml"))
    assert holder in text(prose)
    assert holder == config["author"] == CITATION["authors"][0]["name"]
    assert PROJECT["authors"] == [{"name": holder}]


def test_the_version_to_come_is_the_one_to_cite_and_has_its_changes():
    assert CITATION["version"] == PROJECT["version"]
    changes = text("CHANGELOG.md")
    assert "## [Unreleased]" in changes
    assert PROJECT["version"] in changes


def test_whatever_contributing_names_is_there():
    paths = re.findall(r"`((?:tests|tinytorch|autograder|book)/[\w./]+)`", text("CONTRIBUTING.md"))
    tried = {"book/backwards", "reversal.py", "backwards.py", "backwards.js"}
    named = [path for path in paths if not any(word in path for word in tried)]
    assert len(named) > 10
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_make_target_that_contributing_names_exists():
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z-]+)", text("CONTRIBUTING.md") + text("CHANGELOG.md")))
    assert named <= targets


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_to_files_lead_somewhere(name):
    for target in re.findall(r"\]\(((?!https?:)[^)#]+)", text(name)):
        assert (ROOT / target).exists(), target
