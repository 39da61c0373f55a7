"""Which commits of a history are past updates."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from modelyard.gitrepo import git as git_calls
from modelyard.gitrepo.repo import open_repo
from modelyard.replay.history import FoundUpdate, find, is_same_template
from modelyard.replay.options import ReplayOptions
from modelyard.replay.result import SkippedUpdate, SkipReason
from tests.repos import git
from tests.tool.replay.pasts import RECORD, Past
from tests.tool.worlds import World, commit, write


def found(made: Past, **options: object) -> list[FoundUpdate | SkippedUpdate]:
    return find(open_repo(made.repo), ReplayOptions(**options))  # type: ignore[arg-type] # as named


def steps(made: Past, **options: object) -> list[tuple[str, str]]:
    return [(one.update.before, one.update.after) for one in found(made, **options)]


@pytest.fixture
def made(world: World) -> Past:
    """A repo that has gone from v1 to v2 and on to v3."""
    past = Past(world, world.repo("v1"))
    past.went_to("v2", {}, was="v1")
    past.went_to("v3", {}, was="v2")
    return past


def test_updates_are_found_oldest_first(made: Past) -> None:
    assert steps(made) == [("v1", "v2"), ("v2", "v3")]
    assert steps(made, last=1) == [("v2", "v3")]
    newest = found(made)[-1].update
    assert newest.commit == git(made.repo, "rev-parse", "HEAD").strip()
    assert newest.date == git(made.repo, "log", "-1", "--format=%cs").strip()


def test_other_commits_are_none(made: Past) -> None:
    write(made.repo, {RECORD: (made.repo / RECORD).read_text().replace("World", "Mars")})
    commit(made.repo, "Change an answer by hand")
    write(made.repo, {"other-answers.yml": "_commit: 7\n"})
    commit(made.repo, "Data that is called answers")
    write(made.repo, {"other-answers.yml": "_commit: 8\n"})
    commit(made.repo)
    assert steps(made) == [("v1", "v2"), ("v2", "v3")]


def test_an_update_on_a_merged_branch_counts_once_and_its_merge_does_not(made: Past) -> None:
    git(made.repo, "switch", "--quiet", "--create", "update")
    made.went_to("v4", {}, was="v3")
    git(made.repo, "switch", "--quiet", "main")
    write(made.repo, {"other.txt": "x\n"})
    commit(made.repo)
    git(made.repo, "merge", "--quiet", "--no-edit", "update")
    assert steps(made)[2:] == [("v3", "v4")]
    # Also where the merge took nothing of it.
    git(made.repo, "switch", "--quiet", "--create", "unwanted")
    made.went_to("v5", {}, was="v4")
    git(made.repo, "switch", "--quiet", "main")
    git(made.repo, "merge", "--quiet", "--no-edit", "--strategy=ours", "unwanted")
    assert steps(made)[3:] == [("v4", "v5")]


@pytest.mark.parametrize("alike", [True, False])
def test_an_answers_file_that_was_renamed(made: Past, alike: bool) -> None:
    text = (made.repo / RECORD).read_text().replace("_commit: v3", "_commit: v4")
    if not alike:
        text = "".join(f"# {i}: all of this is new\n" for i in range(40)) + text
    write(made.repo, {RECORD: None, ".copier-answers.base.yml": text})
    commit(made.repo)
    write(made.repo, {".copier-answers.base.yml": text.replace("_commit: v4", "_commit: v5")})
    commit(made.repo)
    all_steps = [("v1", "v2"), ("v2", "v3"), ("v3", "v4"), ("v4", "v5")]
    assert steps(made) == all_steps
    assert steps(made, answers_file=".copier-answers.base.yml") == all_steps
    assert [one.update.answers_file for one in found(made)] == [RECORD] * 3 + [
        ".copier-answers.base.yml"
    ]


def test_several_templates_are_told_apart(made: Past) -> None:
    second = ".copier-answers.ci.yml"
    for version in ("w1", "w2"):
        write(made.repo, {second: f"_commit: {version}\n_src_path: gh:team/ci\n"})
        commit(made.repo)
    assert steps(made) == [("v1", "v2"), ("v2", "v3"), ("w1", "w2")]
    assert steps(made, answers_file=second) == [("w1", "w2")]
    assert steps(made, answers_file=RECORD) == [("v1", "v2"), ("v2", "v3")]


def test_an_answers_file_of_any_name_is_found_when_it_is_named(made: Past) -> None:
    for version in ("w1", "w2"):
        write(made.repo, {"template.yml": f"_commit: {version}\n_src_path: gh:team/ci\n"})
        commit(made.repo)
    assert steps(made, answers_file="template.yml") == [("w1", "w2")]


def test_those_before_a_day_are_left_out(made: Past) -> None:
    assert steps(made, since=date(2000, 1, 1)) == [("v1", "v2"), ("v2", "v3")]
    assert steps(made, since=date(2999, 1, 1)) == []


def test_another_template_is_a_reason_and_another_spelling_is_none(made: Past) -> None:
    template = str(made.world.template)
    made.went_to("v4", {}, was="v3", **{template: "gh:Team/template"})
    made.went_to("v5", {}, was="v4", **{"gh:Team/template": "git@github.com:team/template.git"})
    moved, spelled = found(made)[2:]
    assert isinstance(moved, SkippedUpdate) and moved.reason is SkipReason.OTHER_TEMPLATE
    assert moved.about == f"{template} → gh:Team/template"
    assert isinstance(spelled, FoundUpdate)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("gh:a/b", "https://github.com/A/b.git", True),
        ("ssh://git@github.com/a/b", "git+https://github.com/a/b", True),
        ("git@example.com:a/b.git", "https://example.com/a/b/", True),
        ("gh:a/b", "gl:a/b", False),
        ("gh:a/b", "gh:a/b-2", False),
        ("../b", "../c", False),
    ],
)
def test_spellings_of_one_address(world: World, one: str, other: str, same: bool) -> None:
    assert is_same_template(one, other, open_repo(world.repo("v1"))) is same


@pytest.mark.parametrize("text", ["_commit: v4\n_src_path: [\n", "_commit: v4\n_src_path: ''\n"])
def test_a_record_that_cannot_be_read_is_a_reason(made: Past, text: str) -> None:
    good = (made.repo / RECORD).read_text()
    write(made.repo, {RECORD: text})
    commit(made.repo)
    write(made.repo, {RECORD: good})
    commit(made.repo)
    broken = found(made)[2:]
    assert [isinstance(one, SkippedUpdate) and one.reason for one in broken] == [
        SkipReason.BROKEN_ANSWERS
    ] * 2


def test_a_password_in_an_address_is_not_told(made: Past) -> None:
    template = str(made.world.template)
    made.went_to("v4", {}, was="v3", **{template: "https://me:secret@example.com/a"})
    one = found(made)[-1]
    assert "secret" not in one.update.template and "secret" not in repr(one)
    made.went_to("v5", {}, was="v4")
    assert "secret" not in found(made)[-1].update.template


@pytest.mark.parametrize(
    "settings", ["[log]\n\tfollow = true\n", "[diff]\n\torderFile = /nowhere\n\trelative = true\n"]
)
def test_settings_of_a_person_do_not_decide_what_is_found(
    made: Past, settings: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = made.world.folder / "gitconfig"
    own.write_text(settings)
    name = "GIT_CONFIG_GLOBAL"
    monkeypatch.setattr(git_calls, "call_environment", _with(git_calls.call_environment, name, own))
    assert steps(made) == [("v1", "v2"), ("v2", "v3")]


def _with(made: Callable[..., Mapping[str, str]], name: str, place: Path) -> Callable[..., object]:
    """Return what makes an environment, with one more variable in it."""
    return lambda *words, **options: {**made(*words, **options), name: str(place)}


@pytest.mark.parametrize("rule", ["-diff", "binary"])
def test_an_answers_file_that_attributes_call_binary_is_looked_into(made: Past, rule: str) -> None:
    write(made.repo, {".gitattributes": f"*.yml {rule}\n"})
    assert steps(made) == [("v1", "v2"), ("v2", "v3")]
    commit(made.repo)
    assert steps(made) == [("v1", "v2"), ("v2", "v3")]


def test_a_file_too_large_for_a_record_is_none(made: Past) -> None:
    write(made.repo, {"answers.yml": b"_src_path: a\n_commit: 1\n" + b"#" * (1 << 20)})
    commit(made.repo)
    write(made.repo, {"answers.yml": b"_src_path: a\n_commit: 2\n" + b"#" * (1 << 20)})
    commit(made.repo)
    assert steps(made) == [("v1", "v2"), ("v2", "v3")]
