"""The second person: a clone on another machine, with an empty home and nothing shared."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Render
from tests.repos import Repo, git, link_environment, machine
from tests.template.lives import refused
from tests.template.long_runs import LONG

GONE = """

def fetch(snapshot, destination, params):  # type: ignore
    raise ConnectionError("the warehouse is on the other side of the firewall")
"""


def clone(repo: Repo, environment: Path, folder: Path, **env: str) -> Repo:
    """Clone a repo to another machine."""
    git(folder, "clone", "--quiet", str(repo.root), "clone")
    made = Repo(folder / "clone", {**machine(folder / "home"), **env})
    link_environment(environment, made)
    return made


def hashes(repo: Repo) -> dict[str, bytes]:
    """Return the bytes of each file in data/raw."""
    return {path.name: path.read_bytes() for path in (repo.root / "data" / "raw").iterdir()}


NOBODY = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "EMAIL": ""}


@LONG
@pytest.mark.life
def test_make_train_is_green_for_nobody_in_particular(
    day: Repo, environment: Path, tmp_path: Path
) -> None:
    before = git(day.root, "rev-parse", "HEAD")
    other = clone(day, environment, tmp_path, **NOBODY)
    done = other.run("make", "train", "ARGS=--json")
    assert json.loads(done.stdout)["verdict"] == "passed"
    assert "bring back 2 snapshots" in done.stderr
    # The sample lands again to the same bytes, so there is nothing to commit.
    assert hashes(other) == hashes(day)
    assert git(other.root, "rev-parse", "HEAD") == before
    assert not git(other.root, "status", "--porcelain")
    assert other.json("ingest", "--until", "2013-03").keys() == {"2013-03"}
    assert git(other.root, "log", "-1", "--format=%ae").strip().endswith("@localhost")


def test_the_first_commit_needs_no_identity(render: Render, tmp_path: Path) -> None:
    root = render(tmp_path / "repo")
    repo = Repo(root, {**machine(tmp_path / "home"), **NOBODY})
    repo.run("make", "first-commit")
    assert git(root, "log", "--format=%s").strip() == "Start from the template"
    assert not git(root, "status", "--porcelain")


def test_a_repo_inside_a_git_repo_gets_none_of_its_own(render: Render, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    repo = Repo(render(tmp_path / "repo"), machine(tmp_path / "home"))
    repo.run("make", "first-commit")
    assert not (repo.root / ".git").exists()


def test_a_shared_folder_brings_the_data_to_the_next_clone(
    make_repo: Callable[..., Repo], environment: Path, tmp_path: Path
) -> None:
    shared = tmp_path / "shared"
    first = make_repo(tmp_path, dvc_remote=str(shared))
    says = f"the DVC remote {shared} is not there"
    refused(first, "ingest", code=6, says=says, hint=f"mount it (a new one: mkdir -p {shared})")
    shared.mkdir()
    first.verb("ingest", "--until", "2013-02")
    with (first.package / "data.py").open("a") as file:
        file.write(GONE)
    first.commit("The warehouse moved")
    second = clone(first, environment, tmp_path / "other")
    second.run(".venv/bin/dvc", "pull")
    assert hashes(second) == hashes(first)
    for path in (second.root / "data" / "raw").glob("*.parquet"):
        path.unlink()
    second.verb("train", "--direct")
    assert hashes(second) == hashes(first)
    assert second.json("reproduce", "1")["exact"]


@LONG
def test_without_a_shared_remote_it_says_what_to_set(
    day: Repo, environment: Path, tmp_path: Path
) -> None:
    with (day.package / "data.py").open("a") as file:
        file.write(GONE)
    day.commit("Read from the warehouse")
    other = clone(day, environment, tmp_path)
    hint = ".venv/bin/dvc remote add --default team URL"
    for verb in (("train", "--direct"), ("train",)):
        says = "does not give 2013-01.parquet"
        done = refused(other, *verb, code=6, says=says, hint=hint)
        assert "ConnectionError: the warehouse is on the other side of the firewall" in done.stderr
        assert str(other.store / "dvc") in done.stderr
    notes = {note["about"]: note for note in other.json("doctor")}
    assert "dvc remote add --default team" in notes["data remote"]["hint"]


@LONG
def test_a_source_that_gives_other_bytes_today_is_not_taken_for_the_same(
    day: Repo, environment: Path, tmp_path: Path
) -> None:
    with (day.package / "data.py").open("a") as file:
        file.write(
            "\n\ndef fetch(snapshot, destination, params):  # type: ignore\n"
            "    destination.write_bytes(b'restated')\n"
        )
    day.commit("The warehouse restates its months")
    other = clone(day, environment, tmp_path)
    says = "nor does the source (it gives other bytes)"
    refused(other, "train", "--direct", code=6, says=says, hint="dvc remote add --default team URL")
