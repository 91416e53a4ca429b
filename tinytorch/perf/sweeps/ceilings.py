"""The roofs of the machine: how fast each level of memory delivers, and three kinds of arithmetic.

Bandwidth comes from the streams (copy, scale, add, triad), over working sets from 16 KiB to four
times the last-level cache. Arithmetic comes from GEMM (SIMD with fused multiply-add, in float32 and
float64), from the multiplications of the scale stream (SIMD without it) and from multiplications in
a Python loop.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from tinytorch.perf.context import Context, thread_counts
from tinytorch.perf.sampling import SHORT_SAMPLE_SECONDS, BestSampler, CallSampler, Sampler
from tinytorch.perf.sweeps.labels import GEMM, PASS_OVERHEAD, PYTHON_MULTIPLY
from tinytorch.perf.sweeps.plan import Case, Group, Plan
from tinytorch.perf.sweeps.streams import STREAMS, StreamSampler, buffer_elements, carve

GEMM_SIZES = {"float32": (512, 1024, 2048), "float64": (512, 1024)}
QUICK_GEMM_SIZES = {"float32": (512, 1024), "float64": (512,)}
QUICK_STREAMS = ("scale", "add")
# A machine on which one product takes longer than this many seconds leaves the size out.
LONGEST_PRODUCT = 1.5
PROBE_SIZE = 256

SMALLEST_WORKING_SET = 16 * 2**10
# Stands in for four times a last-level cache that the system does not tell.
USUAL_LARGEST = 128 * 2**20
LARGEST_WORKING_SET = 2**30
# One call moves at least so many bytes, so that what the call itself costs hardly shows; waking
# threads costs more.
BYTES_A_CALL = 4 * 2**20
BYTES_A_THREADED_CALL = 128 * 2**20

# Seconds to look for the best of several samples, in each round.
SECONDS_A_STREAM = 1.5e-3
SECONDS_A_PRODUCT = 15e-3
SECONDS_AN_OVERHEAD = 10e-3

OVERHEAD_PASSES = 4096
OVERHEAD_ELEMENTS = 16
# Few enough for their objects to stay in the first-level cache.
PYTHON_MULTIPLICATIONS = 500


def working_sets(last_level_cache: int | None, memory: int | None, coarse: bool) -> list[int]:
    """Return working sets in bytes, from 16 KiB to four times the last-level cache.

    Two for each factor of two (one if coarse), and never more than an eighth of the machine's
    memory.
    """
    largest = 4 * last_level_cache if last_level_cache else USUAL_LARGEST
    largest = min(largest, LARGEST_WORKING_SET, (memory or 8 * LARGEST_WORKING_SET) // 8)
    sizes = [SMALLEST_WORKING_SET]
    while 2 * sizes[-1] <= largest:
        doubled = 2 * sizes[-1]
        if not coarse:
            sizes.append(doubled * 3 // 4)
        sizes.append(doubled)
    return sizes


def passes(working_set: int, threads: int) -> int:
    """Return how often one call goes over a working set."""
    return max(1, (BYTES_A_CALL if threads == 1 else BYTES_A_THREADED_CALL) // working_set)


@cache
def _longest_edge(dtype: str) -> int:
    """Return the edge of the largest product that takes no longer than it may on this machine."""
    a = _matrix(PROBE_SIZE, dtype, seed=1)
    sampler = CallSampler(partial(np.matmul, a, a))
    seconds = min(sampler.sample() for _ in range(3))
    return int(PROBE_SIZE * (LONGEST_PRODUCT / seconds) ** (1 / 3))


def _matrix(n: int, dtype: str, seed: int) -> NDArray[np.floating]:
    return np.random.default_rng(seed).standard_normal((n, n)).astype(dtype)


def _prepare_gemm(cases: list[tuple[str, int, int]]) -> list[Sampler]:
    samplers: list[Sampler] = []
    largest = max(n for _, n, _ in cases)
    factors = {
        dtype: (_matrix(largest, dtype, 1), _matrix(largest, dtype, 2)) for dtype, *_ in cases
    }
    for dtype, n, count in cases:
        a, b = (np.ascontiguousarray(factor[:n, :n]) for factor in factors[dtype])
        multiply = partial(np.matmul, a, b, out=np.empty_like(a))
        product = CallSampler(multiply, count, shortest=SHORT_SAMPLE_SECONDS)
        samplers.append(BestSampler(product, SECONDS_A_PRODUCT))
    return samplers


def _gemm_group(quick: bool) -> Group:
    sizes = QUICK_GEMM_SIZES if quick else GEMM_SIZES
    cases = [
        (dtype, n, count)
        for dtype, edges in sizes.items()
        for n in edges
        if n <= max(_longest_edge(dtype), edges[0])
        for count in thread_counts()
    ]
    return Group(
        cases=[
            Case(
                labels={"kernel": f"{GEMM} {dtype}", "n": n, "threads": count},
                elements=n * n,
                flops=2 * n**3,
                bytes=3 * n * n * np.dtype(dtype).itemsize,
            )
            for dtype, n, count in cases
        ],
        prepare=partial(_prepare_gemm, cases),
    )


def _prepare_streams(cases: list[tuple[str, int, int]]) -> list[Sampler]:
    largest = max(working_set for _, working_set, _ in cases)
    # One buffer for all: its pages are touched once, here, and not inside a sample.
    buffer = np.ones(buffer_elements(largest), dtype=np.float32)
    pool = ThreadPoolExecutor(max(count for *_, count in cases))
    samplers: list[Sampler] = []
    for name, working_set, count in cases:
        stream = STREAMS[name]
        arrays = carve(buffer, stream.arrays, stream.elements(working_set))
        shared = pool if count > 1 else None
        one = StreamSampler(stream, arrays, passes(working_set, count), count, shared)
        samplers.append(BestSampler(one, SECONDS_A_STREAM))
    return samplers


def _stream_group(quick: bool) -> Group:
    here = Context.here()
    cases = [
        (name, working_set, count)
        for count in thread_counts()
        for working_set in working_sets(
            here.last_level_cache_bytes, here.memory_bytes, coarse=quick or count > 1
        )
        for name in (QUICK_STREAMS if quick else STREAMS)
    ]
    return Group(
        cases=[_stream_case(*case) for case in cases],
        prepare=partial(_prepare_streams, cases),
    )


def _stream_case(name: str, working_set: int, threads: int) -> Case:
    stream = STREAMS[name]
    repeats = passes(working_set, threads)
    elements = repeats * stream.elements(working_set)
    return Case(
        labels={
            "kernel": name,
            "working_set": working_set,
            "passes": repeats,
            "threads": threads,
        },
        elements=elements,
        flops=stream.flops * elements or None,
        bytes=4 * stream.arrays * elements,
    )


def _multiply_floats(values: list[float], factor: float) -> float:
    product = 0.0
    for value in values:
        product = value * factor
    return product


def _prepare_overheads() -> list[Sampler]:
    add = STREAMS["add"]
    arrays = carve(np.ones(buffer_elements(2**10), np.float32), add.arrays, OVERHEAD_ELEMENTS)
    values = np.random.default_rng(0).random(PYTHON_MULTIPLICATIONS).tolist()
    samplers = (
        StreamSampler(add, arrays, OVERHEAD_PASSES),
        CallSampler(partial(_multiply_floats, values, 0.5), shortest=SHORT_SAMPLE_SECONDS),
    )
    return [BestSampler(sampler, SECONDS_AN_OVERHEAD) for sampler in samplers]


def _overhead_group() -> Group:
    return Group(
        cases=[
            Case({"kernel": PASS_OVERHEAD, "threads": 1}, elements=OVERHEAD_PASSES),
            Case(
                {"kernel": PYTHON_MULTIPLY, "threads": 1},
                elements=PYTHON_MULTIPLICATIONS,
                flops=PYTHON_MULTIPLICATIONS,
            ),
        ],
        prepare=_prepare_overheads,
    )


def _groups(quick: bool) -> list[Group]:
    parts = (_overhead_group(), _stream_group(quick), _gemm_group(quick))
    # All of them in turns: what disturbs the machine for some seconds then meets some rounds of
    # each ceiling, not all rounds of one.
    return [
        Group(
            cases=[case for part in parts for case in part.cases],
            prepare=lambda: [sampler for part in parts for sampler in part.prepare()],
        )
    ]


PLAN = Plan(
    name="ceilings",
    title="Ceilings of this machine: streams over working sets, GEMM, and one Python loop",
    counting=(
        "2 n^3 FLOP a product, one for each multiplication or addition of a stream; 4 bytes for "
        "each float32 read or written, without write-allocate: two arrays for copy and scale, "
        "three for add and triad. One call may pass over its working set many times. Each sample "
        "is the best of a few."
    ),
    groups=_groups,
)
