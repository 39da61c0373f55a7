"""What is pushed to a repo: the merge as a commit, signed where that is asked for."""

from dataclasses import dataclass, field, replace

from modelyard.fleet import on_top, signed_commits
from modelyard.fleet.context import Context
from modelyard.fleet.merge_project import Workspace
from modelyard.fleet.model import Observation
from modelyard.fleet.signed_commits import Sign
from modelyard.fleet.states import Action
from modelyard.forges.forge import Repository
from modelyard.forges.people import People
from modelyard.gitrepo import git, lfs
from modelyard.gitrepo.repo import Repo
from modelyard.merged import Merged
from modelyard.update.apply import commit_tree, new_objects


@dataclass(frozen=True)
class Made:
    """What is pushed, and what is left to decide there.

    Attributes:
        commit: The commit; "" where there can be none.
        conflicts: Files that a person has to decide.
        merge: The bot's own merge, where the commit puts it on top of somebody's commits.
        problem: Why there is none.
        people: Who is to be asked for a review, and whom the request is assigned to.
    """

    commit: str
    conflicts: tuple[str, ...]
    merge: str = ""
    problem: str = ""
    people: People = field(default_factory=People)


def make(
    context: Context, seen: Observation, action: Action, work: Workspace, message: str
) -> Made:
    """Make what is pushed: the merge, or one on top of what somebody has committed there."""
    bot = context.fleet.bot
    merge = _commit(context, work, message)
    if action is not Action.BUILD_ON or seen.metadata is None:
        return Made(merge, seen.conflicts)
    if bot.sign is Sign.API:
        return Made("", seen.conflicts, problem="GitHub's API, which signs, puts none on top")
    ends = {"base": seen.metadata.last_merge, "tip": seen.tip, "merge": merge}
    found = on_top.put(work.remote, work.repo, bot, **ends, message=message)
    # Who has changed a file there has decided it.
    left = tuple(path for path in seen.conflicts if path not in found.touched)
    return Made(found.commit, left, merge, found.problem)


def _commit(context: Context, work: Workspace, message: str) -> str:
    """Make the commit; the same merge is the same commit, whoever makes it."""
    bot = context.fleet.bot
    merged = _without_markers(work.repo, work.plan.merged)
    lfs.refuse_unsent(work.scratch, new_objects(work.repo, merged))
    who = bot.identity_as_of(work.repo)
    if bot.sign is not Sign.GIT:
        return commit_tree(work.repo, work.scratch, merged, message, who)
    who |= signed_commits.environment()
    try:
        return commit_tree(work.repo, work.scratch, merged, message, who, sign=True)
    except git.GitError as error:
        raise signed_commits.not_signed(error) from None


def signed(
    context: Context, repository: Repository, seen: Observation, work: Workspace, commit: str
) -> str:
    """Return the commit to push: signed where that is asked for, else as it is.

    A signature may be another one each time: the same merge on the branch stays as it is.
    """
    sign = context.fleet.bot.sign
    if sign is Sign.NO or commit == seen.tip:
        return commit
    if there := signed_commits.kept(work.remote, work.repo, seen.tip, commit):
        return there
    if sign is Sign.GIT:
        return commit
    aside = signed_commits.branch_for(context.fleet.request.branch, seen.branch)
    return signed_commits.by_api(
        context.forge, repository, work.repo, work.remote, commit, aside, seen.tips
    )


def _without_markers(repo: Repo, merged: Merged) -> Merged:
    """Leave files in conflict as they were: a request that can be merged has no markers in it."""
    undecided = {stage.path for stage in merged.stages} | {c.path for c in merged.conflicts}
    tree = {path: file for path, file in merged.tree.items() if path not in undecided}
    tree |= {path: file for path, file in repo.tree.items() if path in undecided}
    return replace(merged, tree=tree, conflicts=(), stages=())
