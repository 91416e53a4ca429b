import asyncio
import heapq
import itertools
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytorch.explore.learner.attempt import NothingToShow
from tinytorch.explore.live.home import Home
from tinytorch.explore.live.measurement import measure_call
from tinytorch.explore.live.turns import SLICE_SECONDS, Measurement, Superseded, Turns
from tinytorch.perf.benchmarking import one_vector


class Handle:
    def __init__(self) -> None:
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Loop:
    """An event loop whose time passes only where a test says so."""

    def __init__(self) -> None:
        self.now = 0.0
        self.queue: list[tuple[float, int, Handle, Callable[..., object], tuple[Any, ...]]] = []
        self.numbers = itertools.count()
        self.closed = False

    def is_closed(self) -> bool:
        return self.closed

    def call_soon_threadsafe(self, function: Callable[..., object], *args: Any) -> None:
        assert not self.closed
        self.call_later(0.0, function, *args)

    def call_later(self, delay: float, function: Callable[..., object], *args: Any) -> Handle:
        handle = Handle()
        heapq.heappush(self.queue, (self.now + delay, next(self.numbers), handle, function, args))
        return handle

    def turn(self) -> bool:
        """Run what is next; say whether there was anything."""
        if not self.queue:
            return False
        when, _, handle, function, args = heapq.heappop(self.queue)
        self.now = max(self.now, when)
        if not handle.cancelled:
            function(*args)
        return True

    def run(self) -> None:
        while self.turn():
            pass


@dataclass
class Scene:
    """Turns on a loop, and what they said."""

    loop: Loop | None
    activities: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        clock = (lambda: 0.0) if self.loop is None else (lambda: self.loop.now)
        self.turns = Turns(self.activities.append, self.troubles.append, Home(self.loop), clock)


@pytest.fixture(params=["on a loop", "without a loop"])
def scene(request: pytest.FixtureRequest) -> Scene:
    return Scene(Loop() if request.param == "on a loop" else None)


def settle(scene: Scene) -> None:
    if scene.loop is not None:
        scene.loop.run()


def test_a_measurement_is_announced_and_run_to_its_end(scene: Scene):
    done = []

    def measurement() -> Measurement:
        assert scene.activities == ["Measuring tile 64"]
        yield 0.0
        done.append(1)
        yield 0.0
        done.append(2)

    scene.turns.request("Measuring tile 64", measurement)
    settle(scene)
    assert done == [1, 2]
    assert scene.activities == ["Measuring tile 64", ""]
    assert scene.troubles == [""]


def raising(problem: BaseException) -> Callable[[], Measurement]:
    def measurement() -> Measurement:
        yield 0.0
        raise problem

    return measurement


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (NothingToShow("Part 4 is not written yet."), "Part 4 is not written yet."),
        (ValueError("a\nb"), "The measurement ended with ValueError (a); "),
        (ValueError(), "The measurement ended with ValueError; "),
        (SystemExit(1), "The measurement ended with SystemExit (1); "),
        (BaseException("odd"), "The measurement ended with BaseException (odd); "),
        (asyncio.CancelledError(), "The measurement ended with CancelledError; "),
    ],
)
def test_whatever_is_raised_becomes_one_sentence_and_the_next_request_works(
    scene: Scene, problem: BaseException, sentence: str
):
    scene.turns.request("first", raising(problem))
    settle(scene)
    assert len(scene.troubles) == 1
    assert scene.troubles[0].startswith(sentence)
    assert scene.troubles[0].endswith(".")
    scene.turns.request("second", lambda: iter_of(0.0))
    settle(scene)
    assert scene.troubles[1:] == [""]
    assert scene.activities == ["first", "", "second", ""]


def iter_of(*pauses: float) -> Measurement:
    yield from pauses


def test_a_measurement_that_cannot_even_begin_becomes_one_sentence(scene: Scene):
    def start() -> Measurement:
        raise NothingToShow("There is nothing to begin with.")

    scene.turns.request("first", start)
    settle(scene)
    assert scene.troubles == ["There is nothing to begin with."]


