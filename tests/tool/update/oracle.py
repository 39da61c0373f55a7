"""Judges an update from outside, by what each edit is known to have put into the repo.

Shares nothing with the product: an edit and a version of the template each declare *witnesses*,
what must be seen afterwards; here they are looked for in the work tree and in git's index.
"""

import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

_CONFLICT = re.compile(rb"^<{7} .*?^>{7} [^\n]*\n", re.M | re.S)
LINK, PLAIN, RUNNABLE, SUBMODULE = "link", "plain", "runnable", "submodule"


class Entry(NamedTuple):
    """A file as it is on disk or in the index."""

    kind: str
    data: bytes


@dataclass(frozen=True)
class Seen:
    """A repo after an update, or as it was before.

    Attributes:
        root: The folder of the project.
        files: What is there and not ignored, by path from `root`.
        sides: The contents that an unfinished merge holds in the index, by path.
        named: What the updater told about a path, joined; git's unmerged paths count as told.
    """

    root: Path
    files: Mapping[str, Entry]
    sides: Mapping[str, tuple[Entry, ...]]
    named: Mapping[str, str]

    def entries(self, paths: Iterable[str]) -> list[Entry]:
        """Return what is at the paths (or patterns), in the work tree or in a conflict."""
        wanted = tuple(paths)
        here = [entry for path, entry in self.files.items() if _fits(path, wanted)]
        return here + [e for path, held in self.sides.items() if _fits(path, wanted) for e in held]

    def tells(self, paths: Iterable[str]) -> bool:
        """Whether the report or an unmerged path names one of the paths."""
        wanted = tuple(paths)
        return any(_fits(path, wanted) for path in (*self.named, *self.sides))


def _fits(path: str, patterns: Iterable[str]) -> bool:
    # git puts what cannot stand at a path beside it: `plugins~theirs`.
    return any(path == p or path.startswith(f"{p}~") or fnmatchcase(path, p) for p in patterns)


@dataclass(frozen=True)
class Witness:
    """Something that must be seen at one of `paths`; `may_be_named`: or told about one of them."""

    paths: tuple[str, ...]
    may_be_named: bool = False

    def holds(self, seen: Seen) -> bool:
        """Whether it is seen, or told where that is enough."""
        return self.shows(seen) or (self.may_be_named and seen.tells(self.paths))

    def shows(self, seen: Seen) -> bool:
        """Whether it is seen."""
        raise NotImplementedError

    def also(self, moves: Mapping[str, str]) -> "Witness":
        """Return the witness with the places that a user moved its paths to."""
        moved = [moves[path] for path in self.paths if path in moves]
        for path in self.paths:
            for old, new in moves.items():
                if old.endswith("/") and path.startswith(old):
                    moved.append(new + path.removeprefix(old))
        return replace(self, paths=(*self.paths, *moved))


@dataclass(frozen=True)
class Text(Witness):
    """A text that is in a file `count` times, or more often."""

    text: str = ""
    count: int = 1

    def shows(self, seen: Seen) -> bool:
        """Whether one of the files has it often enough."""
        needle = os.fsencode(self.text)
        return any(entry.data.count(needle) >= self.count for entry in seen.entries(self.paths))


@dataclass(frozen=True)
class Outside(Witness):
    """A text that is in a file of the work tree, and not between markers."""

    text: str = ""

    def shows(self, seen: Seen) -> bool:
        """Whether one of the files has it there."""
        here = (entry.data for path, entry in seen.files.items() if _fits(path, self.paths))
        return any(self.text.encode() in _CONFLICT.sub(b"", data) for data in here)


@dataclass(frozen=True)
class Ordered(Witness):
    """Texts that are in one file in this order."""

    texts: tuple[str, ...] = ()

    def shows(self, seen: Seen) -> bool:
        """Whether one of the files has them in this order."""
        return any(self._in(entry.data) for entry in seen.entries(self.paths))

    def _in(self, data: bytes) -> bool:
        at = 0
        for text in self.texts:
            at = data.find(text.encode(), at)
            if at < 0:
                return False
        return True


@dataclass(frozen=True)
class End(Witness):
    """A text that a file ends in."""

    text: str = ""

    def shows(self, seen: Seen) -> bool:
        """Whether one of the files ends in it."""
        return any(entry.data.endswith(self.text.encode()) for entry in seen.entries(self.paths))


@dataclass(frozen=True)
class Same(Witness):
    """A file with exactly these bytes, of this kind."""

    data: bytes = b""
    kind: str = PLAIN

    def shows(self, seen: Seen) -> bool:
        """Whether one of the files is exactly this one."""
        return Entry(self.kind, self.data) in seen.entries(self.paths)


