"""All projects of one branch of a repo in one request: each is merged on top of those before it.

What cannot be updated is left out and told, and stops no other. Files that a person has to decide
are as they were for the projects behind, as they are in the request.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from modelyard.fleet import expand, merge_project, projects
from modelyard.fleet.context import Context
from modelyard.fleet.counted import counted
from modelyard.fleet.marks import FleetRequest
from modelyard.fleet.merge_project import Workspace
from modelyard.fleet.model import JoinedProject, Member, Observation, RepoState, Trait
from modelyard.fleet.options import Mode
from modelyard.forges.forge import PullRequestState, Remote
from modelyard.gitrepo.repo import Repo, part_of
from modelyard.gitrepo.scratch import Scratch
from modelyard.merged import Merged
from modelyard.update.on_top import decided_twice, on_top
from modelyard.update.result import Status, UpdateResult, changes_between

_OPEN = PullRequestState.OPEN
# Of what is in no request the first one here is what the repo comes to.
_WORST_FIRST = (
    RepoState.REFUSED,
    RepoState.BROKEN,
    RepoState.WITHDRAWN,
    RepoState.REVERTED,
    RepoState.DECLINED,
    RepoState.CURRENT,
    RepoState.EXEMPT,
    RepoState.FOREIGN,
    RepoState.CANDIDATE,
)
_SHOWN = 5


@dataclass(frozen=True)
class _Part:
    """A project, and its merge where there is one; its paths are relative to the project."""

    project: JoinedProject
    work: Workspace | None


def request_of(
    member: Member, requests: Sequence[FleetRequest], version: str
) -> FleetRequest | None:
    """Return the request of a member for a version that counts, of those that it has.

    Of a joined member it is the joint one. One of the project at the top alone has the same branch:
    open it becomes the joint one, and else it speaks for that project.
    """
    if not member.joined:
        return counted(requests, version)
    found = counted([one for one in requests if one.suffix == member.suffix], version)
    return None if found and found.state is not _OPEN and _is_of_one(found) else found


def merge(
    context: Context,
    member: Member,
    seen: Observation,
    remote: Remote,
    repo: Repo,
    scratch: Scratch,
    mode: Mode,
) -> tuple[Observation, Workspace | None]:
    """Merge all projects of the template on a branch of a repo with the wanted version.

    Args:
        context: The fleet.
        member: The branch.
        seen: What `ask_forge` found.
        remote: How git reaches the repo.
        repo: Its clone.
        scratch: Where merges are made.
        mode: How much is asked for.
    """
    paths = projects.paths(context, repo) or ("",)
    parts, whole = [], Merged(repo.tree)
    for path, project in zip(paths, expand.names(paths), strict=True):
        one = replace(member, project=project, answers_file=path, joined=False)
        top = part_of(repo, "", _undecided_as_before(repo, whole).tree)
        found = _merged_one(context, one, seen, whole, (remote, top, scratch), mode)
        parts.append(found)
        if found.work and found.project.is_in:
            whole = on_top(whole, found.work.repo.prefix, found.work.plan.merged)
    return _as_one(context, seen, repo, parts, whole)


def _undecided(whole: Merged) -> set[str]:
    return {one.path for one in whole.stages} | {one.path for one in whole.conflicts}


def _undecided_as_before(repo: Repo, whole: Merged) -> Merged:
    paths = _undecided(whole)
    tree = {path: file for path, file in whole.tree.items() if path not in paths}
    return replace(whole, tree=tree | {p: f for p, f in repo.tree.items() if p in paths})


def _merged_one(
    context: Context,
    one: Member,
    seen: Observation,
    whole: Merged,
    where: tuple[Remote, Repo, Scratch],
    mode: Mode,
) -> _Part:
    exempt = context.fleet.exemption(one.name, context.today) if one.project else None
    if exempt:
        detail = f"{exempt.reason}, until {exempt.until}"
        return _Part(JoinedProject(one, replace(seen, state=RepoState.EXEMPT, detail=detail)), None)
    mine, work = merge_project.merge(context, one, _of_project(seen, one), *where, mode)
    if work is None or mine.state in _WORST_FIRST:
        return _Part(JoinedProject(one, mine), work)
    prefix, before = work.repo.prefix, work.repo.tree
    if twice := decided_twice(_undecided(whole), prefix, before, work.plan.merged):
        detail = f"another project has to be decided first, in {prefix}{twice[0]}"
        mine = replace(mine, state=RepoState.REFUSED, detail=detail, update=None)
        return _Part(JoinedProject(one, mine), None)
    return _Part(JoinedProject(one, mine, is_in=True), work)


def _of_project(seen: Observation, one: Member) -> Observation:
    """Return what is known of a project, with the request that speaks for it.

    A merge or a no of its own request stays what it was; a joint request that was merged says
    nothing of a project that was not in it.
    """
    own = [each for each in seen.requests if each.suffix == one.suffix and _is_of_one(each)]
    request = counted(own, seen.wanted)
    if request and request.state is not _OPEN:
        return replace(seen, request=request)
    known = seen.metadata
    is_merged = seen.request is not None and seen.request.state is PullRequestState.MERGED
    if is_merged and known and known.joined and one.answers_file not in known.joined:
        # A repo with one project names none; the first one is at the top then.
        is_same = "" in known.joined and not projects.folder_of(one.answers_file)
        return seen if is_same else replace(seen, request=None)
    return seen


def _is_of_one(request: FleetRequest) -> bool:
    return request.metadata is not None and request.metadata.joined is None


def _as_one(
    context: Context, seen: Observation, repo: Repo, parts: Sequence[_Part], whole: Merged
) -> tuple[Observation, Workspace | None]:
    """Return what all projects come to together."""
    every = tuple(one.project for one in parts)
    within = [one for one in every if one.is_in]
    out = [one for one in every if not one.is_in]
    works = tuple(one.work for one in parts if one.work)
    versions = [one.seen.version for one in within or every if one.seen.version]
    seen = replace(
        seen,
        version=_oldest(context, versions),
        owner=next((one.seen.owner for one in every if one.seen.owner), seen.owner),
        detail="; ".join(_told(out, is_only=len(every) == 1)),
        stopped=any(Trait.NEEDS_A_PERSON in one.seen.state.traits for one in out),
    )
    if not works:
        return replace(seen, state=_worst(out)), None
    update = _result(context, seen, repo, within, whole)
    # Its step names the template and the version, which are those of all.
    first = next((one.work for one in parts if one.project.is_in and one.work), works[0])
    made = replace(first.plan, merged=whole, result=update)
    work = replace(first, repo=repo, plan=made, joined=every, parts=works)
    if not within:
        return replace(seen, state=_worst(out), update=update), work
    request = seen.open_request
    by_merge = RepoState.CONFLICT if update.conflicts else RepoState.CLEAN
    state = RepoState.behind(request, by_merge, seen.waits_for_ci)
    return replace(seen, state=state, request=request, update=update), work


def _result(
    context: Context,
    seen: Observation,
    repo: Repo,
    within: Sequence[JoinedProject],
    whole: Merged,
) -> UpdateResult:
    updates = [one.seen.update for one in within if one.seen.update]
    changes = changes_between(repo.tree, whole.tree)
    messages = dict.fromkeys(one.message for one in updates if one.message)
    return UpdateResult(
        Status.of(changes, whole.conflicts),
        seen.version,
        context.version,
        changes,
        whole.conflicts,
        tuple(notice for one in updates for notice in one.notices),
        message="\n\n".join(messages),
    )


def _worst(projects: Sequence[JoinedProject]) -> RepoState:
    return min((one.seen.state for one in projects), key=_WORST_FIRST.index)


def _oldest(context: Context, versions: Sequence[str]) -> str:
    oldest = versions[0] if versions else ""
    for one in versions[1:]:
        oldest = one if context.template.tags.is_older(one, oldest) else oldest
    return oldest


def _told(out: Sequence[JoinedProject], is_only: bool) -> Iterator[str]:
    """Tell of projects that are not in the request why they are not."""
    told = [one for one in out if one.seen.detail or one.seen.state is not RepoState.CURRENT]
    for one in told[:_SHOWN]:
        yield one.seen.detail if is_only else f"{one.place}: {one.why}"
    if len(told) > _SHOWN:
        yield f"and {len(told) - _SHOWN} more projects"
