"""Wrong or lazy ways to write one function of Part 5, and the items that each must lose.

Every mutant stands in for one function among five right ones, so it shows that a function's items
depend on that function alone.
"""

import math

from tests.honest.performance_analysis import NAMES, PLAIN, count, number
from tests.mutants.collection import Mutant

MUTANTS: list[Mutant] = []

MATMUL = ("matmul-flops", "matmul-bytes", "matmul-exact", "matmul-errors")
ELEMENTWISE = ("elementwise-flops", "elementwise-bytes", "elementwise-errors")
INTENSITY = ("intensity-values", "intensity-errors")
RIDGE = ("ridge-values", "ridge-errors")
ATTAINABLE = ("attainable-values", "attainable-errors")
BOUND = ("bound-values", "bound-tie", "bound-errors")


def mutant(name, *loses):
    """Add the decorated function in the place of the function ``name``."""

    def collect(function):
        functions = tuple(function if other == name else PLAIN[other] for other in NAMES)
        MUTANTS.append(
            Mutant(
                function.__name__,
                function.__doc__,
                "performance_analysis",
                functions,
                frozenset(loses),
            )
        )
        return function

    return collect


@mutant("matmul_cost", *MATMUL)
def matmul_cost_unwritten(m, k, n):
    """The cell as it was released."""
    raise NotImplementedError


@mutant("matmul_cost", *MATMUL)
def matmul_cost_of_zeros(m, k, n):
    """Two zeros."""
    return 0, 0


@mutant("matmul_cost", *MATMUL)
def matmul_cost_always_an_error(m, k, n):
    """Raises for every argument."""
    raise ValueError(f"{m} {k} {n}")


@mutant("matmul_cost", *MATMUL)
def matmul_cost_without_bytes(m, k, n):
    """Returns one number."""
    return 2 * m * k * n


@mutant("matmul_cost", *MATMUL)
def matmul_cost_exchanged(m, k, n):
    """Bytes first."""
    flops, moved = PLAIN["matmul_cost"](m, k, n)
    return moved, flops


@mutant("matmul_cost", "matmul-flops", "matmul-exact", "matmul-errors")
def additions_forgotten(m, k, n):
    """Counts the multiplications only."""
    flops, moved = PLAIN["matmul_cost"](m, k, n)
    return flops // 2, moved


@mutant("matmul_cost", "matmul-flops", "matmul-exact", "matmul-errors")
def square_flops(m, k, n):
    """2 n**3: right for square matrices."""
    return 2 * n**3, PLAIN["matmul_cost"](m, k, n)[1]


@mutant("matmul_cost", "matmul-bytes", "matmul-exact", "matmul-errors")
def result_not_written(m, k, n):
    """Counts the two operands and not the result."""
    return 2 * m * k * n, 4 * (m * k + k * n)


@mutant("matmul_cost", "matmul-bytes", "matmul-exact", "matmul-errors")
def eight_byte_elements(m, k, n):
    """Counts float64, as the original page's first question does."""
    flops, moved = PLAIN["matmul_cost"](m, k, n)
    return flops, 2 * moved


@mutant("matmul_cost", "matmul-bytes", "matmul-exact", "matmul-errors")
def elements_for_bytes(m, k, n):
    """Counts elements."""
    flops, moved = PLAIN["matmul_cost"](m, k, n)
    return flops, moved // 4


@mutant("matmul_cost", "matmul-bytes", "matmul-exact", "matmul-errors")
def three_equal_matrices(m, k, n):
    """3 matrices of m by n."""
    return 2 * m * k * n, 4 * 3 * m * n


@mutant("matmul_cost", "matmul-exact")
def counts_in_floats(m, k, n):
    """Floats: rounded where the counts are large."""
    flops, moved = PLAIN["matmul_cost"](m, k, n)
    return float(flops), float(moved)


@mutant("matmul_cost", "matmul-exact")
def counts_in_32_bits(m, k, n):
    """Counts that overflow as int32 does."""
    flops, moved = PLAIN["matmul_cost"](m, k, n)
    return flops % 2**32, moved % 2**32


