"""Benchmark functions over sizes, side by side: within a round each has its turn."""

from __future__ import annotations

import csv
import html
import inspect
import io
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.tensor import Tensor
from tinytorch.perf.context import Context
from tinytorch.perf.profiling import duration
from tinytorch.perf.sampling import CallSampler, Clock, Sampler, take_turns
from tinytorch.perf.spread import Spread, significant

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Function = Callable[..., Any]
MakeInputs = Callable[[int], tuple[Any, ...]]


def square_matrices(n: int) -> tuple[Tensor, Tensor]:
    """Return two n x n Tensors of standard normal values."""
    rng = np.random.default_rng(0)
    return (
        Tensor(rng.standard_normal((n, n), dtype=np.float32)),
        Tensor(rng.standard_normal((n, n), dtype=np.float32)),
    )


def one_vector(n: int) -> tuple[Tensor]:
    """Return one Tensor of n standard normal values."""
    return (Tensor(np.random.default_rng(0).standard_normal(n, dtype=np.float32)),)


@dataclass(frozen=True)
class BenchmarkRow:
    """One function at one size.

    Attributes
    ----------
    function : str
    size : int
        Edge of the square matrices, or length of the vector.
    samples : tuple of float
        Seconds a call, one per round.
    ratio : Spread
        How many times as long as the first function, round by round; exactly 1 for the first.
    """

    function: str
    size: int
    samples: tuple[float, ...]
    ratio: Spread

    @property
    def seconds(self) -> Spread:
        """Time of one call in seconds."""
        return Spread.of(self.samples)


