"""The token is nowhere but in the headers that log in; what opens a forge says what it needs."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from modelyard.errors import ModelyardError, NotReady, Usage
from modelyard.forges import credentials
from modelyard.forges.by_kind import open_forge
from modelyard.forges.client_options import ClientOptions, from_env
from modelyard.forges.forge import TOKENS, ForgeKind
from modelyard.gitrepo import git
from modelyard.redaction import redact
from tests.tool.forges.served import HOSTED, Served
from tests.tool.forges.serving import Answer
from tests.tool.forges.worlds import bad_forge

# A day on which everything fails, seen by everything that prints: reprs, errors with and without
# their tracebacks, the logs of the libraries, and git.
DAY = """
import logging, os, sys, traceback
from modelyard.gitrepo import git
from modelyard.forges.client_options import ClientOptions
from modelyard.forges.by_kind import open_forge
from modelyard.forges.forge import ForgeKind

logging.basicConfig(level=logging.DEBUG)
kind, url, owner = sys.argv[1:]
options = ClientOptions(timeout=1, tries=1, backoff=0)
forge = open_forge(ForgeKind(kind), owner, url=url, options=options)
print(repr(forge), vars(forge))
repository = forge.repository(f"{owner}/churn")
remote = forge.remote(repository)
print(repr(remote), repository)
made = forge.open(repository, "update", "t", "b", draft=True, label="l")
os.environ["GIT_CURL_VERBOSE"] = os.environ["GIT_TRACE"] = "1"
login = dict(env=remote.env, files=remote.files, reach=remote.reach)
calls = [
    lambda: forge.repositories(),
    lambda: forge.repository(f"{owner}/churn"),
    lambda: forge.pull_requests(repository, "l"),
    lambda: forge.open(repository, "update", "t", "b", draft=False, label="l"),
    lambda: forge.edit(repository, made, title="x", body="y", draft=False),
    lambda: forge.close(repository, made, "bye"),
    lambda: forge.checks(repository, made),
    lambda: git.run(None, "ls-remote", remote.url, **login),
    lambda: git.run(None, "push", remote.url, "nothing", **login),
]
print("READY", flush=True)
sys.stdin.readline()
failed = 0
for call in calls:
    try:
        call()
    except Exception as error:
        failed += 1
        print(repr(error), error, vars(error))
        traceback.print_exc()
        while error := error.__context__:
            print(repr(error), error, vars(error))
