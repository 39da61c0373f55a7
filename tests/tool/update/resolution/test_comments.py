"""What the template changed in comments alone gives way to the user; a value never does."""

import random
from collections import Counter
from collections.abc import Sequence

import pytest

from modelyard.ledger.loss import Owner
from modelyard.reasons import NoticeReason
from modelyard.update.resolution.comments import resolve
from modelyard.update.resolution.decision import Resolved
from modelyard.update.structured import comment_syntax
from modelyard.update.structured.line_changes import changes, meetings

LEFT_OUT = NoticeReason.COMMENT_LEFT_OUT
KEPT = NoticeReason.COMMENT_KEPT
REMOVED = NoticeReason.COMMENT_REMOVED
BLANK = NoticeReason.BLANK_LINES_LEFT_OUT

BEFORE = {
    "Makefile": "all:\n\tpython -m run\n",
    "Dockerfile": "FROM python:3.12\nRUN make\n",
    "setup.cfg": "[flake8]\nmax-line-length = 88\n",
    ".env": "HOST=here\nPORT=80\n",
    ".gitignore": "build/\ndist/\n",
    "requirements.txt": "a==1\nb==1\n",
    "pyproject.toml": "[a]\nb = 1\n",
    "x.yaml": "a:\n  b: 1\n",
    "x.py": "def f():\n    return 1\n",
    "tsconfig.json": '{\n  "a": 1\n}\n',
}


def run(path: str, base: str, ours: str, theirs: str) -> Resolved | None:
    """Resolve three texts."""
    return resolve(path, *(side.splitlines() for side in (base, ours, theirs)))


@pytest.mark.parametrize("path", BEFORE)
def test_a_comment_beside_a_value_is_left_out(path: str) -> None:
    first, second, *rest = BEFORE[path].splitlines()
    sign = "// " if path.endswith(".json") else "# "
    indent = second[: len(second) - len(second.lstrip())] if path != "setup.cfg" else ""
    base = [first, second, *rest]
    ours = [first, second.replace("1", "2").replace("8", "9").replace("m", "n"), *rest]
    ours[1] = ours[1] if ours[1] != second else second + "x"
    theirs = [first, f"{indent}{sign}about it and more", second, *rest]
    found = resolve(path, base, ours, theirs)
    assert found is not None
    assert (found.ours, found.theirs) == (ours, base)
    (decision,) = found.decisions
    assert (decision.reason, decision.owner) == (LEFT_OUT, Owner.TEMPLATE)
    assert (decision.given_up, decision.taken) == ((theirs[1],), ())
    assert decision.about == f"{sign}about it and more"


@pytest.mark.parametrize(
    ("path", "base", "ours", "theirs", "merged", "reason"),
    [
        ("a.ini", "# old words\n[a]\n", "# my words\n[a]\n", "# new words\n[a]\n", None, KEPT),
        ("a.ini", "# old words\n[a]\n", "[a]\n", "# new words\n[a]\n", None, KEPT),
        ("a.ini", "# old words\n[a]\n", "# old words\n[b]\n", "[a]\n", None, REMOVED),
        ("a.ini", "[a]\nb=1\n", "[a]\nb=2\n", "[a]\n\nb=1\n", None, BLANK),
        (
            "a.toml",
            "a = 1  # old words\n",
            "a = 2  # old words\n",
            "a = 1  # new words\n",
            None,
            LEFT_OUT,
        ),
        (
            "a.yml",
            "a: 1  # old words\nb: 1\n",
            "a: 1  # my words\nb: 1\n",
            "a: 1  # new words\nb: 2\n",
            "a: 1  # old words\nb: 2\n",
            KEPT,
        ),
    ],
)
def test_what_gives_way(
    path: str, base: str, ours: str, theirs: str, merged: str | None, reason: NoticeReason
) -> None:
    if reason in (LEFT_OUT, KEPT) and path != "a.ini":
        base, ours, theirs = (
            "x = 0\n" + side if "=" in side else side for side in (base, ours, theirs)
        )
    found = run(path, base, ours, theirs)
    assert found is not None
    assert [decision.reason for decision in found.decisions] == [reason]
    assert found.ours == ours.splitlines()
    assert found.theirs == (merged or base).splitlines()


