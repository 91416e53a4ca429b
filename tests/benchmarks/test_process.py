import pytest

from benchmarks.peers.process import (
    THREAD_VARIABLES,
    PeerFailed,
    ProcessEnded,
    environment,
    measuring_process,
)

FAKE = "tests.benchmarks.fake_worker"


def test_a_process_says_who_takes_part_and_measures_each() -> None:
    with measuring_process(3, FAKE) as process:
        assert process.threads == 3
        assert process.packages == {"A": "3"}  # so it knows its number of threads
        assert process.offering("gelu") == ["a", "b"]
        assert process.offering("matmul") == ["b"]
        (sampler,) = process.samplers("gelu", 64, ["a"])
        assert (sampler.warm_up(), sampler.sample()) == (0.25, 0.25)
        sampler.close()
    assert process.process.returncode is not None


def test_an_error_of_a_peer_is_named_and_the_process_goes_on() -> None:
    with measuring_process(1, FAKE) as process:
        failing, fine = process.samplers("gelu", 64, ["fails", "a"])
        with pytest.raises(PeerFailed, match="fails: MemoryError") as failure:
            failing.sample()
        assert (failure.value.peer, failure.value.reason) == ("fails", "MemoryError")
        assert fine.sample() == 0.25


def test_a_process_that_ends_says_with_what_words() -> None:
    with measuring_process(2, FAKE) as process:
        (sampler,) = process.samplers("gelu", 64, ["dies"])
        for _ in range(2):  # asked again it is still gone
            with pytest.raises(ProcessEnded, match="with 2 threads .* status 1: out of luck"):
                sampler.sample()


def test_a_process_that_does_not_start_says_why() -> None:
    with (
        pytest.raises(ProcessEnded, match="No module named"),
        measuring_process(1, "tests.benchmarks.no_such_worker"),
    ):
        pass


def test_every_library_is_told_the_number_of_threads() -> None:
    variables = environment(4)
    assert {variables[name] for name in THREAD_VARIABLES} == {"4"}


def test_the_real_process_checks_and_times_our_own_kernels() -> None:
    with measuring_process(1) as process:
        assert "fused_gelu" in process.offering("gelu")
        assert "np.matmul" in process.offering("matmul")
        (sampler,) = process.samplers("gelu", 256, ["fused_gelu"])
        assert sampler.warm_up() > 0
        assert sampler.sample() > 0
        sampler.close()
