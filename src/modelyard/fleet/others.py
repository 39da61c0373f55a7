"""The requests of a repo beside the wanted one: closed with a reason on record, or left to people.

What somebody has committed to is theirs, and so is what somebody has opened again: neither is ever
closed. Branches of requests that are over are deleted, where the bot made their last commit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from modelyard.errors import Unreachable
from modelyard.fleet import clones, merging, pr_body, pr_section, signed_commits
from modelyard.fleet.context import Context
from modelyard.fleet.counted import opened_again
from modelyard.fleet.left_open import Left, LeftOpen
from modelyard.fleet.marks import FleetRequest
from modelyard.fleet.model import Member, Observation
from modelyard.fleet.pr_metadata import Ended, Metadata
from modelyard.forges.forge import PullRequest, PullRequestState, Remote, Repository

_OPEN = PullRequestState.OPEN


def close(
    context: Context, member: Member, seen: Observation, by: PullRequest | None
) -> tuple[LeftOpen, ...]:
    """Close open requests of the fleet for other versions, never one that it did not write.

    Args:
        context: The fleet.
        member: The repo.
        seen: What was found there.
        by: The request that takes their place; None where the repo needs none.

    Returns:
        Those that are left open.
    """
    found = list(_open(context, seen))
    if not found:
        return ()
    ended = Ended.SUPERSEDED if by else Ended.NOT_NEEDED
    comment = pr_body.superseded(by.url) if by else pr_body.not_needed(seen.version)
    left = []
    for one in found:
        reason = why_left(context, member, seen.head, one)
        if reason is None:
            end(context, member.repository, one, ended, comment)
            continue
        if reason is Left.OPENED_AGAIN:
            _hand_over(context, member.repository, one)
        merging.stop(context, member, one)
        if reason is Left.WORKED_ON:
            context.forge.comment(member.repository, one, f"{comment} {pr_body.LEFT_OPEN}")
        left.append(LeftOpen(one.url, one.version, reason))
    return tuple(left)


def look(context: Context, member: Member, seen: Observation) -> tuple[LeftOpen, ...]:
    """Return the requests that `close` would leave open; nothing is written."""
    found = ((one, why_left(context, member, seen.head, one)) for one in _open(context, seen))
    return tuple(LeftOpen(one.url, one.version, reason) for one, reason in found if reason)


def _open(context: Context, seen: Observation) -> Iterator[FleetRequest]:
    for one in seen.requests:
        if one.state is _OPEN and one.marked and one.branch != seen.branch:
            yield one


def why_left(context: Context, member: Member, head: str, one: FleetRequest) -> Left | None:
    """Return why an open request is not the fleet's to close; None where it is."""
    if opened_again(one):
        return Left.OPENED_AGAIN
    return Left.WORKED_ON if is_worked_on(context, member, head, one) else None


def is_worked_on(context: Context, member: Member, head: str, one: FleetRequest) -> bool:
    """Tell whether a request has commits that are not the bot's."""
    known = one.metadata
    if known and known.head == one.head:
        return bool(known.merge)
    # A run that was cut off has pushed, and not written its mark; or it was somebody.
    remote = context.forge.remote(member.repository)
    folder = clones.clone(remote, head, context.cache, member.target)
    return not is_bots(context, remote, folder, one.head)


def is_bots(context: Context, remote: Remote, folder: Path, tip: str) -> bool:
    """Tell whether a branch is the bot's to its last commit, by that commit alone.

    One of the bot's with two parents is on top of somebody's.
    """
    found = clones.commit(remote, folder, tip)
    return signed_commits.is_bots(found, context.fleet.bot) and len(found.parents) < 2


def end(
    context: Context, repository: Repository, one: FleetRequest, ended: Ended, comment: str
) -> bool:
    """Close a request; its mark says why from then on, so that nobody takes it for a person's no.

    Both are written in one step: there is nothing between them in which a run could be cut off.

    Returns:
        Whether it is closed; if not, it was merged in between.
    """
    known = one.metadata or Metadata(one.version, "", "", "", "", target=one.target)
    mark = context.judge.line(repository.name, one.branch, replace(known, ended=ended))
    body = pr_section.with_mark(one, mark, context.forge.longest_text)
    return context.forge.close(repository, one, comment, body)


def _hand_over(context: Context, repository: Repository, one: FleetRequest) -> None:
    """Record that a person opened a request again: where it is closed, that is their no."""
    known = one.metadata
    if known and known.ended is not Ended.OPENED_AGAIN:
        theirs = replace(known, ended=Ended.OPENED_AGAIN)
        mark = context.judge.line(repository.name, one.branch, theirs)
        body = pr_section.with_mark(one, mark, context.forge.longest_text)
        context.forge.edit(repository, one, title=one.title, body=body, draft=one.draft)


def delete_branches(context: Context, repository: Repository, seen: Observation) -> str:
    """Delete branches of requests that are over: those at the very commit that the bot pushed.

    Returns:
        Why they are still there, where they cannot be deleted; else "".
    """
    in_use = set(seen.in_use)
    if seen.request is None:
        # A run opens the next one from it.
        in_use.add(seen.branch)
    over = [one for one in seen.requests if one.branch not in in_use]
    try:
        delete_unused(context, repository, deletable(over, seen.tips))
    except Unreachable as error:
        return f"branches of requests that are over are still there: {error.message}"
    return ""


def delete_unused(context: Context, repository: Repository, branches: Mapping[str, str]) -> None:
    """Delete branches, each at a commit, but none that an open request of anybody uses.

    A forge closes a request with its branch; without our label only the forge knows of it.
    """
    used = {one for one in branches if context.forge.is_used(repository, one)}
    unused = {branch: oid for branch, oid in branches.items() if branch not in used}
    clones.delete(context.forge.remote(repository), unused)


def deletable(over: Sequence[FleetRequest], tips: Mapping[str, str]) -> dict[str, str]:
    """Return the branches of requests that are over, each with its commit, which the bot made.

    On top of somebody's commits it is not the bot's alone, unless they are merged.
    """
    found = {}
    for one in over:
        known, tip = one.metadata, tips.get(one.branch, "")
        theirs = known and known.merge and one.state is not PullRequestState.MERGED
        if tip and known and tip == known.head and not theirs:
            found[one.branch] = tip
    return found
