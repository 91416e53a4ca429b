"""Run a page's cells again when anything that they read has changed.

MyST-NB's cache looks at the code of the cells alone, and Sphinx at the text of the page: a chapter
whose imported module or recorded measurement changed would keep its old output. This extension
takes a digest of all such inputs, names the folder of the cache after it, and has Sphinx read
every page again when it differs from that of the last build. It also gives the kernels an IPython
profile of their own, so that nobody's personal start-up files change the book.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

# A kernel warns on every start that its connection, which stays on this machine, is not encrypted.
# It also sends what a cell prints every 0.2 s, and MyST-NB joins the pieces with line breaks, so
# that a busy machine would print other pages: every cell sends its text once, when it is done.
_KERNEL_CONFIGURATION = """\
from ipykernel.iostream import OutStream

OutStream.flush_interval = 3600
c.IPKernelApp.log_level = "ERROR"
"""

# What a cell can import or read, seen from the root of the repository.
_INPUTS = (
    "autograder",
    "tinytorch",
    "book/measurements",
    "book/simulations",
    "book/walkthrough",
    "requirements.txt",
)


def inputs_digest(root: Path) -> str:
    """Digest the names and bytes of every file that the cells of the book depend on."""
    digest = hashlib.sha256()
    for name in _INPUTS:
        start = root / name
        files = [start] if start.is_file() else sorted(start.rglob("*"))
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(file.relative_to(root).as_posix().encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def name_cache(app: Sphinx, config: Config) -> None:
    """Put the digest where Sphinx compares it and where MyST-NB looks for kept outputs."""
    config.course_inputs_digest = inputs_digest(Path(app.srcdir))
    # Beside the pages, so that a build into a new folder starts without any kept output.
    cache = Path(app.outdir).parent / "executed" / config.course_inputs_digest
    config.nb_execution_cache_path = str(cache)


def own_profile(app: Sphinx, config: Config) -> None:
    """Have the kernels start from a profile that belongs to this build."""
    profile = Path(app.outdir).parent / "ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text(_KERNEL_CONFIGURATION, encoding="utf-8")
    os.environ["IPYTHONDIR"] = str(profile.parent)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the digest as a setting that every page depends on."""
    app.add_config_value("course_inputs_digest", "", "env", str)
    app.connect("config-inited", name_cache)
    app.connect("config-inited", own_profile)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
