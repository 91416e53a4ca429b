"""A button that downloads the notebook it stands in, what was typed a moment ago included."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget

HERE = Path(__file__)
# What is left where no widget is drawn: in a file, on a page, in an e-mail.
IN_WORDS = (
    "A Binder session, and everything in it, is deleted when you leave it. Use File > Save, then "
    "File > Download, before you close the tab."
)


class Download(anywidget.AnyWidget):
    """The warning to save one's work, and the button that does it.

    ``download.js`` reads the notebook from the page of JupyterLab or Notebook 7. In an editor that
    does not let it, there is no button, and the words say what to do.
    """

    _esm = HERE.with_suffix(".js").read_text(encoding="utf-8")
    _css = HERE.with_suffix(".css").read_text(encoding="utf-8")

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Offer the widget to a notebook, and the words to everything else."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**(data or {}), "text/plain": IN_WORDS}, metadata


def show_download() -> Download:
    """Show a button that downloads this notebook."""
    return Download()
