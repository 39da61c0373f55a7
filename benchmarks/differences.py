"""Why files of past updates, merged without a conflict, are not what people committed.

`differences.toml` has a kind for each, and a note where the kind does not say it all. Somebody has
read five versions of the file for that: base, ours, theirs, what was merged, what was committed.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

from .public_repos import PublicRepo

REASONS = Path(__file__).with_suffix(".toml")


class Kind(Enum):
    """Why a file differs: its label, what it means, and whether the merge is at fault."""

    EDIT_LOST = (
        "fault: an edit is lost",
        "the merge dropped an edit of people or of the template, or has it twice",
        True,
    )
    BROKEN_REFERENCE = (
        "fault: a reference is broken",
        "the merged file names what the update takes out, and nothing says so",
        True,
    )
    UNREADABLE = (
        "fault: not readable",
        "the template's own render does not parse with these answers, so the merged file does not "
        "either, and nothing says so",
        True,
    )
    AGAINST_COMMENT = (
        "fault: against a comment",
        "people's comment in the line that both changed says the contrary of what was merged",
        True,
    )
    IGNORED_FILE = (
        "fault: an ignored file",
        "a new file was added although the new version's own `.gitignore` covers it",
        True,
    )
    BAD_LAYOUT = (
        "fault: layout",
        "the content is right, the layout is that of neither side",
        True,
    )
    FOLDER_MOVED = (
        "moved along",
        "a rule of the merge, and told: a file moved along with its folder; people left it",
    )
    OWN_EDIT_GIVEN_UP = (
        "own edit given up",
        "people took the template's text and gave up an edit of their own, which the merge keeps",
    )
    PART_LEFT_OUT = (
        "a part left out",
        "nobody had edited it, and people took the update of this file in part, or not at all",
    )
    FILE_NOT_TAKEN = ("file not taken", "people did not take a new file of the template")
    MORE = ("more was done", "the commit did more than the update in this file")
    NEWER_PIN = ("newer pin", "people took a newer version than that of the template")
    ADAPTED = (
        "adapted",
        "lines of the update do not fit what this repo is or has: people adapted them, and no "
        "text says how",
    )
    CARRIED_OVER = (
        "carried over",
        "people carried over an edit of the file's predecessor, which is a conflict of its own",
    )
    LAYOUT = (
        "layout",
        "an editor, a formatter or a hand changed spaces, quotes, line breaks or the order of "
        "imports afterwards",
    )
    ORDER = ("order", "the same items in another order, which means nothing there")
    RENDERED_TODAY = (
        "rendered otherwise today",
        "the template rendered another text or file mode on that day, for Copier as well",
    )

    def __init__(self, label: str, meaning: str, is_fault: bool = False) -> None:
        self.label = label
        self.meaning = meaning
        self.is_fault = is_fault


class File(NamedTuple):
    """A file of a past update: the repo, the commit, the path."""

    repo: str
    commit: str
    path: str


@dataclass(frozen=True)
class Reason:
    """Why a file differs: the kind, and what the kind does not say."""

    kind: Kind
    note: str = ""


def read(path: Path = REASONS) -> dict[File, Reason]:
    """Return the reasons on record.

    Raises:
        SystemExit: A kind is unknown.
    """
    known = {kind.name.lower(): kind for kind in Kind}
    found = {}
    for repo, commits in tomllib.loads(path.read_text("utf-8")).items():
        for commit, files in commits.items():
            for name, entry in files.items():
                if entry["kind"] not in known:
                    raise SystemExit(
                        f"{path.name}: {repo}, {commit}, {name}: no such kind of reason"
                    )
                found[File(repo, commit, name)] = Reason(
                    known[entry["kind"]], entry.get("note", "")
                )
    return found


def differing(found: Mapping[PublicRepo, Mapping[str, Any]]) -> Iterator[File]:
    """Yield the files that differ, by what `modelyard replay --json` has printed of repos."""
    for repo, one in found.items():
        for update in one["updates"]:
            for path in update["modelyard"]["differs"]:
                yield File(repo.name, update["update"]["commit"], path)


def problems(
    found: Mapping[PublicRepo, Mapping[str, Any]], reasons: Mapping[File, Reason]
) -> list[str]:
    """Tell which files have no reason, and which reasons of these repos have no file."""
    files = list(differing(found))
    names = {repo.name for repo in found}
    without = [
        f"{', '.join(file)}: differs, without a reason" for file in files if file not in reasons
    ]
    left = [file for file in reasons if file.repo in names and file not in set(files)]
    return without + [f"{', '.join(file)}: has a reason and does not differ" for file in left]
