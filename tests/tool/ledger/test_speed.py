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


def test_many_equal_lines_take_no_square_of_their_number() -> None:
    base = ["same\n"] * 20_000
    mine, theirs, both = list(base), list(base), list(base)
    for place in (3_000, 9_000):
        mine[place] = both[place] = f"mine {place}\n"
    for place in (12_000, 18_000):
        theirs[place] = both[place] = f"theirs {place}\n"
    old, ours, new, result = ({"a": "".join(text)} for text in (base, mine, theirs, both))
    start = time.process_time()
    assert check(old, ours, new, result).losses == ()
    # A fifth of a second; it was more than a hundred seconds.
    assert time.process_time() - start < 5


def test_what_is_too_large_or_too_small_to_be_a_renamed_file_is_not_read() -> None:
    base = {"a": lines(20), "gone": lines(40)}
    data = {f"data/{n}.csv": lines(4000, l1=f"{n}") for n in range(3)}
    ours = {"a": lines(20), "moved": lines(40, l3="mine"), "tiny": "x\n", **data}
    theirs = {"a": lines(20), "gone": lines(40, l30="theirs")}
    result = {**ours, "moved": lines(40, l3="mine", l30="theirs")}
    trees = [tree(book) for book in (base, ours, result, theirs)]
    asked: set[str] = set()

    def read(oid: str) -> bytes:
        asked.add(oid)
        return BLOBS[oid]

    found = audit(
        trees[0],
        trees[1],
        Merged(trees[2]),
        trees[3],
        read,
        sizes=lambda oids: {oid: len(BLOBS[oid]) for oid in oids},
    )
    assert found.losses == ()
    assert asked.isdisjoint(trees[1][path].oid for path in (*data, "tiny"))
