"""Every malformed submission there is."""

from __future__ import annotations

from tests.adversarial.malformed import cells, deliveries, encodings, files, notation, versions
from tests.adversarial.malformed.case import Malformed

CORPUS: tuple[Malformed, ...] = tuple(
    case
    for file in (encodings, notation, versions, cells, files, deliveries)
    for case in file.MALFORMED
)
