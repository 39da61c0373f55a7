"""Templates that record their answers elsewhere, and that stop or begin to use a submodule."""

from pathlib import Path

import pytest
import yaml
from plumbum import local

from modelyard.check.check import check
from modelyard.errors import NotReady, Usage
from modelyard.reasons import NoticeReason
from modelyard.update import UpdateOptions, update
from tests.repos import git
from tests.tool.worlds import ANSWERS, CONFIG, World, commit, lines, state, without_commit, write

OLD, NEW = ".copier-answers.yml", ".copier/answers.yml"
NAMED = CONFIG + f"_answers_file: {NEW}\n"


def tracked(root: Path) -> dict[str, bytes]:
    """Return the files of a repo, without what names a version's commit."""
    files = {p: c for p, c in state(root)[3].items() if not p.endswith(".orig")}
    return {path: without_commit(content) for path, content in files.items()}


@pytest.fixture(params=["by its setting", "by its name"])
def moved(world: World, request: pytest.FixtureRequest) -> World:
    """A third version that has its answers file elsewhere."""
    if request.param == "by its name":
        world.release(
            "v3", {f"{OLD}.jinja": ANSWERS, "{{ _copier_conf.answers_file }}.jinja": None}
        )
        files = {f"{OLD}.jinja": None, f"{NEW}.jinja": ANSWERS}
    else:
        world.release("v3", {})
        files = {}
    world.release("v4", {**files, "a.txt": lines(20, l3="FOUR")}, NAMED)
    world.release("v5", {"a.txt": lines(20, l3="FIVE")}, NAMED)
    return world


def test_an_untouched_repo_becomes_as_a_new_one(moved: World) -> None:
    repo = moved.repo("v3")
    outcome = update(repo, to="v4")
    assert outcome.status == "clean"
    assert tracked(repo) == tracked(moved.repo("v4", name="fresh"))
    told = {n.path: n.about for n in outcome.notices if n.reason is NoticeReason.RECORD_MOVED}
    assert told == {OLD: NEW}


def test_the_next_update_starts_from_the_new_place(moved: World) -> None:
    repo = moved.repo("v3", name="repo")
    update(repo, data={"name": "Ada"}, to="v4")
    commit(repo)
    assert not check(repo, template=str(moved.template)).drifts
    outcome = update(repo)
    assert (outcome.before, outcome.after, outcome.status) == ("v4", "v5", "clean")
    assert yaml.safe_load((repo / NEW).read_text())["name"] == "Ada"
    assert not (repo / OLD).exists()


def test_answers_that_somebody_edited_move_along(moved: World) -> None:
    repo = moved.repo("v3")
    text = (repo / OLD).read_text().replace("World", "Ada")
    write(repo, {OLD: f"# do not edit\n{text}"})
    commit(repo)
    outcome = update(repo, to="v4")
    assert outcome.status == "clean"
    assert yaml.safe_load((repo / NEW).read_text())["name"] == "Ada"
    assert not (repo / OLD).exists()


def test_a_move_over_several_versions_and_back(moved: World) -> None:
    repo = moved.repo("v3")
    assert update(repo, to="v5").status == "clean"
    commit(repo)
    assert update(repo, to="v3").status == "clean"
    assert (repo / OLD).exists() and not (repo / NEW).exists()


def test_a_name_that_a_person_chose_stays(world: World) -> None:
    world.release("v3", {}, NAMED)
    repo = world.repo("v2")
    git(repo, "mv", OLD, ".copier-answers.mine.yml")
    commit(repo)
    assert update(repo).status == "clean"
    assert (repo / ".copier-answers.mine.yml").exists() and not (repo / NEW).exists()


def test_a_file_that_is_there_already_is_not_written_over(world: World) -> None:
    world.release("v3", {}, NAMED)
    repo = world.repo("v2")
    write(repo, {NEW: "question: answer\n"})
    commit(repo)
    assert update(repo).status == "clean"
    assert (repo / NEW).read_text() == "question: answer\n"
    assert yaml.safe_load((repo / OLD).read_text())["_commit"] == "v3"


