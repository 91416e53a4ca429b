"""The roofs of different machines: measured beside measured, and beside data sheets until then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.figure import Figure

from tinytorch.explore.chart import INK, MARKERS, SERIES, STYLE, Chart, Row, new_figure
from tinytorch.explore.curves import Curve, name_the_ends
from tinytorch.explore.ticks import log_axis, power_of_two
from tinytorch.perf.recording import Recording
from tinytorch.perf.spread import Spread, significant
from tinytorch.perf.sweeps.accelerator.labels import (
    EAGER_STEPS,
    FLOAT32,
    GELU,
    ONE_KERNEL,
    TO_DEVICE_PAGEABLE,
    TO_DEVICE_PINNED,
)
from tinytorch.perf.sweeps.accelerator.roofs import AcceleratorRoofs

# The fused rung of the ladder in NumPy, by its name in the recording.
CPU_RUNG = "blocked exp"
SPECIFICATION = "specification"
HEIGHT = 4.0


@dataclass(frozen=True)
class Specification:
    """Ceilings from a data sheet: peaks that a vendor states, in GFLOP/s and GB/s."""

    device: str
    precision: str
    gflops: float
    gbs: float
    source: str = ""


V100_SHEET = "NVIDIA V100 Tensor Core GPU, data sheet, 2020"
A100_PAPER = "NVIDIA A100 Tensor Core GPU Architecture, white paper, 2020"
TPU_PAPER = "N. P. Jouppi et al., TPU v4, ISCA 2023, doi:10.1145/3579371.3589350"

SPECIFICATIONS = (
    Specification("V100 SXM2", "float32", 15_700, 900, V100_SHEET),
    Specification("V100 SXM2", "float16 tensor cores", 125_000, 900, V100_SHEET),
    Specification("A100 40 GB", "float32", 19_500, 1_555, A100_PAPER),
    Specification("A100 40 GB", "bfloat16 tensor cores", 312_000, 1_555, A100_PAPER),
    Specification("TPU v4", "bfloat16", 275_000, 1_200, TPU_PAPER),
)


@dataclass(frozen=True)
class Roofs:
    """Two roofs of one device in float32, and where they come from.

    Attributes
    ----------
    device, source : str
        Names; a source other than `SPECIFICATION` says how the roofs were measured.
    gflops, gbs : Spread
        The roofs; those of a specification have neither runs nor quartiles.
    gelu : str
        What GELU took, in ns per element; empty where it was not measured.
    """

    device: str
    source: str
    gflops: Spread
    gbs: Spread
    gelu: str = ""

    @property
    def measured(self) -> bool:
        """Whether these are rates that were achieved."""
        return self.source != SPECIFICATION

    @property
    def ridge(self) -> float:
        """Intensity at which the roofs meet, in FLOP/byte."""
        return self.gflops.median / self.gbs.median


def hardware_chart(
    cpu: Recording,
    accelerators: Sequence[Recording] = (),
    specifications: Sequence[Specification] = (),
) -> Chart:
    """Draw the float32 roofs of a CPU and of accelerators.

    Parameters
    ----------
    cpu : Recording
        With the sweeps ``ceilings`` and ``gelu_ladder``.
    accelerators : sequence of Recording
        From `load_accelerators`. Where there is one, only what was measured is drawn.
    specifications : sequence of Specification
        Drawn dashed where no accelerator was measured; only those in float32, like with like.
    """
    accelerators = _whole(accelerators)
    roofs = _measured(cpu, accelerators)
    if not accelerators:
        roofs += [_specified(spec) for spec in specifications if spec.precision == FLOAT32]
    n = _gelu_size(cpu, accelerators)
    kinds = "measured" if accelerators else "measured for the CPU, specified for the others"
    words = [
        f"{roof.device}, {roof.source}: {_median(roof, roof.gbs)} GB/s and "
        f"{_median(roof, roof.gflops)} GFLOP/s, ridge at {significant(roof.ridge)} FLOP/byte"
        for roof in roofs
    ]
    return Chart(
        slug="hardware",
        figure=_draw(roofs),
        title=f"Float32 roofs of {len(roofs)} device{'s' if len(roofs) != 1 else ''}, {kinds}",
        alt=f"Rooflines with both axes logarithmic. {'; '.join(words)}.",
        badge="; ".join(recording.badge for recording in (cpu, *accelerators)),
        table=[_row(roof, n) for roof in roofs],
        table_open=True,
    )


def where_gpu_figures_come_from(accelerators: Sequence[Recording]) -> str:
    """Say whether a page's figures of GPUs were measured, and what was."""
    accelerators = _whole(accelerators)
    if not accelerators:
        return (
            "No GPU has been recorded for this book yet, so every figure of a GPU or a TPU on this "
            "page is a specification; only those of the CPU are measured."
        )
    return " ".join(_what_was_measured(recording) for recording in accelerators) + (
        " Figures of any other GPU or TPU on this page are specifications."
    )


