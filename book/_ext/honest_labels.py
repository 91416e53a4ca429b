"""Let a cell that is folded away be named by the words that stand on it.

MyST-NB gives every such cell the name "Toggle hidden content" besides its visible "Show code cell
source". Who says the visible words to a voice control gets no answer then (WCAG 2.5.3).
"""

from __future__ import annotations

import html

from myst_nb.sphinx_ import HideCodeCellNode, depart_HideCellInput
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


def visit_folded_cell(self: HTML5Translator, node: HideCodeCellNode) -> None:
    """Write what MyST-NB writes, less its label."""
    self.body.append(f'<details class="admonition hide {" ".join(node["classes"])}">\n<summary>\n')
    for state, prompt in (("collapsed", "prompt_show"), ("expanded", "prompt_hide")):
        self.body.append(f'<p class="{state} admonition-title">{html.escape(node[prompt])}</p>\n')
    self.body.append("</summary>\n")


def setup(app: Sphinx) -> dict[str, bool]:
    """Take the place of MyST-NB's writer."""
    app.add_node(HideCodeCellNode, override=True, html=(visit_folded_cell, depart_HideCellInput))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
