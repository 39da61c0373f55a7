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
    NOT_MERGED = "you and the template both changed it, and .gitattributes takes it out of merging"
    UNREADABLE_TOGETHER = (
        "each change is fine, but both together, as they stand in it without markers, cannot be "
        "read: the same key twice?"
    )
    WRONG_TOGETHER = (
        "each change is fine, but both together, as they stand in it without markers, are wrong: {}"
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
    KEPT_FILE = "yours by .modelyard.toml ({}): what this version changes in it is not applied"
    KEPT_KEY = "{} is yours by .modelyard.toml: what this version changes there is not applied"
    KEPT_AND_MOVED = (
        "yours by .modelyard.toml, and stays: the template moved it to {}, which is new here"
    )
    KEPT_AND_DELETED = "yours by .modelyard.toml ({}), and stays: the template deleted it"
    KEPT_KEY_NOT_CUT = (
        "{} is yours by .modelyard.toml, but could not be told apart from the rest, so the whole "
        "file was merged"
    )
    KEPT_KEY_MOVED = (
        "what .modelyard.toml says of it is about {} from now on: the template moved it. To keep "
        "the key in the next update too, type"
    )
    KEPT_UNTIL_NOW = "yours by .modelyard.toml until {}: merged again"
    KEEP_SUGGESTED = (
        "in conflict before ({}), and then left as you had it: to decide that for good, type"
    )
    LEFT_OUT_FOR_KEPT = "left out: a file that is yours by .modelyard.toml stands in its way"
    NOT_SHIPPED = "yours: the template does not ship it any more, kept as you have it"
    OTHER_TEMPLATE = "another template of this repo ships it too: kept as it is"
    OTHER_RECORD = "the answers file of another template: not written"
    MOVED_ALONG = "yours: the template moved it, your content moved along"
    IGNORED = "git ignores it and does not track it here, so the template's was not written"
    OCCUPIED = "an untracked file stands there, so the template's was not written"
    FOLDER_OCCUPIED = "a folder with untracked files ({}) is there, so nothing was written over it"
    OTHER_REPOSITORY = "{} is a git repository of its own, so nothing was written into it"
    CARRIED_ONTO = "it would be at {}, where something untracked stands, so it was not written"
    NOT_MOVED = "not moved along with its directory to {}: something untracked stands there"
    SUBMODULE_STAYS = "a submodule, not moved along with its directory: git mv {}"
    NEEDED = "it was not tracked here; pyproject.toml names it, so it was written"
    RECORD_IGNORED = (
        "git ignores it here; it holds the answers, without which no update is possible, so it was "
        "written and is tracked"
    )
    MERGE_OURS = (
        "yours is kept, as .gitattributes says (merge=ours); what the template changed was left out"
    )
    STARTER_TEXT = (
        "you rewrote or removed the starter text here; what the template changed in it was left out"
    )
    STAYS_DELETED = "you deleted it; what the template changed in it was left out"
    DELETED_PIECE = "you deleted {} from it; what the template changed in that was left out"
    DELETED_NOT_APPLIED = "you deleted it; the template changed it in this version: not applied"
    DELETED_BY_TEMPLATE = "the template deleted it; you changed it: kept"
    DELETED_AND_MOVED = "the template deleted it; you moved it to {}: kept"
    FOLDER_MOVED = "directory rename followed: {} moved along with its directory"
    LINES_ARE_BACK = "you removed lines that the template moved: they are there again"
    LINES_ARE_KEPT = "the template removed lines that you moved: they are kept"
    COMMENT_LEFT_OUT = "the template changed a comment at what you changed: left out, it was: {}"
    COMMENT_KEPT = "you and the template reworded one comment: yours is kept, theirs was: {}"
    COMMENT_REMOVED = "the template removed a comment at what you changed: it is kept: {}"
    BLANK_LINES_LEFT_OUT = "the template moved blank lines at what you changed: left out"
    UNREADABLE_NOW = "as the template renders it now, it cannot be read, and yours could: {}"
    FORMATTED = "merged in your format: {} was run over both of the template's versions"
    FORMATTED_IN_CONFLICT = "in conflict in your format: the template's sides are as {} writes them"
    FORMATTED_AND_DELETED = (
        "the template deleted it, and you changed its format alone ({}): it is deleted"
    )
    PIN_RAISED = "both raised a pin, and the template's is higher, or says more: {}"
    PIN_KEPT = "both raised a pin, and yours is higher, or says more: {}"
    PIN_WITHOUT_HASH = "both raised a pin, and the higher one names no hash: {}"
    PIN_IN_CHANGED_LINE = "both changed a line, and one of you nothing but a pin in it: {}"
    LOCK_OF_TEMPLATE = "the template's lock, for the same dependencies"
    LOCK_KEPT = "yours: pyproject.toml keeps its own dependencies, as .modelyard.toml says"
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
    TASKS_NOT_RUN = (
        "the template would run its tasks ({}); its files are as they were, so they were not run"
    )
    CODE_LEFT_OUT = "an update would run code of the template, which was left out here: {}"
    TASKS_SAY = "the template would print: {}"
    TASKS_GONE = "the new version does not run this any more; what it made stays: {}"
    ANSWER_DROPPED = "{} is not asked any more: its answer is left out"
    ANSWER_NOT_RECORDED = (
        "{0} is a secret from this version on: its answer is not recorded any more; give it with "
        "--data {0}=… where a file needs it"
    )
    ANSWER_NOT_WRITTEN = (
        "the template asks for {0}, and its answers file does not record it: the next update takes "
        "the default, unless --data {0}=… is given"
    )
    ANSWER_BY_DEFAULT = "{0} is a new question, and took its default: another with --data {0}=…"
    ANSWER_USUAL = "{} has no valid answer on record here: the one for such repos was taken"
    OTHER_VALUE_KEPT = (
        "it was rendered with another value of {} than was given now, and that stays: a secret is "
        "not on record, so the file is edited by hand"
    )
    RECORD_KEPT = (
        "this version of the template has no answers file: kept, with the version and the answers"
    )
    RECORD_MOVED = "the answers file is {} from this version on, and moved there"
    RECORD_REPLACED = (
        "no update can start from what this version of the template records: {}; written anew, "
        "with the version and the answers"
    )
    NO_RECORD = (
        "the template records no answers, so this repo can never be updated: give the template a "
        "file {{{{ _copier_conf.answers_file }}}}.jinja with the line "
        "{{{{ _copier_answers | to_nice_yaml -}}}}, and make the repo anew"
    )
    USELESS_RECORD = "no update can read what the template records: {}"
    VERSION_MOVED = (
        "the tag is not on the commit on record: {}; your changes are taken from what it was"
    )
    VERSION_MOVES = (
        "the version on record is {}; such a name moves, so it is not known what was rendered: "
        "record the release as _commit, and commit"
    )
    EDITED_ANSWER = (
        "{0}: edited by hand since this version was recorded; the files do not follow: "
        "put it back, and: modelyard update --data {0}=…"
    )
