"""A sandbox is tried before it is used, and where none works a sentence says what to do."""

import os
import sys
import textwrap

import pytest

from autograder.sandbox import SandboxError, find_sandbox
from autograder.sandbox.machine import this_machine
from tests.autograder.in_sandbox import HONEST, bubblewrap, run


@pytest.fixture
def only(tmp_path, monkeypatch):
    """Leave no program on the path but those that a test writes."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def write(name, text):
        program = tmp_path / name
        program.write_text(f"#!{sys.executable}\n{textwrap.dedent(text)}")
        program.chmod(0o755)

    return write


def failing(message):
    return f"import sys\nprint({message!r}, file=sys.stderr)\nsys.exit(1)"


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="'jail'; expected one of auto, bubblewrap"):
        find_sandbox("jail")


def test_auto_prefers_bubblewrap():
    bubblewrap()
    assert find_sandbox().isolation == "bubblewrap"


def test_without_any_sandbox_each_reason_is_told(only):
    with pytest.raises(SandboxError) as found:
        find_sandbox()
    text = str(found.value)
    assert "sudo apt-get install bubblewrap" in text
    assert "podman is not installed" in text and "docker is not installed" in text
    assert "--no-sandbox" in text


@pytest.mark.parametrize(
    ("message", "advice"),
    [
        ("bwrap: setting up uid map: Permission denied", "AppArmor"),
        (
            "bwrap: No permissions to create new namespace, likely because the kernel does not "
            "allow non-privileged user namespaces.",
            "forbids user namespaces",
        ),
        ("bwrap: Unknown option --size", "version 0.8 or newer"),
    ],
)
def test_a_bubblewrap_that_does_not_start_says_why(only, message, advice):
    only("bwrap", failing(message))
    with pytest.raises(SandboxError) as found:
        find_sandbox("bubblewrap")
    assert message in str(found.value) and advice in str(found.value)


def test_another_system_than_linux_is_told_to_use_a_container(monkeypatch):
    monkeypatch.setattr("autograder.sandbox.finding.sys.platform", "darwin")
    with pytest.raises(SandboxError, match="docker or podman"):
        find_sandbox("bubblewrap")


def test_a_container_program_without_the_image_says_how_to_build_it(only):
    only("docker", "import sys\nsys.exit(sys.argv[1] != 'info')")
    with pytest.raises(SandboxError) as found:
        find_sandbox("docker")
    assert "docker build --tag autograder-worker -" in str(found.value)


def test_a_worker_answers_through_the_standard_streams_of_a_container(only):
    """A program that takes docker's command line and runs the same worker without walls."""
    packages = [str(folder) for folder in this_machine().packages]
    only(
        "podman",
        f"""
        import os, pathlib, signal, sys
        arguments = sys.argv[1:]
        names = pathlib.Path(__file__).parent
        if arguments[0] == "run":
            names.joinpath(arguments[arguments.index("--name") + 1]).write_text(str(os.getpid()))
            mount = arguments[arguments.index("--mount") + 1]
            kit = mount.split("source=")[1].split(",")[0]
            command = arguments[arguments.index("autograder-worker") + 1 :]
            command = [part.replace("/course", kit) for part in command]
            os.execv({str(this_machine().python)!r}, [*command, *{packages!r}])
        if arguments[0] == "kill":
            os.kill(int(names.joinpath(arguments[1]).read_text()), signal.SIGKILL)
        """,
    )
    sandbox = find_sandbox("podman")
    assert sandbox.isolation == "podman"
    outcome = run(
        sandbox,
        "import os\nprint('to the terminal', os.read(0, 9))\nos.write(1, b'and past Python')",
        HONEST,
        "import time\ntime.sleep(100)",
        wall_seconds=3.0,
    )
    assert outcome.right
    assert [ending.kind for ending in outcome.endings] == ["timeout"]
    assert "to the terminal" in outcome.said and "and past Python" in outcome.said
    assert "b''" in outcome.said


def test_without_a_sandbox_the_same_worker_answers(tmp_path):
    sandbox = find_sandbox("none")
    assert sandbox.isolation == "none"
    outcome = run(
        sandbox,
        "import os\nprint(os.getcwd())",
        "import os\nos.fork()",
        HONEST,
        "import os, time\nif os.fork() == 0: time.sleep(100)\nos._exit(3)",
        "while True: pass",
        cpu_seconds=1.0,
    )
    assert outcome.right
    assert [ending.kind for ending in outcome.endings] == ["crashed", "timeout"]
    home = outcome.said.splitlines()[0]
    assert not os.path.exists(home)
