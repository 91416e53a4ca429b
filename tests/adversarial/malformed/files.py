"""Other files handed in under the notebook's name."""

from __future__ import annotations

import io
import zipfile

import jupytext
import nbformat
from nbconvert import HTMLExporter, PythonExporter

from tests.adversarial.malformed.case import NONE, Malformed, collector, written

MALFORMED: list[Malformed] = []
malformed = collector(MALFORMED)


@malformed("repaired", "Python script")
def percent_script(notebook):
    """Jupytext's percent format, metadata included."""
    return jupytext.writes(nbformat.from_dict(notebook), fmt="py:percent")


@malformed("repaired", "Python script")
def exported_script(notebook):
    """The notebook as nbconvert exports it to Python."""
    return PythonExporter().from_notebook_node(nbformat.from_dict(notebook))[0]


@malformed("repaired", "Python script", "Missing")
def plain_script(notebook):
    """All functions in one file."""
    return "\n\n".join(
        c["source"]
        for c in notebook["cells"]
        if c["cell_type"] == "code" and "export" in c["metadata"].get("tags", [])
    )


@malformed("unreadable", "web page", keeps=NONE)
def html_export(notebook):
    """The notebook as a web page."""
    return HTMLExporter().from_notebook_node(nbformat.from_dict(notebook))[0]


@malformed("unreadable", "PDF", keeps=NONE)
def pdf(notebook):
    """The notebook, printed."""
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type /Catalog>>\nendobj\n"


@malformed("unreadable", "a zip file", keeps=NONE)
def zip_under_the_notebooks_name(notebook):
    """A zip file whose name was changed."""
    return zipped("acceleration.ipynb", written(notebook))


@malformed("unreadable", "Word document", keeps=NONE)
def word_document(notebook):
    """The code, pasted into Word."""
    return zipped("word/document.xml", b"<w:document/>")


@malformed("unreadable", "damaged", keeps=NONE)
def half_a_zip(notebook):
    """Half a zip file under the notebook's name."""
    return zipped("acceleration.ipynb", written(notebook))[:-60]


@malformed("unreadable", "PNG", keeps=NONE)
def screenshot(notebook):
    """A picture of the notebook."""
    return b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10


@malformed("unreadable", "plain text", keeps=NONE)
def an_apology(notebook):
    """A letter."""
    return "Dear professor,\n\nmy laptop was stolen on the train.\n"


@malformed("unreadable", "not a notebook", keeps=NONE)
def noise(notebook):
    """Bytes without a meaning."""
    return bytes((i * 7919 + i // 256) % 251 + 1 for i in range(20_000))


@malformed("unreadable", "rich-text", keeps=NONE)
def rich_text(notebook):
    """TextEdit's own format begins with a brace too."""
    return rb"{\rtf1\ansi def fused_gelu(x): pass}"


def zipped(name: str, data: bytes) -> bytes:
    """A zip file with one member."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return file.getvalue()
