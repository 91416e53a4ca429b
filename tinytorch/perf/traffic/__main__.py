"""The command line: ``python -m tinytorch.perf.traffic``."""

from __future__ import annotations

import sys

from tinytorch.perf.traffic.command import run

if __name__ == "__main__":
    sys.exit(run())
