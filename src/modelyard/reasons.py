"""Why a path is in conflict, or was left as it is: what decides is a member, text comes last."""

from enum import Enum


class Reason(Enum):
    """A reason; packages above add their own by subclasses.

    The value is the sentence for people, with `{}` where it names what it is about.
    """

    def text(self, about: str = "") -> str:
        """Return the sentence."""
        return str(self.value).format(about)


class ConflictReason(Reason):
    """Why a person has to decide about a file."""

    CONTENT = "you and the template changed the same lines"
    BOTH_ADDED = "you and the template both added it, with other contents"
    DISTINCT_TYPES = "a file on one side is a link or a folder on the other"
    CHANGED_AND_DELETED = "you changed it, the template deleted it"
    BINARY = "you and the template both changed this binary file"
    UNREADABLE_TOGETHER = (
        "each change is fine, but both together cannot be read: the same key twice?"
    )
    NO_COMMON_PAST = "both have it, and no common past: the template's is shown beside yours"
    NO_TEXT = "both have it, and it is not text: yours is in the folder"
    OTHER = "{}"


class NoticeReason(Reason):
    """Why something was left out of an update, kept, or decided on purpose."""

    ANSWERS_FILE = "the answers file is the template's: an answer is changed with --data"
    KEPT = "yours: rendered once, kept as you have it"
    LEFT = "left as you have it (--leave): what this version changes in it is not applied"
    LEFT_OUT = "left out: a file that you asked to leave (--leave) stands in its way"
    NOT_SHIPPED = "yours: the template does not ship it any more, kept as you have it"
    MOVED_ALONG = "yours: the template moved it, your content moved along"
    IGNORED = "git ignores it and does not track it here, so the template's was not written"
    OCCUPIED = "an untracked file stands there, so the template's was not written"
    NEEDED = "it was not tracked here; pyproject.toml names it, so it was written"
    STAYS_DELETED = "you deleted it; what the template changed in it was left out"
    DELETED_NOT_APPLIED = "you deleted it; the template changed it in this version: not applied"
    DELETED_BY_TEMPLATE = "the template deleted it; you changed it: kept"
    DELETED_AND_MOVED = "the template deleted it; you moved it to {}: kept"
    FOLDER_MOVED = "directory rename followed: {} moved along with its directory"
    LINES_ARE_BACK = "you removed lines that the template moved: they are there again"
    LINES_ARE_KEPT = "the template removed lines that you moved: they are kept"
    LOCK_OF_TEMPLATE = "the template's lock, for the same dependencies"
    LOCK_COMPILED = "compiled anew from the merged pyproject.toml"
    LOCK_WAITS = "stale until {} is decided: then compile it anew"
    LOCK_MOVED = "stale: you moved it, and the template changed it: kept as you have it"
    LOCK_LATER = "it will be compiled anew when the request is made"
    LOCK_NO_RELOCK = "stale: compile it anew (--no-relock was given)"
    LOCK_NO_UV = "stale: compile it anew (uv is not installed here)"
    LOCK_OTHER_TOOL = "stale: compile it anew (only uv's locks are compiled here, not {})"
    LOCK_UNREADABLE = "stale: compile it anew ({} is invalid, or too large)"
    LOCK_REFUSED = "stale: compile it anew ({} is not passed on to uv here)"
    LOCK_UNKNOWN_INDEX = (
        "stale: compile it anew (this machine does not name the index {}: export UV_INDEX=NAME=URL)"
    )
    LOCK_NO_WHEEL = "stale: compile it anew (pyproject.toml names {}, which is not in the repo)"
    LOCK_NEEDS_BUILD = "stale: compile it anew ({} has to be built, which runs its code)"
    LOCK_UNSATISFIABLE = (
        "stale: compile it anew (no versions fit pyproject.toml; without --trust only wheels count)"
    )
    LOCK_FAILED = "stale: compile it anew (uv failed, or did not reach its index)"
    LOCK_TOO_SLOW = "stale: compile it anew (uv took too long)"
    UNKNOWN_ANSWER = "{} is not a question of the version on record: left out"
    EDITED_ANSWER = (
        "{0}: edited by hand since this version was recorded; the files do not follow: "
        "put it back, and: modelyard update --data {0}=…"
    )
