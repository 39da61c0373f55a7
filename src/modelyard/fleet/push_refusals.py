"""Why a server did not take a push: by git's own status of it, and in the server's own words.

Git tells for scripts who refused: itself, because the branch has moved, or the server. Why a server
refused stands in what its hooks print: GitHub puts a code there, GitLab its name.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from modelyard.errors import Unreachable
from modelyard.gitrepo import git
from modelyard.redaction import redact

_STATUS = re.compile(rb"^!\t[^\t\n]*\t\[(rejected|remote rejected)\] \((.*)\)$", re.M)
_CODE = re.compile(r"\b(GH\d{3}):")
# What git itself says where a hook of the server has refused.
_BY_HOOK = {"pre-receive hook declined", "hook declined"}
_WORKFLOWS = ".github/workflows"
_LONGEST = 600


class Rejected(Enum):
    """Who refused the push, as git's status says."""

    HERE = b"rejected"
    """Git itself, before anything was sent: the branch is not where it was."""
    THERE = b"remote rejected"


class Rule(Enum):
    """What kind of rule refused a push; the value is the way on."""

    RULESET = (
        "a ruleset of GitHub: let the bot pass it for this branch; where it asks for signatures, "
        'sign = "api" in [bot] of fleet.toml'
    )
    PROTECTED = (
        "a protected branch of GitHub: leave the bot's branches out of the protection; where it "
        'asks for signatures, sign = "api" in [bot] of fleet.toml'
    )
    WORKFLOWS = "the release changes a workflow: the token needs the permission Workflows"
    GITLAB = "a rule of GitLab: look at the protected branches and push rules of the project"
    HOOK = "a hook of the server: who runs it knows what it asks for"
    OTHER = "a rule of the server"


_OF_CODE = {"GH013": Rule.RULESET, "GH006": Rule.PROTECTED}


class PushRefused(Unreachable):
    """A server has a rule against a push.

    Args:
        url: The repository.
        rule: What kind of rule.
        words: What the server says.
    """

    def __init__(self, url: str, rule: Rule, words: str) -> None:
        super().__init__(f"{url} refuses the push, by {rule.value}. It says: {words}")
        self.rule = rule


@dataclass(frozen=True)
class Status:
    """Git's status of one branch that was not pushed.

    Attributes:
        by: Who refused.
        reason: The reason, by git or by the server.
    """

    by: Rejected
    reason: str


def rejected(out: bytes) -> Status | None:
    """Read what `git push --porcelain` printed; None where nobody refused: it came to nothing."""
    found = _STATUS.search(out)
    return Status(Rejected(found[1]), found[2].decode("utf-8", "replace")) if found else None


def refused(url: str, folder: Path, commit: str, status: Status | None, words: str) -> Unreachable:
    """Return the error for a push that did not get through while its branch has not moved.

    Args:
        url: The repository.
        folder: Where the commit is.
        commit: What was pushed; "" where a branch was to be deleted.
        status: Git's status of the branch; None where it never came so far.
        words: What git and the server said.
    """
    lines = [line.strip() for line in words.splitlines()]
    there = [line.removeprefix("remote:").strip() for line in lines if line.startswith("remote:")]
    if status is None:
        told = _told([line.removeprefix("remote:").strip() for line in lines]) or "no message"
        return Unreachable(
            f"{url} can be read, but the push did not get through: {told}. "
            "May the token write contents there?"
        )
    said = _told(there)
    rule = _rule(folder, commit, status, said)
    return PushRefused(url, rule, redact("; ".join(filter(None, (status.reason, said)))))


def _rule(folder: Path, commit: str, status: Status, said: str) -> Rule:
    if code := _CODE.search(said):
        return _OF_CODE.get(code[1], Rule.OTHER)
    if re.search(r"(?:^|; )GitLab: ", said):
        return Rule.GITLAB
    if status.reason in _BY_HOOK:
        return Rule.HOOK
    # Whatever the reason is, it is another one where it names none of the workflows.
    names = any(path in f"{status.reason} {said}" for path in _workflows(folder, commit))
    return Rule.WORKFLOWS if names else Rule.OTHER


def _workflows(folder: Path, commit: str) -> Sequence[str]:
    """Return the workflows that a commit changes."""
    if not commit:
        return ()
    asked = ("diff-tree", "-r", "-z", "--name-only", "--no-commit-id", "--root", commit)
    failed, out = git.run(folder, *asked, "--", _WORKFLOWS, codes=(0, 128))
    return () if failed else [os.fsdecode(path) for path in out.split(b"\0") if path]


def _told(lines: Sequence[str]) -> str:
    return "; ".join(filter(None, lines))[:_LONGEST]
