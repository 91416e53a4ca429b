import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.perf.machines import CACHES, machine_points
from tinytorch.perf import roofline as roofline_module
from tinytorch.perf.ceilings import Ceilings
from tinytorch.perf.context import Context
from tinytorch.perf.roof import Roof, exactly
from tinytorch.perf.roofline import Machine, Roofline
from tinytorch.perf.sampling import Sampler
from tinytorch.perf.spread import Spread
from tinytorch.perf.sweeps import ceilings as ceilings_sweep
from tinytorch.perf.sweeps.plan import Group, Plan

numbers = st.floats(min_value=1e-3, max_value=1e6)


@given(numbers, numbers, numbers)
def test_attainable_is_the_lower_roof(peak: float, bandwidth: float, intensity: float) -> None:
    roofline = Roofline.of(peak, bandwidth)
    attainable = roofline.attainable(intensity)
    assert attainable <= peak
    assert attainable <= intensity * bandwidth
    assert attainable in (peak, intensity * bandwidth)


@given(numbers, numbers)
def test_both_roofs_meet_at_the_ridge(peak: float, bandwidth: float) -> None:
    roofline = Roofline.of(peak, bandwidth)
    assert math.isclose(roofline.ridge * bandwidth, peak, rel_tol=1e-12)


def test_a_placed_kernel() -> None:
    roofline = Roofline.of(100, 10)
    kernel = roofline.add("k", flops=2000, bytes_moved=1000, seconds=1e-6)
    assert kernel.intensity == 2
    assert kernel.gflops.median == pytest.approx(2)
    assert kernel.attainable == 20
    assert kernel.bound == "memory"
    assert kernel.limit.name == "memory"
    assert kernel.headroom == pytest.approx(10)
    assert not kernel.above_roof
    assert "reaches 10 % of the memory roof; up to 10.0 times as fast" in kernel.verdict
    assert roofline.kernels == [kernel]
    assert kernel.verdict in str(roofline)


@pytest.mark.parametrize(
    ("seconds", "share"), [(1e-6, "10 %"), (1.01e-7, "99 %"), (3e-5, "0.33 %"), (1.2e-6, "8.3 %")]
)
def test_a_small_share_of_a_roof_is_not_rounded_to_nothing(seconds: float, share: str) -> None:
    kernel = Roofline.of(100, 10).add("k", flops=2000, bytes_moved=1000, seconds=seconds)
    assert kernel.share == share


def test_right_of_the_ridge_the_flat_roof_limits() -> None:
    kernel = Roofline.of(100, 10).add("k", flops=20_000, bytes_moved=1000, seconds=1e-6)
    assert (kernel.bound, kernel.limit.name, kernel.attainable) == ("compute", "peak", 100)


def test_the_rate_takes_its_quartiles_from_those_of_the_time() -> None:
    spread = Spread(median=2e-6, q1=1e-6, q3=4e-6, runs=3)
    gflops = Roofline.of(100, 10).add("k", 2000, 1000, spread).gflops
    assert (gflops.median, gflops.q1, gflops.q3) == pytest.approx((1.0, 0.5, 2.0))
    assert gflops.runs == 3


@given(
    st.integers(1, 10**12), st.integers(1, 10**12), st.floats(min_value=1e-9, max_value=10), numbers
)
def test_a_kernel_is_never_faster_than_its_headroom_says(
    flops: int, moved: int, seconds: float, rate: float
) -> None:
    kernel = Roofline.of(rate, rate).add("k", flops, moved, seconds)
    assert kernel.gflops.median * kernel.headroom == pytest.approx(kernel.attainable)
    assert kernel.above_roof == (kernel.headroom < 1 / 1.1)


def test_a_point_above_its_roof_is_called_an_error() -> None:
    kernel = Roofline.of(100, 10).add("k", flops=2000, bytes_moved=1000, seconds=1e-8)
    assert kernel.above_roof
    assert "10.0 times above the memory roof" in kernel.verdict
    assert "a counting or timing error, not a discovery" in kernel.verdict
    assert "number of threads" in kernel.verdict


def test_a_point_that_a_cache_explains_is_told_which() -> None:
    memory = [Roof("L2", exactly(300)), Roof("memory", exactly(10)), Roof("L3", exactly(50))]
    roofline = Roofline(memory, [Roof("GEMM", exactly(1000))])
    at_200_gbs = roofline.add("k", flops=1000, bytes_moved=1000, seconds=1000 / 200e9)
    assert "not a discovery" in at_200_gbs.verdict
    assert "the L2 roof has room" in at_200_gbs.verdict  # L3 would not explain it
    against_l2 = roofline.add("k", 1000, 1000, 1000 / 200e9, memory="L2")
    assert not against_l2.above_roof
    assert "reaches 67 % of the L2 roof" in against_l2.verdict


