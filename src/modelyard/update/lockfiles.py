"""Locks are never merged as text: they are compiled anew from the merged pyproject.toml."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import File, Tree
from modelyard.lockfiles import bounded_toml, lines, path_sources, relock
from modelyard.lockfiles.path_sources import table
from modelyard.lockfiles.sources import Source
from modelyard.merged import Merged, Notice
from modelyard.reasons import NoticeReason
from modelyard.update.options import Relock
from modelyard.update.ownership import Sides

NAMES = ("requirements.lock", "uv.lock", "poetry.lock", "pdm.lock")
_LARGEST_BESIDE = 1 << 18
"""A lock that stands beside wheels names those; there may be many, and each is read."""


def update_locks(scratch: Scratch, sides: Sides, raw: Tree, merged: Merged, how: Relock) -> Merged:
    """Bring each lock that the template renders in step with the pyproject.toml beside it.

    A lock of the user's own, or one without a pyproject.toml (a Helm chart's), is like any file.

    Args:
        scratch: Where blobs are.
        sides: What was merged.
        raw: The render of the wanted version, before the sides were made comparable.
        merged: The merge; of a lock it holds the user's or a conflict.
        how: Whether a lock may be compiled, which asks the package index.
    """
    for path in sorted(merged.tree.keys() | {stage.path for stage in merged.stages}):
        if PurePosixPath(path).name not in NAMES or path in sides.left:
            continue
        if _is_templates(sides, raw, merged, path):
            merged = _update_lock(scratch, sides, raw, merged, path, how)
        elif _was_moved(sides, raw, merged, path):
            command = _command(scratch, merged, path)
            reason = NoticeReason.LOCK_MOVED
            merged = _with(merged, path, sides.ours[path], reason, command=command)
    return merged


def _is_templates(sides: Sides, raw: Tree, merged: Merged, path: str) -> bool:
    """Tell whether a lock is the template's: rendered before, or just as the user has it."""
    mine, theirs = sides.ours.get(path), raw.get(path)
    if not path_sources.is_file(mine) or not path_sources.is_file(theirs):
        return False
    known = path in sides.base or mine == theirs
    return known and _project(path) in merged.tree


def _was_moved(sides: Sides, raw: Tree, merged: Merged, path: str) -> bool:
    """Tell whether git merged the template's lock, as text, into one that the user has moved."""
    mine, is_new = sides.ours.get(path), path not in sides.base and path not in raw
    return is_new and path_sources.is_file(mine) and merged.tree.get(path) != mine


def _project(path: str) -> str:
    """Return the pyproject.toml that a lock belongs to."""
    return str(PurePosixPath(path).with_name("pyproject.toml"))


def _update_lock(
    scratch: Scratch, sides: Sides, raw: Tree, merged: Merged, path: str, how: Relock
) -> Merged:
    project = _project(path)
    now, before, theirs, base = (
        _dependencies(scratch, tree, project) for tree in (merged.tree, sides.ours, raw, sides.base)
    )
    undecided = {stage.path for stage in merged.stages}
    # The template's lock is of dependencies that the repo does not take over.
    other = project in sides.kept_in_part and theirs != _dependencies(
        scratch, sides.theirs, project
    )
    if now == before and other:
        return _with(merged, path, sides.ours[path], NoticeReason.LOCK_KEPT)
    if now == before and path not in undecided:
        return merged
    waits = undecided & {project, *path_sources.in_tree(merged.tree, project, scratch.read)}
    if waits:
        return _with(merged, path, sides.ours[path], NoticeReason.LOCK_WAITS, min(waits))
    untouched = _bare(scratch, sides.ours, path) == _bare(scratch, sides.base, path)
    if untouched and before == base and now == theirs and path in raw:
        changes = raw[path] != sides.ours[path]
        return _with(merged, path, raw[path], NoticeReason.LOCK_OF_TEMPLATE if changes else None)
    if how is Relock.LATER:
        return _with(merged, path, sides.ours[path], NoticeReason.LOCK_LATER)
    if how is Relock.NEVER:
        made = relock.CompiledLock(None, NoticeReason.LOCK_NO_RELOCK)
    else:
        made = _compile(scratch, sides, raw, merged, path, builds=how is Relock.WITH_BUILDS)
    if made.content is None:
        command = _command(scratch, merged, path)
        return _with(merged, path, sides.ours[path], made.reason, made.about, command)
    file = File(sides.ours[path].mode, scratch.put(made.content))
    changes = file != sides.ours[path]
    return _with(merged, path, file, NoticeReason.LOCK_COMPILED if changes else None)


