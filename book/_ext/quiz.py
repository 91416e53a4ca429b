r"""Quizzes that answer at once: the ``{quiz}`` directive of the chapters.

A choice has one right option among several, and says of each why it is right or wrong::

    :::{quiz}
    **2.** Which share of the 8 ms was waiting for memory?

    - [ ] 68.75 %

      That is the share that was saved. It holds more than waiting for memory.

    - [x] Nobody can tell from these two times.

      The difference also holds allocation, page faults and call overhead.

    Separate the causes: run the steps with `out=` arrays made beforehand.
    :::

The first paragraph is the question, and whatever else stands above the list belongs to it. What
stands below the list is the worked answer, which a choice can do without: it shows its reasons.

A number has its right value, a tolerance in percent of it, and a unit. The list holds wrong numbers
that a known mistake leads to, each with that mistake, and ends with a hint for every other number::

    :::{quiz}
    :answer: 170.67
    :tolerance: 1 %
    :unit: FLOP/byte

    **1.** What is the intensity of a product of two matrices of 1024 x 1024 in float32?

    - 89

      That takes 8 bytes for a value and mixes MB with MiB.

    - else

      It is $2 N^3$ FLOP over the bytes of three matrices.

    $2 \cdot 1024^3 / (3 \cdot 4 \cdot 1024^2) = 170.67$ FLOP/byte.
    :::

Here the worked answer must be there. A tolerance of ``0 %`` asks for the exact number, which is
right for a count. All text is Markdown with the roles of the book. A mistake in a quiz is a
warning, which stops the build.

The page itself holds the question, the options as a list and the answer in a ``<details>``, which
is all that a reader without scripts needs. ``quiz.js`` adds what one answers with.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

_NUMBER = re.compile(r"(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d+)?(?:e[+-]?\d+)?")


class QuizError(ValueError):
    """A quiz cannot be asked as its author wrote it; the text says why."""


class quiz(nodes.General, nodes.Element):
    """One question with all that belongs to it."""


class quiz_question(nodes.Part, nodes.TextElement):
    """The question itself, which names the group of its controls."""


class quiz_options(nodes.Part, nodes.Element):
    """The options of a choice."""


class quiz_option(nodes.Part, nodes.TextElement):
    """One option; `right` says which one it is."""


class quiz_hint(nodes.Part, nodes.Element):
    """What helps after a wrong number that nobody foresaw."""


class quiz_answer(nodes.Part, nodes.Element):
    """The worked answer, with the reasons below it."""


class quiz_reasons(nodes.Part, nodes.Element):
    """The reasons, in the order of the options or of the numbers."""


class quiz_reason(nodes.Part, nodes.Element):
    """Why one option, or one number (`value`), is right or wrong."""


def to_number(text: str) -> float:
    """Read a number as an author writes it: ``1,000``, ``0.5``, ``1e9`` or ``1/6``.

    Raises
    ------
    QuizError
        If it is something else, or not above zero: how far off an answer is, is told as a ratio.
    """
    parts = [part.strip() for part in text.split("/")]
    if len(parts) > 2 or not all(_NUMBER.fullmatch(part) for part in parts):
        raise QuizError(f"{text!r} is not a number: write it as 1,000 or 0.5 or 1e9 or 1/6")
    values = [float(part.replace(",", "")) for part in parts]
    if min(values) <= 0:
        raise QuizError(f"{text!r} is not above zero")
    return values[0] / values[1] if len(values) == 2 else values[0]


def to_percent(text: str) -> float:
    """Read a tolerance as an author writes it: ``1 %``.

    Raises
    ------
    QuizError
        If it is something else, or half of the answer and more.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?) ?%", text.strip())
    if match is None or float(match.group(1)) >= 50:
        raise QuizError(f"the tolerance is {text!r}: write it in percent, as in 1 %")
    return float(match.group(1))


def close(value: float, other: float, percent: float) -> bool:
    """Tell whether `value` lies within `percent` of `other`; quiz.js asks the same."""
    # What rounding leaves of 1/6 must not count, even where the exact number is asked for.
    return abs(value - other) <= (percent / 100 + 1e-9) * other


