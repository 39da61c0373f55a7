"""The user's comments and blank lines beside a value that the template changed: both stand."""

import random

import pytest

from modelyard.ledger.texts import lines_of, text_faults
from modelyard.update.structured import beside_comments, comment_syntax
from modelyard.update.structured.by_meaning import merge


@pytest.mark.parametrize(
    ("path", "base", "ours", "theirs", "merged"),
    [
        ("Makefile", "# one\nA=1\n", "# mine\nA=1\n", "# one\nA=2\n", "# mine\nA=2\n"),
        ("Makefile", "A=1\n", "# mine\nA=1\n", "A=2\n", "# mine\nA=2\n"),
        ("a.ini", "[a]\nb=1\n", "[a]\nb=1\n# mine\n", "[a]\nb=2\nc=1\n", "[a]\nb=2\nc=1\n# mine\n"),
        ("a.ini", "# one\n[a]\nb=1\n", "# one\n\n[a]\nb=1\n", "[a]\nb=1\n", "\n[a]\nb=1\n"),
        (
            "Dockerfile",
            "FROM a\nRUN b\n",
            "FROM a\n\nRUN b\n",
            "FROM a\nRUN c\n",
            "FROM a\n\nRUN c\n",
        ),
        (".env", "A=1\n\nB=1\n", "A=1\nB=1\n", "A=1\n\nB=2\n", "A=1\nB=2\n"),
        (
            "x.py",
            "def f():\n    a = 1\n    return a\n",
            "def f():\n    a = 1\n\n    return a\n",
            "def f():\n    a = 2\n    return a\n",
            "def f():\n    a = 2\n\n    return a\n",
        ),
    ],
)
def test_both_stand(path: str, base: str, ours: str, theirs: str, merged: str) -> None:
    sides = [side.encode() for side in (base, ours, theirs)]
    assert merge(path, *sides) == merged.encode()
    crlf = [side.replace(b"\n", b"\r\n") for side in sides]
    assert merge(path, *crlf) == merged.encode().replace(b"\n", b"\r\n")


@pytest.mark.parametrize(
    ("path", "base", "ours", "theirs"),
    [
        ("Makefile", "# one\nA=1\n", "# one\nA=2\n", "# yours\nA=1\n"),  # the other way round
        ("Makefile", "# one\nA=1\n", "# mine\nA=1\n", "# yours\nA=2\n"),
        ("Makefile", "A=1\n", "# of A\nA=1\n", "B=1\nA=2\n"),  # it would stand at B
        ("Makefile", "A=1\n", "A=1\n# mine\n", "A=1\nB=1\n"),
        ("Makefile", "A=1\n", "# noqa: x\nA=1\n", "A=2\n"),
        ("Makefile", "A=1\n\nZ=1\n", "A=1\n\nM=1\n\nZ=1\n", "A=1\n\nY=1\n\nZ=1\n"),
        ("Makefile", "A=1 \\\n  2\n", "A=1 \\\n# x\n  2\n", "A=1 \\\n  3\n"),
        ("run.sh", "# one\na\n", "# mine\na\n", "# one\nb\n"),
        ("a.ini", "# one\n[a]\nb=1\n", "# mine\n[a]\nb=2\n", "# one\n[c]\nb=1\n"),
    ],
)
def test_what_is_for_a_person(path: str, base: str, ours: str, theirs: str) -> None:
    assert merge(path, *(side.encode() for side in (base, ours, theirs))) is None


def test_random_edits_balance_and_mean_the_same() -> None:
    dice, merged = random.Random(7), 0  # noqa: S311 - chance that repeats
    base = [line for number in range(5) for line in (f"# about {number}", f"V{number} = 0", "")]
    syntax = comment_syntax.find("Makefile")
    assert syntax is not None
    for turn in range(600):
        ours, theirs = list(base), list(base)
        for number in range(dice.randint(1, 3)):
            at = dice.randrange(len(ours))
            if ours[at].startswith("V") or dice.random() < 0.5:
                ours.insert(at, dice.choice(["", f"# mine {turn} {number}"]))
            else:
                ours[at] = f"# my own {turn} {number}"
            at = dice.randrange(len(theirs))
            theirs[at] = theirs[at].replace("= 0", f"= {turn + 1}")
        texts = ["\n".join(side) + "\n" for side in (base, ours, theirs)]
        found = beside_comments.merge("Makefile", *(side.encode() for side in texts))
        if found is None:
            continue
        merged += 1
        assert syntax.meaning(found.decode()) == syntax.meaning(texts[2])
        old, mine, yours = (lines_of(side.encode()) for side in texts)
        assert not text_faults(old, mine, yours, lines_of(found), structured=False)
    assert merged > 100
