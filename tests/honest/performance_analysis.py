"""Right ways to write Part 5: each is a dictionary of the six functions and earns every point."""

import math
import operator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import wraps
from numbers import Integral, Real

import numpy as np

HONEST: list[dict] = []

NAMES = (
    "matmul_cost",
    "elementwise_cost",
    "arithmetic_intensity",
    "ridge_point",
    "attainable_gflops",
    "bound",
)


def honest(make):
    """Add the six functions that ``make`` returns, under its name."""
    HONEST.append({"__name__": make.__name__, **dict(zip(NAMES, make(), strict=True))})
    return make


def number(name, value, above_zero=False):
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
        raise ValueError(f"{name} is {value!r}; expected a finite number: pass one")
    if value < 0 or (above_zero and value == 0):
        raise ValueError(
            f"{name} is {value!r}; expected a number {'above' if above_zero else 'from'} 0"
        )
    return value


def count(name, value):
    if not isinstance(number(name, value), Integral):
        raise ValueError(f"{name} is {value!r}; expected a whole number: round it")
    return int(value)


@honest
def plain_functions():
    def matmul_cost(m, k, n):
        m, k, n = count("m", m), count("k", k), count("n", n)
        return 2 * m * k * n, 4 * (m * k + k * n + m * n)

    def elementwise_cost(n, reads, writes, flops_per_element):
        n, reads, writes = count("n", n), count("reads", reads), count("writes", writes)
        return n * number("flops_per_element", flops_per_element), 4 * n * (reads + writes)

    def arithmetic_intensity(flops, bytes_moved):
        return number("flops", flops) / number("bytes_moved", bytes_moved, above_zero=True)

    def ridge_point(peak_gflops, bandwidth_gbs):
        return number("peak", peak_gflops, True) / number("bandwidth", bandwidth_gbs, True)

    def attainable_gflops(intensity, peak_gflops, bandwidth_gbs):
        slope = number("bandwidth", bandwidth_gbs, True) * number("intensity", intensity)
        return min(number("peak", peak_gflops, True), slope)

    def bound(intensity, peak_gflops, bandwidth_gbs):
        ridge = ridge_point(peak_gflops, bandwidth_gbs)
        return "memory" if number("intensity", intensity) < ridge else "compute"

    return (
        matmul_cost,
        elementwise_cost,
        arithmetic_intensity,
        ridge_point,
        attainable_gflops,
        bound,
    )


PLAIN = HONEST[0]


def variant(**changed):
    """The plain functions with some of them written differently."""
    return tuple({**PLAIN, **changed}[name] for name in NAMES)


@honest
def a_dataclass_for_the_machine():
    @dataclass(frozen=True)
    class Machine:
        peak: float
        bandwidth: float

        def __post_init__(self):
            number("peak_gflops", self.peak, above_zero=True)
            number("bandwidth_gbs", self.bandwidth, above_zero=True)

        @property
        def ridge(self):
            return self.peak / self.bandwidth

        def attainable(self, intensity):
            slanted = number("intensity", intensity) * self.bandwidth
            return slanted if slanted < self.peak else self.peak

        def bound(self, intensity):
            return ("compute", "memory")[number("intensity", intensity) < self.ridge]

    return variant(
        ridge_point=lambda peak, bandwidth: Machine(peak, bandwidth).ridge,
        attainable_gflops=lambda intensity, peak, bandwidth: Machine(peak, bandwidth).attainable(
            intensity
        ),
        bound=lambda intensity, peak, bandwidth: Machine(peak, bandwidth).bound(intensity),
    )


@honest
def a_decorator_that_checks_arguments():
    def positive(function):
        @wraps(function)
        def checked(*values):
            for value in values:
                number("argument", value, above_zero=True)
            return function(*values)

        return checked

    return variant(
        ridge_point=positive(lambda peak_gflops, bandwidth_gbs: peak_gflops / bandwidth_gbs)
    )


