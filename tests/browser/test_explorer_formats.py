"""Numbers are written in JavaScript exactly as Python writes them, ties and all."""

import json
import math
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from tinytorch.explore.chart import SERIES
from tinytorch.explore.explorers.module import source_of
from tinytorch.explore.ticks import plain_number, power_of_two
from tinytorch.perf.profiling import capacity, duration, size
from tinytorch.perf.spread import Spread, percent, significant

pytestmark = pytest.mark.browser

# What is measured and counted here lies between a picosecond and a billion terabytes.
AMOUNTS = st.floats(min_value=1e-12, max_value=1e18)
# Ties between two decimals: the quarters and eighths that a binary fraction holds exactly.
TIES = st.integers(1, 10**6).map(lambda eighths: eighths / 8)
COUNTS = st.integers(1, 2**45)
POWERS = st.integers(0, 30).map(lambda exponent: 2**exponent)


@pytest.fixture(scope="module")
def page(browser: Browser):
    """Give a page in which the formats can be called by name."""
    page = browser.new_page()
    for name in ("format", "plot"):
        page.evaluate(f"() => {{ {source_of(name)} window.{name} = {name}Module; }}")
    yield page
    page.close()


def written(page: Page, function: str, values: list) -> list[str]:
    """Give what a function of format.js makes of some values."""
    return page.evaluate(
        "([name, values]) => JSON.parse(values).map((value) => window.format[name](value))",
        [function, json.dumps(values)],
    )


@pytest.mark.parametrize(
    ("javascript", "python", "values"),
    [
        ("significant", significant, AMOUNTS | TIES),
        ("percent", percent, AMOUNTS.filter(lambda share: share < 1e6) | TIES),
        ("duration", duration, AMOUNTS),
        ("capacity", capacity, st.integers(1, 2**39)),
        ("size", size, COUNTS),
        (
            "powerOfTwo",
            power_of_two,
            st.integers(1, 2**30) | st.integers(0, 30).map(lambda e: 2**e),
        ),
        ("whole", lambda value: f"{value:,}", COUNTS),
    ],
)
def test_a_number_is_written_as_python_writes_it(page, javascript, python, values):
    @settings(max_examples=30)
    @given(st.lists(values, min_size=30, max_size=60))
    def compare(numbers):
        expected = [python(number) for number in numbers]
        assert written(page, javascript, numbers) == expected

    compare()


@given(AMOUNTS, st.integers(1, 99))
@settings(max_examples=50)
def test_a_spread_is_written_as_python_writes_it(page, median, runs):
    spread = Spread(median, median * 0.9, median * 1.1, runs)
    travelling = [spread.median, spread.q1, spread.q3, spread.runs]
    assert written(page, "spread", [travelling]) == [str(spread)]


def test_what_no_measurement_gives_is_written_too(page):
    special = [0, -2.5, -0.00125]
    assert written(page, "significant", special) == [significant(value) for value in special]
    assert page.evaluate("[NaN, Infinity, -Infinity].map((x) => window.format.significant(x))") == [
        significant(value) for value in (math.nan, math.inf, -math.inf)
    ]


@given(st.integers(-6, 9), st.sampled_from([1, 2, 5]))
@settings(max_examples=50)
def test_ticks_are_written_as_in_the_still_figures(page, power, digit):
    value = digit * 10.0**power
    assert page.evaluate("(value) => window.plot.plain(value)", value) == plain_number(value)


def test_a_double_arrives_in_the_page_as_it_left():
    values = [0.1, 1 / 3, 5e-324, 2**53 + 0.0, 1.7976931348623157e308]
    for value in values:
        assert struct.pack("d", json.loads(json.dumps(value))) == struct.pack("d", value)


def test_explorers_use_the_colours_of_the_still_figures(page):
    assert tuple(page.evaluate("Object.values(window.plot.COLOURS)")) == SERIES
