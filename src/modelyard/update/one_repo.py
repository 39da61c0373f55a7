"""The update of one repo: read, render twice, merge, check, and only then write."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from modelyard.gitrepo.repo import Repo, open_repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import Tree
from modelyard.ledger.audit import Audit, audit
from modelyard.ledger.loss import Imbalance, Owner
from modelyard.merged import Merged, Notice
from modelyard.render import message
from modelyard.render.sides import renders
from modelyard.template import config
from modelyard.template.source import Templates
from modelyard.template.step import Step, find_answers, find_step
from modelyard.update import apply, lockfiles
from modelyard.update.merge import merge
from modelyard.update.ownership import Sides, normalise
from modelyard.update.result import Status, UpdateResult, changes_between


@dataclass(frozen=True)
class UpdateOptions:
    """What somebody wants of an update.

    Attributes:
        to: A version by name; the newest release where it is None.
        data: Answers that change.
        template: Where the template is now, if it has moved.
        answers_file: The answers file, where a repo has several.
        relock: Whether locks are compiled anew where what they lock has changed.
        trust: Whether the template may run code; Copier then does the update.
    """

    to: str | None = None
    data: Mapping[str, Any] | None = None
    template: str | None = None
    answers_file: str | None = None
    relock: bool = True
    trust: bool = False


@dataclass(frozen=True)
class Plan:
    """A merge that has passed the ledger and is not written yet."""

    step: Step
    merged: Merged
    outcome: UpdateResult


def plan(repo: Repo, scratch: Scratch, templates: Templates, wish: UpdateOptions) -> Plan:
    """Merge a repo with the version that is wanted; nothing is written to it.

    Raises:
        Imbalance: The ledger found a line unaccounted for.
        ModelyardError: The repo, its answers or the template do not allow an update.
    """
    recorded = find_answers(repo, scratch, wish.answers_file)
    step = find_step(repo, recorded, templates, wish.to, wish.data or {}, wish.template, wish.trust)
    if step.nothing_to_do:
        return Plan(
            step,
            Merged(repo.tree),
            UpdateResult(Status.UNCHANGED, step.before.name, step.after.name),
        )
    base, theirs, odd = renders(repo, scratch, step)
    sides = normalise(repo, scratch, base, theirs)
    judge = _Judge(repo, scratch, sides, scratch.tree(base.files), scratch.tree(theirs.files))
    if config.code(step.before, step.after):
        merged, found = judge.by_copier(step)
    else:
        merged, found = judge.by_us(step.after.name, wish.relock)
    told = sides.without(merged.settled).notices
    notices = _together(tuple(odd), merged.notices, told, found.notices)
    changes = changes_between(repo.tree, merged.tree)
    outcome = UpdateResult(
        Status.of(changes, merged.conflicts),
        step.before.name,
        step.after.name,
        changes,
        merged.conflicts,
        notices,
        message=message.printable(theirs.message) if changes or merged.conflicts else "",
    )
    return Plan(step, merged, outcome)


@dataclass(frozen=True)
class _Judge:
    """Merges, and lets the ledger judge what was merged."""

    repo: Repo
    scratch: Scratch
    sides: Sides
    base: Tree
    theirs: Tree

    def audit(self, merged: Merged) -> Audit:
        # A lock is compiled anew as a whole: it is told with its own reason, and is not kept.
        sides = self.sides.without(merged.settled)
        dropped = sides.dropped(merged.tree)
        if dropped:
            raise Imbalance(dropped)
        decided = [*sides.all_named, *merged.notices]
        named = {notice.path: notice for notice in decided}
        trees = (self.base, self.repo.tree, merged, self.theirs)
        return audit(*trees, self.scratch.read, named=named)

    def by_us(self, version: str, relock: bool) -> tuple[Merged, Audit]:
        sides = self.sides
        found = Audit((), ())
        # Where the ledger cannot follow a merge by meaning, a person decides.
        for by_meaning in (True, False):
            trees = (sides.base, sides.ours, sides.theirs)
            merged = merge(self.scratch, *trees, version, by_meaning)
            merged = lockfiles.settle(self.scratch, sides, self.theirs, merged, relock)
            found = self.audit(merged)
            if not found.losses:
                return merged, found
        raise Imbalance(found.losses)

    def by_copier(self, step: Step) -> tuple[Merged, Audit]:
        from modelyard.update import by_copier

        merged = by_copier.merge(self.repo, self.scratch, step)
        found = self.audit(merged)
        # What the template's code wrote is in no render; what is the user's must be there.
        lost = tuple(loss for loss in found.losses if loss.owner is Owner.USER)
        if lost:
            raise Imbalance(lost)
        return merged, found


def update(
    path: Path | str,
    to: str | None = None,
    data: Mapping[str, Any] | None = None,
    *,
    wish: UpdateOptions | None = None,
    dry_run: bool = False,
    branch: str | None = None,
    templates: Templates | None = None,
) -> UpdateResult:
    """Bring a repo to a version of its template.

    Args:
        path: The repo, or a folder of it that was rendered from a template.
        to: A version by name; the newest release where it is None.
        data: Answers that change.
        wish: All that can be asked for; goes before `to` and `data`.
        dry_run: Merge and check, but write nothing.
        branch: Commit to a new branch of this name instead of changing the work tree. A conflict
            is not committed: nothing is written then.
        templates: The templates that this process has open, where it updates many repos.

    Raises:
        ModelyardError: Nothing was written; its `code` is the exit code.
    """
    wish = wish or UpdateOptions(to, data)
    with ExitStack() as stack:
        repo = open_repo(Path(path))
        if branch is not None:
            apply.refuse_branch(repo, branch)
        if not dry_run:
            stack.enter_context(apply.claimed(repo, needs_clean_tree=branch is None))
        scratch = stack.enter_context(Scratch(repo))
        made = plan(repo, scratch, templates or stack.enter_context(Templates()), wish)
        undecided = branch is not None and made.merged.conflicts
        if dry_run or undecided or made.outcome.status is Status.UNCHANGED:
            return replace(made.outcome, message="")
        if branch is None:
            apply.to_work_tree(repo, scratch, made.merged)
            return made.outcome
        message = f"Update to {made.step.title}"
        commit = apply.to_branch(repo, scratch, made.merged, branch, message)
        return replace(made.outcome, commit=commit)


def _together(*groups: tuple[Notice, ...]) -> tuple[Notice, ...]:
    """Return each notice once; where two name the same path and reason, the one with more lines."""
    best: dict[tuple[str, str], Notice] = {}
    for notice in (notice for group in groups for notice in group):
        key = notice.path, notice.text
        if key not in best or len(notice.lines) > len(best[key].lines):
            best[key] = notice
    return tuple(sorted(best.values(), key=lambda notice: notice.path))
