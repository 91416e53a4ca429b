"""Tick labels that a person reads at a glance: 1 KiB, 2¹⁰, 0.1, 1,000."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def power_of_two(n: int) -> str:
    """Write 1024 as ``"2¹⁰"``; a number that is no power of two as itself."""
    exponent = n.bit_length() - 1
    return f"2{str(exponent).translate(_SUPERSCRIPTS)}" if n == 1 << exponent else f"{n:,}"


def plain_number(value: float) -> str:
    """Write a tick value without an exponent: ``"0.01"``, ``"10"``, ``"1,000"``."""
    return f"{value:,.0f}" if value >= 1 else f"{value:.10f}".rstrip("0")


def log_axis(axes: Axes, which: str) -> None:
    """Make one axis (``"x"`` or ``"y"``) logarithmic, with decades written as plain numbers.

    Where the data span little more than one decade, 2 and 5 are labelled too.
    """
    axis = axes.xaxis if which == "x" else axes.yaxis
    axes.set(**{f"{which}scale": "log"})
    low, high = sorted(axes.get_xlim() if which == "x" else axes.get_ylim())
    subs = (1.0,) if high / low > 300 else (1.0, 2.0, 5.0)
    axis.set_major_locator(LogLocator(base=10, subs=subs, numticks=12))
    axis.set_major_formatter(FuncFormatter(lambda value, _: plain_number(value)))
    axis.set_minor_locator(NullLocator())


def labelled_ticks(axes: Axes, values: Sequence[float], labels: Sequence[str]) -> None:
    """Put x ticks at the values that were measured, and nowhere else."""
    axes.set_xticks(list(values), list(labels))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
