"""Past updates done again, held against what people committed."""

import pytest

from modelyard.replay.options import ReplayOptions
from modelyard.replay.replay import NoUpdates, replay
from modelyard.replay.result import Decision, FileEnd, ReplayStatus, SkipReason
from tests.repos import git
from tests.tool.replay.pasts import RECORD, Past, elsewhere, everything
from tests.tool.worlds import CONFIG, World, commit, lines, write


def test_each_update_is_done_again_and_held_against_the_commit(made: Past) -> None:
    found = replay(made.repo)
    first, second = found.updates
    assert (first.update.before, first.update.after) == ("v1", "v2")
    assert first.modelyard.status is ReplayStatus.CLEAN
    assert first.modelyard.equal == ("a.txt",) and first.modelyard.differs == ()
    decided = {file.path: file.committed for file in second.modelyard.conflicts}
    assert decided == {
        "c.txt": Decision.YOURS,
        "d.txt": Decision.TEMPLATE,
        "e.txt": Decision.MIXTURE,
    }
    assert second.modelyard.equal == ("a.txt",)
    assert (found.compared, found.modelyard.needs_a_person, found.modelyard.files) == (2, 1, 3)
    assert found.copier is None and found.skipped == ()


def test_nothing_is_written_to_the_repo(made: Past) -> None:
    write(made.repo, {"untracked.txt": "mine\n", "a.txt": "edited and not committed\n"})
    before = everything(made.repo)
    replay(made.repo, ReplayOptions(copier=True, last=1))
    assert everything(made.repo) == before


def test_what_people_did_beside_the_update_is_told_as_different(made: Past) -> None:
    made.world.release("v4", {"a.txt": lines(20, l3="3", l5="FIVE")})
    files = {"a.txt": lines(20, l3="3", l5="FIVE", l15="mine, later")}
    made.went_to("v4", files, was="v3")
    last = replay(made.repo, ReplayOptions(last=1)).updates[0].modelyard
    assert (last.status, last.equal, last.differs) == (ReplayStatus.CLEAN, (), ("a.txt",))
    assert last.end_of("a.txt") is FileEnd.OTHERWISE
    assert last.end_of("c.txt") is FileEnd.NOT_CHANGED


def test_the_side_that_a_conflict_sets_aside_is_not_told_as_merged(made: Past) -> None:
    (made.repo / "a.txt").unlink()
    (made.repo / "a.txt").symlink_to("c.txt")
    commit(made.repo)
    made.world.release("v4", {"a.txt": lines(20, l3="3", l5="FIVE"), "new.txt": "new\n"})
    made.went_to("v4", {"new.txt": "new\n"}, was="v3")
    (one,) = replay(made.repo, ReplayOptions(last=1)).updates
    assert [file.path for file in one.modelyard.conflicts] == ["a.txt"]
    assert (one.modelyard.equal, one.modelyard.differs) == (("new.txt",), ())


def test_people_are_given_what_they_answered(world: World) -> None:
    config = "_subdirectory: template\nname: {type: str, default: World}\n"
    asks = config + "colour: {type: str, default: red}\n"
    world.release("v3", {"hello.txt.jinja": "hello {{ name }}\n"}, config)
    world.release("v4", {"hello.txt.jinja": "hello {{ name }}, {{ colour }}\n"}, asks)
    made = Past(world, world.repo("v3"))
    record = (made.repo / RECORD).read_text()
    (made.repo / RECORD).write_text(record + "colour: blue\nno_question: 1\n")
    made.went_to("v4", {"hello.txt": "hello World, blue\n"}, was="v3")
    (one,) = replay(made.repo).updates
    assert one.modelyard.equal == ("hello.txt",) and not one.modelyard.differs


def test_a_version_between_releases_is_found_by_its_commit(made: Past) -> None:
    made.world.release(None, {"a.txt": lines(20, l3="THREE", l5="FIVE", l7="SEVEN")})
    described = git(made.world.template, "describe", "--tags").strip()
    assert described.startswith("v3-1-g")
    files = {"a.txt": lines(20, l3="THREE", l5="FIVE", l7="SEVEN", l15="mine")}
    made.went_to(described, files, was="v3")
    (one,) = replay(made.repo, ReplayOptions(last=1)).updates
    assert one.update.after == described and one.modelyard.equal == ("a.txt",)


def test_an_update_by_modelyard_is_replayed_as_well(made: Past) -> None:
    from modelyard.update import update

    made.world.release("v4", {"a.txt": lines(20, l3="3", l5="FIVE")})
    assert update(made.repo).status == "clean"
    commit(made.repo)
    (one,) = replay(made.repo, ReplayOptions(last=1)).updates
    assert (one.update.before, one.update.after) == ("v3", "v4")
    assert one.modelyard.equal == ("a.txt",)


def test_tasks_are_never_run_and_are_named(made: Past) -> None:
    canary = made.world.folder / "ran"
    tasks = CONFIG + f"_tasks: ['touch {canary}']\n"
    made.world.release("v4", {"a.txt": lines(20, l3="3", l5="FIVE")}, tasks)
    made.went_to("v4", {"a.txt": lines(20, l3="3", l5="FIVE", l15="mine")}, was="v3")
    for trust in (False, True):
        options = ReplayOptions(last=1, trust=trust, copier=True)
        (one,) = replay(made.repo, options).updates
        assert one.modelyard.status is ReplayStatus.CLEAN
        assert "touch" in one.modelyard.not_run
        assert one.copier and (one.copier.status is ReplayStatus.CLEAN) == trust
        assert trust or "--trust" in one.copier.error or "unsafe" in one.copier.error
        assert not canary.exists()


