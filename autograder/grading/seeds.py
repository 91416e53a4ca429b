"""The random inputs of a part: fresh in every run, and the same wherever in it they are drawn."""

from __future__ import annotations

import hmac
import json

import numpy as np


def generator(secret: bytes, student_id: str, submission: str, part: str) -> np.random.Generator:
    """Return the generator of one part of one submission.

    Parameters
    ----------
    secret : bytes
        Of the run.
    student_id : str
    submission : str
        SHA-256 of the notebook's bytes.
    part : str
        The part's name.
    """
    # JSON keeps the three apart: no two triples give the same text.
    message = json.dumps([student_id, submission, part]).encode()
    return np.random.default_rng(int.from_bytes(hmac.digest(secret, message, "sha256"), "big"))