@dataclass(frozen=True)
class Kind(Witness):
    """A file of this kind, whatever it holds."""

    kind: str = PLAIN

    def shows(self, seen: Seen) -> bool:
        """Whether one of the files is of the kind."""
        return any(entry.kind == self.kind for entry in seen.entries(self.paths))


@dataclass(frozen=True)
class Disk(Witness):
    """Bytes on disk, whatever git thinks of the path."""

    data: bytes = b""

    def shows(self, seen: Seen) -> bool:
        """Whether they are there."""
        return any(_on_disk(seen.root / path) == self.data for path in self.paths)


@dataclass(frozen=True)
class Absent(Witness):
    """A path at which nothing is."""

    def also(self, moves: Mapping[str, str]) -> "Witness":
        """Return the witness as it is: where a user moved something, it may be."""
        return self

    def shows(self, seen: Seen) -> bool:
        """Whether nothing is there."""
        return not any(_fits(path, self.paths) for path in seen.files)


@dataclass(frozen=True)
class NoText(Witness):
    """A text that is not in a file."""

    text: str = ""

    def shows(self, seen: Seen) -> bool:
        """Whether none of the files has it."""
        here = (entry for path, entry in seen.files.items() if _fits(path, self.paths))
        return not any(self.text.encode() in entry.data for entry in here)


def look(root: Path, named: Mapping[str, str] | None = None) -> Seen:
    """Look at the project in `root`, a folder of a git repo."""
    listed = _git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    held: dict[str, list[Entry]] = {}
    for line in filter(None, _git(root, "ls-files", "-z", "--unmerged").split("\0")):
        facts, _, path = line.partition("\t")
        mode, oid, _ = facts.split()
        held.setdefault(path, []).append(_staged(root, mode, oid))
    files = {path: entry for path in listed.split("\0") if path and (entry := _entry(root / path))}
    return Seen(root, files, {p: tuple(e) for p, e in held.items()}, named or {})


def _entry(path: Path) -> Entry | None:
    if path.is_symlink():
        return Entry(LINK, os.fsencode(path.readlink()))
    if path.is_dir():
        return Entry(SUBMODULE, b"")
    data = _on_disk(path)
    if data is None:
        return None
    return Entry(RUNNABLE if os.access(path, os.X_OK) else PLAIN, data)


def _on_disk(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def _staged(root: Path, mode: str, oid: str) -> Entry:
    if mode == "160000":
        return Entry(SUBMODULE, b"")
    done = subprocess.run(["git", "cat-file", "blob", oid], cwd=root, capture_output=True)
    kinds = {"100644": PLAIN, "100755": RUNNABLE, "120000": LINK}
    return Entry(kinds[mode], done.stdout)


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, check=True)
    return os.fsdecode(done.stdout)


@dataclass(frozen=True)
class Verdict:
    """What an update did to one edit in one step.

    Attributes:
        status: "clean", "conflict" or "crash", as seen from outside.
        lost: Of the user's, what is not there any more.
        missing: Of the template's, what did not arrive, is in no conflict and was not named.
        unnamed: What is missing only because the user took its file away, and nobody was told.
        told: What the updater said.
    """

    status: str
    lost: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()
    told: str = ""


def judge(
    seen: Seen,
    mine: Iterable[Witness],
    theirs: Iterable[Witness],
    gone: tuple[str, ...] = (),
    told: str = "",
) -> Verdict:
    """Judge a finished update.

    Args:
        seen: The repo afterwards.
        mine: What the user's edit put there.
        theirs: What the step of the template brings.
        gone: Paths that the user took away, so that nothing can arrive there.
        told: What the updater said, for the record.
    """
    lost = tuple(str(witness) for witness in mine if not witness.holds(seen))
    failed = [w for w in theirs if not w.shows(seen) and not seen.tells(w.paths)]
    excused = [w for w in failed if any(_fits(path, gone) for path in w.paths)]
    missing = tuple(str(witness) for witness in failed if witness not in excused)
    status = "conflict" if seen.sides or _marked(seen) else "clean"
    return Verdict(status, lost, missing, tuple(str(w) for w in excused), told)


def _marked(seen: Seen) -> bool:
    """Whether a file has the markers of a conflict (a rejected hunk counts as one)."""
    rejected = any(path.endswith(".rej") for path in seen.files)
    return rejected or any(
        b"\n>>>>>>> " in b"\n" + entry.data and b"\n<<<<<<< " in b"\n" + entry.data
        for entry in seen.files.values()
    )
