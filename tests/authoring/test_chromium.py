"""Where there is no browser to drive, one sentence says so and what to install."""

import builtins

import pytest

from authoring.chromium import NoChromium, chromium, find_chromium


def started():
    with chromium():
        pass


@pytest.mark.parametrize("use", [find_chromium, started])
def test_a_chromium_that_is_not_there_is_an_error_and_not_a_skip(use, tmp_path, monkeypatch):
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    with pytest.raises(NoChromium, match="none, which is no file: install .* apt-get install"):
        use()


@pytest.mark.parametrize("use", [find_chromium, started])
def test_without_playwright_it_is_said_how_to_get_it(use, monkeypatch):
    real = builtins.__import__

    def without(name, *arguments, **named):
        if name.startswith("playwright"):
            raise ModuleNotFoundError(name=name)
        return real(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(NoChromium, match="pip install playwright"):
        use()


def test_what_does_not_start_is_named_with_its_reason(tmp_path, monkeypatch):
    program = tmp_path / "no-browser"
    program.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(program))
    with pytest.raises(NoChromium, match="no-browser does not start"):
        started()
