"""What the sandboxes are told: what a worker sees, what it may call, and which files it gets."""

import errno
import itertools
import pickle
import struct
from pathlib import Path

import pytest

from autograder.handout import ROOT
from autograder.sandbox import Limits
from autograder.sandbox.bubblewrap_view import view, worker
from autograder.sandbox.container import IMAGE, Container
from autograder.sandbox.kit import Kit, working_files
from autograder.sandbox.launching import Wires
from autograder.sandbox.machine import Machine, this_machine
from autograder.sandbox.none import NoSandbox
from autograder.sandbox.system_calls import forbidding_program

LIMITS = Limits(folder_bytes=12 * 2**20, memory_bytes=345 * 2**20, processes=17)
WIRES = Wires(5, 6, 7, 8)


@pytest.fixture(scope="module")
def kit():
    kit = Kit()
    yield kit
    kit.remove()
    assert not kit.folder.exists()


@pytest.fixture
def machine(tmp_path):
    packages = tmp_path / "site-packages"
    for name in ("numpy", "tinytorch", "autograder", "tinytorch_acceleration-0.1.0.dist-info"):
        (packages / name).mkdir(parents=True)
    (packages / "__editable__.tinytorch.pth").touch()
    return Machine(Path("/opt/python/bin/python3"), Path("/opt/python"), (packages,))


def pairs(options, name):
    """Give the two words after each place where a word stands."""
    return [(options[i + 1], options[i + 2]) for i, option in enumerate(options) if option == name]


def test_the_kit_has_what_answers_probes_and_nothing_that_judges(kit):
    files = {path.relative_to(kit.folder).as_posix() for path in kit.folder.rglob("*.py")}
    assert {"start.py", "autograder/subject.py", "tinytorch/core/tensor.py"} <= files
    assert {f.split("/")[1] for f in files if f.startswith("autograder/")} == {
        *("__init__.py", "subject.py", "probes", "worker")
    }
    assert not {"tinytorch/perf/acceleration.py", "tinytorch/perf/ladders/matmul.py"} & files
    text = "".join((kit.folder / name).read_text(encoding="utf-8") for name in sorted(files))
    for word in ("expected=", "try_next", "Confirmation"):
        assert word not in text


def test_the_kit_is_all_that_its_files_import(kit):
    here = {path.with_suffix("").as_posix().replace("/", ".") for path in working_files()}
    for path in working_files():
        for line in (ROOT / path).read_text(encoding="utf-8").splitlines():
            if line.startswith(("from autograder", "import autograder")):
                module = line.split()[1]
                assert module in here or f"{module}.__init__" in here, f"{path}: {line}"


def test_a_kit_in_another_process_is_removed_by_its_maker_alone(kit):
    copy = pickle.loads(pickle.dumps(kit))
    assert copy.folder == kit.folder
    del copy
    assert kit.folder.exists()


def test_the_view_shows_the_interpreter_its_packages_and_the_kit(kit, machine):
    options = view(kit, machine, LIMITS)
    shown = dict(pairs(options, "--ro-bind"))
    assert shown["/opt/python"] == "/opt/python"
    assert shown[str(kit.folder)] == "/course"
    assert shown[str(machine.packages[0])] == "/packages/0"
    assert "--bind" not in options and "--dev-bind" not in options
    assert not any(source == "/" or Path(source) in ROOT.parents for source in shown)
    assert str(ROOT) not in shown


def test_the_course_among_the_installed_packages_is_covered(kit, machine):
    options = view(kit, machine, LIMITS)
    empty = {options[i + 1] for i, option in enumerate(options) if option == "--tmpfs"}
    for name in ("tinytorch", "autograder", "tinytorch_acceleration-0.1.0.dist-info"):
        assert f"/packages/0/{name}" in empty
    assert ("/dev/null", "/packages/0/__editable__.tinytorch.pth") in pairs(options, "--ro-bind")


def test_a_course_below_what_is_shown_is_covered(kit):
    machine = Machine(ROOT / "python" / "bin" / "python3", ROOT, ())
    options = view(kit, machine, LIMITS)
    assert options[options.index("--tmpfs", options.index(str(ROOT))) + 1] == str(ROOT)


def test_whatever_can_be_written_is_bounded_in_size(kit, machine):
    options = view(kit, machine, LIMITS)
    for folder in ("/home/student", "/tmp", "/dev/shm"):
        assert ("--tmpfs", folder) in pairs(options, str(LIMITS.folder_bytes))
    assert options[options.index("--remount-ro") :][:4] == [
        *("--remount-ro", "/dev", "--remount-ro", "/")
    ]


