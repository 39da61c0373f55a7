"""The verb `keep`: what is the repo's own from now on goes into `.modelyard.toml`.

Only the work tree is written. Updates, checks and the fleet read what is committed.
"""

import os
import stat
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from modelyard import whole_file
from modelyard.errors import NotReady, Usage
from modelyard.gitrepo.repo import Repo, open_repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.keep import edit
from modelyard.keep.result import KeepChange, KeepResult
from modelyard.keep.target import Target
from modelyard.settings import keys
from modelyard.settings.repo_settings import (
    LARGEST,
    NAME,
    BadSettings,
    Kept,
    normal_path,
    parse,
    read,
)
from modelyard.template import projects
from modelyard.template.records import find_answers
from modelyard.template.source import Templates
from modelyard.update.apply import claimed


def listed(path: Path | str) -> KeepResult:
    """Return what a repo keeps.

    Raises:
        NotReady: The repo, or its `.modelyard.toml`, cannot be read.
    """
    repo = _opened(path)
    return _result(repo, KeepChange.NONE, None, _read(repo))


def keep(
    path: Path | str,
    named: str,
    *,
    key: str | None = None,
    because: str | None = None,
    until: str | None = None,
) -> KeepResult:
    """Record that a file, all files of a folder, or a key of a file are the repo's own.

    Args:
        path: The repo, or a folder of it that was rendered from a template.
        named: The file or folder, from the folder of the project; a key behind a colon.
        key: The key, where it is not behind a colon.
        because: Why; what is on record stays where this is None.
        until: The version of the template from which on it is merged again; likewise.

    Raises:
        Usage: It cannot be kept, or is not there.
        NotReady: The repo, or its `.modelyard.toml`, cannot be read or edited.
        Busy: Another modelyard is at work in it.
    """
    repo = _opened(path)
    with Scratch(repo) as scratch, Templates() as templates:
        target = Target(repo, scratch, templates)
        entry = target.entry(named, key, because or "", until or "")
    with claimed(repo, needs_clean_tree=False):
        return _recorded(repo, entry, because, until)


def _recorded(repo: Repo, entry: Kept, because: str | None, until: str | None) -> KeepResult:
    content = _read(repo)
    before = parse(content).keep
    known = next((o for o in before if (o.path, o.parts) == (entry.path, entry.parts)), None)
    if known:
        if because is None:
            entry = replace(entry, because=known.because)
        if until is None:
            entry = replace(entry, until=known.until)
    if entry == known:
        return _result(repo, KeepChange.NONE, entry, content)
    made = edit.with_entry(content, entry)
    _write(repo, made)
    change = KeepChange.CHANGED if known else KeepChange.ADDED
    return _result(repo, change, entry, made)


def drop(path: Path | str, named: str, *, key: str | None = None) -> KeepResult:
    """Drop an entry: updates merge it again.

    Args:
        path: The repo, or a folder of it that was rendered from a template.
        named: The path of the entry; its key behind a colon.
        key: Its key, where it is not behind a colon.

    Raises:
        Usage: There is no such entry.
        NotReady: The repo, or its `.modelyard.toml`, cannot be read or edited.
        Busy: Another modelyard is at work in it.
    """
    repo = _opened(path)
    with claimed(repo, needs_clean_tree=False):
        return _dropped(repo, named, key)


def _dropped(repo: Repo, named: str, key: str | None) -> KeepResult:
    content = _read(repo)
    entries = parse(content).keep
    entry = next((one for one in entries if _is_named(one, named, key)), None)
    if entry is None:
        shown = f"{named}:{key}" if key else named
        raise Usage(f"{shown} is not kept", "modelyard keep --list")
    made = edit.without_entry(content, entry)
    _write(repo, made)
    return _result(repo, KeepChange.DROPPED, entry, made)


def _is_named(entry: Kept, named: str, key: str | None) -> bool:
    first, _, rest = named.partition(":")
    asked = [(named, key or "")] if key or not rest else [(named, ""), (first, rest)]
    for path, wanted in asked:
        with suppress(ValueError):
            parts = keys.parse(wanted) if wanted else ()
            if (entry.path, entry.parts) == (normal_path(path), parts):
                return True
    return False


def _opened(path: Path | str) -> Repo:
    repo = open_repo(Path(path))
    if repo.bare:
        raise NotReady(f"{path} is bare, and {NAME} is written in a work tree", "clone it first")
    if repo.prefix and not os.path.lexists(repo.project / NAME):
        with Scratch(repo) as scratch:
            _refuse_no_project(repo, scratch)
    return repo


def _refuse_no_project(repo: Repo, scratch: Scratch) -> None:
    """Refuse a folder that is only a part of a project: what is kept there stands at its top."""
    if not projects.at_top(repo, scratch):
        find_answers(repo, scratch, None)


def _read(repo: Repo) -> bytes:
    """Return the settings in the work tree; nothing where there are none."""
    place = repo.project / NAME
    if not os.path.lexists(place):
        return b""
    about = place.lstat()
    if not stat.S_ISREG(about.st_mode):
        raise NotReady(f"{place} is no file", f"ls -l {NAME}    # and make it one")
    if about.st_size > LARGEST:
        raise NotReady(f"{place} is larger than {LARGEST >> 10} KiB", "make it smaller")
    content = place.read_bytes()
    parse(content)
    return content


def _write(repo: Repo, content: bytes) -> None:
    """Put the settings in their place, whole or not at all; an empty file goes."""
    place = repo.project / NAME
    if not content:
        place.unlink()
        return
    whole_file.put(place, content)


def _result(repo: Repo, change: KeepChange, entry: Kept | None, content: bytes) -> KeepResult:
    now, committed = parse(content), None
    # By what they say: git may have turned the line ends of the one in the work tree.
    with Scratch(repo) as scratch, suppress(BadSettings):
        committed = read(repo, scratch)
    return KeepResult(change, entry, now.keep, committed == now)
