"""A push that a server's rule refuses is told in its words, and is nobody's push and no outage."""

from pathlib import Path

import pytest

from modelyard.errors import Unreachable
from modelyard.fleet import clones
from modelyard.fleet.options import RolloutOptions
from modelyard.fleet.push_refusals import PushRefused, Rule
from modelyard.fleet.rollout import rollout
from modelyard.forges.by_kind import open_forge
from modelyard.forges.forge import ForgeKind, Remote
from tests.repos import git
from tests.tool.fleet import hosted_fleet
from tests.tool.fleet.hosted_fleet import BRANCH
from tests.tool.fleet.worlds import silent
from tests.tool.forges.served import served
from tests.tool.worlds import commit, write

RULESET = """\
error: GH013: Repository rule violations found for refs/heads/modelyard/v1.1.0.
- Commits must have verified signatures."""
# A server's part of git can be replaced whole: the reason of this one is no hook's.
_AS_GITHUB = """\
#!{python}
import sys
packet = lambda data: b"%04x" % (len(data) + 4) + data
out = sys.stdout.buffer
out.write(packet(b"0" * 40 + b" capabilities^{{}}\\0report-status\\n") + b"0000")
out.flush()
sys.stdin.buffer.read()
out.write(packet(b"unpack ok\\n"))
out.write(packet(b"ng refs/heads/{branch} {reason}\\n") + b"0000")
"""


@pytest.fixture
def work(tmp_path: Path) -> Path:
    git(tmp_path / "work", "init", "--quiet", "--initial-branch", "main")
    write(tmp_path / "work", {"a.txt": "1\n"})
    commit(tmp_path / "work")
    git(tmp_path, "clone", "--quiet", "--bare", "work", "there.git")
    write(tmp_path / "work", {"a.txt": "2\n"})
    commit(tmp_path / "work")
    return tmp_path / "work"


def refuse(bare: Path, words: str, hook: str = "pre-receive") -> None:
    """Let a repository refuse each push, with a forge's words."""
    file = bare / "hooks" / hook
    file.parent.mkdir(exist_ok=True)
    lines = "".join(f"echo '{line}' >&2\n" for line in words.splitlines())
    file.write_text(f"#!/bin/sh\n{lines}exit 1\n")
    file.chmod(0o755)


def push(work: Path) -> bool:
    remote = Remote(str(work.parent / "there.git"))
    return clones.push(remote, work, git(work, "rev-parse", "HEAD").strip(), "update", "")


@pytest.mark.parametrize(
    ("hook", "words", "rule"),
    [
        ("pre-receive", RULESET, Rule.RULESET),
        (
            "update",
            "error: GH006: Protected branch update failed for refs/heads/update.",
            Rule.PROTECTED,
        ),
        ("pre-receive", "error: GH001: Large files detected.", Rule.OTHER),
        ("pre-receive", "GitLab: Commit must be signed with a GPG key", Rule.GITLAB),
        ("update", "No pushes on Fridays, ask Ann", Rule.HOOK),
    ],
)
def test_a_rule_is_told_in_the_words_of_the_server(
    work: Path, hook: str, words: str, rule: Rule
) -> None:
    refuse(work.parent / "there.git", words, hook)
    with pytest.raises(PushRefused) as refused:
        push(work)
    assert refused.value.rule is rule
    for line in words.splitlines():
        assert line in refused.value.message
    assert "does not answer" not in refused.value.message


def test_a_workflow_needs_a_permission(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(work, {".github/workflows/ci.yml": "on: push\n"})
    commit(work)
    with pytest.raises(PushRefused) as refused:
        words = "refusing to allow a GitHub App to create or update workflow"
        push_to(work, f"{words} `.github/workflows/ci.yml`", monkeypatch)
    assert refused.value.rule is Rule.WORKFLOWS
    assert "refusing to allow a GitHub App" in refused.value.message


def test_a_reason_that_names_no_workflow_is_another_one(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(work, {".github/workflows/ci.yml": "on: push\n"})
    commit(work)
    with pytest.raises(PushRefused, match="over the quota") as refused:
        push_to(work, "over the quota", monkeypatch)
    assert refused.value.rule is Rule.OTHER


def test_another_reason_is_told_as_it_is(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PushRefused, match="over the quota") as refused:
        push_to(work, "over the quota", monkeypatch)
    assert refused.value.rule is Rule.OTHER


def push_to(work: Path, reason: str, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Push to a server that has a reason of its own, as GitHub does for workflows."""
    import sys

    folder = work.parent / "git"
    folder.mkdir()
    program = folder / "git-receive-pack"
    program.write_text(_AS_GITHUB.format(python=sys.executable, branch="update", reason=reason))
    program.chmod(0o755)
    git(work, "config", "remote.there.url", str(work.parent / "there.git"))
    git(work, "config", "remote.there.receivepack", str(program))
    there = Remote("there")
    head = git(work, "rev-parse", "HEAD").strip()
    tips = clones.Tips("", {})
    monkeypatch.setattr(clones, "tips", lambda *_: tips)
    return clones.push(there, work, head, "update", "")


def test_a_push_that_was_refused_and_is_there_is_no_failure(work: Path) -> None:
    head = git(work, "rev-parse", "HEAD").strip()
    git(work, "push", "--quiet", "../there.git", f"{head}:refs/heads/update")
    refuse(work.parent / "there.git", RULESET)
    assert push(work)


def test_a_repo_behind_a_rule_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(tmp_path / "forge", kind=ForgeKind.GITHUB) as forge:
        hosted_fleet.log_in(forge, tmp_path, monkeypatch)
        world = hosted_fleet.add_repos(forge, tmp_path, 3)
        hosted_fleet.write_settings(forge, world.template, tmp_path / "fleet.toml")
        refuse(forge.repo("r1").folder, f"{RULESET}\n{forge.token}")
        forge.account, forge.repo("r2").writable = "fleet[bot]", False
        done = rollout(RolloutOptions(tmp_path / "fleet.toml"), silent)
    told = {one.name: (one.label, one.detail) for one in done}
    assert told["team/r0"][0] == "opened"
    label, detail = told["team/r1"]
    assert label == "failed" and "verified signatures" in detail and "ruleset" in detail
    assert 'sign = "api"' in detail and forge.token not in detail
    label, detail = told["team/r2"]
    assert label == "failed" and "can be read" in detail and "403" in detail
    assert all("does not answer" not in one.detail for one in done)
    assert not forge.repo("r1").tip(BRANCH)


def test_what_cannot_be_read_is_told_in_the_words_of_git(work: Path) -> None:
    with pytest.raises(Unreachable, match="not appear to be a git repository"):
        clones.tips(Remote(str(work.parent / "nowhere.git")), "update")


def test_a_write_that_is_not_permitted_names_the_permission(tmp_path: Path) -> None:
    with served(tmp_path, kind=ForgeKind.GITHUB) as forge:
        repo = forge.add("churn", files={"a.txt": "1\n"})
        repo.push("update", {"a.txt": "2\n"})
        forge.account, repo.writable = "fleet[bot]", False
        client = open_forge(ForgeKind.GITHUB, "team", url=forge.url, env=forge.env)
        (found,) = client.repositories()
        assert not found.problem, "an app is not told what it may"
        with pytest.raises(Unreachable, match="pull_requests=write"):
            client.open(found, "update", "Title", "Text", draft=False, label="modelyard")
