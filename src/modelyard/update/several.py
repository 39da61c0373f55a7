"""The update of all projects and templates of one repo: merged one after another, written once.

Each is merged on top of what the ones before it gave, in memory, so that the work tree is written
once and `git reset --hard` is the way back from all of it. An error in one of them writes nothing.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from modelyard.errors import ModelyardError, Usage
from modelyard.gitrepo.repo import Repo, open_repo, part_of
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import File
from modelyard.merged import Merged
from modelyard.template import projects
from modelyard.template.projects import Project
from modelyard.template.records import find_answers
from modelyard.template.source import Templates
from modelyard.update import apply, work_tree
from modelyard.update.on_top import decided_twice, on_top
from modelyard.update.one_repo import plan
from modelyard.update.options import UpdateOptions
from modelyard.update.refused import refuse_elsewhere, refuse_mixed, refuse_moved
from modelyard.update.result import Status, UpdateResult
from modelyard.update.several_result import ProjectUpdate, SeveralResult, without_messages


@dataclass(frozen=True)
class SeveralPlan:
    """Merges that have passed the ledger, one on top of another, and are not written yet."""

    merged: Merged
    result: SeveralResult
    title: str


def update_all(
    path: Path | str,
    *,
    options: UpdateOptions | None = None,
    dry_run: bool = False,
    branch: str | None = None,
    templates: Templates | None = None,
) -> SeveralResult:
    """Bring all projects of a repo to a version of their templates.

    Args:
        path: The repo, or a folder of it: what is in it is updated.
        options: What can be asked for; a version, answers or an address are for one template, so
            all projects must be of it.
        dry_run: Merge and check, but write nothing.
        branch: Commit to a new branch of this name instead; a conflict is not committed.
        templates: The templates that this process has open.

    Raises:
        ModelyardError: Nothing was written, of no project; its `code` is the exit code.
    """
    options = options or UpdateOptions()
    if options.answers_file:
        raise Usage("--all takes all answers files, --answers-file one", "leave out one of both")
    if options.leave:
        raise Usage("--leave names files of one project, --all takes all", "leave out one of both")
    with ExitStack() as stack:
        repo = open_repo(Path(path))
        if branch is not None:
            apply.refuse_branch(repo, branch)
        if not dry_run:
            stack.enter_context(apply.claimed(repo, needs_clean_tree=branch is None))
        scratch = stack.enter_context(Scratch(repo))
        known = templates or stack.enter_context(Templates())
        made = plan_all(repo, scratch, known, options, find_all(repo, scratch))
        undecided = branch is not None and made.merged.conflicts
        if dry_run or undecided or made.result.status is Status.UNCHANGED:
            return without_messages(made.result)
        if branch is None:
            work_tree.write(repo, scratch, made.merged)
            return made.result
        commit = apply.to_branch(repo, scratch, made.merged, branch, f"Update to {made.title}")
        return replace(made.result, commit=commit)


def find_all(repo: Repo, scratch: Scratch) -> Sequence[Project]:
    """Return all projects of a repo.

    Raises:
        NoAnswers: There is none.
    """
    found = projects.find(repo, scratch)
    if not found:
        find_answers(repo, scratch, None)
    return found


def plan_all(
    repo: Repo,
    scratch: Scratch,
    templates: Templates,
    options: UpdateOptions,
    found: Sequence[Project],
) -> SeveralPlan:
    """Merge projects of a repo, each on top of those before it; nothing is written.

    Raises:
        ModelyardError: One of them cannot be updated; the message says which.
    """
    refuse_mixed(repo, scratch, options, found)
    tree: dict[str, File] = dict(repo.tree)
    all_of_it = Merged(repo.tree)
    done: list[ProjectUpdate] = []
    titles: dict[str, None] = {}
    for project in found:
        part = part_of(repo, project.folder, tree)
        asked = replace(options, answers_file=project.answers_file)
        try:
            refuse_moved(project, part)
            made = plan(part, scratch, templates, asked)
            refuse_elsewhere(project, part, made)
        except ModelyardError as error:
            raise error.told_of(project.path) from None
        undecided = {stage.path for stage in all_of_it.stages}
        undecided |= {conflict.path for conflict in all_of_it.conflicts}
        waits_for = decided_twice(undecided, project.folder, part.tree, made.merged)
        if waits_for:
            waiting = UpdateResult(Status.WAITS, made.result.before, made.result.after)
            made = replace(made, merged=Merged(part.tree), result=waiting)
        elif made.result.status is not Status.UNCHANGED:
            titles[made.step.title] = None
        all_of_it = on_top(all_of_it, project.folder, made.merged)
        tree = dict(all_of_it.tree)
        place, source = project.answers_file, made.step.recorded.source
        update = replace(made.result, others=())
        done.append(ProjectUpdate(project.folder, place, source, update, waits_for))
    changed = any(one.update.status is not Status.UNCHANGED for one in done)
    status = Status.CONFLICT if all_of_it.conflicts else Status.UNCHANGED
    if changed and not all_of_it.conflicts:
        status = Status.CLEAN
    return SeveralPlan(all_of_it, SeveralResult(status, tuple(done)), ", ".join(titles))