print(f"FAILED {failed} of {len(calls)}")
"""


TROUBLE: dict[str, int | str] = {"server": 500, "limit": 429, "drop": "drop"}


@pytest.mark.parametrize("kind", HOSTED)
@pytest.mark.parametrize("how", ["expired", "server", "limit", "drop"])
def test_a_failing_day_tells_no_token(kind: ForgeKind, how: str, tmp_path: Path) -> None:
    with bad_forge(tmp_path, kind) as bad:
        server = bad.server
        day = subprocess.Popen(
            [sys.executable, "-c", DAY, kind, server.url, server.owner],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **server.env},
            text=True,
        )
        assert day.stdin and day.stdout
        said = ""
        for line in day.stdout:
            said += line
            if line == "READY\n":
                break
        if how == "expired":
            server.expire()
        else:
            server.trouble(TROUBLE[how], times=999)
        rest, _ = day.communicate("\n", timeout=60)
        said += rest
        assert "FAILED 9 of 9" in said, said
        for shape in shapes(server):
            assert shape not in said
            assert server.leaks(shape) == []
        assert len(server.seen) > 5


def shapes(server: Served) -> list[str]:
    """Return how a forge's token looks in clear, and as git's login carries it."""
    user = {ForgeKind.GITHUB: "x-access-token", ForgeKind.GITLAB: "oauth2"}[server.kind]
    return [server.token, base64.b64encode(f"{user}:{server.token}".encode()).decode()]


def test_a_login_of_whatever_user_is_not_repeated() -> None:
    token = credentials.token({"GITHUB_TOKEN": "sesame/1"}, "GITHUB_TOKEN", scopes="push")
    logins = [token.basic(user) for user in ("somebody", "somebody-else")]
    said = redact(" ".join([*logins, "sesame/1", "sesame%2F1"]))
    assert said == "Basic *** Basic *** *** ***"


@pytest.mark.parametrize("kind", HOSTED)
@pytest.mark.parametrize("status", [200, 401, 403, 422, 429, 500])
def test_a_forge_that_echoes_the_token_is_not_repeated(
    kind: ForgeKind, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bad_forge(tmp_path, kind) as bad:
        repository, echoed = (
            bad.repository,
            " ".join([*shapes(bad.server), "http://me:sesame@proxy"]),
        )
        answer = Answer(status, {"message": echoed, "errors": [{"message": echoed}]})
        monkeypatch.setattr(bad.server.server, "api", lambda asked: answer)
        for call in (
            lambda: bad.forge.repository("team/churn"),
            lambda: bad.forge.open(repository, "update", "t", "b", draft=False, label="l"),
        ):
            with pytest.raises(ModelyardError) as caught:
                call()
            said = f"{caught.value} {caught.value.hint}"
            assert "sesame" not in said
            assert not [shape for shape in shapes(bad.server) if shape in said]


def test_a_refused_token_opens_nobodys_keyring(tmp_path: Path) -> None:
    config, marker = tmp_path / "config", tmp_path / "asked"
    config.write_text(f'[credential]\n\thelper = "!touch {marker}; :"\n')
    with bad_forge(tmp_path / "forge", ForgeKind.GITHUB) as bad:
        remote = bad.forge.remote(bad.repository)
        bad.server.expire()
        asked = ("ls-remote", remote.url)
        for env, opens in ((remote.env, False), ({}, True)):
            with pytest.raises(git.GitError):
                env = {**env, "GIT_CONFIG_GLOBAL": str(config)}
                git.run(None, *asked, env=env, files=remote.files, reach=remote.reach)
            assert marker.exists() == opens


def test_the_search_finds_what_leaks(tmp_path: Path) -> None:
    with bad_forge(tmp_path, ForgeKind.GITHUB) as bad:
        server = bad.server
        login = {"Authorization": f"token {server.token}"}
        session = requests.Session()
        session.trust_env = False
        session.get(f"{server.url}/api/v3/repos/team/churn", headers=login)
        assert server.leaks(server.token) == []
        session.get(f"{server.url}/api/v3/x?token={server.token}")
        session.post(f"{server.url}/api/v3/y", json={"token": server.token}, headers=login)
        session.get(f"{server.url}/api/v3/z", headers={"X-Mine": server.token})
        assert [line[:14] for line in server.leaks(server.token)] == [
            "GET /api/v3/x?",
            "POST /api/v3/y",
            "GET /api/v3/z",
        ]


@pytest.mark.parametrize(
    ("kind", "variable"),
    [(kind, variable) for kind in ForgeKind for variable in TOKENS[kind]],
)
def test_a_token_is_taken_from_the_environment_alone(kind: ForgeKind, variable: str) -> None:
    assert "sesame" not in repr(vars(open_forge(kind, "team", env={variable: "sesame"})))
    with pytest.raises(NotReady, match="no token") as caught:
        open_forge(kind, "team", env={})
    assert "export" in caught.value.hint
    with pytest.raises(NotReady, match=variable) as caught:
        open_forge(kind, "team", env={variable: "two\nlines"})
    assert "lines" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize(
    "url", ["http://git.example.com", "https://me:sesame@git.example.com", "ftp://x", "https://"]
)
@pytest.mark.parametrize("kind", HOSTED)
def test_an_address_that_is_no_place_for_a_token_is_refused(kind: ForgeKind, url: str) -> None:
    env = {TOKENS[kind][0]: "t"}
    with pytest.raises(Usage) as caught:
        open_forge(kind, "team", url=url, env=env)
    assert "sesame" not in f"{caught.value} {caught.value.hint}"


def test_a_forge_needs_an_owner() -> None:
    with pytest.raises(Usage, match="owner"):
        open_forge(ForgeKind.LOCAL, "", env={})


@pytest.mark.parametrize(
    ("kind", "library"), [(ForgeKind.GITHUB, "github"), (ForgeKind.GITLAB, "gitlab")]
)
def test_a_missing_extra_is_said(
    kind: ForgeKind, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, f"modelyard.forges.{kind}", raising=False)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(NotReady, match="is not installed here") as caught:
        open_forge(kind, "team", env={})
    assert "modelyard[fleet]" in caught.value.hint


def test_git_keeps_what_the_environment_configures() -> None:
    env = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "a.b", "GIT_CONFIG_VALUE_0": "c"}
    made, secret = credentials.git_login("https://git.example.com", "Basic x", 30, env)
    assert made["GIT_CONFIG_COUNT"] == "6" and "GIT_CONFIG_KEY_0" not in made
    assert secret and made["GIT_CONFIG_KEY_1"] == "include.path"
    asked = ("config", "--get-urlmatch", "http.extraHeader")
    for url, header in (
        ("https://git.example.com/a/b.git", "Authorization: Basic x\n"),
        ("https://git.example.org/a/b.git", ""),
    ):
        for _ in "twice":
            _, said = git.run(
                None, *asked, url, env={**env, **made}, files=(secret.descriptor,), codes=(0, 1)
            )
            assert said.decode() == header


def test_without_files_in_memory_the_login_is_in_the_environment_of_git_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    made, secret = credentials.git_login("https://git.example.com", "Basic x", 30, {})
    assert secret is None
    assert made["GIT_CONFIG_KEY_0"] == "http.https://git.example.com/.extraHeader"
    assert made["GIT_CONFIG_VALUE_0"] == "Authorization: Basic x"


def test_patience_is_asked_of_the_environment() -> None:
    assert from_env({}) == ClientOptions()
    asked = from_env({"MODELYARD_TIMEOUT": "5", "MODELYARD_PATIENCE": "9"})
    assert (asked.timeout, asked.max_wait) == (5, 9)
    for wrong in ("0", "-1", "soon"):
        with pytest.raises(Usage, match="MODELYARD_TIMEOUT"):
            from_env({"MODELYARD_TIMEOUT": wrong})
