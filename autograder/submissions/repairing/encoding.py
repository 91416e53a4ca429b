"""Bytes to text, whatever program saved them."""

from __future__ import annotations

import codecs

from autograder.submissions.repairing.notes import Notes

# The longest first: the mark of UTF-32 begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SAMPLE = 4096


def decoded(data: bytes, notes: Notes) -> str:
    """Return the text of a file that should have been UTF-8."""
    text = _decoded(data, notes)
    if "\0" in text:
        notes.repairs.append("The file held null bytes; they were taken out.")
        text = text.replace("\0", "")
    return text


def _decoded(data: bytes, notes: Notes) -> str:
    if data.startswith(codecs.BOM_UTF8):
        notes.repairs.append("The file began with a byte-order mark, which was taken off.")
        return _utf8(data[len(codecs.BOM_UTF8) :], notes)
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _wide(data[len(mark) :], encoding, notes)
    # Every other byte of ASCII in UTF-16 is null.
    sample = data[:SAMPLE]
    for encoding, nulls in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if len(nulls) > 1 and nulls.count(0) > 0.8 * len(nulls):
            return _wide(data, encoding, notes)
    return _utf8(data, notes)


def _wide(data: bytes, encoding: str, notes: Notes) -> str:
    notes.repairs.append(f"The file was in {encoding[:6].upper()}, not in UTF-8.")
    return data.decode(encoding, errors="replace")


def _utf8(data: bytes, notes: Notes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        pass
    forgiving = data.decode(errors="replace")
    damaged = forgiving.count("\N{REPLACEMENT CHARACTER}")
    sound = len(forgiving) - len(forgiving.encode("ascii", "ignore")) - damaged
    if sound >= damaged:
        notes.repairs.append(f"Damaged bytes in the file: {damaged}; each is a question mark now.")
        return forgiving
    notes.repairs.append("The file was not in UTF-8; it was read as Latin-1.")
    return data.decode("cp1252", errors="replace")
