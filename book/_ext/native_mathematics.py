"""Render mathematics as native MathML while the book is built.

The default renderer loads MathJax from another host and typesets in the reader's browser. Every
current browser draws MathML itself, so the pages need no script for their formulas, and a screen
reader gets the formula instead of pictures of letters. A formula that cannot be converted is a
warning, which stops the build.
"""

from __future__ import annotations

import math_core
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

# The `align` environments number their own rows, which would not agree with Sphinx's numbers.
_UNNUMBERED = {
    r"\begin{align}": r"\begin{aligned}",
    r"\end{align}": r"\end{aligned}",
    r"\begin{align*}": r"\begin{aligned}",
    r"\end{align*}": r"\end{aligned}",
    r"\begin{split}": r"\begin{aligned}",
    r"\end{split}": r"\end{aligned}",
    r"\begin{equation}": "",
    r"\end{equation}": "",
    r"\begin{equation*}": "",
    r"\end{equation*}": "",
}

_converter = math_core.LatexToMathML(fancy_error=False)


def to_mathml(latex: str, *, display: bool) -> str:
    r"""Convert one formula to a ``<math>`` element.

    Parameters
    ----------
    latex : str
        The formula without its dollar signs.
    display : bool
        Whether the formula stands on a line of its own.

    Raises
    ------
    ValueError
        If a command is unknown, an argument is missing, or a line break ``\\`` stands outside
        an environment that aligns lines (browsers would drop it).
    """
    for numbered, unnumbered in _UNNUMBERED.items():
        latex = latex.replace(numbered, unnumbered)
    if r"\\" in latex and r"\begin" not in latex:
        raise ValueError(r"a line break needs an environment: \begin{aligned} ... \end{aligned}")
    try:
        return _converter.convert_with_local_state(latex, displaystyle=display)
    except math_core.LatexError as error:
        raise ValueError(str(error).strip()) from error


def _convert(node: nodes.math | nodes.math_block, *, display: bool) -> str:
    try:
        return to_mathml(node.astext(), display=display)
    except ValueError as error:
        logger.warning(
            "cannot render the formula %r: %s", node.astext(), error, location=node, type="math"
        )
        return f"<code>{nodes.fully_normalize_name(node.astext())}</code>"


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula that stands in a line of text."""
    self.body.append(_convert(node, display=False))
    raise nodes.SkipNode


def visit_display(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula that stands on its own, with its number where it has one."""
    self.body.append(self.starttag(node, "div", CLASS="formula"))
    self.body.append(_convert(node, display=True))
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer; `html_math_renderer: mathml` in _config.yml selects it."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
