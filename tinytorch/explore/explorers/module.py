"""The JavaScript of an explorer, put together from the small modules in ``browser/``.

A notebook takes one ES module and a page one inline script; neither can import a second file, a
page opened from disk least of all. So each source becomes a function that is run once, in the order
in which they need each other, and its imports become constants.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from rjsmin import jsmin

BROWSER = Path(__file__).with_name("browser")

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([a-z]+)\.js";\n', re.MULTILINE)
# White space that a style sheet can do without: not that around operators or between selectors.
_BETWEEN_STYLES = re.compile(r"\s*([{};])\s*")
_EXPORT = re.compile(r"^export (?=(?:function|const) (\w+))", re.MULTILINE)


@cache
def notebook_module(name: str) -> str:
    """Return an explorer as an ES module for anywidget.

    Parameters
    ----------
    name : str
        Of the explorer and its source, for example ``"tiles"``.
    """
    render = f"notebookModule.renderWith({name}Module.explorer)"
    return f"{source_of('notebook', name)}export default {{ render: {render} }};\n"


@cache
def page_script(name: str) -> str:
    """Return an explorer as a script that mounts itself in the element that it stands in."""
    mount = f"pageModule.mountInPage(document.currentScript.parentElement, {name}Module.explorer)"
    return jsmin(f"(() => {{\n{source_of('page', name)}{mount};\n}})();\n")


@cache
def stylesheet() -> str:
    """Return the style that all explorers share, without the layout of its source."""
    return _BETWEEN_STYLES.sub(r"\1", _read("explorer.css"))


def source_of(*names: str) -> str:
    """Return sources behind everything that they import; each is a constant, ``formatModule``."""
    ordered: dict[str, str] = {}
    for name in names:
        _collect(name, ordered)
    return "".join(ordered.values())


def _collect(name: str, ordered: dict[str, str]) -> None:
    """Add a source behind everything that it imports."""
    if name in ordered:
        return
    source = _read(f"{name}.js")
    for match in _IMPORT.finditer(source):
        _collect(match.group(2), ordered)
    exported = ", ".join(_EXPORT.findall(source))
    body = _EXPORT.sub("", _IMPORT.sub(_as_constants, source))
    ordered[name] = f"const {name}Module = (() => {{\n{body}return {{ {exported} }};\n}})();\n"


def _as_constants(match: re.Match[str]) -> str:
    return f"const {{{' '.join(match.group(1).split())}}} = {match.group(2)}Module;\n"


def _read(name: str) -> str:
    return (BROWSER / name).read_text(encoding="utf-8")