@mutant("matmul_cost", "matmul-exact")
def empty_matrices_refused(m, k, n):
    """Raises for a size of 0."""
    if 0 in (m, k, n):
        raise ValueError(f"empty: {m}, {k}, {n}")
    return PLAIN["matmul_cost"](m, k, n)


@mutant("matmul_cost", "matmul-errors")
def sizes_not_checked(m, k, n):
    """No check."""
    return 2 * m * k * n, 4 * (m * k + k * n + m * n)


@mutant("matmul_cost", "matmul-errors")
def only_the_first_size_checked(m, k, n):
    """Checks m, forgets k and n."""
    m = count("m", m)
    return 2 * m * k * n, 4 * (m * k + k * n + m * n)


@mutant("elementwise_cost", *ELEMENTWISE)
def elementwise_cost_unwritten(n, reads, writes, flops_per_element):
    """The cell as it was released."""
    raise NotImplementedError


@mutant("elementwise_cost", *ELEMENTWISE)
def elementwise_cost_of_arguments(n, reads, writes, flops_per_element):
    """Gives arguments back."""
    return n, n


@mutant("elementwise_cost", "elementwise-flops", "elementwise-errors")
def flops_of_one_element(n, reads, writes, flops_per_element):
    """FLOPs of one element, not of all."""
    return flops_per_element, 4 * n * (reads + writes)


@mutant("elementwise_cost", "elementwise-bytes", "elementwise-errors")
def writes_forgotten(n, reads, writes, flops_per_element):
    """Bytes of the reads only."""
    return n * flops_per_element, 4 * n * reads


@mutant("elementwise_cost", "elementwise-bytes", "elementwise-errors")
def reads_times_writes(n, reads, writes, flops_per_element):
    """Multiplies reads by writes."""
    return n * flops_per_element, 4 * n * reads * writes


@mutant("elementwise_cost", "elementwise-errors")
def type_errors_in_elementwise_cost(n, reads, writes, flops_per_element):
    """A TypeError for text."""
    if not isinstance(n, int):
        raise TypeError(f"n is {n!r}")
    return PLAIN["elementwise_cost"](n, reads, writes, flops_per_element)


@mutant("arithmetic_intensity", *INTENSITY)
def intensity_unwritten(flops, bytes_moved):
    """The cell as it was released."""
    raise NotImplementedError


@mutant("arithmetic_intensity", *INTENSITY)
def bytes_per_flop(flops, bytes_moved):
    """The inverse."""
    return number("bytes_moved", bytes_moved) / number("flops", flops, above_zero=True)


@mutant("arithmetic_intensity", *INTENSITY)
def whole_division(flops, bytes_moved):
    """// in place of /."""
    return flops // bytes_moved


@mutant("arithmetic_intensity", *INTENSITY)
def rounded_intensity(flops, bytes_moved):
    """Rounds to two decimals."""
    return round(PLAIN["arithmetic_intensity"](flops, bytes_moved), 2) + 1e-3


@mutant("arithmetic_intensity", "intensity-errors")
def infinite_intensity(flops, bytes_moved):
    """Infinity for zero bytes."""
    return math.inf if bytes_moved == 0 else PLAIN["arithmetic_intensity"](flops, bytes_moved)


@mutant("arithmetic_intensity", "intensity-errors")
def division_error_let_through(flops, bytes_moved):
    """ZeroDivisionError for zero bytes."""
    return flops / bytes_moved


@mutant("ridge_point", *RIDGE)
def ridge_of_nothing(peak_gflops, bandwidth_gbs):
    """Returns None."""


@mutant("ridge_point", *RIDGE)
def ridge_upside_down(peak_gflops, bandwidth_gbs):
    """Bandwidth over peak."""
    return bandwidth_gbs / peak_gflops


@mutant("ridge_point", *RIDGE)
def ridge_in_other_units(peak_gflops, bandwidth_gbs):
    """Takes one of the two for 10**9 times what it is."""
    return peak_gflops * 1e9 / bandwidth_gbs


