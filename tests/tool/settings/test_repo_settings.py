"""What `.modelyard.toml` may say; all else is an error that names the line and what helps."""

import random
from pathlib import Path

import pytest

from modelyard.gitrepo.repo import open_repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.settings.repo_settings import BadSettings, Kept, RepoSettings, parse, read
from tests.tool.worlds import commit, init, write

ENTRY = '[[keep]]\npath = "a.txt"\n'


def test_all_that_can_be_said() -> None:
    text = (
        '# ours\n[[keep]]\npath = "./a//b.toml"\nkey = "x . \'y\'"\nbecause = "é"\nuntil = "v2"\n'
        '[[keep]]\npath = "docs/"\n'
    )
    assert parse(text.encode()) == RepoSettings((Kept("a/b.toml", "x.y", "é", "v2"), Kept("docs")))
    assert parse(b"") == RepoSettings()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("\nkeeps = 1\n", 2, "there is no setting 'keeps': is it 'keep'?"),
        ("[kepp]\n", 1, "is it 'keep'"),
        ("keep = 1\n", 1, r"begins with \[\[keep\]\]"),
        ("keep = [1]\n", 1, r"begins with \[\[keep\]\]"),
        ("[keep]\npath = 'a'\n", 1, r"begins with \[\[keep\]\]"),
        (ENTRY + ENTRY, 3, "a.txt stands twice"),
        (ENTRY + "reason = 'x'\n", 1, "keep has no 'reason': is it"),
        (ENTRY + "until = 'soon'\n", 1, "until of keep is no version of a template: soon"),
        ("# a\n<<<<<<< HEAD\n" + ENTRY + "=======\n>>>>>>> b\n", 2, "a conflict of a merge"),
        (ENTRY + "until = 2\n", 1, "until of keep is no text"),
        (ENTRY + 'because = "a\\nb"\n', 1, "because of keep is no text in one line"),
        (ENTRY + 'because = "\\u001b[31m"\n', 1, "because of keep is no text in one line"),
        (ENTRY + "key = 'a..b'\n", 1, "no dotted key"),
        (ENTRY + "[[keep]]\n", 3, "path of keep names a file or folder"),
        ("[[keep]]\npath = '../x'\n", 1, "path of keep"),
        ("[[keep]]\npath = '/etc'\n", 1, "path of keep"),
        ("[[keep]]\npath = '.'\n", 1, "path of keep"),
        ("[[keep]]\npath = 'a\\b'\n", 1, "path of keep"),
        ("[[keep]]\npath = [['a']]\n", 1, "path of keep is no text"),
    ],
)
def test_an_error_names_the_line(text: str, line: int, words: str) -> None:
    with pytest.raises(BadSettings, match=words) as error:
        parse(text.encode())
    assert error.value.message.startswith(f".modelyard.toml, line {line}: ")
    assert error.value.code == 5 and "commit it" in error.value.hint


def test_a_byte_order_mark_is_named() -> None:
    with pytest.raises(BadSettings, match="byte order mark"):
        parse(b"\xef\xbb\xbf" + ENTRY.encode())


@pytest.mark.parametrize(("name", "typed"), [("-x", "./-x"), ("a b", "'a b'"), ("a", "a")])
def test_an_argument_is_no_option(name: str, typed: str) -> None:
    assert Kept(name).argument == typed


@pytest.mark.parametrize(
    "content",
    [
        b"keep = [\n",
        b"\xff",
        b"a = 1\na = 2\n",
        b"x = " + b"[" * 5000 + b"]" * 5000,
        b"a." * 5000 + b"b = 1\n",
        b"# " + b"x" * (1 << 18),
        ENTRY.encode() * 2000,
        b"".join(b'[[keep]]\npath = "a"\nkey = "k%d"\n' % n for n in range(101)),
    ],
)
def test_hostile_files_are_errors_at_once(content: bytes) -> None:
    with pytest.raises(BadSettings):
        parse(content)


def test_whatever_is_damaged_is_read_or_refused() -> None:
    chance = random.Random(7)  # noqa: S311  (the same damage each time)
    text = ENTRY + 'key = "a.b"\nbecause = "x"\n'
    for _ in range(300):
        damaged = bytearray(text.encode())
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.choice(b"[]\"'=\\.\n#\0ax")
        try:
            parse(bytes(damaged))
        except BadSettings as error:
            assert error.message


def test_a_link_is_refused_and_nothing_is_read_through_it(tmp_path: Path) -> None:
    write(tmp_path, {"secret.toml": ENTRY})
    init(tmp_path)
    (tmp_path / ".modelyard.toml").symlink_to("secret.toml")
    commit(tmp_path)
    repo = open_repo(tmp_path)
    with Scratch(repo) as scratch, pytest.raises(BadSettings, match="is a link"):
        read(repo, scratch)
