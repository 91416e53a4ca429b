"""The roofline: roofs that were measured, and kernels placed under them.

Model: S. Williams, A. Waterman, D. Patterson, "Roofline: an insightful visual performance model for
multicore architectures", Communications of the ACM 52(4), 2009, doi:10.1145/1498765.1498785. Roofs
for caches: A. Ilic, F. Pratas, L. Sousa, "Cache-aware roofline model: upgrading the loft", IEEE
Computer Architecture Letters 13(1), 2014, doi:10.1109/L-CA.2013.6.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tqdm.auto import tqdm

from tinytorch.perf.ceilings import Ceilings, Threads
from tinytorch.perf.context import Context
from tinytorch.perf.kernel import Kernel
from tinytorch.perf.measuring import Effort, SweepRun, measure_group
from tinytorch.perf.plateaus import MEMORY
from tinytorch.perf.recording import Recording
from tinytorch.perf.roof import Roof, exactly
from tinytorch.perf.spread import Spread, significant
from tinytorch.perf.sweeps.ceilings import PLAN
from tinytorch.perf.sweeps.labels import GEMM

MULTIPLY = "np.multiply"
PYTHON_LOOP = "Python loop"

# Seconds and rounds of a calibration, to which warming up adds about two rounds.
CALIBRATION = Effort(budget=4.8, least=4, most=11)
QUICK_CALIBRATION = Effort(budget=0.8, least=3, most=5)


@dataclass(frozen=True)
class Machine:
    """One machine: what it is, and how fast it was seen to be.

    Attributes
    ----------
    recording : Recording
        Context and samples of the sweep ``ceilings``: all that a file needs.
    """

    recording: Recording

    @classmethod
    def measure(cls, quick: bool = False, progress: bool = True) -> Machine:
        """Measure the ceilings of the machine that this runs on.

        Parameters
        ----------
        quick : bool
            Fewer sizes and rounds: under two seconds instead of under ten on two cores.
        progress : bool
            Show a progress bar.

        Returns
        -------
        Machine
        """
        effort = QUICK_CALIBRATION if quick else CALIBRATION
        run = SweepRun(PLAN, PLAN.groups(quick))
        with tqdm(
            total=run.cases,
            desc="calibrating",
            bar_format="{desc}: {percentage:3.0f} %|{bar}| {elapsed}",
            disable=not progress,
            leave=False,
        ) as bar:
            for index, group in enumerate(run.groups):
                for _ in measure_group(run, index, effort):
                    share = len(group.cases) / run.runs[index].rounds
                    bar.update(min(share, bar.total - bar.n))
        return cls(Recording(Context.here(), {PLAN.name: run.recorded()}, quick))

    @property
    def context(self) -> Context:
        """CPU, caches, threads, NumPy, BLAS and its kernel."""
        return self.recording.context

    @property
    def ceilings(self) -> Ceilings:
        """Bandwidth level by level, and the rates of arithmetic, each with spread and runs."""
        return self.recording.ceilings

    def roofline(self, threads: Threads = 1, dtype: str = "float32") -> Roofline:
        """Return the roofline of this machine for a number of threads and a data type."""
        return Roofline.under(self.ceilings, threads, dtype)

    def __str__(self) -> str:
        lines = [self.context.summary]
        for threads in self.ceilings.threads:
            lines.append(str(self.roofline(threads)))
            lines += self.ceilings.remarks(threads)
        return "\n".join(lines)


class Roofline:
    """Slanted roofs of bandwidth, flat ones of arithmetic, and the kernels under them.

    Parameters
    ----------
    memory : sequence of Roof
        Bandwidths in GB/s, at least one.
    compute : sequence of Roof
        Rates of arithmetic in GFLOP/s, at least one.
    threads : int
        Number of threads that the roofs were measured with.

    Raises
    ------
    ValueError
        If a kind of roof is missing or two have the same name.

    Examples
    --------
    >>> roofline = Roofline.of(peak_gflops=100, bandwidth_gbs=20)
    >>> roofline.ridge
    5.0
    >>> roofline.add("add", flops=10**6, bytes_moved=12 * 10**6, seconds=1e-3).limit.name
    'memory'
    """

    def __init__(self, memory: Sequence[Roof], compute: Sequence[Roof], threads: int = 1) -> None:
        if not memory or not compute:
            raise ValueError(
                f"got {len(memory)} memory roofs and {len(compute)} compute roofs; expected at "
                "least one of each"
            )
        names = [roof.name for roof in (*memory, *compute)]
        if len(set(names)) < len(names):
            raise ValueError(f"got the roofs {names}; expected every name once")
        self.memory = tuple(sorted(memory, key=lambda roof: roof.rate.median))
        self.compute = tuple(sorted(compute, key=lambda roof: -roof.rate.median))
        self.threads = threads
        self.kernels: list[Kernel] = []

    @classmethod
    def under(cls, ceilings: Ceilings, threads: Threads = 1, dtype: str = "float32") -> Roofline:
        """Return the roofline that measured ceilings make.

        Its memory roofs are the levels that the curve of bandwidth shows; its compute roofs are
        GEMM, `np.multiply` in cache, and a multiplication in a Python loop, which no number of
        threads makes faster.
        """
        levels = ceilings.levels(threads)
        return cls(
            memory=[Roof(level.name, level.gbs) for level in levels],
            compute=[
                Roof(f"{GEMM} {dtype}", ceilings.peak_gflops(threads, dtype)),
                Roof(MULTIPLY, ceilings.vector_gflops(threads)),
                Roof(PYTHON_LOOP, ceilings.python_gflops()),
            ],
            threads=ceilings.count(threads),
        )

    @classmethod
    def of(cls, peak_gflops: float, bandwidth_gbs: float) -> Roofline:
        """Return a roofline of two given rates, for example from a data sheet."""
        return cls([Roof(MEMORY, exactly(bandwidth_gbs))], [Roof("peak", exactly(peak_gflops))])

    @property
    def peak_gflops(self) -> float:
        """GFLOP/s of the highest compute roof."""
        return self.compute[0].rate.median

    @property
    def bandwidth_gbs(self) -> float:
        """GB/s of the lowest memory roof."""
        return self.memory[0].rate.median

    @property
    def ridge(self) -> float:
        """Intensity in FLOP/byte at which the lowest memory and the highest compute roof meet."""
        return self.ridge_of(self.memory[0], self.compute[0])

    @staticmethod
    def ridge_of(memory: Roof, compute: Roof) -> float:
        """Return the intensity in FLOP/byte at which two roofs meet."""
        return compute.rate.median / memory.rate.median

    def attainable(self, intensity: float) -> float:
        """Return the GFLOP/s that memory and the highest compute roof allow, at FLOP/byte."""
        return min(self.peak_gflops, intensity * self.bandwidth_gbs)

    def add(
        self,
        name: str,
        flops: int,
        bytes_moved: int,
        seconds: Spread | float,
        *,
        memory: str | None = None,
        compute: str | None = None,
    ) -> Kernel:
        """Place a kernel by what one call computes, moves and takes.

        Parameters
        ----------
        name : str
        flops, bytes_moved : int
            Counted for one call. State the rule by which.
        seconds : Spread or float
            Time of one call.
        memory, compute : str, optional
            Names of the roofs to hold it against: by default the lowest memory roof and the highest
            compute roof.

        Returns
        -------
        Kernel
            Also kept in `kernels`.

        Raises
        ------
        ValueError
            If a count or a time makes no sense, or there is no such roof.
        """
        time = seconds if isinstance(seconds, Spread) else exactly(seconds)
        if not 0 < time.median < math.inf:
            raise ValueError(f"{name} took {time.median!r} seconds, expected a time above 0.")
        if not (flops > 0 and bytes_moved > 0):
            raise ValueError(
                f"{name} counts {flops!r} FLOP and {bytes_moved!r} bytes; expected both above "
                "zero: a kernel without arithmetic, such as a copy, has no place under a roof of "
                "FLOP, compare its GB/s"
            )
        below = _named(self.memory, memory)
        kernel = Kernel(
            name=name,
            flops=flops,
            bytes_moved=bytes_moved,
            seconds=time,
            memory=below,
            compute=_named(self.compute, compute),
            cache_roofs=tuple(r for r in self.memory if r.rate.median > below.rate.median),
        )
        self.kernels.append(kernel)
        return kernel

    def __str__(self) -> str:
        lines = [f"roofs, {self.threads} thread{'s' if self.threads != 1 else ''}"]
        for unit, roofs in (("GB/s", self.memory[::-1]), ("GFLOP/s", self.compute)):
            lines += [f"  {roof.name:<22} {roof.rate} {unit}" for roof in roofs]
        lines.append(f"  ridge point            {significant(self.ridge)} FLOP/byte")
        return "\n".join([*lines, *(kernel.verdict for kernel in self.kernels)])


def _named(roofs: Sequence[Roof], name: str | None) -> Roof:
    if name is None:
        return roofs[0]
    for roof in roofs:
        if roof.name == name:
            return roof
    raise ValueError(f"got the roof {name!r}; expected one of {[roof.name for roof in roofs]}")