@pytest.mark.parametrize(
    "comment",
    [
        *(
            "# noqa",
            "# noqa: E501",
            "# type: ignore[arg-type]",
            "# pragma: no cover",
            "# nosec B101",
        ),
        *("# ruff: noqa", "# fmt: off", "# mypy: ignore-errors", "# isort: skip", "#!/bin/sh"),
        *("# -*- coding: utf-8 -*-", "# vim: set ft=python :", "# pylint: disable=all"),
        *("# zizmor: ignore[artipacked]", "# yamllint disable-line", "# shellcheck disable=SC1"),
        *("# renovate: datasource=pypi", "# frozen: v1", "# v4.1", "# v4", "# tag=v1.2.3", "# 1.2"),
        *("# syntax=docker/dockerfile:1", "# escape=`", "# check=skip=all", "#:schema x.json"),
        *("# SPDX-License-Identifier: MIT", "# Copyright someone", "# /// script", "# %%", "#%%"),
        *("# keep-sorted start", "# --8<-- [start:x]", "# BEGIN generated", "# region a", "# ///"),
        *("# YORE: EOL 3.10: Remove line.", "# cspell:ignore foo", "# prettier-ignore"),
        *("# (c) 2024 ACME", "# © ACME", "# All rights reserved.", "# Under the Apache License"),
        *("# hadolint shell=bash", "# x-release-please-version", "# sourcery skip", "# skipcq"),
        *(
            "# +",
            '# + tags=["parameters"]',
            "# -",
            "# In[3]:",
            "#SBATCH -n 1",
            "#PBS -l x",
            "#$ -cwd",
        ),
        *("# dependabot is told elsewhere", "# >>> conda initialize >>>", "# {{ version }}"),
    ],
)
def test_a_comment_that_a_program_reads_is_a_value(comment: str) -> None:
    sides = (f"a = {x}{y}\n" for x, y in ((1, ""), (2, ""), (1, f"  {comment}")))
    assert run("a.py", *sides) is None
    base, ours = "import a\nb = 1\n", "import a\nb = 2\n"
    assert run("a.py", base, ours, f"import a\n{comment}\nb = 1\n") is None
    assert run("a.py", base, ours, f"import a\n# some words\n{comment}\nb = 1\n") is None


def test_the_version_behind_a_pin_is_a_value() -> None:
    pin = "uses: actions/checkout@" + 40 * "a"
    base, ours = f"- {pin}  # the newest\n", f"- {pin}  # the newest\n  with: {{}}\n"
    assert run("a.yml", base, ours, f"- {pin}  # the one of today\n") is None


