"""A company's network: an authority of its own, a proxy, git over another way than the API."""

import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from modelyard.errors import NotReady, Unreachable, Usage
from modelyard.fleet import clones
from modelyard.forges import client_options
from modelyard.forges.by_kind import open_forge
from modelyard.forges.forge import Forge, ForgeKind
from modelyard.gitrepo.environment import CA_BUNDLE
from tests.tool.forges.proxy import proxy
from tests.tool.forges.served import HOSTED, Served, served
from tests.tool.forges.tls import Authority

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Begin with nothing of the network that these tests run in."""
    for name in (*_PROXIES, *map(str.lower, _PROXIES), "GIT_SSL_CAINFO", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def client(forge: Served, given: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Forge:
    """Open a forge in an environment, which git has too."""
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    token = {name: value for name, value in forge.env.items() if "proxy" not in name.lower()}
    return open_forge(forge.kind, forge.owner, url=forge.url, env={**token, **given})


def tip_by_both(made: Forge) -> tuple[str, str]:
    """Return the default branch's commit, as git is told it, and the number of repos by the API."""
    (repository,) = made.repositories()
    return repository.name, clones.tips(made.remote(repository), "update").head


@pytest.mark.parametrize("kind", HOSTED)
def test_one_variable_names_the_authority_for_the_api_and_for_git(
    kind: ForgeKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    with served(tmp_path / "forge", kind, tls=authority.server()) as forge:
        head = forge.add("churn", files={"a.txt": "1\n"}).tip("main")
        made = client(forge, {CA_BUNDLE: str(authority.file)}, monkeypatch)
        assert tip_by_both(made) == ("team/churn", head)
        # git works elsewhere.
        monkeypatch.chdir(tmp_path)
        made = client(forge, {CA_BUNDLE: authority.file.name}, monkeypatch)
        assert tip_by_both(made) == ("team/churn", head)


@pytest.mark.parametrize("kind", HOSTED)
@pytest.mark.parametrize("how", ["unknown", "other", "expired"])
def test_a_certificate_that_is_not_trusted_is_told_at_once(
    kind: ForgeKind, how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, other = Authority(tmp_path), Authority(tmp_path, "Another")
    context = authority.server(expired=how == "expired")
    believed = {"unknown": None, "other": other.file, "expired": authority.file}[how]
    with served(tmp_path / "forge", kind, tls=context) as forge:
        given = {CA_BUNDLE: str(believed)} if believed else {}
        made, started = client(forge, given, monkeypatch), time.monotonic()
        with pytest.raises(NotReady) as caught:
            made.repositories()
        # With backoffs it would be a quarter of a minute.
        assert time.monotonic() - started < 5 and forge.seen == []
    words = "expired" if how == "expired" else "unable to get local issuer|self.signed|signature"
    caught.match(f"certificate of {forge.url} is not trusted: .*({words})")
    assert CA_BUNDLE in caught.value.hint


def test_a_bundle_that_is_not_there_is_told_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        served(tmp_path / "forge") as forge,
        pytest.raises(NotReady, match=r"MODELYARD_CA_BUNDLE=.*gone.pem is no file"),
    ):
        client(forge, {CA_BUNDLE: str(tmp_path / "gone.pem")}, monkeypatch)


@pytest.mark.parametrize("content", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nMIID"])
def test_a_bundle_without_a_certificate_is_told_before_anything_is_asked(
    content: str, tmp_path: Path
) -> None:
    file = tmp_path / "corp.pem"
    file.write_text(content)
    with pytest.raises(NotReady, match=r"corp\.pem: no certificate can be read from it"):
        client_options.from_env({CA_BUNDLE: str(file)})


@pytest.mark.parametrize("kind", HOSTED)
def test_a_server_that_speaks_no_tls_is_told_at_once(
    kind: ForgeKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(tmp_path / "forge", kind) as forge:
        forge.scheme, started = "https", time.monotonic()
        with pytest.raises(Unreachable, match="wrong version number"):
            client(forge, {}, monkeypatch).repositories()
        assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "url", ["https://[::1", "https://git.example.com:port", "https://git.example.com:99999"]
)
def test_an_address_that_is_none_is_told(url: str) -> None:
    with pytest.raises(Usage, match="is not an address"):
        open_forge(ForgeKind.GITHUB, "team", url=url, env={"GITHUB_TOKEN": "x1"})


def test_api_and_git_go_through_the_proxy_and_past_it_where_it_is_no_proxys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    with served(tmp_path / "forge", tls=authority.server()) as forge, proxy() as (url, asked):
        head = forge.add("churn", files={"a.txt": "1\n"}).tip("main")
        given = {CA_BUNDLE: str(authority.file), "HTTPS_PROXY": url}
        made = client(forge, given, monkeypatch)
        assert tip_by_both(made) == ("team/churn", head)
        assert len(asked) >= 2 and any("git/" in one for one in asked)
        assert all(one.startswith(forge.url.removeprefix("https://")) for one in asked)
        asked.clear()
        made = client(forge, {**given, "NO_PROXY": "127.0.0.1"}, monkeypatch)
        assert tip_by_both(made) == ("team/churn", head) and asked == []


def test_git_takes_another_way_where_its_person_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By `url.….insteadOf`, here over ssh: what stands for it hands git's words to a folder."""
    ssh, said = tmp_path / "ssh.sh", tmp_path / "said.txt"
    ssh.write_text(
        f'#!/bin/sh\necho "$@" >> "{said}"\nfor last; do :; done\n'
        f'cd "{tmp_path}/forge" && eval "exec $(echo "$last" | sed "s|\'/|\'|")"\n'
    )
    ssh.chmod(0o755)
    config = tmp_path / "gitconfig"
    with served(tmp_path / "forge") as forge:
        head = forge.add("churn", files={"a.txt": "1\n"}).tip("main")
        config.write_text(f'[url "ssh://git@git.example.com/"]\n\tinsteadOf = {forge.url}/\n')
        given = {
            "GIT_CONFIG_GLOBAL": str(config),
            "GIT_SSH_COMMAND": str(ssh),
            "NO_PROXY": "127.0.0.1",
        }
        made = client(forge, given, monkeypatch)
        assert tip_by_both(made) == ("team/churn", head)
        (repository,) = made.repositories()
        remote = made.remote(repository)
        folder = clones.clone(remote, head, tmp_path / "clones")
        assert clones.push(remote, folder, head, "update", "")
        assert forge.repo("churn").tip("update") == head
        assert "git@git.example.com" in said.read_text()
        assert not any(".git/" in one.path for one in forge.seen)
        assert forge.token not in said.read_text()
