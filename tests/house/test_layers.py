"""The arrows of the house run one way, and every package that is imported is declared."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]

# What may import what, by how a module's name begins: every other import in the house is wrong.
ALLOWED = {
    "tinytorch.core": {"tinytorch.core"},
    "tinytorch.perf": {"tinytorch.core", "tinytorch.perf"},
    "tinytorch.explore": {"tinytorch.core", "tinytorch.perf", "tinytorch.explore"},
    "tinytorch": {"tinytorch"},
    "autograder": {"autograder", "tinytorch.core"},
    # The still figures of the book and of a class are drawn alike.
    "autograder.class_report": {"autograder", "tinytorch.core", "tinytorch.explore.chart"},
    # `autograder release` packs what the authors release.
    "autograder.commands": {"autograder", "authoring", "tinytorch.core"},
    "authoring": {"authoring", "autograder", "tinytorch"},
}
HOUSE = {"tinytorch", "autograder", "authoring", "benchmarks", "book", "tests"}

# Packages whose import name is not the name under which they are declared.
DISTRIBUTIONS = {
    "axe_playwright_python": "axe-playwright-python",
    "bs4": "beautifulsoup4",
    "cachesim": "pycachesim",
    "jupyter_book": "jupyter-book",
    "math_core": "math-core",
    "xdist": "pytest-xdist",
}
# Sphinx and docutils are what Jupyter Book is made of: its pin decides theirs.
BROUGHT_BY = {
    "IPython": "jupyterlab",
    "docutils": "jupyter-book",
    "jupyter_cache": "jupyter-book",
    "myst_nb": "jupyter-book",
    "sphinx": "jupyter-book",
    "alembic": "nbgrader",
    "nbgrader": "nbgrader",
    "sqlalchemy": "nbgrader",
    "traitlets": "jupyterlab",
    "packaging": "pytest",
    "yaml": "jupyter-book",
}


def layer(module: str) -> str:
    """Give the longest key of `ALLOWED` that a module of the house lies in."""
    return max((key for key in ALLOWED if f"{module}.".startswith(f"{key}.")), key=len)


def imports(file: Path) -> Iterator[str]:
    """Give every module that a file imports, at its top or later."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import hides its layer"
            yield node.module
            # `from tinytorch import perf` imports a module too.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def files(*folders: str) -> list[Path]:
    """Give the Python files below some folders."""
    return sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("package", ["tinytorch", "autograder", "authoring"])
def test_arrows_run_one_way(package):
    for file in files(package):
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for name in imports(file):
            if name.split(".")[0] in HOUSE:
                # A name below an allowed module is either a part of it or something it holds.
                allowed = ALLOWED[layer(module)]
                assert any(f"{name}.".startswith(f"{key}.") for key in allowed) or any(
                    key.startswith(f"{name}.") for key in allowed
                ), f"{file.relative_to(ROOT)} must not import {name}"


@pytest.mark.parametrize(
    ("folders", "extras"),
    [
        # The cache simulator and the cluster are each imported by one module, late, which says so
        # where they are missing.
        (("tinytorch", "autograder", "authoring", "book/_ext"), ("simulate", "cluster", "pdf")),
        (("tests",), ("test",)),
        (("benchmarks",), ("test", "bench")),
    ],
)
def test_every_import_is_declared(folders, extras):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    texts = list(project["dependencies"])
    for extra in extras:
        texts += project["optional-dependencies"][extra]
    declared = {Requirement(text).name for text in texts}
    own = {file.stem for folder in (*folders, "book/_ext") for file in files(folder)} | HOUSE
    for file in files(*folders):
        for name in {name.split(".")[0] for name in imports(file)}:
            if name in sys.stdlib_module_names or name in own:
                continue
            distribution = DISTRIBUTIONS.get(name) or BROUGHT_BY.get(name) or name
            assert distribution in declared, f"{file.relative_to(ROOT)} imports {name}"
