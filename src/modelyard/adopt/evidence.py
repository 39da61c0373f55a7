"""What a repo holds at HEAD: its files, read leniently, and its git remote."""

import configparser
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import yaml

from modelyard.adopt.addresses import Remote, as_remote
from modelyard.adopt.reasons import AdoptReason
from modelyard.gitrepo import git
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN
from modelyard.merged import Notice

_LARGEST = 1_000_000
"""A file of more bytes is not looked into."""
_UNREADABLE = (
    ValueError,
    SyntaxError,
    RecursionError,
    MemoryError,
    yaml.YAMLError,
    configparser.Error,
)


class Candidate(NamedTuple):
    """A value that may answer a question, and where it was found."""

    value: Any
    source: str


@dataclass(frozen=True)
class Evidence:
    """The files of a repo, which may hold anything: nothing here raises because of them.

    Attributes:
        notices: What was found and cannot be used, and why.
    """

    repo: Repo
    scratch: Scratch
    notices: list[Notice] = field(default_factory=list)

    def paths(self, pattern: str) -> list[str]:
        """Return the paths that a pattern matches as a whole, sorted."""
        return sorted(path for path in self.repo.tree if re.fullmatch(pattern, path))

    def text(self, path: str) -> str:
        """Return a text file; "" where there is none, or it is no UTF-8."""
        file = self.repo.tree.get(path)
        if file is None or file.mode not in {PLAIN, EXECUTABLE}:
            return ""
        content = self.scratch.read(file.oid)
        try:
            return content.decode("utf-8-sig") if len(content) <= _LARGEST else ""
        except UnicodeDecodeError:
            return ""

    def parsed(
        self, path: str, parse: Callable[[str], Any], reason: AdoptReason | None = None
    ) -> Any:
        """Return what a parser makes of a file; None where it cannot, which `reason` then names."""
        try:
            return parse(self.text(path))
        except _UNREADABLE as error:
            if reason:
                self.notices.append(Notice(path, reason, " ".join(str(error).split())))
            return None

    @cached_property
    def remote(self) -> Remote | None:
        """The remote `origin`, or the only one."""
        words = ("config", "--get-regexp", r"^remote\..*\.url$")
        out = git.run(self.repo.folder, *words, codes=(0, 1))[1].decode("utf-8", "replace")
        urls: dict[str, str] = {}
        for line in out.splitlines():
            key, _, url = line.partition(" ")
            urls.setdefault(key, url)
        sole = next(iter(urls.values())) if len(urls) == 1 else ""
        return as_remote(urls.get("remote.origin.url") or sole)


def from_yaml(text: str) -> Any:
    """Parse YAML with all scalars as they are written."""
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - strings only


def from_ini(text: str) -> Mapping[str, Mapping[str, str]]:
    """Parse the sections of a file such as setup.cfg."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    return {name: dict(parser[name]) for name in parser.sections()}


def get(node: Any, *keys: str) -> Any:
    """Return what is below a key of a key of nested mappings; None where there is nothing."""
    for key in keys:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node


def table(node: Any, *keys: str) -> Mapping[str, Any]:
    """Return the mapping that is there; an empty one of anything else."""
    found = get(node, *keys)
    return found if isinstance(found, Mapping) else {}


def items(node: Any) -> list[Any]:
    """Return the items of a list; none of anything else."""
    return list(node) if isinstance(node, list | tuple) else []
