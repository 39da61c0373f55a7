"""Repositories that somebody else has made, and a program that must not run."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from plumbum.machines import local

from modelyard.gitrepo.git import _environment as environment
from tests.repos import git

HOOKS = (
    *("post-checkout", "post-commit", "post-index-change", "pre-commit", "prepare-commit-msg"),
    *("commit-msg", "reference-transaction", "post-merge", "post-rewrite", "pre-push"),
    *("pre-auto-gc", "fsmonitor-watchman", "applypatch-msg", "pre-applypatch", "post-applypatch"),
)


class Canary:
    """A program that leaves a mark when it is run, by whatever name."""

    def __init__(self, folder: Path) -> None:
        self.program, self._mark = folder / "canary", folder / "canary-ran"
        self.program.write_text(f'#!/bin/sh\necho "$0 $*" >>{self._mark}\nexit 1\n')
        self.program.chmod(0o755)

    @property
    def ran(self) -> str:
        """How it was run; "" where it was not."""
        return self._mark.read_text() if self._mark.exists() else ""

    def forget(self) -> None:
        """Take the mark away."""
        self._mark.unlink(missing_ok=True)

    def hooks(self, folder: Path) -> Path:
        """Fill a folder with hooks, all of which are this program."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in HOOKS:
            (folder / name).unlink(missing_ok=True)
            (folder / name).symlink_to(self.program)
        return folder


def bare_as_files(source: Path, place: Path, settings: Mapping[str, str]) -> Path:
    """Put a bare clone somewhere as plain files, as an attacker would commit it."""
    git(source.parent, "clone", "--quiet", "--bare", str(source), str(place))
    for name, value in settings.items():
        git(place, "config", name, value)
    # git tracks no empty folder, so these have a file when they are committed.
    for folder in ("refs/heads", "refs/tags", "objects/info"):
        (place / folder).mkdir(parents=True, exist_ok=True)
        (place / folder / ".keep").write_text("")
    return place


def lazy(canary: Canary) -> dict[str, str]:
    """Return settings by which a missing object is fetched by a program that they name."""
    return {
        "core.repositoryformatversion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.partialclonefilter": "blob:none",
        "remote.origin.url": f"file://{canary.program.parent}",
        "remote.origin.uploadpack": str(canary.program),
    }


def without_object(repository: Path, oid: str) -> None:
    """Take an object out of a repository, whether it is packed or not."""
    objects = repository / "objects"
    for pack in list(objects.glob("pack/*.pack")):
        moved = pack.rename(repository / pack.name)
        for left in objects.glob(f"pack/{pack.stem}.*"):
            left.unlink()
        unpack = ["git", "-C", str(repository), "unpack-objects", "-q"]
        subprocess.run(unpack, input=moved.read_bytes(), check=True)
        moved.unlink()
    (objects / oid[:2] / oid[2:]).unlink()


@contextmanager
def surroundings(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Iterator[None]:
    """Have git started with other variables around it."""
    before = {name: os.environ.get(name) for name in variables}
    plumbums = dict(local.env)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    environment.cache_clear()
    try:
        yield
    finally:
        for name, former in before.items():
            if former is None:
                monkeypatch.delenv(name)
            else:
                monkeypatch.setenv(name, former)
        environment.cache_clear()
        # Copier's git has an environment of its own.
        local.env.clear()
        local.env.update(plumbums)