@mutant("ridge_point", *RIDGE)
def ridge_in_gib(peak_gflops, bandwidth_gbs):
    """Takes GB for GiB."""
    return peak_gflops * 1e9 / (bandwidth_gbs * 2**30)


@mutant("ridge_point", "ridge-errors")
def negative_bandwidth_accepted(peak_gflops, bandwidth_gbs):
    """Refuses zero and text, but not a negative bandwidth."""
    if isinstance(bandwidth_gbs, float) and bandwidth_gbs < 0:
        return peak_gflops / bandwidth_gbs
    return PLAIN["ridge_point"](peak_gflops, bandwidth_gbs)


@mutant("attainable_gflops", *ATTAINABLE)
def always_the_peak(intensity, peak_gflops, bandwidth_gbs):
    """The flat roof only."""
    return peak_gflops


@mutant("attainable_gflops", *ATTAINABLE)
def always_the_slope(intensity, peak_gflops, bandwidth_gbs):
    """The slanted roof only."""
    return intensity * bandwidth_gbs


@mutant("attainable_gflops", *ATTAINABLE)
def the_higher_roof(intensity, peak_gflops, bandwidth_gbs):
    """The maximum in place of the minimum."""
    return max(peak_gflops, intensity * bandwidth_gbs)


@mutant("attainable_gflops", *ATTAINABLE)
def roofs_exchanged(intensity, peak_gflops, bandwidth_gbs):
    """The original page's roofline: bandwidth flat, compute slanted."""
    return min(bandwidth_gbs, intensity * peak_gflops)


@mutant("attainable_gflops", "attainable-errors")
def nan_let_through(intensity, peak_gflops, bandwidth_gbs):
    """NaN gives NaN."""
    if isinstance(intensity, float) and math.isnan(intensity):
        return math.nan
    return PLAIN["attainable_gflops"](intensity, peak_gflops, bandwidth_gbs)


@mutant("bound", *BOUND)
def bound_unwritten(intensity, peak_gflops, bandwidth_gbs):
    """The cell as it was released."""
    raise NotImplementedError


@mutant("bound", *BOUND)
def always_memory(intensity, peak_gflops, bandwidth_gbs):
    """One answer for all."""
    return "memory"


@mutant("bound", *BOUND)
def always_compute(intensity, peak_gflops, bandwidth_gbs):
    """The other answer for all."""
    return "compute"


@mutant("bound", *BOUND)
def bounds_exchanged(intensity, peak_gflops, bandwidth_gbs):
    """Memory above the ridge point."""
    return "compute" if intensity < peak_gflops / bandwidth_gbs else "memory"


@mutant("bound", *BOUND)
def other_words(intensity, peak_gflops, bandwidth_gbs):
    """Other words than the contract's."""
    return PLAIN["bound"](intensity, peak_gflops, bandwidth_gbs) + "-bound"


@mutant("bound", *BOUND)
def intensity_of_ten(intensity, peak_gflops, bandwidth_gbs):
    """A ridge point from one particular machine."""
    return "memory" if intensity < 1e9 else "compute"


class AgreesWithEverything(str):
    """A string that says it equals whatever it is compared with."""

    __hash__ = str.__hash__

    def __eq__(self, other):
        return True


@mutant("bound", *BOUND)
def agrees_with_everything(intensity, peak_gflops, bandwidth_gbs):
    """An object that compares equal to both answers."""
    return AgreesWithEverything("both")


@mutant("bound", "bound-tie")
def memory_at_the_ridge(intensity, peak_gflops, bandwidth_gbs):
    """<= in place of <."""
    ridge = PLAIN["ridge_point"](peak_gflops, bandwidth_gbs)
    return "memory" if number("intensity", intensity) <= ridge else "compute"


@mutant("bound", "bound-errors")
def machine_not_checked(intensity, peak_gflops, bandwidth_gbs):
    """No check of the machine."""
    return "memory" if intensity < peak_gflops / bandwidth_gbs else "compute"
