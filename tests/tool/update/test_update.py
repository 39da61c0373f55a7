"""One update, in each situation that a repo can be in."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from modelyard.errors import NotReady
from modelyard.reasons import NoticeReason
from modelyard.update import update
from tests.repos import git
from tests.tool.worlds import CONFIG, World, commit, lines, state, write


def test_both_sides_are_in_the_result(world: World) -> None:
    repo = world.repo()
    write(repo, {"a.txt": lines(20, l15="mine"), "old.txt": lines(20, "word", l4="mine too")})
    commit(repo)
    outcome = update(repo)
    assert (outcome.status, outcome.before, outcome.after) == ("clean", "v1", "v2")
    assert (repo / "a.txt").read_text() == lines(20, l3="THREE", l15="mine")
    assert (repo / "new.txt").read_text() == lines(20, "word", l4="mine too")
    assert not (repo / "old.txt").exists()
    assert "_commit: v2" in (repo / ".copier-answers.yml").read_text()
    assert git(repo, "diff", "--name-only") == ""
    assert outcome.changes["a.txt"] == "M"


def test_reset_brings_back_exactly_what_was_there(world: World) -> None:
    repo = world.repo()
    write(repo, {"a.txt": lines(20, l3="mine")})
    commit(repo)
    before = state(repo)
    assert update(repo).status == "conflict"
    assert state(repo) != before
    git(repo, "reset", "--hard", "--quiet")
    assert state(repo) == before


def test_a_conflict_is_an_ordinary_one(world: World) -> None:
    repo = world.repo()
    write(repo, {"a.txt": lines(20, l3="mine")})
    commit(repo)
    outcome = update(repo)
    assert [conflict.path for conflict in outcome.conflicts] == ["a.txt"]
    assert git(repo, "status", "--porcelain", "a.txt") == "UU a.txt\n"
    sides = [git(repo, "show", f":{stage}:a.txt") for stage in (1, 2, 3)]
    assert sides == [lines(20), lines(20, l3="mine"), lines(20, l3="THREE")]
    assert (repo / "a.txt").read_text() == lines(
        20,
        l3="<<<<<<< yours\nmine\n||||||| as it was rendered\nline 3\n=======\nTHREE\n"
        ">>>>>>> template v2",
    )
    git(repo, "checkout", "--quiet", "--theirs", "a.txt")
    git(repo, "add", "a.txt")
    commit(repo, "Decided")
    assert update(repo).status == "unchanged"


def test_what_the_user_deleted_stays_deleted_and_is_named(world: World) -> None:
    repo = world.repo()
    write(repo, {"a.txt": None})
    commit(repo)
    outcome = update(repo)
    assert outcome.status == "clean"
    assert not (repo / "a.txt").exists()
    assert any(
        n.path == "a.txt" and n.reason is NoticeReason.STAYS_DELETED for n in outcome.notices
    )


def test_a_dry_run_writes_nothing(world: World) -> None:
    repo = world.repo()
    before = state(repo)
    outcome = update(repo, dry_run=True)
    assert outcome.changes["new.txt"] == "A"
    assert state(repo) == before
    assert not list((repo / ".git").glob("modelyard*"))


def test_a_branch_gets_a_commit_and_the_tree_is_left_alone(world: World) -> None:
    repo = world.repo()
    before = state(repo)
    outcome = update(repo, branch="standard/v2")
    assert git(repo, "rev-parse", "standard/v2").strip() == outcome.commit
    assert git(repo, "show", "standard/v2:a.txt") == lines(20, l3="THREE")
    assert git(repo, "rev-parse", "standard/v2~1") == before[0]
    assert state(repo)[3] == before[3] and state(repo)[1] == before[1]
    with pytest.raises(NotReady, match="exists already"):
        update(repo, branch="standard/v2")
    with pytest.raises(NotReady, match="name of a branch"):
        update(repo, branch="a..b")


def test_a_conflict_is_never_committed_to_a_branch(world: World) -> None:
    repo = world.repo()
    write(repo, {"a.txt": lines(20, l3="mine")})
    commit(repo)
    before = state(repo)
    outcome = update(repo, branch="up")
    assert (outcome.status, outcome.commit) == ("conflict", None)
    assert state(repo) == before


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_bare_clone_of_depth_one(world: World, algorithm: str) -> None:
    repo = world.repo()
    if algorithm == "sha256":
        git(repo, "init", "--quiet")
        subprocess.run(["rm", "-rf", str(repo / ".git")], check=True)
        git(repo, "init", "--quiet", "--object-format", "sha256", "--initial-branch", "main")
    write(repo, {"a.txt": lines(20, l15="mine")})
    commit(repo)
    bare = world.folder / "bare.git"
    git(world.folder, "clone", "--quiet", "--bare", "--depth", "1", f"file://{repo}", str(bare))
    outcome = update(bare, branch="up")
    assert outcome.status == "clean"
    assert git(bare, "show", "up:a.txt") == lines(20, l3="THREE", l15="mine")
    with pytest.raises(NotReady, match="no work tree"):
        update(bare)


def test_a_folder_of_a_monorepo(world: World) -> None:
    repo = world.repo(name="mono/models/one")
    subprocess.run(["rm", "-rf", str(repo / ".git")], check=True)
    mono = world.folder / "mono"
    git(mono, "init", "--quiet", "--initial-branch", "main")
    write(mono, {"a.txt": "not the project's\n", "models/two/a.txt": "another's\n"})
    write(repo, {"a.txt": lines(20, l3="mine")})
    commit(mono)
    assert update(repo).status == "conflict"
    assert git(mono, "status", "--porcelain", "models/one/a.txt") == "UU models/one/a.txt\n"
    git(mono, "reset", "--hard", "--quiet")
    write(repo, {"a.txt": lines(20, l15="mine")})
    commit(mono)
    assert update(repo, branch="up").status == "clean"
    changed = git(mono, "diff", "--name-only", "main", "up").split()
    assert changed and all(path.startswith("models/one/") for path in changed)
    assert update(repo).status == "clean"
    assert (repo / "a.txt").read_text() == lines(20, l3="THREE", l15="mine")


def test_a_second_work_tree_of_a_repo(world: World) -> None:
    repo = world.repo()
    git(repo, "worktree", "add", "--quiet", "-b", "other", str(world.folder / "beside"))
    assert update(world.folder / "beside").status == "clean"
    assert (world.folder / "beside" / "new.txt").exists()
    assert git(repo, "status", "--porcelain") == ""


def test_the_machine_has_no_say_in_a_merge(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = world.folder / "gitconfig"
    settings.write_text(
        "[merge]\n\trenames = false\n\tconflictStyle = merge\n[core]\n\tautocrlf = true\n"
    )
    repo = world.repo()
    write(repo, {"old.txt": lines(20, "word", l4="mine")})
    commit(repo)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    assert update(repo, dry_run=True).status == "clean"


def test_a_dirty_tree_is_refused(world: World) -> None:
    repo = world.repo()
    write(repo, {"notes.txt": "not added\n"})
    before = state(repo)
    with pytest.raises(NotReady, match=r"not committed: notes\.txt"):
        update(repo)
    assert state(repo) == before


def test_ignored_files_are_never_touched(world: World) -> None:
    repo = world.repo()
    write(repo, {".gitignore": "new.txt\n"})
    commit(repo)
    write(repo, {"new.txt": "precious, and in no commit\n"})
    outcome = update(repo)
    assert (repo / "new.txt").read_text() == "precious, and in no commit\n"
    assert any(n.path == "new.txt" and n.reason is NoticeReason.IGNORED for n in outcome.notices)


def test_places_that_are_no_repo(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="not in a git repository"):
        update(tmp_path)
    with pytest.raises(NotReady, match="not a folder"):
        update(tmp_path / "none")
    git(tmp_path, "init", "--quiet")
    with pytest.raises(NotReady, match="no commit yet"):
        update(tmp_path)
    write(tmp_path, {"a.txt": "a\n"})
    commit(tmp_path)
    with pytest.raises(NotReady, match="not made from a template"):
        update(tmp_path)


def test_yours_is_rendered_once_and_follows_its_owner(tmp_path: Path) -> None:
    world = World(tmp_path)
    config = CONFIG + "_skip_if_exists: ['mine*']\n"
    mine = {f"mine{i}.txt": lines(9, f"m{i}") for i in range(1, 6)}
    world.release("v1", mine, config)
    changed = {f"mine{i}.txt": lines(9, f"m{i}", l1="new") for i in (1, 2, 3)}
    world.release("v2", {**changed, "mine4.txt": None, "mine6.txt": "6\n"}, config)
    repo = world.repo()
    git(repo, "mv", "mine2.txt", "moved.txt")
    write(repo, {"mine1.txt": lines(9, "edited"), "mine3.txt": None, "mine4.txt": "kept\n"})
    commit(repo)
    outcome = update(repo)
    assert outcome.status == "clean"
    assert (repo / "mine1.txt").read_text() == lines(9, "edited")
    assert (repo / "moved.txt").read_text() == lines(9, "m2")
    assert not (repo / "mine2.txt").exists() and not (repo / "mine3.txt").exists()
    assert (repo / "mine4.txt").read_text() == "kept\n"
    assert (repo / "mine6.txt").read_text() == "6\n"


def test_yours_moves_along_when_an_answer_moves_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    config = CONFIG + "_skip_if_exists: ['src/*/model.py']\n"
    code = {"src/{{ name }}/model.py": lines(9), "src/{{ name }}/standard.py": lines(9, "s")}
    world.release("v1", code, config)
    repo = world.repo()
    write(repo, {"src/World/model.py": lines(9, l2="my model")})
    commit(repo)
    outcome = update(repo, data={"name": "ada"})
    assert outcome.status == "clean"
    assert (repo / "src/ada/model.py").read_text() == lines(9, l2="my model")
    assert not (repo / "src/World").exists()


def test_a_copied_repo_is_clean_to_us_as_to_git(world: World) -> None:
    repo = world.repo()
    copy = world.folder / "copy"
    shutil.copytree(repo, copy, symlinks=True)
    for place in copy.rglob("*.txt"):
        os.utime(place, (1, 1))
    assert update(copy).status == "clean"


def test_what_a_release_takes_into_the_standard_is_merged(tmp_path: Path) -> None:
    """Kept as the owner's, an untouched page would tell of things that are gone, for ever."""
    world = World(tmp_path)
    rules = CONFIG + "_skip_if_exists: ['docs', 'other.txt']\n"
    world.release("v1", {"docs/page.md": lines(20), "docs/edited.md": lines(20)}, rules)
    untouched, edited = world.repo(), world.repo(name="edited")
    both = {"docs/page.md": lines(20, l3="NEW"), "docs/edited.md": lines(20, l3="NEW")}
    world.release("v2", both, CONFIG + "_skip_if_exists: ['other.txt']\n")
    assert update(untouched).status == "clean"
    assert (untouched / "docs" / "page.md").read_text() == lines(20, l3="NEW")
    write(edited, {"docs/edited.md": lines(20, l15="mine"), "docs/page.md": lines(20, l3="mine")})
    commit(edited)
    outcome = update(edited)
    assert [conflict.path for conflict in outcome.conflicts] == ["docs/page.md"]
    assert (edited / "docs" / "edited.md").read_text() == lines(20, l3="NEW", l15="mine")
