"""Which files in conflict the report suggests to keep, by the history of the repo."""

from pathlib import Path

import pytest

from modelyard.reasons import NoticeReason
from modelyard.update import update
from modelyard.update.result import UpdateResult
from tests.repos import git
from tests.tool.worlds import World, commit, lines, write

MINE = lines(20, l3="mine")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Four releases that change line 3 of a.txt each, and b.txt in the last one alone."""
    made = World(tmp_path)
    for number in range(1, 5):
        last = {"b.txt": lines(20, l3="NEW")} if number == 4 else {"b.txt": lines(20)}
        made.release(f"v{number}", {"a.txt": lines(20, l3=f"their {number}"), **last})
    return made


@pytest.fixture
def repo(world: World) -> Path:
    made = world.repo()
    write(made, {"a.txt": MINE, "b.txt": MINE})
    commit(made)
    return made


def settled(repo: Path, to: str, **files: str) -> UpdateResult:
    """Update, and settle what is in conflict by these files."""
    outcome = update(repo, to=to)
    assert outcome.conflicts != ()
    write(repo, {path.replace("_", "."): text for path, text in files.items()})
    commit(repo, f"Update to {to}")
    return outcome


def suggested(outcome: UpdateResult) -> dict[str, str]:
    found = (one for one in outcome.notices if one.reason is NoticeReason.KEEP_SUGGESTED)
    return {one.path: f"{one.about}: {one.command}" for one in found}


def test_the_second_conflict_of_a_file_that_stayed(repo: Path) -> None:
    first = settled(repo, "v2", a_txt=MINE)
    assert suggested(first) == {}, "nobody has decided anything yet"
    write(repo, {"c.txt": "work in between\n"})
    commit(repo)
    assert suggested(settled(repo, "v3", a_txt=MINE)) == {"a.txt": "v2: modelyard keep a.txt"}
    last = update(repo, to="v4", dry_run=True)
    assert {one.path for one in last.conflicts} == {"a.txt", "b.txt"}
    assert suggested(last) == {"a.txt": "v3: modelyard keep a.txt"}, "b.txt is in its first"


def test_a_decision_on_a_branch_that_was_merged(repo: Path) -> None:
    git(repo, "switch", "--quiet", "--create", "up")
    settled(repo, "v2", a_txt=lines(20, l3="half-way"))
    write(repo, {"a.txt": MINE})
    commit(repo, "Ours after all")
    git(repo, "switch", "--quiet", "main")
    git(repo, "merge", "--quiet", "--no-ff", "--no-edit", "up")
    assert suggested(update(repo, to="v3", dry_run=True)) == {"a.txt": "v2: modelyard keep a.txt"}


@pytest.mark.parametrize("decided", [lines(20, l3="both"), lines(20, l3="their 2")])
def test_no_suggestion_where_something_else_was_decided(repo: Path, decided: str) -> None:
    settled(repo, "v2", a_txt=decided)
    write(repo, {"a.txt": MINE})
    commit(repo, "Mine again")
    outcome = update(repo, to="v3", dry_run=True)
    assert outcome.conflicts != () and suggested(outcome) == {}


def test_no_suggestion_where_the_template_changed_nothing_then(world: World) -> None:
    repo = world.repo("v2")
    write(repo, {"b.txt": MINE})
    commit(repo)
    update(repo, to="v3")
    commit(repo)
    outcome = update(repo, to="v4", dry_run=True)
    assert [one.path for one in outcome.conflicts] == ["b.txt"] and suggested(outcome) == {}


def test_no_suggestion_where_mine_was_theirs_already(world: World) -> None:
    repo = world.repo("v1")
    write(repo, {"a.txt": lines(20, l3="their 2")})
    commit(repo)
    update(repo, to="v2")
    commit(repo)
    write(repo, {"a.txt": MINE})
    commit(repo)
    outcome = update(repo, to="v3", dry_run=True)
    assert outcome.conflicts != () and suggested(outcome) == {}


def test_a_project_in_a_folder_and_a_clone_without_history(world: World, repo: Path) -> None:
    settled(repo, "v2", a_txt=MINE)
    shallow = world.folder / "shallow"
    git(world.folder, "clone", "--quiet", "--depth", "1", f"file://{repo}", str(shallow))
    outcome = update(shallow, to="v3", dry_run=True)
    assert outcome.conflicts != () and suggested(outcome) == {}
    around = world.folder / "around"
    git(world.folder, "init", "--quiet", "--initial-branch", "main", str(around))
    write(around, {"service/x": "x\n"})
    for tag, text in (("v1", MINE), ("v2", MINE)):
        part = world.repo(tag, name=f"part-{tag}")
        record = (part / ".copier-answers.yml").read_text()
        write(around, {"service/.copier-answers.yml": record, "service/a.txt": text})
        write(around, {"service/b.txt": lines(20)})
        commit(around)
    found = update(around / "service", to="v3", dry_run=True)
    assert suggested(found) == {"a.txt": "v2: modelyard keep a.txt"}


def test_a_version_that_is_gone_says_nothing(world: World, repo: Path) -> None:
    settled(repo, "v2", a_txt=MINE)
    git(repo, "commit", "--quiet", "--amend", "--no-edit")
    record = repo / ".copier-answers.yml"
    for version in ("v9", "v2"):
        text = record.read_text()
        now = "v2" if "_commit: v2" in text else "v9"
        record.write_text(text.replace(f"_commit: {now}", f"_commit: {version}"))
        commit(repo, f"Record {version}")
    outcome = update(repo, to="v3", dry_run=True)
    assert outcome.conflicts != () and suggested(outcome) == {}
