"""How much a run asks for a repo: of the forge, of git's server, and in processes of git.

Counts, since seconds are another machine's. Who needs more of them has to say so here.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modelyard.fleet.next_wave import next_wave
from modelyard.fleet.options import Mode, RolloutOptions
from modelyard.fleet.rollout import rollout
from tests.tool.fleet.hosted_fleet import add_repos, log_in, write_settings
from tests.tool.fleet.worlds import silent
from tests.tool.forges.served import Served, served

REPOS = 2


class Counted:
    """A fleet on a forge, and what commands ask for all of its repos."""

    def __init__(self, forge: Served, file: Path, started: list[str]) -> None:
        self._forge, self._file, self._started = forge, file, started

    def of(self, mode: Mode, is_next: bool = False) -> tuple[int, int, int]:
        """Return requests to the API, those of git, and processes of git on a member."""
        self._forge.seen.clear()
        self._started.clear()
        options = RolloutOptions(file=self._file, mode=mode)
        next_wave(options, silent) if is_next else rollout(options, silent)
        of_git = sum(".git/" in one.path for one in self._forge.seen)
        return len(self._forge.seen) - of_git, of_git, len(self._started)


@pytest.fixture
def counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counted]:
    started: list[str] = []

    class Noted(subprocess.Popen[bytes]):
        def __init__(self, command: list[str], **options: Any) -> None:
            words = " ".join(command)
            # The forge of the tests starts git as well, and what a run begins with is no member's.
            if any(one in words for one in ("/cache/", "modelyard-merge-", "ls-remote")):
                started.append(words)
            super().__init__(command, **options)

    with served(tmp_path / "forge") as forge:
        world = add_repos(forge, tmp_path, REPOS)
        log_in(forge, tmp_path, monkeypatch)
        file = tmp_path / "fleet.toml"
        write_settings(forge, world.template, file)
        monkeypatch.setattr(subprocess, "Popen", Noted)
        yield Counted(forge, file, started)


def test_the_control_repository_is_found_once_and_asked_before_each_repo(
    counted: Counted, tmp_path: Path
) -> None:
    control = counted._forge.add("control", files={"README.md": "The fleet\n"})
    file = tmp_path / "fleet.toml"
    file.write_text(f'control = "{control.name}"\n{file.read_text()}[repos]\nexclude = ["control"]')
    counted.of(Mode.ROLLOUT)
    about = [one for one in counted._forge.seen if "control" in f"{one.path} {one.body!r}"]
    of_git = [one for one in about if one.path.startswith(f"/{control.name}.git/info/refs")]
    api = [one for one in about if ".git/" not in one.path]
    assert (len(api), len(of_git)) == (1, 1 + REPOS)


def test_no_command_asks_more_for_a_repo_than_before(counted: Counted) -> None:
    # All repos are listed by one request of their own.
    assert counted.of(Mode.PLAN) == (1 + REPOS * 1, REPOS * 4, REPOS * 8)
    assert counted.of(Mode.ROLLOUT) == (1 + REPOS * 3, REPOS * 4, REPOS * 15)
    # Nothing to do: its requests, what CI says, and where its branches are.
    assert counted.of(Mode.ROLLOUT) == (1 + REPOS * 2, REPOS * 2, REPOS * 1)
    # What the survey for the gates was told serves the look into each repo as well.
    assert counted.of(Mode.PLAN, is_next=True) == (1 + REPOS * 2, REPOS * 2, REPOS * 8)
