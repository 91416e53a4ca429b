"""The benchmarks of the built book say what they miss, and serve it as it is."""

from pathlib import Path
from urllib.request import urlopen

import pytest

from authoring.serving import served
from benchmarks.site import measured


def never(browser, address):
    raise AssertionError("nothing is there to measure")


def test_without_a_built_book_it_is_said_how_to_get_one(tmp_path: Path, capsys):
    assert measured(tmp_path, never) == 2
    said = capsys.readouterr().out
    assert said == f"There is no built book at {tmp_path}; run `make book`, or give --site.\n"


def test_without_a_browser_the_benchmark_is_left_out_and_says_so(
    tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "index.html").write_text("", encoding="utf-8")
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    assert measured(tmp_path, never) == 0
    said = capsys.readouterr().out
    assert said.startswith("Left out: CHROMIUM names ")
    assert "apt-get install chromium" in said


def test_a_folder_is_served_as_it_is(tmp_path: Path, capfd):
    (tmp_path / "page.html").write_text("words", encoding="utf-8")
    with served(tmp_path) as address, urlopen(f"{address}page.html") as page:
        assert page.read() == b"words"
    assert capfd.readouterr().err == ""