def test_an_interrupt_ends_the_measurement_and_not_the_loop():
    scene = Scene(Loop())
    scene.turns.request("first", raising(KeyboardInterrupt()))
    settle(scene)
    assert scene.troubles == ["The measurement was interrupted; move a control to measure again."]


def test_an_interrupt_reaches_a_program_that_has_no_loop():
    scene = Scene(None)
    with pytest.raises(KeyboardInterrupt):
        scene.turns.request("first", raising(KeyboardInterrupt()))
    assert scene.activities == ["first", ""]


def test_others_have_their_turn_between_two_slices():
    loop = Loop()
    scene = Scene(loop)
    order = []

    def measurement() -> Measurement:
        for step in range(3):
            order.append(f"step {step}")
            loop.now += 2 * SLICE_SECONDS  # as a slow function does
            yield 0.0

    scene.turns.request("first", measurement)
    for message in range(3):
        loop.call_later(message * 2 * SLICE_SECONDS, order.append, f"message {message}")
    loop.run()
    assert order == ["step 0", "message 0", "message 1", "step 1", "message 2", "step 2"]


def test_steps_that_take_no_time_share_a_slice():
    loop = Loop()
    scene = Scene(loop)
    scene.turns.request("first", lambda: iter_of(*[0.0] * 50))
    assert loop.turn()
    assert scene.activities == ["first", ""]
    assert not loop.turn()


def test_a_measurement_waits_as_long_as_it_wants_and_no_longer_than_the_next_request():
    loop = Loop()
    scene = Scene(loop)
    scene.turns.request("first", lambda: iter_of(5.0))
    loop.run()
    assert loop.now == 5.0
    scene.turns.request("second", lambda: iter_of(1000.0))
    loop.turn()
    scene.turns.request("third", lambda: iter_of(0.0))
    loop.turn()
    assert scene.activities == ["first", "", "second", "third", ""]
    loop.run()
    assert scene.troubles == ["", ""]


def test_a_measurement_that_is_superseded_may_keep_what_it_has():
    loop = Loop()
    scene = Scene(loop)
    kept = []

    def measurement() -> Measurement:
        samples = 0
        try:
            while True:
                samples += 1
                loop.now += SLICE_SECONDS
                yield 0.0
        except Superseded:
            kept.append(samples)

    scene.turns.request("first", measurement)
    for _ in range(3):
        loop.turn()
    scene.turns.request("second", lambda: iter_of(0.0))
    loop.run()
    assert kept == [3]
    assert scene.activities == ["first", "second", ""]


def test_a_measurement_that_does_not_want_to_end_is_closed():
    loop = Loop()
    scene = Scene(loop)
    closed = []

    def stubborn() -> Measurement:
        try:
            while True:
                try:
                    yield 1.0
                except Superseded:
                    continue
        finally:
            closed.append("stubborn")

    def deaf() -> Measurement:
        while True:
            try:
                yield 1.0
            except BaseException:  # noqa: B036
                closed.append("deaf")
                raise RuntimeError("as I said") from None

    for start in (stubborn, deaf):
        scene.turns.request("first", start)
        loop.turn()
        scene.turns.request("second", lambda: iter_of(0.0))
        loop.turn()
    assert closed == ["stubborn", "deaf"]
    assert scene.troubles == ["", ""]


def test_a_request_that_a_measurement_makes_itself_follows_it(scene: Scene):
    def measurement() -> Measurement:
        scene.turns.request("second", lambda: iter_of(0.0))
        return
        yield

    scene.turns.request("first", measurement)
    settle(scene)
    assert scene.activities == ["first", "second", ""]


def test_nothing_runs_after_it_was_closed(scene: Scene):
    done = []

    def measurement() -> Measurement:
        done.append("begun")
        scene.turns.close()
        yield 0.0
        done.append("gone on")

    scene.turns.request("first", measurement)
    settle(scene)
    scene.turns.request("second", measurement)
    settle(scene)
    assert done[:1] == ["begun"]
    assert done.count("begun") == 1


