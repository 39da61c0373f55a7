"""`fleet status`: what needs a person first, on 80 columns, and in the exit code."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from modelyard.cli.commands import app
from modelyard.fleet import pause
from modelyard.fleet.context import open_fleet
from modelyard.forges.forge import ForgeKind, Review
from tests.repos import git
from tests.tool.fleet.hosted_fleet import BRANCH, add_repos, log_in, write_settings
from tests.tool.fleet.worlds import Yard, make, observed, open_next
from tests.tool.forges.served import HOSTED, served
from tests.tool.worlds import lines


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "80")
    yard = make(tmp_path, control=True)
    yard.push("r1", CODEOWNERS="* @acme/risk\n", a_txt=lines(20, l3="OURS"))
    return yard


def typed(yard: Yard, *words: str) -> tuple[int, str]:
    """Type a command of the fleet; return the exit code, and what it prints."""
    done = CliRunner().invoke(app, ["fleet", *words, "--file", str(yard.file)])
    return done.exit_code, done.stdout


def test_it_begins_with_what_needs_a_person(yard: Yard) -> None:
    code, told = typed(yard, "status", "--jobs", "1")
    assert code == 0 and "nothing needs a person" in told and "the wave canary may open" in told
    open_next(yard.options())
    with open_fleet(yard.file) as context:
        pause.pause(context, "a bad release")
    code, told = typed(yard, "status", "--jobs", "1")
    assert code == 3
    order = ["✗ paused since", "next step: the fleet is paused", "1 needs a person"]
    order += [
        "conflict r1 · canary · @acme/risk",
        "1 file to decide: a.txt",
        "$ git clone",
        "waves",
    ]
    places = [told.index(words) for words in order]
    assert places == sorted(places) and told.count("r1 ·") == 1
    long = [line for line in told.splitlines() if len(line) > 80 and "$ " not in line]
    assert [line for line in long if "/" not in line] == []


def lose_the_tree(yard: Yard, name: str) -> None:
    """Let the default branch be a commit whose files are gone, as on a forge's bad disk."""
    text = git(yard.bare(name), "cat-file", "commit", "main")
    broken = "tree " + "1" * 40 + text[text.index("\n") :] + "\n"
    (yard.world.folder / "commit").write_text(broken)
    words = ("hash-object", "-t", "commit", "-w", "--literally", str(yard.world.folder / "commit"))
    git(yard.bare(name), "update-ref", "refs/heads/main", git(yard.bare(name), *words).strip())


def test_where_all_failed_the_exit_code_says_so(yard: Yard) -> None:
    for number in range(4):
        lose_the_tree(yard, f"r{number}")
    code, told = typed(yard, "status", "--jobs", "1")
    assert code == 3 and "4 need a person" in told


def test_json_has_all_of_it_as_types(yard: Yard) -> None:
    open_next(yard.options())
    code, told = typed(yard, "status", "--jobs", "1", "--json")
    found = json.loads(told)
    assert (code, found["exit_code"], found["paused"]) == (3, 3, None)
    assert [(one["repo"], one["cause"], one["owner"]) for one in found["attention"]] == [
        ("r1", "conflict", "@acme/risk")
    ]
    assert (found["next_step"]["kind"], found["next_step"]["waits_for"]) == (
        "blocked",
        ["r0", "r1"],
    )
    assert {one["name"] for one in found["repos"]} == {"r0", "r1", "r2", "r3"}


@pytest.mark.parametrize("kind", HOSTED)
def test_what_reviewers_say_is_known(
    kind: ForgeKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(tmp_path / "forge", kind) as forge:
        log_in(forge, tmp_path, monkeypatch)
        world = add_repos(forge, tmp_path / "world", 1)
        file = tmp_path / "fleet.toml"
        write_settings(forge, world.template, file)
        options = Yard(world).options()
        options = type(options)(file)
        open_next(options)
        (pull,) = forge.repo("r0").pulls
        assert pull.branch == BRANCH
        pull.review = "changes_requested"
        (seen,) = observed(options)
        assert seen.request and seen.request.review is Review.CHANGES_REQUESTED