def test_extensions_need_trust(made: Past) -> None:
    extension = CONFIG + "_jinja_extensions: [jinja2.ext.do, os.path]\n"
    made.world.release("v4", {"a.txt": lines(20)}, extension)
    made.went_to("v4", {}, was="v3")
    (one,) = replay(made.repo, ReplayOptions(last=1)).skipped
    assert one.reason is SkipReason.NEEDS_TRUST and "extensions" in one.text


def test_what_cannot_be_done_again_has_a_reason(made: Past) -> None:
    git(made.world.template, "tag", "--delete", "v2")
    found = replay(made.repo)
    assert [one.reason for one in found.skipped] == [SkipReason.NO_VERSION] * 2
    assert "'v2'" in found.skipped[0].text and found.updates == ()


def test_a_step_back_is_no_update(made: Past) -> None:
    made.went_to("v2", {"a.txt": lines(20, l3="THREE", l15="mine")}, was="v3")
    (one,) = replay(made.repo, ReplayOptions(last=1)).skipped
    assert one.reason is SkipReason.OLDER_VERSION


def test_the_name_of_a_branch_says_nothing_of_what_it_was_then(made: Past) -> None:
    made.went_to("main", {"a.txt": "x\n"}, was="v3")
    (one,) = replay(made.repo, ReplayOptions(last=1)).skipped
    assert one.reason is SkipReason.MOVING_NAME and one.about == "main"


def test_a_template_that_does_not_render_is_one_updates_reason(made: Past) -> None:
    made.world.release("v4", {"bad.txt.jinja": "{% if %}\n"})
    made.went_to("v4", {}, was="v3")
    found = replay(made.repo)
    assert [one.reason for one in found.skipped] == [SkipReason.BAD_TEMPLATE]
    assert len(found.updates) == 2


def test_a_template_that_moved_is_named(made: Past) -> None:
    moved = made.world.template.rename(made.world.folder / "moved")
    assert {one.reason for one in replay(made.repo).skipped} == {SkipReason.NO_TEMPLATE}
    found = replay(made.repo, ReplayOptions(template=str(moved), copier=True))
    assert len(found.updates) == 2
    ends = [(one.modelyard.status, one.copier and one.copier.status) for one in found.updates]
    assert ends == [(ReplayStatus.CLEAN,) * 2, (ReplayStatus.CONFLICT,) * 2]


def test_an_update_that_takes_too_long_is_left(made: Past) -> None:
    loop = "{% for a in range(90000) %}{% for b in range(90000) %}x{% endfor %}{% endfor %}"
    made.world.release("v4", {"long.txt.jinja": loop})
    made.went_to("v4", {}, was="v3")
    (one,) = replay(made.repo, ReplayOptions(last=1, seconds=1)).skipped
    assert one.reason is SkipReason.TOO_LONG


def test_a_shallow_clone_says_so(made: Past) -> None:
    shallow = made.world.folder / "shallow"
    git(shallow.parent, "clone", "--quiet", "--depth=2", made.repo.as_uri(), str(shallow))
    found = replay(shallow, ReplayOptions(copier=True))
    assert found.shallow and [one.update.after for one in found.updates] == ["v3"]
    assert found.copier and found.copier.files == found.modelyard.files == 3
    one = made.world.folder / "one"
    git(one.parent, "clone", "--quiet", "--depth=1", made.repo.as_uri(), str(one))
    with pytest.raises(NoUpdates, match="shallow") as caught:
        replay(one)
    assert "--unshallow" in caught.value.hint


def test_a_bare_repo_and_a_work_tree_beside_another(made: Past) -> None:
    bare, beside = made.world.folder / "bare.git", made.world.folder / "beside"
    git(bare.parent, "clone", "--quiet", "--bare", str(made.repo), str(bare))
    git(made.repo, "worktree", "add", "--quiet", "--detach", str(beside))
    for place in (bare, beside):
        found = replay(place, ReplayOptions(copier=True, last=1))
        assert found.modelyard.files == 3 and found.copier and found.copier.files == 3


def test_a_project_in_a_folder_of_a_larger_repo(made: Past) -> None:
    larger = elsewhere(made, made.world.folder / "larger").repo
    script = "mkdir -p part && git ls-files -z | xargs -0 -I{} mv {} part/"
    # Rewritten as if the project had been in that folder from the start.
    git(larger, "filter-branch", "--tree-filter", script, "HEAD")
    write(larger, {"outside.txt": "x\n"})
    commit(larger)
    found = replay(larger / "part", ReplayOptions(copier=True))
    assert [one.update.answers_file for one in found.updates] == [RECORD] * 2
    assert found.modelyard.files == 3 and found.copier and found.copier.files == 3
    with pytest.raises(NoUpdates, match="has no update"):
        replay(larger)


def test_a_repo_without_updates(world: World) -> None:
    repo = world.repo("v1")
    with pytest.raises(NoUpdates, match="no commit changes _commit"):
        replay(repo)


def test_an_update_that_loses_something_is_stopped_not_skipped(
    made: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    from modelyard.ledger.loss import Loss, LossFound, LossKind
    from modelyard.replay import by_modelyard

    def lost(*_: object) -> None:
        raise LossFound([Loss(LossKind.USER_CHANGE, path="a.txt")])

    monkeypatch.setattr(by_modelyard, "plan_from", lost)
    found = replay(made.repo, ReplayOptions(last=1))
    assert found.updates[0].modelyard.status is ReplayStatus.STOPPED
    assert found.modelyard.needs_a_person == 1 and "a.txt" in found.updates[0].modelyard.error
