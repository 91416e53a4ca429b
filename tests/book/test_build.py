"""The same sources give the same site, wherever and however often it is built."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.book.building import ROOT, build


def checksums(site: Path) -> dict[str, str]:
    """Digest every file of a site."""
    return {
        file.relative_to(site).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in site.rglob("*")
        if file.is_file()
    }


def copy_of_the_sources(folder: Path) -> Path:
    """Copy what git tracks, or would, to another place."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in listing.split("\0"):
        if name and (ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target)
    return folder


@pytest.mark.book
@pytest.mark.slow
def test_two_cold_builds_give_the_same_pages(site, tmp_path):
    sources = copy_of_the_sources(tmp_path / "elsewhere")
    again = build(sources, tmp_path / "second", PYTHONHASHSEED="1")
    first, second = checksums(site), checksums(again)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


@pytest.mark.book
def test_no_page_says_that_a_cell_failed_to_run(site):
    assert not (site / "reports").exists()


@pytest.mark.book
def test_the_front_page_leads_to_the_overview(site):
    assert "book/overview.html" in (site / "index.html").read_text(encoding="utf-8")
