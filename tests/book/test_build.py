"""The same sources give the same site, wherever and however often it is built."""

import hashlib
from pathlib import Path

import pytest

from tests.book.building import build
from tests.course_files import copy_course


def checksums(site: Path) -> dict[str, str]:
    """Digest every file of a site."""
    return {
        file.relative_to(site).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in site.rglob("*")
        if file.is_file()
    }


@pytest.mark.book
@pytest.mark.slow
def test_two_cold_builds_give_the_same_pages(site, tmp_path):
    sources = copy_course(tmp_path / "elsewhere")
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
