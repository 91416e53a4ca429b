"""The pins install on Python 3.11 to 3.13, on Linux, macOS and Windows: so their metadata say."""

import re
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
# It holds all that requirements.txt holds (test_lock.py).
LOCK = "requirements-test.txt"
# The first release of each: Debian 12 has one of the first of Python 3.11.
PYTHONS = ("3.11.0", "3.12.0", "3.13.0")
SYSTEMS = {
    "Linux": {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"},
    "macOS": {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin"},
    "Windows": {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"},
}
# What the pins, which are found on Linux, leave to pip elsewhere: it picks the newest that fits.
LEFT_TO_PIP = {
    "Linux": set(),
    "macOS": {"appnope"},
    "Windows": {"colorama", "pywinpty"},
}


@cache
def pinned() -> dict[str, str]:
    """Give the versions by name."""
    lines = (ROOT / LOCK).read_text(encoding="utf-8").splitlines()
    pins = (line.split("==") for line in lines if "==" in line)
    return {canonicalize_name(name): version for name, version in pins}


@cache
def asked(name: str) -> list[Requirement]:
    """Give what an installed package asks for, leaving out its extras."""
    texts = metadata.requires(name) or []
    return [Requirement(text) for text in texts if "extra ==" not in text]


def needed(name: str, environment: dict[str, str]) -> list[Requirement]:
    """Give what an installed package asks for on some system."""
    return [
        requirement
        for requirement in asked(name)
        if requirement.marker is None or requirement.marker.evaluate(environment)
    ]


def test_every_pin_admits_every_python_that_the_course_names():
    for name in pinned():
        admitted = SpecifierSet(metadata.metadata(name).get("Requires-Python") or "")
        refused = [python for python in PYTHONS if python not in admitted]
        assert not refused, f"{name} needs Python {admitted}, so it does not install on {refused}"


def test_what_is_installed_is_what_is_pinned():
    # Or what the metadata say here would say nothing about the pins.
    pins = pinned()
    assert {name: metadata.version(name) for name in pins} == pins


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_whatever_a_pin_needs_on_a_system_is_pinned_or_left_to_pip(system, python):
    pins = pinned()
    environment = {
        **default_environment(),
        **SYSTEMS[system],
        "python_version": python.rpartition(".")[0],
        "python_full_version": python,
    }
    for name in pins:
        for requirement in needed(name, environment):
            other = canonicalize_name(requirement.name)
            if other in pins:
                assert requirement.specifier.contains(pins[other]), f"{name} needs {requirement}"
            else:
                assert other in LEFT_TO_PIP[system] | {"setuptools"}, f"{name} needs {requirement}"


def test_the_pins_are_installed_with_what_they_need_elsewhere():
    for file in ("Makefile", ".github/workflows/ci.yml"):
        text = (ROOT / file).read_text(encoding="utf-8")
        lines = re.findall(r"^.*-r requirements.*$", text, re.MULTILINE)
        assert lines
        assert not [line for line in lines if "--no-deps" in line]