def test_nothing_says_that_this_is_grading(kit, machine):
    told = [
        *worker(machine, WIRES),
        *itertools.chain(*pairs(view(kit, machine, LIMITS), "--setenv")),
    ]
    for word in ("grad", "test", "sandbox", "worker", "check"):
        assert word not in " ".join(told).lower()
    assert worker(machine, WIRES)[-5:] == ["/course/start.py", "5", "6", "8", "/packages/0"]


@pytest.mark.parametrize("program", ["docker", "podman"])
def test_a_container_has_the_same_walls(kit, program):
    container = Container(program, kit)
    command = container.command(LIMITS, "worker-1")
    assert container.isolation == program
    assert command[:2] == [program, "run"]
    image = command.index(IMAGE)
    options, inside = command[2:image], command[image + 1 :]
    for name, value in (
        ("--network", "none"),
        ("--cap-drop", "ALL"),
        ("--security-opt", "no-new-privileges"),
        ("--pids-limit", "17"),
        ("--memory", str(LIMITS.memory_bytes)),
        ("--memory-swap", str(LIMITS.memory_bytes)),
        ("--user", "1000:1000"),
        ("--hostname", "localhost"),
        ("--pull", "never"),
        ("--name", "worker-1"),
        ("--mount", f"type=bind,source={kit.folder},target=/course,readonly"),
    ):
        assert options[options.index(name) + 1] == value
    assert {"--rm", "--interactive", "--read-only"} <= set(options)
    assert "--privileged" not in options and "--volume" not in options
    assert inside == [
        *("python3", "-s", "-P", "-B", "-X", "utf8", "/course/start.py", "0", "1", "-1")
    ]
    assert "processes" not in container.own_limits(LIMITS)


def test_a_plain_process_limits_itself_but_not_the_whole_account(kit, machine):
    plain = NoSandbox(kit, machine)
    assert plain.command(WIRES)[-5:] == [
        *(str(kit.folder / "start.py"), "5", "6", "8", str(machine.packages[0]))
    ]
    assert set(plain.own_limits(LIMITS)) >= {"cpu_seconds", "file_bytes", "core_bytes"}
    assert "processes" not in plain.own_limits(LIMITS)


def test_this_machine_has_its_interpreter_outside_a_virtual_environment():
    machine = this_machine()
    assert machine.python.is_relative_to(machine.prefix)
    assert all((folder / "numpy").is_dir() for folder in machine.packages[:1])


ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ALLOWED = "allowed"
# Numbers of read, clone, socket, ptrace and unshare.
CALLS = {"x86_64": (0, 56, 41, 101, 272), "aarch64": (63, 220, 198, 117, 97)}


def verdict(program, architecture, number, first_argument=0):
    """Run a filter as the kernel does."""
    data = struct.pack("=IIQQ", number, architecture, 0, first_argument)
    instructions = list(struct.iter_unpack("=HBBI", program))
    at = value = 0
    while True:
        code, if_true, if_false, operand = instructions[at]
        at += 1
        if code == 0x20:
            (value,) = struct.unpack_from("=I", data, operand)
        elif code == 0x06:
            return ALLOWED if operand == 0x7FFF0000 else operand & 0xFFFF
        else:
            holds = {
                0x15: value == operand,
                0x35: value >= operand,
                0x45: bool(value & operand),
            }[code]
            at += if_true if holds else if_false


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_the_filter_forbids_what_it_should(machine):
    program, architecture = forbidding_program(machine), ARCHITECTURES[machine]
    read, clone, socket, ptrace, unshare = CALLS[machine]
    for number, argument, expected in (
        (read, 0, ALLOWED),
        (read, 0x10000000, ALLOWED),
        (clone, 0x1200011, ALLOWED),
        (clone, 0x10000011, errno.EPERM),
        (clone, 0x40000011, errno.EPERM),
        (socket, 1, ALLOWED),
        (socket, 2, ALLOWED),
        (socket, 10, ALLOWED),
        (socket, 16, errno.EPERM),
        (socket, 40, errno.EPERM),
        (ptrace, 0, errno.EPERM),
        (unshare, 0, errno.EPERM),
        (425, 0, errno.EPERM),
        (435, 0, errno.ENOSYS),
        (read | 0x40000000, 0, errno.EPERM),
    ):
        assert verdict(program, architecture, number, argument) == expected, (number, argument)
    assert verdict(program, 0x40000003, read) == errno.EPERM


def test_an_architecture_without_a_list_has_no_filter():
    assert forbidding_program("riscv64") == b""
