"""`modelyard keep` as people type it: what it writes, what it refuses, and with which way on."""

import json
from pathlib import Path

import pytest

from tests.tool.cli.test_cli import modelyard
from tests.tool.schemas import valid
from tests.tool.worlds import World, commit, init, write

SETTINGS = ".modelyard.toml"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    world = World(tmp_path)
    files = {
        "a.toml": "[t]\nx = 1\n",
        "ci.yml": "jobs:\n  unit tests:\n    steps: [a]\n",
        "docs/x.md": "x\n",
        "only.txt": "x\n",
        "pyproject.toml": '[project]\nname = "x"\n',
        "uv.lock": "version = 1\n",
        "odd:name.txt": "x\n",
    }
    world.release("v1", files)
    made = world.repo()
    (made / "only.txt").unlink()
    commit(made)
    return made


def entries(repo: Path) -> list[tuple[str, ...]]:
    said = modelyard("keep", "--list", "--repo", repo, "--json").stdout
    return [tuple(one.values()) for one in valid("keep", said)["entries"]]


def test_what_can_be_named(repo: Path) -> None:
    for words in (
        ("a.toml:t.x", "--because", "faster"),
        ("ci.yml", "--key", 'jobs."unit tests".steps', "--until", "v2.0"),
        ("docs",),
        ("only.txt",),
        ("odd:name.txt",),
    ):
        said = modelyard("keep", *words, cwd=repo).stdout
        assert "is yours from now on" in said and f"git add {SETTINGS}" in said
    assert entries(repo) == [
        ("a.toml", "t.x", "faster", ""),
        ("ci.yml", 'jobs."unit tests".steps', "", "v2.0"),
        ("docs", "", "", ""),
        ("odd:name.txt", "", "", ""),
        ("only.txt", "", "", ""),
    ]
    assert not list(repo.glob(".modelyard.toml.*"))


def test_twice_is_once(repo: Path) -> None:
    modelyard("keep", "docs", "--because", "one", cwd=repo)
    first = (repo / SETTINGS).read_text()
    assert "yours already" in modelyard("keep", "docs/", cwd=repo).stdout
    assert (repo / SETTINGS).read_text() == first
    modelyard("keep", "./docs", "--until", "v2", cwd=repo)
    assert entries(repo) == [("docs", "", "one", "v2")]
    modelyard("keep", "docs", "--because", "", "--until", "", cwd=repo)
    assert entries(repo) == [("docs", "", "", "")]


def test_drop_and_list(repo: Path) -> None:
    assert "nothing is kept" in modelyard("keep", "--list", cwd=repo).stdout
    modelyard("keep", "docs", cwd=repo)
    modelyard("keep", "a.toml:t.x", cwd=repo)
    commit(repo)
    assert "git add" not in modelyard("keep", "--list", cwd=repo).stdout
    done = valid("keep", modelyard("keep", "--drop", "a.toml:t.x", "--json", cwd=repo).stdout)
    assert (done["change"], done["entry"]["key"], done["is_committed"]) == ("dropped", "t.x", False)
    modelyard("keep", "--drop", "docs", cwd=repo)
    assert not (repo / SETTINGS).exists()
    assert "--list" in modelyard("keep", "--drop", "docs", cwd=repo, code=2).stderr


@pytest.mark.parametrize(
    ("words", "said", "hint"),
    [
        (("nobody.txt",), "neither you nor the template", "git ls-files"),
        (("a.toml:t.y",), "has nothing at t.y", "dotted"),
        (("a.toml:t..y",), "no dotted key", "tool.ruff.lint"),
        (("docs/x.md:title",), "keys are known in .json", "all of it"),
        ((".copier-answers.yml",), "has to record each version", "--data"),
        (("uv.lock",), "goes with its project", "modelyard keep pyproject.toml"),
        (("../x",), "no path below", "git ls-files"),
        ((".git/config",), "no path below", "git ls-files"),
        ((".",), "no path below", "git ls-files"),
        (("docs", "--until", "soon"), "no version", "v2.0.0"),
        (("docs", "--because", "a\nb"), "control characters", "one line"),
        ((), "name a FILE", "--help"),
        (("docs", "--list"), "name a FILE", "--help"),
        (("docs", "--drop", "--because", "x"), "name a FILE", "--help"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    repo: Path, words: tuple[str, ...], said: str, hint: str
) -> None:
    told = modelyard("keep", *words, cwd=repo, code=2).stderr
    assert said in told and hint in told
    assert not (repo / SETTINGS).exists()


def test_a_settings_file_that_is_none_or_broken(repo: Path) -> None:
    (repo / SETTINGS).symlink_to("a.toml")
    assert "is no file" in modelyard("keep", "docs", cwd=repo, code=5).stderr
    (repo / SETTINGS).unlink()
    write(repo, {SETTINGS: "[[keep]]\nfile = 'x'\n"})
    told = json.loads(modelyard("keep", "docs", "--json", cwd=repo, code=5).stdout)
    assert "line 1: keep has no 'file'" in told["error"]
    assert (repo / SETTINGS).read_text() == "[[keep]]\nfile = 'x'\n"


def test_a_folder_without_a_project(tmp_path: Path, repo: Path) -> None:
    assert "has no answers file" in modelyard("keep", "x.md", cwd=repo / "docs", code=5).stderr
    assert "not in a git repository" in modelyard("keep", "x", cwd=tmp_path, code=5).stderr


def test_the_report_suggests_it_where_a_file_is_in_conflict_again(tmp_path: Path) -> None:
    world = World(tmp_path)
    for number in (1, 2, 3):
        world.release(f"v{number}", {"a.txt": f"{number}\n"})
    repo = world.repo("v1")
    write(repo, {"a.txt": "mine\n"})
    commit(repo)
    assert "modelyard keep" not in modelyard("update", repo, "--to", "v2", code=3).stdout
    write(repo, {"a.txt": "mine\n"})
    commit(repo)
    said = modelyard("update", repo, "--dry-run", code=3).stdout
    assert "yours again?\n  a.txt: in conflict before (v2), and then left as you had it" in said
    assert "modelyard keep a.txt" in said and "kept or left out" not in said
    told = valid("update", modelyard("update", repo, "--dry-run", "--json", code=3).stdout)
    (one,) = [one for one in told["notices"] if one["reason"] == "keep_suggested"]
    assert one["command"] == "modelyard keep a.txt"


def test_each_project_of_a_repo_has_its_own(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.release("v1", {"a.txt": "1\n"})
    world.release("v2", {"a.txt": "2\n"})
    whole = tmp_path / "whole"
    init(whole)
    for name in ("one", "two"):
        made = world.repo("v1", name=name)
        record = (made / ".copier-answers.yml").read_text()
        write(whole, {f"{name}/.copier-answers.yml": record, f"{name}/a.txt": "mine\n"})
    commit(whole)
    modelyard("keep", "a.txt", "--repo", whole / "one")
    assert (whole / "one" / SETTINGS).exists()
    write(whole, {"two/a.txt": "1\n"})
    commit(whole)
    done = valid("update-all", modelyard("update", whole, "--all", "--json").stdout)
    notices = [[n["reason"] for n in one["update"]["notices"]] for one in done["projects"]]
    assert notices == [["kept_file"], []]
    assert [(whole / name / "a.txt").read_text() for name in ("one", "two")] == ["mine\n", "2\n"]
    commit(whole)
    found = valid("check-all", modelyard("check", whole, "--all", "--strict", "--json").stdout)
    assert [len(one["check"]["kept"]) for one in found["projects"]] == [1, 0]
