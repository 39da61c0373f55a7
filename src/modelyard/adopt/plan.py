"""Draws up what adopting a repo means for each of its files; writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from modelyard.adopt import add_add_conflict, held_back, ignore_file
from modelyard.adopt.evidence import Evidence
from modelyard.adopt.missing_packages import packages_that_are_missing
from modelyard.adopt.reasons import AdoptReason
from modelyard.adopt.result import AdoptPlan
from modelyard.adopt.version import AdoptOptions, Chosen, choose
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, File, Tree
from modelyard.merged import Merged, Notice
from modelyard.render.request import Rendered
from modelyard.template import config
from modelyard.template.source import Templates
from modelyard.update.ownership import Sides, comparable_sides

LACKS = "yours is kept; it lacks packages that the standard's code needs"
CRUFT = "cruft updates this repo too: delete it when you are done, or they undo each other's work"
_TEXT = {PLAIN, EXECUTABLE}


@dataclass(frozen=True)
class Drawn:
    """A plan, the tree that it leads to, and what somebody should look at, in that order."""

    plan: AdoptPlan
    merged: Merged
    before: str
    notices: tuple[Notice, ...]


def draw(repo: Repo, scratch: Scratch, templates: Templates, wish: AdoptOptions) -> Drawn:
    """Find the answers, and what becomes of each file.

    Raises:
        ModelyardError: The repo, the template or an answer does not allow it.
    """
    evidence = Evidence(repo, scratch)
    chosen = choose(evidence, templates, wish)
    path = chosen.rendered.answers_path
    sides = comparable_sides(
        repo, scratch, Rendered({}, path, {}, lambda _: False), chosen.rendered
    )
    raw = {**scratch.tree(chosen.rendered.files), **sides.theirs}
    held = held_back.held_back(sides.theirs, repo.tree, chosen.rendered.is_yours, wish.full)
    held = [notice for notice in held if notice.path != path]
    added = sides.theirs.keys() - repo.tree.keys() - {notice.path for notice in held}
    if chosen.recorded is None:
        added |= {path}
    merged = Merged({**repo.tree, **{name: raw[name] for name in added}})
    both = sorted(raw.keys() & repo.tree.keys() - {path})
    differs = [name for name in both if raw[name] != repo.tree[name]]
    shown = _matching(wish.conflicts, differs)
    for name in shown:
        merged = add_add_conflict.show(scratch, merged, name, raw[name], chosen.version.name)
    merged, extended, unhidden = _ignoring(scratch, repo.tree, merged, raw, shown)
    ignores = {name for name in differs if PurePosixPath(name).name == ".gitignore"}
    kept = [name for name in differs if name not in {*shown, *ignores}]
    held += _not_written(sides, repo)
    plan = AdoptPlan(
        template=chosen.version.source,
        version=chosen.version.name,
        answers=tuple(chosen.answers),
        added=tuple(sorted(added)),
        extended=tuple(extended),
        differs=tuple(kept),
        held_back=tuple(held_back.in_short(held)),
        beside=tuple(shown),
    )
    before = chosen.recorded.version if chosen.recorded else ""
    notices = [*evidence.problems, *_odd(chosen, repo, wish, shown)]
    notices += _lacking(scratch, repo, raw, kept)
    return Drawn(plan, merged, before, (*notices, *unhidden))


def _matching(patterns: Sequence[str], paths: Sequence[str]) -> list[str]:
    return [path for path in paths if patterns and config.matcher(tuple(patterns))(path)]


def _odd(chosen: Chosen, repo: Repo, wish: AdoptOptions, shown: Sequence[str]) -> list[Notice]:
    """Say what was not taken, and what was asked for in vain."""
    found = list(chosen.notices)
    for pattern in wish.conflicts:
        if not _matching([pattern], shown):
            words = "--conflict names no file that both have and that differs"
            found.append(Notice(pattern, AdoptReason.NOTE, words))
    if ".cruft.json" in repo.tree:
        found.append(Notice(".cruft.json", AdoptReason.NOTE, CRUFT))
    return found


def _ignoring(
    scratch: Scratch, ours: Tree, merged: Merged, raw: Mapping[str, File], shown: Sequence[str]
) -> tuple[Merged, list[str], list[Notice]]:
    """Give each .gitignore the lines that it lacks; return also which, and what was left out."""
    extended, notices = [], []
    for path, theirs in sorted(raw.items()):
        mine = merged.tree.get(path)
        if PurePosixPath(path).name != ".gitignore" or path in shown or mine is None:
            continue
        if not {mine.mode, theirs.mode} <= _TEXT:
            continue
        folder = path.removesuffix(".gitignore")
        tracked = [p.removeprefix(folder) for p in ours if p.startswith(folder)]
        has = scratch.read(mine.oid) if path in ours else b""
        content, left_out = ignore_file.union(scratch, has, scratch.read(theirs.oid), tracked)
        if left_out:
            words = "the standard ignores what you have committed: left out"
            notices.append(Notice(path, AdoptReason.NOTE, words, tuple(left_out)))
        # A new one stays as it was rendered, unless a line had to go.
        if content != has and (path in ours or left_out):
            file = File(mine.mode, scratch.put(content))
            merged = replace(merged, tree={**merged.tree, path: file})
            extended += [path] if path in ours else []
    return merged, extended, notices


def _not_written(sides: Sides, repo: Repo) -> list[Notice]:
    """Name what git ignores, or what stands there untracked."""
    return [
        Notice(path, reason)
        for path, reason in sorted(sides.named.items())
        if path not in repo.tree and path not in sides.theirs
    ]


def _lacking(
    scratch: Scratch, repo: Repo, raw: Mapping[str, File], kept: Sequence[str]
) -> list[Notice]:
    """Name the packages that the owner's pyproject.toml lacks for the standard's code to run."""
    path = "pyproject.toml"
    if path not in kept or not {repo.tree[path].mode, raw[path].mode} <= _TEXT:
        return []
    both = (scratch.read(file.oid) for file in (repo.tree[path], raw[path]))
    lines = packages_that_are_missing(*both)
    return [Notice(path, AdoptReason.NOTE, LACKS, lines)] if lines else []
