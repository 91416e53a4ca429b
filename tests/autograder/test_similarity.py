"""Copies are found whatever was changed in them; honest work, and what everybody saw, is not."""

import ast
import builtins
import functools
import importlib
import inspect
import random
import textwrap

import nbformat
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.__main__ import main
from autograder.handout import ROOT, released_notebook
from autograder.parts import PARTS
from autograder.results.jsonl import to_line, write_results
from autograder.similarity.comparison import compare
from autograder.similarity.evidence import evidence
from autograder.similarity.fingerprints import GRAINS, fingerprints
from autograder.similarity.given import Given, given_to_all
from autograder.similarity.mistakes import mistakes_of
from autograder.similarity.normal_form import code_marks
from autograder.similarity.page import NOT_A_VERDICT, similar_page, similar_text
from autograder.similarity.traces import Trace, traces
from autograder.similarity.work import Unit, Work
from tests.autograder.a_class import SCRIPT, result

NAMES = [part.title for part in PARTS.values()]
KEPT = {*dir(builtins), "np", "math", "Tensor"}


@functools.cache
def released():
    return nbformat.read(released_notebook(), as_version=4)


@functools.cache
def material():
    return given_to_all(released())


def sources(part):
    """Give the text of each honest solution of a part."""
    module = importlib.import_module(f"tests.honest.{part}")
    makes = [getattr(module, s["__name__"]) if isinstance(s, dict) else s for s in module.HONEST]
    return [inspect.getsource(make).partition("\n")[2] for make in makes]


@functools.cache
def honest_class():
    """Ten students, each with a solution of their own to each part."""
    texts = [sources(part) for part in PARTS]
    return tuple(
        Work(
            f"s{place}",
            tuple(Unit(name, "code", of[place]) for name, of in zip(NAMES, texts, strict=True)),
        )
        for place in range(10)
    )


class Renamer(ast.NodeTransformer):
    """Gives every name that a student could have chosen another."""

    def __init__(self):
        self.names = {}

    def new(self, name):
        return name if name in KEPT else self.names.setdefault(name, f"mine_{len(self.names)}")

    def visit_FunctionDef(self, node):
        node.name = self.new(node.name)
        for arg in node.args.args:
            arg.annotation = ast.Name("object", ast.Load())
        return self.generic_visit(node)

    def visit_arg(self, node):
        node.arg = self.new(node.arg)
        return node

    def visit_Name(self, node):
        node.id = self.new(node.id)
        return node


def disguised(source):
    """Change names, layout, comments, numbers, texts, annotations and the order of definitions."""
    tree = Renamer().visit(ast.parse(source))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            node.value += 1
    tree.body.reverse()
    lines = ast.unparse(ast.fix_missing_locations(tree)).splitlines()
    return "\n".join(f"{line}  # step {number}" for number, line in enumerate(lines))


def copy_of(work, units=(0, 1, 2, 3, 4), name="copy"):
    """Copy some parts of a student's work in disguise; the others come from nobody in the class."""
    own = [sources(part)[10] for part in PARTS]
    return Work(
        name,
        tuple(
            Unit(unit.name, "code", disguised(unit.text) if place in units else own[place])
            for place, unit in enumerate(work.units)
        ),
    )


def ids(comparison, pair):
    return {comparison.works[pair.first].student_id, comparison.works[pair.second].student_id}


# --- what the normal form forgets ----------------------------------------------------------------


@pytest.mark.parametrize("part", PARTS)
def test_a_disguise_leaves_the_normal_form_as_it_is(part):
    for source in sources(part):
        both = source + "\n\n" + textwrap.dedent("def another(q):\n    return q + 1\n")
        plain, changed = (
            sorted([mark.label for mark in marks] for marks in code_marks(text))
            for text in (both, disguised(both))
        )
        assert plain == changed


def test_docstrings_types_magics_and_what_does_not_parse_leave_no_trace():
    code = "def f(x):\n    return np.tanh(x)\n"
    written = '"""Text."""\n%time 1\ndef f(x: int) -> int:\n    """Doc."""\n    return np.tanh(x)\n'
    broken = "def g(:\n    pass\n!ls\n" + code
    expected = [mark.label for marks in code_marks(code) for mark in marks]
    for text in (written, broken):
        assert [mark.label for marks in code_marks(text) for mark in marks] == expected
    assert code_marks(broken)[0][0].line == 4


@given(st.text(alphabet=st.characters(codec=None)) | st.text("def f(x):\n \t%!?'\"\\[]#=1\x00\r"))
@settings(max_examples=60)
def test_any_text_can_be_compared(text):
    units = (Unit(NAMES[0], "code", text), Unit("the essay", "prose", text))
    works = [Work("a", units), Work("b", units)]
    page = similar_page(compare(works, Given()))
    page.encode("utf-8")


WORDS = st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta"]), max_size=12)