@pytest.mark.parametrize(
    ("path", "base", "ours", "theirs"),
    [
        ("a.yml", "a: |\n  x\n  y\n", "a: |\n  x\n  z\n", "a: |\n  x\n  # some words\n  y\n"),
        ("a.yml", "a: 'x\n\n  y'\nb: 1\n", "a: 'x\n\n  y'\nb: 2\n", "a: 'x\n\n\n  y'\nb: 1\n"),
        ("a.py", 'a = """\nx\n"""\n', 'a = """\ny\n"""\n', 'a = """\n# some words\nx\n"""\n'),
        ("a.py", 'a = """\nx\n"""\n', 'a = """\ny\n"""\n', 'a = """\n\nx\n"""\n'),
        ("a.toml", "a = '''\nx\n'''\n", "a = '''\ny\n'''\n", "a = '''\n# some words\nx\n'''\n"),
        ("a.json", '"// x y"\n', '"// x z"\n', '"// x y" \n"a"\n'),
        ("Makefile", "define A\nx\nendef\n", "define A\ny\nendef\n", "define A\n# a b\nx\nendef\n"),
        ("Makefile", "A = x \\\n  y\n", "A = x \\\n  z\n", "A = x \\\n# a b\n  y\n"),
        ("Makefile", "## Runs it\na:\n", "## Runs it\nb:\n", "## Runs it all\na:\n"),
        ("Dockerfile", "RUN <<E\nx\nE\n", "RUN <<E\ny\nE\n", "RUN <<E\n# some words\nx\nE\n"),
        (".env", 'A="x\ny"\n', 'A="x\nz"\n', 'A="x\n# some words\ny"\n'),
        ("tox.ini", "[a]\nb =\n  x\n", "[a]\nb =\n  y\n", "[a]\nb =\n  # some words\n  x\n"),
        ("setup.cfg", "[a]\nb =\n  x\n  y\n", "[a]\nb =\n  x\n  z\n", "[a]\nb =\n  x\n\n  y\n"),
        ("run.sh", "a\nb\n", "a\nc\n", "a\n# some words\nb\n"),
        ("README.md", "a\nb\n", "a\nc\n", "a\n<!-- some words -->\nb\n"),
    ],
)
def test_what_only_looks_like_a_comment(path: str, base: str, ours: str, theirs: str) -> None:
    assert run(path, base, ours, theirs) is None


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        ("# a b\n[x]\n", "# a b\n[x]\ny=1\n", "# c d\n[x]\n"),  # they do not meet
        ("[x]\ny=1\n", "[x]\ny=2\n", "[x]\n# new words\ny=3\n"),  # its comment is about its value
        (
            "# a b\n[x]\n",
            "# a b\n# mine is this\n[x]\n",
            "# a b\n# its own is this\n[x]\n",
        ),  # two comments
        ("[x]\ny=1\n", "[x]\n# same\ny=2\n", "[x]\n# same\ny=2\n"),
        ("[x]\ny=1\n", "[x]\n# my words\ny=1\n", "[x]\ny=2\n"),
    ],
)
def test_what_is_left_as_it_is(base: str, ours: str, theirs: str) -> None:
    assert run("a.ini", base, ours, theirs) is None


REAL = {
    "pyproject.toml": '# The project.\n[a]\nb = 1  # one\n\n# More.\nc = [\n  "x",  # ex\n  "y",'
    "\n]\n"
    'd = """\n# text\n\nend"""\n\n[e]\nf = 1\n',
    "x.yml": "# Top words.\na: 1  # one\nb:\n  # inside it\n  - x\n\n  - y  # why\nrun: |\n"
    "  # text\n\n"
    "  end\nc: 2\n",
    "x.py": '"""Doc.\n\n# text\n"""\n# Words.\nimport a  # because\n\n\ndef f():\n'
    "    # more words\n"
    "    return (\n        1,\n        # two\n        2,\n    )\n",
    "Makefile": "# Words.\nA = 1\n\nall: b\n\t# in it\n\t@echo $A # tail\n\nb:\n\techo \\\n\t  c\n",
    "setup.cfg": "# Words.\n[a]\nb = 1\n; more\nc =\n  x\n  y\n\n[d]\ne = 2\n",
}


def edited(lines: Sequence[str], dice: random.Random, name: str) -> list[str]:
    """Change some lines, most of them in their comments."""
    found = list(lines)
    for number in range(dice.randint(1, 4)):
        at = dice.randrange(len(found))
        line = found[at]
        indent = line[: len(line) - len(line.lstrip())]
        kind = dice.choice(["insert", "blank", "reword", "value", "drop", "tail"])
        if kind == "insert":
            found.insert(at, f"{indent}# words of {name} {number}")
        elif kind == "blank":
            found.insert(at, "")
        elif kind == "reword" and "#" in line:
            found[at] = f"{line[: line.index('#')]}# reworded by {name}"
        elif kind == "value":
            found[at] = line.replace("1", str(dice.randint(2, 9))).replace("x", name)
        elif kind == "drop" and len(found) > 3:
            del found[at]
        elif kind == "tail":
            found[at] = f"{line}  # tail of {name}"
    return found