def _compile(
    scratch: Scratch, sides: Sides, raw: Tree, merged: Merged, path: str, *, builds: bool
) -> relock.CompiledLock:
    """Compile a lock of the merged project, with the wheels that it names by path."""
    project = _project(path)
    elsewhere = _elsewhere(scratch, sides, merged.tree, path, project)
    sources = []
    for place, package in sorted(path_sources.in_tree(merged.tree, project, scratch.read).items()):
        if not path_sources.is_file(merged.tree.get(place)):
            return relock.CompiledLock(None, NoticeReason.LOCK_NO_WHEEL, place)
        content = scratch.read(merged.tree[place].oid)
        relative = str(PurePosixPath(place).relative_to(PurePosixPath(project).parent))
        sources.append(Source(package, relative, content, package in elsewhere))
    return relock.compile(
        PurePosixPath(path).name,
        _bare(scratch, merged.tree, project),
        scratch.read(sides.ours[path].oid),
        tuple(sources),
        _bare(scratch, raw, project),
        builds=builds,
        template_lock=_bare(scratch, raw, path),
    )


def _command(scratch: Scratch, merged: Merged, path: str) -> str:
    """Return what compiles a lock in its repo, with all that uv has to say about it."""
    name = PurePosixPath(path).name
    makefile = _bare(scratch, merged.tree, str(PurePosixPath(path).with_name("Makefile")))
    if re.search(rb"^lock[ \t]*:", makefile, re.M):
        return "make lock"
    tools = {"poetry.lock": "poetry lock", "pdm.lock": "pdm lock", "uv.lock": "uv lock"}
    return tools.get(name, f"uv pip compile pyproject.toml -o {name}")


def _elsewhere(scratch: Scratch, sides: Sides, tree: Tree, path: str, project: str) -> set[str]:
    """Return the packages with a wheel in the repo that a lock leaves to another lock.

    It is another lock that stands beside the wheel and names it; or the lock left it out before.
    """
    found = set()
    for place, package in path_sources.in_tree(tree, project, scratch.read).items():
        folder = PurePosixPath(place).parent
        for other, file in tree.items():
            beside = PurePosixPath(other).parent == folder and other.endswith(".lock")
            is_lock = beside and other != path and path_sources.is_file(file)
            if is_lock and package in _names(scratch, file.oid, _LARGEST_BESIDE):
                found.add(package)
    before = path_sources.in_tree(sides.ours, project, scratch.read).values()
    return found | (set(before) - _names(scratch, sides.ours[path].oid))


def _names(scratch: Scratch, oid: str, largest: int = bounded_toml.LARGEST_LOCK) -> set[str]:
    content = scratch.read(oid)
    if len(content) > largest:
        return set()
    text = content.decode("utf-8", "replace")
    return lines.names(lines.parse(text, {}))


def _with(
    merged: Merged,
    path: str,
    file: File,
    reason: NoticeReason | None,
    about: str = "",
    command: str = "",
) -> Merged:
    """Return the merge with a lock decided, and a notice of it where there is a reason to tell."""
    notices = [Notice(path, reason, about, command=command)] if reason else []
    return replace(
        merged,
        tree={**merged.tree, path: file},
        conflicts=tuple(c for c in merged.conflicts if c.path != path),
        stages=tuple(s for s in merged.stages if s.path != path),
        notices=(*merged.notices, *notices),
        locks=merged.locks | {path},
    )


def _bare(scratch: Scratch, tree: Tree, path: str) -> bytes:
    """Return the content of a file; nothing where there is none, or a link or a repository."""
    return scratch.read(tree[path].oid) if path_sources.is_file(tree.get(path)) else b""


def _dependencies(scratch: Scratch, tree: Tree, path: str) -> str:
    """Return what a lock depends on, in a form that compares equal where nothing of it changed."""
    content = _bare(scratch, tree, path)
    try:
        loaded = bounded_toml.read(content)
    except ValueError:
        return content.decode("utf-8", "replace")
    wheels = {place: tree.get(place) for place in path_sources.in_tree(tree, path, scratch.read)}
    return json.dumps([_locked(loaded), wheels], sort_keys=True, default=str)


def _locked(loaded: Mapping[str, Any]) -> dict[str, Any]:
    project, tool = table(loaded.get("project")), table(loaded.get("tool"))
    keys = ("dependencies", "optional-dependencies", "requires-python", "dynamic")
    poetry = table(tool.get("poetry"))
    return {
        "project": {key: project.get(key) for key in keys},
        "groups": loaded.get("dependency-groups"),
        "uv": {k: v for k, v in table(tool.get("uv")).items() if k != "build-backend"},
        "poetry": {key: poetry.get(key) for key in ("dependencies", "group", "extras")},
    }
