"""Which items are the same, and where additions go."""

import pytest

from modelyard.update.structured.lists import by_identity
from modelyard.update.structured.sequences import by_position
from modelyard.update.structured.sets import package
from modelyard.update.structured.values import Disagreement, freeze


def names(base: str, ours: str, theirs: str, tight: bool = False) -> str:
    found = by_identity(base, ours, theirs, ordered=tight).slots
    return "".join(ours[o] if o is not None else theirs[t or 0] for _, o, t in found)


def places(base: str, ours: str, theirs: str) -> str:
    found = by_position(base, ours, theirs).slots
    return "".join(ours[o] if o is not None else theirs[t or 0] for _, o, t in found)


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        ("abc", "abmc", "abyc", "abmyc"),
        ("abc", "mabc", "yabc", "myabc"),
        ("abc", "abcm", "aybc", "aybcm"),
        ("abc", "ac", "abyc", "ayc"),
        ("abc", "mnabc", "abc", "mnabc"),
        ("abc", "abmc", "cayb", "caybm"),
        ("abc", "cab", "abyc", "caby"),
        ("abc", "bac", "bac", "bac"),
        ("abc", "abcx", "xabc", "abcx"),
        ("", "mn", "yz", "mnyz"),
        ("abc", "a", "c", ""),
    ],
)
def test_loose(base: str, ours: str, theirs: str, merged: str) -> None:
    assert names(base, ours, theirs) == merged


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [("abc", "acb", "bac"), ("abc", "amc", "ayc"), ("ab", "m", "y"), ("abc", "amc", "ac")],
)
def test_loose_refused(base: str, ours: str, theirs: str) -> None:
    with pytest.raises(Disagreement):
        names(base, ours, theirs)


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        ("abc", "abcm", "yabc", "yabcm"),
        ("abc", "ac", "abcy", "acy"),
        ("abc", "abmc", "abmc", "abmc"),
        ("abc", "acb", "abc", "acb"),
    ],
)
def test_tight(base: str, ours: str, theirs: str, merged: str) -> None:
    assert names(base, ours, theirs, tight=True) == merged


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        ("abc", "abmc", "abyc"),
        ("abc", "acb", "yabc"),
        ("abc", "amc", "ac"),
        ("abc", "abcx", "xabc"),
        ("abc", "acb", "ab"),
    ],
)
def test_tight_refused(base: str, ours: str, theirs: str) -> None:
    with pytest.raises(Disagreement):
        names(base, ours, theirs, tight=True)


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        ("aabb", "aabbm", "yaabb", "yaabbm"),
        ("aab", "ab", "aab", "ab"),
        ("abc", "axc", "axc", "axc"),
        ("abcd", "xbcd", "abcy", "xbcy"),
    ],
)
def test_places(base: str, ours: str, theirs: str, merged: str) -> None:
    assert places(base, ours, theirs) == merged


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        ("abc", "axc", "ayc"),
        ("abc", "axc", "ac"),
        ("abc", "xbc", "ayc"),
        (*["a" * 2000] * 2, "b" + "a" * 2001 + "b"),
    ],
)
def test_places_refused(base: str, ours: str, theirs: str) -> None:
    with pytest.raises(Disagreement):
        places(base, ours, theirs)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Numpy_x>=1.2", "numpy-x"),
        ("pandas[parquet] >= 2 ; python_version < '3.12'", "pandas"),
        ("a @ https://example.org/a.whl", "a"),
        ("python=3.11", "python"),
        ("KEY=value", "key"),
        ("@scope/tool@1.2", "@scope/tool"),
        ("actions/checkout@v4", "actions/checkout"),
        ("E501", "e501"),
        ("src/**/*.py", "src/**/*.py"),
        ("Programming Language :: Python", "Programming Language :: Python"),
        ("https://example.org/?a=b", "https://example.org/?a=b"),
    ],
)
def test_package(text: str, name: str) -> None:
    assert package(text) == name


def test_freeze_tells_kinds_apart() -> None:
    kinds = [1, 1.0, True, "1", None, [1], {"1": 1}, {1: 1}, [], {}]
    assert len({freeze(kind) for kind in kinds}) == len(kinds)
    first, second = {"a": 1, "b": 2}, {"b": 2, "a": 1}
    assert freeze(first) != freeze(second)
    assert freeze([first], ordered=False) == freeze([second], ordered=False)
