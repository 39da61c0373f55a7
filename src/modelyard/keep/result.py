"""What `keep` did, or found."""

from dataclasses import dataclass
from enum import StrEnum

from modelyard.settings.repo_settings import Kept


class KeepChange(StrEnum):
    """What became of an entry."""

    ADDED = "added"
    CHANGED = "changed"
    DROPPED = "dropped"
    NONE = "none"


@dataclass(frozen=True)
class KeepResult:
    """What a repo keeps, as `.modelyard.toml` in its work tree says.

    Attributes:
        change: What became of the entry that was named; `none` where it was so before, or where
            the entries were only listed.
        entry: That entry; null where they were only listed.
        entries: All entries that there are now.
        is_committed: Whether HEAD says the same: updates read what is committed.
    """

    change: KeepChange
    entry: Kept | None
    entries: tuple[Kept, ...]
    is_committed: bool
