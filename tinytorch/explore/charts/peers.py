"""Our kernels beside other libraries, from a recording of `python -m benchmarks peers`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import matplotlib as mpl
from matplotlib.figure import Figure

from tinytorch.explore.chart import BLUE, INK, MARKERS, ORANGE, STYLE, Chart, Row, new_figure
from tinytorch.explore.curves import Curve, draw_curves
from tinytorch.explore.ticks import log_axis, power_of_two
from tinytorch.perf.points import Point, RecordingError, Sweep
from tinytorch.perf.recording import Recording
from tinytorch.perf.spread import Spread, significant

OURS = "fused_gelu"
# In the tables and among the ratios, but no curves: NumPy's one expression stands for all three
# ways to write GELU in it, and vectorized_matmul is np.matmul behind a check.
NO_CURVES = ("page's one line (NumPy)", "in place (NumPy)", "vectorized_matmul")


def peers_gelu_chart(rec: Recording) -> Chart:
    """Draw ns per element over the number of elements on one thread, a curve for each peer."""
    sweep = rec.sweep("peers_gelu")
    curves = _curves(sweep, lambda point: point.ns_per_element)
    sizes = _numbers(sweep, "n")
    return Chart(
        slug="peers-gelu",
        figure=draw_curves(
            curves,
            "elements",
            "ns per element",
            ticks=[power_of_two(n) for n in sizes],
            height=4.2,
            labels_width=0.5,
        ),
        title="GELU on one thread beside other libraries",
        alt=(
            f"Line chart of ns per element on one thread, from {power_of_two(sizes[0])} to "
            f"{power_of_two(sizes[-1])} elements. At the largest size the order from fast to slow "
            f"is: {_in_order(curves, 'ns')}."
        ),
        badge=rec.badge,
        table=_table(sweep, "elements", power_of_two, lambda point: point.ns_per_element),
    )


def peers_matmul_chart(rec: Recording) -> Chart:
    """Draw GFLOP/s over the edge of the matrices on one thread, a curve for each peer."""
    sweep = rec.sweep("peers_matmul")
    curves = _curves(sweep, lambda point: point.gflops)
    sizes = _numbers(sweep, "n")
    return Chart(
        slug="peers-matmul",
        figure=draw_curves(
            curves,
            "n, for two n x n matrices",
            "GFLOP/s",
            ticks=[str(n) for n in sizes],
            logarithmic_y=False,
            height=4.2,
            labels_width=0.36,
        ),
        title="Square matmul on one thread beside other libraries",
        alt=(
            f"Line chart of GFLOP/s on one thread over n from {sizes[0]} to {sizes[-1]}. At the "
            f"largest size the order from slow to fast is: {_in_order(curves, 'GFLOP/s')}."
        ),
        badge=rec.badge,
        table=_table(sweep, "n", str, lambda point: point.gflops),
    )


def peers_ratio_chart(rec: Recording, n: int = 2**20) -> Chart:
    """Draw how many times as long as fused_gelu each peer takes at one size, by threads.

    Raises
    ------
    RecordingError
        If the recording has no such size, or no fused_gelu.
    """
    sweep = rec.sweep("peers_gelu")
    counts = _numbers(sweep, "threads")
    ratios = {threads: peer_ratios(sweep, n, threads) for threads in counts}
    names = sorted(ratios[counts[0]], key=lambda name: ratios[counts[0]][name].median)
    said = "; ".join(
        f"{_threads(threads)}: "
        + ", ".join(f"{name} {significant(of[name].median)}" for name in names if name in of)
        for threads, of in ratios.items()
    )
    return Chart(
        slug=f"peers-ratio-{n}",
        figure=_draw_ratios(names, ratios),
        title=f"GELU on {power_of_two(n)} float32 values: each library against {OURS}",
        alt=(
            f"Points on a logarithmic axis: how many times as long as {OURS} each library takes on "
            f"as many threads. Below 1 is faster. {said}."
        ),
        badge=rec.badge,
        table=[
            {
                "peer": name,
                **{
                    f"times as long, {_threads(threads)} (quartiles)": str(of.get(name, "-"))
                    for threads, of in ratios.items()
                },
                "runs": ratios[counts[0]][name].runs,
            }
            for name in names
        ],
        table_open=True,
    )


def peer_ratios(sweep: Sweep, n: int, threads: int, to: str = OURS) -> dict[str, Spread]:
    """Return, by peer, how many times as long it took as one of them in the same rounds.

    Parameters
    ----------
    sweep : Sweep
        ``peers_gelu`` or ``peers_matmul``.
    n, threads : int
    to : str
        The peer that the others are divided by; it is left out of the answer.

    Raises
    ------
    RecordingError
        If that peer was not measured there.
    """
    yardstick = sweep.point(peer=to, n=n, threads=threads)
    return {
        str(point.case["peer"]): sweep.ratio(point, yardstick)
        for point in sweep.where(n=n, threads=threads)
        if point is not yardstick
    }


def _draw_ratios(names: Sequence[str], ratios: dict[int, dict[str, Spread]]) -> Figure:
    with mpl.rc_context(STYLE):
        figure, axes = new_figure(height=1.25 + 0.36 * len(names))
        shift = 0.16 if len(ratios) > 1 else 0.0
        axes.axvline(1, color=INK, linewidth=1.2, label=OURS)
        for index, (threads, of) in enumerate(ratios.items()):
            drawn = [name for name in names if name in of]
            axes.errorbar(
                [of[name].median for name in drawn],
                [names.index(name) + (2 * index - 1) * shift for name in drawn],
                xerr=[
                    [of[name].median - of[name].q1 for name in drawn],
                    [of[name].q3 - of[name].median for name in drawn],
                ],
                linestyle="none",
                color=(BLUE, ORANGE)[index],
                marker=MARKERS[index],
                elinewidth=1.0,
                capsize=2.5,
                label=_threads(threads),
            )
        axes.set_yticks(range(len(names)), names)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(len(names) - 0.5, -0.5)
        ends = [
            end
            for of in ratios.values()
            for spread in of.values()
            for end in (spread.q1, spread.q3)
        ]
        axes.set_xlim(min([*ends, 1]) / 1.3, max([*ends, 1]) * 1.3)
        log_axis(axes, "x")
        axes.set_xlabel(f"times as long as {OURS}; left of 1 is faster")
        axes.legend(
            loc="lower center", bbox_to_anchor=(0.4, 1), ncols=3, frameon=False, fontsize=10.5
        )
    return figure


def _curves(sweep: Sweep, quantity: Callable[[Point], Spread]) -> list[Curve]:
    curves = []
    for name in sweep.values("peer"):
        points = sorted(sweep.where(peer=name, threads=1), key=lambda point: point.case["n"])
        if points and name not in NO_CURVES:
            curves.append(Curve.over("n", points, quantity, str(name)))
    if not curves:
        raise RecordingError(
            f"Sweep {sweep.name!r} holds nothing on one thread; measure it again with `python -m "
            f"benchmarks peers`."
        )
    return curves


def _in_order(curves: Sequence[Curve], unit: str) -> str:
    return ", ".join(
        f"{curve.name} {significant(curve.spreads[-1].median)} {unit}"
        for curve in sorted(curves, key=lambda curve: curve.spreads[-1].median)
    )


def _table(
    sweep: Sweep, size: str, write: Callable[[int], str], quantity: Callable[[Point], Spread]
) -> list[Row]:
    """Return a row for each size and number of threads, and a column for each peer."""
    return [
        {
            size: write(n),
            "threads": threads,
            **{
                str(name): significant(quantity(found[0]).median) if found else "-"
                for name in sweep.values("peer")
                for found in [sweep.where(peer=name, n=n, threads=threads)]
            },
        }
        for threads in _numbers(sweep, "threads")
        for n in _numbers(sweep, "n")
    ]


def _numbers(sweep: Sweep, key: str) -> list[int]:
    return sorted(int(value) for value in sweep.values(key))


def _threads(count: int) -> str:
    return f"{count} thread{'s' if count != 1 else ''}"
