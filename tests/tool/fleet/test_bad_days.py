"""Bad days of a rollout: killed at any moment, two at once, a version or a repo that goes away."""

import random
import shutil
import threading
from pathlib import Path

import pytest

from modelyard.fleet import pr_metadata
from modelyard.fleet.rollout import rollout
from tests.killing import killed_at
from tests.repos import git
from tests.tool.fleet.test_rollout import BRANCH
from tests.tool.fleet.worlds import Yard, labels, make, observed, silent
from tests.tool.worlds import commit, lines

SEED = 20


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def yard(tmp_path: Path) -> Yard:
    return make(tmp_path, count=2)


def forget(yard: Yard) -> None:
    """Take all requests and branches away, as before the first rollout."""
    for name in ("r0", "r1"):
        (yard.bare(name) / "modelyard-requests.json").unlink(missing_ok=True)
        if BRANCH in git(yard.bare(name), "branch", "--list", "--all", BRANCH):
            git(yard.bare(name), "branch", "--quiet", "--delete", "--force", BRANCH)


def is_whole(yard: Yard) -> bool:
    """Each repo has one request, of a branch that the bot made whole."""
    for name in ("r0", "r1"):
        (request,) = yard.pull_requests(name)
        metadata = pr_metadata.find(request.body)
        tip = git(yard.bare(name), "rev-parse", BRANCH).strip()
        whole = yard.show(name, BRANCH, "a.txt") == lines(20, l3="THREE")
        if not metadata or metadata.head != tip or not whole or request.state != "open":
            return False
    return True


def test_killed_at_twenty_moments_and_continued(yard: Yard) -> None:
    rollout(yard.options(), silent)
    tips = [git(yard.bare(name), "rev-parse", BRANCH) for name in ("r0", "r1")]
    moments = random.Random(SEED).sample(range(60), 20)  # noqa: S311
    for moment in moments:
        forget(yard)
        shutil.rmtree(yard.world.folder / "cache", ignore_errors=True)
        code = killed_at(moment, lambda: rollout(yard.options(), silent))
        assert code in (-9, 0)
        rollout(yard.options(), silent)
        assert is_whole(yard), f"killed before process {moment}"
        assert [git(yard.bare(name), "rev-parse", BRANCH) for name in ("r0", "r1")] == tips


def test_two_rollouts_at_once(yard: Yard) -> None:
    results: list[dict[str, str]] = []
    threads = [
        threading.Thread(target=lambda: results.append(labels(rollout(yard.options(), silent))))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 2
    rollout(yard.options(), silent)
    assert is_whole(yard)


def test_a_version_that_was_withdrawn_is_superseded(yard: Yard) -> None:
    yard.world.release("v1.2.0", {"a.txt": lines(20, l3="BAD")})
    rollout(yard.options(), silent)
    git(yard.world.template, "tag", "--delete", "v1.2.0")
    assert set(labels(rollout(yard.options(), silent)).values()) == {"opened"}
    states = {one.branch: one.state for one in yard.pull_requests("r0")}
    assert states == {"modelyard/v1.2.0": "closed", BRANCH: "open"}


def test_a_repo_that_goes_away_is_one_failure(yard: Yard) -> None:
    def told(one: object) -> None:
        shutil.rmtree(yard.bare("r1"), ignore_errors=True)

    done = rollout(yard.options(), told)
    assert labels(done) == {"r0": "opened", "r1": "failed"}
    assert str(yard.forge) in done[1].detail and "Traceback" not in done[1].detail


def test_a_cache_that_was_broken_is_made_anew(yard: Yard) -> None:
    observed(yard.options())
    clones = list((yard.world.folder / "cache" / "modelyard" / "fleet").glob("*.git"))
    assert len(clones) == 2
    for clone in clones:
        shutil.rmtree(clone / "objects")
    work = yard.work("r0")
    commit(work, "Move on")
    git(work, "push", "--quiet", "origin", "main")
    assert {one.state for one in observed(yard.options())} == {"clean"}
