"""Dependencies are declared once, in pyproject.toml, and pinned in the locks that are installed."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = ("requirements.txt", "requirements-test.txt")


def declared(*extras: str) -> list[Requirement]:
    """Give what pyproject.toml asks for, with the named extras."""
    texts = list(PROJECT["dependencies"])
    for extra in extras:
        texts += PROJECT["optional-dependencies"][extra]
    return [Requirement(text) for text in texts]


def lines(lock: str) -> list[str]:
    """Give the lines of a lock that ask for something."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def pinned(lock: str) -> dict[str, str]:
    """Give the versions of a lock by name."""
    return {
        canonicalize_name(name): version for name, version in (x.split("==") for x in lines(lock))
    }


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_is_an_exact_pin(lock):
    for line in lines(lock):
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", line), line


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_says_where_packages_come_from(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host|@", text)


@pytest.mark.parametrize(
    ("lock", "extras"), [("requirements.txt", ()), ("requirements-test.txt", ("test",))]
)
def test_every_declared_dependency_is_pinned_within_its_bounds(lock, extras):
    versions = pinned(lock)
    for requirement in declared(*extras):
        name = canonicalize_name(requirement.name)
        assert name in versions, f"{name} is declared but not pinned: run `make lock`"
        assert requirement.specifier.contains(versions[name]), f"{name}: run `make lock`"


def test_the_test_lock_installs_what_readers_install():
    readers, testers = pinned("requirements.txt"), pinned("requirements-test.txt")
    assert readers.items() <= testers.items(), "run `make lock`"


def test_jupyter_book_stays_below_2():
    (book,) = (x for x in declared() if x.name == "jupyter-book")
    assert not book.specifier.contains("2.0")
    assert int(pinned("requirements.txt")["jupyter-book"].split(".")[0]) < 2


def test_readers_need_neither_pytorch_nor_the_tests():
    assert not {"torch", "pytest", "playwright", "mypy", "ruff"} & pinned("requirements.txt").keys()