def like_with_like(
    cpu: Recording, accelerators: Sequence[Recording], specification: Specification
) -> str:
    """Compare the best float32 product of a CPU with that of accelerators, as far as it goes."""
    accelerators = _whole(accelerators)
    threads = cpu.ceilings.count("all")
    peak = significant(cpu.ceilings.peak_gflops("all").median)
    stated = (
        f"{specification.device} may reach {specification.gflops:,.0f} GFLOP/s in "
        f"{specification.precision}"
    )
    ours = f"This recording's CPU achieved {peak} GFLOP/s in float32 on its best product, "
    ours += f"with {threads} thread{'s' if threads != 1 else ''}"
    if not accelerators:
        return (
            f"{ours}. By its specification, the {stated}. Until somebody measures it on the same "
            f"product, the quotient of the two is only an upper bound."
        )
    theirs = "; ".join(
        f"the {recording.context.machine} achieved "
        f"{significant(AcceleratorRoofs(recording).peak_gflops().median)} GFLOP/s"
        for recording in accelerators
    )
    return (
        f"{ours}; {theirs}. That is achieved with achieved, in the same precision, whole chip with "
        f"whole chip, and without transfers on either side. They did not take turns in one "
        f"machine, so their quotient compares two recordings and is no measured speed-up. That the "
        f"{stated} remains a specification."
    )


def _whole(accelerators: Sequence[Recording]) -> list[Recording]:
    """Leave out recordings of which only some sweeps were measured: they have no roofs."""
    return [recording for recording in accelerators if AcceleratorRoofs(recording).are_whole]


def _what_was_measured(recording: Recording) -> str:
    roofs, context = AcceleratorRoofs(recording), recording.context
    sweep = recording.sweep(GELU)
    n = max(int(value) for value in sweep.values("n"))
    ratio = sweep.ratio(sweep.point(rung=EAGER_STEPS, n=n), sweep.point(rung=ONE_KERNEL, n=n))
    text = (
        f"The {context.machine} was measured: {significant(roofs.peak_gflops().median)} GFLOP/s on "
        f"its best float32 product, with TF32 off, and {significant(roofs.bandwidth_gbs.median)} "
        f"GB/s in its own memory. GELU in eight kernels took {ratio} times as long there as in "
        f"one, on {power_of_two(n)} elements."
    )
    pageable = roofs.bus_gbs(TO_DEVICE_PAGEABLE)
    pinned = roofs.bus_gbs(TO_DEVICE_PINNED)
    if pageable and pinned:
        text += (
            f" Over the bus, host to device, it received {significant(pinned.median)} GB/s from "
            f"pinned and {significant(pageable.median)} GB/s from pageable memory."
        )
    return text


def _gelu_size(cpu: Recording, accelerators: Sequence[Recording]) -> int:
    """Return the largest number of elements for which every recording has GELU."""
    sizes = set(cpu.sweep("gelu_ladder").values("n"))
    for recording in accelerators:
        sizes &= set(recording.sweep(GELU).values("n"))
    return max((int(size) for size in sizes), default=0)


