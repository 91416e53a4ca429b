"""Widely repeated claims about fast numerical code that are false, and where prose states one.

The chapter "What the numbers really say" lists them, by the same numbers, with what is true
instead. A sentence states a claim when it has its words, unless it denies them, asks, quotes
somebody or names who says so, or is the wrong option of a quiz.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from authoring.prose.passage import Passage, quotations, sentences
from authoring.prose.reading import for_claims
from authoring.prose.vocabulary import ATTRIBUTED

_FLAGS = re.IGNORECASE | re.DOTALL


@dataclass(frozen=True)
class Claim:
    """A false claim.

    Attributes
    ----------
    number : int
        By which the chapter lists it.
    false : str
        The claim in a few words.
    words : tuple of str
        In small letters; a sentence without any of them cannot state it, which is quickly seen.
    stated : tuple of re.Pattern
        How a sentence states it; one of them is enough.
    unless : re.Pattern or None
        What makes the sentence a true one.
    """

    number: int
    false: str
    words: tuple[str, ...]
    stated: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None = None


@dataclass(frozen=True)
class Statement:
    """A false claim that is stated as true: where, and in which words."""

    file: str
    line: int
    text: str
    claim: Claim


def _claim(
    number: int, false: str, words: tuple[str, ...], *stated: str, unless: str | None = None
) -> Claim:
    patterns = tuple(re.compile(pattern, _FLAGS) for pattern in stated)
    return Claim(number, false, words, patterns, re.compile(unless, _FLAGS) if unless else None)


_TEMPORARIES = r"(?:intermediate|temporar)\w*"
_TIMES = r"\s?(?:x\b|×|-?\s?times\b|-?fold\b)"
_HUNDRED = r"(?:100|a\s+hundred|one\s+hundred)"

CLAIMS = (
    _claim(
        1,
        "one NumPy expression makes no temporaries, or is one kernel",
        ("intermediate", "temporar", "kernel", "pass", "fuses", "merges", "combines"),
        rf"\b(?:expression|line|formula|statement)\b.*\b(?:no|without|zero|avoid\w*|eliminat\w*|free\s+of)\s+"
        rf"(?:any\s+|all\s+|the\s+)?{_TEMPORARIES}",
        r"\b(?:one|single)\s+(?:numpy\s+)?(?:expression|line|formula|statement)\b.*\b(?:one|single)\s+(?:fused\s+)?"
        r"(?:kernel|pass)\b",
        r"\bnumpy\b.*\b(?:expression|line|formula|operat\w*)\b.*\b(?:one|single)\s+(?:fused\s+)?(?:kernel|pass)\b",
        r"\bnumpy\s+(?:itself\s+)?(?:fuses|merges|combines)\b",
        unless=r"\b(?:compil|numexpr|numba|jax|xla)\w*|torch\.compile",
    ),
    _claim(
        2,
        "fusion makes GELU 3.5 times as fast, by bandwidth alone",
        ("3.5", "three and a half", "purely", "entirely", "solely", "exclusively", "nothing but"),
        rf"\bfus(?:e|es|ed|ing|ion)\b.*\b(?:3\.5|three\s+and\s+a\s+half){_TIMES}",
        rf"\b(?:3\.5|three\s+and\s+a\s+half){_TIMES}.*\bfus(?:e|es|ed|ing|ion)\b",
        r"\bfus(?:ed|ing|ion)\b.*\b(?:purely|entirely|solely|exclusively|nothing\s+but)\b.*\b(?:bandwidth|memory|traffic)\b",
        r"\b(?:purely|entirely|solely|exclusively|nothing\s+but)\b.*\b(?:bandwidth|memory|traffic)\b.*\bfus(?:ed|ing|ion)\b",
    ),
    _claim(
        3,
        "fusion saves 60 %, or 87.5 %, or 28 million accesses at 14 an element",
        ("60", "sixty", "87.5", "28 million", "7 writes", "seven writes", "14 ", "fourteen"),
        rf"\b(?:fus(?:e|es|ed|ing|ion)|{_TEMPORARIES})\b.*\b(?:60|sixty|87\.5)\s?(?:%|per\s?cent)",
        rf"\b(?:60|sixty|87\.5)\s?(?:%|per\s?cent).*\b(?:fus(?:e|es|ed|ing|ion)|{_TEMPORARIES})\b",
        r"\b28\s+million\s+(?:memory\s+)?(?:operations|accesses|reads|transfers|values)",
        r"\b(?:7|seven)\s+reads\s*(?:\+|and|plus)\s*(?:7|seven)\s+writes",
        r"\b(?:14|fourteen)\s+(?:memory\s+)?(?:operations|accesses|values|transfers)\s+(?:per|for\s+each|for\s+every|an)\s+"
        r"element",
    ),
    _claim(
        4,
        "a function that calls np.matmul and ignores its tile size demonstrates tiling",
        ("matmul", "np.dot", "blas", "tile size", "tile_size"),
        r"\btil(?:e|es|ed|ing|ed_matmul)\b.*\b(?:demonstra|show|illustrat|implement)\w*\b.*\b(?:by|with|through)\s+"
        r"(?:just\s+)?(?:a\s+|one\s+)?(?:single\s+)?(?:call|delegat|hand)\w*\b.*\b(?:matmul|np\.dot|blas)\b",
        r"\b(?:demonstra|show|illustrat|implement)\w*\b.*\btil(?:e|es|ed|ing)\b.*\bby\s+"
        r"(?:call|delegat|hand)\w*\b.*\b(?:matmul|np\.dot|blas)\b",
        r"\b(?:call|delegat|hand)\w*\b.*\b(?:matmul|np\.dot|blas)\b.*\b(?:demonstra\w*|illustrat\w*|is\s+enough|counts\s+as|"
        r"is\s+already)\b.*\btil(?:e|es|ed|ing)\b",
        r"\btile[_\s]size\b.*\b(?:is\s+(?:simply\s+|just\s+)?ignored|can\s+be\s+ignored|is\s+unused|has\s+no\s+effect)\b",
    ),
    _claim(
        5,
        "in a roofline, bandwidth is the flat line and compute the slanted one",
        ("horizontal", "flat", "diagonal", "slanted", "sloped", "sloping"),
        r"\b(?:bandwidth|memory)(?:\s+(?:limit|roof|ceiling|line|bound))?\s+(?:is|forms|gives|sets|draws|makes)\s+(?:the\s+|a\s+)?"
        r"(?:horizontal|flat)\b",
        r"\b(?:horizontal|flat)\s+(?:line|roof|part|ceiling|segment)\s*(?:is|shows|stands\s+for|represents|comes\s+from|marks|"
        r"[(:])\s*(?:the\s+|that\s+of\s+)?(?:memory|bandwidth)\b",
        r"\b(?:compute|arithmetic|peak)(?:\s+(?:limit|roof|ceiling|line|rate|performance))?\s+(?:is|forms|gives|sets|draws|makes)?"
        r"\s*(?:the\s+|a\s+)?(?:diagonal|slanted|sloped|sloping)\b",
        r"\b(?:diagonal|slanted|sloped|sloping)\s+(?:line|roof|part|ceiling|segment)\s*(?:is|shows|stands\s+for|represents|"
        r"comes\s+from|marks|[(:])\s*(?:the\s+|that\s+of\s+)?(?:compute|arithmetic|peak)\b",
    ),
    _claim(
        6,
        "a 1024 x 1024 float32 matrix has 8 MB, so the product's intensity is 89",
        ("1024", "1,024", "89"),
        r"(?=.*\b1,?024(?!\d))(?=.*\b(?:matrix|matrices|array|float32)\b).*?\b(?:8|eight)\s?"
        r"(?:MB|MiB|mega\w*)\b",
        r"\bintensity\b.*\b89\b(?!\.\d)",
        r"\b89\s+(?:FLOPs?|operations)\s?(?:/|per|for\s+each)\s?byte",
        unless=r"\b(?:two|both|float64)\b",
    ),
    _claim(
        7,
        "256 KB gives tile 146, 128 works well, and the cache decides for a loop in Python",
        ("146", "128", "decides", "determines", "dictates"),
        r"\btile\w*\b.*\b146\b",
        r"\b146\b.*\btile",
        r"\b128\b.*\bworks\s+well\b",
        r"\bpython\b.*\bcache\b.*\b(?:decides|determines|dictates)\b",
        r"\bcache\b.*\b(?:decides|determines|dictates)\b.*\bpython\b",
    ),
    _claim(
        8,
        "vectorised code is 10 to 100 times as fast; naive loops take 800 ms and BLAS 8",
        ("10", "ten", "800"),
        rf"\bvectori[sz]\w*\b.*\b(?:10|ten)\s?(?:x|×|times)?\s?(?:-|–|to|and)\s?{_HUNDRED}{_TIMES}",
        rf"\b(?:10|ten)\s?(?:x|×|times)?\s?(?:-|–|to|and)\s?{_HUNDRED}{_TIMES}.*\b(?:vectori[sz]\w*|numpy|blas)\b",
        r"\b800\s?(?:ms|milliseconds)\b.*\b(?:8|eight)\s?(?:ms|milliseconds)?\b",
    ),
    _claim(
        9,
        "an ordinary loop handles one element in each clock cycle",
        ("cycle",),
        r"\b(?:traditional|ordinary|normal|plain|naive|python|scalar|simple|usual)\b.*\bloops?\b.*\b(?:one|a\s+single|1)\s+"
        r"(?:element|value|operation|addition|number)\s+(?:per|a|each|every|in\s+each|in\s+every|in\s+one)\s+(?:clock\s+)?cycle",
        r"\b(?:every|each|per)\s+(?:clock\s+)?cycle\b.*\b(?:traditional|ordinary|plain|naive|python|scalar)\b.*\bloop\w*\b.*"
        r"\b(?:one|a\s+single|1)\s+(?:element|value|operation|addition|number)",
    ),
    _claim(
        10,
        "a GPU has 50 TFLOP/s, 230 times as fast as one core's 215 GFLOP/s",
        ("230", "50", "fifty", "215"),
        rf"\b(?:GPU|graphics)\w*\b.*\b230{_TIMES}",
        rf"\b230{_TIMES}.*\b(?:GPU|graphics|cores?|CPU)\b",
        r"\bGPU\w*\b.*\b(?:50|fifty)\s?(?:TFLOP|teraflop)",
        r"\b215\s?(?:GFLOP|gigaflop)\S*\b.*\b(?:one|a|single|each)\s+(?:CPU\s+)?core\b",
        unless=r"\bpeak\b.*\b(?:whole|achieved)\b",
    ),
    _claim(
        11,
        "68.75 % of the unfused time was waiting for memory",
        ("68.75", "68.8", "69", "two thirds"),
        r"\b(?:68\.75|68\.8|69)\s?(?:%|per\s?cent).*\b(?:wait\w*|memory|bandwidth|traffic)\b",
        r"\b(?:wait\w*|memory|bandwidth|traffic)\b.*\b(?:68\.75|68\.8|69)\s?(?:%|per\s?cent)",
        r"\btwo\s+thirds\b.*\bunfused\b.*\b(?:wait\w*|memory)\b",
        r"\bunfused\b.*\btwo\s+thirds\b.*\b(?:wait\w*|memory)\b",
    ),
    _claim(
        12,
        "training GPT-3 took 175 billion times 300 billion, 10^23 FLOP, on TPUs",
        ("175", "gpt"),
        r"\b175\b\D{1,24}\b300\b[^.]*?(?:(?<![\dx×] )(?<![\dx×])10\s?\^\s?\{?23|\b1e23|10²³)",
        r"\bGPT-?3\b.*\bTPU",
        r"\bTPU\w*\b.*\bGPT-?3\b",
        r"\bGPT-?3\b.*\bparameters?\s*(?:x|×|times|multiplied\s+by)\s*(?:its\s+|the\s+)?(?:number\s+of\s+)?tokens\b",
    ),
    _claim(
        13,
        "a speed-up of 2 saves 1,000 to 5,000 dollars a week",
        ("dollar", "$"),
        r"(?:\$\s?|\b)1,?000\s?(?:-|–|to|and)\s?\$?\s?5,?000\b.*\bweek",
        r"\bsav\w+\b.*\bthousands\s+of\s+dollars\b",
        r"\b(?:twice\s+as\s+fast|2x|2×|speed-?up\s+of\s+(?:2|two))\b.*\bsav\w+\b.*(?:\$\s?\d|\bdollars\b)",
        unless=r"\b\d+\s+(?:devices|GPUs)\b.*\bhour\b",
    ),
    _claim(
        14,
        "GELU has an intensity of 1 FLOP/byte, whatever the counting rule",
        ("gelu",),
        r"\bGELU\b.*\bintensity\b.*\b(?:is|of|has|at|near|about|roughly)\s+(?:about\s+|roughly\s+|always\s+)*(?:1(?:\.0)?|one)\b"
        r"(?!\.?\d)",
        r"\bintensity\s+of\s+GELU\b.*\b(?:1(?:\.0)?|one)\s+(?:FLOP|operation)",
        r"\bGELU\b.*\b(?:does|performs|has)\s+(?:about\s+)?(?:1(?:\.0)?|one)\s+(?:FLOP|operation)\s?(?:/|per|for\s+(?:each|every))"
        r"\s?byte",
        unless=r"\btanh\b|\bcount\w*|\brule\b|\breads?\b.*\bwrit|\bminimal\b|\b8\s+bytes\b|\bone\s+pass\b",
    ),
    _claim(
        15,
        "temporaries in a loop are false dependencies that prevent parallel execution",
        ("dependenc", "parallel", "concurren"),
        rf"\b(?:{_TEMPORARIES}|alloca\w*|fresh\s+arrays?|new\s+arrays?|loop)\b.*\bfalse\s+dependenc",
        rf"\bfalse\s+dependenc\w*\b.*\b(?:{_TEMPORARIES}|alloca\w*|arrays?|loop)\b",
        rf"\b(?:{_TEMPORARIES}|alloca\w*)\b.*\b(?:prevent|block|stop|inhibit|hinder|forbid)\w*\b.*\b(?:parallel|concurren)",
    ),
    _claim(
        16,
        "matrix products degrade beyond a size of 1024",
        ("1024", "1,024", "1000", "1,000"),
        r"\b(?:performance|speed|rate|throughput|matmul|product|BLAS|GEMM)\w*\b.*\b(?:degrad|drop|declin|collap|suffer|fall|"
        r"slow|worse)\w*\b.*\b(?:larger|bigger|beyond|above|over|exceed\w*|past|greater|more)\b[^.]*?\b1,?(?:024|000)(?!\d)",
        r"\b(?:larger|bigger|beyond|above|over|exceed\w*|past|greater)\b[^.]*?\b1,?(?:024|000)(?!\d).*\b(?:degrad|declin|collap|"
        r"suffer|slows|gets?\s+slower|become\w*\s+slower|drop)",
        unless=r"\bnaive\b|\bpython\b",
    ),
    _claim(
        17,
        "PyTorch fuses with TorchScript",
        ("torchscript", "torch.jit", "jit script"),
        r"\b(?:py)?torch\b.*\b(?:fus|compil|accelerat|optimi[sz])\w*\b.*(?:\btorchscript\b|\btorch\.jit\b|\bJIT\s+script)",
        r"(?:\btorchscript\b|\btorch\.jit\S*).*\b(?:fus|compil|accelerat|optimi[sz])\w*",
        unless=r"\bdeprecated\b",
    ),
    _claim(
        18,
        "Module 19 comes next",
        ("19", "nineteen"),
        r"\b(?:next|follow\w*|continue\w*)\b.*\bmodule\s+(?:19|nineteen)\b",
        r"\bmodule\s+(?:19|nineteen)\b.*\b(?:next|follows\s+this|comes\s+after\s+this)\b",
        unless=r"\b(?:18|eighteen)\b",
    ),
    _claim(
        19,
        "unfused GELU needs seven arrays",
        ("seven", "7"),
        rf"\b(?:unfused\w*|working\s+memory|eight\s+(?:named\s+)?steps)\b.*\b(?:seven|7)\s+(?:full-size\s+)?"
        rf"(?:{_TEMPORARIES}|arrays)\b",
        rf"\b(?:seven|7)\s+(?:full-size\s+)?(?:{_TEMPORARIES}|arrays)\b.*\b(?:unfused\w*|working\s+memory)\b",
        unless=r"\bresult\b|\boutput\b|\beight(?:h)?\s+(?:arrays|in\s+all|are)\b|\beighth\b",
    ),
    _claim(
        20,
        "four cores give up to four times the speed, and BLAS decides well",
        ("four", "4", "thread"),
        r"\b(?:four|4)\s+(?:cores|threads)\b.*\b(?:up\s+to\s+|about\s+|gives?\s+|runs?\s+|makes?\s+\w+\s+)(?:four|4)"
        r"\s?(?:x\b|×|-?times\b|-?fold\b)",
        r"\b(?:up\s+to\s+)(?:four|4)\s?(?:x\b|×|-?times\b|-?fold\b).*\b(?:four|4)\s+(?:cores|threads)\b",
        r"\b(?:blas|openblas|mkl|library|numpy)\b.*\b(?:decides?|knows?|chooses?|picks?)\b.*\b(?:well|best|right|optimal\w*|"
        r"correctly)\b.*\bthread",
        r"\b(?:blas|openblas|mkl|library|numpy)\b.*\b(?:decides?|knows?|chooses?|picks?)\b.*\bthread\w*\b.*\b(?:well|best|"
        r"right|optimal\w*|correctly|for\s+you)\b",
        unless=r"\bat\s+most\b|\bpromise",
    ),
)

# "No temporaries" is what the first claim says; "not only" denies nothing.
_DENIAL = re.compile(
    r"\b(?:not(?!\s+(?:only|just)\b)|never|none|neither|nor|cannot|false(?!\s+dependenc)|wrong|untrue|myth|mistake|contrary|deprecated|instead|"
    rf"no(?!\s+(?:{_TEMPORARIES}|extra|memory|longer))|nothing(?!\s+but\b))\b|n't\b",
    _FLAGS,
)
_DENIED_NEXT = re.compile(
    r"\s*(?:(?:it|that|this|they|these)\s+(?:is|are|does|do|did|was|were)\s+(?:not|none|false|wrong)|none\b|not\s+so|wrong\b|"
    r"false\b|no[.,:])",
    _FLAGS,
)


def false_claims(passages: Iterable[Passage]) -> Iterator[Statement]:
    """Give every false claim that some passages state as true."""
    for passage in passages:
        if passage.kind != "wrong option":
            yield from _stated(passage)


def _stated(passage: Passage) -> Iterator[Statement]:
    text = for_claims(passage)
    quoted = quotations(text)
    whole = list(sentences(text))
    for at, sentence in enumerate(whole):
        following = whole[at + 1].text if at + 1 < len(whole) else ""
        plain = " ".join(sentence.text.lower().split())
        for claim in CLAIMS:
            if not any(word in plain for word in claim.words):
                continue
            match = _match(claim, sentence.text)
            if match is None or _denied(sentence.text, following):
                continue
            start, end = sentence.start + match.start(), sentence.start + match.end()
            # What begins or ends within a quotation is the words of somebody else.
            if any(a < end and start < b for a, b in quoted):
                continue
            line = passage.line + text.count("\n", 0, start)
            yield Statement(passage.file, line, " ".join(match.group().split()), claim)


def _match(claim: Claim, sentence: str) -> re.Match[str] | None:
    if claim.unless and claim.unless.search(sentence):
        return None
    matches = (pattern.search(sentence) for pattern in claim.stated)
    return next((match for match in matches if match), None)


def _denied(sentence: str, following: str) -> bool:
    return bool(
        sentence.rstrip().endswith("?")
        or _DENIAL.search(sentence)
        or ATTRIBUTED.search(sentence)
        or _DENIED_NEXT.match(following)
    )
