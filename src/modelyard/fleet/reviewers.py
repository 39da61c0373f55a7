"""Whom the fleet asks to review a request, and whom it assigns it to: each request once.

Names are resolved when the request is made, and stand in its mark until they were asked: a request
that waits for CI asks nobody before it is green, or CI fails.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from modelyard.errors import Unreachable
from modelyard.fleet import codeowners, pr_section, reviewer_names
from modelyard.fleet.context import Context
from modelyard.fleet.merge_project import Workspace
from modelyard.fleet.model import Member, Observation
from modelyard.fleet.pr_metadata import Metadata
from modelyard.fleet.request_text import clean
from modelyard.forges.forge import Checks, PullRequest
from modelyard.forges.people import MOST_ASSIGNEES, MOST_REVIEWERS, People


@dataclass(frozen=True)
class Found:
    """Who is to be asked, and what is told of names that are none, or are too many."""

    people: People = field(default_factory=People)
    told: str = ""


def find(context: Context, seen: Observation, work: Workspace) -> Found:
    """Return who is to be asked for a request that is about to be made or brought up to date.

    Of an open one that has asked, or of which nobody knows, that is nobody.
    """
    words = context.fleet.request
    if seen.open_request and not (seen.metadata and pending(seen.metadata)):
        return Found()
    update = work.plan.result
    # Of files in conflict too: somebody has to decide them.
    paths = (*update.changes, *(one.path for one in update.conflicts))

    def owners() -> Sequence[str]:
        return codeowners.owners(work.codeowners, paths, context.fleet.forge.kind)

    told: list[str] = []
    names = []
    for wanted, most in ((words.reviewers, MOST_REVIEWERS), (words.assignees, MOST_ASSIGNEES)):
        found, others = reviewer_names.resolve(wanted, owners, work.answers)
        told += [f"{one} is no account" for one in others]
        if found[most:]:
            told.append(f"asked {most} of {len(found)} people: a request takes no more")
        names.append(found[:most])
    return Found(People(*names), clean("; ".join(dict.fromkeys(told))))


def pending(metadata: Metadata) -> People:
    """Return who was not asked yet."""
    return People(metadata.reviewers, metadata.assignees)


def is_due(seen: Observation) -> bool:
    """Tell whether people are still to be asked for the open request, and now is the time."""
    waits = seen.waits_for_ci and seen.checks != Checks.FAILURE
    return bool(seen.open_request and seen.metadata and pending(seen.metadata) and not waits)


def ask(
    context: Context, member: Member, request: PullRequest, metadata: Metadata
) -> tuple[Metadata, str]:
    """Ask those who were not asked; return what the mark is to say, and who was not reached.

    Where the forge cannot be asked, the mark stays: the next run asks.
    """
    people = pending(metadata)
    if not people:
        return metadata, ""
    try:
        refused = context.forge.ask(member.repository, request, people)
    except Unreachable as error:
        return metadata, f"nobody was asked to review it: {error.message}"
    return replace(metadata, reviewers=(), assignees=()), "; ".join(refused)


def ask_and_note(
    context: Context, member: Member, request: PullRequest, metadata: Metadata
) -> tuple[PullRequest, str]:
    """Ask those who were not asked, and write down that they were."""
    done, told = ask(context, member, request, metadata)
    if done == metadata:
        return request, told
    mark = context.judge.line(member.repository.name, request.branch, done)
    body = pr_section.with_mark(request, mark, context.forge.longest_text)
    edited = context.forge.edit(
        member.repository, request, title=request.title, body=body, draft=request.draft
    )
    return edited, told
