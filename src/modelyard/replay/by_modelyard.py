"""What `modelyard update` makes of a past update: in memory, from the objects of the repo."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modelyard.gitrepo import own
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import Tree
from modelyard.ledger.loss import LossFound
from modelyard.reasons import NoticeReason
from modelyard.replay.committed import by_place, compared, decision
from modelyard.replay.history import FoundUpdate
from modelyard.replay.result import DecidedFile, ReplayStatus, ToolReplay
from modelyard.replay.spent import Spent, Watch
from modelyard.template.source import Template, Templates
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


def run(
    past: Repo,
    one: FoundUpdate,
    templates: Templates,
    template: Template,
    to: str,
    given: Mapping[str, Any],
    committed: Tree,
    trust: bool,
) -> ToolReplay:
    """Merge a repo as it was with the version that people went to.

    Args:
        past: The repo before the commit.
        one: The update.
        templates: The templates that this process has open.
        template: The one of the repo.
        to: The version.
        given: What people answered.
        committed: The files of the commit.
        trust: The template may load its extensions.

    Raises:
        ModelyardError: There is no update from the one version to the other.
    """
    options = UpdateOptions(to, given, only_looks=True, trust=trust, without_code=True)
    watch = Watch()
    try:
        with Scratch(past) as scratch:
            plan = plan_from(past, scratch, templates, options, one.recorded, template)
    except LossFound as error:
        return ToolReplay(ReplayStatus.STOPPED, **watch.read()._asdict(), error=error.message)
    return _result(past, one, plan, committed, watch.read())


def _result(past: Repo, one: FoundUpdate, plan: Plan, committed: Tree, spent: Spent) -> ToolReplay:
    merged = plan.merged
    stages = by_place(merged.stages)
    conflicts = {conflict.path: conflict for conflict in reversed(merged.conflicts)}
    files = tuple(
        DecidedFile(
            path, decision(path, past.tree, committed, stages), conflict.reason, conflict.about
        )
        for path, conflict in sorted(conflicts.items())
    )
    apart = {*conflicts, one.recorded.path, one.reached.path}
    found = compared(past.tree, merged.tree, committed, apart)
    code = NoticeReason.CODE_LEFT_OUT
    return ToolReplay(
        ReplayStatus.CONFLICT if files else ReplayStatus.CLEAN,
        files,
        found.equal,
        found.differs,
        *spent,
        not_run="; ".join(note.about for note in plan.result.notices if note.reason is code),
    )