@honest
def exact_fractions():
    def arithmetic_intensity(flops, bytes_moved):
        return float(Fraction(number("flops", flops)) / number("bytes", bytes_moved, True))

    def ridge_point(peak_gflops, bandwidth_gbs):
        peak = Fraction(number("peak", peak_gflops, True))
        return float(peak / Fraction(number("bandwidth", bandwidth_gbs, True)))

    return variant(arithmetic_intensity=arithmetic_intensity, ridge_point=ridge_point)


@honest
def decimals_for_the_intensity():
    def arithmetic_intensity(flops, bytes_moved):
        number("flops", flops)
        number("bytes_moved", bytes_moved, above_zero=True)
        return float(Decimal(flops) / Decimal(bytes_moved))

    return variant(arithmetic_intensity=arithmetic_intensity)


@honest
def numpy_scalars_for_the_rates():
    def attainable_gflops(intensity, peak_gflops, bandwidth_gbs):
        number("intensity", intensity)
        number("peak", peak_gflops, True)
        number("bandwidth", bandwidth_gbs, True)
        return np.minimum(peak_gflops, np.float64(intensity) * bandwidth_gbs)

    def ridge_point(peak_gflops, bandwidth_gbs):
        number("peak", peak_gflops, True)
        return np.float64(peak_gflops) / number("bandwidth", bandwidth_gbs, True)

    return variant(attainable_gflops=attainable_gflops, ridge_point=ridge_point)


@honest
def lists_in_place_of_tuples():
    def matmul_cost(m, k, n):
        m, k, n = (count("a size", size) for size in (m, k, n))
        return [2 * m * n * k, sum(4 * values for values in (m * k, k * n, m * n))]

    return variant(matmul_cost=matmul_cost)


@honest
def one_kernel_after_the_other():
    def elementwise_cost(n, reads, writes, flops_per_element):
        count("n", n)
        traffic = 0
        for name, accesses in (("reads", reads), ("writes", writes)):
            traffic += n * count(name, accesses) * 4
        return number("flops_per_element", flops_per_element) * n, traffic

    return variant(elementwise_cost=elementwise_cost)


@honest
def errors_of_other_types_turned_into_value_error():
    def ridge_point(peak_gflops, bandwidth_gbs):
        try:
            ridge = peak_gflops / bandwidth_gbs
            if not (0 < ridge < math.inf and peak_gflops > 0 and math.isfinite(bandwidth_gbs)):
                raise ValueError
        except (TypeError, ValueError, ZeroDivisionError) as error:
            raise ValueError(
                f"peak {peak_gflops!r} and bandwidth {bandwidth_gbs!r} need to be positive"
            ) from error
        return ridge

    return variant(ridge_point=ridge_point)


@honest
def bound_from_the_attainable_rate():
    def bound(intensity, peak_gflops, bandwidth_gbs):
        attainable = PLAIN["attainable_gflops"](intensity, peak_gflops, bandwidth_gbs)
        return "compute" if attainable >= peak_gflops else "memory"

    return variant(bound=bound)


@honest
def closures_and_operator():
    def rate(divide):
        def divided(numerator, denominator):
            number("flops", numerator)
            return divide(numerator, number("bytes_moved", denominator, above_zero=True))

        return divided

    return variant(arithmetic_intensity=rate(operator.truediv))


@honest
def methods_of_an_object():
    class Analysis:
        element = np.dtype(np.float32).itemsize

        def matmul_cost(self, m, k, n):
            count("m", m), count("k", k), count("n", n)
            return math.prod((2, m, k, n)), self.element * (m * (k + n) + k * n)

        def bound(self, intensity, peak_gflops, bandwidth_gbs):
            number("intensity", intensity)
            if intensity >= PLAIN["ridge_point"](peak_gflops, bandwidth_gbs):
                return "compute"
            return "memory"

    analysis = Analysis()
    return variant(matmul_cost=analysis.matmul_cost, bound=analysis.bound)
