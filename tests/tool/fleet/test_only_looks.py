"""Who only looks at a fleet compiles no lock: a plan says that it would be, a rollout does it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from modelyard.check.check import check
from modelyard.fleet.options import Mode
from modelyard.fleet.rollout import rollout
from modelyard.merged import Notice
from modelyard.reasons import NoticeReason
from modelyard.update import update
from tests.repos import git
from tests.tool.fleet.worlds import Yard, observed, silent
from tests.tool.lockfiles.hostile import PACKAGES, project
from tests.tool.recording_index import RecordingIndex, recording_index
from tests.tool.worlds import CONFIG, World, commit, write

LOCK = "requirements.lock"
RULES = CONFIG + f"_skip_if_exists: [{LOCK}]\n"
SETTINGS = (
    '[forge]\nkind = "local"\nowner = "{}"\n[template]\nsource = "{}"\n[[waves]]\nname = "w"\n'
)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RecordingIndex]:
    with recording_index(PACKAGES) as index:
        monkeypatch.setenv("UV_DEFAULT_INDEX", index.url)
        monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
        yield index


@pytest.fixture
def yard(tmp_path: Path, index: RecordingIndex) -> Yard:
    """A fleet of one repo, whose owner has a dependency more."""
    world = World(tmp_path)
    for tag, asked in (("v1.0.0", "one>=1"), ("v1.1.0", "one>=1.0")):
        world.release(tag, {"pyproject.toml": project(asked), LOCK: "one==1.0\n"}, RULES)
    repo = world.repo("v1.0.0", name="seed")
    write(repo, {"pyproject.toml": project("one>=1", "two")})
    commit(repo, "A dependency of our own")
    made = Yard(world)
    git(tmp_path, "clone", "--quiet", "--bare", str(repo), str(made.bare("r0")))
    made.file.write_text(SETTINGS.format(made.forge, world.template) + "share = 1.0\n")
    return made


def of_lock(notices: tuple[Notice, ...]) -> list[object]:
    return [one.reason for one in notices if one.path == LOCK]


@pytest.mark.parametrize("mode", [Mode.PLAN, Mode.STATUS])
def test_a_plan_asks_no_index_and_says_what_a_rollout_will_do(
    yard: Yard, index: RecordingIndex, mode: Mode
) -> None:
    (seen,) = observed(yard.options(), mode)
    assert seen.update is not None
    assert of_lock(seen.update.notices) == [NoticeReason.LOCK_LATER]
    assert index.requests == []


def test_a_rollout_compiles_it(yard: Yard, index: RecordingIndex) -> None:
    (result,) = rollout(yard.options(), silent)
    assert yard.show("r0", "modelyard/v1.1.0", LOCK) == "one==1.0\ntwo==1.1\n", result
    assert index.requests


def test_a_check_asks_no_index_and_a_dry_run_may(yard: Yard, index: RecordingIndex) -> None:
    repo = yard.world.folder / "seed"
    check(repo)
    assert index.requests == []
    assert of_lock(update(repo, dry_run=True).notices) == [NoticeReason.LOCK_COMPILED]
    assert index.requests
