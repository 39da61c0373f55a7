"""Merges again with formatted renders, and keeps them only where they do not make it worse."""

from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.merged import Merged
from modelyard.update.formatted.sides import Formatted, formatted
from modelyard.update.merge import merge
from modelyard.update.ownership import Sides


def merge_formatted(
    repo: Repo, scratch: Scratch, sides: Sides, plain: Merged, version: str
) -> tuple[Formatted, Merged] | None:
    """Return formatted renders of what git saw a conflict in, and the merge with them.

    Args:
        repo: The repo, at whose HEAD the settings of the formatters are.
        scratch: Where blobs are.
        sides: What was merged.
        plain: The merge without any formatter.
        version: What theirs is called in the markers of a conflict.

    Returns:
        None where no formatter says anything.
    """
    made = formatted(repo, scratch, sides, plain)
    before = {conflict.path for conflict in plain.conflicts}
    while made and made.files:
        new = made.sides(sides)
        merged = merge(scratch, new.base, new.ours, new.theirs, version)
        worse = {conflict.path for conflict in merged.conflicts} - before
        if not worse:
            return made, merged
        made = made.without(worse) if worse <= made.files.keys() else None
    return None
