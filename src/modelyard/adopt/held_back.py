"""Which files of a render a repo does not get when it is adopted, and why."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import PurePosixPath

from modelyard.adopt import packages
from modelyard.adopt.facts import CI_FILES
from modelyard.adopt.reasons import AdoptReason
from modelyard.gitrepo.trees import Tree
from modelyard.merged import Notice
from modelyard.reasons import Reason
from modelyard.update import lockfiles

# What the repo's tools would pick up by themselves.
_PICKED_UP = (
    (r"(.*/)?(test_[^/]*|[^/]*_test|conftest)\.py", AdoptReason.COLLECTED),
    (r"\.?pytest\.(ini|toml)|tox\.ini|\.coveragerc", AdoptReason.TEST_SETTINGS),
    (
        r"pyproject\.toml|setup\.(py|cfg)|MANIFEST\.in|(uv|poetry|pdm)\.(lock|toml)"
        r"|requirements\.lock|Pipfile(\.lock)?|\.python-version|\.tool-versions|runtime\.txt",
        AdoptReason.BUILD,
    ),
    (r"\.?(ruff|mypy)\.(toml|ini)|\.flake8|\.pylintrc|pyrightconfig\.json", AdoptReason.LINTERS),
    (r"\.github/workflows/.+|\.circleci/.+|" + "|".join(CI_FILES.values()), AdoptReason.CI),
)
# Folders at the top that setuptools does not take for packages.
_NO_PACKAGE = {"docs", "doc", "tests", "test", "scripts", "tools", "examples", "benchmarks"}
_TWINS = ({".md", ".rst", ".txt", ""}, {".yml", ".yaml"})

Because = Iterator[tuple[Reason, str]]
"""Reasons, each with what it names."""


def held_back(
    theirs: Tree, ours: Tree, is_yours: Callable[[str], bool], full: bool
) -> list[Notice]:
    """Return the files of a render that a repo lacks and is not to get, with the reasons.

    Args:
        theirs: The render.
        ours: The repo at HEAD.
        is_yours: Whether a file is an example that its owner replaces.
        full: Bring also what the repo's tools pick up by themselves.
    """
    rules = _Rules(theirs, ours, is_yours)
    found = []
    for path in sorted(theirs.keys() - ours.keys()):
        reasons = chain(rules.always(path), () if full else rules.until_full(path))
        found += [Notice(path, *reason) for reason in reasons][:1]
    return found


def by_folder(notices: Iterable[Notice]) -> list[Notice]:
    """Return one notice for each reason and folder at the top; its lines are the files."""
    groups: dict[tuple[Reason, str, str], list[str]] = {}
    for notice in notices:
        top = notice.path.partition("/")[0]
        groups.setdefault((notice.reason, notice.about, top), []).append(notice.path)
    return [
        Notice(paths[0], reason, about)
        if len(paths) == 1
        else Notice(f"{os.path.commonpath(paths)}/", reason, about, tuple(paths))
        for (reason, about, _), paths in groups.items()
    ]


class _Rules:
    def __init__(self, theirs: Tree, ours: Tree, is_yours: Callable[[str], bool]) -> None:
        self.ours = ours
        self.is_yours = is_yours
        self.has_code = any(path.endswith(".py") for path in ours)
        self.folders = {str(parent) for path in ours for parent in PurePosixPath(path).parents}
        self.tops = {path.partition("/")[0] for path in ours}
        self.twins = {_twin(path): path for path in sorted(ours)}
        self.packages = packages.own(ours)
        top_level = (folder for folder in packages.importable(ours) if "/" not in folder)
        self.flat = next(top_level, "")
        # A package whose name the owner's package has in another folder.
        mine = {PurePosixPath(folder).name: folder for folder in self.packages}
        theirs_alone = [f for f in packages.folders(theirs) if f not in self.folders]
        named = ((folder, mine.get(PurePosixPath(folder).name)) for folder in theirs_alone)
        self.elsewhere = {folder: other for folder, other in named if other}

    def always(self, path: str) -> Because:
        """Give the reasons that hold with --full, too."""
        if path in self.folders:
            yield AdoptReason.FOLDER_THERE, ""
        for file in _within(path, self.ours):
            yield AdoptReason.NEEDS_FOLDER, file
        if twin := self.twins.get(_twin(path)):
            yield AdoptReason.TWIN, twin
        for folder in _within(path, self.elsewhere):
            other = self.elsewhere[folder]
            yield AdoptReason.PACKAGE_ELSEWHERE, f"{other}/: git mv {other} {folder} first"
        top, inside, _ = path.partition("/")
        if path in lockfiles.NAMES:
            if "pyproject.toml" in self.ours:
                yield AdoptReason.OTHER_LOCK, ""
        elif self.is_yours(path) and inside and top in self.tops:
            yield AdoptReason.EXAMPLE, ""

    def until_full(self, path: str) -> Because:
        """Give the reasons that --full overrides."""
        top, inside, _ = path.partition("/")
        if self.is_yours(path) and not inside and path not in lockfiles.NAMES:
            yield AdoptReason.EXAMPLE, ""
        for pattern, reason in _PICKED_UP:
            if re.fullmatch(pattern, path):
                yield reason, ""
        if self.has_code and path.endswith((".py", ".pyi")):
            yield AdoptReason.CODE, ""
        for folder in _within(path, self.packages):
            yield AdoptReason.IN_PACKAGE, f"{folder}/"
        # setuptools refuses two packages that it found itself.
        is_new = inside and top.isidentifier() and top not in self.tops | _NO_PACKAGE
        if self.flat and is_new:
            yield AdoptReason.SECOND_PACKAGE, f"{self.flat}/"


def _within(path: str, folders: Iterable[str]) -> Iterator[str]:
    """Give those folders, or files in their place, that a path is in."""
    return (str(parent) for parent in PurePosixPath(path).parents if str(parent) in folders)


def _twin(path: str) -> str:
    """Return what is the same for files that serve one end under other spellings."""
    pure = PurePosixPath(path.lower())
    family = next((f for f in _TWINS if pure.suffix in f), {pure.suffix})
    return str(pure.with_suffix(sorted(family)[-1]))
