"""Merges the sides of an update, and has the ledger audit what was merged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import Tree
from modelyard.ledger.audit import Audit, audit
from modelyard.ledger.loss import Loss, LossFound, Owner
from modelyard.merged import Merged, Notice
from modelyard.render.request import Rendered
from modelyard.template.step import Step
from modelyard.update import layers, lockfiles, template_code, unobstructed, unreadable, whole_files
from modelyard.update.content import MergeOptions
from modelyard.update.keep.plan import KeepPlan
from modelyard.update.leave import options, untouched
from modelyard.update.options import Relock
from modelyard.update.ownership import Sides

_ATTEMPTS = 4


def merged_and_audited(
    repo: Repo,
    scratch: Scratch,
    step: Step,
    sides: Sides,
    renders: tuple[Rendered, Rendered],
    relock: Relock,
    kept: KeepPlan,
    options: MergeOptions,
) -> tuple[Merged, tuple[Notice, ...]]:
    """Merge the sides, and return the merge with what it and the ledger have to tell.

    Args:
        repo: The repo.
        scratch: Where blobs are.
        step: The versions; where they run code, Copier does the update, which is audited too.
        sides: What is merged.
        renders: The recorded and the wanted version, as they were rendered.
        relock: Whether locks are compiled anew, and how.
        kept: What the sides say nothing of, for the repo keeps it.
        options: How files in which git sees a conflict are merged.

    Raises:
        LossFound: The ledger found a line unaccounted for.
    """
    base, theirs = (scratch.tree(rendered.files) for rendered in renders)
    judge = _Judge(repo, scratch, sides, *kept.renders(scratch, repo.tree, base, theirs), theirs)
    if step.trusted and template_code.is_needed(*renders):
        merged, found = judge.by_copier(step, options)
    else:
        merged, found = judge.by_merge(step.after.name, relock, options)
    decided = (notice for one in merged.resolutions.values() for notice in one.notices)
    told = (*merged.notices, *decided, *sides.without(merged.locks).notices, *found.notices)
    return merged, (*told, *kept.notices, *unreadable.notices(scratch, repo.tree, merged))


@dataclass(frozen=True)
class _Judge:
    """Judges a merge of the sides by what it was made of.

    Attributes:
        base: The recorded render, and `theirs` the wanted one, with what the repo keeps.
        shipped: The wanted render as it is, of which the locks are.
    """

    repo: Repo
    scratch: Scratch
    sides: Sides
    base: Tree
    theirs: Tree
    shipped: Tree

    def audit(self, merged: Merged) -> Audit:
        # A lock is compiled anew as a whole: it is told with its own reason, and is not kept.
        sides = self.sides.without(merged.locks)
        if dropped := sides.dropped(merged.tree):
            raise self._lost(dropped, [loss.path for loss in dropped])
        named = {notice.path: notice for notice in (*sides.all_named, *merged.notices)}
        base = {p: file for p, file in self.base.items() if p not in self.sides.never_tracked}
        trees = (base, self.repo.tree, merged, self.theirs)
        return audit(*trees, self.scratch.glance, named=named, sizes=self.scratch.sizes)

    def by_merge(self, version: str, relock: Relock, options: MergeOptions) -> tuple[Merged, Audit]:
        sides = self.sides
        found = Audit((), ())
        whole: frozenset[str] = frozenset()
        # A person decides about files that the ledger cannot follow: first these as git merges
        # them, then these as wholes, at last about all that git cannot merge.
        for attempt in range(_ATTEMPTS):
            options = replace(options, by_meaning=attempt < _ATTEMPTS - 1)
            merged = unobstructed.merge(self.repo, self.scratch, sides, version, options)
            merged = whole_files.undecided(self.scratch, sides, merged, whole, version)
            merged = self._as_asked(merged)
            if options.by_meaning and (better := self._in_format(merged, version, relock, options)):
                return better
            merged = lockfiles.update_locks(self.scratch, sides, self.shipped, merged, relock)
            found = self.audit(merged)
            if not found.losses:
                return merged, found
            whole |= options.apart.intersection(found.concerned)
            options = replace(options, apart=options.apart | set(found.concerned))
        raise self._lost(found.losses, found.concerned)

    def _as_asked(self, merged: Merged) -> Merged:
        """Return a merge with the user's side as it is committed, and what is left as it is."""
        merged = self.sides.line_ends.given_back(merged, self.scratch)
        return untouched(merged, self.repo.tree, self.sides.left)

    def _in_format(
        self, plain: Merged, version: str, relock: Relock, options: MergeOptions
    ) -> tuple[Merged, Audit] | None:
        """Merge again, with both renders of what git saw a conflict in as the repo formats it.

        None where no formatter says anything, or the ledger cannot follow.
        """
        if not (plain.conflicts or plain.by_meaning):
            return None
        from modelyard.update.formatted.merge import merge_formatted

        found = merge_formatted(self.repo, self.scratch, self.sides, plain, version, options)
        if found is None:
            return None
        made, sides, merged = found
        merged = self._as_asked(merged)
        judge = replace(
            self,
            sides=sides,
            base={**self.base, **made.base},
            theirs={**self.theirs, **made.theirs},
        )
        merged = lockfiles.update_locks(self.scratch, judge.sides, self.shipped, merged, relock)
        audited = judge.audit(merged)
        if audited.losses:
            return None
        self.sides.obstructed[:] = sides.obstructed
        return merged, replace(audited, notices=(*audited.notices, *made.notices(merged)))

    def by_copier(self, step: Step, options: MergeOptions) -> tuple[Merged, Audit]:
        from modelyard.update import by_copier

        made = by_copier.merge(self.repo, self.scratch, step)
        merged = layers.restored(made, self.sides)
        merged = unobstructed.left_out(self.repo, self.scratch, merged)
        merged = untouched(merged, self.repo.tree, self.sides.left)
        found = self.audit(merged)
        if self._of_user(found) and self._has_moved(found.concerned):
            # Copier drops what the user edited in a file that the template renames: git does not.
            # What the template's code itself does to a file of the user stays a loss.
            own = unobstructed.merge(self.repo, self.scratch, self.sides, step.after.name, options)
            own = self._as_asked(own)
            merged = by_copier.with_files_of(own, merged, found.concerned)
            found = self.audit(merged)
        if lost := self._of_user(found):
            raise self._lost(lost, found.concerned)
        return merged, found

    def _has_moved(self, paths: Sequence[str]) -> bool:
        """Tell whether the template renamed or deleted one of these files."""
        return any(path in self.base and path not in self.theirs for path in paths)

    def _of_user(self, found: Audit) -> tuple[Loss, ...]:
        """Return what is lost of the user's: what the template's code wrote is in no render."""
        return tuple(loss for loss in found.losses if loss.owner is Owner.USER)

    def _lost(self, losses: Sequence[Loss], concerned: Sequence[str]) -> LossFound:
        """Return the error, with the way on: whatever cannot be accounted for can be left."""
        mine = [path for path in concerned if path in self.repo.tree] or concerned
        return LossFound(losses, mine, f"modelyard update {options(mine)}")