def test_a_place_where_no_update_would_look_is_not_taken(world: World) -> None:
    world.release("v3", {}, CONFIG + "_answers_file: config/project.yml\n")
    repo = world.repo("v2")
    assert update(repo).status == "clean"
    assert yaml.safe_load((repo / OLD).read_text())["_commit"] == "v3"


def test_what_moves_cannot_be_left(moved: World) -> None:
    repo = moved.repo("v3")
    for path in (OLD, NEW):
        with pytest.raises(Usage, match="has to record the new version"):
            update(repo, options=UpdateOptions(to="v4", leave=(path,)))


@pytest.mark.parametrize("rule", [".copier/\n", "answers.yml\n"])
@pytest.mark.parametrize("by", ["template", "user"])
def test_it_is_tracked_where_a_rule_ignores_its_new_place(world: World, rule: str, by: str) -> None:
    ignored = {".gitignore": rule}
    world.release("v3", {})
    world.release(
        "v4", {"a.txt": lines(20, l3="FOUR"), **(ignored if by == "template" else {})}, NAMED
    )
    repo = world.repo("v3")
    if by == "user":
        write(repo, ignored)
        commit(repo)
    found = update(repo)
    assert found.status == "clean"
    assert (NEW, NoticeReason.RECORD_IGNORED) in {(one.path, one.reason) for one in found.notices}
    assert NEW in git(repo, "ls-files").split()
    commit(repo)
    assert update(repo).status == "unchanged"


def test_nothing_is_written_where_something_untracked_has_its_new_place(world: World) -> None:
    world.release("v3", {})
    world.release("v4", {"a.txt": lines(20, l3="FOUR")}, NAMED)
    repo = world.repo("v3")
    write(repo, {".gitignore": ".copier/\n"})
    commit(repo)
    write(repo, {NEW: "mine\n"})
    before = state(repo)
    with pytest.raises(NotReady, match=f"answers file at {NEW}"):
        update(repo)
    assert state(repo) == before
    assert (repo / NEW).read_text() == "mine\n"


def test_with_code_of_the_template_it_moves_too(moved: World) -> None:
    repo = moved.repo("v3")
    moved.release("v6", {}, NAMED + "_tasks: ['echo x > ran.txt']\n")
    outcome = update(repo, options=UpdateOptions(trust=True))
    assert outcome.status == "clean"
    assert yaml.safe_load((repo / NEW).read_text())["_commit"] == "v6"
    assert not (repo / OLD).exists() and (repo / "ran.txt").exists()


@pytest.mark.parametrize("back", [False, True])
def test_a_submodule_of_the_template_becomes_files_and_back(
    world: World, monkeypatch: pytest.MonkeyPatch, back: bool, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    write(home, {".gitconfig": '[protocol "file"]\n\tallow = always\n'})
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "somebody")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "somebody@example.org")
    shared = tmp_path / "shared"
    git(shared, "init", "--quiet", "--initial-branch", "main")
    write(shared, {"s.txt": lines(20), "t.txt": "t\n"})
    commit(shared)
    git(world.template, "submodule", "--quiet", "add", str(shared), "template/part")
    world.release("v3", {})
    git(world.template, "rm", "--quiet", "-f", "template/part")
    world.release("v4", {"part/s.txt": lines(20, l9="NINE"), "part/t.txt": "t\n"})
    first, second = ("v4", "v3") if back else ("v3", "v4")
    with local.env(GIT_CONFIG_GLOBAL=str(home / ".gitconfig")):
        repo = world.repo(first)
        pristine = world.repo(first, name="pristine")
        new = world.repo(second, name="new")
    assert (repo / "part" / "s.txt").is_file()
    write(repo, {"part/s.txt": (repo / "part" / "s.txt").read_text() + "mine\n"})
    write(repo, {"part/own.txt": "own\n"})
    commit(repo)
    assert update(pristine, to=second).status == "clean"
    assert tracked(pristine) == tracked(new)
    assert update(repo, to=second).status == "clean"
    text = (repo / "part" / "s.txt").read_text()
    assert text.endswith("mine\n") and ("NINE" in text) is not back
    assert (repo / "part" / "own.txt").read_text() == "own\n"
