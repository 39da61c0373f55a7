"""One template, many addresses: which of them are the fleet's."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from modelyard.fleet.addresses import parse
from modelyard.fleet.sources import Sources
from modelyard.forges.by_kind import open_forge
from modelyard.forges.forge import ForgeKind
from tests.tool.forges.served import Served, served

SAME = (
    "https://github.com/team/standard",
    "https://github.com/team/standard.git",
    "https://github.com/team/standard.git/",
    "https://GitHub.com/Team/Standard/",
    "https://www.github.com/team/standard",
    "https://somebody@github.com/team/standard.git",
    "https://somebody:secret@github.com:443/team//standard",
    "http://github.com:80/team/standard",
    "git+https://github.com/team/standard.git",
    "gh:team/standard",
    "gh:Team/standard.git",
    "git@github.com:team/standard.git",
    "github.com:team/standard",
    "git@github.com:/team/standard",
    "ssh://git@github.com/team/standard.git",
    "ssh://git@ssh.github.com:443/team/standard.git",
    "git+ssh://git@github.com:22/team/standard",
    "git://github.com/team/standard.git",
    "https://github.com/team/%73tandard",
)
OTHER = (
    "https://github.com/team/standard2",
    "https://github.com/other/standard",
    "https://github.com.evil.example/team/standard",
    "https://evil.example/github.com/team/standard",
    "https://github.com:8443/team/standard",
    "https://github.com@evil.example/team/standard",
    "gl:team/standard",
    "team/standard",
    "file:///team/standard",
    "https://github.com:port/team/standard",
    "https://[github.com/team/standard",
    "a\0b",
    "~nouser-of-this-machine/standard",
    "",
)


@pytest.mark.parametrize("source", SAME)
def test_spellings_of_one_address_are_one(source: str, tmp_path: Path) -> None:
    assert parse(source, tmp_path) == parse(SAME[0], tmp_path)


@pytest.mark.parametrize("source", OTHER)
def test_other_addresses_are_others(source: str, tmp_path: Path) -> None:
    assert parse(source, tmp_path) != parse(SAME[0], tmp_path)


def test_only_forges_that_read_no_capitals_in_a_path_fold_them(tmp_path: Path) -> None:
    one, other = "https://git.example.com/Team/x", "https://GIT.example.com/team/x"
    assert parse(one, tmp_path) != parse(other, tmp_path)
    assert parse(one, tmp_path, {"git.example.com"}) == parse(other, tmp_path, {"git.example.com"})


def test_spellings_of_one_folder_are_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "standard"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder)
    monkeypatch.setenv("HOME", str(tmp_path))
    spelled = (str(folder), f"{folder}/", folder.as_uri(), "standard", "./standard/.git", "~/link")
    assert {parse(one, tmp_path) for one in spelled} == {parse(str(folder), tmp_path)}
    assert parse("standard", tmp_path / "elsewhere") != parse(str(folder), tmp_path)


@pytest.fixture(params=[ForgeKind.GITHUB, ForgeKind.GITLAB])
def forge(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """A forge with a template that has moved, and another one."""
    with served(tmp_path / "forge", request.param) as found:
        found.add("standard", files={"copier.yml": ""})
        found.add("other", files={"copier.yml": ""})
        found.moved["old/models"] = "team/standard"
        yield found


def test_a_template_that_was_moved_is_found_by_its_old_address(
    forge: Served, tmp_path: Path
) -> None:
    opened = open_forge(forge.kind, forge.owner, url=forge.url, env=forge.env)
    sources = Sources([f"{forge.url}/Team/standard.git"], tmp_path, opened)
    for spelled in (f"{forge.url}/old/models.git", f"{forge.url}/Old/models"):
        assert sources.lead_here(spelled)
    for spelled in (
        f"{forge.url}/team/other",
        f"{forge.url}/gone/x",
        "https://github.com/old/models",
    ):
        assert not sources.lead_here(spelled)
    asked = len(forge.seen)
    assert not sources.lead_here(f"{forge.url}/team/other.git")
    assert len(forge.seen) == asked


def test_a_fleet_that_still_names_the_old_address_knows_the_new_one(
    forge: Served, tmp_path: Path
) -> None:
    opened = open_forge(forge.kind, forge.owner, url=forge.url, env=forge.env)
    sources = Sources([f"{forge.url}/old/models"], tmp_path, opened)
    assert sources.lead_here(f"{forge.url}/team/standard")
