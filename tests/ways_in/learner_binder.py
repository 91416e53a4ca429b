"""What Binder makes of the repository: the steps of repo2docker, in its order, on this machine.

Its buildpack for Python (repo2docker/buildpacks/python) reads the version from ``runtime.txt``,
makes an environment, copies the repository into the home folder of a user without rights, installs
``requirements.txt``, installs the repository where ``pyproject.toml`` names it as a package, and
runs ``postBuild``. BinderHub then starts JupyterLab there, below a path of its own.

Three things differ. The interpreter is the one that runs the tests. The pinned packages are not
fetched anew, which takes more than a minute: the files that pip has unpacked for the tests' own
environment are linked from there, those of ``requirements.txt`` and no others, so a pin that is
missing is found. And the copy of the course that a recent repo2docker installs is left out, since
``postBuild`` replaces it.
"""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

from tests.book.building import ROOT
from tests.browser.jupyterlab import Server, jupyterlab
from tests.course_files import copy_course

# What would make repo2docker choose another buildpack, or look elsewhere.
OTHER_CONFIGURATION = (
    *("binder", ".binder", "Dockerfile", "JuliaProject.toml", "Project.toml", "REQUIRE"),
    *("default.nix", "install.R", "DESCRIPTION", "environment.yml", "Pipfile", "Pipfile.lock"),
)


def pins(root: Path = ROOT) -> list[Requirement]:
    """Give the lines of requirements.txt that ask for something."""
    lines = (root / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def environment(prefix: Path) -> Path:
    """Make an environment of the pinned packages, and give its Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", prefix], check=True)
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(prefix)}))
    # What an environment comes with; pip-compile pins neither.
    for pin in [Requirement("pip"), Requirement("setuptools"), *pins()]:
        found = distribution(pin.name)
        assert pin.specifier.contains(found.version), f"{pin} is not what is installed"
        assert found.files is not None
        for file in found.files:
            place = Path(os.path.normpath(site / file))
            # A command names the interpreter that it was installed for.
            if place.parent != prefix / "bin":
                place.parent.mkdir(parents=True, exist_ok=True)
                os.link(file.locate(), place)
    return prefix / "bin" / "python"


def variables(home: Path, python: Path) -> dict[str, str]:
    """Give what is set while the repository is built and while it runs."""
    return {
        "HOME": str(home),
        "REPO_DIR": str(home),
        "PATH": os.pathsep.join([str(python.parent), os.environ["PATH"]]),
        # Nothing of this run's own environment: what is imported was installed.
        "PYTHONPATH": "",
        "VIRTUAL_ENV": "",
    }


def build(home: Path, prefix: Path) -> Path:
    """Take the steps of repo2docker, and give the interpreter of the environment."""
    copy_course(home)
    python = environment(prefix)
    script = home / "postBuild"
    script.chmod(0o755)
    for step in ([python, "-m", "pip", "check"], [script]):
        subprocess.run(step, cwd=home, check=True, env=os.environ | variables(home, python))
    return python


@contextmanager
def launched(home: Path, python: Path, state: Path) -> Iterator[Server]:
    """Start JupyterLab as BinderHub does, reached from this machine alone."""
    arguments = {"base_url": "/user/a-learner/", "trust_xheaders": "True"}
    # BinderHub passes each to the notebook server of old and to the one of today.
    options = [
        f"--{application}.{name}={value}"
        for application in ("NotebookApp", "ServerApp")
        for name, value in arguments.items()
    ]
    with jupyterlab(home, state, python, options, **variables(home, python)) as server:
        yield server
