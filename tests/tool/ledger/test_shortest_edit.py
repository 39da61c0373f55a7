"""The shortest edit: as long a match as difflib's or longer, and always a valid one."""

from difflib import SequenceMatcher
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from modelyard.ledger.shortest_edit import matched

few = st.lists(st.sampled_from("abc"), max_size=40)


def is_valid(old: list[str], new: list[str], pairs: list[tuple[int, int]]) -> bool:
    rising = all(i < k and j < m for (i, j), (k, m) in pairwise(pairs))
    return rising and all(old[i] == new[j] for i, j in pairs)


@given(old=few, new=few)
def test_a_match_is_valid_and_no_other_is_longer(old: list[str], new: list[str]) -> None:
    pairs = list(matched(old, new))
    assert is_valid(old, new, pairs)
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    assert len(pairs) >= sum(block.size for block in blocks)


def test_where_much_has_changed_the_match_is_still_valid() -> None:
    old = [str(n % 7) for n in range(4000)]
    new = [str(n * n % 11) for n in range(4000)]
    pairs = list(matched(old, new))
    assert is_valid(old, new, pairs)
    assert len(pairs) > 1000
