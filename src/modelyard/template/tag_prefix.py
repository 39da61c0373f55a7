"""Reads what a template says of its tags: `_tag_prefix` of the copier.yml of a commit."""

from collections.abc import Iterable
from pathlib import Path

import yaml

from modelyard.errors import BadTemplate
from modelyard.gitrepo.blobs import Blobs
from modelyard.gitrepo.git import GitError

_SETTING = "_tag_prefix"
_NAMES = ("copier.yml", "copier.yaml")


def newest(folder: Path) -> str:
    """Return what stands before a version in each tag, by the default branch of a repository.

    Raises:
        BadTemplate: It is no text.
    """
    for name, content in _settings(folder, ["HEAD"]).get("HEAD", {}).items():
        said = _said(content)
        if said is not None and not isinstance(said, str):
            # Without it no tag would be a version, and each commit of the branch a release.
            raise BadTemplate(
                f"{name} of the template's default branch: {_SETTING} is no text: {said!r}",
                "write it in quotes, as one text",
            )
        if said:
            return said
    return ""


def without(folder: Path, commits: Iterable[str]) -> frozenset[str]:
    """Return the commits that are of the template, and of a time in which it had no prefix."""
    found = _settings(folder, commits)
    return frozenset(
        commit for commit, files in found.items() if not any(map(_said, files.values()))
    )


def _settings(folder: Path, commits: Iterable[str]) -> dict[str, dict[str, bytes]]:
    """Return the files of settings of each commit that has one."""
    found: dict[str, dict[str, bytes]] = {}
    blobs = Blobs(folder)
    try:
        for commit in dict.fromkeys(commits):
            for name in _NAMES:
                try:
                    content = blobs.read(f"{commit}:{name}")
                except GitError:
                    continue
                found.setdefault(commit, {})[name] = content
    finally:
        blobs.close()
    return found


def _said(content: bytes) -> object:
    try:
        parts = list(yaml.load_all(content, Loader=_Lenient))
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    said = [part[_SETTING] for part in parts if isinstance(part, dict) and _SETTING in part]
    return said[-1] if said else None


class _Lenient(yaml.SafeLoader):
    """Reads a file of settings without what it includes."""


_Lenient.add_constructor("!include", lambda loader, node: None)
