import csv
import io
import re
from collections.abc import Callable
from functools import cache
from xml.etree import ElementTree

import pytest

from tests.explore.recorded import small_recording
from tinytorch.explore import charts, diagrams
from tinytorch.explore.chart import INK, SERIES, Chart
from tinytorch.perf.points import RecordingError
from tinytorch.perf.roofline import Roofline


def roofline() -> Chart:
    recording = small_recording()
    roof = Roofline(100, 20)
    kernels = [
        roof.place("near", 1000, 1000, 1e-7),
        roof.place("same intensity", 1000, 1000, 1.1e-7),
        roof.place("compute", 10**6, 1000, 2e-5),
    ]
    return charts.roofline_chart(roof, kernels, recording.badge)


CHARTS: dict[str, Callable[[], Chart]] = {
    "gelu ladder": lambda: charts.gelu_ladder_chart(small_recording()),
    "gelu sizes": lambda: charts.gelu_sizes_chart(small_recording()),
    "matmul ladder": lambda: charts.matmul_ladder_chart(small_recording()),
    "matmul sizes": lambda: charts.matmul_sizes_chart(small_recording()),
    "tiles": lambda: charts.tile_chart(small_recording()),
    "threads": lambda: charts.threads_chart(small_recording()),
    "blas kernel": lambda: charts.blas_kernel_chart(small_recording()),
    "layout": lambda: charts.layout_chart(small_recording()),
    "stride": lambda: charts.stride_chart(small_recording()),
    "elementwise": lambda: charts.elementwise_chart(small_recording()),
    "transformer block": lambda: charts.transformer_block_chart(small_recording()),
    "roofline": roofline,
    "empty roofline": lambda: charts.roofline_chart(small_recording().ceilings),
    "allocation": lambda: charts.allocation_chart({"eight steps": 8.0, "fused": 1.0}),
    "amdahl": lambda: charts.amdahl_chart(0.45, seen=(11.0, 1.7)),
    **{name: getattr(diagrams, name) for name in diagrams.__all__},
}

ONCE = {name: cache(draw) for name, draw in CHARTS.items()}
"""The same, drawn once for all tests that only look."""

every_chart = pytest.mark.parametrize("draw", ONCE.values(), ids=ONCE.keys())


@pytest.mark.parametrize("name", CHARTS)
def test_the_same_data_gives_the_same_bytes(name: str) -> None:
    chart = ONCE[name]()
    first = chart._repr_html_()
    assert chart._repr_html_() == first  # shown again
    assert CHARTS[name]()._repr_html_() == first  # drawn again


@every_chart
def test_a_chart_is_well_formed_and_says_what_it_shows(draw: Callable[[], Chart]) -> None:
    chart = draw()
    element = ElementTree.fromstring(chart._repr_html_())
    assert element.get("role") == "group"
    svg = next(child for child in element if child.tag.endswith("svg"))
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == chart.alt
    assert len(chart.alt) > 60
    assert "nan" not in chart.alt
    captions = "".join(element.find("figcaption").itertext())  # type: ignore[union-attr]
    assert chart.title in captions
    assert chart.badge in captions


@every_chart
def test_text_and_axes_take_the_pages_colour_and_marks_those_of_the_course(
    draw: Callable[[], Chart],
) -> None:
    svg = draw().svg
    assert "currentColor" in svg
    assert INK not in svg
    colors = set(re.findall(r"#[0-9a-f]{6}\b", svg))
    assert colors <= {*SERIES, "#ffffff"}


@every_chart
def test_ids_are_prefixed_and_references_meet_them(draw: Callable[[], Chart]) -> None:
    chart = draw()
    ids = re.findall(r'\bid="([^"]+)"', chart.svg)
    assert len(ids) == len(set(ids))
    assert all(name.startswith(f"tt-{chart.slug}-") for name in ids)
    used = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', chart.svg)
    assert {a or b for a, b in used} <= set(ids)


@every_chart
def test_the_text_twin_and_the_table_hold_the_same_data(draw: Callable[[], Chart]) -> None:
    chart = draw()
    rows = list(csv.DictReader(io.StringIO(chart.to_csv())))
    assert rows == [{k: str(v) for k, v in row.items()} for row in chart.table]
    table = ElementTree.fromstring(chart._repr_html_()).find(".//table")
    assert table is not None
    cells = ["".join(cell.itertext()) for cell in table.iter() if cell.tag in ("td", "th")]
    assert cells == [
        *chart.table[0],
        *(str(value) for row in chart.table for value in row.values()),
    ]
    for row in chart.table:
        assert all(str(value) in str(chart) for value in row.values())


@every_chart
def test_nothing_is_loaded_from_elsewhere(draw: Callable[[], Chart]) -> None:
    addresses = set(re.findall(r'https?://[^"\' ]+', draw()._repr_html_()))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def luminance(color: str) -> float:
    """Return the relative luminance of #rrggbb, by WCAG 2.1."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("color", SERIES)
@pytest.mark.parametrize("page", ["#ffffff", "#121212"])
def test_marks_have_contrast_on_light_and_dark_pages(color: str, page: str) -> None:
    low, high = sorted([luminance(color), luminance(page)])
    assert (high + 0.05) / (low + 0.05) >= 3


def test_the_ladder_draws_what_was_recorded() -> None:
    recording = small_recording()
    chart = charts.gelu_ladder_chart(recording, n=2**20)
    points = recording.sweep("gelu_ladder").where(n=2**20)
    costs = {row["rung"]: row["ns per element (quartiles)"] for row in chart.table}
    assert costs == {point.case["rung"]: str(point.ns_per_element) for point in points}
    widths = sorted(bar.get_width() for bar in chart.figure.axes[0].patches)  # type: ignore[attr-defined]
    assert widths == sorted(point.ns_per_element.median for point in points)


def test_what_a_recording_lacks_is_named() -> None:
    recording = small_recording()
    with pytest.raises(RecordingError, match="no point with n=7"):
        charts.gelu_ladder_chart(recording, n=7)
    with pytest.raises(RecordingError, match="no point with n=7"):
        charts.matmul_ladder_chart(recording, n=7)
    with pytest.raises(RecordingError, match="no tiled matmul at n = .7."):
        charts.tile_chart(recording, sizes=(7,))


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="given no peaks"):
        charts.allocation_chart({})
    with pytest.raises(ValueError, match="peak of 'x' is 0"):
        charts.allocation_chart({"x": 0})
    with pytest.raises(ValueError, match="fraction is 1.5"):
        charts.amdahl_chart(1.5)
    with pytest.raises(ValueError, match="speedup is 0"):
        charts.amdahl(0.5, 0)


def test_amdahls_law() -> None:
    assert charts.amdahl(0, 10) == 1
    assert charts.amdahl(1, 10) == 10
    assert charts.amdahl(0.5, 2) == pytest.approx(4 / 3)


def test_the_traffic_of_gelu_is_counted_as_the_book_counts_it() -> None:
    rows = {row["step"]: row for row in diagrams.gelu_traffic_diagram().table}
    assert (rows["all eight"]["reads"], rows["all eight"]["writes"]) == (10, 8)
    assert rows["all eight"]["with write-allocate"] == 26
    assert rows["fused"]["with write-allocate"] == 3
