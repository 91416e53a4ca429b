"""The libraries that are compared, and those of their peers that work on this machine.

A new library is a new adaptor and a line here.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata

import numpy as np

from benchmarks.peers.kernels import KERNELS, Kernel
from benchmarks.peers.peer import Library, Peer

LIBRARIES = (
    Library("the course", "benchmarks.peers.course"),
    Library("NumPy", "benchmarks.peers.plain_numpy"),
    Library("PyTorch", "benchmarks.peers.pytorch", "torch"),
    Library("numexpr", "benchmarks.peers.numexpr_blocks", "numexpr"),
    Library("numba", "benchmarks.peers.numba_loops", "numba"),
    Library("JAX", "benchmarks.peers.jax_compiled", "jax"),
)


@dataclass(frozen=True)
class Available:
    """What can be measured here.

    Attributes
    ----------
    peers : list of Peer
        Each with the kernels for which it gave the right result.
    packages : dict of str to str
        Version of each library that takes part, without those that the course itself needs.
    left_out : list of str
        One sentence for each library, or kernel of a peer, that takes no part.
    """

    peers: list[Peer]
    packages: dict[str, str]
    left_out: list[str]


def available(threads: int, libraries: Sequence[Library] = LIBRARIES) -> Available:
    """Import every library, compute each of its kernels once and compare with the reference.

    Parameters
    ----------
    threads : int
        Threads that each peer may use.
    libraries : sequence of Library

    Returns
    -------
    Available
    """
    found = Available([], {}, [])
    for library in libraries:
        try:
            peers = importlib.import_module(library.adaptor).peers(threads)
        # Whatever an import of someone else's package raises, the others can still be measured.
        except Exception as problem:
            hint = ""
            if library.distribution and isinstance(problem, ModuleNotFoundError):
                hint = f"; `pip install {library.distribution}` adds it"
            found.left_out.append(f"{library.name} is left out: {in_a_line(problem)}{hint}.")
            continue
        right = [with_right_kernels(peer, found.left_out) for peer in peers]
        found.peers.extend(peer for peer in right if peer.kernels)
        if library.distribution and any(peer.kernels for peer in right):
            found.packages[library.name] = metadata.version(library.distribution)
    return found


def with_right_kernels(peer: Peer, left_out: list[str]) -> Peer:
    """Return the peer with those of its kernels that work; say of the others why they do not."""
    right = {}
    for name, prepare in peer.kernels.items():
        problem = problem_with(peer, KERNELS[name])
        if problem:
            left_out.append(f"{peer.name} is left out of {name}: {problem}.")
        else:
            right[name] = prepare
    return Peer(peer.name, right)


def problem_with(peer: Peer, kernel: Kernel) -> str:
    """Compute a kernel once at its trial size; return what is wrong with it, or an empty text."""
    operands = kernel.operands(kernel.trial)
    expected = kernel.reference(*operands)
    try:
        result = np.asarray(peer.kernels[kernel.name](*operands)())
    except Exception as problem:
        return in_a_line(problem)
    if result.shape != expected.shape:
        return f"its result has shape {result.shape}, expected {expected.shape}"
    off = float(np.max(np.abs(result - expected) / np.maximum(1, np.abs(expected))))
    # Written so that NaN is wrong.
    if not off <= kernel.tolerance:
        return (
            f"its result differs from the float64 reference by up to {off:.2g}, expected at most "
            f"{kernel.tolerance:g}"
        )
    return ""


def in_a_line(problem: Exception) -> str:
    """Return the first line of an error's text after its kind, without a full stop."""
    text = str(problem).strip().split("\n")[0].rstrip(".")
    return f"{type(problem).__name__}: {text}" if text else type(problem).__name__
