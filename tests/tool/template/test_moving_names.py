"""Names that move: `latest`, `v1`, foreign tags, branches, a release whose tag was moved."""

import re
import warnings
from pathlib import Path

import copier
import pytest
import yaml

from modelyard.check.check import check
from modelyard.errors import NotReady, Unreachable
from modelyard.merged import Notice
from modelyard.new import new
from modelyard.reasons import NoticeReason
from modelyard.template.source import Templates
from modelyard.update import UpdateOptions, update
from tests.repos import git
from tests.tool.worlds import CONFIG, World, commit, lines, write

RECORD = ".copier-answers.yml"


@pytest.fixture
def moving(tmp_path: Path) -> World:
    """Releases v1.0.0 and v1.2.0; the second one is `latest`, `v1` and two foreign tags too."""
    world = World(tmp_path)
    world.release("v1.0.0", {"a.txt": lines(20)})
    world.release("v1.2.0", {"a.txt": lines(20, l3="THREE")})
    for tag in ("latest", "v1", "deploy-2024", "@scope/pkg@1.0"):
        git(world.template, "tag", "--annotate", "--message", tag, tag)
    return world


def made(world: World, name: str = "repo", version: str | None = None) -> Path:
    """A repo that `modelyard new` has made."""
    root = world.folder / name
    new(root, str(world.template), version, defaults=True)
    return root


def recorded(repo: Path) -> dict[str, str]:
    loaded: dict[str, str] = yaml.safe_load((repo / RECORD).read_text())
    return loaded


def told(notices: tuple[Notice, ...], reason: NoticeReason) -> list[Notice]:
    return [notice for notice in notices if notice.reason is reason]


def move(world: World, tag: str, to: str = "HEAD") -> None:
    git(world.template, "tag", "--force", "--no-sign", tag, to)


@pytest.mark.parametrize("asked", [None, "latest", "v1", "deploy-2024", "@scope/pkg@1.0", "main"])
def test_the_release_is_recorded_and_its_commit_beside_it(moving: World, asked: str | None) -> None:
    repo = made(moving, version=asked)
    head = git(moving.template, "rev-parse", "v1.2.0^{commit}").strip()
    assert recorded(repo)["_commit"] == "v1.2.0"
    assert recorded(repo)["_commit_id"] == f"v1.2.0@{head}"
    old = moving.repo("v1.0.0", name="old")
    assert update(old, to=asked).after == "v1.2.0"
    assert recorded(old)["_commit_id"] == f"v1.2.0@{head}"


@pytest.mark.parametrize("tag", ["latest", "v1", "deploy-2024"])
def test_a_release_arrives_although_a_name_moved_with_it(moving: World, tag: str) -> None:
    repo = made(moving, version=tag)
    moving.release("v1.3.0", {"a.txt": lines(20, l3="3")})
    move(moving, tag)
    outcome = update(repo)
    assert (outcome.before, outcome.after) == ("v1.2.0", "v1.3.0")
    assert (repo / "a.txt").read_text() == lines(20, l3="3")


@pytest.mark.parametrize("tag", ["latest", "v1", "deploy-2024", "main"])
def test_a_name_that_moves_on_record_is_told(moving: World, tag: str) -> None:
    repo = moving.repo("v1.2.0")
    place = repo / RECORD
    place.write_text(re.sub(r"_commit: .*", f"_commit: {tag}", place.read_text()))
    commit(repo)
    outcome = update(repo)
    assert outcome.status == "unchanged"
    (notice,) = told(outcome.notices, NoticeReason.VERSION_MOVES)
    assert tag in notice.text and "v1.2.0" in notice.text
    found = check(repo)
    assert told(found.answers, NoticeReason.VERSION_MOVES) and not found.ok(strict=False)


def test_a_release_whose_tag_was_moved_arrives_and_is_told(moving: World) -> None:
    repo = made(moving)
    write(repo, {"a.txt": lines(20, l3="THREE", l15="mine")})
    commit(repo)
    moving.release(None, {"a.txt": lines(20, l3="3")})
    move(moving, "v1.2.0")
    found = check(repo)
    assert found.behind and told(found.answers, NoticeReason.VERSION_MOVED)
    outcome = update(repo)
    assert (outcome.status, outcome.before, outcome.after) == ("clean", "v1.2.0", "v1.2.0")
    assert [one.reason for one in outcome.notices] == [NoticeReason.VERSION_MOVED]
    assert (repo / "a.txt").read_text() == lines(20, l3="3", l15="mine")
    head = git(moving.template, "rev-parse", "HEAD").strip()
    assert recorded(repo)["_commit_id"] == f"v1.2.0@{head}"
    commit(repo)
    assert update(repo).notices == () and check(repo).ok(strict=False)


def test_a_moved_tag_that_changes_nothing_is_recorded_anew(moving: World) -> None:
    repo = made(moving)
    git(moving.template, "commit", "--quiet", "--allow-empty", "--message", "Same files")
    move(moving, "v1.2.0")
    outcome = update(repo)
    assert outcome.changes == {RECORD: "M"}
    assert told(outcome.notices, NoticeReason.VERSION_MOVED)


def test_a_deleted_tag_is_no_loss_where_the_commit_is_there(moving: World) -> None:
    repo = made(moving, version="v1.0.0")
    git(moving.template, "tag", "--delete", "v1.0.0")
    assert update(repo).status == "clean"
    assert (repo / "a.txt").read_text() == lines(20, l3="THREE")


