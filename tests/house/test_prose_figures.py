"""No performance figure stands in the prose that somebody typed by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authoring.prose.figures import found, typed_figures, unneeded_marks
from authoring.prose.markdown import read_page
from authoring.prose.passage import Passage
from authoring.prose.reading import for_figures
from authoring.prose.report import complaints
from authoring.prose.sources import prose_of
from authoring.prose.strings import javascript_passages, python_passages
from tests.book.building import ROOT


def figures(text: str, file: str = "book/chapter.md") -> list[str]:
    """Give the figures that a page must not have."""
    passages, marks = read_page(text, file)
    return [figure.text for figure in typed_figures(passages, marks)]


@pytest.fixture(scope="module")
def prose():
    """Give all prose of the course."""
    return prose_of(ROOT)


def test_the_course_has_neither_typed_figures_nor_false_claims_nor_idle_marks(prose):
    assert list(complaints(prose)) == []


def test_every_place_with_prose_is_read(prose):
    read = {passage.file for passage in prose.passages}
    assert {f"book/{path.name}" for path in (ROOT / "book").glob("*.md")} <= read
    for file in (
        "README.md",
        "solutions/acceleration.py",
        "authoring/student_readme.md",
        "autograder/checks/fused_gelu.py",
        "tinytorch/explore/roofline.py",
        "tinytorch/explore/explorers/browser/fusion.js",
    ):
        assert file in read, file


numbers = st.one_of(
    st.integers(2, 999).map(str),
    st.integers(11, 999).map(lambda n: str(n / 10)),
    st.integers(1000, 9_999_999).map(lambda n: f"{n:,}"),
)
words = st.sampled_from(
    ["two", "ten", "twelve", "twenty", "forty-five", "a hundred", "five hundred", "a thousand"]
)
rates = st.sampled_from(
    ["GFLOP/s", "TFLOP/s", "GFLOPS", "GFLOPs/s", "GB/s", "GiB/s", "MB/sec", "GB per second"]
    + ["gigabytes per second", "tokens a second", "submissions per second", "teraflops"]
)
times = st.sampled_from(["ms", "us", "µs", "ns", "s", "milliseconds", "microseconds", "seconds"])
factors = st.sampled_from(
    ["{}x faster", "{}×", "{}x the speed", "{} x faster", "{} times faster", "{} times as fast"]
    + ["{} times as long", r"${}\times$ faster", "sped up by a factor of {}"]
    + ["a speed-up of {}", "**{}x** faster", "{}-fold faster"]
)
shares = st.sampled_from(
    ["{} % of the time", "{}% slower", "{} per cent faster", "{} percent of peak"]
)
gaps = st.sampled_from([" ", "\u00a0", "\n", "-"])


@given(number=numbers, gap=gaps, unit=rates | times)
def test_a_rate_or_a_time_is_found_however_it_is_spelled(number, gap, unit):
    assert figures(f"The fused kernel runs at {number}{gap}{unit} here.")


@given(number=words, unit=st.sampled_from(["milliseconds", "nanoseconds", "seconds", "cycles"]))
def test_a_time_in_words_is_found(number, unit):
    assert figures(f"An element takes {number} {unit} here.")


@given(number=numbers, factor=factors | shares)
def test_a_factor_or_a_share_of_time_is_found_however_it_is_spelled(number, factor):
    assert figures(f"Fusion made the kernel {factor.format(number)}.")


@given(number=words, phrase=st.sampled_from(["times faster", "times as fast", "times the speed"]))
def test_a_factor_in_words_is_found(number, phrase):
    assert figures(f"Fusion made the kernel {number} {phrase}.")


@given(
    place=st.sampled_from(
        [
            "## Fusion is {} faster",
            "- one item\n- another, {} faster",
            "| kernel | gain |\n|---|---|\n| fused | {} faster |",
            "> It is {} faster.",
            "```{{admonition}} It is {} faster\nText.\n```",
            ":::{{note}}\nIt is {} faster.\n:::",
            "```{{figure}} a.png\n:alt: The fused kernel is {} faster\n\nWords.\n```",
            "```{{figure}} a.png\n\nThe fused kernel is {} faster.\n```",
            "![The fused kernel is {} faster](a.png)",
            '<img src="a.png" alt="The fused kernel is {} faster">',
            "````{{tab-set}}\n```{{tab-item}} Yours\nIt is {} faster.\n```\n````",
            ":::{{quiz}}\n**1.** Why?\n\n- [x] So\n\n  In the recording it was {} faster.\n:::",
            "| kernel | gain |\n|---|---|\n| `fused` | about {}, so much faster |",
            "<details><summary>Hint</summary>\nIt is {} faster.\n</details>",
        ]
    ),
    figure=st.sampled_from(["3.5x", "3.5×", "ten times", "60 %"]),
)
def test_a_figure_is_found_wherever_a_page_has_it(place, figure):
    assert figures(place.format(figure))


@pytest.mark.parametrize(
    "head", ["Time (ms)", "rate, GFLOP/s", "GB/s", "Speed-up", "`fused`, ns", "times as fast"]
)
def test_a_number_in_a_table_is_a_figure_by_the_unit_of_its_column(head):
    assert figures(f"| kernel | {head} |\n|---|---|\n| fused, fast | 3.2 |")
    assert figures(f"| kernel | {head} |\n|---|---|\n| fused, fast | {{glue:text}}`x` |") == []


def test_a_number_in_a_table_without_units_is_none():
    assert (
        figures("| Part | Points | Intensity, FLOP/byte |\n|---|---|---|\n| 1 | 15 | 170.67 |")
        == []
    )


@pytest.mark.parametrize(
    "text",
    [
        "It is an order of magnitude faster.",
        "Fusion halves the time of a block.",
        "That doubled the throughput.",
        "It cut the runtime in half.",
        "Speed-up: 3.5",
    ],
)
def test_a_factor_without_the_word_times_is_found(text):
    assert figures(text)


@given(
    text=st.sampled_from(
        [
            "`vectorized_matmul` on `3.5x` and `800 ms`",
            "```python\nprint('800 ms, 3.5x faster')\n```",
            "```{code-cell} ipython3\n# 12.3 GFLOP/s, ten times faster\n```",
            "$$\n12 \\text{ GFLOP/s} = 3 \\times 4\n$$",
            "the rate is $2 n^3 / t = 3 \\times 4$ operations",
            "a matrix of 512x512, 64 x 64 and 128 × 128 values, fast or slow",
            "a tile of 64, 3 x 2 x 2 = 12 products, 6 x parameters x tokens",
            "256 KiB of cache, 4 MB, 12 bytes, 64-byte lines at any speed",
            "170.67 FLOP/byte, 2,147,483,648 FLOP, 33.6 MFLOP",
            "float32 and AVX-512, x86, a clock of 3 GHz, in the 1990s",
            "the bytes are 16 times the least and the count 4 times as large",
            "8 lanes, 32 values, 7 temporaries, Module 19, 10 of 10 points",
            "half of all runs, a second pass, the first time, one at a time",
        ]
    )
)
def test_code_formulas_shapes_and_sizes_are_no_figures(text):
    assert figures(text) == []


@given(
    n=st.integers(1, 4096), m=st.integers(1, 4096), cross=st.sampled_from(["x", " x ", "×", " × "])
)
def test_no_shape_is_taken_for_a_factor(n, m, cross):
    assert (
        figures(f"A fast product of {n}{cross}{m} matrices, and of {n}{cross}{m}{cross}{n}.") == []
    )


@pytest.mark.parametrize(
    "text",
    [
        "It is {glue:text}`gain` times as fast, {glue:text}`rate` GFLOP/s.",
        "Suppose that a core reaches 96 GFLOP/s.",
        "The machine is assumed to deliver 20 GB/s.",
        "The A100 has 1,555 GB/s {cite}`nvidia_a100`.",
        'A page says "fusion makes it 3.5x faster" and is wrong.',
        "What share of the time is it: 3 %, 30 %?",
        "You see the roofs in under ten seconds.",
        "**Example.** At a peak of 100 GFLOP/s it is compute-bound.",
        ":::{quiz}\n**1.** A core has 40 GB/s. What can GELU reach?\n\n- 40\n\n  At 40 GB/s.\n:::",
    ],
)
def test_a_figure_that_was_not_measured_says_so_in_its_sentence(text):
    assert figures(text) == []


def test_a_word_in_inverted_commas_is_no_quotation():
    assert figures('Fusion is "3.5x" faster.')


@pytest.mark.parametrize(
    "text",
    [
        "<!-- figure: premise -->\nA core runs at 96 GFLOP/s.",
        "A core runs at 96 GFLOP/s. <!-- figure: derived -->",
        "<!-- figure: premise -->\n| core | rate |\n|---|---|\n| one | 96 GFLOP/s |",
        ":::{note}\n<!-- figure: premise -->\nA core runs at 96 GFLOP/s.\n:::",
    ],
)
def test_a_mark_spares_the_figures_of_its_paragraph(text):
    passages, marks = read_page(text, "book/chapter.md")
    assert list(typed_figures(passages, marks)) == []
    assert list(unneeded_marks(passages, marks)) == []


def test_a_mark_does_not_reach_beyond_its_paragraph():
    assert figures("<!-- figure: premise -->\nSay 96 GFLOP/s.\n\nIt is 3.5x faster.") == ["3.5x"]


@pytest.mark.parametrize(
    "text",
    [
        "<!-- figure: premise -->\nA core computes.",
        "<!-- figure: premise -->\nIt takes {glue:text}`time` ms.",
        "<!-- figure: because -->\nA core runs at 96 GFLOP/s.",
    ],
)
def test_a_mark_without_a_figure_or_without_a_known_reason_is_a_finding(text):
    assert list(unneeded_marks(*read_page(text, "book/chapter.md")))


def test_strings_that_a_learner_sees_are_read_and_what_they_compute_is_not_a_figure():
    program = '"""Runs in 3 ms."""\nprint("The fused kernel is 3.5x faster than this")\n'
    program += 'print(f"The fused kernel is {ratio:.1f} times as fast, {rate} GFLOP/s")\n'
    passages = list(python_passages(program, "tinytorch/explore/sample.py"))
    found_here = list(typed_figures(passages, []))
    assert [(figure.line, figure.text) for figure in found_here] == [(2, "3.5x")]


def test_sentences_of_the_explorers_are_read():
    script = "// It is 9x faster.\nsay(`It is ${ratio} times as fast, or 3.5 times as fast`);\n"
    passages = list(javascript_passages(script, "tinytorch/explore/explorers/browser/sample.js"))
    found_here = list(typed_figures(passages, []))
    assert [(figure.line, figure.text) for figure in found_here] == [(2, "3.5 times")]


def test_the_notebooks_source_is_read_with_its_own_lines(tmp_path):
    source = tmp_path / "solutions" / "sample.py"
    source.parent.mkdir()
    source.write_text(
        "# %% [markdown] id=1\n# ## Part 1\n#\n# Your function is\n# 3.5x faster.\n\n"
        "# %%\nx = 1  # 800 ms\n",
        encoding="utf-8",
    )
    (line,) = complaints(prose_of(tmp_path))
    assert line.startswith("solutions/sample.py:5: the figure '3.5x' is typed by hand")


@pytest.mark.parametrize(
    ("cell", "typed"),
    [
        ('glue("gain", "3.5", display=False)', ["3.5"]),
        ('say("gain", "3.5 times")', ["3.5 times"]),
        ('facts = {\n    "gain": "3.5",\n}', ["3.5"]),
        ('say("gain", f"{gain:.1f} times")', []),
        ('facts = {\n    "gain": f"{gain:.1f}",\n}', []),
    ],
)
def test_a_figure_that_is_typed_to_be_glued_is_found(tmp_path, cell, typed):
    (tmp_path / "book").mkdir()
    page = f"# Page\n\n```{{code-cell}} ipython3\n{cell}\n```\n"
    (tmp_path / "book" / "page.md").write_text(page, encoding="utf-8")
    read = prose_of(tmp_path)
    assert [figure.text for figure in typed_figures(read.passages, read.marks)] == typed


def test_generated_tables_are_left_to_what_generates_them(tmp_path):
    (tmp_path / "README.md").write_text(
        "<!-- figures: begin (x) -->\n\nIt is 3.5x faster.\n\n<!-- figures: end -->\n\n800 ms\n",
        encoding="utf-8",
    )
    (line,) = complaints(prose_of(tmp_path))
    assert line.startswith("README.md:7:")


@given(st.text(alphabet=st.sampled_from('ab 12.,%x×`$*"{}<>-\n|:#s/'), max_size=200))
def test_reading_keeps_every_line_where_it_is(text):
    for passage in read_page(text, "page.md")[0]:
        assert for_figures(passage).count("\n") >= passage.source.count("\n")
        assert isinstance(passage, Passage)
        assert all(0 <= start < end for start, end in found(for_figures(passage)))
