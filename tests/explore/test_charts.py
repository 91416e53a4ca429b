import csv
import io
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.explore.recorded import data_sheet, small_accelerator, small_recording
from tests.explore.recorded_peers import peers_recording
from tests.perf.machines import CACHES, machine_points
from tinytorch.explore import charts, diagrams
from tinytorch.explore.chart import INK, MARKERS, SERIES, Chart
from tinytorch.perf.ceilings import Ceilings
from tinytorch.perf.points import RecordingError
from tinytorch.perf.roofline import Roofline
from tinytorch.perf.spread import Spread
from tinytorch.perf.traffic.results import load_simulation

SIMULATIONS = Path(__file__).parents[2] / "book" / "simulations"


def with_kernels(roofline: Roofline) -> Roofline:
    """Add a kernel under each kind of roof, one above, and one that lies on top of another."""
    roofline.add("near", 1000, 1000, 1e-7)
    roofline.add("same place", 1000, 1000, 1e-7)
    roofline.add("compute", 10**6, 1000, Spread(2e-5, 1e-5, 3e-5, 7))
    roofline.add("too fast", 1000, 1000, 1e-8)
    roofline.add("slow", 1000, 1000, 1e-3)
    return roofline


def many(kernels: int) -> Roofline:
    """Put kernels all over the plane, three of them at each of a few intensities."""
    roofline = Roofline.under(small_recording().ceilings)
    for index in range(kernels):
        intensity = 10.0 ** (index // 3 - 1)
        share = 0.9 / (1 + index % 3)
        seconds = 1e6 / (share * roofline.attainable(intensity) * 1e9)
        roofline.add(f"kernel number {index}", 10**6, int(1e6 / intensity), seconds)
    return roofline


CHARTS: dict[str, Callable[[], Chart]] = {
    "gelu ladder": lambda: charts.gelu_ladder_chart(small_recording()),
    "gelu sizes": lambda: charts.gelu_sizes_chart(small_recording()),
    "matmul ladder": lambda: charts.matmul_ladder_chart(small_recording()),
    "matmul sizes": lambda: charts.matmul_sizes_chart(small_recording()),
    "tiles": lambda: charts.tile_chart(small_recording()),
    "threads": lambda: charts.threads_chart(small_recording()),
    "blas kernel": lambda: charts.blas_kernel_chart(small_recording()),
    "layout": lambda: charts.layout_chart(small_recording()),
    "peers, gelu": lambda: charts.peers_gelu_chart(peers_recording()),
    "peers, ratio": lambda: charts.peers_ratio_chart(peers_recording()),
    "peers, matmul": lambda: charts.peers_matmul_chart(peers_recording()),
    "tile traffic": lambda: charts.tile_traffic_chart(load_simulation(SIMULATIONS)),
    "layout traffic": lambda: charts.layout_traffic_chart(load_simulation(SIMULATIONS)),
    "elementwise": lambda: charts.elementwise_chart(small_recording()),
    "hardware": lambda: charts.hardware_chart(small_recording(), [], [data_sheet()]),
    "measured hardware": lambda: charts.hardware_chart(small_recording(), [small_accelerator()]),
    "transformer block": lambda: charts.transformer_block_chart(small_recording()),
    "roofline": lambda: charts.roofline_chart(
        with_kernels(Roofline.under(small_recording().ceilings)), small_recording().badge
    ),
    "empty roofline": lambda: charts.roofline_chart(Roofline.under(small_recording().ceilings)),
    "roofline of two roofs": lambda: charts.roofline_chart(with_kernels(Roofline.of(100, 20))),
    "roofline of ten kernels": lambda: charts.roofline_chart(many(10)),
    "bandwidth": lambda: charts.bandwidth_chart(
        small_recording().ceilings, badge=small_recording().badge
    ),
    "bandwidth without caches": lambda: charts.bandwidth_chart(Ceilings(machine_points()), "all"),
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


def test_the_roofline_tells_of_every_roof_and_kernel() -> None:
    roofline = with_kernels(Roofline.under(small_recording().ceilings))
    chart = charts.roofline_chart(roofline)
    rows = {row["kernel or roof"]: row for row in chart.table}
    assert list(rows) == [
        *(kernel.name for kernel in roofline.kernels),
        *(f"roof: {name}" for name in ("L1", "L2", "L3", "memory")),
        *(f"roof: {name}" for name in ("GEMM float32", "np.multiply", "Python loop")),
    ]
    assert rows["near"]["limited by"] == "memory"
    assert rows["near"]["share of that roof"] == "50 %"
    assert rows["near"]["could still gain"] == "2.00 times"
    assert rows["roof: L1"]["FLOP/byte"] == "ridge with GEMM float32: 0.625"
    assert rows["roof: memory"]["rate (quartiles)"] == "20.0 (19.8 to 20.2) GB/s"
    assert all(kernel.verdict in chart.alt for kernel in roofline.kernels)
    assert "between, the level decides" in chart.alt


def test_a_kernel_above_its_roof_is_drawn_and_told_as_an_error() -> None:
    chart = charts.roofline_chart(with_kernels(Roofline.of(100, 20)))
    row = next(row for row in chart.table if row["kernel or roof"] == "too fast")
    assert row["could still gain"] == "above its roof: an error"
    assert "too fast (above its roof)" in chart.svg
    assert "not a discovery" in chart.alt


def test_a_roof_far_below_is_left_out_of_the_picture_and_named_in_the_caption() -> None:
    roofline = Roofline.under(small_recording().ceilings)
    chart = charts.roofline_chart(roofline)
    assert "Python loop" not in chart.svg[chart.svg.index(">") :]
    assert "not drawn, further down: Python loop, 0.0400 GFLOP/s" in chart.title
    roofline.add("Python triple loop", 10**6, 10**5, 1e6 / 0.03e9)
    chart = charts.roofline_chart(roofline)
    assert "Python loop 0.0400 GFLOP/s" in chart.svg
    assert "not drawn" not in chart.title


def test_a_larger_dot_is_a_longer_call() -> None:
    roofline = Roofline.of(100, 20)
    for seconds in (1e-5, 1e-3, 1e-4):
        roofline.add(f"{seconds}", 1000, 1000, seconds)
    chart = charts.roofline_chart(roofline)
    sizes = {
        line.get_color(): line.get_markersize()
        for line in chart.figure.axes[0].lines
        if line.get_marker() in MARKERS and line.get_color() in SERIES
    }
    short, long, middle = (sizes[color] ** 2 for color in SERIES[:3])
    assert short < middle < long
    assert middle == pytest.approx((short + long) / 2)
    assert "10.0 us to 1.00 ms" in chart.title.replace("µ", "u").replace("μ", "u")


@pytest.mark.parametrize("draw", [lambda: many(10), lambda: with_kernels(Roofline.of(100, 20))])
def test_words_in_a_roofline_lie_apart(draw: Callable[[], Roofline]) -> None:
    figure = charts.roofline_chart(draw()).figure
    boxes = [
        text.get_window_extent()
        for text in figure.axes[0].texts
        if text.get_rotation() == 0 and text.get_text()
    ]
    assert len(boxes) > 5
    for index, box in enumerate(boxes):
        # One pixel of two lines of text may meet: their boxes are a little larger than they are.
        assert not any(box.padded(-1).overlaps(other.padded(-1)) for other in boxes[:index])


def test_bandwidth_names_its_levels_and_what_is_hidden() -> None:
    chart = charts.bandwidth_chart(small_recording().ceilings)
    assert [row["level"].split(":")[0] for row in chart.table] == [
        *["L1"] * 2,
        *["L2"] * 4,
        *["L3"] * 5,
        *["memory"] * 3,
    ]
    assert "L3 60.0 GB/s from 1 MiB to 16 MiB, fastest with add" in chart.alt
    assert "L1 32 KiB, L2 512 KiB, L3 32 MiB" in chart.alt
    without_l1 = {512 * 2**10: 80.0, 16 * 2**20: 60.0, 2**40: 20.0}
    chart = charts.bandwidth_chart(Ceilings(machine_points(without_l1), CACHES))
    assert "L1 (32 KiB) cannot be told apart from L2" in chart.title
    assert "L1 (32 KiB) cannot be told apart from L2" in chart.alt
    chart = charts.bandwidth_chart(Ceilings(machine_points(thread_counts=(1,))))
    assert "level 1 160 GB/s" in chart.alt
    assert "reports no cache" in chart.alt


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


def test_a_quick_calibration_is_named_by_the_streams_that_it_has() -> None:
    quick = tuple(p for p in machine_points() if p.case["kernel"] not in ("copy", "triad"))
    chart = charts.bandwidth_chart(Ceilings(quick, CACHES))
    assert "Bandwidth of 2 streams" in chart.title
    assert "for scale, add." in chart.alt
    assert not {"copy", "triad"} & set(" ".join(chart.table[0]).replace(",", "").split())
