"""A fleet waits for the ledger: it must be quick, and read only what it has to."""

import time

from modelyard.ledger.audit import audit
from modelyard.merged import Merged
from tests.tool.ledger.audits import BLOBS, check, tree


def lines(count: int, **changes: str) -> str:
    return "".join(f"{changes.get(f'l{n}', f'line {n}')}\n" for n in range(count))


def test_sixty_files_of_which_both_changed_three() -> None:
    base = tree({f"d/f{n}": lines(100) + f"{n}\n" for n in range(60)})
    both = tree({f"d/f{n}": lines(100, l9="mine", l90="theirs") + f"{n}\n" for n in range(3)})
    mine = tree({f"d/f{n}": lines(100, l9="mine") + f"{n}\n" for n in range(3)})
    theirs = tree({f"d/f{n}": lines(100, l90="theirs") + f"{n}\n" for n in range(3)})
    asked: list[str] = []

    def read(oid: str) -> bytes:
        asked.append(oid)
        return BLOBS[oid]

    best = 1.0
    for _ in range(5):
        asked.clear()
        start = time.process_time()
        found = audit(base, base | mine, Merged(base | both), base | theirs, read)
        best = min(best, time.process_time() - start)
        assert found.losses == ()
    assert len(asked) == 12
    # A few milliseconds; the bound only says that it is not a hundred.
    assert best < 0.05


def test_a_large_file_takes_no_square_of_its_lines() -> None:
    size = 20_000
    mine = {f"l{n}": f"mine {n}" for n in range(0, size, 40)}
    theirs = {f"l{n}": f"theirs {n}" for n in range(20, size, 40)}
    start = time.process_time()
    found = check(
        {"a": lines(size)},
        {"a": lines(size, **mine)},
        {"a": lines(size, **theirs)},
        {"a": lines(size, **mine, **theirs)},
    )
    assert found.losses == ()
    assert time.process_time() - start < 5


def test_a_provider_switch_reads_nothing() -> None:
    base = {f".github/{n}": f"{n}\n" for n in range(20)}
    theirs = {f".gitlab/{n}": f"other {n}\n" for n in range(20)}
    kept = {"a": "mine\n"}
    trees = [tree(book) for book in (base, {**base, **kept}, {**theirs, **kept}, theirs)]
    read = dict[str, bytes]().__getitem__
    found = audit(trees[0], trees[1], Merged(trees[2]), trees[3], read)
    assert found.losses == ()