def test_a_request_to_a_loop_that_has_ended_is_forgotten():
    loop = Loop()
    scene = Scene(loop)
    loop.closed = True
    scene.turns.request("first", lambda: iter_of(0.0))
    scene.turns.close()
    assert scene.activities == []


@given(
    st.lists(
        st.tuples(
            st.integers(0, 4),  # turns of the loop before the request
            st.integers(0, 5),  # steps of the measurement
            st.booleans(),  # whether it fails at its end
        ),
        min_size=1,
        max_size=8,
    )
)
def test_the_newest_request_always_comes_to_its_end_and_two_never_run_at_once(script):
    loop = Loop()
    scene = Scene(loop)
    running: list[int] = []
    finished: list[int] = []

    def measurement(number: int, steps: int, fails: bool) -> Measurement:
        assert not running
        running.append(number)
        try:
            for _ in range(steps):
                loop.now += SLICE_SECONDS
                yield 0.0
            finished.append(number)
            if fails:
                raise NothingToShow(f"{number} failed.")
        finally:
            running.remove(number)

    for number, (wait, steps, fails) in enumerate(script):
        for _ in range(wait):
            loop.turn()
        scene.turns.request(
            str(number),
            partial(measurement, number, steps, fails),
        )
    loop.run()
    last = len(script) - 1
    assert not running
    assert finished == sorted(finished)
    assert finished[-1] == last
    assert scene.activities[-2:] == [str(last), ""]
    assert scene.troubles[-1] == (f"{last} failed." if script[-1][2] else "")
    assert len(scene.troubles) == len(finished)


def test_requests_of_any_thread_are_carried_out_by_the_thread_of_the_loop():
    async def kernel() -> list[threading.Thread]:
        ended = asyncio.Event()
        threads = []

        def measurement() -> Measurement:
            threads.append(threading.current_thread())
            yield 0.0
            threads.append(threading.current_thread())

        turns = Turns(lambda words: None if words else ended.set(), lambda sentence: None)
        subshell = threading.Thread(target=turns.request, args=("first", measurement))
        subshell.start()
        await ended.wait()
        subshell.join()
        return threads

    assert asyncio.run(kernel()) == [threading.current_thread()] * 2


def test_of_many_threads_that_ask_at_once_the_last_one_is_heard():
    async def kernel() -> tuple[list[str], list[str]]:
        words, begun = [""], []
        turns = Turns(words.append, lambda sentence: None)

        def measurement(name: str) -> Measurement:
            begun.append(name)
            yield 0.0

        def ask(thread: int) -> None:
            for number in range(50):
                name = f"{thread}.{number}"
                turns.request(name, partial(measurement, name))

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            await asyncio.sleep(0)
        await asyncio.sleep(0)  # what the threads asked for last is now under way
        while words[-1]:
            await asyncio.sleep(0)
        return words, begun

    words, begun = asyncio.run(kernel())
    assert begun[-1] in {f"{thread}.49" for thread in range(4)}
    assert words[-2:] == [begun[-1], ""]


def test_prints_of_others_are_kept_while_a_measurement_is_under_way(
    capsys: pytest.CaptureFixture[str],
):
    async def kernel() -> list[str]:
        calm = asyncio.Event()
        troubles: list[str] = []
        turns = Turns(lambda words: None if words else calm.set(), troubles.append)

        def chatty(x: Any) -> Any:
            print("a line for every call")
            print("and one on stderr", file=sys.stderr)
            return x

        def measurement() -> Measurement:
            for _ in range(3):
                yield from measure_call("fused_gelu", chatty, one_vector(16), {}, budget=60.0)
                yield 0.001

        turns.request("first", measurement)
        while not calm.is_set():
            print("a cell")
            await asyncio.sleep(0)
        return troubles

    assert asyncio.run(kernel()) == [""]
    captured = capsys.readouterr()
    assert set(captured.out.splitlines()) == {"a cell"}
    assert captured.err == ""
