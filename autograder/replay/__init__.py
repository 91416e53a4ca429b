"""The grader's half of a script: read it, repeat it on other values, and count what it does.

A script comes out of a process that may lie. It is parsed as the untrusted text that it is, every
bound is checked before anything runs, and only functions of a fixed list run at all. What it shows
is true of the program that it is: a forged one that gives the right values on numbers nobody sent
is a right program, whoever wrote it.
"""

from autograder.replay.errors import ScriptError
from autograder.replay.parsing import parse
from autograder.replay.running import replay
from autograder.replay.script import Script

__all__ = ["Script", "ScriptError", "parse", "replay"]
