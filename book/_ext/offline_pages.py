"""Keep scripts out of the pages that nothing uses or that would ask another host.

sphinx-thebe comes with Jupyter Book and writes its script, with an address elsewhere, into every
page, although no kernel stands behind this book; twice, which is a script error. The icons of the
theme are drawn from its local font, so its script of all icons (1.4 MB) need not be loaded, nor
are the source maps of the theme's scripts of use to a reader. The state that a widget would send to
a kernel is left out as well: an explorer carries its own data.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

_UNUSED_FILES = (
    "sphinx-thebe.js",
    "sphinx-thebe.css",
    "scripts/fontawesome.js",
    "scripts/fontawesome.js.LICENSE.txt",
    "vendor/fontawesome/webfonts/fa-brands-400.ttf",
    "vendor/fontawesome/webfonts/fa-regular-400.ttf",
    "vendor/fontawesome/webfonts/fa-solid-900.ttf",
)


def _filename(asset: Any) -> str:
    # Sphinx keeps its own asset objects here, and old extensions plain strings.
    return str(getattr(asset, "filename", asset) or "")


def _attribute(asset: Any, name: str) -> str:
    return str(getattr(asset, "attributes", {}).get(name) or "")


def _is_unused(asset: Any) -> bool:
    # What a widget would need from a kernel is kept with a page's outputs; explorers do without.
    if "widget-state" in _attribute(asset, "type"):
        return True
    return "thebe" in f"{_filename(asset)}{_attribute(asset, 'body')}".lower()


def drop_unused_scripts(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Take thebe, the state of widgets and every second mention of a script out of one page."""
    for kind in ("script_files", "css_files"):
        kept: list[Any] = []
        seen: set[tuple[str, str]] = set()
        for asset in context[kind]:
            identity = (_filename(asset), _attribute(asset, "body"))
            if identity not in seen and not _is_unused(asset):
                kept.append(asset)
            seen.add(identity)
        context[kind] = kept


def delete_unused_files(app: Sphinx, exception: Exception | None) -> None:
    """Remove from the built site what no page loads."""
    if exception is not None or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    for file in [static / name for name in _UNUSED_FILES] + sorted(static.rglob("*.map")):
        file.unlink(missing_ok=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect both steps, the first after every extension has added its scripts."""
    app.connect("html-page-context", drop_unused_scripts, priority=900)
    app.connect("build-finished", delete_unused_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
