"""Random modules: what merges in the template's format merges in the repo's own, to the same code.

One repo has the edits alone, the other has them and a formatter with a layout of its own. Where the
first is clean, the second is too, and is what the formatter makes of the first.
"""

import os
import random
import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.update import update
from tests.tool.update.formatted.worlds import run
from tests.tool.worlds import World, commit, write

LONG = bool(os.environ.get("MODELYARD_LONG"))
LAYOUTS = (
    'line-length = 50\nformat.quote-style = "single"\n',
    "indent-width = 2\nline-length = 79\n",
    'line-length = 140\nformat.skip-magic-trailing-comma = true\nformat.quote-style = "single"\n',
)


def statement(dice: random.Random, number: int) -> str:
    words = [f'"word {dice.randrange(99)}"' for _ in range(dice.randint(1, 6))]
    return dice.choice(
        [
            f"    name_{number} = [{', '.join(words)}]\n",
            f"    name_{number} = call_{number}({', '.join(words)}, key={words[0]})  # {number}\n",
            f"    if check({words[0]}):\n        name_{number} = {{{words[0]}: {number}}}\n",
            f"    # About {number}.\n    name_{number} = {words[0]} if flag else {words[-1]}\n",
        ]
    )


def module(functions: dict[str, list[str]]) -> str:
    heads = ('def {}(value="a default", *, other=None, more="more"):\n    """Say."""\n',)
    texts = (heads[0].format(name) + "".join(body) for name, body in functions.items())
    return '"""Random."""\n\n\n' + "\n\n".join(f"{text}    return value\n" for text in texts)


def edited(dice: random.Random, functions: dict[str, list[str]], name: str) -> dict[str, list[str]]:
    """Return the functions with one or two changes: a statement anew, one more, one less; a def."""
    made = {key: list(body) for key, body in functions.items()}
    for turn in range(dice.randint(1, 2)):
        body = made[dice.choice(sorted(made))]
        number = dice.randrange(1000, 9999)
        at = dice.randrange(len(body))
        kind = dice.choice(["anew", "more", "less", "def"])
        if kind == "def":
            made[f"{name}_{turn}"] = [statement(dice, number)]
        else:
            body[at : at + (kind != "more")] = [] if kind == "less" else [statement(dice, number)]
            if not body:
                body.append(statement(dice, number))
    return made


@settings(max_examples=60 if LONG else 6, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_reformatted_repo_merges_as_one_that_is_not(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - nothing secret
    first = {f"f{n}": [statement(dice, n * 10 + i) for i in range(4)] for n in range(4)}
    second, mine = edited(dice, first, "theirs"), edited(dice, first, "mine")
    layout = dice.choice(LAYOUTS)
    folder = Path(tempfile.mkdtemp())
    try:
        world = World(folder)
        world.release("v1", {"m.py": module(first)})
        world.release("v2", {"m.py": module(second)})
        plain, ours = world.repo("v1", "plain"), world.repo("v1", "ours")
        for repo in (plain, ours):
            write(repo, {"ruff.toml": layout, "m.py": module(mine)})
        run(ours, "ruff", "format", "--no-cache", "--quiet", "m.py")
        for repo in (plain, ours):
            commit(repo)
        if update(plain).status != "clean":
            return
        assert update(ours).status == "clean"
        run(plain, "ruff", "format", "--no-cache", "--quiet", "m.py")
        merged = (ours / "m.py").read_text()
        run(ours, "ruff", "format", "--no-cache", "--quiet", "m.py")
        assert (ours / "m.py").read_text() == (plain / "m.py").read_text(), merged
    finally:
        shutil.rmtree(folder)
