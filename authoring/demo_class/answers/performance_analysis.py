"""Ways to fill the cell of Part 5."""

from __future__ import annotations

_CHECKS = """\
def number(name, value):
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= value < float("inf"):
        raise ValueError(f"{name} is {value!r}; expected a finite number from 0")
    return value


def positive(name, value):
    if number(name, value) == 0:
        raise ValueError(f"{name} is {value!r}; expected more than 0")
    return value


def count(name, value):
    if not isinstance(number(name, value), Integral):
        raise ValueError(f"{name} is {value!r}; expected a whole number")
    return int(value)


"""

_CAREFUL = """\
def matmul_cost(m, k, n):
    m, k, n = count("m", m), count("k", k), count("n", n)
    return 2 * m * k * n, 4 * (m * k + k * n + m * n)


def elementwise_cost(n, reads, writes, flops_per_element):
    n, moves = count("n", n), count("reads", reads) + count("writes", writes)
    return n * number("flops_per_element", flops_per_element), 4 * n * moves


def arithmetic_intensity(flops, bytes_moved):
    return number("flops", flops) / positive("bytes_moved", bytes_moved)


def ridge_point(peak_gflops, bandwidth_gbs):
    return positive("peak_gflops", peak_gflops) / positive("bandwidth_gbs", bandwidth_gbs)


def attainable_gflops(intensity, peak_gflops, bandwidth_gbs):
    slope = positive("bandwidth_gbs", bandwidth_gbs)
    return min(positive("peak_gflops", peak_gflops), number("intensity", intensity) * slope)


def bound(intensity, peak_gflops, bandwidth_gbs):
    ridge = ridge_point(peak_gflops, bandwidth_gbs)
    return "memory" if number("intensity", intensity) < ridge else "compute"
"""

_FORMULAS = """\
def matmul_cost(m, k, n):
    return 2 * m * k * n, 4 * (m * k + k * n + m * n)


def elementwise_cost(n, reads, writes, flops_per_element):
    return n * flops_per_element, 4 * n * (reads + writes)


def arithmetic_intensity(flops, bytes_moved):
    return flops / bytes_moved


def ridge_point(peak_gflops, bandwidth_gbs):
    return peak_gflops / bandwidth_gbs


def attainable_gflops(intensity, peak_gflops, bandwidth_gbs):
    return min(peak_gflops, intensity * bandwidth_gbs)


def bound(intensity, peak_gflops, bandwidth_gbs):
    if intensity < ridge_point(peak_gflops, bandwidth_gbs):
        return "memory"
    return "compute"
"""

ANSWERS = {
    "careful": _CHECKS + _CAREFUL,
    "careful, memory at the ridge": _CHECKS
    + _CAREFUL.replace('intensity) < ridge else "compute"', 'intensity) <= ridge else "compute"'),
    "careful, the result not written": _CHECKS
    + _CAREFUL.replace("(m * k + k * n + m * n)", "(m * k + k * n)"),
    "formulas only": _FORMULAS,
    "multiplications only": _FORMULAS.replace("2 * m * k * n", "m * k * n"),
    "eight bytes": _FORMULAS.replace("4 * ", "8 * "),
    "the higher roof": _FORMULAS.replace("min(", "max(").replace('"memory"', '"memory-bound"'),
    "the first two": _FORMULAS[: _FORMULAS.index("def arithmetic_intensity")].rstrip() + "\n",
}
