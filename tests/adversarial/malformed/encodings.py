"""Notebooks saved by programs that write text in another way."""

from __future__ import annotations

from tests.adversarial.malformed.case import ALL, Malformed, cell, collector, written

MALFORMED: list[Malformed] = []
malformed = collector(MALFORMED)


@malformed("repaired", "byte-order mark")
def byte_order_mark(notebook):
    """Windows Notepad put a mark before the first brace."""
    return b"\xef\xbb\xbf" + written(notebook)


@malformed("repaired", "UTF-16")
def utf16_with_a_mark(notebook):
    """PowerShell redirected the notebook into a file."""
    return written(notebook).decode().encode("utf-16")


@malformed("repaired", "UTF-16")
def utf16_without_a_mark(notebook):
    """The same, by a program that leaves out the mark."""
    return written(notebook).decode().encode("utf-16-be")


@malformed("repaired", "UTF-32")
def utf32(notebook):
    """Four bytes a character."""
    return written(notebook).decode().encode("utf-32")


@malformed("repaired", "Latin-1")
def latin1(notebook):
    """A name with an umlaut, saved by an old editor."""
    cell(notebook, "fused-gelu")["source"] += "\n# written by Jürgen\n"
    return written(notebook).decode().encode("latin-1")


@malformed("repaired", "Damaged bytes in the file: 2", "question mark")
def damaged_bytes(notebook):
    """Two bytes of a comment in UTF-8 were lost."""
    cell(notebook, "fused-gelu")["source"] += "\n# Größe, Maß, Länge, Höhe XX\n"
    return written(notebook).replace(b" XX", b" \xff\xfe")


@malformed("graded")
def windows_lines_in_the_file(notebook):
    """Git wrote the file with the line ends of Windows: JSON does not mind."""
    return written(notebook).replace(b"\n", b"\r\n")


@malformed("repaired", "Lines ended")
def windows_lines_in_the_cells(notebook):
    """The lines of every cell end as on Windows."""
    for entry in notebook["cells"]:
        entry["source"] = entry["source"].replace("\n", "\r\n")
    return notebook


@malformed("repaired", "Lines ended")
def old_mac_lines_in_the_cells(notebook):
    """The lines of one cell end as on a Mac of the nineties."""
    entry = cell(notebook, "tiled-matmul")
    entry["source"] = entry["source"].replace("\n", "\r")
    return notebook


@malformed("repaired", "null bytes")
def null_bytes(notebook):
    """A failing disk padded the file with zeros."""
    return written(notebook) + b"\0" * 4096


@malformed("repaired", "null characters")
def null_characters(notebook):
    """JSON spells a null character in the middle of a solution."""
    cell(notebook, "fused-gelu")["source"] += "\n# \0\n"
    return notebook


@malformed("repaired", "halves of characters")
def half_a_character(notebook):
    """JSON spells half of an emoji, which no file can hold."""
    cell(notebook, "fused-gelu")["source"] += "\n# HALF\n"
    return written(notebook).replace(b"HALF", b"\\ud83d")


@malformed("graded", keeps=ALL)
def other_scripts(notebook):
    """Comments in Arabic, Chinese and emoji, which are nothing unusual."""
    cell(notebook, "fused-gelu")["source"] += "\n# مرحبا 你好 \N{ROCKET}\n"
    return notebook
