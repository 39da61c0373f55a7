"""What git is started with: by whichever part of the tool, in whichever verb."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from modelyard.adopt.one_repo import adopt
from modelyard.check.check import check
from modelyard.gitrepo.environment import SAFE, Reach, as_variables, environment
from modelyard.update import update
from tests.repos import git
from tests.tool.hostile import surroundings
from tests.tool.worlds import World, commit, write

SECRETS = {
    "GITHUB_TOKEN": "planted-1",
    "GITLAB_TOKEN": "planted-2",
    "AWS_SECRET_ACCESS_KEY": "planted-3",
    "UV_INDEX_COMPANY_PASSWORD": "planted-4",
    "GIT_TRACE": "1",
    "GIT_DIR": "/dev/null/nowhere",
    "GIT_EXTERNAL_DIFF": "false",
    "GIT_CONFIG_PARAMETERS": "'core.fsmonitor=false'",
    "BASH_ENV": "/dev/null/nowhere",
    "ENV": "/dev/null/nowhere",
}


def spy(folder: Path) -> tuple[Path, Path]:
    """Put a git into a folder that notes how it is started; return the folder and the notes."""
    real = shutil.which("git")
    notes, bin_folder = folder / "notes", folder / "bin"
    bin_folder.mkdir()
    (bin_folder / "git").write_text(
        f'#!/bin/sh\n{{ echo "== $*"; env; }} >>{notes}\nexec {real} "$@"\n'
    )
    (bin_folder / "git").chmod(0o755)
    return bin_folder, notes


def test_every_git_of_every_verb_has_the_safe_settings_and_no_secret(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo, mine = world.repo(), tmp_path / "mine"
    git(mine, "init", "--quiet", "--initial-branch", "main")
    write(mine, {"mine.txt": "mine\n"})
    commit(mine)
    bin_folder, notes = spy(tmp_path)
    path = f"{bin_folder}:{os.environ['PATH']}"
    with surroundings(monkeypatch, PATH=path, **SECRETS):
        check(repo)
        update(repo, dry_run=True)
        update(repo, branch="update")
        update(repo)
        adopt(mine, str(world.template))
    calls = notes.read_text(errors="replace").split("== ")[1:]
    assert len(calls) > 30
    for call in calls:
        assert "planted" not in call
        variables = dict(line.split("=", 1) for line in call.splitlines()[1:] if "=" in line)
        assert not variables.keys() & SECRETS.keys(), call
        assert variables["GIT_ALLOW_PROTOCOL"] == "none", call
        count = int(variables["GIT_CONFIG_COUNT"])
        named = {
            (variables[f"GIT_CONFIG_KEY_{n}"], variables[f"GIT_CONFIG_VALUE_{n}"])
            for n in range(count)
        }
        assert set(SAFE) <= named, call


@pytest.mark.parametrize("reach", Reach)
def test_a_surrounding_git_or_a_secret_is_seen_by_no_call_but_those_to_a_templates_server(
    reach: Reach,
) -> None:
    made = environment({**SECRETS, "PATH": "/bin", "GIT_SSH": "ssh"}, reach)
    seen = {name for name in SECRETS if name in made}
    helpers = {"GITHUB_TOKEN", "GITLAB_TOKEN", "AWS_SECRET_ACCESS_KEY", "UV_INDEX_COMPANY_PASSWORD"}
    assert seen == (helpers | {"BASH_ENV", "ENV"} if reach is Reach.TEMPLATE else set())
    assert ("GIT_SSH" in made) == (reach in {Reach.FORGE, Reach.TEMPLATE})


def settings_of(made: Mapping[str, str]) -> list[tuple[str, str]]:
    count = int(made["GIT_CONFIG_COUNT"])
    return [(made[f"GIT_CONFIG_KEY_{n}"], made[f"GIT_CONFIG_VALUE_{n}"]) for n in range(count)]


def test_what_the_person_configures_goes_before_a_login_and_ours_comes_last() -> None:
    person = as_variables([("http.proxy", "p"), ("core.fsmonitor", "true")])
    login = as_variables([("http.extraHeader", "secret")])
    made = settings_of(environment(person, Reach.FORGE, login, (("a.b", "c"),)))
    first = [("http.proxy", "p"), ("core.fsmonitor", "true"), ("http.extraHeader", "secret")]
    assert made[:4] == [*first, ("a.b", "c")]
    assert tuple(made[-len(SAFE) :]) == SAFE


def test_where_hooks_may_see_it_no_setting_of_the_person_is_but_what_git_needs() -> None:
    person = as_variables([("http.extraHeader", "secret"), ("safe.directory", "*")])
    made = environment({**person, "SSH_AUTH_SOCK": "s", "http_proxy": "p"}, Reach.FOLDER)
    assert "secret" not in made.values() and not {"SSH_AUTH_SOCK", "http_proxy"} & made.keys()
    assert ("safe.directory", "*") in settings_of(made)


def test_a_limit_of_the_person_on_protocols_is_kept() -> None:
    limited = {"GIT_ALLOW_PROTOCOL": "ssh"}
    for reach in (Reach.FORGE, Reach.TEMPLATE):
        assert environment(limited, reach)["GIT_ALLOW_PROTOCOL"] == "ssh"
    assert environment(limited, Reach.NOTHING)["GIT_ALLOW_PROTOCOL"] == "none"
    assert "GIT_ALLOW_PROTOCOL" not in environment({}, Reach.TEMPLATE)


@pytest.mark.parametrize("count", ["", "x", "-1", "2", "99999999999"])
def test_a_count_of_settings_that_is_wrong_stops_nobody(count: str) -> None:
    person = {**as_variables([("a.b", "c")]), "GIT_CONFIG_COUNT": count}
    assert settings_of(environment(person))[-1] == SAFE[-1]
