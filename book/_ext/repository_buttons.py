"""Buttons that need the repository's address: launch, view source, suggest an edit.

The address is `COURSE_REPOSITORY`, or else `repository: url` in _config.yml, and the branch is
`COURSE_REPOSITORY_BRANCH`, or `repository: branch`, or main. The buttons are the theme's own; this
extension only hands it the address. Without one there are no buttons.

Binder is the only place to launch: it installs the course. Google's Colab would open the notebook
alone, and every check of the exercise imports the course.
"""

from __future__ import annotations

import os
import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

VARIABLE, BRANCH_VARIABLE = "COURSE_REPOSITORY", "COURSE_REPOSITORY_BRANCH"
BINDER = "https://mybinder.org"

# The exercise is generated, so an edit belongs into what it is made from.
EDITED_ELSEWHERE = {"exercises/acceleration/acceleration": "solutions/acceleration.py"}

_REPOSITORY = re.compile(r"https://(?:github|gitlab)\.com/[\w.-]+/[\w.-]+")
_BRANCH = re.compile(r"[\w./-]+")


def checked(address: str, source: str) -> str:
    """Return the address of a repository without what git adds to its end.

    Parameters
    ----------
    address : str
        What was set.
    source : str
        Where it was set.

    Raises
    ------
    SystemExit
        If the theme or Binder would not know what to do with it. (Jupyter Book would wrap an
        exception into two tracebacks, in which the sentence is lost.)
    """
    bare = address.strip().rstrip("/").removesuffix(".git")
    if not _REPOSITORY.fullmatch(bare):
        raise SystemExit(
            f"{source} is {address!r}, but must look like https://github.com/owner/name "
            f"(or gitlab.com), or stay unset."
        )
    return bare


def read_repository(app: Sphinx, config: Config) -> None:
    """Give the theme the address, and turn its buttons on, if there is one."""
    options = dict(config.html_theme_options)
    named = os.environ.get(VARIABLE, "").strip()
    address = named or options.get("repository_url") or ""
    if not address:
        return
    branch = (
        os.environ.get(BRANCH_VARIABLE, "").strip() or options.get("repository_branch") or "main"
    )
    if not _BRANCH.fullmatch(branch):
        raise SystemExit(f"The branch of the repository is {branch!r}, which is no branch's name.")
    options |= {
        "repository_url": checked(address, VARIABLE if named else "repository: url in _config.yml"),
        "repository_branch": branch,
        "use_source_button": True,
        "use_edit_page_button": True,
        "launch_buttons": {**options.get("launch_buttons", {}), "binderhub_url": BINDER},
    }
    config.html_theme_options = options


def lead_edits_to_their_source(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Let "suggest an edit" of a generated page open the file that it is generated from."""
    source = EDITED_ELSEWHERE.get(pagename)
    for group in context["header_buttons"] if source else ():
        for button in group.get("buttons", ()):
            if button.get("label") == "source-edit-button":
                button["url"] = button["url"].replace(pagename + ".ipynb", source)
                button["text"] = button["tooltip"] = "Suggest edit (shows the solutions)"


def setup(app: Sphinx) -> dict[str, bool]:
    """Set the options before the theme reads them; mend its buttons after it made them (501)."""
    app.connect("config-inited", read_repository)
    app.connect("html-page-context", lead_edits_to_their_source, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
