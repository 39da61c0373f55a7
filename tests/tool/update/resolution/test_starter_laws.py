"""Laws of what is left out, on texts that nobody thought of.

Each word is of one line alone, so that a line which goes or comes is seen at once.
"""

import subprocess
from collections import Counter
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelyard.update.resolution.starter_text import resolve

BOUNDED = settings(
    derandomize=True,
    max_examples=150,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
Blocks = list[list[str]]
SHAPES = st.lists(
    st.tuples(st.sampled_from(["", "- ", "# "]), st.integers(1, 3), st.integers(2, 9)),
    min_size=1,
    max_size=7,
)
STEPS = st.lists(
    st.tuples(st.sampled_from(["rewrite", "delete", "add", "word"]), st.integers(0, 9)), max_size=4
)


class Writer:
    """Somebody whose words nobody else writes."""

    def __init__(self, name: str) -> None:
        self.words = (f"{name}{number}" for number in count())

    def block(self, mark: str, lines: int, length: int) -> list[str]:
        return [mark + " ".join(next(self.words) for _ in range(length)) for _ in range(lines)]

    def edit(self, blocks: Blocks, steps: list[tuple[str, int]]) -> Blocks:
        made = [[*block] for block in blocks]
        for kind, number in steps:
            at = number % (len(made) or 1)
            if kind == "add" or not made:
                made.insert(at, self.block("", 2, 6))
            elif kind == "delete":
                del made[at]
            elif kind == "rewrite":
                made[at] = self.block("", len(made[at]), 7)
            else:
                words = made[at][0].split(" ")
                words[-1] = next(self.words)
                made[at][0] = " ".join(words)
        return made


def lines_of(blocks: Blocks) -> list[str]:
    return [line for block in blocks for line in (*block, "")]


def merged(folder: Path, *sides: list[str]) -> tuple[int, list[str]]:
    for name, side in zip(("base", "ours", "theirs"), sides, strict=True):
        folder.joinpath(name).write_text("".join(f"{line}\n" for line in side))
    command = ["git", "merge-file", "-p", "ours", "base", "theirs"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return run.returncode, run.stdout.splitlines()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("merged")


@given(SHAPES, STEPS, STEPS)
@BOUNDED
def test_only_what_is_told_is_left_out(
    folder: Path,
    shapes: list[tuple[str, int, int]],
    mine: list[tuple[str, int]],
    yours: list[tuple[str, int]],
) -> None:
    writer = Writer("b")
    blocks = [writer.block(*shape) for shape in shapes]
    base = lines_of(blocks)
    ours = lines_of(Writer("o").edit(blocks, mine))
    theirs = lines_of(Writer("t").edit(blocks, yours))
    found = resolve("README.md", base, ours, theirs)
    before, plain = merged(folder, base, ours, theirs)
    if found is None:
        return
    assert before, "there was a conflict"
    assert found.ours == ours
    lines = Counter(theirs)
    for decision in found.decisions:
        lines.subtract(decision.given_up)
        lines.update(decision.taken)
        assert not {line for line in decision.taken if line} & {*ours}, "what is gone from ours"
    assert +lines == Counter(found.theirs)
    after, result = merged(folder, base, ours, found.theirs)
    assert after <= before
    told = {line for decision in found.decisions for line in decision.given_up if line}
    assert {*ours} - {*base} <= {*result}, "all that the user wrote"
    assert {*theirs} - {*base} - told <= {*result}, "all of the template's that is not told"
    if not after:
        assert {line for line in result if line} <= {*plain}, "nothing that was not there"


@given(STEPS)
@BOUNDED
def test_without_edits_there_is_nothing_to_decide(steps: list[tuple[str, int]]) -> None:
    blocks = [Writer("b").block("", 3, 6)]
    base, theirs = lines_of(blocks), lines_of(Writer("t").edit(blocks, steps))
    assert resolve("README.md", base, base, theirs) is None
    assert resolve("README.md", base, theirs, theirs) is None
    assert resolve("README.md", base, theirs, base) is None


TEXTS = st.text(st.sampled_from("ab1 \n\r\t\f\0`~-#|>[]().:é木\u2028\ud800"), max_size=40)


@given(TEXTS, TEXTS, TEXTS, st.sampled_from(["README.md", "example.py"]))
@BOUNDED
def test_no_text_ends_in_an_error(base: str, ours: str, theirs: str, path: str) -> None:
    resolve(path, base.split("\n"), ours.split("\n"), theirs.split("\n"))
