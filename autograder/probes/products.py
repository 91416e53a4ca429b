"""Which matrix products one call computes, proved by its result.

The recorder replaces the result of every product by ones. So after a matmul tiled in steps of
``t`` along the inner dimension each element of the result is the number of steps, ``ceil(K / t)``;
after a single product it is 1. A product computed only for show leaves no trace in the result, and
a result computed behind the recorder's back holds other values.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.probes.arguments import receive
from autograder.probes.product_sizes import (
    Sizes,
    is_product,
    product_of_function,
    product_of_ufunc,
    value_in_place,
)
from autograder.probes.recording import Recorder
from autograder.probes.result import describe_result
from autograder.probes.running import run
from autograder.subject import Answer, Argument

MOST_PRODUCTS = 5_000


class TooManyProducts(BaseException):
    """More products than any tile size asks for: stop counting."""


def products(
    function: Callable[..., Any],
    arguments: tuple[Argument, ...],
    keywords: dict[str, Any],
    options: dict[str, Any],
) -> Answer:
    """Call once with every matrix product recorded and its result replaced by ones.

    Adds the facts ``products`` (how each was computed, its m, k, n, the dtype and how many times)
    and ``result``, and the array ``result``: what the function made of all those ones.
    """
    recorder = ProductRecorder()
    outcome = run(function, receive(arguments), keywords, call=recorder.calling)
    facts = outcome.facts()
    facts["products"] = recorder.products()
    described, result = describe_result(outcome.result)
    facts["result"] = described
    return Answer(facts, {} if result is None else {"result": result})


class ProductRecorder(Recorder):
    """Records matrix products and puts ones in the place of their results."""

    def __init__(self) -> None:
        super().__init__(large=1)
        self._products: dict[tuple[str, Sizes, str], int] = {}
        self._total = 0

    def products(self) -> list[dict[str, Any]]:
        """List the products, JSON-able, equal ones counted together."""
        return [
            {"how": how, "sizes": list(sizes), "dtype": dtype, "times": times}
            for (how, sizes, dtype), times in self._products.items()
        ]

    def replaces(self, function: Any) -> bool:
        """Say whether this function computes a product."""
        return is_product(function)

    def function(self, function: Any, arguments: Any, keywords: Any) -> Any:
        """Compute a product for its shape and errors, then replace its values."""
        result = function(*arguments, **keywords)
        product = product_of_function(function, arguments, keywords)
        return result if product is None else self._replace(*product, result)

    def ufunc(self, ufunc: np.ufunc, method: str, inputs: Any, keywords: Any) -> Any:
        """Replace the result of a product; let everything else run."""
        result = super().ufunc(ufunc, method, inputs, keywords)
        product = product_of_ufunc(ufunc, method, inputs, np.shape(result))
        return result if product is None else self._replace(*product, result)

    def _replace(self, how: str, sizes: Sizes, result: Any) -> Any:
        key = (how, sizes, str(result.dtype))
        self._products[key] = self._products.get(key, 0) + 1
        self._total += 1
        if self._total > MOST_PRODUCTS:
            raise TooManyProducts(f"more than {MOST_PRODUCTS:,} matrix products in one call")
        value = value_in_place(how, sizes)
        if isinstance(result, np.ndarray):
            result[...] = value
            return result
        return result.dtype.type(value)