@given(WORDS, WORDS, WORDS, WORDS, st.integers(0, 100))
def test_every_common_run_that_is_long_enough_is_found(before, after, other, last, seed):
    grain = GRAINS["prose"]
    length = grain.length + grain.window - 1
    common = [f"w{random.Random(seed + i).random()}"[3:9] for i in range(length)]
    texts = [" ".join([*before, *common, *after]), "\n".join([*other, *common, *last])]
    one, two = ({f.digest for f in fingerprints(Unit("", "prose", text))} for text in texts)
    assert one & two


# --- copies --------------------------------------------------------------------------------------


def test_honest_solutions_are_not_alike():
    comparison = compare(honest_class(), material(), most=45)
    assert comparison.pairs[0].score < 0.3
    assert comparison.quantiles[0.9] < 0.2


@pytest.mark.parametrize("part", PARTS)
def test_no_two_honest_solutions_of_one_part_are_alike(part):
    works = [
        Work(f"h{place}", (Unit(PARTS[part].title, "code", source),))
        for place, source in enumerate(sources(part))
    ]
    pairs = compare(works, material()).pairs
    assert not pairs or pairs[0].score < 0.4


@pytest.mark.parametrize("place", range(10))
def test_a_copy_in_disguise_is_the_first_of_all_pairs(place):
    works = [*honest_class(), copy_of(honest_class()[place])]
    comparison = compare(works, material())
    assert ids(comparison, comparison.pairs[0]) == {f"s{place}", "copy"}
    assert comparison.pairs[0].score > 0.8 > 2 * comparison.pairs[1].score


# Part 1 takes two lines: to have them alike says nothing.
@pytest.mark.parametrize("unit", [1, 2, 3, 4])
def test_one_part_copied_out_of_five_is_found(unit):
    works = [*honest_class(), copy_of(honest_class()[6], units=[unit])]
    comparison = compare(works, material())
    first = comparison.pairs[0]
    assert ids(comparison, first) == {"s6", "copy"}
    assert first.part_name == NAMES[unit] and first.part >= 0.5


def test_two_submissions_alone_can_be_compared():
    works = honest_class()[:1]
    (pair,) = compare([*works, copy_of(works[0])], material()).pairs
    assert pair.score > 0.8
    assert not compare(works, material()).pairs
    assert not compare([], material()).pairs


def test_the_order_of_the_class_changes_nothing():
    works = [*honest_class(), copy_of(honest_class()[2])]
    shuffled = random.Random(3).sample(works, len(works))
    one, two = (
        [(sorted(ids(c, pair)), round(pair.score, 9)) for pair in c.pairs[:3]]
        for c in (compare(works, material()), compare(shuffled, material()))
    )
    assert one == two


def test_an_essay_that_two_share_is_found_and_one_that_is_answered_alike_is_not():
    shared = (
        "My ridge point lies at eleven, because this laptop reads memory slowly; so the gelu "
        "kernel waits for bytes whatever I do, and only large products ever reach the flat roof."
    )
    other = "The measured roofline says that memory bounds every elementwise kernel on my machine."
    essays = {"a": shared, "b": f"As I see it: {shared.upper()}", "c": other}
    works = [Work(name, (Unit("the essay", "prose", text),)) for name, text in essays.items()]
    comparison = compare(works, material())
    assert ids(comparison, comparison.pairs[0]) == {"a", "b"}
    assert comparison.pairs[0].prose > 0.6
    assert all(pair.prose == 0 for pair in comparison.pairs[1:])


# --- what counts for nothing ---------------------------------------------------------------------


def test_code_that_the_chapters_show_counts_for_nothing():
    chapter = (ROOT / "book" / "capstone.md").read_text(encoding="utf-8")
    block = chapter.split("```python\n")[1].split("```")[0]
    assert "def seconds" in block
    works = [Work(name, (Unit(NAMES[0], "code", block),)) for name in "ab"]
    assert fingerprints(works[0].units[0])
    assert not compare(works, material()).pairs
    assert compare(works, Given()).pairs[0].score > 0.3


def test_the_notebook_as_it_was_handed_out_counts_for_nothing():
    cells = "\n\n".join(c.source for c in released().cells if c.cell_type == "code")
    works = [Work(name, (Unit(NAMES[0], "code", cells),)) for name in "ab"]
    assert not compare(works, material()).pairs


def test_what_many_of_the_class_have_counts_for_nothing():
    lecture = textwrap.dedent(
        """
        def shown_on_the_blackboard(values):
            total = np.zeros_like(values)
            for place in range(len(values)):
                total[place] = np.hypot(values[place], values[place - 1]) / np.log1p(values[place])
            return np.cumsum(total)[::-1]
        """
    )
    units = [(*work.units, Unit("other cells", "code", lecture)) for work in honest_class()]
    many = [Work(f"m{i}", tuple(own)) for i, own in enumerate(units)]
    assert compare(many, material()).pairs[0].score < 0.3
    two = [*many[:2], *honest_class()[2:]]
    comparison = compare(two, material())
    assert ids(comparison, comparison.pairs[0]) == {"m0", "m1"}


# --- traces --------------------------------------------------------------------------------------


