"""A class of 40 that nobody taught, to try the autograder on: honest, wrong, broken and hostile.

Written from the released notebook, the same bytes on every run.
"""

from authoring.demo_class.folder import FolderInUse, write_class

__all__ = ["FolderInUse", "write_class"]
