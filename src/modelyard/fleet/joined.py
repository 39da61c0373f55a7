"""All projects of one branch of a repo in one request: each is merged on top of those before it.

What cannot be updated is left out and told, and stops no other. Files that a person has to decide
are as they were for the projects behind, as they are in the request.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from modelyard.fleet import expand, joint_requests, merge_project, projects
from modelyard.fleet.context import Context
from modelyard.fleet.merge_project import Workspace
from modelyard.fleet.model import JoinedProject, Member, Observation
from modelyard.fleet.options import Mode
from modelyard.fleet.states import RepoState, Trait
from modelyard.forges.forge import Remote
from modelyard.gitrepo.repo import Repo, part_of
from modelyard.gitrepo.scratch import Scratch
from modelyard.merged import Merged
from modelyard.update.on_top import decided_twice, on_top
from modelyard.update.result import Status, UpdateResult, changes_between

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
    request = joint_requests.of_project(seen.requests, one, seen.wanted)
    known = replace(seen, request=request)
    mine, work = merge_project.merge(context, one, known, *where, mode)
    if work is None or mine.state in _WORST_FIRST:
        return _Part(JoinedProject(one, mine), work)
    prefix, before = work.repo.prefix, work.repo.tree
    if twice := decided_twice(_undecided(whole), prefix, before, work.plan.merged):
        detail = f"another project has to be decided first, in {prefix}{twice[0]}"
        mine = replace(mine, state=RepoState.REFUSED, detail=detail, update=None)
        return _Part(JoinedProject(one, mine), None)
    return _Part(JoinedProject(one, mine, is_in=True), work)


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
    answers = _answers([one.work for one in parts if one.project.is_in and one.work])
    work = replace(first, repo=repo, plan=made, answers=answers, joined=every, parts=works)
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


def _answers(works: Sequence[Workspace]) -> dict[str, list[Any]]:
    """Return what is on record in each of several projects, by the name of the question."""
    names = dict.fromkeys(name for one in works for name in one.answers)
    return {name: [one.answers[name] for one in works if name in one.answers] for name in names}


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
