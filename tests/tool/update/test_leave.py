"""After a loss there is a way on: `--leave` keeps a file as it is, and updates the rest."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from modelyard.errors import Usage
from modelyard.ledger.loss import LossFound
from modelyard.merged import Merged
from modelyard.reasons import NoticeReason
from modelyard.update import UpdateOptions, update
from modelyard.update.merge import merge
from modelyard.update.result import UpdateResult
from tests.tool.cli.test_cli import modelyard
from tests.tool.worlds import CONFIG, World, commit, lines, state, write

MINE = {"a.txt": lines(20, l3="mine"), "old.txt": lines(20, "word", l5="mine")}


@pytest.fixture
def repo(world: World) -> Path:
    made = world.repo()
    write(made, MINE)
    commit(made)
    return made


def leaving(repo: Path, *paths: str) -> UpdateResult:
    return update(repo, options=UpdateOptions(leave=paths))


def left(outcome: UpdateResult) -> set[str]:
    return {one.path for one in outcome.notices if one.reason is NoticeReason.LEFT}


def test_a_file_stays_and_the_rest_is_updated(repo: Path) -> None:
    outcome = leaving(repo, "a.txt")
    assert outcome.status == "clean"
    assert left(outcome) == {"a.txt"}
    assert (repo / "a.txt").read_text() == MINE["a.txt"]
    assert (repo / "new.txt").read_text() == MINE["old.txt"]
    assert "_commit: v2" in (repo / ".copier-answers.yml").read_text()
    commit(repo)
    assert update(repo).status == "unchanged"


def test_two_files_stay_one_of_which_the_template_renames(repo: Path) -> None:
    outcome = leaving(repo, "a.txt", "./old.txt", "a.txt")
    assert left(outcome) == {"a.txt", "old.txt"}
    assert {path: (repo / path).read_text() for path in MINE} == MINE
    assert (repo / "new.txt").read_text() == lines(20, "word")


def test_a_file_stays_that_the_template_deletes(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.release("v1", {"a.txt": lines(9)})
    world.release("v2", {"a.txt": None, "b.txt": "b\n"})
    repo = world.repo()
    outcome = leaving(repo, "a.txt")
    assert (outcome.status, left(outcome)) == ("clean", {"a.txt"})
    assert (repo / "a.txt").read_text() == lines(9)


def test_what_the_user_does_not_have_stays_absent(repo: Path) -> None:
    outcome = leaving(repo, "new.txt", "a.txt", "old.txt")
    assert left(outcome) == {"a.txt", "old.txt", "new.txt"}
    assert not (repo / "new.txt").exists()


def test_a_file_stays_where_the_template_has_a_folder(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.release("v1", {"a": lines(9)})
    world.release("v2", {"a": None, "b": "b\n"})
    write(world.template, {"template/a/x": "x\n"})
    world.release("v3", {})
    repo = world.repo()
    write(repo, {"a": lines(9, l2="mine")})
    commit(repo)
    outcome = leaving(repo, "a")
    assert (outcome.status, (repo / "a").read_text()) == ("clean", lines(9, l2="mine"))
    assert {one.path for one in outcome.notices} == {"a", "a/x"}


def test_a_lock_stays_alone_or_with_its_project(tmp_path: Path) -> None:
    world, project = World(tmp_path), '[project]\nname = "x"\nversion = "1"\ndependencies = {}\n'
    world.release("v1", {"pyproject.toml": project.format([]), "requirements.lock": "# none\n"})
    one = {"pyproject.toml": project.format(["six"]), "requirements.lock": "six==1.0\n"}
    world.release("v2", one)
    for number, paths in enumerate([("requirements.lock",), ("pyproject.toml",)]):
        repo = world.repo(name=f"repo{number}")
        outcome = leaving(repo, *paths)
        assert "requirements.lock" in left(outcome)
        assert (repo / "requirements.lock").read_text() == "# none\n"


@pytest.mark.parametrize(
    ("path", "words", "hint"),
    [
        ("nowhere.txt", "neither you nor the template", "git ls-files"),
        (".copier-answers.yml", "has to record the new version", "--data"),
        ("d", "a folder", "--leave d/x.txt"),
        (".", "a folder", "--leave"),
        ("../a.txt", "neither you nor the template", "git ls-files"),
    ],
)
def test_what_cannot_be_left_is_refused(world: World, path: str, words: str, hint: str) -> None:
    world.release("v3", {"d/x.txt": "x\n"})
    repo = world.repo("v2")
    before = state(repo)
    with pytest.raises(Usage, match=words) as refused:
        leaving(repo, path)
    assert hint in refused.value.hint
    assert state(repo) == before


def test_a_loss_names_the_command_and_the_command_works(
    repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(*trees: object) -> Merged:
        merged = merge(*trees)  # type: ignore[arg-type] # whatever merge takes
        tree = {path: file for path, file in merged.tree.items() if path != "new.txt"}
        return replace(merged, tree=tree)

    monkeypatch.setattr("modelyard.update.unobstructed.merge_trees", careless)
    with pytest.raises(LossFound) as lost:
        update(repo)
    assert lost.value.code == 12
    assert lost.value.hint.startswith("modelyard update --leave old.txt    # ")
    assert "report this as a bug" in lost.value.hint
    outcome = leaving(repo, "old.txt")
    assert (repo / "old.txt").read_text() == MINE["old.txt"]
    assert "old.txt" in left(outcome)


def test_on_the_command_line(repo: Path) -> None:
    said = modelyard("update", repo, "--leave", "a.txt", "--leave", "old.txt", "--json")
    told = {(one["path"], one["reason"]) for one in json.loads(said.stdout)["notices"]}
    assert told >= {("a.txt", "left"), ("old.txt", "left")}


@pytest.mark.parametrize("edited", [lines(20, "word"), lines(20, "word", l9="theirs")])
def test_a_trusted_template_that_renames_an_edited_file(tmp_path: Path, edited: str) -> None:
    world = World(tmp_path)
    tasks = CONFIG + "_tasks: ['echo made > made.txt']\n"
    world.release("v1", {"a.txt": lines(20, "word")})
    world.release("v2", {"a.txt": None, "b.txt": edited}, tasks)
    repo = world.repo()
    write(repo, {"a.txt": lines(20, "word", l5="mine")})
    commit(repo)
    outcome = update(repo, options=UpdateOptions(trust=True))
    assert (outcome.status, outcome.conflicts) == ("clean", ())
    changed = {"l9": "theirs"} if "theirs" in edited else {}
    assert (repo / "b.txt").read_text() == lines(20, "word", l5="mine", **changed)
    assert not (repo / "a.txt").exists()
    assert (repo / "made.txt").read_text() == "made\n"
