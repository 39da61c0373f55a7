"""What must not be lost, whatever the merge made."""

import pytest

from modelyard.update.structured.formats import find
from modelyard.update.structured.text import check_comments, check_lines, decode, encode
from modelyard.update.structured.values import Disagreement


@pytest.mark.parametrize("content", [b"a\r\nb\n", b"a\rb\n", b"\xef\xbb\xbfa\n", b"a\0\n", b"\xff"])
def test_refuses_to_decode(content: bytes) -> None:
    with pytest.raises(ValueError):
        decode(content)


@pytest.mark.parametrize("content", [b"", b"a", b"a\n", b"a\r\nb", b"a\r\nb\r\n", "ä\n\n".encode()])
def test_round_trip(content: bytes) -> None:
    assert encode(decode(content), content) == content


BASE, OURS, THEIRS = "a\nb\nc\nd\n", "a\nb\nmine\nc\nd\n", "A\nb\nc\nd\n"


@pytest.mark.parametrize("merged", ["A\nb\nmine\nc\nd\n", "A\nb,\nmine\nc\n\nd \nmore\n"])
def test_lines_kept(merged: str) -> None:
    check_lines(BASE, OURS, THEIRS, merged)


@pytest.mark.parametrize("merged", ["A\nb\nc\nd\n", "A\nmine\nb\nc\nd\n", "A\nb\nmine\nc\n"])
def test_lines_lost(merged: str) -> None:
    with pytest.raises(Disagreement):
        check_lines(BASE, OURS, THEIRS, merged)


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "good", "bad"),
    [
        ("a", "am", "ay", "amy", "am"),
        ("ab", "a", "aby", "ay", "aby"),
        ("a", "am", "", "m", "am"),
        ("a", "aa", "a", "aa", "a"),
        ("a", "b", "b", "b", "bb"),
    ],
)
def test_comments(base: str, ours: str, theirs: str, good: str, bad: str) -> None:
    check_comments(base, ours, theirs, good)
    with pytest.raises(Disagreement):
        check_comments(base, ours, theirs, bad)


@pytest.mark.parametrize(
    ("path", "text", "comments"),
    [
        ("x.toml", "# a\nx = '#'  # b\ny = '''\n# c\n'''\nz = [\"\\\"# d\", # e\n]\n", "abe"),
        ("x.yaml", "# a\nx: '#'  # b\ny: |\n  # c\nz: x#d\n# e\n", "abe"),
        ("x.py", "# a\nx = '#'  # b\ny = '''\n# c\n'''\n", "ab"),
        ("x.json", '{"a": "#"}\n', ""),
    ],
)
def test_finds_comments(path: str, text: str, comments: str) -> None:
    form = find(path)
    assert form
    assert form.comments(text) == [f"# {comment}" for comment in comments]
    assert form.split(text).text == text