def test_a_moved_tag_whose_old_commit_is_gone_is_refused(moving: World) -> None:
    repo = made(moving)
    record = repo / RECORD
    record.write_text(re.sub(r"@[0-9a-f]{40}", f"@{'ab' * 20}", record.read_text()))
    commit(repo)
    with pytest.raises(Unreachable, match=r"its v1\.2\.0 is") as caught:
        update(repo)
    assert "_commit_id" in caught.value.hint
    record.write_text(re.sub(r"_commit_id: .*\n", "", record.read_text()))
    commit(repo)
    assert update(repo).status == "unchanged"


def test_a_commit_that_copier_or_a_person_left_behind_does_not_count(moving: World) -> None:
    repo = made(moving, version="v1.0.0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        copier.run_update(repo, defaults=True, overwrite=True, quiet=True, vcs_ref="v1.2.0")
    commit(repo)
    found = update(repo)
    assert found.status == "unchanged"
    assert not told(found.notices, NoticeReason.VERSION_MOVED)
    assert "_commit_id" not in recorded(repo), "Copier drops what it does not know"
    record = repo / RECORD
    first = git(moving.template, "rev-parse", "v1.0.0").strip()
    text = f"_commit: v1.2.0\n_commit_id: v1.0.0@{first}\n_src_path: {moving.template}\n"
    record.write_text(f"{text}name: World\n")
    commit(repo)
    assert update(repo, dry_run=True).status == "unchanged"


@pytest.mark.parametrize("odd", ["7", "[a, b]", "v1.2.0", "'v1.2.0@'", "'v1.2.0@--output=x'"])
def test_a_commit_on_record_that_is_none_does_not_count(moving: World, odd: str) -> None:
    repo = made(moving)
    record = repo / RECORD
    record.write_text(re.sub(r"_commit_id: .*", f"_commit_id: {odd}", record.read_text()))
    commit(repo)
    assert update(repo).status == "unchanged"


def test_a_description_of_a_commit_is_understood_also_after_a_force_push(moving: World) -> None:
    git(moving.template, "tag", "--delete", "latest", "v1", "deploy-2024", "@scope/pkg@1.0")
    moving.release(None, {"a.txt": lines(20, l3="draft")})
    repo = made(moving, version="HEAD")
    assert re.fullmatch(r"v1\.2\.0-1-g[0-9a-f]{7,}", recorded(repo)["_commit"])
    git(moving.template, "reset", "--quiet", "--hard", "HEAD~1")
    moving.release("v1.3.0", {"a.txt": lines(20, l3="3")})
    assert update(repo).after == "v1.3.0"
    assert (repo / "a.txt").read_text() == lines(20, l3="3")


def test_the_name_of_a_commit_that_reads_as_a_number_is_no_release(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.release(None, {"a.txt": "1\n"})
    for number in range(2000):
        first = commit(world.template, f"Try {number}")
        short = git(world.template, "describe", "--always").strip()
        if re.fullmatch(r"[0-9]{7}", short) or re.fullmatch(r"\d+[abc]\d+", short):
            break
    repo = world.folder / "repo"
    new(repo, str(world.template), first, defaults=True)
    assert recorded(repo)["_commit"] == short
    world.release("v1.0.0", {"a.txt": "2\n"})
    assert update(repo).after == "v1.0.0"


def test_a_final_release_goes_before_its_candidate_on_the_same_commit(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.release("v2.0.0rc1", {"a.txt": "1\n"})
    git(world.template, "tag", "v2.0.0")
    git(world.template, "tag", "--annotate", "--message", "x", "v2")
    assert recorded(made(world))["_commit"] == "v2.0.0"
    with Templates(tmp_path / "cache") as templates:
        template = templates.open(str(world.template))
        assert template.newest == "v2.0.0"
        assert not template.is_lasting("v2") and template.is_lasting("v2.0.0rc1")


def test_releases_with_a_prefix_are_found_where_the_template_says_so(tmp_path: Path) -> None:
    world = World(tmp_path)
    config = CONFIG + "_tag_prefix: models-\n"
    world.release("models-v1.0.0", {"a.txt": "1\n"}, config)
    git(world.template, "tag", "v9.0.0")
    repo = made(world)
    assert recorded(repo)["_commit"] == "models-v1.0.0"
    world.release("models-v1.1.0", {"a.txt": "2\n"}, config)
    outcome = update(repo)
    assert (outcome.before, outcome.after) == ("models-v1.0.0", "models-v1.1.0")


def test_a_moved_tag_is_refused_where_copier_would_take_another_base(moving: World) -> None:
    repo = made(moving)
    moving.release(
        "v1.3.0", {"a.txt": lines(20, l3="3")}, CONFIG + "_tasks: ['echo made > made.txt']\n"
    )
    move(moving, "v1.2.0", "v1.0.0")
    with pytest.raises(NotReady, match="moved"):
        update(repo, options=UpdateOptions(trust=True))


def test_copier_records_the_release_too_where_it_runs_the_templates_code(moving: World) -> None:
    tasks = CONFIG + "_tasks: ['echo made > made.txt']\n"
    moving.release("v1.3.0", {"a.txt": lines(20, l3="3")}, tasks)
    git(moving.template, "tag", "--annotate", "--message", "x", "stable")
    head = git(moving.template, "rev-parse", "HEAD").strip()
    root = moving.folder / "trusted"
    new(root, str(moving.template), defaults=True, trust=True)
    old = made(moving, version="v1.2.0")
    assert update(old, options=UpdateOptions(trust=True)).status == "clean"
    for repo in (root, old):
        assert (recorded(repo)["_commit"], (repo / "made.txt").is_file()) == ("v1.3.0", True)
        assert recorded(repo)["_commit_id"] == f"v1.3.0@{head}"
