"""Markers stand around whole pieces, in whole lines, and leave a whole file whoever is followed."""

import json
import time
import tomllib
from pathlib import Path

import pytest

from modelyard.update.line_merge import Labels
from modelyard.update.structured.by_meaning import merge_in_pieces
from tests.tool.update.threes import Threes

LABELS = Labels("yours", "base", "template")
OURS, THEIRS = 1, 3


def in_pieces(path: str, base: str, ours: str, theirs: str) -> str | None:
    """Return a file with markers."""
    found = merge_in_pieces(path, base.encode(), ours.encode(), theirs.encode(), LABELS)
    return None if found is None else found.decode()


def settled(text: str, side: int) -> str:
    """Return a file with markers as one side has it."""
    part, found = 0, []
    for line in text.split("\n"):
        if line[:7] in ("<<<<<<<", "|||||||", "=======", ">>>>>>>"):
            part = "<|=>".index(line[0]) + 1 if line[0] != ">" else 0
        elif part in (0, side):
            found.append(line)
    return "\n".join(found)


@pytest.mark.parametrize("end", ["\u2028", "\u0085", "\x0c"])
def test_a_character_that_only_python_takes_for_a_line_end_is_none(end: str) -> None:
    form = f'a: ["x{end}y", %d,\n  4]\nb: 1\n'
    if end == "\x0c":  # YAML has none
        form, path = f"# x{end}y\na = [ 0, %d, # {end}\n  4]\nb = 1\n", "a.py"
    else:
        path = "a.yaml"
    text = in_pieces(path, form % 1, form % 2, form % 3)
    if text is not None:
        assert settled(text, OURS) == form % 2
        assert settled(text, THEIRS) == form % 3


def test_json_without_its_last_item_has_no_comma_too_many() -> None:
    base, ours, theirs = ({"a": ["x", *last], "b": 1} for last in ([2], [1, 3], []))
    texts = [json.dumps(side, indent=2) + "\n" for side in (base, ours, theirs)]
    text = in_pieces("a.json", *texts)
    assert text is not None
    assert json.loads(settled(text, OURS)) == ours
    assert json.loads(settled(text, THEIRS)) == theirs


def test_a_table_that_one_side_took_away_does_not_come_back_by_half() -> None:
    base = "[t]\na = 1\n\n[t.u]\nb = 1\n\n[w]\nc = 1\n"
    ours, theirs = "[w]\nc = 2\n", base.replace("b = 1", "b = 2")
    text = in_pieces("a.toml", base, ours, theirs)
    assert text is None or "a" in tomllib.loads(settled(text, THEIRS))["t"]


def test_a_document_that_shows_markers_keeps_them_and_is_merged_by_pieces(tmp_path: Path) -> None:
    shown = 'x = """\n||||||| foo\n>>>>>>> template v1\n"""\n'
    base, ours, theirs = (
        f"{shown}a = {a}\nb = {b}\nc = {c}\n" for a, b, c in ((1, 1, 1), (2, 2, 1), (3, 1, 2))
    )
    text = Threes(tmp_path).update({"a.toml": base}, {"a.toml": ours}, {"a.toml": theirs})
    sign = 14
    assert text.text("a.toml") == (
        f"{shown}{'<' * sign} yours\na = 2\n{'|' * sign} as it was rendered\na = 1\n{'=' * sign}\n"
        f"a = 3\n{'>' * sign} template v2\nb = 2\nc = 2\n"
    )


@pytest.mark.parametrize(
    ("path", "forms"),
    [
        ("a.toml", ["a = 1\n", "k{side}{at} = {at}\n", "z = {side}\n"]),
        ("a.json", ["[", "0,\n", "{side}]\n"]),
    ],
)
def test_long_files_take_no_longer_than_they_are_long(path: str, forms: list[str]) -> None:
    def sides(many: int) -> list[str]:
        return [
            forms[0]
            + "".join(forms[1].format(side=side, at=at) for at in range(many))
            + forms[2].format(side=side)
            for side in range(3)
        ]

    took = []
    for many in (500, 4000):
        began = time.process_time()
        in_pieces(path, *sides(many))
        took.append(time.process_time() - began)
    assert took[1] < 20 * took[0] + 1
