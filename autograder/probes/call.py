"""Probes that just call the function: its result and its manners."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.probes.arguments import receive
from autograder.probes.result import array_of, describe_result
from autograder.probes.running import run
from autograder.subject import Answer, Argument
from tinytorch.core.tensor import Tensor


def call(
    function: Callable[..., Any],
    arguments: tuple[Argument, ...],
    keywords: dict[str, Any],
    options: dict[str, Any],
) -> Answer:
    """Call once.

    Adds the facts ``result`` (see `describe_result`), ``changed`` and ``shared`` (the positions of
    the arguments whose values changed, and of those whose memory the result shares), and the array
    ``result``.
    """
    received = receive(arguments)
    tensors = {i: tensor for i, tensor in enumerate(received) if isinstance(tensor, Tensor)}
    # Held apart from the tensors: the function may put another array into a tensor.
    arrays = {i: tensor.data for i, tensor in tensors.items()}
    before = {i: array.copy() for i, array in arrays.items()}
    outcome = run(function, received, keywords)
    facts = outcome.facts()
    facts["changed"] = [
        i
        for i, array in arrays.items()
        if tensors[i].data is not array or not _same_bits(array, before[i])
    ]
    described, result = describe_result(outcome.result)
    facts["result"] = described
    returned = array_of(outcome.result)
    facts["shared"] = [
        i
        for i, array in arrays.items()
        if returned is not None and np.may_share_memory(returned, array)
    ]
    return Answer(facts, {} if result is None else {"result": result})


def twice(
    function: Callable[..., Any],
    arguments: tuple[Argument, ...],
    keywords: dict[str, Any],
    options: dict[str, Any],
) -> Answer:
    """Call with the first half of the arguments, then with the second half.

    The arrays ``first`` and ``second`` are the results as they stand after both calls: a function
    that answers from a cache or into a shared buffer shows itself.
    """
    half = len(arguments) // 2
    first = run(function, receive(arguments[:half]), keywords)
    second = run(function, receive(arguments[half:]), keywords)
    facts = (second if first.raised is None else first).facts()
    arrays = {}
    for name, outcome in (("first", first), ("second", second)):
        _, array = describe_result(outcome.result)
        if array is not None:
            arrays[name] = array
    return Answer(facts, arrays)


def _same_bits(array: np.ndarray, before: np.ndarray) -> bool:
    return array.shape == before.shape and array.tobytes() == before.tobytes()
