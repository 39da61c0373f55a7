"""Versions that were withdrawn: a branch each in the control repository, with the reason.

Every rollout looks there before each repo, as it does for a pause. The branch of a version stays
until somebody deletes it, which takes the withdrawal back.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from modelyard.errors import ModelyardError, NotReady
from modelyard.fleet import clones, control
from modelyard.fleet.config import Bot, Fleet
from modelyard.forges.forge import Forge, Remote
from modelyard.gitrepo import git
from modelyard.template.source import Template

PREFIX = "modelyard-withdrawn/"


class Withdrawn(ModelyardError):
    """A version that was withdrawn is not rolled out."""

    code = 4


@dataclass(frozen=True)
class Note:
    """That a version was withdrawn: since when, and why; "" where nobody can read that."""

    since: str
    why: str


def names(remote: Remote | None) -> Mapping[str, str]:
    """Return the versions that were withdrawn, each with the commit that records it.

    Raises:
        Unreachable: The control repository does not answer.
    """
    found = clones.tips(remote, PREFIX).branches if remote else {}
    return {branch.removeprefix(PREFIX): oid for branch, oid in found.items()}


def read(remote: Remote, oid: str, cache: Path) -> Note:
    """Return what a commit records of a withdrawal."""
    folder = clones.clone(remote, oid, cache)
    try:
        note = json.loads(git.text(folder, "log", "-1", "--format=%B", oid))
        return Note(str(note["since"]), str(note["why"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return Note("", "")


def reasons(fleet: Fleet, forge: Forge, cache: Path) -> Mapping[str, str]:
    """Return the versions that were withdrawn, each with the reason."""
    remote = control.remote_of(fleet, forge)
    found = names(remote)
    return {name: read(remote, oid, cache).why for name, oid in found.items()} if remote else {}


def record(remote: Remote, version: str, why: str, bot: Bot, cache: Path) -> Note:
    """Record a withdrawal; one that is recorded already stays, with its reason.

    Raises:
        NotReady: The control repository does not take it.
    """
    tips = clones.tips(remote, PREFIX)
    branch = f"{PREFIX}{version}"
    if branch in tips.branches:
        return read(remote, tips.branches[branch], cache)
    note = Note(datetime.now(UTC).isoformat(timespec="seconds"), why)
    text = json.dumps({"since": note.since, "why": note.why, "version": version})
    if not control.note(remote, tips, branch, text, bot, cache):
        raise NotReady(f"somebody else withdraws {version} just now", "do it again")
    return note


def newest(template: Template, withdrawn: Mapping[str, str]) -> str:
    """Return the newest release that was not withdrawn; where all were, the newest."""
    if template.newest not in withdrawn:
        return template.newest
    stable = [name for name, one in template.tags.releases.items() if not one.is_prerelease]
    left = [name for name in stable if name not in withdrawn]
    return left[-1] if left else template.newest


def refuse(
    fleet: Fleet, forge: Forge, version: str, withdrawn: Mapping[str, str], cache: Path
) -> None:
    """Refuse to roll a version out that was withdrawn.

    Raises:
        Withdrawn: It was; the message says when, and why.
    """
    remote = control.remote_of(fleet, forge) if version in withdrawn else None
    if remote:
        note = read(remote, withdrawn[version], cache)
        raise Withdrawn(
            f"{sentence(version, note)}; nothing was done",
            f"modelyard fleet rollout --to OLDER; or delete the branch {PREFIX}{version} of "
            f"{fleet.control}, which takes that back",
        )


def sentence(version: str, note: Note) -> str:
    """Return that a version was withdrawn, and why."""
    since = f" on {note.since[:10]}" if note.since else ""
    return f"{version} was withdrawn{since}" + (f": {note.why}" if note.why else "")