def _parts(
    content: list[nodes.Node],
) -> tuple[list[nodes.Node], nodes.bullet_list, list[nodes.Node]]:
    """Cut the content of a quiz into the question, the list and the worked answer."""
    lists = [node for node in content if isinstance(node, nodes.bullet_list)]
    if not lists:
        raise QuizError("it has no list: write each option, or each wrong number, after a dash")
    if not isinstance(content[0], nodes.paragraph):
        raise QuizError("it has no question: begin with a paragraph that asks")
    at = content.index(lists[0])
    return content[:at], lists[0], content[at + 1 :]


def _cut(item: nodes.list_item, name: str) -> tuple[nodes.Element, list[nodes.Element]]:
    """Cut an item of the list into its first paragraph and its reason."""
    if not item.children or not isinstance(item[0], nodes.paragraph):
        raise QuizError(f"{name} is empty")
    if len(item) < 2:
        raise QuizError(
            f"{name} ({item[0].astext().strip()}) has no reason: "
            f"write it below, as a paragraph that is indented like the text of the item"
        )
    return item[0], item.children[1:]


def _verdict(reason: list[nodes.Element], verdict: str) -> list[nodes.Element]:
    """Put the verdict in front of a reason."""
    strong = nodes.strong(verdict, verdict)
    if isinstance(reason[0], nodes.paragraph):
        reason[0].insert(0, [strong, nodes.Text(" ")])
        return reason
    return [nodes.paragraph("", "", strong), *reason]


def _take_box(item: nodes.list_item) -> str | None:
    """Take the box off an option: "x" where it is ticked, " " where not, None where there is none.

    MyST (with its extension `tasklist`) has made a check box of ``[x]`` and ``[ ]``.
    """
    box = next(iter(item.findall(nodes.raw)), None)
    if box is None or "task-list-item-checkbox" not in box.astext():
        return None
    text = box.parent
    text.remove(box)
    if text.children and isinstance(text[0], nodes.Text):
        text[0] = nodes.Text(text[0].lstrip())
    return "x" if "checked" in box.astext() else " "