def test_what_the_normal_form_hides_is_evidence_of_its_own():
    one = "def f(x):\n    # calcualte teh halfs frist\n    wurzel_zwei = 1.4142135\n    y  =  x\n"
    two = "z = 3\nwurzel_zwei = 1.4142135 # so we calcualte it\n    \ndef g(x):\n    y  =  x\n"
    one += '    raise ValueError("shapes do not matsch here")\n'
    two += '    raise TypeError("shapes do not matsch here")\n'
    works = [Work("a", (Unit(NAMES[0], "code", one),)), Work("b", (Unit(NAMES[1], "code", two),))]
    works += [Work(w.student_id, w.units) for w in honest_class()]
    comparison = compare(works, material())
    first = comparison.pairs[0]
    assert ids(comparison, first) == {"a", "b"}
    shared = set(comparison.shared_traces(first))
    assert {
        Trace("name", "wurzel_zwei"),
        Trace("number", "1.4142135"),
        Trace("word", "calcualte"),
        Trace("text", "shapes do not matsch here"),
        Trace("spaces", "    y  =  x"),
    } <= shared
    # A word of a shared text is not counted again.
    assert Trace("word", "matsch") not in shared


def test_words_of_the_course_and_names_of_the_task_are_no_trace():
    code = (
        "def tiled_matmul(a, b, tile_size=64):\n    # the roofline of the kernel\n    scratch = 1\n"
    )
    work = Work("a", (Unit(NAMES[3], "code", code),))
    kept = {trace for trace in traces(work) if not material().holds(trace)}
    assert kept == {Trace("comment", "the roofline of the kernel")}


def test_the_same_uncommon_mistake_is_a_trace():
    results = [result(work.student_id) for work in honest_class()[:8]]
    results += [result(f"s{place}", 9) for place in (8, 9)]
    comparison = compare(honest_class(), material(), mistakes_of(results))
    pair = next(p for p in comparison.pairs if ids(comparison, p) == {"s8", "s9"})
    assert any(trace.kind == "mistake" for trace in comparison.shared_traces(pair))


# --- what is shown -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def comparison():
    hostile = Unit("other cells", "code", f"# {SCRIPT} and calcualte\nx = 1\n")
    works = [Work(w.student_id, (*w.units, hostile)) for w in honest_class()[:2]]
    copy = copy_of(honest_class()[4], name=f"copy {SCRIPT}")
    return compare([*works, *honest_class()[2:], copy], material())


def test_marked_lines_are_the_copied_ones_and_name_each_other(comparison):
    pair = comparison.pairs[0]
    for beside in evidence(comparison, pair):
        left, right = beside.left, beside.right
        for side, other in ((left, right), (right, left)):
            lines = side.unit.text.splitlines()
            assert side.matches
            assert len(side.matches) >= 0.5 * len([line for line in lines if line.strip()])
            last = len(other.unit.text.splitlines())
            assert all(1 <= int(place) <= last for place in side.matches.values())


def test_the_page_shows_pairs_evidence_and_that_it_is_no_verdict(comparison):
    text = similar_page(comparison, ["gone"])
    page = BeautifulSoup(text, "html.parser")
    assert NOT_A_VERDICT in page.p.text
    assert not page.find_all(["script", "img"]) and "https:" not in text
    for link in page.table.find_all("a"):
        assert page.find(id=link["href"].removeprefix("#"))
    assert page.find("mark") and "gone" in page.text
    assert "word: calcualte" in page.text or "a comment: " in page.text


def test_the_text_names_every_pair_and_that_it_is_no_verdict(comparison):
    text = similar_text(comparison)
    assert NOT_A_VERDICT in text and "\x1b" not in text
    assert text.count(" and ") >= len(comparison.pairs)


def filled(source, metadata=None):
    """Give the released notebook with one part written."""
    notebook = nbformat.from_dict(released())
    notebook = nbformat.reads(nbformat.writes(notebook), as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "fused-gelu":
            cell.source = source
    return nbformat.writes(notebook)


def test_the_command_reads_what_was_handed_in(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "submitted"
    texts = sources("fused_gelu")
    for name, text in {
        "ada": filled(texts[5].replace("def ", "def fused_gelu_", 1)),
        "bob": filled("def helper():\n    pass\n\n\n" + disguised(texts[5])),
        "carl": filled(texts[3]),
        "nothing": nbformat.writes(released()),
        "broken": "no notebook",
    }.items():
        path = folder / name / "acceleration" / "acceleration.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    assert main(["similar", str(folder), "--top", "1"]) == 0
    said = capsys.readouterr().out
    assert "ada and bob" in said and "carl and" not in said
    assert "broken" in said and "nothing" in said
    assert (tmp_path / "similar.html").is_file()
    (tmp_path / "grades").mkdir()
    write_results(tmp_path / "grades" / "results.jsonl", [to_line(result("ada"))])
    assert main(["similar", str(folder)]) == 0
    assert (tmp_path / "grades" / "similar.html").is_file()
    assert main(["similar", str(tmp_path / "none")]) == 2
    assert "There is no" in capsys.readouterr().err
