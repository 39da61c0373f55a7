"""Alignment: right, in order, and quick on large files."""

import random
import time

import pytest

from modelyard.ledger.align import align
from modelyard.ledger.lines import Threeway, faults, follows


@pytest.mark.parametrize("way", [0, 1, 2])
def test_an_alignment_pairs_equal_items_in_order(way: int) -> None:
    chance = random.Random(7)  # noqa: S311
    for _ in range(200):
        old = [chance.choice("aab{}") for _ in range(chance.randint(0, 30))]
        new = [chance.choice("aab{}") for _ in range(chance.randint(0, 30))]
        match = align(old, new, way)
        pairs = [(i, j) for i, j in enumerate(match) if j >= 0]
        assert len(match) == len(old)
        assert all(old[i] == new[j] for i, j in pairs)
        assert [j for _, j in pairs] == sorted({j for _, j in pairs})


def test_the_ways_slide_a_change_down_or_up() -> None:
    assert align("axxb", "axb", 0) == [0, 1, -1, 2]
    assert align("axxb", "axb", 1) == [0, -1, 1, 2]


def test_a_large_file_is_aligned_by_its_rare_lines() -> None:
    old = [f"line {n}" if n % 3 else "" for n in range(12_000)]
    new = [f"new {n}" if n % 50 == 1 else line for n, line in enumerate(old)]
    start = time.process_time()
    match = align(old, new)
    assert time.process_time() - start < 5
    assert sum(j >= 0 for j in match) == sum(a == b for a, b in zip(old, new, strict=True))


def test_an_item_counts_by_number() -> None:
    merge = Threeway("abc", "aXXbc", "abcY")
    assert faults(merge, "aXXbcY") == []
    assert {fault.item for fault in faults(merge, "aXbcY")} == {"X"}
    assert {fault.item for fault in faults(merge, "aXXXbcY")} == {"X"}


def test_what_both_add_in_one_place_may_be_there_once() -> None:
    merge = Threeway("ab", "aXb", "aXb")
    assert faults(merge, "aXb") == []
    assert faults(Threeway("ab", "Xab", "abX"), "Xab") != []


def test_follows_asks_for_order() -> None:
    assert follows("ac", "abc")
    assert not follows("ca", "abc")