class Quiz(SphinxDirective):
    """Ask one question; the docstring of this module shows how it is written."""

    has_content = True
    # Read in `run`, where a mistake gets a sentence of its own.
    option_spec = {
        "answer": directives.unchanged,
        "tolerance": directives.unchanged,
        "unit": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """Give the quiz, or nothing and a warning."""
        try:
            question, items, worked = _parts(self.parse_content_to_nodes())
            node = quiz()
            node += quiz_question("", "", *question[0].children)
            node += question[1:]
            fill = self._number if self.options else self._choice
            fill(node, items, worked)
        except QuizError as error:
            location = self.get_location()
            logger.warning("this quiz cannot be asked: %s", error, location=location, type="quiz")
            return []
        self.set_source_info(node)
        return [node]

    def _choice(self, node: quiz, items: nodes.bullet_list, worked: list[nodes.Node]) -> None:
        options, reasons = quiz_options(), quiz_reasons(title="The options in turn:")
        for at, item in enumerate(items):
            letter = f"option {chr(ord('A') + at)}"
            box = _take_box(item)
            if box is None:
                raise QuizError(f"{letter} does not begin with [x] (right) or [ ] (wrong)")
            paragraph, reason = _cut(item, letter)
            options += quiz_option("", "", *paragraph.children, right=box == "x")
            reasons += quiz_reason("", *_verdict(reason, "Right." if box == "x" else "Wrong."))
        right = sum(option["right"] for option in options)
        if right != 1 or len(options) < 2:
            raise QuizError(
                f"{right} of its {len(options)} options are marked [x]: "
                f"exactly one must be right, and one more at least be wrong"
            )
        node["kind"] = "choice"
        node += [options, quiz_answer("", *worked, reasons)]

    def _number(self, node: quiz, items: nodes.bullet_list, worked: list[nodes.Node]) -> None:
        for name in ("answer", "tolerance", "unit"):
            if not self.options.get(name):
                raise QuizError(f"a question for a number needs :{name}:")
        if not worked:
            raise QuizError("it has no worked answer: write one below the list")
        unit = self.options["unit"]
        value = to_number(self.options["answer"])
        tolerance = to_percent(self.options["tolerance"])
        known: list[float] = []
        hint = quiz_hint()
        reasons = quiz_reasons(title="Numbers that come out by mistake:")
        for item in items:
            paragraph, reason = _cut(item, "a wrong number")
            text = paragraph.astext().strip()
            if text == "else":
                hint += reason
                continue
            wrong = to_number(text)
            for other in (value, *known):
                if close(wrong, other, tolerance) or close(other, wrong, tolerance):
                    raise QuizError(f"within the tolerance, {text} is the same as {other:g}")
            known.append(wrong)
            reasons += quiz_reason("", *_verdict(reason, f"{text} {unit}: wrong."), value=wrong)
        if not hint.children:
            raise QuizError("it has no hint: end the list with an item `else`")
        node["kind"] = "number"
        node["value"], node["tolerance"], node["unit"] = value, tolerance, unit
        node += [hint, quiz_answer("", *worked, *([reasons] if known else []))]


def visit_quiz(self: HTML5Translator, node: quiz) -> None:
    """Open the group, with what the script must know of a number."""
    data = {f"data-{x}": f"{node[x]}" for x in ("value", "tolerance", "unit") if x in node}
    self.body.append(self.starttag(node, "fieldset", CLASS=f"quiz quiz-{node['kind']}", **data))


def visit_question(self: HTML5Translator, node: quiz_question) -> None:
    """Open the name of the group."""
    self.body.append(self.starttag(node, "legend", ""))


def visit_options(self: HTML5Translator, node: quiz_options) -> None:
    """Open the list of options; the reasons below go by its letters."""
    self.body.append(self.starttag(node, "ol", CLASS="quiz-options", type="A"))


def visit_option(self: HTML5Translator, node: quiz_option) -> None:
    """Open one option."""
    right = {"data-right": ""} if node["right"] else {}
    self.body.append(self.starttag(node, "li", "", **right))


def visit_hint(self: HTML5Translator, node: quiz_hint) -> None:
    """Open the hint, which only the script shows."""
    self.body.append(self.starttag(node, "div", CLASS="quiz-hint", hidden="hidden"))


def visit_answer(self: HTML5Translator, node: quiz_answer) -> None:
    """Open what is folded away."""
    self.body.append(self.starttag(node, "details", CLASS="quiz-answer"))
    self.body.append("<summary>Worked answer</summary>\n")


def visit_reasons(self: HTML5Translator, node: quiz_reasons) -> None:
    """Open the list of reasons, in letters where the options have them."""
    self.body.append(f"<p>{self.encode(node['title'])}</p>\n")
    if "value" in node[0]:
        self.body.append(self.starttag(node, "ul", CLASS="quiz-reasons"))
    else:
        self.body.append(self.starttag(node, "ol", CLASS="quiz-reasons", type="A"))


def visit_reason(self: HTML5Translator, node: quiz_reason) -> None:
    """Open one reason."""
    value = {"data-value": f"{node['value']}"} if "value" in node else {}
    self.body.append(self.starttag(node, "li", "", **value))


def _closing(tag: str) -> Any:
    def depart(self: HTML5Translator, node: nodes.Element) -> None:
        self.body.append(f"</{tag}>\n")

    return depart


def depart_reasons(self: HTML5Translator, node: quiz_reasons) -> None:
    """Close whichever list it is."""
    self.body.append("</ul>\n" if "value" in node[0] else "</ol>\n")


def add_files(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Load the script and the style on a page that has a quiz."""
    if doctree is not None and next(iter(doctree.findall(quiz)), None) is not None:
        app.add_js_file("quiz.js", loading_method="defer")
        app.add_css_file("quiz.css")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive, what it makes, and what a page with a quiz loads."""
    app.add_directive("quiz", Quiz)
    app.add_node(quiz, html=(visit_quiz, _closing("fieldset")))
    app.add_node(quiz_question, html=(visit_question, _closing("legend")))
    app.add_node(quiz_options, html=(visit_options, _closing("ol")))
    app.add_node(quiz_option, html=(visit_option, _closing("li")))
    app.add_node(quiz_hint, html=(visit_hint, _closing("div")))
    app.add_node(quiz_answer, html=(visit_answer, _closing("details")))
    app.add_node(quiz_reasons, html=(visit_reasons, depart_reasons))
    app.add_node(quiz_reason, html=(visit_reason, _closing("li")))
    app.connect("html-page-context", add_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
