"""How long a chapter takes to read, by a stated rule."""

from __future__ import annotations

import math
import re

from authoring.prose.markdown import read_page
from authoring.prose.reading import for_claims
from authoring.status.chapters import Chapter

# Exact prose with numbers in it is read more slowly than a story.
WORDS_A_MINUTE = 200
# A cell is read and its output looked at: a listing, a figure, or an explorer left alone.
MINUTES_A_CELL = 0.5

_WORD = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")


def words(chapter: Chapter) -> int:
    """Count the words of a chapter's prose, its quizzes included."""
    passages = (passage for page in chapter.pages for passage in read_page(page, chapter.name)[0])
    return sum(len(_WORD.findall(for_claims(passage))) for passage in passages)


def minutes(chapter: Chapter) -> int:
    """Give the whole minutes in which a chapter is read."""
    cells = sum(cell.visible for cell in chapter.cells)
    return math.ceil(words(chapter) / WORDS_A_MINUTE + MINUTES_A_CELL * cells)
