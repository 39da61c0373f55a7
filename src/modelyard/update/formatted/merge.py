"""Merges again with formatted renders, and keeps them only where they do not make it worse."""

from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.merged import Merged
from modelyard.update.content import MergeOptions
from modelyard.update.formatted.sides import Formatted, formatted
from modelyard.update.ownership import Sides
from modelyard.update.unobstructed import merge


def merge_formatted(
    repo: Repo, scratch: Scratch, sides: Sides, plain: Merged, version: str, options: MergeOptions
) -> tuple[Formatted, Sides, Merged] | None:
    """Return formatted renders of what git saw a conflict in, the sides with them, and the merge.

    Args:
        repo: The repo, at whose HEAD the settings of the formatters are.
        scratch: Where blobs are.
        sides: What was merged.
        plain: The merge without any formatter.
        version: What theirs is called in the markers of a conflict.
        options: How files in which git sees a conflict are merged.

    Returns:
        None where no formatter says anything.
    """
    made = formatted(repo, scratch, sides, plain)
    before = {conflict.path for conflict in plain.conflicts}
    while made and made.files:
        new = made.sides(sides)
        merged = merge(repo, scratch, new, version, options)
        worse = {conflict.path for conflict in merged.conflicts} - before
        if not worse:
            return made, new, merged
        made = made.without(worse) if worse <= made.files.keys() else None
    return None
