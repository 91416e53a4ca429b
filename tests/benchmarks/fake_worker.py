"""A measuring process that answers from a script: ``python -m tests.benchmarks.fake_worker``."""

from __future__ import annotations

import json
import os
import sys

FACTS = {
    "kernels": {"a": ["gelu"], "b": ["gelu", "matmul"]},
    "packages": {"A": os.environ["OMP_NUM_THREADS"]},
    "left_out": [],
}

for line in sys.stdin:
    request, *arguments = json.loads(line)
    if arguments == ["dies"]:
        sys.exit("out of luck")
    if arguments == ["fails"]:
        answer: dict[str, object] = {"problem": "MemoryError"}
    else:
        answer = {"answer": FACTS if request == "peers" else 0.25}
    print(json.dumps(answer), flush=True)
