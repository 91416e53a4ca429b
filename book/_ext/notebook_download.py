"""Offer the notebook itself at the top of a page that is made from one."""

from __future__ import annotations

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform


class OfferNotebook(SphinxTransform):
    """Put a link to the file below the title of a page that is a notebook."""

    # Any time before Sphinx collects what a page lets its reader download.
    default_priority = 400

    def apply(self, **kwargs: object) -> None:
        """Add the link to one page."""
        title = self.document.next_node(nodes.title)
        source = self.env.doc2path(self.env.docname, base=False)
        if title is None or not source.endswith(".ipynb"):
            return
        name = source.rsplit("/", 1)[-1]
        link = addnodes.download_reference("", "", reftarget=f"/{source}", refdoc=self.env.docname)
        link += nodes.Text(f"Download the notebook ({name})")
        paragraph = nodes.paragraph("", "This page shows the notebook as you get it. ", link)
        paragraph += nodes.Text(" and do the exercise in JupyterLab.")
        # A container sets it apart from the notebook's own text.
        title.parent.insert(1, nodes.container("", paragraph, classes=["notebook-download"]))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the transform."""
    app.add_transform(OfferNotebook)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
