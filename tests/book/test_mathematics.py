"""Formulas become native MathML while the book is built."""

import re

import pytest
from native_mathematics import to_mathml

from tests.book.building import pages


@pytest.mark.parametrize(
    ("latex", "parts"),
    [
        (r"\frac{2mkn}{4(mk + kn + mn)}", ["<mfrac>"]),
        (r"\sqrt{2/\pi}", ["<msqrt>", "π"]),
        (r"\sum_{i=1}^{n} a_i", ["<munderover>", "∑"]),
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", ["<mtable", "<mtr>"]),
        (r"\begin{cases} P & I \ge R \\ I B & I < R \end{cases}", ["<mtable", "{"]),
        (r"\text{FLOP/byte}", ["<mtext>FLOP/byte</mtext>"]),
    ],
)
def test_a_formula_is_converted(latex, parts):
    mathml = to_mathml(latex, display=True)
    assert mathml.startswith('<math display="block">')
    for part in parts:
        assert part in mathml


def test_a_formula_in_a_line_of_text_is_not_a_block():
    assert "display" not in to_mathml("x^2", display=False)


def test_rows_get_no_numbers_beside_those_of_the_book():
    assert "(1)" not in to_mathml(r"\begin{align} a &= b \\ c &= d \end{align}", display=True)


@pytest.mark.parametrize("latex", [r"\unknown{x}", r"\frac{1}", r"a \\ b"])
def test_a_formula_that_cannot_be_shown_is_an_error(latex):
    with pytest.raises(ValueError):
        to_mathml(latex, display=True)


@pytest.mark.book
def test_no_page_waits_for_a_script_to_set_its_formulas(site):
    texts = [(site / page).read_text(encoding="utf-8") for page in pages(site)]
    assert sum("<math" in text for text in texts) > 3
    assert not any(re.search(r"<script[^>]*mathjax", text, re.IGNORECASE) for text in texts)