def test_a_point_within_noise_of_its_roof_is_no_error() -> None:
    assert not Roofline.of(100, 10).add("k", 20_000, 1000, 20_000 / 105e9).above_roof


def test_a_kernel_can_be_held_against_other_arithmetic() -> None:
    compute = [Roof("GEMM", exactly(100)), Roof("np.multiply", exactly(10))]
    roofline = Roofline([Roof("memory", exactly(10))], compute)
    kernel = roofline.add("k", 10**6, 10**5, 1e-3, compute="np.multiply")
    assert kernel.limit.name == "np.multiply"
    assert kernel.attainable == 10
    with pytest.raises(ValueError, match=r"roof 'tea'; expected one of .'GEMM', 'np.multiply'."):
        roofline.add("k", 1, 1, 1, compute="tea")


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="'peak' has a rate of 0"):
        Roofline.of(0, 10)
    with pytest.raises(ValueError, match="'memory' has a rate of -1"):
        Roofline.of(10, -1)
    with pytest.raises(ValueError, match="took 0 seconds"):
        Roofline.of(10, 10).add("k", 1, 1, 0)
    with pytest.raises(ValueError, match="both above zero"):
        Roofline.of(10, 10).add("k", 1, 0, 1)
    with pytest.raises(ValueError, match="a copy"):
        Roofline.of(10, 10).add("copy", 0, 8, 1)
    with pytest.raises(ValueError, match="0 memory roofs"):
        Roofline([], [Roof("peak", exactly(1))])
    with pytest.raises(ValueError, match="every name once"):
        Roofline([Roof("x", exactly(1))], [Roof("x", exactly(1))])


def test_measured_ceilings_make_a_roofline() -> None:
    roofline = Roofline.under(Ceilings(machine_points(), CACHES), "all")
    assert [roof.name for roof in roofline.memory] == ["memory", "L3", "L2", "L1"]
    assert [roof.name for roof in roofline.compute] == [
        "GEMM float32",
        "np.multiply",
        "Python loop",
    ]
    assert roofline.threads == 2
    assert roofline.bandwidth_gbs == pytest.approx(40)
    assert roofline.peak_gflops == pytest.approx(200)
    assert roofline.ridge == pytest.approx(5)
    double = Roofline.under(Ceilings(machine_points(), CACHES), 1, "float64")
    assert double.peak_gflops == pytest.approx(50)


class Scripted:
    """A sampler that measures nothing: it knows its seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def warm_up(self) -> float:
        return self.seconds

    def sample(self) -> float:
        return self.seconds

    def close(self) -> None:
        """Nothing is held."""


BYTES_A_SECOND = 20e9
FLOPS_A_SECOND = 100e9


def scripted_groups(quick: bool) -> list[Group]:
    """Return the real cases, each as fast as one bandwidth and one rate of arithmetic allow."""

    def seconds(case: object) -> float:
        moved, flops = getattr(case, "bytes", None), getattr(case, "flops", None)
        return max((moved or 0) / BYTES_A_SECOND, (flops or 1) / FLOPS_A_SECOND)

    def prepare(group: Group) -> list[Sampler]:
        return [Scripted(seconds(case)) for case in group.cases]

    groups = ceilings_sweep.PLAN.groups(quick)
    return [Group(group.cases, lambda group=group: prepare(group)) for group in groups]


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize("cores", [1, 2])
@pytest.mark.parametrize("caches", [{}, CACHES])
def test_measuring_reads_the_roofs_that_are_there(
    monkeypatch: pytest.MonkeyPatch, quick: bool, cores: int, caches: dict[str, int]
) -> None:
    here = Context(cpu="unknown CPU", cores=cores, caches=caches, numpy="2", date="2026-01-01")
    monkeypatch.setattr(Context, "here", classmethod(lambda cls: here))
    monkeypatch.setattr(ceilings_sweep, "thread_counts", lambda: sorted({1, cores}))
    plan = Plan(ceilings_sweep.PLAN.name, "t", "c", scripted_groups)
    monkeypatch.setattr(roofline_module, "PLAN", plan)
    machine = Machine.measure(quick=quick, progress=False)
    assert machine.context == here
    assert machine.recording.quick == quick
    assert machine.ceilings.threads == sorted({1, cores})
    for threads in (1, "all"):
        roofline = machine.roofline(threads)
        assert roofline.bandwidth_gbs == pytest.approx(20, rel=1e-4)
        assert roofline.peak_gflops == pytest.approx(100, rel=1e-4)
        assert machine.ceilings.peak_gflops(threads, "float64").median == pytest.approx(
            100, rel=1e-4
        )
    assert "GFLOP/s" in str(machine)


@pytest.mark.slow
def test_this_machine_can_be_measured() -> None:
    machine = Machine.measure(quick=True, progress=False)
    assert machine.roofline().ridge > 0
    assert machine.roofline("all").ridge > 0
    assert machine.ceilings.peak_gflops("all").runs >= 3