def _measured(cpu: Recording, accelerators: Sequence[Recording]) -> list[Roofs]:
    ceilings, n = cpu.ceilings, _gelu_size(cpu, accelerators)
    threads = ceilings.count("all")
    roofs = [
        Roofs(
            device=cpu.context.machine,
            source=f"measured, {threads} thread{'s' if threads != 1 else ''}",
            gflops=ceilings.peak_gflops("all"),
            gbs=ceilings.bandwidth_gbs("all"),
            # NumPy computes element-wise operations on one thread, whatever there is.
            gelu=f"{cpu.sweep('gelu_ladder').point(rung=CPU_RUNG, n=n).ns_per_element}, one thread"
            if n
            else "",
        )
    ]
    for recording in accelerators:
        of_device = AcceleratorRoofs(recording)
        roofs.append(
            Roofs(
                device=recording.context.machine,
                source="measured",
                gflops=of_device.peak_gflops(),
                gbs=of_device.bandwidth_gbs,
                gelu=str(of_device.gelu(n).ns_per_element) if n else "",
            )
        )
    return roofs


def _specified(spec: Specification) -> Roofs:
    gflops, gbs = (Spread(value, value, value, 0) for value in (spec.gflops, spec.gbs))
    return Roofs(spec.device, SPECIFICATION, gflops, gbs)


def _median(roof: Roofs, spread: Spread) -> str:
    """Write a roof in three digits, and one from a data sheet as it stands there."""
    return significant(spread.median) if roof.measured else f"{spread.median:,g}"


def _row(roof: Roofs, n: int) -> Row:
    peak, bandwidth = (
        str(spread) if roof.measured else _median(roof, spread)
        for spread in (roof.gflops, roof.gbs)
    )
    return {
        "device": roof.device,
        "figures are": roof.source,
        "GEMM float32, GFLOP/s": peak,
        "memory, GB/s": bandwidth,
        "ridge, FLOP/byte": significant(roof.ridge),
        f"GELU on {power_of_two(n)}, ns per element": roof.gelu or "-",
    }


def _draw(roofs: Sequence[Roofs]) -> Figure:
    left = min(roof.ridge for roof in roofs) / 64
    right = max(roof.ridge for roof in roofs) * 8
    # Share of the axes' width that the names of the roofs need, beside the right ends of the roofs.
    names = min(0.6, 0.08 + 0.0165 * max(len(roof.device) for roof in roofs))
    with mpl.rc_context(STYLE):
        figure, axes = new_figure(HEIGHT)
        axes.set_xlim(left, right * (right / left) ** (names / (1 - names)))
        log_axis(axes, "x")
        curves = []
        for index, roof in enumerate(roofs):
            color = SERIES[index % len(SERIES)]
            peak, bandwidth = roof.gflops.median, roof.gbs.median
            axes.plot(
                [left, roof.ridge, right],
                [bandwidth * left, peak, peak],
                linestyle="-" if roof.measured else "--",
                color=color,
            )
            axes.plot(roof.ridge, peak, MARKERS[index % len(MARKERS)], color=color)
            curves.append(Curve(roof.device, [left, right], [roof.gbs, roof.gflops]))
        axes.set_ylim(
            min(roof.gbs.median for roof in roofs) * left / 2,
            max(roof.gflops.median for roof in roofs) * 4,
        )
        log_axis(axes, "y")
        axes.spines["bottom"].set_bounds(left, right)
        axes.set_xticks([tick for tick in axes.get_xticks() if left <= tick <= right])
        axes.set(xlabel="arithmetic intensity (FLOP/byte)", ylabel="GFLOP/s")
        name_the_ends(axes, curves, HEIGHT)
        if not all(roof.measured for roof in roofs):
            axes.annotate(
                "dashed: specification",
                (0.02, 0.96),
                xycoords="axes fraction",
                va="top",
                color=INK,
            )
    return figure
