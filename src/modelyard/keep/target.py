"""Finds what somebody means by `FILE` or `FILE:KEY`, and refuses what cannot be kept."""

import os
from collections.abc import Iterator
from pathlib import PurePosixPath

from modelyard.errors import Usage
from modelyard.gitrepo.refused_paths import refused
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, File, Tree
from modelyard.keep.until import refuse_until
from modelyard.settings import keys
from modelyard.settings.repo_settings import LONGEST, Kept, argument, is_text, normal_path
from modelyard.template import projects
from modelyard.template.records import find_answers
from modelyard.template.source import Templates
from modelyard.template.versions import ends_in_version
from modelyard.update import layers, lockfiles
from modelyard.update.keep.at_key import SUFFIXES, NotCut, lines_at

_LARGEST = 1 << 20
_TEXT = {PLAIN, EXECUTABLE}


class Target:
    """A project, and what its work tree, its HEAD and its template have at a path."""

    def __init__(self, repo: Repo, scratch: Scratch, templates: Templates) -> None:
        self._repo, self._scratch, self._templates = repo, scratch, templates
        self._rendered: dict[str, File] | None = None
        self._projects = projects.at_top(repo, scratch)
        if not self._projects:
            find_answers(repo, scratch, None)

    def entry(self, named: str, key: str | None, because: str, until: str) -> Kept:
        """Return the entry for what is named.

        Raises:
            Usage: There is no such thing, or it cannot be kept.
        """
        path, key = self._split(named, key)
        self._refuse_records(path)
        self._refuse_lock(path)
        if until and not ends_in_version(until):
            raise Usage(f"--until {until}: no version of a template", "such as v2.0.0")
        if until:
            refuse_until(self._repo, self._scratch, self._templates, self._projects, until)
        if not is_text(because):
            raise Usage(
                f"--because: it has control characters, or more than {LONGEST} of others",
                "write it in one line",
            )
        if not self._is_there(path):
            raise Usage(
                f"{path}: neither you nor the template have such a file or folder",
                "git ls-files    # paths count from the folder of the project",
            )
        return Kept(path, self._key(path, key) if key else "", because, until)

    def _split(self, named: str, key: str | None) -> tuple[str, str]:
        """Return the path, and the key that stands behind a colon or is given beside it."""
        path = normal_path(named)
        if path is None or refused(path):
            raise Usage(f"{named}: no path below the folder of the project", "git ls-files")
        if not is_text(path):
            raise Usage(
                f"{named}: a name with control characters, or one that is not UTF-8, cannot stand "
                "in a file of settings",
                "keep the folder that it is in",
            )
        if key is not None or ":" not in path or self._is_here(path):
            return path, key or ""
        first, _, rest = named.partition(":")
        return normal_path(first) or first, rest

    def _refuse_records(self, path: str) -> None:
        for one in self._projects:
            if path == one.answers_file:
                raise Usage(
                    f"{path}: the answers file has to record each version",
                    "an answer is changed with: modelyard update --data NAME=VALUE",
                )

    def _refuse_lock(self, path: str) -> None:
        pure = PurePosixPath(path)
        project = str(pure.with_name("pyproject.toml")) if pure.name else ""
        if pure.name in lockfiles.NAMES and project in self._repo.tree:
            raise Usage(
                f"{path}: a lock goes with its project, or it would not fit",
                f"modelyard keep {argument(project)}    # or a key of it: project.dependencies",
            )

    def _is_here(self, path: str) -> bool:
        """Tell whether the repo has a file or folder: at HEAD, or in its work tree."""
        return _has(self._repo.tree, path) or os.path.lexists(self._repo.project / path)

    def _is_there(self, path: str) -> bool:
        return self._is_here(path) or _has(self._renders(), path)

    def _renders(self) -> dict[str, File]:
        """Return what the templates of the project render, which is looked at where it matters."""
        if self._rendered is None:
            self._rendered = {}
            for one in self._projects:
                known = (self._repo, self._scratch, self._templates, one, False)
                self._rendered |= layers.shipped(*known)
        return self._rendered

    def _key(self, path: str, key: str) -> str:
        try:
            parts = keys.parse(key)
        except ValueError as error:
            raise Usage(f"{path}: {key}: {error}", "--key tool.ruff.lint") from None
        if PurePosixPath(path).suffix not in SUFFIXES:
            raise Usage(
                f"{path}: keys are known in {', '.join(SUFFIXES)}",
                f"modelyard keep {argument(path)}    # all of it",
            )
        why = ""
        for content in self._contents(path):
            try:
                if lines_at(path, content, parts):
                    return keys.written(parts)
            except NotCut as error:
                why = f" that could be told apart: {error}"
        raise Usage(
            f"{path} has nothing at {key}{why}",
            "a key is dotted, as in tool.ruff.lint; one in a list cannot be kept, but the list can",
        )

    def _contents(self, path: str) -> Iterator[bytes]:
        """Yield the versions of a file: the work tree's, HEAD's, the template's."""
        place = self._repo.project / path
        if place.is_file() and not place.is_symlink() and place.stat().st_size <= _LARGEST:
            yield place.read_bytes()
        if (file := self._repo.tree.get(path)) and file.mode in _TEXT:
            yield self._scratch.read(file.oid)
        if (file := self._renders().get(path)) and file.mode in _TEXT:
            yield self._scratch.read(file.oid)


def _has(tree: Tree, path: str) -> bool:
    return path in tree or any(one.startswith(f"{path}/") for one in tree)
