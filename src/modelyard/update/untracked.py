"""Leaves out what the repo's own rules ignore, with or without a work tree.

What stands in a work tree is compared with the whole merge: see `unobstructed`.
A wheel that a pyproject.toml names is needed wherever the project is installed, so it is written
and tracked although a rule of the repo or of the machine ignores its like. So is the answers file.
"""

import os
import tempfile
from collections.abc import Collection, Iterable
from pathlib import Path, PurePosixPath

from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import File, Tree
from modelyard.lockfiles import path_sources
from modelyard.reasons import NoticeReason
from modelyard.update.merge import merge
from modelyard.update.obstacles import is_same
from modelyard.update.taken_over import was_in


def leave_alone(
    repo: Repo,
    scratch: Scratch,
    base: dict[str, File],
    ours: Tree,
    theirs: dict[str, File],
    named: dict[str, NoticeReason],
    record: str = "",
) -> frozenset[str]:
    """Take out of the renders what must not be written; `named` gets the reasons.

    Args:
        repo: The repo.
        scratch: Where blobs are.
        base: The render of the recorded version.
        ours: The user's HEAD.
        theirs: The render of the wanted version.
        named: Gets the reasons.
        record: The answers file of the wanted version: without it no update is possible.

    Returns:
        What is taken out of the base because the repo ignores it and never had it: git would see
        a file that the user has deleted, and leave out what the template makes of it.
    """
    needed = _needed(scratch, base, ours, theirs)
    new = [path for path in theirs if path not in ours]
    lacked = [path for path in base if path not in ours]
    covered = set(_by_rules([*dict.fromkeys([*new, *lacked])], ours, scratch))
    rest = [path for path in new if path not in needed and (path in covered or path not in base)]
    for path in _ignored_after(rest, covered, scratch, base, ours, theirs):
        if path == record:
            named[path] = NoticeReason.RECORD_IGNORED
            continue
        if path not in base or base[path] != theirs[path]:
            named[path] = NoticeReason.IGNORED
        del theirs[path]
        base.pop(path, None)
    _bring_back(scratch, base, ours, theirs, named)
    never = [
        path
        for path in lacked
        if path in covered
        and path in base
        and (path not in theirs or not was_in(repo, base[path].oid))
    ]
    for path in never:
        del base[path]
    return frozenset(never)


def already_there(repo: Repo, scratch: Scratch, tree: Tree) -> dict[str, File]:
    """Return the new files of a tree that stand in the work tree, untracked, with the same bytes.

    Args:
        repo: The repo, which has a work tree.
        scratch: Where blobs are.
        tree: What is about to be written.
    """
    new = ((path, file) for path, file in tree.items() if path not in repo.tree)
    return {path: file for path, file in new if is_same(repo, path, scratch, file)}


def _wheels(scratch: Scratch, tree: Tree) -> dict[str, str]:
    """Return the packages by the path that some pyproject.toml of a tree gives them."""
    projects = [path for path in tree if PurePosixPath(path).name == "pyproject.toml"]
    found: dict[str, str] = {}
    for project in projects:
        found.update(path_sources.in_tree(tree, project, scratch.read))
    return found


def _needed(scratch: Scratch, base: Tree, ours: Tree, theirs: Tree) -> set[str]:
    """Return the wheels that a project has by path, and the locks beside them.

    A package that the owner takes from somewhere else by now is not needed.
    """
    wheels, mine = _wheels(scratch, theirs), _wheels(scratch, ours).values()
    gone = {package for package in _wheels(scratch, base).values() if package not in mine}
    kept = {path for path, package in wheels.items() if path in theirs and package not in gone}
    folders = {PurePosixPath(path).parent for path in kept}
    locks = (p for p in theirs if p.endswith(".lock") and PurePosixPath(p).parent in folders)
    return kept | set(locks)


def _bring_back(
    scratch: Scratch,
    base: dict[str, File],
    ours: Tree,
    theirs: Tree,
    named: dict[str, NoticeReason],
) -> None:
    """Count a needed file as never shipped where the repo lacks it, so that the merge adds it.

    Of a wheel with another version in its name, git would take the new one for the old one moved,
    and leave it out with the old one, which was never tracked.
    """
    needed = _needed(scratch, base, ours, theirs) | _needed(scratch, base, ours, base)
    lacked = [path for path in base if path in needed and path not in ours]
    for path in lacked:
        del base[path]
    if lacked:
        named.update({p: NoticeReason.NEEDED for p in theirs if p in needed and p not in ours})


def _ignored_after(
    paths: list[str],
    covered: Collection[str],
    scratch: Scratch,
    base: Tree,
    ours: Tree,
    theirs: Tree,
) -> Iterable[str]:
    """Return the paths that .gitignore files cover after the update; `covered` are before it.

    A path that is new to the repo may be covered by a rule that comes with it: in a new repo of
    that version git does not track it either.
    """
    if _rules(base) == _rules(theirs):
        return [path for path in paths if path in covered]
    if not paths:
        return []
    merged = merge(scratch, _rules(base), _rules(ours), _rules(theirs), "")
    return _by_rules(paths, merged.tree, scratch)


def _rules(tree: Tree) -> Tree:
    return {path: file for path, file in tree.items() if PurePosixPath(path).name == ".gitignore"}


def _by_rules(paths: list[str], tree: Tree, scratch: Scratch) -> list[str]:
    """Return the paths that the .gitignore files of a tree cover, with or without a work tree."""
    rules = _rules(tree)
    if not rules or not paths:
        return []
    with tempfile.TemporaryDirectory(prefix="modelyard-") as folder:
        for path, file in rules.items():
            Path(folder, path).parent.mkdir(parents=True, exist_ok=True)
            Path(folder, path).write_bytes(scratch.read(file.oid))
        command = ["-c", "core.bare=false", f"--work-tree={folder}", "check-ignore", "--no-index"]
        asked = b"\0".join(os.fsencode(path) for path in paths)
        _, out = scratch.git(*command, "-z", "--stdin", data=asked, codes=(0, 1))
    return [os.fsdecode(path) for path in out.split(b"\0") if path]
