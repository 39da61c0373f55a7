"""The rollout on GitHub's API and git over HTTP: end to end, on bad days, and without a leak."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from modelyard.fleet import pr_metadata
from modelyard.fleet.context import open_fleet
from modelyard.fleet.next_wave import retry
from modelyard.fleet.options import Mode, RolloutOptions
from modelyard.fleet.report import collect
from modelyard.fleet.rollout import rollout
from modelyard.forges.forge import ForgeKind
from tests.tool.fleet import hosted_fleet
from tests.tool.fleet.hosted_fleet import BRANCH
from tests.tool.fleet.worlds import labels, observed, open_next, silent
from tests.tool.forges.served import Served, served
from tests.tool.worlds import lines


@pytest.fixture
def forge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    with served(tmp_path / "forge", kind=ForgeKind.GITHUB) as made:
        hosted_fleet.log_in(made, tmp_path, monkeypatch)
        world = hosted_fleet.add_repos(made, tmp_path, 3)
        hosted_fleet.write_settings(made, world.template, tmp_path / "fleet.toml")
        yield made


@pytest.fixture
def options(forge: Served, tmp_path: Path) -> RolloutOptions:
    return RolloutOptions(tmp_path / "fleet.toml")


def pulls(forge: Served, name: str) -> list:
    return list(forge.repo(name).pulls)


def test_from_canary_to_done(forge: Served, options: RolloutOptions) -> None:
    verdict, done = open_next(options)
    assert verdict.wave == "canary" and list(labels(done).values()) == ["opened"]
    (pull,) = pulls(forge, "r0")
    assert pull.draft and pull.labels == ["modelyard"]
    assert pr_metadata.find(pull.body)
    forge.check("r0", forge.repo("r0").tip(BRANCH), "success")
    assert list(labels(retry(options, silent)).values()) == ["made ready"] and not pull.draft
    assert not open_next(options)[0].passed
    forge.merge("r0", pull.number)
    blocked = [gate for gate in open_next(options)[0].gates if not gate.passed]
    told = [(gate.name, gate.value) for gate in blocked]
    assert told == [("default branch", "0 of 1, 1 running")]
    forge.check("r0", forge.repo("r0").tip("main"), "success")
    verdict, done = open_next(options)
    assert verdict.wave == "rest" and set(labels(done).values()) == {"opened"}
    assert set(labels(rollout(options, silent)).values()) == {"current", "waits"}
    assert [len(pulls(forge, f"r{i}")) for i in range(3)] == [1, 1, 1]


def test_red_ci_blocks_the_next_wave(forge: Served, options: RolloutOptions) -> None:
    open_next(options)
    (pull,) = pulls(forge, "r0")
    forge.check("r0", forge.repo("r0").tip(BRANCH), "failure")
    verdict, _ = open_next(options)
    assert "green" in [gate.name for gate in verdict.gates if not gate.passed]
    assert pull.state == "open"
    seen = observed(options, Mode.STATUS)
    with open_fleet(options.file) as context:
        data = collect(seen, context.fleet, context.version, datetime.now(UTC))
    assert data.gates == verdict.gates[1:], "the report shows what the gates judge"


def test_a_conflict_is_a_draft_and_gets_ready_when_it_is_none(
    forge: Served, options: RolloutOptions
) -> None:
    forge.push("r1", "main", {"a.txt": lines(20, l3="mine")})
    rollout(options, silent)
    (pull,) = pulls(forge, "r1")
    assert pull.draft
    forge.push("r1", "main", {"a.txt": lines(20)})
    assert labels(rollout(options, silent))[f"{forge.owner}/r1"] == "updated"
    forge.check("r1", forge.repo("r1").tip(BRANCH), "success")
    assert labels(rollout(options, silent))[f"{forge.owner}/r1"] == "made ready"
    assert not pulls(forge, "r1")[0].draft


@pytest.mark.parametrize("trouble", [500, 502, 429, "drop"])
@pytest.mark.parametrize("where", ["POST .*/pulls$", "git-receive-pack", "git-upload-pack"])
def test_a_bad_moment_is_survived_or_told(
    forge: Served, options: RolloutOptions, trouble: int | str, where: str
) -> None:
    wait = 0 if trouble == 429 else None
    forge.trouble(trouble, on=where, times=1, retry_after=wait)
    done = rollout(options, silent)
    assert set(labels(done).values()) <= {"opened", "failed"}
    assert list(labels(done).values()).count("failed") <= 1
    again = rollout(options, silent)
    assert set(labels(again).values()) <= {"waits", "opened", "updated"}
    assert [len(pulls(forge, f"r{i}")) for i in range(3)] == [1, 1, 1]
    assert forge.leaks(forge.token) == []


def test_a_reply_that_is_lost_makes_no_second_request(
    forge: Served, options: RolloutOptions
) -> None:
    forge.trouble("drop", on="POST .*/pulls$", times=1, done=True)
    rollout(options, silent)
    rollout(options, silent)
    assert [len(pulls(forge, f"r{i}")) for i in range(3)] == [1, 1, 1]


def test_a_token_that_expires_half_way(forge: Served, options: RolloutOptions) -> None:
    forge.expire(after=12)
    done = labels(rollout(options, silent))
    assert "failed" in done.values()
    forge.renew()


def test_repos_that_cannot_be_worked_on(forge: Served, options: RolloutOptions) -> None:
    forge.repo("r1").archived = True
    forge.repo("r2").writable = False
    found = {one.name.rpartition("/")[2]: one for one in observed(options)}
    assert [found[name].state for name in ("r0", "r1", "r2")] == ["clean", "problem", "problem"]
    assert "archived" in found["r1"].detail and "permission" in found["r2"].detail


def test_no_output_of_a_failing_run_has_the_token(
    forge: Served, options: RolloutOptions, tmp_path: Path
) -> None:
    for what, where in ((500, "POST .*/pulls$"), ("drop", "git-receive-pack")):
        forge.trouble(what, on=where, times=50)
    command = [sys.executable, "-m", "modelyard", "fleet", "rollout", "--file", str(options.file)]
    done = subprocess.run([*command, "--jobs", "1"], capture_output=True, text=True)
    assert done.returncode == 3, done.stderr
    assert "failed" in done.stderr
    assert forge.token not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    kept = [p for p in (tmp_path / "cache").rglob("*") if p.is_file()]
    assert kept and not any(forge.token.encode() in p.read_bytes() for p in kept)
    assert forge.leaks(forge.token) == []


def test_a_push_whose_reply_is_lost_is_no_failure(forge: Served, options: RolloutOptions) -> None:
    forge.trouble("drop", on="POST .*git-receive-pack", times=1, done=True)
    assert set(labels(rollout(options, silent)).values()) == {"opened"}
    assert [len(pulls(forge, f"r{i}")) for i in range(3)] == [1, 1, 1]


def test_a_ready_request_is_a_draft_before_the_conflict_is_pushed(
    forge: Served, options: RolloutOptions
) -> None:
    rollout(options, silent)
    pulls(forge, "r1")[0].draft = False
    forge.push("r1", "main", {"a.txt": lines(20, l3="mine")})
    forge.seen.clear()
    assert labels(rollout(options, silent))[f"{forge.owner}/r1"] == "updated"
    assert pulls(forge, "r1")[0].draft
    drafted = next(
        i for i, one in enumerate(forge.seen) if b"convertPullRequestToDraft" in one.body
    )
    pushed = next(
        i
        for i, one in enumerate(forge.seen)
        if one.method == "POST" and one.path.endswith("git-receive-pack")
    )
    assert drafted < pushed
