"""A template that gives its tags a prefix later: its releases of before stay what they were."""

from pathlib import Path

import pytest
import yaml

from modelyard.check.check import check
from modelyard.errors import Unreachable
from modelyard.new import new
from modelyard.reasons import NoticeReason
from modelyard.template.source import Templates
from modelyard.update import UpdateOptions, update
from tests.repos import git
from tests.tool.worlds import CONFIG, World, commit, lines, write

RECORD = ".copier-answers.yml"
PREFIXED = CONFIG + "_tag_prefix: models-\n"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Releases v1.0 and v1.1 without a prefix, then models-v2.0; v9.0 is of something else."""
    world = World(tmp_path)
    world.release("v1.0", {"a.txt": lines(9)})
    world.release("v1.1", {"a.txt": lines(9, l2="1.1")})
    world.release("models-v2.0", {"a.txt": lines(9, l2="1.1", l5="2.0")}, PREFIXED)
    git(world.template, "tag", "v9.0")
    return world


def _made(world: World, version: str | None = None) -> Path:
    root = world.folder / "repo"
    new(root, str(world.template), version, defaults=True)
    return root


def _on_record(repo: Path) -> str:
    version: str = yaml.safe_load((repo / RECORD).read_text())["_commit"]
    return version


def test_a_release_of_before_is_a_version_and_the_next_one_has_the_prefix(world: World) -> None:
    repo = _made(world, "v1.0")
    assert _on_record(repo) == "v1.0"
    write(repo, {"a.txt": lines(9, l8="mine")})
    commit(repo)
    found = check(repo)
    assert found.behind and found.newest == "models-v2.0"
    outcome = update(repo)
    assert (outcome.before, outcome.after, outcome.status) == ("v1.0", "models-v2.0", "clean")
    assert (repo / "a.txt").read_text() == lines(9, l2="1.1", l5="2.0", l8="mine")


def test_a_name_of_before_does_not_move(world: World) -> None:
    repo = _made(world, "v1.0")
    record = repo / RECORD
    kept = [line for line in record.read_text().splitlines() if "_commit_id" not in line]
    record.write_text("\n".join(kept) + "\n")
    commit(repo)
    told = (*check(repo).answers, *update(repo, dry_run=True).notices)
    assert NoticeReason.VERSION_MOVES not in {one.reason for one in told}


def test_a_version_after_one_of_before_is_called_by_it(world: World) -> None:
    repo = _made(world, "v1.0")
    assert update(repo, options=UpdateOptions(to="v1.1")).after == "v1.1"
    assert _on_record(repo) == "v1.1"


def test_before_the_first_tag_with_the_prefix_the_last_one_without_it_counts(
    tmp_path: Path,
) -> None:
    world = World(tmp_path)
    world.release("v1.0", {"a.txt": "1\n"})
    world.release("v1.1", {"a.txt": "2\n"})
    world.release(None, {"a.txt": "3\n"}, PREFIXED)
    git(world.template, "tag", "tool-7")
    with Templates(tmp_path / "cache") as templates:
        assert templates.open(str(world.template)).newest == "v1.1"


def test_releases_are_in_the_order_in_which_they_came(world: World, tmp_path: Path) -> None:
    git(world.template, "tag", "v7.0", "v1.1")
    with Templates(tmp_path / "cache") as templates:
        template = templates.open(str(world.template))
        assert list(template.releases) == ["v1.0", "v1.1", "v7.0", "models-v2.0"]
        assert template.newest == "models-v2.0"
        assert template.tags.count("v1.0", "models-v2.0") == 3
        assert template.tags.is_older("v7.0", "models-v2.0")


def test_with_a_prefix_that_a_fleet_names_only_its_tags_are_versions(
    world: World, tmp_path: Path
) -> None:
    with Templates(tmp_path / "cache") as templates:
        template = templates.open(str(world.template), tag_prefix="models-")
        assert list(template.releases) == ["models-v2.0"]


def test_a_fork_without_the_commit_on_record_is_told_as_such(world: World, tmp_path: Path) -> None:
    repo = _made(world, "v1.1")
    other = World(tmp_path / "fork")
    other.release("v1.1", {"a.txt": lines(9, l2="fork")})
    with pytest.raises(Unreachable, match="does not have the commit") as caught:
        update(repo, options=UpdateOptions(template=str(other.template)))
    assert "fork" in caught.value.hint and "--template" in caught.value.hint
    assert "moved" not in str(caught.value)
