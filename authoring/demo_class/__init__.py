"""Classes that nobody taught, to try the autograder on.

One of 30 as classes are, and one of 40 that is honest, wrong, broken and hostile. Written from the
released notebook, the same bytes on every run.
"""

from authoring.demo_class.folder import FolderInUse, write_class, write_try_class

__all__ = ["FolderInUse", "write_class", "write_try_class"]
