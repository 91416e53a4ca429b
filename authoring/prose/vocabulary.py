"""Numbers and words of speed, in the spellings in which prose has them."""

from __future__ import annotations

import re

_SMALL = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    "seventeen|eighteen|nineteen"
)
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_LARGE = "hundred|thousand|million|billion"
DIGITS = r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?"
IN_WORDS = (
    rf"\b(?:(?:{_TENS})(?:-(?:one|{_SMALL}))?|{_SMALL}|(?:an?\s+)?(?:dozen|{_LARGE})|"
    rf"(?:dozens|tens|hundreds|thousands|millions)(?:\s+of(?:\s+thousands\s+of)?)?)"
    rf"(?:\s+(?:{_LARGE}))?(?:\s+and\s+a\s+half)?"
)
NUMBER = rf"(?:{DIGITS}|{IN_WORDS})"

SPEED = re.compile(
    r"\b(?:fast|faster|fastest|slow|slower|slows|slowed|quick|quicker|speed\w*|sped|accelerat\w*|"
    r"longer|(?:times|twice|half)\s+as\s+long|time|runtime|rate|rates|throughput|latency|bandwidth|performance|gains?|"
    r"gained|outperform\w*|magnitude)\b",
    re.IGNORECASE,
)
# Somebody else says it.
ATTRIBUTED = re.compile(
    r"\b(?:(?:you|one|people|readers)\s+(?:may|will|can|often)\s+(?:\w+\s+)?(?:read|hear|say)|"
    r"is\s+(?:often|sometimes|usually|widely)\s+(?:said|called|claimed|repeated)|"
    r"(?:somebody|someone|a\s+blog)\s+(?:says|claims|concludes|reports|writes)|"
    r"older\s+texts|the\s+original\s+page|claims?\s+that)\b",
    re.IGNORECASE,
)
# What a share can be of when it was measured with a clock.
TIMED = re.compile(
    r"\b(?:time|fast|faster|slow|slower|quicker|speed\w*|peak|roof|rate|throughput|bandwidth|"
    r"latency|spen[dt]\w*|wait\w*|runtime|utili[sz]ation|efficien\w*|busy)\b",
    re.IGNORECASE,
)
