"""Entries are added, changed and dropped; whatever else stands in the file stays."""

import pytest

from modelyard.errors import NotReady
from modelyard.keep.edit import with_entry, without_entry
from modelyard.settings.repo_settings import Kept, parse

FILE = b"""\
# The settings of this repo.

# why a stays
[[keep]]
path = "a.txt"  # the old one
because = "x"

# why c stays
[[keep]]
path = "c.txt"
"""


def test_the_first_entry_of_a_file() -> None:
    made = with_entry(b"", Kept("a.txt", "", 'say "no"', "v2"))
    assert made == b'[[keep]]\npath = "a.txt"\nbecause = "say \\"no\\""\nuntil = "v2"\n'
    assert with_entry(b"# top\n", Kept("a.txt")) == b'# top\n\n[[keep]]\npath = "a.txt"\n'


def test_a_new_entry_stands_where_its_path_belongs() -> None:
    made = with_entry(FILE, Kept("b.txt", because="y"))
    entry = b'[[keep]]\npath = "b.txt"\nbecause = "y"\n\n'
    assert made == FILE.replace(b"# why c", entry + b"# why c")
    assert with_entry(FILE, Kept("d.txt")) == FILE + b'\n[[keep]]\npath = "d.txt"\n'
    first = with_entry(FILE, Kept("0.txt"))
    assert first == FILE.replace(b"# why a", b'[[keep]]\npath = "0.txt"\n\n# why a')


def test_an_entry_is_changed_and_not_doubled() -> None:
    made = with_entry(FILE, Kept("a.txt", "", "z", "v3"))
    assert made == FILE.replace(b'because = "x"\n', b'because = "z"\nuntil = "v3"\n')
    assert with_entry(FILE, Kept("a.txt")) == FILE.replace(b'because = "x"\n', b"")


def test_an_entry_is_dropped_with_its_comment() -> None:
    kept = parse(FILE).keep
    assert without_entry(FILE, kept[1]) == FILE[: FILE.index(b"\n# why c")]
    dropped = without_entry(FILE, kept[0])
    assert dropped == b"# The settings of this repo.\n\n" + FILE[FILE.index(b"# why c") :]
    assert without_entry(b'[[keep]]\npath = "a"\n', Kept("a")) == b""


def test_a_comment_is_one_line_whatever_sign_is_in_it() -> None:
    odd = "# a\u2028\u2028b\n"
    made = with_entry(f'{odd}[[keep]]\npath = "b"\n'.encode(), Kept("a"))
    assert made.decode() == f'[[keep]]\npath = "a"\n\n{odd}[[keep]]\npath = "b"\n'


def test_line_ends_stay() -> None:
    crlf = FILE.replace(b"\n", b"\r\n")
    assert with_entry(crlf, Kept("d.txt")).count(b"\r\n") == FILE.count(b"\n") + 3
    assert b"\n" not in with_entry(crlf, Kept("a.txt", "", "z")).replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "content", [b'keep = [{path = "a"}]\n', b'[[keep]]\r\npath = "a"\nbecause = "x"\r\n']
)
def test_what_cannot_be_edited_is_said(content: bytes) -> None:
    with pytest.raises(NotReady, match=r"cannot be edited"):
        with_entry(content, Kept("b.txt"))
    assert parse(content).keep
