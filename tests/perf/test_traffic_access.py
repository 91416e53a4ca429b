"""The streams of addresses are those of the loops they stand for."""

from collections import Counter
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytorch.perf.traffic import access
from tinytorch.perf.traffic.access import Stream, matrices
from tinytorch.perf.traffic.cases import Case, cases


def flat(stream: Stream) -> list[tuple[str, int]]:
    """List the accesses one by one, in order."""
    return [
        entry
        for rounds in stream
        for loads, stores in zip(rounds.loads.tolist(), rounds.stores.tolist(), strict=True)
        for entry in [*(("load", a) for a in loads), *(("store", a) for a in stores)]
    ]


def address(matrix: int, i: int, j: int, n: int, pitch: int) -> int:
    """Compute an address in the plainest way: matrices lie at starts of pages."""
    pages = -(-4 * n * pitch // 4096)
    return 4096 * pages * matrix + 4 * (i * pitch + j)


PITCHES = pytest.mark.parametrize(("n", "pitch"), [(16, 16), (16, 48), (10, 16), (48, 64)])


@PITCHES
def test_rows_and_columns_are_read_in_their_order(n: int, pitch: int) -> None:
    rows = [("load", address(0, i, j, n, pitch)) for i, j in product(range(n), repeat=2)]
    assert flat(access.row_traversal(n, pitch)) == rows
    columns = [("load", address(0, i, j, n, pitch)) for j, i in product(range(n), repeat=2)]
    assert flat(access.column_traversal(n, pitch)) == columns


@PITCHES
def test_a_copy_reads_a_value_and_writes_it_where_it_belongs(n: int, pitch: int) -> None:
    plain, transposed = [], []
    for i, j in product(range(n), repeat=2):
        plain += [("load", address(0, i, j, n, pitch)), ("store", address(1, i, j, n, pitch))]
        transposed += [("load", address(0, j, i, n, pitch)), ("store", address(1, i, j, n, pitch))]
    assert flat(access.copy(n, pitch)) == plain
    assert flat(access.transposed_copy(n, pitch)) == transposed


@given(st.integers(1, 20), st.integers(1, 24))
def test_a_blocked_transposed_copy_handles_every_value_once_block_by_block(
    n: int, block: int
) -> None:
    pitch = 32
    expected = []
    for i0, j0 in product(range(0, n, block), repeat=2):
        for i in range(i0, min(i0 + block, n)):
            for j in range(j0, min(j0 + block, n)):
                expected += [
                    ("load", address(0, j, i, n, pitch)),
                    ("store", address(1, i, j, n, pitch)),
                ]
    assert flat(access.blocked_transposed_copy(n, block, pitch)) == expected


def test_the_naive_product_sums_along_k_and_stores_once() -> None:
    n, pitch = 5, 16
    expected = []
    for i, j in product(range(n), repeat=2):
        for k in range(n):
            expected += [
                ("load", address(0, i, k, n, pitch)),
                ("load", address(1, k, j, n, pitch)),
            ]
        expected.append(("store", address(2, i, j, n, pitch)))
    assert flat(access.naive_matmul(n, pitch)) == expected


@pytest.mark.parametrize("tile", [16, 32, 48])
def test_the_product_by_tiles_adds_a_line_of_b_to_a_line_of_c(tile: int) -> None:
    n, pitch = 48, 48
    expected = []
    for i0, j0, k0 in product(range(0, n, tile), repeat=3):
        for i in range(i0, min(i0 + tile, n)):
            for k in range(k0, min(k0 + tile, n)):
                for j in range(j0, min(j0 + tile, n), 16):
                    line_of_c = address(2, i, j, n, pitch)
                    expected += [
                        ("load", address(0, i, k, n, pitch)),
                        ("load", address(1, k, j, n, pitch)),
                        ("load", line_of_c),
                        ("store", line_of_c),
                    ]
    assert flat(access.blocked_matmul(n, tile, pitch)) == expected


def test_blocks_of_rounds_do_not_change_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [
        flat(access.blocked_matmul(48, 32, 48)),
        flat(access.column_traversal(48, 48)),
        flat(access.blocked_transposed_copy(48, 32, 48)),
    ]
    monkeypatch.setattr(access, "ROUNDS_AT_ONCE", 7)
    assert whole == [
        flat(access.blocked_matmul(48, 32, 48)),
        flat(access.column_traversal(48, 48)),
        flat(access.blocked_transposed_copy(48, 32, 48)),
    ]


def test_matrices_do_not_overlap() -> None:
    first, second = matrices(2, 100, 112)
    assert first.start + 4 * 100 * 112 <= second.start


def test_what_cannot_be_laid_out_is_refused() -> None:
    with pytest.raises(ValueError, match="pitch is 8 values for rows of 16"):
        matrices(1, 16, 8)
    with pytest.raises(ValueError, match="multiple of the 16 values"):
        matrices(1, 16, 20)
    with pytest.raises(ValueError, match="n is 16 and the tile 5"):
        next(access.blocked_matmul(16, 5, 16))


@pytest.mark.parametrize("case", {case.loop: case for case in cases(True)}.values(), ids=str)
def test_a_case_announces_as_many_accesses_as_it_issues(case: Case) -> None:
    small = Case(case.loop, 32, 48, None if case.tile is None else 16)
    seen = Counter(kind for kind, _ in flat(small.stream()))
    assert (seen["load"], seen["store"]) == small.issued
