"""One tree of random files: each of the seeds, edited by both sides."""

import random
from dataclasses import dataclass

from tests.tool.update.random_files.edits import Editor
from tests.tool.update.random_files.seeds import SEEDS


@dataclass(frozen=True)
class Trees:
    """Three versions of all files.

    Attributes:
        shared: The base with what both sides did to it alike.
        has_moved: The files of which a side put something elsewhere.
    """

    base: dict[str, str]
    ours: dict[str, str]
    theirs: dict[str, str]
    shared: dict[str, str]
    has_moved: frozenset[str]


def trees(seed: int) -> Trees:
    """Return the trees of a seed, which tells all of them."""
    shared, ours, theirs = dict[str, str](), dict[str, str](), dict[str, str]()
    moved = set[str]()
    for path, text in SEEDS.items():
        dice = random.Random(f"{seed} {path}")  # noqa: S311  (the same each time)
        editors = _edited(path, text, dice)
        shared[path], ours[path], theirs[path] = (editor.text for editor in editors)
        moved.update(path for editor in editors if editor.has_moved)
    return Trees(dict(SEEDS), ours, theirs, shared, frozenset(moved))


def _edited(path: str, text: str, dice: random.Random) -> tuple[Editor, Editor, Editor]:
    focuses = [dice.random() for _ in range(dice.choice([1, 1, 2, 3]))]
    shared = Editor(path, text, dice, "both")
    for _ in range(dice.choice([0, 0, 0, 1])):
        shared.edit(dice.choice(focuses))
    sides = Editor(path, shared.text, dice, "mine"), Editor(path, shared.text, dice, "them")
    for side in sides:
        for _ in range(dice.choice([1, 1, 2, 3, 4])):
            side.edit(dice.choice(focuses))
    return shared, *sides
