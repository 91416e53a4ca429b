"""A count on a command line is a whole number of 1 or more, or one sentence."""

import argparse

import pytest

from benchmarks.counts import positive


def test_a_count_is_read():
    assert positive("12") == 12


@pytest.mark.parametrize("text", ["0", "-3", "1.5", "many", ""])
def test_anything_else_is_named(text):
    with pytest.raises(argparse.ArgumentTypeError, match=f"got '{text}', expected a whole number"):
        positive(text)
