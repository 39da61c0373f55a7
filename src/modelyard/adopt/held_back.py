"""Which files of a render a repo does not get when it is adopted, and why."""

import os
import re
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from modelyard.adopt import packages
from modelyard.adopt.reasons import AdoptReason
from modelyard.gitrepo.trees import Tree
from modelyard.merged import Notice
from modelyard.reasons import Reason
from modelyard.update import lockfiles

_TESTS = re.compile(r"(.*/)?(test_[^/]*|[^/]*_test|conftest)\.py")
_BUILD = re.compile(
    r"pyproject\.toml|setup\.(py|cfg)|MANIFEST\.in|(uv|poetry|pdm)\.(lock|toml)|Pipfile(\.lock)?"
    r"|\.python-version|\.tool-versions|runtime\.txt"
)
_TEST_SETTINGS = re.compile(r"\.?pytest\.(ini|toml)|tox\.ini|\.coveragerc")
_LINT = re.compile(r"\.?(ruff|mypy)\.(toml|ini)|\.flake8|\.pylintrc|pyrightconfig\.json")
_CI = re.compile(
    r"\.github/workflows/.+|\.circleci/.+|\.gitlab-ci\.ya?ml|(azure|bitbucket)-pipelines\.ya?ml"
    r"|Jenkinsfile|\.travis\.ya?ml"
)
_BUILT = "it would change how your code is built and installed"
LOCK = "it pins what another pyproject.toml names: compile your own"
_PICKED_UP = (
    (_TESTS, "your test run would collect it"),
    (_TEST_SETTINGS, "it would change how your tests run"),
    (_BUILD, _BUILT),
    (_LINT, "it would change what your linters say"),
    (_CI, "it would run beside your CI"),
)
# Folders at the top that setuptools does not take for packages.
_NO_PACKAGE = {"docs", "doc", "tests", "test", "scripts", "tools", "examples", "benchmarks"}
_TWINS = ({".md", ".rst", ".txt", ""}, {".yml", ".yaml"})


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
    rules = [
        _blocked(ours),
        _twin(ours),
        _second_package(theirs, ours),
        _example(ours, is_yours, full),
    ]
    if not full:
        rules += [_picked_up, _code(ours), _in_package(ours), _beside_flat_package(ours)]
    found = []
    for path in sorted(theirs.keys() - ours.keys()):
        if reason := next(filter(None, (rule(path) for rule in rules)), ""):
            found.append(Notice(path, AdoptReason.NOTE, reason))
    return found


Rule = Callable[[str], str]
"""Gives the reason why a path is held back; "" where it is not."""


def in_short(held: Sequence[Notice]) -> list[Notice]:
    """Return one notice for each reason and folder at the top; its lines are the files."""
    groups: dict[tuple[Reason, str, str], list[str]] = {}
    for notice in held:
        top, inside, _ = notice.path.partition("/")
        key = (notice.reason, notice.about, top if inside else notice.path)
        groups.setdefault(key, []).append(notice.path)
    return [
        Notice(paths[0], reason, about)
        if len(paths) == 1
        else Notice(f"{os.path.commonpath(paths)}/", reason, about, tuple(paths))
        for (reason, about, _), paths in groups.items()
    ]


def _blocked(ours: Tree) -> Rule:
    """Find a folder where the file must go, and a file where a folder must be."""
    folders = {str(parent) for path in ours for parent in PurePosixPath(path).parents}

    def rule(path: str) -> str:
        if path in folders:
            return "a folder of yours is there"
        stands = next((str(p) for p in PurePosixPath(path).parents if str(p) in ours), "")
        return f"it needs a folder where your {stands} is" if stands else ""

    return rule


def _twin(ours: Tree) -> Rule:
    """Find a file of the owner that serves the same end under another spelling."""
    known = {_plain(path): path for path in sorted(ours)}

    def rule(path: str) -> str:
        twin = known.get(_plain(path), "")
        return f"your {twin} stands for it" if twin else ""

    return rule


def _plain(path: str) -> str:
    pure = PurePosixPath(path.lower())
    family = next((f for f in _TWINS if pure.suffix in f), {pure.suffix})
    return str(pure.with_suffix(sorted(family)[-1]))


def _second_package(theirs: Tree, ours: Tree) -> Rule:
    """Hold back a package whose name the owner's package has in another folder."""
    mine = {PurePosixPath(folder).name: folder for folder in packages.own(ours)}
    taken = {}
    for folder in packages.folders(theirs):
        other = mine.get(PurePosixPath(folder).name, folder)
        if other != folder and not any(path.startswith(f"{folder}/") for path in ours):
            taken[f"{folder}/"] = other

    def rule(path: str) -> str:
        folder = next((folder for folder in taken if path.startswith(folder)), "")
        if not folder:
            return ""
        return f"your package is {taken[folder]}/: git mv {taken[folder]} {folder[:-1]} first"

    return rule


def _example(ours: Tree, is_yours: Callable[[str], bool], full: bool) -> Rule:
    """Hold back examples where the owner has files: in the root, or in a folder of that name."""
    tops = {path.partition("/")[0] for path in ours}

    def rule(path: str) -> str:
        top, inside, _ = path.partition("/")
        if path in lockfiles.NAMES:
            return LOCK if "pyproject.toml" in ours else "" if full else _BUILT
        comes = top not in tops if inside else full
        if not is_yours(path) or comes:
            return ""
        return "an example for a new repo; yours to write"

    return rule


def _picked_up(path: str) -> str:
    return next((reason for pattern, reason in _PICKED_UP if pattern.fullmatch(path)), "")


def _code(ours: Tree) -> Rule:
    has_code = any(path.endswith(".py") for path in ours)

    def rule(path: str) -> str:
        is_code = has_code and path.endswith((".py", ".pyi"))
        return "your linters and tests would take it for code of yours" if is_code else ""

    return rule


def _in_package(ours: Tree) -> Rule:
    mine = [f"{folder}/" for folder in packages.own(ours)]

    def rule(path: str) -> str:
        folder = next((folder for folder in mine if path.startswith(folder)), "")
        return f"it would become part of your package {folder}" if folder else ""

    return rule


def _beside_flat_package(ours: Tree) -> Rule:
    """Hold back a new folder at the top: setuptools refuses two packages that it found itself."""
    flat = next((folder for folder in packages.importable(ours) if "/" not in folder), "")
    tops = {path.partition("/")[0] for path in ours}

    def rule(path: str) -> str:
        top, inside, _ = path.partition("/")
        if not flat or not inside or top in tops | _NO_PACKAGE or not top.isidentifier():
            return ""
        return f"setuptools may take {top}/ for a second package beside your {flat}/"

    return rule
