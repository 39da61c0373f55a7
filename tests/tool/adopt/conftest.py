"""A template, and repos that could come under it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from modelyard.adopt.one_repo import adopt
from modelyard.adopt.result import AdoptPlan, AdoptResult
from tests.repos import git
from tests.tool.adopt import adopted
from tests.tool.adopt.adopted import AdoptNew, Make, Plan, commit, propose, switch


@pytest.fixture(scope="session")
def standard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return adopted.template(tmp_path_factory.mktemp("standard") / "template")


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Make a repo with these files: `make(HAND_MADE)`."""

    def made(files: Mapping[str, str | bytes], name: str = "repo", remote: str = "") -> Path:
        folder = tmp_path / name
        commit(folder, files)
        if remote:
            git(folder, "remote", "add", "origin", remote)
        return folder

    return made


@pytest.fixture
def plan(make: Make, standard: Path) -> Plan:
    """Make a repo with these files, and plan its adoption: `plan(HAND_MADE, full=True)`."""

    def planned(
        files: Mapping[str, str | bytes], name: str = "repo", remote: str = "", **options: Any
    ) -> AdoptPlan:
        return propose(make(files, name, remote), str(standard), **options)

    return planned


@pytest.fixture
def adopt_new(make: Make, standard: Path) -> AdoptNew:
    """Make a repo with these files, adopt it, and go to the branch."""

    def adopted_new(
        files: Mapping[str, str | bytes], name: str = "repo", remote: str = "", **options: Any
    ) -> tuple[Path, AdoptResult]:
        repo = make(files, name, remote)
        done = adopt(repo, str(options.pop("template", standard)), **options)
        switch(repo)
        return repo, done

    return adopted_new
