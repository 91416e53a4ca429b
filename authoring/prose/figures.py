"""Performance figures in prose: rates, times, speed-ups and shares of time that somebody typed.

What a sentence says with the words of its neighbours is beyond this finder. It errs on the side of
finding: a figure that may stand where it is says why, in its own sentence or in a mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from authoring.prose.glued import KIND
from authoring.prose.marks import REASONS, Mark
from authoring.prose.passage import CITED, Passage, Sentence, quotations, sentences
from authoring.prose.reading import for_figures
from authoring.prose.vocabulary import ATTRIBUTED, DIGITS, IN_WORDS, NUMBER, SPEED, TIMED

# What learners run; its other strings and every docstring are for those who work on the course.
SPEAKING_PROGRAMS = ("tinytorch/", "autograder/", "solutions/")

_FLAGS = re.IGNORECASE
_PER_SECOND = r"(?:\s?/\s?(?:s|sec|second)\b|ps\b|\s+(?:per|a|each|every)\s+second)"
_PREFIX = r"(?:kilo|mega|giga|tera|peta|[kmgtp]i?)?"
RATE = re.compile(
    rf"{NUMBER}[\s-]?(?:"
    rf"{_PREFIX}(?:flops?|ops?|b|bytes?|bits?){_PER_SECOND}|(?:kilo|mega|giga|tera|peta|[kmgtp])flops\b|"
    rf"(?:[a-z-]+\s+){{1,3}}?(?:per|a|each)\s+second)",
    _FLAGS,
)
# A second alone is a rate's, and minutes, hours and days are those of people. "1990s" is none.
TIME = re.compile(
    rf"(?:(?!(?:19|20)\d\ds){DIGITS}[\s-]?(?:ns|µs|μs|us|ms|s|secs?)\b|"
    rf"(?:{NUMBER}|\bhalf\s+a)[\s-](?:(?:nano|micro|milli)?seconds?|(?:clock\s+)?cycles?)\b)",
    _FLAGS,
)
# "3.5x" and "3.5 x faster"; 512x512, 64 x 64 and 2 x parameters are shapes and products.
_CROSSED = re.compile(
    rf"(?<!\w\(){DIGITS}(?:[x×](?!\s*[\d(])(?!\s+[a-z\ufffb]\b)(?![a-wyz_])|"
    rf"\s[x×](?=\s*(?:$|[,.;:)\]—–-])|\s+(?:as|faster|slower|quicker|speed\w*|better|higher|the|improve\w*|gain\w*)\b))",
    _FLAGS,
)
_TIMES = re.compile(
    rf"{NUMBER}[\s-]times\b(?!\s+(?:of\b|as\s+(?:many|large|high|big|wide)|the\s+(?!(?:speed|rate|time|"
    rf"throughput|bandwidth|performance)\b)|its\b|\d|more\s+(?:bytes|values|traffic|memory)))"
    rf"|\b(?:twice|thrice|half)\s+(?:as\s+(?:fast|slow|quick|long)|the\s+(?:speed|rate|time|"
    rf"throughput|bandwidth|latency|performance)\b)"
    rf"|(?:{DIGITS}|{IN_WORDS})[\s-]?fold\b"
    rf"|\bfactor\s+(?:of\s+)?(?:about\s+|up\s+to\s+)?{NUMBER}"
    rf"|\bspeed-?\s?ups?\b\W*(?:(?:of|is|was|to|by)\s+)?(?:about\s+|up\s+to\s+)?{NUMBER}"
    rf"|\borders?\s+of\s+magnitude"
    rf"|\b(?:halv|doubl|tripl|quadrupl)(?:e[ds]?|ing)\s+(?:the|its|your)\s+(?:time|runtime|speed|rate|"
    rf"throughput|performance|latency)\b|\b(?:time|runtime|latency)\s+(?:\w+\s+){{0,2}}in\s+half\b",
    _FLAGS,
)
_PERCENT = re.compile(rf"{NUMBER}\s?(?:%|per\s?cent\b)", _FLAGS)

_ASSUMED = re.compile(
    r"\b(?:suppose|imagine|assume[sd]?|assuming|assumptions?|made\s+up|of\s+every)\b", _FLAGS
)
# What the project demands of itself is not what it measured.
_DEMANDED = re.compile(r"\bgoals?\b", _FLAGS)
_EXAMPLE = re.compile(r"\s*Examples?\b")
# How long a person waits, as a limit in words: a promise or a threshold, and no figure of a kernel.
_WAITING = re.compile(
    rf"\b(?:under|(?:less|more)\s+than|at\s+most|within)\s+(?:about\s+)?(?:half\s+a|{IN_WORDS})"
    rf"\s+seconds?\b",
    _FLAGS,
)
# A quiz gives its numbers itself; one that speaks of what was measured here must glue them.
_OF_THE_BOOK = re.compile(
    r"\b(?:recording|recorded|(?:we|was|were)\s+measured|this\s+(?:book|page|machine))\b", _FLAGS
)


@dataclass(frozen=True)
class Figure:
    """A typed figure: where it stands and what it says."""

    file: str
    line: int
    text: str


def found(text: str) -> list[tuple[int, int]]:
    """Give every performance figure of a text, as its first offset and the one behind it."""
    spans: list[tuple[int, int]] = []
    for sentence in sentences(text):
        patterns = [RATE, TIME, _CROSSED]
        patterns += [_TIMES] if SPEED.search(sentence.text) else []
        patterns += [_PERCENT] if TIMED.search(sentence.text) else []
        for pattern in patterns:
            for match in pattern.finditer(sentence.text):
                start, end = (sentence.start + offset for offset in match.span())
                if not any(start < b and a < end for a, b in spans):
                    spans.append((start, end))
    return sorted(spans)


def typed_figures(passages: Iterable[Passage], marks: Iterable[Mark]) -> Iterator[Figure]:
    """Give the figures that neither their sentence nor a mark accounts for."""
    marked = {(mark.file, mark.block) for mark in marks}
    for passage in passages:
        if (passage.file, passage.block) not in marked and _is_for_learners(passage):
            yield from unaccounted(passage)


def unneeded_marks(passages: Iterable[Passage], marks: Iterable[Mark]) -> Iterator[Mark]:
    """Give the marks that spare no figure, or whose reason is none."""
    marks = list(marks)
    files = {mark.file for mark in marks}
    spared = {
        (passage.file, passage.block)
        for passage in passages
        if passage.file in files and next(unaccounted(passage), None)
    }
    for mark in marks:
        if mark.reason not in REASONS or (mark.file, mark.block) not in spared:
            yield mark


def unaccounted(passage: Passage) -> Iterator[Figure]:
    """Give the figures of a passage that their sentence does not account for."""
    if passage.kind == KIND:
        yield Figure(passage.file, passage.line, passage.source)
        return
    text = for_figures(passage)
    quoted = quotations(text)
    for start, end in found(text):
        sentence = next(s for s in sentences(text) if start < s.start + len(s.text))
        spared = quoted + [match.span() for match in _WAITING.finditer(text)]
        if any(a <= start and end <= b for a, b in spared) or _accounts(sentence, passage):
            continue
        line = passage.line + text.count("\n", 0, start)
        yield Figure(passage.file, line, " ".join(text[start:end].split()))


def _is_for_learners(passage: Passage) -> bool:
    """Tell whether a reader of the book or of a program's output comes upon a passage."""
    if passage.kind == "docstring":
        return False
    return passage.kind != "string" or passage.file.startswith(SPEAKING_PROGRAMS)


def _accounts(sentence: Sentence, passage: Passage) -> bool:
    """Tell whether a sentence says itself where its figures come from, or states none."""
    if passage.kind in {"quiz", "wrong option"}:
        return not _OF_THE_BOOK.search(sentence.text)
    return (
        sentence.text.rstrip().endswith("?")
        or CITED in sentence.text
        or _EXAMPLE.match(for_figures(passage)) is not None
        or any(words.search(sentence.text) for words in (_ASSUMED, _DEMANDED, ATTRIBUTED))
    )
