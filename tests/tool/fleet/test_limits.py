"""One repo stops nobody: what is too deep, too large, endless or a bug is that repo's alone."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from modelyard.fleet import clones
from modelyard.fleet.next_wave import next_wave, retry
from modelyard.fleet.options import Mode
from modelyard.fleet.rollout import rollout
from modelyard.fleet.states import RepoState
from modelyard.forges.forge import Remote
from tests.repos import git
from tests.tool.fleet.worlds import Yard, labels, make, observed, silent
from tests.tool.in_turns import in_turns
from tests.tool.worlds import commit, lines

ENDLESS = """\
{% if name == "endless" %}{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}
{% endfor %}{% elif name == "huge" %}{{ name * 2000000000 }}{% endif %}
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def yard(tmp_path: Path) -> Yard:
    made = make(tmp_path, count=3)
    made.world.release("v1.2.0", {"a.txt": lines(20, l3="THREE"), "e.txt.jinja": ENDLESS})
    return made


def limit(yard: Yard, **limits: float) -> None:
    """Load what a run needs, for that counts too, and then set limits."""
    observed(yard.options())
    lines = [f"{name} = {value}" for name, value in limits.items()]
    with yard.file.open("a") as settings:
        settings.write("\n".join(["[limits]", *lines, ""]))


def answer(yard: Yard, repo: str, **answers: str) -> None:
    work = yard.work(repo)
    recorded = work / ".copier-answers.yml"
    kept = [line for line in recorded.read_text().splitlines() if not line.startswith("name:")]
    more = [f"{name}: {value}" for name, value in answers.items()]
    recorded.write_text("\n".join([*kept, *more, ""]))
    commit(work)
    git(work, "push", "--quiet", "origin", "main")


def test_answers_of_aliases_of_aliases_are_told(yard: Yard) -> None:
    bomb = ["[a, a, a, a, a, a, a, a, a, a]"]
    bomb += [f"[{', '.join([f'*x{n}'] * 10)}]" for n in range(9)]
    anchored = {f"x{n}": f"&x{n} {text}" for n, text in enumerate(bomb)}
    answer(yard, "r1", **anchored)
    answer(yard, "r2", deep="[" * 5000 + "]" * 5000)
    found = {one.name: one for one in observed(yard.options())}
    assert [found[name].state for name in ("r1", "r2")] == [RepoState.BROKEN] * 2
    assert "too many values" in found["r1"].detail
    assert found["r0"].state is RepoState.CLEAN


ENDS = [("endless", "failed", "longer than [limits] minutes"), ("huge", "refused", "more memory")]


@pytest.mark.parametrize(("ends", "jobs"), in_turns(ENDS, [1, 2]))
def test_an_answer_that_renders_without_end_is_that_repos_failure(
    yard: Yard, ends: tuple[str, str, str], jobs: int
) -> None:
    name, label, says = ends
    limit(yard, minutes=0.08, memory_gb=3)
    answer(yard, "r1", name=name)
    done = {one.name: one for one in rollout(yard.options(jobs=jobs), silent)}
    assert (done["r1"].label, says in done["r1"].detail) == (label, True), done["r1"]
    assert {done["r0"].label, done["r2"].label} == {"opened"}


def test_a_tree_of_trees_of_trees_is_told(yard: Yard) -> None:
    work = yard.work("r1")
    tree = git(work, "rev-parse", "HEAD:").strip()
    for _ in range(12):
        entries = "".join(f"040000 tree {tree}\tx{n}\n" for n in range(10))
        made = subprocess.run(
            ["git", "mktree"], cwd=work, input=entries, capture_output=True, text=True, check=True
        )
        tree = made.stdout.strip()
    bomb = git(work, "commit-tree", tree, "-p", "HEAD", "-m", "Grow").strip()
    git(work, "push", "--quiet", "origin", f"{bomb}:refs/heads/main")
    for mode in Mode:
        done = {one.name: one for one in rollout(yard.options(mode=mode), silent)}
        assert done["r1"].state is RepoState.FAILED and "more files" in done["r1"].detail
        assert RepoState.FAILED not in {done["r0"].state, done["r2"].state}


def test_a_file_that_is_too_large_is_that_repos_failure(yard: Yard) -> None:
    limit(yard, file_gb=0.004)
    work = yard.work("r1")
    (work / "large.bin").write_bytes(os.urandom(8 << 20))
    commit(work)
    git(work, "push", "--quiet", "origin", "main")
    done = {one.name: one for one in rollout(yard.options(), silent)}
    assert done["r1"].label == "failed" and "file_gb in fleet.toml" in done["r1"].detail
    assert "cannot reach" not in done["r1"].detail
    assert {done["r0"].label, done["r2"].label} == {"opened"}
    (work / "large.bin").unlink()


@pytest.mark.parametrize("mode", Mode)
def test_a_bug_is_told_with_its_place_and_is_one_repos(
    yard: Yard, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = clones.tips

    def tips(remote: Remote, *branches: str) -> clones.Tips:
        if "r1" in remote.url:
            raise KeyError("iid")
        return asked(remote, *branches)

    monkeypatch.setattr(clones, "tips", tips)
    done = {one.name: one for one in rollout(yard.options(mode=mode), silent)}
    assert done["r1"].state is RepoState.FAILED
    assert "KeyError: 'iid' (test_limits.py, line" in done["r1"].detail
    assert RepoState.FAILED not in {done["r0"].state, done["r2"].state}
    retry(yard.options(), silent)
    next_wave(yard.options(mode=Mode.PLAN), silent)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", "size=3m", "modelyard-test", str(disk))
    if os.getuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_cache_that_is_full_is_told_and_the_others_are_done(
    yard: Yard, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = yard.work("r1")
    (work / "large.bin").write_bytes(os.urandom(8 << 20))
    commit(work)
    git(work, "push", "--quiet", "origin", "main")
    monkeypatch.setenv("XDG_CACHE_HOME", str(small_disk))
    done = {one.name: one for one in rollout(yard.options(jobs=2), silent)}
    assert (done["r0"].label, done["r1"].label, done["r2"].label) == ("opened", "failed", "opened")
    full = f"{small_disk / 'modelyard' / 'fleet'}: the disk is full"
    assert done["r1"].detail.startswith(full)


def test_a_disk_that_is_full_ends_no_run(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(remote: Remote, *branches: str) -> clones.Tips:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(clones, "tips", full)
    done = rollout(yard.options(), silent)
    assert {(one.label, one.detail) for one in done} == {
        ("failed", "a file: No space left on device")
    }


def test_the_limits_end_with_the_repo(yard: Yard) -> None:
    resource = pytest.importorskip("resource")
    before = [resource.getrlimit(kind) for kind in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE)]
    assert set(labels(rollout(yard.options(), silent)).values()) == {"opened"}
    after = [resource.getrlimit(kind) for kind in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE)]
    assert before == after
