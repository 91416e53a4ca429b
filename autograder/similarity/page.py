"""The page of pairs that are alike, and the same as text."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.class_report.page import bullets, escape, page, paragraph, section, table
from autograder.plain_text import plain_text
from autograder.similarity.comparison import Comparison, Pair
from autograder.similarity.evidence import Beside, Side, evidence
from autograder.similarity.traces import Trace

# Two hundred shared words would bury the rest.
MOST_TRACES = 12
_KINDS = {
    "name": "a name",
    "comment": "a comment",
    "text": "a text",
    "number": "a number",
    "word": "a word",
    "spaces": "a line with the same odd spaces",
    "mistake": "a mistake",
}
NOT_A_VERDICT = (
    "This is evidence for a conversation, not a verdict: two people who learned together, or from "
    "the same source, write alike too. Read the lines yourself before you ask."
)
_METHOD = (
    "Each student's code is reduced to the kinds of its syntax, so that other names, comments, "
    "numbers, layout or another order of the functions change nothing. Runs of it are kept as "
    "fingerprints (winnowing: Schleimer, Wilkerson and Aiken, 2003, doi:10.1145/872757.872770). "
    "What the notebook and the chapters show everybody counts for nothing, nor does what more than "
    "a fifth of the class has (in a small class, more than five); of the rest, what fewer have "
    "counts for more. \u201cCode\u201d is the share of the uncommon code of the one who has less "
    "of it that the other has too, and \u201cpart\u201d is the same for the part in which the two "
    "are the most alike; \u201cprose\u201d is the same for the essay. \u201cBits\u201d "
    "adds up how surprising the other things are that both have: rare names, comments, texts, "
    "numbers, words, odd spaces and mistakes, each with log2((students + 1) / those who have it). "
    "The score puts all this together: 1 \u2212 (1 \u2212 (code + part) / 2) (1 \u2212 prose) "
    "2^(\u2212bits / 30)."
)


def similar_page(comparison: Comparison, left_out: Sequence[str] = ()) -> str:
    """Write the page.

    Parameters
    ----------
    comparison : Comparison
    left_out : sequence of str
        Students whose work could not be compared.
    """
    sections = [
        paragraph(NOT_A_VERDICT, "standing"),
        paragraph(_in_general(comparison)),
        paragraph(_left_out(left_out)) if left_out else "",
        section("The pairs", _summary(comparison)),
        f"<details><summary>How pairs are compared</summary>{paragraph(_METHOD)}</details>",
        *(_pair(place, comparison, pair) for place, pair in enumerate(comparison.pairs, start=1)),
    ]
    return page("Acceleration: pairs that are alike", "\n".join(sections))


def similar_text(comparison: Comparison, left_out: Sequence[str] = ()) -> str:
    """Write the pairs as a table for a terminal."""
    lines = ["score   code   part  prose   bits  pair"]
    for pair in comparison.pairs:
        first, second = (plain_text(name) for name in _names(comparison, pair))
        lines.append(
            f"{_percent(pair.score):>5}  {_percent(pair.code):>5}  {_percent(pair.part):>5}  "
            f"{_percent(pair.prose):>5}  {pair.bits:>5.1f}  {first} and {second}"
        )
    if not comparison.pairs:
        lines = ["No two submissions have anything uncommon in common."]
    lines.append(_in_general(comparison))
    if left_out:
        lines.append(plain_text(_left_out(left_out)))
    lines.append(NOT_A_VERDICT)
    return "\n".join(lines)


def _in_general(comparison: Comparison) -> str:
    count = len(comparison.works)
    sentence = f"{count} submissions were compared, {count * (count - 1) // 2} pairs."
    if not comparison.quantiles:
        return sentence
    levels = comparison.quantiles
    return (
        f"{sentence} Half of all pairs have a score of at most {_percent(levels[0.5])}, nine in "
        f"ten at most {_percent(levels[0.9])}, ninety-nine in a hundred at most "
        f"{_percent(levels[0.99])}."
    )


def _left_out(left_out: Sequence[str]) -> str:
    return f"Not compared, as nothing of theirs could be read: {'; '.join(left_out)}."


def _summary(comparison: Comparison) -> str:
    rows = []
    for place, pair in enumerate(comparison.pairs, start=1):
        names = escape(" and ".join(_names(comparison, pair)))
        shares = (pair.score, pair.code, pair.part, pair.prose)
        rows.append(
            (
                f'<a class="breakable" href="#pair-{place}">{names}</a>',
                *(_percent(share).replace(" ", "&nbsp;") for share in shares),
                f"{pair.bits:.1f}",
            )
        )
    if not rows:
        return paragraph("No two submissions have anything uncommon in common.")
    return table("The most alike first", ("pair", "score", "code", "part", "prose", "bits"), rows)


def _pair(place: int, comparison: Comparison, pair: Pair) -> str:
    first, second = _names(comparison, pair)
    shown = [_beside(beside, first, second) for beside in evidence(comparison, pair)]
    lines = (
        f"<details{' open' if place <= 3 else ''}><summary>The lines, side by side</summary>"
        + paragraph(
            "A marked line has the number of the line that it is like in the other's work.", "quiet"
        )
        + "".join(shown)
        + "</details>"
        if shown
        else ""
    )
    body = section(
        f"{place}. {first} and {second}: {_percent(pair.score)}",
        paragraph(_explained(pair)),
        _traces(comparison, pair),
        lines,
    )
    return f'<div id="pair-{place}">{body}</div>'


def _explained(pair: Pair) -> str:
    sentences = []
    if pair.code:
        sentences.append(
            f"{_percent(pair.code)} of the uncommon code of the one who has less of it stands in "
            f"the other's work too; in {pair.part_name}, {_percent(pair.part)}."
        )
    if pair.prose:
        sentences.append(f"Of the uncommon prose it is {_percent(pair.prose)}.")
    if pair.bits:
        sentences.append(f"What else both have comes to {pair.bits:.1f} bits.")
    return " ".join(sentences)


def _traces(comparison: Comparison, pair: Pair) -> str:
    traces = comparison.shared_traces(pair)
    count = len(comparison.works)
    said = [
        f"{_said(trace)} ({comparison.traces.holders(trace)} of {count} have it)"
        for trace in traces[:MOST_TRACES]
    ]
    if len(traces) > MOST_TRACES:
        said.append(f"and {len(traces) - MOST_TRACES} more")
    return bullets(said)


def _said(trace: Trace) -> str:
    content = trace.content if len(trace.content) <= 160 else f"{trace.content[:157]}..."
    return f"{_KINDS[trace.kind]}: {content}"


def _beside(beside: Beside, first: str, second: str) -> str:
    sides = "".join(
        _side(side, f"{beside.name}, {name}")
        for side, name in ((beside.left, first), (beside.right, second))
    )
    return f'<h3>{escape(beside.name)}</h3><div class="beside">{sides}</div>'


def _side(side: Side | None, label: str) -> str:
    if side is None:
        return f"<div>{paragraph(f'{label}: nothing here.', 'quiet')}</div>"
    width = max((len(place) for place in side.matches.values()), default=0)
    lines = []
    for number, line in enumerate(side.unit.text.splitlines(), start=1):
        match = side.matches.get(number)
        gutter = f"{number:>4} {'=' if match else ' '} {match or '':<{width}}  "
        code = escape(line.expandtabs(4))
        lines.append(f"{escape(gutter)}{f'<mark>{code}</mark>' if match and code else code}")
    text = "\n".join(lines)
    return (
        f"<div>{paragraph(label, 'quiet')}"
        f'<pre tabindex="0" role="region" aria-label="{escape(label)}">{text}</pre></div>'
    )


def _names(comparison: Comparison, pair: Pair) -> tuple[str, str]:
    works = comparison.works
    return works[pair.first].student_id, works[pair.second].student_id


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
