"""Bad days of a rollout: killed at any moment, two at once, a version or a repo that goes away."""

import errno
import os
import pickle
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from modelyard.cli import console, fleet_console
from modelyard.errors import Unreachable
from modelyard.fleet import clones, context, merge_project, observe, parallel, pr_metadata
from modelyard.fleet.asked import Asked
from modelyard.fleet.context import Context
from modelyard.fleet.model import Member, Observation, Result
from modelyard.fleet.options import Mode
from modelyard.fleet.rollout import rollout
from modelyard.forges.forge import Remote
from modelyard.gitrepo import git as git_runner
from tests.killing import killed_at
from tests.repos import git
from tests.tool.fleet.test_rollout import BRANCH
from tests.tool.fleet.worlds import Yard, labels, make, observed, silent
from tests.tool.in_turns import LONG
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
        mark = pr_metadata.find(request.body)
        metadata = mark and mark.metadata
        tip = git(yard.bare(name), "rev-parse", BRANCH).strip()
        whole = yard.show(name, BRANCH, "a.txt") == lines(20, l3="THREE")
        if not metadata or metadata.head != tip or not whole or request.state != "open":
            return False
    return True


def test_killed_at_any_moment_and_continued(yard: Yard) -> None:
    """A run of two repos starts some forty processes; one moment out of each five, by chance."""
    rollout(yard.options(), silent)
    tips = [git(yard.bare(name), "rev-parse", BRANCH) for name in ("r0", "r1")]
    dice = random.Random(SEED)  # noqa: S311 (the same moments each time)
    moments = range(60) if LONG else [dice.randrange(at, at + 5) for at in range(0, 40, 5)]
    codes = []
    for moment in moments:
        forget(yard)
        shutil.rmtree(yard.world.folder / "cache", ignore_errors=True)
        code = killed_at(moment, lambda: rollout(yard.options(), silent))
        codes.append(code)
        rollout(yard.options(), silent)
        assert is_whole(yard), f"killed before process {moment}"
        assert [git(yard.bare(name), "rev-parse", BRANCH) for name in ("r0", "r1")] == tips
    assert set(codes) <= {-9, 0} and codes.count(-9) >= 6


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


@pytest.mark.parametrize("jobs", [1, 2])
def test_where_no_clone_can_be_kept_each_repo_says_so(
    yard: Yard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    (tmp_path / "a-file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a-file"))
    results = rollout(yard.options(jobs=jobs), silent)
    assert [one.label for one in results] == ["failed", "failed"]
    assert all("clones cannot be kept in" in one.detail for one in results)


@pytest.mark.parametrize("number", [errno.EROFS, errno.EDQUOT])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_cache_that_takes_no_more_is_that_repos_failure(
    yard: Yard, monkeypatch: pytest.MonkeyPatch, jobs: int, number: int
) -> None:
    """A disk that turned read-only, a quota that is used up, in the middle of a run."""
    clone = clones.clone

    def full(remote: Remote, *given: object, **more: object) -> Path:
        if remote.url.endswith("r1.git"):
            raise OSError(number, os.strerror(number), "/cache/clone.git")
        return clone(remote, *given, **more)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(clones, "clone", full)
    done = {one.name: one for one in rollout(yard.options(jobs=jobs), silent)}
    assert (done["r0"].label, done["r1"].label) == ("opened", "failed")
    assert done["r1"].detail == f"/cache/clone.git: {os.strerror(number)}"


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_that_is_ended_says_how_far_it_got(yard: Yard, tmp_path: Path, jobs: int) -> None:
    told = tmp_path / "told"
    if (child := os.fork()) == 0:
        os.dup2(os.open(told, os.O_WRONLY | os.O_CREAT), 2)
        sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115 (ends with this process)
        console.err.file = sys.stderr
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        try:
            with fleet_console.progress(False) as show:

                def end(one: Result) -> None:
                    show(one)
                    os.kill(os.getpid(), signal.SIGTERM)

                rollout(yard.options(jobs=jobs), end)
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGTERM
    assert "ended from outside after 1 repo\n" in told.read_text()
    done = set(labels(rollout(yard.options(), silent)).values())
    assert done <= {"opened", "waits"} and is_whole(yard)


def test_a_process_that_cannot_start_says_why(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = context.open_forge

    def once(*settings: object, **more: object) -> object:
        if os.getpid() != parent:
            raise Unreachable("the forge is gone")
        # Whatever they are, they are handed on.
        return opened(*settings, **more)  # type: ignore[arg-type]  # as it was called

    parent = os.getpid()
    monkeypatch.setattr(context, "open_forge", once)
    with pytest.raises(Unreachable, match="the forge is gone"):
        rollout(yard.options(jobs=2), silent)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, yard: Yard) -> Path:
    """The folder of temporary files of this process, and of those that it starts."""
    # What tests make once for their process lies elsewhere.
    observed(yard.options())
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def test_a_process_that_is_killed_is_one_repos_failure(
    yard: Yard, monkeypatch: pytest.MonkeyPatch, temporary: Path
) -> None:
    asked = observe.ask_forge

    def ask(opened: Context, member: Member, mode: Mode, known: Asked | None) -> Observation:
        if member.name == "r1":
            os.kill(os.getpid(), signal.SIGKILL)
        return asked(opened, member, mode, known)

    monkeypatch.setattr(observe, "ask_forge", ask)
    done = {one.name: one for one in rollout(yard.options(jobs=2), silent)}
    assert done["r1"].label == "failed" and "ended from outside" in done["r1"].detail
    assert done["r0"].label == "opened"
    assert not list(temporary.iterdir())


class _Killed(ProcessPoolExecutor):
    """A pool whose process is killed while it is given its work, once."""

    kills = True

    def submit(self, *given: Any, **named: Any) -> Any:
        made = super().submit(*given, **named)
        if _Killed.kills:
            _Killed.kills = False
            for process in list(self._processes.values()):
                os.kill(process.pid or 0, signal.SIGKILL)
            while not self._broken:
                time.sleep(0.01)
        return made


def test_a_process_that_is_killed_before_all_is_handed_out_stops_nobody(
    yard: Yard, monkeypatch: pytest.MonkeyPatch, temporary: Path
) -> None:
    monkeypatch.setattr(parallel, "ProcessPoolExecutor", _Killed)
    assert set(labels(rollout(yard.options(jobs=2), silent)).values()) == {"opened"}
    assert not _Killed.kills


def test_nothing_is_left_behind_by_processes_nor_by_an_interrupt(
    yard: Yard, temporary: Path
) -> None:
    def interrupt(one: Result) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rollout(yard.options(jobs=2), interrupt)
    assert not list(temporary.iterdir())
    assert set(labels(rollout(yard.options(jobs=2), silent)).values()) <= {"opened", "waits"}
    assert not list(temporary.iterdir())


def test_a_git_that_fails_is_no_word_on_the_repo(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise git_runner.GitError(("fast-import",), 128, "No space left on device")

    monkeypatch.setattr(merge_project, "plan", full)
    assert [one.state for one in rollout(yard.options(), silent)] == ["failed", "failed"]


def test_errors_travel_from_one_process_to_another() -> None:
    one = git_runner.GitError(("push", "x"), 1, "refused")
    # As a pool of processes does it; the bytes are this line's own.
    other = pickle.loads(pickle.dumps(one))  # noqa: S301
    assert (type(other), other.message, other.words) == (type(one), one.message, one.words)


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
