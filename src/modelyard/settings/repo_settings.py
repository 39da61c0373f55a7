"""The settings of a repo for its updates: `.modelyard.toml` in the folder of the project.

An unknown setting, or a value of another type, is an error: what somebody has written down and
nobody follows would be worse than nothing.
"""

import re
import shlex
import tomllib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from modelyard.errors import NotReady
from modelyard.foreign_text import is_shown
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN
from modelyard.lockfiles import bounded_toml
from modelyard.settings import keys
from modelyard.template.versions import ends_in_version

NAME = ".modelyard.toml"
LARGEST = 1 << 18
LONGEST = 1000
_MOST_ENTRIES = 1000
# For each, two versions of a file are cut and proved anew.
_MOST_KEYS = 100
_ENTRY = re.compile(r"""[ \t]*\[\[[ \t]*(?:keep|"keep"|'keep')[ \t]*\]\]""")


class Pins(StrEnum):
    """What becomes of a pin that both sides moved forward."""

    HIGHEST = "highest"
    ASK = "ask"


class BadSettings(NotReady):
    """`.modelyard.toml` cannot be read."""


@dataclass(frozen=True)
class Kept:
    """What the repo keeps as its own: a file, all files of a folder, or a key of a file.

    Attributes:
        path: The file or folder, from the folder of the project.
        key: The table or key in the file, dotted as in TOML; "" for the whole of it.
        because: Why; everybody reads it. "" where nobody has said.
        until: The version of the template from which on it is merged again; "" for good.
    """

    path: str
    key: str = ""
    because: str = ""
    until: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the key."""
        return keys.parse(self.key) if self.key else ()

    @property
    def name(self) -> str:
        """The path, and the key behind a colon."""
        return f"{self.path}:{self.key}" if self.key else self.path

    @property
    def argument(self) -> str:
        """The name as `modelyard keep` takes it in a shell."""
        return argument(self.name)

    def covers(self, path: str) -> bool:
        """Tell whether it is about a file, as a whole or by a folder that it is in."""
        return path == self.path or path.startswith(f"{self.path}/")


def argument(name: str) -> str:
    """Return a path, with or without a key, as a shell takes it for no option."""
    return shlex.quote(f"./{name}" if name.startswith("-") else name)


def by_path(entries: Iterable[Kept]) -> Callable[[str], Kept | None]:
    """Return what finds the entry that covers a path, the nearest one, however many there are."""
    known: dict[str, Kept] = {}
    for entry in entries:
        known.setdefault(entry.path, entry)

    def find(path: str) -> Kept | None:
        while path not in known:
            if "/" not in path:
                return None
            path = path.rpartition("/")[0]
        return known[path]

    return find


@dataclass(frozen=True)
class RepoSettings:
    """All that `.modelyard.toml` says.

    Attributes:
        keep: What is the repo's own, in the order of the file.
        pins: What becomes of a pin that both sides moved forward.
    """

    keep: tuple[Kept, ...] = ()
    pins: Pins = Pins.HIGHEST


def read(repo: Repo, scratch: Scratch) -> RepoSettings:
    """Read the settings of a project as they are committed.

    Raises:
        BadSettings: They cannot be read.
    """
    file = repo.tree.get(NAME)
    if file is None:
        return RepoSettings()
    if file.mode not in {PLAIN, EXECUTABLE}:
        raise BadSettings(f"{NAME} is a link or a repository", "make it a file, and commit it")
    if scratch.sizes([file.oid])[file.oid] > LARGEST:
        raise BadSettings(f"{NAME} is larger than {LARGEST >> 10} KiB", _REPAIR)
    return parse(scratch.read(file.oid))


def parse(content: bytes) -> RepoSettings:
    """Read the settings in the bytes of a file.

    Raises:
        BadSettings: They are not valid; the message names the line, where it is known.
    """
    if content.startswith(BOM_UTF8):
        raise BadSettings(f"{NAME} begins with a byte order mark", "save it as UTF-8 without one")
    try:
        text = content.decode()
        _refuse_markers(text)
        loaded = bounded_toml.read(content, LARGEST)
    except UnicodeDecodeError:
        raise BadSettings(f"{NAME} is not UTF-8", _REPAIR) from None
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"{NAME} is not valid TOML: {error}", _REPAIR) from None
    except ValueError as error:
        raise BadSettings(f"{NAME} cannot be read: it is {error}", _REPAIR) from None
    for name in loaded:
        if name not in _READERS:
            message = f"there is no setting {name!r}{_nearest(name, _READERS)}"
            raise _wrong(text, name, message)
    return RepoSettings(**{name: _READERS[name](text, loaded[name]) for name in loaded})


def _refuse_markers(text: str) -> None:
    """Refuse what git has left to decide: two people recorded something at one place."""
    lines = text.split("\n")
    if not {"=======", "<<<<<<<"} <= {line[:7] for line in lines}:
        return
    at = next(at for at, line in enumerate(lines, 1) if line.startswith("<<<<<<<"))
    raise BadSettings(
        f"{NAME}, line {at}: a conflict of a merge is not decided",
        "keep the entries of both sides, delete the lines of markers, and commit it",
    )


def _keep(text: str, value: Any) -> tuple[Kept, ...]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise _wrong(text, "keep", "keep is no list of tables: each entry begins with [[keep]]")
    if len(value) > _MOST_ENTRIES:
        raise _wrong(text, "keep", f"more than {_MOST_ENTRIES} entries to keep")
    if sum("key" in one for one in value) > _MOST_KEYS:
        raise _wrong(text, "keep", f"more than {_MOST_KEYS} keys to keep: keep their files")
    starts = [at for at, line in enumerate(text.split("\n"), 1) if _ENTRY.match(line)]
    lines = starts if len(starts) == len(value) else [0] * len(value)
    found: dict[tuple[str, tuple[str, ...]], Kept] = {}
    for one, line in zip(value, lines, strict=True):
        kept = _entry(one, line)
        if (kept.path, kept.parts) in found:
            raise _at(line, f"{kept.name} stands twice in keep")
        found[kept.path, kept.parts] = kept
    return tuple(found.values())


def _entry(one: Mapping[str, Any], line: int) -> Kept:
    known = dict.fromkeys(("path", "key", "because", "until"))
    if unknown := next((name for name in one if name not in known), None):
        raise _at(line, f"keep has no {unknown!r}{_nearest(unknown, known)}")
    for name, value in one.items():
        if not isinstance(value, str) or not is_text(value):
            raise _at(line, f"{name} of keep is no text in one line of at most {LONGEST}")
    try:
        key = keys.written(keys.parse(one["key"])) if one.get("key") else ""
    except ValueError as error:
        raise _at(line, f"key of keep: {error}") from None
    path = normal_path(one.get("path", ""))
    if path is None:
        raise _at(line, "path of keep names a file or folder below the folder of the project")
    until = one.get("until", "")
    if until and not ends_in_version(until):
        raise _at(line, f"until of keep is no version of a template: {until}")
    return Kept(path, key, one.get("because", ""), until)


def is_text(value: str) -> bool:
    """Tell whether a text may stand in an entry: one line that nothing obeys, and not too long."""
    return len(value) <= LONGEST and is_shown(value)


def normal_path(path: str) -> str | None:
    """Return a path as git writes it; None where it leads to no file or folder of the project."""
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or not pure.parts or "\\" in path:
        return None
    return str(pure)


def _pins(text: str, value: Any) -> Pins:
    try:
        return Pins(value)
    except ValueError:
        known = " or ".join(f'"{one}"' for one in Pins)
        raise _wrong(text, "pins", f"pins is {known}, and not {str(value)[:40]!r}") from None


# Of each setting what reads its value; each is a field of `RepoSettings`.
_READERS: Mapping[str, Any] = {"keep": _keep, "pins": _pins}
_REPAIR = f"git log -p -- {NAME}    # repair it, and commit it"


def _nearest(name: str, known: Mapping[str, Any]) -> str:
    near = get_close_matches(name, known, 1, 0.0)
    return f": is it {near[0]!r}?" if near else ""


def _wrong(text: str, name: str, message: str) -> BadSettings:
    """Return an error about a setting, at the line that begins with its name."""
    begins = re.compile(rf"""[ \t]*\[{{0,2}}[ \t]*["']?{re.escape(name)}\b""")
    found = (at for at, line in enumerate(text.split("\n"), 1) if begins.match(line))
    return _at(next(found, 0), message)


def _at(line: int, message: str) -> BadSettings:
    where = f"{NAME}, line {line}" if line else NAME
    return BadSettings(f"{where}: {message}", _REPAIR)
