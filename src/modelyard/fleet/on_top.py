"""Puts a new merge on top of what somebody has committed to the branch of a request.

A merge of three trees: from the last commit that was the bot's alone, their tip on the one side,
the new merge on the other. Where that is clean it is one commit more, with both as its parents, so
nothing of theirs is ever pushed over.
"""

import os
import re
from dataclasses import dataclass

from modelyard.errors import Unreachable
from modelyard.fleet import clones, signed_commits
from modelyard.fleet.config import Bot
from modelyard.fleet.signed_commits import Sign
from modelyard.forges.forge import Remote
from modelyard.gitrepo import git
from modelyard.gitrepo.repo import Repo

# A folder that one side renames moves nothing that the other one adds.
_MERGE = ("-c", "merge.directoryRenames=false", "merge-tree", "--write-tree", "-z")


@dataclass(frozen=True)
class OnTop:
    """A new merge on top of somebody's commits.

    Attributes:
        commit: What is to be pushed; "" where it is not clean.
        touched: Files that they have changed themselves.
        problem: Why it is not clean.
    """

    commit: str
    touched: frozenset[str] = frozenset()
    problem: str = ""


def put(
    remote: Remote, repo: Repo, bot: Bot, *, base: str, tip: str, merge: str, message: str
) -> OnTop:
    """Make the commit; no branch refers to it yet.

    Args:
        remote: How git reaches the repo.
        repo: A clone of it.
        bot: Who commits.
        base: The last merge that the bot has pushed.
        tip: What the branch is at now.
        merge: The new merge, of today's default branch.
        message: The message of the commit.
    """
    try:
        theirs = clones.commit(remote, repo.folder, tip)
        if theirs.committer == bot.email and len(theirs.parents) == 2:
            # A run was cut off behind its push: what it merged is the second parent.
            base = theirs.parents[1]
        clones.commit(remote, repo.folder, base)
    except Unreachable:
        return OnTop("", problem="what the fleet had pushed there is gone")
    touched = _changed(repo, base, tip)
    for merged in (repo.head, *theirs.parents[1:]):
        # What came with the default branch, as by the button that updates a branch, is no decision.
        if merged != repo.head:
            clones.fetch(remote, repo.folder, merged)
        touched &= _changed(repo, merged, tip)
    if theirs.parents[1:] == (merge,):
        return OnTop(tip, touched)
    code, out = git.run(repo.folder, *_MERGE, *_sides(repo, bot, base, tip, merge), codes=(0, 1))
    parts = [os.fsdecode(part) for part in out.split(b"\0")]
    if code:
        # Where one side has another kind of file, git calls that by its commit as well.
        paths = {
            re.sub("~[0-9a-f]{40,64}$", "", line.partition("\t")[2])
            for line in parts[1 : parts.index("")]
        }
        more = f" and {len(paths) - 5} more" if len(paths) > 5 else ""
        named = ", ".join(sorted(paths)[:5]) + more
        return OnTop("", problem=f"it and the new merge both change {named}")
    by_git, env = bot.sign is Sign.GIT, bot.identity_as_of(repo)
    words = (*(("-S",) if by_git else ()), parts[0], "-p", tip, "-p", merge, "-m", message)
    env |= signed_commits.environment() if by_git else {}
    made = git.run(repo.folder, "commit-tree", *words, env=env)[1].decode().strip()
    return OnTop(made, touched)


def _sides(repo: Repo, bot: Bot, base: str, tip: str, merge: str) -> tuple[str, str]:
    """Return two commits with the trees of two, and one base: the clone knows no history."""
    env = bot.identity_as_of(repo)

    def made(commit: str, *parents: str) -> str:
        words = ("commit-tree", f"{commit}^{{tree}}", *parents, "-m", "A side")
        return git.run(repo.folder, *words, env=env)[1].decode().strip()

    start = made(base)
    return made(tip, "-p", start), made(merge, "-p", start)


def _changed(repo: Repo, before: str, after: str) -> frozenset[str]:
    words = ("diff-tree", "-r", "-z", "--no-renames", "--name-only", before, after, "--")
    out = git.run(repo.folder, *words)[1]
    return frozenset(os.fsdecode(path) for path in out.split(b"\0") if path)
