"""Mend the markup of others where an assistive tool would stumble over it.

MyST-NB gives every cell that is folded away the name "Toggle hidden content" besides its visible
"Show code cell source". Who says the visible words to a voice control gets no answer then
(WCAG 2.5.3). docutils gives the entries of a bibliography a role that has since been withdrawn, and
that no list may hold.
"""

from __future__ import annotations

import html

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode, depart_HideCellInput
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


def visit_folded_cell(self: HTML5Translator, node: HideCodeCellNode) -> None:
    """Write what MyST-NB writes, less its label."""
    self.body.append(f'<details class="admonition hide {" ".join(node["classes"])}">\n<summary>\n')
    for state, prompt in (("collapsed", "prompt_show"), ("expanded", "prompt_hide")):
        self.body.append(f'<p class="{state} admonition-title">{html.escape(node[prompt])}</p>\n')
    self.body.append("</summary>\n")


def visit_citation(self: HTML5Translator, node: nodes.citation) -> None:
    """Write what docutils writes, with the role that an item of a list has."""
    if not isinstance(node.previous_sibling(), nodes.citation):
        self.body.append('<div role="list" class="citation-list">\n')
    self.body.append(self.starttag(node, "div", classes=["citation"], role="listitem"))


def depart_citation(self: HTML5Translator, node: nodes.citation) -> None:
    """Close the entry, and the list after its last."""
    HTML5Translator.depart_citation(self, node)


def setup(app: Sphinx) -> dict[str, bool]:
    """Take the place of both writers."""
    app.add_node(HideCodeCellNode, override=True, html=(visit_folded_cell, depart_HideCellInput))
    app.add_node(nodes.citation, override=True, html=(visit_citation, depart_citation))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
