"""Where what a repo keeps on purpose stands, and which deviations it explains."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, File, Tree
from modelyard.ledger.renames import follow
from modelyard.settings.repo_settings import Kept
from modelyard.update.keep.at_key import NotCut, lines_at
from modelyard.update.keep.transplant import transplanted

_TEXT = {PLAIN, EXECUTABLE}


class KeptState(StrEnum):
    """How an entry of `.modelyard.toml` stands to the standard of the recorded version."""

    text: str

    def __new__(cls, value: str, text: str = "") -> "KeptState":
        """Make a member whose value stands in JSON, with a text for people."""
        made = str.__new__(cls, value)
        made._value_ = value
        made.text = text
        return made

    DEVIATES = "deviates", ""
    EQUAL = "equal", "as the standard has it: it can be dropped"
    NOTHING = "nothing", "the standard has nothing there: it can be dropped"
    ENDED = "ended", "is over, and merged again: it can be dropped"
    ENDLESS = "endless", "never ends: the template has no versions of the name that `until` has"
    NOT_CUT = "not_cut", "cannot be told apart from the rest of the file, which is merged"


@dataclass(frozen=True)
class KeptEntry:
    """What a repo keeps on purpose.

    Attributes:
        path: The file or folder.
        key: The table or key in the file; "" for the whole of it.
        because: Why; "" where nobody has said.
        until: The version of the template from which on it is merged again; "" for good.
        state: Whether it deviates from the standard, or can be dropped.
    """

    path: str
    key: str
    because: str
    until: str
    state: KeptState

    @property
    def name(self) -> str:
        """The path, and the key behind a colon."""
        return f"{self.path}:{self.key}" if self.key else self.path


def states(
    scratch: Scratch,
    standard: Tree,
    ours: Tree,
    entries: Sequence[Kept],
    lasting: Collection[Kept],
    endless: Collection[Kept] = (),
) -> tuple[KeptEntry, ...]:
    """Tell of each entry how it stands to the standard.

    Args:
        scratch: Where blobs are.
        standard: What the recorded version renders, made comparable.
        ours: The files of the repo.
        entries: All entries.
        lasting: Those that have not ended with the recorded version, or before.
        endless: Those whose `until` no version of the template can reach.
    """
    found = []
    for one in entries:
        state = _state(scratch, standard, ours, one) if one in lasting else KeptState.ENDED
        if state is KeptState.DEVIATES and one in endless:
            state = KeptState.ENDLESS
        found.append(KeptEntry(one.path, one.key, one.because, one.until, state))
    return tuple(found)


def _state(scratch: Scratch, standard: Tree, ours: Tree, entry: Kept) -> KeptState:
    is_file = entry.path in standard
    known = [entry.path] if is_file else [path for path in standard if entry.covers(path)]
    if entry.key and is_file and entry.path in ours:
        return _of_key(scratch, standard[entry.path], ours[entry.path], entry)
    if known:
        same = not entry.key and all(standard[path] == ours.get(path) for path in known)
        return KeptState.EQUAL if same else KeptState.DEVIATES
    moved = (
        entry.path in ours
        and entry.path in follow(standard, ours, scratch.glance, scratch.sizes).targets
    )
    return KeptState.DEVIATES if moved else KeptState.NOTHING


def _of_key(scratch: Scratch, standard: File, ours: File, entry: Kept) -> KeptState:
    if not {standard.mode, ours.mode} <= _TEXT:
        return KeptState.NOT_CUT
    old, mine = scratch.read(standard.oid), scratch.read(ours.oid)
    try:
        there = [lines_at(entry.path, content, entry.parts) for content in (old, mine)]
        if not any(there):
            return KeptState.NOTHING
        same = transplanted(entry.path, mine, old, entry.parts) == mine
    except NotCut:
        return KeptState.NOT_CUT
    return KeptState.EQUAL if same else KeptState.DEVIATES


def explains(
    entries: Sequence[Kept],
    path: str,
    one: tuple[str, bytes] | None,
    other: tuple[str, bytes] | None,
) -> bool:
    """Tell whether two versions of a file differ only in what is kept.

    Args:
        entries: What is kept.
        path: The file.
        one: Mode and content of it, or None where there is none.
        other: The same of the other version.
    """
    if any(entry.covers(path) for entry in entries if not entry.key):
        return True
    keys = [entry.parts for entry in entries if entry.key and entry.path == path]
    if not (keys and one and other) or one[0] != other[0] or one[0] not in _TEXT:
        return False
    content = one[1]
    try:
        for key in keys:
            content = transplanted(path, content, other[1], key)
    except NotCut:
        return False
    return content == other[1]
