"""No prose states as true what "What the numbers really say" shows to be false."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authoring.prose.claims import CLAIMS, false_claims
from authoring.prose.markdown import read_page
from authoring.prose.strings import python_passages
from tests.book.building import ROOT

PAGE = (ROOT / "book" / "what_the_numbers_say.md").read_text(encoding="utf-8")

# Each claim as somebody might write it: in the usual words, in others, and with other markup.
STATED = {
    1: [
        "A single NumPy expression creates no intermediate arrays.",
        "Written as one line, GELU is a single kernel.",
        "NumPy fuses the operators of a long line for you.",
        "Put the steps into one formula and you avoid all temporaries.",
    ],
    2: [
        "Fusion makes GELU 3.5x faster.",
        "The kernel became three and a half times as fast through fusion.",
        "The gain of the fused version comes entirely from memory bandwidth.",
        "Fusing brings $3.5\\times$ here.",
    ],
    3: [
        "Fusion cuts the traffic by 60 %.",
        "Without temporaries you save 87.5% of the traffic.",
        "Each element needs seven reads and seven writes.",
        "For 4 million elements that makes 28 million memory accesses.",
        "It takes 14 memory operations per element.",
    ],
    4: [
        "`tiled_matmul` demonstrates tiling by calling `np.matmul`.",
        "A call of `np.matmul` is enough to illustrate how tiling works.",
        "In this version the tile size is simply ignored, and BLAS does the rest.",
        "This function shows tiling by handing both matrices to `np.matmul`.",
    ],
    5: [
        "Bandwidth is the horizontal line.",
        "The flat roof is memory bandwidth, and the arithmetic roof the slanted one.",
        "In the figure the diagonal line represents peak compute.",
        "The horizontal part (memory) limits the kernels on the left.",
    ],
    6: [
        "A 1024 x 1024 float32 matrix takes 8 MB.",
        "A float32 array of 1024 rows and 1,024 columns is eight megabytes.",
        "The product has an intensity of 89.",
        "It does 89 FLOP/byte.",
    ],
    7: [
        "For 256 KB the best tile is 146.",
        "A tile size of 128 works well.",
        "Even in Python the cache decides which tile is fastest.",
        "146 values a side is the largest tile that fits.",
    ],
    8: [
        "Vectorised code is 10 to 100 times as fast.",
        "Vectorization gives 10-100x.",
        "Where naive loops take 800 ms, BLAS needs 8 ms.",
        "Expect ten to a hundred times the speed from NumPy.",
    ],
    9: [
        "A traditional loop processes one element per clock cycle.",
        "An ordinary Python loop handles a single value in each cycle.",
        "In every clock cycle, a naive loop adds one number.",
    ],
    10: [
        "A GPU is 230 times faster than one core.",
        "The GPU reaches 50 TFLOP/s.",
        "At 215 GFLOP/s a single core does well.",
        "That is 230x what a CPU gives.",
    ],
    11: [
        "So 68.75 % of the time was spent waiting for memory.",
        "Memory accounts for 68.75% of it.",
        "More than two thirds of the unfused time were a wait for memory.",
    ],
    12: [
        "GPT-3 took 175 billion x 300 billion = $10^{23}$ FLOP.",
        "With optimised TPUs, GPT-3 was trained in weeks.",
        "The work of GPT-3 is its parameters times the number of tokens.",
    ],
    13: [
        "A speed-up of 2 saves $1,000 to $5,000 a week.",
        "Twice as fast: your code saves 3000 dollars.",
        "Faster kernels save thousands of dollars.",
    ],
    14: [
        "GELU has an intensity of about 1.0.",
        "The intensity of GELU is one FLOP per byte.",
        "GELU does one operation for each byte.",
    ],
    15: [
        "Temporaries in a loop are false dependencies.",
        "A false dependency arises from each array that the loop makes.",
        "The allocations prevent parallel execution of the rounds.",
    ],
    16: [
        "Performance degrades for matrices larger than 1024x1024.",
        "Beyond 1024 rows the product becomes slower.",
        "BLAS slows down above n = 1,000.",
    ],
    17: [
        "PyTorch fuses operations via TorchScript.",
        "Decorate it with `torch.jit.script`, which compiles and fuses it.",
        "In PyTorch you accelerate a function with `torch.jit`.",
    ],
    18: [
        "Next comes Module 19.",
        "Continue with Module 19, benchmarking.",
        "Module 19 comes after this one.",
    ],
    19: [
        "Unfused GELU needs seven temporaries.",
        "The working memory is 7 intermediates.",
        "Seven intermediate arrays are what the unfused version holds.",
    ],
    20: [
        "On 4 cores you get up to 4x.",
        "With four threads the product runs four times as fast.",
        "OpenBLAS decides well when to use threads.",
        "The library knows the right number of threads for you.",
    ],
}
DENIED = [
    "NumPy does not evaluate an expression in a single kernel.",
    "A NumPy line is not one kernel.",
    "One expression doesn't avoid temporaries.",
    "Fusion did not make GELU 3.5x faster.",
    "Bandwidth is not the flat roof.",
    "Is bandwidth the horizontal line?",
    "You may read that temporaries in a loop are false dependencies.",
    "Temporaries in a loop are false dependencies. They are not.",
    'Some say "vectorised code is 10 to 100 times faster". Faster than what?',
    "`torch.jit.script` compiles and fuses, but TorchScript is deprecated.",
    "The library never knows the right number of threads.",
]
TRUE = [
    "Eight named steps keep seven temporaries and the result alive, also in unfused GELU.",
    "The slanted roof is bandwidth times intensity, the flat roof is peak compute.",
    "With `tanh` counted as one FLOP, GELU has an intensity of 1.0.",
    "Next comes Module 18, then Module 19.",
    "A naive Python loop slows down beyond a size of 1024 or so, by its caches.",
    "numexpr evaluates the expression in one pass over cache-sized blocks, compiled.",
    "Four cores promise at most four times the speed.",
    "256 KiB hold three tiles of 147.",
    "A 1024 x 1024 float32 matrix has 4 MiB.",
]


def numbers(text: str) -> set[int]:
    """Give the numbers of the claims that a page states as true."""
    return {statement.claim.number for statement in false_claims(read_page(text, "page.md")[0])}


def test_the_table_has_the_claims_of_the_page_and_each_is_tried():
    listed = {int(n) for n in re.findall(r"^\*\*(\d+)\. ", PAGE, re.MULTILINE)}
    assert listed == {claim.number for claim in CLAIMS} == set(STATED)
    assert all(len(texts) >= 3 for texts in STATED.values())


@pytest.mark.parametrize(
    ("number", "text"), [(number, text) for number, texts in STATED.items() for text in texts]
)
def test_a_claim_that_is_stated_as_true_is_found(number, text):
    assert number in numbers(text)


@given(
    claim=st.sampled_from([(number, texts[0]) for number, texts in STATED.items()]),
    place=st.sampled_from(
        [
            "# Title\n\nWords before. {} Words behind.",
            "- first\n- {}",
            "| what | why |\n|---|---|\n| this | {} |",
            ":::{{note}}\n{}\n:::",
            ":::{{quiz}}\n**1.** Why?\n\n- [x] So\n\n  {}\n:::",
        ]
    ),
    wrapped=st.booleans(),
)
def test_a_claim_is_found_wherever_a_page_states_it(claim, place, wrapped):
    number, text = claim
    wrap = wrapped and not place.startswith("|")
    assert number in numbers(place.format(text.replace(" ", "\n", 1) if wrap else text))


@pytest.mark.parametrize("text", DENIED)
def test_a_claim_that_is_denied_asked_or_quoted_is_not_stated(text):
    assert numbers(text) == set()


@pytest.mark.parametrize("text", TRUE)
def test_what_is_true_passes(text):
    assert numbers(text) == set()


@pytest.mark.parametrize("texts", STATED.values())
def test_the_pages_own_form_quotes_a_claim_and_does_not_state_it(texts):
    page = "\n\n".join(f'**1. "{text}"** It is otherwise.' for text in texts)
    assert numbers(page) == set()


def test_an_option_of_a_quiz_that_is_wrong_is_not_stated():
    quiz = ":::{{quiz}}\n**1.** Which holds?\n\n- [{}] {}\n\n  Because.\n:::"
    (claim,) = (STATED[5][0],)
    assert numbers(quiz.format(" ", claim)) == set()
    assert numbers(quiz.format("x", claim)) == {5}


def test_docstrings_and_strings_are_read():
    program = '"""Fused GELU.\n\nNumPy fuses the operators of a line.\n"""\n'
    program += 'print("Bandwidth is the horizontal line")\n'
    found = list(false_claims(python_passages(program, "sample.py")))
    assert [(statement.line, statement.claim.number) for statement in found] == [(3, 1), (5, 5)]


def test_the_page_would_not_pass_without_its_inverted_commas():
    bare = re.sub(r'^\*\*(\d+)\. "([^"]*)"', r"**\1. \2", PAGE, flags=re.MULTILINE)
    assert len(numbers(bare)) >= 15
