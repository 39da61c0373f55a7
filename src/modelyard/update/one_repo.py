"""The update of one repo: read, render twice, merge, audit, and only then write.

Locks are compiled anew as a part of the merge. Where a template runs code and is trusted, Copier
merges; the ledger audits that too.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from modelyard.errors import Refused
from modelyard.gitrepo.refused_paths import refuse_paths
from modelyard.gitrepo.repo import Repo, open_repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.merged import Merged, unique_notices
from modelyard.render import message, told
from modelyard.render.render import prepare
from modelyard.render.sides import renders
from modelyard.settings import repo_settings
from modelyard.settings.repo_settings import Pins
from modelyard.template import projects
from modelyard.template.answers import Answers
from modelyard.template.records import find_answers
from modelyard.template.source import Template, Templates
from modelyard.template.step import Step, find_step, open_template
from modelyard.update import (
    apply,
    attributes,
    layers,
    template_code,
    without_trust,
    work_tree,
)
from modelyard.update.audited import merged_and_audited
from modelyard.update.content import MergeOptions
from modelyard.update.keep.plan import entries_of, keep, told_of_ended
from modelyard.update.keep.suggest import suggestions
from modelyard.update.leave import leave
from modelyard.update.options import UpdateOptions
from modelyard.update.ownership import comparable_sides
from modelyard.update.readiness import refusal_without_record
from modelyard.update.resolution.elsewhere import written_elsewhere
from modelyard.update.resolution.resolve import resolvers
from modelyard.update.result import Status, UpdateResult, changes_between


@dataclass(frozen=True)
class Plan:
    """A merge that has passed the ledger and is not written yet.

    Attributes:
        shipped: What the recorded version renders beside the answers file; empty where nothing
            was rendered.
    """

    step: Step
    merged: Merged
    result: UpdateResult
    shipped: frozenset[str] = frozenset()


def update(
    path: Path | str,
    to: str | None = None,
    data: Mapping[str, Any] | None = None,
    *,
    options: UpdateOptions | None = None,
    dry_run: bool = False,
    branch: str | None = None,
    templates: Templates | None = None,
) -> UpdateResult:
    """Bring a repo to a version of its template.

    Args:
        path: The repo, or a folder of it that was rendered from a template.
        to: A version by name; the newest release where it is None.
        data: Answers that change.
        options: All that can be asked for; goes before `to` and `data`.
        dry_run: Merge and check, but write nothing.
        branch: Commit to a new branch of this name instead of changing the work tree. A conflict
            is not committed: nothing is written then.
        templates: The templates that this process has open, where it updates many repos.

    Raises:
        ModelyardError: Nothing was written; its `code` is the exit code.
    """
    options = options or UpdateOptions(to, data)
    with ExitStack() as stack:
        repo = open_repo(Path(path))
        if branch is not None:
            apply.refuse_branch(repo, branch)
        if not dry_run:
            stack.enter_context(apply.claimed(repo, needs_clean_tree=branch is None))
        scratch = stack.enter_context(Scratch(repo))
        made = plan(repo, scratch, templates or stack.enter_context(Templates()), options)
        undecided = branch is not None and made.merged.conflicts
        if dry_run or undecided or made.result.status is Status.UNCHANGED:
            # What the template says is about work that is due once something is written.
            return replace(made.result, message="")
        if branch is None:
            work_tree.write(repo, scratch, made.merged)
            return made.result
        subject = f"Update to {made.step.title}"
        commit = apply.to_branch(repo, scratch, made.merged, branch, subject)
        return replace(made.result, commit=commit)


def plan(repo: Repo, scratch: Scratch, templates: Templates, options: UpdateOptions) -> Plan:
    """Merge a repo with the version that is wanted; nothing is written to it.

    Raises:
        LossFound: The ledger found a line unaccounted for.
        Refused: The template is not trusted with what it needs; where nobody has named a version,
            the hint names one that needs nothing.
        ModelyardError: The repo, its answers or the template do not allow an update.
    """
    recorded = find_answers(repo, scratch, options.answers_file)
    template = open_template(repo, recorded, templates, options.template)
    try:
        return plan_from(repo, scratch, templates, options, recorded, template)
    except Refused as error:
        if not (options.to or options.trust or options.only_looks):
            other = without_trust.newest(repo, scratch, template, recorded, options)
            error.hint += f"; or modelyard update --to {other}    # needs no trust" if other else ""
        raise


def plan_from(
    repo: Repo,
    scratch: Scratch,
    templates: Templates,
    options: UpdateOptions,
    recorded: Answers,
    template: Template,
) -> Plan:
    """Merge a repo with the version that is wanted, from these answers and this template.

    Raises:
        LossFound: The ledger found a line unaccounted for.
        Refused: The template is not trusted with what it needs.
        ModelyardError: The repo, its answers or the template do not allow an update.
    """
    prepare()
    given, usual = options.data or {}, options.usual
    step = find_step(template, recorded, options.to, given, options.trust, usual=usual)
    versions = step.before.name, step.after.name
    others = projects.others(repo, scratch, recorded.path)
    if step.nothing_to_do:
        identity = told.of_identity(step)
        unchanged = UpdateResult(Status.UNCHANGED, *versions, notices=identity, others=others)
        return Plan(step, Merged(repo.tree), unchanged)
    base, theirs, warnings = renders(repo, scratch, step)
    code = template_code.left_out if options.without_code else template_code.refuse_or_tell
    warnings += code(step, base, theirs)
    base, theirs = attributes.as_repo_says(repo, scratch, base, theirs)
    sides = comparable_sides(repo, scratch, base, theirs)
    layers.keep_others(repo, scratch, templates, step, sides)
    records = {base.answers_path, theirs.answers_path}
    sides = leave(options.leave, sides, repo.tree, records)
    # Copier, which runs tasks, does not merge where they are left out.
    running = replace(step, trusted=step.trusted and not options.without_code)
    by_copier = running.trusted and template_code.is_needed(base, theirs)
    entries, over = entries_of(repo, scratch, template.tags, step.after.name)
    sides, kept = keep(repo, scratch, sides, entries, records, can_cut=not by_copier)
    asks = repo_settings.read(repo, scratch).pins is Pins.ASK
    elsewhere = written_elsewhere(scratch, sides.base, sides.ours)
    merging = MergeOptions(resolvers=resolvers(asks, elsewhere))
    warnings += told_of_ended(over, base.files.keys() | theirs.files.keys())
    merged, decided = merged_and_audited(
        repo, scratch, running, sides, (base, theirs), options.relocking, kept, merging
    )
    refuse_paths(merged.tree)
    if merged.tree.keys().isdisjoint(records):
        raise refusal_without_record(theirs.answers_path)
    changes = changes_between(repo.tree, merged.tree)
    status = Status.of(changes, merged.conflicts)
    said = message.trimmed(theirs.message) if status is not Status.UNCHANGED else ""
    suggested = suggestions(repo, scratch, template, step, base, merged.conflicts)
    notices = unique_notices([*warnings, *told.without_identity(decided), *suggested])
    result = UpdateResult(
        status, *versions, changes, merged.conflicts, notices, message=said, others=others
    )
    shipped = frozenset(base.files.keys() - {base.answers_path})
    return Plan(step, merged, result, shipped)
