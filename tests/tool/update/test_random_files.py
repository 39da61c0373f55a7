"""Random edits of real files by both sides: no word of either is lost or doubled, ever.

Twenty kinds of files to a seed; 10,000 of them behind MODELYARD_LONG. The oracle counts words and
knows nothing of the merge. One seed tells the whole case.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from modelyard.reasons import ConflictReason
from tests.tool.update.random_files import oracle
from tests.tool.update.random_files.cases import Trees, trees
from tests.tool.update.random_files.parse import can_be_parsed
from tests.tool.update.random_files.seeds import SEEDS
from tests.tool.update.threes import Outcome, Threes

LONG = bool(os.environ.get("MODELYARD_LONG"))
RANDOM = range(10_000 // len(SEEDS) if LONG else 5)
# Each found a fault once: a comma behind the last key of JSON; a merge of lines that nobody could
# account for, which ended the update.
ONCE_WRONG = (7, 108, 127)


@dataclass(frozen=True)
class Made:
    """What an update makes of random files."""

    trees: Trees
    outcome: Outcome

    def case(self, path: str) -> oracle.Case:
        """Return what is known of a file."""
        told = [one for one in self.outcome.merged.resolutions.values() if one.path == path]
        decisions = [decision for one in told for decision in one.decisions]
        made = self.trees
        versions = (made.base[path], made.ours[path], made.theirs[path], made.shared[path])
        return oracle.Case(*versions, path in made.has_moved, decisions)


@pytest.fixture(scope="module")
def threes(tmp_path_factory: pytest.TempPathFactory) -> Threes:
    return Threes(Path(tmp_path_factory.mktemp("threes"), "repo"))


@pytest.fixture(scope="module", params=dict.fromkeys([*RANDOM, *ONCE_WRONG]))
def made(threes: Threes, request: pytest.FixtureRequest) -> Made:
    files = trees(request.param)
    return Made(files, threes.update(files.base, files.ours, files.theirs))


def test_no_update_ends_in_a_loss(made: Made) -> None:
    assert made.outcome.losses == ()


def test_no_word_is_lost_or_doubled_and_markers_are_true(made: Made) -> None:
    # What is wrong with a file as a whole is told beside it, and has no markers.
    told = {
        one.path
        for one in made.outcome.merged.conflicts
        if one.reason is ConflictReason.WRONG_TOGETHER
    }
    found = {
        path: oracle.faults(made.case(path), made.outcome.text(path))
        for path in SEEDS.keys() - told
    }
    assert not any(found.values()), {path: what for path, what in found.items() if what}


def test_a_file_can_be_read_whichever_side_is_taken(made: Made) -> None:
    conflicts = {one.path for one in made.outcome.merged.conflicts}
    unread = []
    for path in SEEDS:
        seen = oracle.read(made.outcome.text(path))
        assert bool(seen.hunks) <= (path in conflicts)
        # Where something was moved, it may stand at both places, for a person to choose.
        if path in made.trees.has_moved or bool(seen.hunks) != (path in conflicts):
            continue
        if not (can_be_parsed(path, seen.ours) and can_be_parsed(path, seen.theirs)):
            unread.append(path)
    # So may what one side has copied whole, and git took for what it was copied from: rarely.
    assert len(unread) <= LONG, unread


def test_the_same_again_changes_nothing(threes: Threes, made: Made) -> None:
    files = {path: made.outcome.text(path) for path in SEEDS}
    again = threes.update(made.trees.theirs, files, made.trees.theirs)
    assert again.status == "clean"
    assert {path: again.text(path) for path in SEEDS} == files


@pytest.mark.parametrize("seed", RANDOM if LONG else [3])
def test_it_is_the_same_in_each_process(seed: int) -> None:
    command = [sys.executable, "-m", "tests.tool.update.random_files.digest", str(seed)]
    found = set()
    for hashing in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": hashing}
        done = subprocess.run(command, capture_output=True, check=True, env=environment)
        found.add(done.stdout)
    assert len(found) == 1
