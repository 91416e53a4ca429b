"""Let chapters link to a place in a notebook that is marked with plain HTML.

JupyterLab would show MyST's own mark, ``(exercise-tiled-matmul)=``, as text. The notebook marks
its parts with ``<a id="exercise-tiled-matmul"></a>`` instead, which both JupyterLab and this
extension understand: here the mark becomes a label of the heading that follows it.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

_ANCHOR = re.compile(r'<a id="([a-z0-9-]+)"></a>')


class AnchorsToLabels(SphinxTransform):
    """Replace each lone HTML anchor by the target that MyST's own mark would have made."""

    # Before docutils hands targets on to the heading that follows them (260).
    default_priority = 200

    def apply(self, **kwargs: object) -> None:
        """Replace the anchors of one page."""
        for paragraph in list(self.document.findall(nodes.paragraph)):
            # Raw HTML has no text of its own, so a match is markup and not a word of prose.
            is_markup = all(isinstance(child, nodes.raw) for child in paragraph.children)
            match = _ANCHOR.fullmatch(paragraph.astext()) if is_markup else None
            if match is not None:
                target = nodes.target(names=[match.group(1)])
                paragraph.replace_self(target)
                self.document.note_explicit_target(target)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the transform."""
    app.add_transform(AnchorsToLabels)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
