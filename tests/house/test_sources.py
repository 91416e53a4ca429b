"""Generated files are up to date, and no source names a machine or loads from another host."""

import re
import subprocess
import sys
from pathlib import Path

from tests.course_files import course_files

ROOT = Path(__file__).resolve().parents[2]
TEXT = {".cfg", ".css", ".html", ".ipynb", ".js", ".json", ".md", ".py", ".sh", ".svg", ".toml"}
TEXT |= {".txt", ".yml", ""}


def sources() -> list[Path]:
    """Give the text files that git tracks, or would."""
    return [ROOT / path for path in course_files() if path.suffix in TEXT]


def test_generated_files_are_in_sync():
    check = subprocess.run(
        [sys.executable, "-m", "authoring", "sync", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert check.returncode == 0, check.stderr


def test_no_source_names_the_machine_it_was_written_on():
    home = re.escape(str(Path.home()))
    here = re.escape(str(ROOT))
    pattern = re.compile(rf"{here}|{home}/|/(?:home|Users)/[a-z]+/")
    for path in sources():
        found = pattern.search(path.read_text(encoding="utf-8"))
        assert found is None, f"{path.relative_to(ROOT)}: {found.group()}"


def test_no_source_loads_code_styles_or_fonts_from_another_host():
    load = re.compile(
        r"""<(?:script|img|iframe|audio|video|source)\b[^>]*\bsrc\s*=\s*["']?(?:https?:)?//"""
        r"""|<link\b[^>]*\bhref\s*=\s*["']?(?:https?:)?//"""
        r"""|@import\s+(?:url\()?["']?(?:https?:)?//"""
        r"""|url\(\s*["']?(?:https?:)?//"""
        r"""|\bimport\s*\(?\s*["'](?:https?:)?//"""
    )
    for path in sources():
        if path.is_relative_to(ROOT / "tests"):
            continue
        found = load.search(path.read_text(encoding="utf-8"))
        assert found is None, f"{path.relative_to(ROOT)}: {found.group()}"
