"""One project of a repo, merged with the wanted version; nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from modelyard.errors import BadAnswer, DiskFull, ModelyardError
from modelyard.fleet import owners, projects
from modelyard.fleet.context import Context
from modelyard.fleet.model import JoinedProject, Member, Observation
from modelyard.fleet.options import Mode
from modelyard.fleet.states import RepoState
from modelyard.forges.forge import PullRequestState, Remote
from modelyard.gitrepo import git
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.reasons import NoticeReason
from modelyard.redaction import without_login
from modelyard.template.answers import BrokenAnswers
from modelyard.template.records import NoAnswers
from modelyard.update.one_repo import Plan, plan
from modelyard.update.options import UpdateOptions
from modelyard.update.result import UpdateResult

# What a repo may keep as it is, by the rules of the standard; all else is told in a request.
_BY_DESIGN = {
    NoticeReason.ANSWERS_FILE,
    NoticeReason.KEPT,
    NoticeReason.KEPT_FILE,
    NoticeReason.KEPT_KEY,
    NoticeReason.KEPT_AND_DELETED,
    NoticeReason.KEPT_UNTIL_NOW,
    NoticeReason.NOT_SHIPPED,
    NoticeReason.MOVED_ALONG,
    NoticeReason.LOCK_KEPT,
    NoticeReason.LOCK_OF_TEMPLATE,
    NoticeReason.LOCK_COMPILED,
    NoticeReason.UNKNOWN_ANSWER,
    NoticeReason.EDITED_ANSWER,
    NoticeReason.ANSWER_DROPPED,
    NoticeReason.ANSWER_BY_DEFAULT,
    NoticeReason.ANSWER_USUAL,
}


@dataclass(frozen=True)
class Workspace:
    """A member of the fleet, cloned and merged, while a run works on it.

    Attributes:
        projects: The answers files there that are members each; None where that is a setting.
        codeowners: The CODEOWNERS that counts there.
        answers: What is on record there; of several projects a list for each question.
        joined: The projects that have one request together; None where each has its own.
        parts: The merges of those of them that were merged.
    """

    remote: Remote
    repo: Repo
    scratch: Scratch
    plan: Plan
    projects: tuple[str, ...] | None = None
    codeowners: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    joined: tuple[JoinedProject, ...] | None = None
    parts: tuple["Workspace", ...] = ()


def merge(
    context: Context,
    member: Member,
    seen: Observation,
    remote: Remote,
    repo: Repo,
    scratch: Scratch,
    mode: Mode,
) -> tuple[Observation, Workspace | None]:
    """Merge the project of a member with the wanted version; paths then begin at the top.

    Args:
        context: The fleet.
        member: The member.
        seen: What is known of it so far, and the request that speaks for it.
        remote: How git reaches the repo.
        repo: Its clone.
        scratch: Where merges are made.
        mode: How much is asked for.
    """
    try:
        chosen = projects.choose(context, member, repo, scratch)
    except NoAnswers as error:
        detail = _candidate(error)
        return replace(seen, state=RepoState.CANDIDATE, detail=detail), None
    except BrokenAnswers as error:
        if error.source and not context.is_ours(error.source):
            return _foreign(seen, error.source), None
        return replace(seen, state=RepoState.BROKEN, detail=error.message), None
    except ModelyardError as error:
        return _refused(seen, error), None
    repo, recorded = chosen.repo, chosen.recorded
    owner = seen.owner or owners.by_answer(recorded.values) if mode is Mode.STATUS else ""
    detail = seen.detail or chosen.others
    seen = replace(seen, version=recorded.version, detail=detail, owner=owner)
    if not context.is_ours(recorded.source):
        return _foreign(seen, recorded.source), None
    if not (recorded.commit or context.template.is_lasting(recorded.version)):
        # It would be on every release, without having got one.
        detail = f"{recorded.path}: _commit is {recorded.version}, which is no version: it moves"
        return replace(seen, state=RepoState.BROKEN, detail=detail), None
    is_ahead = context.template.tags.is_older(context.version, recorded.version)
    is_withdrawn = recorded.version in context.withdrawn
    if is_ahead:
        seen = _unless_moved_on(seen, recorded.version)
        if not context.goes_back and not seen.open_request:
            return _ahead(context, seen, recorded.version), None
    moved, looks = context.moved_to(recorded.source), mode is not Mode.ROLLOUT
    options = UpdateOptions(
        to=context.version,
        template=moved,
        answers_file=recorded.path,
        only_looks=looks,
        usual=context.answers,
    )
    try:
        made = plan(repo, scratch, context.templates, options)
    except ModelyardError as error:
        return _refused(seen, error), None
    nothing = _changes_nothing(made.result, recorded.path)
    # Its record alone is enough to bring back: it would be told for ever.
    nothing = nothing and not (is_ahead and is_withdrawn)
    made = replace(made, result=projects.from_top(made.result, repo.prefix))
    update = made.result
    if nothing:
        state = RepoState.WITHDRAWN if is_withdrawn else RepoState.CURRENT
    else:
        by_merge = RepoState.CONFLICT if update.conflicts else RepoState.CLEAN
        state = RepoState.behind(seen.request, by_merge, seen.waits_for_ci)
    work = Workspace(remote, repo, scratch, made, answers=recorded.values)
    return replace(seen, state=state, update=update), work


def _unless_moved_on(seen: Observation, version: str) -> Observation:
    """Return what is found without a merged request that the repo, on a newer version, has left.

    From this version back to the wanted one, it was merged and taken back.
    """
    request, known = seen.request, seen.metadata
    is_merged = request is not None and request.state is PullRequestState.MERGED
    if is_merged and not (known and known.before == version):
        return replace(seen, request=None)
    return seen


def _ahead(context: Context, seen: Observation, version: str) -> Observation:
    """Return what is found of a repo on a newer version: none goes back unasked."""
    if version in context.withdrawn:
        way = f"modelyard fleet rollout --to {context.version}"
        detail = f"on {version}, which was withdrawn; {way} brings it back"
        return replace(seen, state=RepoState.WITHDRAWN, detail=detail)
    detail = f"on {version}, which is newer than {context.version}"
    return replace(seen, state=RepoState.CURRENT, detail=detail)


def _candidate(error: NoAnswers) -> str:
    """Say of a repo that is under no template as a whole what it has in folders, if it has."""
    if not error.projects:
        return "has no answers file: modelyard adopt"
    more = f" and {len(error.projects) - 5} more" if error.projects[5:] else ""
    paths = ", ".join(one.path for one in error.projects[:5]) + more
    return f"projects in folders: {paths}; [repos.answers_files] in fleet.toml names one"


def _changes_nothing(update: UpdateResult, answers: str) -> bool:
    """Tell whether a release brings nothing to a repo: what is left out there is not nothing.

    A lock that cannot be compiled, a file that somebody deleted or git ignores: a request names it.
    """
    left_out = any(one.reason not in _BY_DESIGN for one in update.notices)
    return set(update.changes) <= {answers} and not update.conflicts and not left_out


def _refused(seen: Observation, error: ModelyardError) -> Observation:
    if isinstance(error, git.GitError | DiskFull):
        # It says nothing of the repo: this machine got no further.
        raise error
    question = error.question if isinstance(error, BadAnswer) else ""
    way_on = f" (modelyard fleet rollout --data {question}=…)" if question else ""
    return replace(seen, state=RepoState.REFUSED, detail=f"{error.message}{way_on}")


def _foreign(seen: Observation, source: str) -> Observation:
    return replace(seen, state=RepoState.FOREIGN, detail=without_login(source))