@pytest.mark.parametrize("path", REAL)
def test_random_edits(path: str) -> None:
    syntax = comment_syntax.find(path)
    assert syntax is not None
    dice, decided = random.Random(path), 0  # noqa: S311 - chance that repeats
    base = REAL[path].splitlines()
    for _ in range(400):
        ours, theirs = edited(base, dice, "mine"), edited(base, dice, "yours")
        found = resolve(path, base, ours, theirs)
        if found is None:
            continue
        decided += 1
        assert found.ours == ours
        assert syntax.meaning("\n".join(found.theirs)) == syntax.meaning("\n".join(theirs))
        told, lines = found.decisions, Counter(theirs)
        lines.subtract(line for decision in told for line in decision.given_up)
        lines.update(line for decision in told for line in decision.taken)
        assert +lines == Counter(found.theirs)
        assert min(lines.values()) >= 0
        for decision in told:
            assert decision.given_up != decision.taken
            assert decision.owner is Owner.TEMPLATE
            assert _holds(theirs, decision.given_up)
            assert _holds(base, decision.taken)
        mine = changes(base, ours)
        before, after = (meetings(mine, changes(base, side)) for side in (theirs, found.theirs))
        assert len(after) <= len(before)
        # What did not meet a change of the user stays.
        met = {change for meeting in before for change in meeting.theirs}
        kept = changes(base, found.theirs)
        for change in set(changes(base, theirs)) - met:
            assert theirs[change.low : change.high] in [
                found.theirs[one.low : one.high] for one in kept
            ]
    assert decided > 10


def _holds(lines: Sequence[str], part: Sequence[str]) -> bool:
    return any(list(lines[at : at + len(part)]) == list(part) for at in range(len(lines) + 1))


@pytest.mark.parametrize("path", [*BEFORE, "x.pyi", "a.cfg"])
def test_any_text_is_read_or_left(path: str) -> None:
    dice = random.Random(path)  # noqa: S311 - chance that repeats
    for _ in range(200):
        sides = [
            [
                "".join(dice.choices("#a=\"'[]{}:-\\\t |/*<é\0", k=8))
                for _ in range(dice.randint(0, 6))
            ]
            for _ in range(3)
        ]
        found = resolve(path, *sides)
        assert found is None or found.ours == sides[1]


def test_a_file_of_many_lines_takes_no_time() -> None:
    base = ["# a", "b = 1", ""] * 5000
    assert resolve("a.toml", base, ["# c", *base], ["# d", *base]) is None
    quotes = ['"' * 7 + "#" * 5] * 5000
    assert resolve(".env", quotes, ["a", *quotes], ["# b", *quotes]) is None


ADDED = "[project]\ndependencies = [\n    'a',\n{}]\n"
MINE, OTHERS = "    'jupyter',  # for the book\n", "    'jupyter', # Clears output\n"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(MINE, OTHERS), (f"    'mine',\n{MINE}", OTHERS), (MINE, f"    'other',\n{OTHERS}")],
)
def test_of_a_line_that_both_added_the_users_comment_stays(ours: str, theirs: str) -> None:
    found = run("pyproject.toml", *(ADDED.format(lines) for lines in ("", ours, theirs)))
    assert found is not None
    assert found.theirs == ADDED.format(theirs.replace(OTHERS, MINE)).splitlines()
    assert found.ours == ADDED.format(ours).splitlines()
    (decision,) = found.decisions
    assert (decision.reason, decision.owner) == (KEPT, Owner.TEMPLATE)
    assert (*decision.given_up, *decision.taken) == (OTHERS.rstrip("\n"), MINE.rstrip("\n"))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (MINE, OTHERS.replace("jupyter", "jupyterlab")),
        (MINE, "    'jupyter',\n"),
        ("    'jupyter',\n", OTHERS),
        (MINE * 2, OTHERS),
        (MINE, MINE),
    ],
)
def test_of_another_line_no_comment_is_given_up(ours: str, theirs: str) -> None:
    found = run("pyproject.toml", *(ADDED.format(lines) for lines in ("", ours, theirs)))
    assert found is None or KEPT not in {one.reason for one in found.decisions}
