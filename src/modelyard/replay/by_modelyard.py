"""What `modelyard update` makes of a past update: in memory, from the objects of the repo."""

from pathlib import Path

from modelyard.gitrepo import own
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.ledger.loss import LossFound
from modelyard.reasons import NoticeReason
from modelyard.replay.committed import by_place, compared, decision
from modelyard.replay.result import DecidedFile, ReplayStatus, ToolReplay
from modelyard.replay.spent import Spent, Watch
from modelyard.replay.task import Task
from modelyard.template.source import Templates
from modelyard.update.one_repo import Plan, plan_from
from modelyard.update.options import UpdateOptions


def beside(repo: Repo, folder: Path) -> Path:
    """Make an empty repository in a folder that sees the objects of a repo, and return it.

    Of the repo itself a replay then needs nothing more, and what is untracked in its work tree
    today is not in the way.
    """
    made = folder / f"{repo.folder.name.removesuffix('.git')}.git"
    own.make(made, own.configuration(repo.algorithm), [repo.objects])
    return made


def at(repo: Repo, empty: Path, commit: str) -> Repo:
    """Return a repo as it was at a commit, without a work tree; `empty` is from `beside`."""
    return Repo(empty, empty, repo.prefix, commit, True, repo.algorithm, empty)


def run(task: Task, templates: Templates, trust: bool) -> ToolReplay:
    """Merge a repo as it was with the version that people went to.

    Args:
        task: The update.
        templates: The templates that this process has open.
        trust: The template may load its extensions.

    Raises:
        ModelyardError: There is no update from the one version to the other.
    """
    options = UpdateOptions(task.to, task.given, only_looks=True, trust=trust, without_code=True)
    watch = Watch()
    try:
        with Scratch(task.past) as scratch:
            asked = (task.past, scratch, templates, options, task.recorded, task.template)
            plan = plan_from(*asked)
    except LossFound as error:
        return ToolReplay(ReplayStatus.STOPPED, **watch.read()._asdict(), error=error.message)
    return _result(task, plan, watch.read())


def _result(task: Task, plan: Plan, spent: Spent) -> ToolReplay:
    merged, before, committed = plan.merged, task.past.tree, task.committed
    stages = by_place(merged.stages)
    conflicts = {conflict.path: conflict for conflict in reversed(merged.conflicts)}
    files = tuple(
        DecidedFile(path, decision(path, before, committed, stages), one.reason, one.about)
        for path, one in sorted(conflicts.items())
    )
    # One side of a conflict may stand under a name of its own, such as the file beside a link.
    undecided = {*conflicts, *(path for path, _ in stages)}
    found = compared(before, merged.tree, committed, {*undecided, *task.records})
    code = NoticeReason.CODE_LEFT_OUT
    return ToolReplay(
        ReplayStatus.CONFLICT if files else ReplayStatus.CLEAN,
        files,
        found.equal,
        found.differs,
        *spent,
        not_run="; ".join(note.about for note in plan.result.notices if note.reason is code),
    )
