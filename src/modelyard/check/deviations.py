"""Finds the standard files that a repo has changed, and what it keeps so on purpose."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from modelyard.check import kept
from modelyard.check.kept import KeptEntry
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import SUBMODULE, File
from modelyard.render.request import Rendered
from modelyard.settings import repo_settings
from modelyard.template import config
from modelyard.template.step import Step
from modelyard.template.tags import Tags
from modelyard.update import attributes, lockfiles
from modelyard.update.keep.plan import ended
from modelyard.update.ownership import comparable_sides
from modelyard.update.unobstructed import leave_occupied


@dataclass(frozen=True)
class Deviations:
    """How a repo deviates from the version on record.

    Attributes:
        unexplained: The standard files that are not as that version renders them.
        kept: What the repo keeps on purpose, which explains the others.
    """

    unexplained: Sequence[str]
    kept: tuple[KeptEntry, ...]


def deviations(repo: Repo, scratch: Scratch, base: Rendered, step: Step, tags: Tags) -> Deviations:
    """Find how a repo deviates from what the recorded version renders.

    Raises:
        BadSettings: What it keeps on purpose cannot be read.
    """
    every = repo_settings.read(repo, scratch).keep
    entries = [one for one in every if not ended(tags, one, step.before.name)]

    def read(file: File | None) -> tuple[str, bytes] | None:
        readable = file is not None and file.mode != SUBMODULE
        return (file.mode, scratch.read(file.oid)) if file and readable else None

    shared = config.matcher(config.read(step.before).shared)
    base, _ = attributes.as_repo_says(repo, scratch, base, base)
    sides = comparable_sides(repo, scratch, base, base)
    leave_occupied(repo, scratch, sides)
    unexplained = [
        path
        for path, file in sorted(sides.base.items())
        if repo.tree.get(path) != file
        and path != base.answers_path
        and PurePosixPath(path).name not in lockfiles.NAMES
        and not base.is_yours(path)
        and not shared(path)
        and not kept.explains(entries, path, read(repo.tree.get(path)), read(file))
    ]
    endless = [one for one in entries if one.until and not tags.can_reach(one.until)]
    states = kept.states(scratch, sides.base, repo.tree, every, entries, endless)
    return Deviations(unexplained, states)
