"""Steps are counted alike in the first call of a function and in the next."""

import contextlib

from autograder.probes.stepping import call_stepwise


def steps_of(function, *arguments):
    """Count the steps of one call."""
    count = 0

    def step():
        nonlocal count
        count += 1

    call_stepwise(step, function, *arguments)
    return count


def a_new_function():
    """Make a function that nobody has called, which calls another such."""
    scope = {}
    exec("def inner(n):\n return [i * i for i in range(n)]", scope)
    exec("def outer(n):\n total = 0\n for x in inner(n): total += x\n return total", scope)
    return scope["outer"]


def test_the_first_call_takes_as_many_steps_as_the_second():
    function = a_new_function()
    assert steps_of(function, 50) == steps_of(function, 50) > 300


def test_a_listener_that_raises_hears_no_more():
    heard = []

    def refuse():
        heard.append(1)
        raise KeyError

    def stubborn():
        for _ in range(3):
            with contextlib.suppress(KeyError):
                sum(range(3))

    with contextlib.suppress(KeyError):
        call_stepwise(refuse, stubborn)
    assert len(heard) == 1
    assert steps_of(a_new_function(), 5) > 0
