"""Requests that are merged without a person: which, and what the forge is asked to do with them.

When a request is made, its mark says whether it is one of these. The forge is asked once, in a run
that finds it green and as the bot pushed it; where that was taken back since, people have decided.
"""

from dataclasses import replace

from modelyard.fleet import pr_section
from modelyard.fleet.context import Context
from modelyard.fleet.marks import FleetRequest
from modelyard.fleet.model import Member, Observation, Outcome, Result
from modelyard.fleet.pr_metadata import Metadata
from modelyard.forges.forge import PullRequest
from modelyard.forges.merging import MergeBy
from modelyard.reasons import NoticeReason
from modelyard.update.result import UpdateResult

TAKEN_BACK = "somebody, or the merge queue, has taken its merge back: left to its reviewers"
# What was decided by a rule, and is told for information; each other notice is for a person.
_FOR_INFORMATION = {
    NoticeReason.ANSWERS_FILE,
    NoticeReason.KEPT,
    NoticeReason.KEPT_FILE,
    NoticeReason.KEPT_KEY,
    NoticeReason.KEPT_AND_DELETED,
    NoticeReason.NOT_SHIPPED,
    NoticeReason.MOVED_ALONG,
    NoticeReason.FOLDER_MOVED,
    NoticeReason.STARTER_TEXT,
    NoticeReason.COMMENT_LEFT_OUT,
    NoticeReason.COMMENT_KEPT,
    NoticeReason.COMMENT_REMOVED,
    NoticeReason.BLANK_LINES_LEFT_OUT,
    NoticeReason.FORMATTED,
    NoticeReason.PIN_RAISED,
    NoticeReason.PIN_KEPT,
    NoticeReason.LOCK_KEPT,
    NoticeReason.LOCK_OF_TEMPLATE,
    NoticeReason.LOCK_COMPILED,
    NoticeReason.UNKNOWN_ANSWER,
    NoticeReason.ANSWER_DROPPED,
    NoticeReason.ANSWER_BY_DEFAULT,
    NoticeReason.ANSWER_USUAL,
    NoticeReason.RECORD_MOVED,
}


def needs_nobody(update: UpdateResult) -> bool:
    """Tell whether nothing in an update is left for a person to decide, or to do."""
    return not update.conflicts and {one.reason for one in update.notices} <= _FOR_INFORMATION


def marked(
    context: Context, seen: Observation, metadata: Metadata, update: UpdateResult
) -> Metadata:
    """Return what the mark of a request that is about to be written says of its merge.

    Args:
        context: The fleet.
        seen: What was found.
        metadata: What the mark says beside that.
        update: What the request brings.
    """
    taken_back = is_taken_back(seen)
    is_clean = needs_nobody(update) and not (metadata.conflicts or metadata.merge)
    # Of several projects, one that is not in it until a person has looked is no reason to go by.
    merges = is_on(context) and is_clean and not (taken_back or seen.stopped)
    return replace(metadata, merges=merges, merge_asked=taken_back)


def is_on(context: Context) -> bool:
    """Tell whether requests for the version may be merged without a person."""
    is_withdrawn = context.version in context.withdrawn
    return context.fleet.request.merge is not MergeBy.PERSON and not is_withdrawn


def is_taken_back(seen: Observation) -> bool:
    """Tell whether the forge was asked to merge the open request, and is not going to any more."""
    request, known = seen.open_request, seen.metadata
    is_asked = request and known and known.merge_asked and known.head == seen.tip
    return bool(is_asked and request and not request.merging)


def merge(context: Context, member: Member, request: FleetRequest, done: Result) -> Result:
    """Ask the forge to merge a request, or to merge it as soon as its rules allow that."""
    answer = context.forge.merge(member.repository, request, context.fleet.request.merge)
    if answer.merged:
        return replace(done, outcome=Outcome.MERGED)
    if not answer.merging:
        return replace(done, outcome=Outcome.WAITS, detail=f"not merged: {answer.why}")
    _note(context, member, request, asked=True)
    return replace(done, outcome=Outcome.HANDED_OVER, detail=answer.merging.text)


def take_back(context: Context, member: Member, request: FleetRequest, done: Result) -> Result:
    """Take back what was asked of the forge; once it is green again, it is asked anew."""
    if not context.forge.stop_merging(member.repository, request):
        detail = "another account lets the forge merge it"
        return replace(done, outcome=Outcome.WAITS, detail=detail)
    _note(context, member, request, asked=False)
    return replace(done, outcome=Outcome.TAKEN_BACK)


def note_if_due(context: Context, member: Member, request: FleetRequest) -> None:
    """Write down that the forge was asked, where a run was cut off between that and this."""
    known = request.metadata
    if request.merging and known and known.merges and not known.merge_asked:
        _note(context, member, request, asked=True)


def stop(context: Context, member: Member, request: PullRequest) -> None:
    """Let the forge not merge a request that is somebody's by now, or is about to change."""
    if request.merging:
        context.forge.stop_merging(member.repository, request)


def _note(context: Context, member: Member, request: FleetRequest, *, asked: bool) -> None:
    if request.metadata:
        known = replace(request.metadata, merge_asked=asked)
        mark = context.judge.line(member.repository.name, request.branch, known)
        body = pr_section.with_mark(request, mark, context.forge.longest_text)
        words = {"title": request.title, "body": body}
        context.forge.edit(member.repository, request, **words, draft=request.draft)