@dataclass(frozen=True)
class BenchmarkTable:
    """What `benchmark` measured: prints, shows itself in a notebook, exports and plots."""

    rows: tuple[BenchmarkRow, ...]
    threads: int
    context: Context

    @property
    def functions(self) -> list[str]:
        """Names of the functions, in the order given."""
        return list(dict.fromkeys(row.function for row in self.rows))

    @property
    def sizes(self) -> list[int]:
        """Sizes, in the order given."""
        return list(dict.fromkeys(row.size for row in self.rows))

    def row(self, function: str, size: int) -> BenchmarkRow:
        """Return the row of one function at one size, or raise KeyError."""
        for row in self.rows:
            if (row.function, row.size) == (function, size):
                return row
        raise KeyError(
            f"no row for {function!r} at size {size!r}; there are {self.functions} at {self.sizes}"
        )

    def __str__(self) -> str:
        header, *body = self._cells()
        widths = [max(len(row[i]) for row in (header, *body)) for i in range(len(header))]
        lines = [
            "  ".join(
                cell.ljust(width) if i == 0 else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in (header, *body)
        ]
        return "\n".join([*lines, self._caption()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        header, *body = self._cells()
        head = "".join(f'<th scope="col">{html.escape(cell)}</th>' for cell in header)
        rows = "".join(
            f'<tr><th scope="row">{html.escape(row[0])}</th>'
            + "".join(f"<td>{html.escape(cell)}</td>" for cell in row[1:])
            + "</tr>"
            for row in body
        )
        return (
            f"<table><caption>{html.escape(self._caption())}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )

    def _cells(self) -> list[list[str]]:
        compare = len(self.functions) > 1
        header = ["function", "size", "median", "quartiles", "runs"]
        if compare:
            header.append(f"times {self.functions[0]}")
        cells = [header]
        for row in self.rows:
            spread = row.seconds
            line = [
                row.function,
                f"{row.size:,}",
                duration(spread.median),
                f"{duration(spread.q1)} to {duration(spread.q3)}",
                str(spread.runs),
            ]
            if compare:
                line.append(significant(row.ratio.median))
            cells.append(line)
        return cells

    def _caption(self) -> str:
        threads = f"{self.threads} BLAS thread{'s' if self.threads != 1 else ''}"
        return f"measured on {self.context.summary}; {threads}"

    def to_dict(self) -> dict[str, Any]:
        """Return context, threads and every row with its samples, ready for JSON."""
        return {
            "context": self.context.to_dict(),
            "threads": self.threads,
            "rows": [
                {
                    "function": row.function,
                    "size": row.size,
                    "samples": list(row.samples),
                    "seconds": row.seconds.to_dict(),
                    "ratio": row.ratio.to_dict(),
                }
                for row in self.rows
            ],
        }

    def to_csv(self, path: str | Path | None = None) -> str:
        """Return the table as CSV, times in seconds; write it to `path` too if one is given."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["function", "size", "median_s", "q1_s", "q3_s", "runs", "ratio_to_first"])
        for row in self.rows:
            spread = row.seconds
            writer.writerow(
                [row.function, row.size, spread.median, spread.q1, spread.q3, spread.runs]
                + [row.ratio.median]
            )
        if path is not None:
            Path(path).write_text(text.getvalue(), encoding="utf-8")
        return text.getvalue()

    def plot(self) -> Figure:
        """Return a matplotlib figure: time over size, both axes logarithmic, quartiles as bars."""
        # matplotlib takes half a second to import, which a benchmark that is only printed can save.
        from matplotlib.figure import Figure

        figure = Figure(figsize=(6, 4), layout="constrained")
        axes = figure.subplots()
        for name, marker in zip(self.functions, "osD^vPX*" * len(self.functions), strict=False):
            rows = [row for row in self.rows if row.function == name]
            spreads = [row.seconds for row in rows]
            axes.errorbar(
                [row.size for row in rows],
                [spread.median for spread in spreads],
                yerr=[
                    [spread.median - spread.q1 for spread in spreads],
                    [spread.q3 - spread.median for spread in spreads],
                ],
                marker=marker,
                capsize=3,
                label=name,
            )
        axes.set(xscale="log", yscale="log", xlabel="size n", ylabel="time of one call (s)")
        axes.set_xticks(self.sizes, [f"{size:,}" for size in self.sizes])
        axes.minorticks_off()
        axes.set_title(self._caption(), fontsize="small", wrap=True)
        axes.legend()
        return figure


def benchmark(
    functions: Function | Sequence[Function],
    sizes: Sequence[int] = (128, 256, 512),
    *,
    make_inputs: MakeInputs | None = None,
    rounds: int = 7,
    threads: int = 1,
    clock: Clock = time.perf_counter,
) -> BenchmarkTable:
    """Time one function or several over sizes.

    Within a round every function has its turn, so that a slow phase of the machine meets all of
    them and ratios are side by side.

    Parameters
    ----------
    functions : callable or sequence of callables
        Each is called with the inputs of one size. All get the same inputs.
    sizes : sequence of int
        Sizes to run, each at least 1.
    make_inputs : callable, optional
        Takes a size, returns the tuple of arguments. Without it, a function with one required
        parameter gets a Tensor of `size` values, and one with two gets two square Tensors.
    rounds : int
        Samples for each function and size. A sample repeats short calls for a millisecond.
    threads : int
        Threads that BLAS may use.
    clock : callable
        Returns seconds.

    Returns
    -------
    BenchmarkTable

    Raises
    ------
    TypeError, ValueError
        If a function cannot be called, a size, `rounds` or `threads` is no integer of at least 1,
        or the inputs cannot be chosen.
    """
    chosen = [functions] if callable(functions) else _listed(functions)
    names = _names(chosen)
    _check_counts("sizes", sizes)
    _check_counts("rounds", [rounds])
    _check_counts("threads", [threads])
    make = make_inputs if make_inputs is not None else _inputs_for(chosen)
    if not callable(make):
        raise TypeError(
            f"make_inputs is {make!r}, expected a function from a size to a tuple of arguments."
        )
    rows: list[BenchmarkRow] = []
    for size in dict.fromkeys(sizes):
        inputs = make(size)
        samplers: list[Sampler] = [
            CallSampler(_bound(function, inputs), threads, clock=clock) for function in chosen
        ]
        for sampler in samplers:
            sampler.warm_up()
        samples = take_turns(samplers, rounds)
        rows += [
            BenchmarkRow(
                function=name,
                size=size,
                samples=tuple(taken),
                ratio=Spread.of(a / b for a, b in zip(taken, samples[0], strict=True)),
            )
            for name, taken in zip(names, samples, strict=True)
        ]
    return BenchmarkTable(tuple(rows), threads, Context.here())


def _bound(function: Function, inputs: tuple[Any, ...]) -> Callable[[], object]:
    return lambda: function(*inputs)


def _listed(functions: Any) -> list[Function]:
    chosen = list(functions) if isinstance(functions, list | tuple) else [functions]
    if not chosen:
        raise ValueError("benchmark was given no function; pass one, or a list of some.")
    for function in chosen:
        if not callable(function):
            raise TypeError(
                f"benchmark was given {function!r}, expected a function: pass fused_gelu, not "
                f"fused_gelu(x)."
            )
    return chosen


def _names(functions: list[Function]) -> list[str]:
    """Name the functions; a name that comes again gets a number, for rows are found by name."""
    names: list[str] = []
    for function in functions:
        name = getattr(function, "__name__", type(function).__name__)
        same = sum(1 for other in names if other == name or other.startswith(f"{name} ("))
        names.append(f"{name} ({same + 1})" if same else name)
    return names


def _check_counts(name: str, values: Any) -> None:
    if isinstance(values, str) or not isinstance(values, Sequence | range | np.ndarray):
        raise TypeError(f"{name} is {values!r}, expected a list of integers such as [128, 256].")
    if len(values) == 0:
        raise ValueError(f"{name} is empty, expected at least one integer, for example [128, 256].")
    for value in values:
        is_integer = isinstance(value, int | np.integer) and not isinstance(value, bool)
        if not is_integer or value < 1:
            raise ValueError(
                f"{name} contains {value!r}, expected integers of at least 1, for example 256."
            )


def _inputs_for(functions: list[Function]) -> MakeInputs:
    counts = {_required_parameters(function) for function in functions}
    if counts == {1}:
        return one_vector
    if counts == {2}:
        return square_matrices
    raise ValueError(
        "benchmark makes inputs for functions that all need one argument, or all need two; these "
        f"need {sorted(counts, key=str)}: pass make_inputs=, a function from a size to a tuple of "
        "arguments."
    )


def _required_parameters(function: Function) -> int | str:
    if isinstance(function, np.ufunc):
        return function.nin
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return "an unknown number"
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(
        1
        for parameter in parameters
        if parameter.kind in positional and parameter.default is inspect.Parameter.empty
    )
