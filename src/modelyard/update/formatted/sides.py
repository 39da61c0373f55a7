"""Makes the renders of files in conflict comparable with what a formatter made of them here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from modelyard.gitrepo.git import GitError
from modelyard.gitrepo.refused_paths import refused
from modelyard.gitrepo.repo import Repo, read_tree
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, File, Tree
from modelyard.merged import Merged, Notice
from modelyard.reasons import NoticeReason
from modelyard.update.formatted import fixed_points, hooks
from modelyard.update.formatted.disputes import Dispute, disputes_of
from modelyard.update.formatted.settings import Settings
from modelyard.update.formatted.workspace import Workspace
from modelyard.update.ownership import Sides

_TEXT = {PLAIN, EXECUTABLE}


@dataclass(frozen=True)
class Formatted:
    """What stands in the place of renders, for the merge and for the ledger alike.

    Attributes:
        files: By the path in the merge, a file of each render, and its formatters.
    """

    files: Mapping[str, "FormattedFile"]

    @property
    def base(self) -> Tree:
        """Files of the recorded render, formatted."""
        return dict(file.base for file in self.files.values())

    @property
    def theirs(self) -> Tree:
        """Files of the wanted render, formatted."""
        return dict(file.theirs for file in self.files.values() if file.theirs)

    def without(self, paths: Collection[str]) -> "Formatted":
        """Return all but some files."""
        return Formatted({path: one for path, one in self.files.items() if path not in paths})

    def sides(self, sides: Sides) -> Sides:
        """Return sides of a merge with these files."""
        base, theirs = {**sides.base, **self.base}, {**sides.theirs, **self.theirs}
        return replace(sides, base=base, theirs=theirs, obstructed=[*sides.obstructed])

    def notices(self, merged: Merged) -> tuple[Notice, ...]:
        """Return what is to be told of a merge with these files."""
        disputed = {conflict.path for conflict in merged.conflicts}
        return tuple(
            Notice(path, _reason(file, path in disputed), ", ".join(file.names))
            for path, file in self.files.items()
        )


def _reason(file: "FormattedFile", is_disputed: bool) -> NoticeReason:
    if is_disputed:
        return NoticeReason.FORMATTED_IN_CONFLICT
    return NoticeReason.FORMATTED if file.theirs else NoticeReason.FORMATTED_AND_DELETED


@dataclass(frozen=True)
class FormattedFile:
    """A file of both renders, each with its path there, and what formatted it."""

    base: tuple[str, File]
    theirs: tuple[str, File] | None
    names: tuple[str, ...]


def formatted(repo: Repo, scratch: Scratch, sides: Sides, merged: Merged) -> Formatted | None:
    """Return both renders of files in conflict as the repo's formatters write them.

    Args:
        repo: The repo, at whose HEAD the settings of the formatters are.
        scratch: Where blobs are.
        sides: What was merged.
        merged: The merge, with its conflicts, and what was merged by meaning.
    """
    disputes = disputes_of(scratch, sides, merged)
    if not disputes:
        return None
    tree = repo.tree if not repo.prefix else read_tree(repo.folder, repo.head)
    tree = {path: file for path, file in tree.items() if refused(path, file.mode) is None}

    def read(path: str) -> bytes:
        try:
            return scratch.read(tree[path].oid)
        except GitError:
            return b""  # of a partial clone: what does not know the settings finds no fixed point

    settings = Settings(tree, read, (repo.prefix + path for path in disputes))
    known = hooks.read(read(hooks.NAME)) if _is_text(tree.get(hooks.NAME)) else []
    tools = fixed_points.candidates(known, settings)
    contents = {
        repo.prefix + path: one.contents
        for path, one in disputes.items()
        if any(tool.takes(path) for tool in tools)
    }
    if not contents:
        return None
    try:
        with Workspace(settings, tree, repo.places) as workspace:
            found = fixed_points.formatted(contents, tools, workspace)
    except (OSError, ValueError):
        # Two names that are one on this disk, a full one, or settings that no writer of TOML takes.
        return None
    made = {path.removeprefix(repo.prefix): contents for path, contents in found.items()}
    files = {path: _put(scratch, sides, disputes[path], one) for path, one in made.items()}
    return Formatted(files) if files else None


def _is_text(file: File | None) -> bool:
    return file is not None and file.mode in _TEXT


def _put(
    scratch: Scratch, sides: Sides, dispute: Dispute, made: fixed_points.Sides
) -> FormattedFile:
    base = dispute.base, File(sides.base[dispute.base].mode, scratch.put(made.base))
    theirs = None
    if dispute.theirs is not None and made.theirs is not None:
        mode = sides.theirs[dispute.theirs].mode
        theirs = dispute.theirs, File(mode, scratch.put(made.theirs))
    return FormattedFile(base, theirs, made.names)
