import sys
from types import ModuleType

import pytest

from benchmarks import __main__ as every


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str]]]:
    """Put two benchmarks in the place of the real ones; the first fails when it is told to."""
    seen: list[tuple[str, list[str]]] = []
    table = {}
    for name in ("one", "two"):
        module = ModuleType(f"fake_{name}")

        def main(arguments: list[str], name: str = name) -> int:
            seen.append((name, arguments))
            return 3 if arguments == ["fail"] else 0

        module.main = main  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, module.__name__, module)
        table[name] = every.Benchmark(f"the purpose of {name}", module.__name__)
    monkeypatch.setattr(every, "BENCHMARKS", table)
    return seen


def test_without_a_name_all_are_run(runs: list[tuple[str, list[str]]]) -> None:
    assert every.main([]) == 0
    assert runs == [("one", []), ("two", [])]


def test_a_name_runs_one_with_its_options(runs: list[tuple[str, list[str]]]) -> None:
    assert every.main(["two", "--quick"]) == 0
    assert every.main(["one", "fail"]) == 3
    assert runs == [("two", ["--quick"]), ("one", ["fail"])]


def test_help_and_an_unknown_name_list_them(
    runs: list[tuple[str, list[str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert every.main(["--help"]) == 0
    assert every.main(["tea"]) == 2
    said = capsys.readouterr()
    assert "the purpose of one" in said.out
    assert said.err.startswith("There is no benchmark 'tea'.")
    assert "the purpose of two" in said.err
    assert runs == []


@pytest.mark.parametrize("name", every.BENCHMARKS)
def test_every_benchmark_answers_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        every.main([name, "--help"])
    assert ending.value.code == 0
    assert f"python -m benchmarks {name}" in capsys.readouterr().out
