"""An untouched repo of any release gets from an update what a new repo gets, yours aside."""

import re
from pathlib import Path

import pytest

from modelyard.reasons import NoticeReason
from modelyard.update.one_repo import update
from tests.conftest import SUITE
from tests.migration.ways import start
from tests.repos import git
from tests.tool.worlds import without_commit

HERE = "v99.0.0"


def released() -> list[str]:
    """List the releases that the history of the suite has; none in a shallow clone."""
    log = git(SUITE, "log", "--format=%s", "--grep", "^Release v")
    return sorted(set(re.findall(r"^Release (v[0-9.]+)$", log, re.MULTILINE)))


def files(root: Path) -> dict[str, bytes]:
    """Return the tracked files of a repo."""
    listed = git(root, "ls-files", "-z").split("\0")[:-1]
    return {path: without_commit((root / path).read_bytes()) for path in listed}


@pytest.fixture(scope="module")
def every_release(releases: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of the suite with a tag for each release of its history, and one for what is here."""
    clone = tmp_path_factory.mktemp("suite") / "suite"
    git(releases, "clone", "--quiet", "--no-tags", str(releases), str(clone))
    for version in released():
        commits = git(clone, "log", "--format=%H", "--grep", f"^Release {version}$").split()
        git(clone, "tag", version, commits[-1])
    git(clone, "tag", HERE)
    return clone


@pytest.mark.parametrize("version", released())
def test_an_untouched_repo_gets_what_a_new_one_gets(
    every_release: Path, tmp_path: Path, without_modelyard: str, version: str
) -> None:
    repo = start(every_release, tmp_path / "old", version, without_modelyard)
    outcome = update(repo.root)
    assert outcome.status == "clean", outcome.conflicts
    new = start(every_release, tmp_path / "new", HERE, without_modelyard)
    ours, wanted = files(repo.root), files(new.root)
    kept = {one.path for one in outcome.notices if one.reason is NoticeReason.KEPT}
    differ = {p for p in {*ours, *wanted} if ours.get(p) != wanted.get(p)}
    assert differ <= kept
