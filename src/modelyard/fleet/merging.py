"""Requests that are merged without a person: which, and what the forge is asked to do with them.

When a request is made, its mark says whether it is one of these. The forge is asked once, in a run
that finds it green and as the bot pushed it; where that was taken back since, people have decided.
"""

from dataclasses import replace

from modelyard.fleet import asked, pr_section
from modelyard.fleet.context import Context
from modelyard.fleet.marks import FleetRequest
from modelyard.fleet.model import Member, Observation, Result
from modelyard.fleet.pr_metadata import Metadata
from modelyard.fleet.states import Outcome
from modelyard.forges.forge import PullRequest
from modelyard.forges.merging import MergeBy
from modelyard.reasons import NoticeReason
from modelyard.update.result import UpdateResult

TAKEN_BACK = (
    "somebody, or the merge queue, has taken its merge back, or somebody has opened it again or "
    "changed its hidden line: left to its reviewers"
)
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
    # Where no request is merged so, nothing is said of who decides.
    taken_back = _is_taken_back(seen) or (is_on(context) and _is_left_to_people(seen))
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
    known = seen.metadata
    return _is_taken_back(seen) and known is not None and known.head == seen.tip


def _is_taken_back(seen: Observation) -> bool:
    """Tell the same, whatever the branch is: a run that was cut off has pushed, no more."""
    request, known = seen.open_request, seen.metadata
    return bool(request and known and known.merge_asked and not request.merging)


def _is_left_to_people(seen: Observation) -> bool:
    """Tell whether a person opened the request again, or what they decided cannot be told."""
    known = seen.metadata
    return seen.open_request is not None and (known is None or bool(known.ended))


def merge(context: Context, member: Member, request: FleetRequest, done: Result) -> Result:
    """Ask the forge to merge a request, or to merge it as soon as its rules allow that."""
    answer = context.forge.merge(member.repository, request, context.fleet.request.merge)
    if answer.merged:
        return replace(done, outcome=Outcome.MERGED)
    if not answer.merging:
        return replace(done, outcome=Outcome.WAITS, detail=f"not merged: {answer.why}")
    _note(context, member, request, is_asked=True)
    return replace(done, outcome=Outcome.HANDED_OVER, detail=answer.merging.text)


def take_back(context: Context, member: Member, request: FleetRequest, done: Result) -> Result:
    """Take back what was asked of the forge; once it is green again, it is asked anew."""
    if not context.forge.stop_merging(member.repository, request):
        detail = "the forge is not asked by us any more, but by somebody else or by nobody"
        return replace(done, outcome=Outcome.WAITS, detail=detail)
    _note(context, member, request, is_asked=False)
    return replace(done, outcome=Outcome.TAKEN_BACK)


def note_if_due(context: Context, member: Member, request: FleetRequest) -> None:
    """Write down that the forge was asked, where a run was cut off between that and this."""
    known = request.metadata
    if request.merging and known and known.merges and not known.merge_asked:
        _note(context, member, request, is_asked=True)


def stop(context: Context, member: Member, request: PullRequest) -> bool:
    """Let the forge not merge a request that is somebody's by now; tell whether it was to."""
    return bool(request.merging) and context.forge.stop_merging(member.repository, request)


def stop_before_push(context: Context, member: Member, request: FleetRequest) -> PullRequest:
    """Let the forge not merge a request that is about to change, and return it as it is then.

    Its mark says so at once: where a run is cut off behind this, the next one would take it for a
    person's decision.
    """
    if not stop(context, member, request):
        return request
    return _note(context, member, request, is_asked=False)


def stop_after_push(context: Context, member: Member, request: FleetRequest) -> None:
    """Take back what another run may have asked of the forge between our look and our push."""
    if is_on(context):
        context.forge.stop_merging(member.repository, request)


def stop_exempt(context: Context, member: Member, done: Result) -> Result:
    """Let the forge merge nothing by our word in what somebody has exempted since."""
    if context.fleet.request.merge is MergeBy.PERSON or member.repository.problem:
        return done
    is_whole = asked.exempt(context, member.repository)
    stopped = False
    for one in asked.requests(context, member.repository).judged:
        if one.is_fleets and (is_whole or one.suffix == member.suffix):
            stopped |= stop(context, member, one)
    return replace(done, outcome=Outcome.TAKEN_BACK) if stopped else done


def _note(
    context: Context, member: Member, request: FleetRequest, *, is_asked: bool
) -> PullRequest:
    if request.metadata is None:
        return request
    # To edit what a label holds back puts our status there as well, which a later run takes away.
    held = request.metadata.held or request.held
    known = replace(request.metadata, merge_asked=is_asked, held=held)
    mark = context.judge.line(member.repository.name, request.branch, known)
    body = pr_section.with_mark(request, mark, context.forge.longest_text)
    words = {"title": request.title, "body": body}
    return context.forge.edit(member.repository, request, **words, draft=request.draft)
