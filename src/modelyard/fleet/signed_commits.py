"""Commits with a signature: by git's configuration, or by GitHub, which signs what its API commits.

A signature may be another one each time, so the same merge need not be the same commit: what lies
on the branch already is kept if it has the same parent and the same files, and is signed.
"""

import base64
import hashlib
import os
import re
import secrets
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from enum import StrEnum
from typing import Protocol

from modelyard.errors import ModelyardError, NotReady, Unreachable
from modelyard.fleet import clones
from modelyard.forges.forge import Changes, Forge, Remote, Repository
from modelyard.gitrepo import git
from modelyard.gitrepo.environment import signing
from modelyard.gitrepo.repo import Repo

# As files are in git; the API makes no other kind.
_PLAIN = "100644"
_KINDS = {"100755": "executable", "120000": "a link", "160000": "a submodule"}
_MOST_BYTES = 30_000_000
# Seconds that a commit is on a branch of its own at most.
_LONGEST_RUN = 3600
_HEADER = re.compile(r"^(tree|parent) (\w+)$", re.M)
_IS_SIGNED = re.compile(r"^gpgsig(?:-sha256)? ", re.M)
# What commits by the API and by buttons of the pages have as the committer's address.
_OF_FORGE = "noreply@"


class Sign(StrEnum):
    """How commits are signed."""

    NO = "no"
    GIT = "git"
    API = "api"


class _Bot(Protocol):
    name: str
    email: str
    sign: Sign


def environment() -> Mapping[str, str]:
    """Return what git needs beside the rest to sign, as this person or this machine does."""
    return signing(os.environ)


def not_signed(error: git.GitError) -> NotReady:
    """Return the error for a commit that git could not sign."""
    said = " ".join(error.words.split())[:300]
    return NotReady(
        f"git could not sign the commit, as [bot] sign in fleet.toml asks for: {said}; it signs "
        "with user.signingkey and gpg.format of git's configuration on this machine"
    )


def is_bots(commit: clones.Commit, bot: _Bot) -> bool:
    """Tell whether the bot made a commit; of one by the API its last sign-off says so.

    Jobs of a repo may commit with the same address: they sign nothing off, or amend.
    """
    if commit.signed_off != f"{bot.name} <{bot.email}>":
        return False
    if commit.committer == bot.email:
        return not commit.is_amended
    return bot.sign is Sign.API and commit.committer.startswith(_OF_FORGE)


def kept(remote: Remote, repo: Repo, tip: str, commit: str) -> str:
    """Return the tip of the branch if it is the same signed commit but for the signature.

    Else "". `commit` is the merge as it would be committed.
    """
    if not tip:
        return ""
    clones.fetch(remote, repo.folder, tip)
    there, here = (
        git.run(repo.folder, "cat-file", "commit", one)[1].decode("utf-8", "replace")
        for one in (tip, commit)
    )
    there, here = there.partition("\n\n")[0], here.partition("\n\n")[0]
    same = _HEADER.findall(there) == _HEADER.findall(here)
    return tip if same and _IS_SIGNED.search(there) else ""


def by_api(
    forge: Forge,
    repository: Repository,
    repo: Repo,
    remote: Remote,
    commit: str,
    branch: str,
    tips: Collection[str] = (),
) -> str:
    """Let the forge make and sign a commit, and return it; it is in the clone, on no branch.

    It is made on a branch of its own, which is deleted at once: the request's branch never stands
    without the merge, which would close the request.

    Args:
        forge: The forge.
        repository: Where.
        repo: The clone.
        remote: How git reaches the repository.
        commit: The same, without a signature.
        branch: What the name of that branch begins with; each run has one of its own.
        tips: Branches that are there: one that a run has left behind an hour ago is deleted.

    Raises:
        NotReady: The API cannot make this commit.
        Unreachable: That branch was deleted meanwhile.
    """
    changes = _changes(repo, commit)
    aside = f"{branch}-{int(time.time()):x}-{secrets.token_hex(3)}"
    try:
        forge.commit_signed(repository, aside, changes)
        made = clones.tips(remote, aside).branches.get(aside, "")
        if made:
            clones.fetch(remote, repo.folder, made, whole=True)
    except BaseException:
        # What went wrong first is what is told.
        with suppress(ModelyardError):
            forge.delete_branch(repository, aside)
        raise
    for one in (aside, *(name for name in tips if _is_left_behind(name, branch))):
        forge.delete_branch(repository, one)
    if not made:
        raise Unreachable(
            f"{repository.name}: the branch {aside} was deleted before its commit was fetched",
            "run again, it continues",
        )
    trees = {git.text(repo.folder, "rev-parse", f"{one}^{{tree}}") for one in (made, commit)}
    if len(trees) != 1:
        raise NotReady(
            f"{repository.name}: what GitHub's API has committed differs from the merge; nothing "
            'was pushed. sign = "git" in [bot] of fleet.toml takes another way'
        )
    return made


def _is_left_behind(name: str, branch: str) -> bool:
    """Tell whether a branch that was made for this alone is no running one's any more."""
    if not name.startswith(branch):
        return False
    made = name.removeprefix(f"{branch}-").partition("-")[0]
    try:
        return int(made, 16) < time.time() - _LONGEST_RUN
    except ValueError:
        return True


def branch_for(prefix: str, branch: str) -> str:
    """Return what the names of branches begin with on which a commit for another one is made."""
    return f"{prefix}signing/{hashlib.sha256(branch.encode()).hexdigest()[:12]}"


def _changes(repo: Repo, commit: str) -> Changes:
    additions, deletions, size = {}, [], 0
    for path, mode, oid, before in _diff(repo, commit):
        if mode == "000000":
            deletions.append(path)
            continue
        if mode != _PLAIN and mode != before:
            raise NotReady(
                f"{path} is {_KINDS.get(mode, mode)}, and GitHub's API, which signs, commits "
                'plain files alone: sign = "git" in [bot] of fleet.toml takes another way'
            )
        if mode in {"120000", "160000"}:
            raise NotReady(
                f"{path} is {_KINDS[mode]}, which GitHub's API cannot change: "
                'sign = "git" in [bot] of fleet.toml takes another way'
            )
        content = git.run(repo.folder, "cat-file", "blob", oid)[1]
        size += len(content)
        additions[path] = base64.b64encode(content).decode("ascii")
    if size > _MOST_BYTES:
        raise NotReady(
            f"the release changes {size:,} bytes, more than goes through GitHub's API at once: "
            'sign = "git" in [bot] of fleet.toml takes another way'
        )
    message = git.text(repo.folder, "log", "-1", "--format=%B", commit)
    return Changes(repo.head, message.strip(), additions, tuple(deletions))


def _diff(repo: Repo, commit: str) -> Iterator[tuple[str, str, str, str]]:
    """Give path, mode and object of what a commit changes, and the mode of before."""
    asked = ("diff-tree", "-r", "-z", "--raw", "--no-renames", repo.head, commit)
    fields = git.run(repo.folder, *asked)[1].split(b"\0")
    for about, name in zip(fields[::2], fields[1::2], strict=False):
        before, mode, _, oid, _ = about.decode("ascii").lstrip(":").split(" ")
        try:
            path = name.decode("utf-8")
        except UnicodeDecodeError:
            raise NotReady(
                f"{os.fsdecode(name)!r} is no UTF-8, which GitHub's API needs: "
                'sign = "git" in [bot] of fleet.toml takes another way'
            ) from None
        yield path, mode, oid, before
