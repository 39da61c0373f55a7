"""Pause and resume: a branch in the control repository, which a rollout asks for before a repo."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from modelyard.errors import NotReady
from modelyard.fleet import clones, control, withdrawals
from modelyard.fleet.context import Context
from modelyard.forges.forge import Remote
from modelyard.gitrepo import git

# On forges of fleets that are paused now: renaming it would let their rollouts go on.
BRANCH = "modelyard-halt"


@dataclass(frozen=True)
class Pause:
    """That the fleet is paused: since when, and why, as who paused it has put it."""

    since: str
    why: str

    @property
    def text(self) -> str:
        """The same in a sentence."""
        return f"paused since {self.when}: {self.why}" if self.since else "paused"

    @property
    def when(self) -> str:
        """The moment as a person reads it, in UTC; as it is where it is none."""
        try:
            return datetime.fromisoformat(self.since).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
        except ValueError:
            return self.since


def find(context: Context) -> str:
    """Return why nothing goes on: a pause, or that the version was withdrawn; else "".

    Asked anew before each repo, and of git alone: who stops a bad release may count on it that no
    repo is begun with from then on, on no machine. What is remembered for some seconds would open
    requests in all that are visited in them.
    """
    if context.fleet.control is None:
        return ""
    remote, withdrawn = _remote(context), f"{withdrawals.PREFIX}{context.version}"
    found = clones.tips(remote, BRANCH, withdrawn).branches
    if withdrawn in found:
        note = withdrawals.read(remote, found[withdrawn], context.cache)
        return withdrawals.sentence(context.version, note)
    return _read(context, remote, found[BRANCH]).text if BRANCH in found else ""


def read(context: Context) -> Pause | None:
    """Return that the fleet is paused; None where it is not."""
    if context.fleet.control is None:
        return None
    remote = _remote(context)
    tip = clones.tips(remote, BRANCH).branches.get(BRANCH)
    return _read(context, remote, tip) if tip else None


def _read(context: Context, remote: Remote, tip: str) -> Pause:
    folder = clones.clone(remote, tip, context.cache)
    message = git.text(folder, "log", "-1", "--format=%B", tip)
    try:
        note = json.loads(message)
        return Pause(str(note["since"]), str(note["why"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return Pause("", "")


def pause(context: Context, why: str) -> bool:
    """Pause every rollout of the fleet; return False where it was paused already."""
    remote = _remote(context)
    tips = clones.tips(remote, BRANCH)
    if BRANCH in tips.branches:
        return False
    since = datetime.now(UTC).isoformat(timespec="seconds")
    note = json.dumps({"since": since, "why": why})
    return control.note(remote, tips, BRANCH, note, context.fleet.bot, context.cache)


def resume(context: Context) -> bool:
    """Let rollouts go on; return False where nothing was paused."""
    remote = _remote(context)
    tips = clones.tips(remote, BRANCH)
    if BRANCH not in tips.branches:
        return False
    clones.delete(remote, {BRANCH: tips.branches[BRANCH]})
    return True


def _remote(context: Context) -> Remote:
    if context.control is None:
        raise NotReady(
            "fleet.toml names no control repository, so there is nowhere to record a pause",
            'control = "OWNER/REPO"    # in fleet.toml, a repo that the bot may push to',
        )
    return context.control
