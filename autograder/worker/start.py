"""The first file that the worker's interpreter runs; the kit has it at its top.

``start.py READING WRITING ARENA PACKAGES...``: the descriptors that it reads requests from and
writes answers to, that of the arena (-1: none), and the folders of installed packages.
"""

import os
import site
import sys

reading, writing, arena, *packages = sys.argv[1:]
# The student's code is the program that runs here: what started it is not its business.
sys.argv[:] = [""]
sys.orig_argv[:] = [sys.executable]
# -S kept the folders of packages out: their .pth files would run code from outside the kit.
site.setquit()
site.sethelper()
site.setcopyright()
# The home comes last: a file beside the notebook can be imported, and stands in nobody's place.
sys.path += [os.path.dirname(os.path.abspath(__file__)), *packages, os.getcwd()]

from autograder.worker.serving import serve  # noqa: E402  (found by the path that was just set)

serve(int(reading), int(writing), int(arena))
