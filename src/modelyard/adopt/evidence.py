"""What a repo says about itself at HEAD: its files, read leniently, and its git remote."""

import configparser
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import yaml

from modelyard.adopt.reasons import AdoptReason
from modelyard.gitrepo import git
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN
from modelyard.merged import Notice

_LARGEST = 1_000_000
"""A file of more bytes is not looked into."""


class Remote(NamedTuple):
    """Where a repo is pushed to; `url` is what a browser opens, with no login."""

    url: str
    host: str
    owner: str
    name: str


@dataclass(frozen=True)
class Evidence:
    """The files of a repo, by what they say.

    Attributes:
        problems: Files that could not be read, and why.
    """

    repo: Repo
    scratch: Scratch
    problems: list[Notice] = field(default_factory=list)

    def text(self, path: str) -> str:
        """Return a text file; "" where there is none, or it is no UTF-8."""
        file = self.repo.tree.get(path)
        if file is None or file.mode not in {PLAIN, EXECUTABLE}:
            return ""
        content = self.scratch.read(file.oid)
        if len(content) > _LARGEST:
            return ""
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return ""

    @cached_property
    def pyproject(self) -> Mapping[str, Any]:
        """pyproject.toml; empty where there is none, or it is no TOML."""
        try:
            return tomllib.loads(self.text("pyproject.toml"))
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            words = f"it is not valid TOML, so nothing was read from it: {error}"
            self.problems.append(Notice("pyproject.toml", AdoptReason.NOTE, words))
            return {}

    @cached_property
    def setup_cfg(self) -> configparser.ConfigParser:
        """setup.cfg; empty where there is none, or it cannot be read."""
        parser = configparser.ConfigParser(interpolation=None)
        try:
            parser.read_string(self.text("setup.cfg"))
        except configparser.Error:
            parser = configparser.ConfigParser(interpolation=None)
            self.problems.append(Notice("setup.cfg", AdoptReason.NOTE, "it cannot be read"))
        return parser

    def yaml(self, path: str) -> Any:
        """Return a YAML file with all scalars as they are written; None where it cannot be read."""
        try:
            return yaml.load(self.text(path), Loader=yaml.BaseLoader)  # noqa: S506 - strings only
        except (yaml.YAMLError, RecursionError):
            return None

    def json(self, path: str) -> Any:
        """Return a JSON file; None where it cannot be read."""
        try:
            return json.loads(self.text(path))
        except (ValueError, RecursionError):
            return None

    @cached_property
    def remote(self) -> Remote | None:
        """The remote `origin`, or the only one."""
        words = ("config", "--get-regexp", r"^remote\..*\.url$")
        code, out = git.run(self.repo.folder, *words, codes=(0, 1))
        known: dict[str, str] = {}
        for line in [] if code else out.decode("utf-8", "replace").splitlines():
            name, _, url = line.partition(" ")
            known.setdefault(name.removeprefix("remote.").removesuffix(".url"), url)
        url = known.get("origin") or (next(iter(known.values())) if len(known) == 1 else "")
        return as_remote(url)


def as_remote(url: str) -> Remote | None:
    """Return what an address of git says; None for a path on this machine."""
    short = re.fullmatch(r"(?:[^@/\s]+@)?([\w.-]+):(?!/)(\S+)", url)
    if short:
        host, path = short[1], short[2]
    else:
        url = without_login(url)
        try:
            parts = urlsplit(url)
            host, path = parts.hostname or "", parts.path
        except ValueError:
            return None
        if parts.scheme not in {"http", "https", "ssh", "git"} or not host:
            return None
    path = path.strip("/").removesuffix(".git")
    owner, _, name = path.rpartition("/")
    if not owner or not name or "@" in path:
        return None
    return Remote(f"https://{host}/{path}", host, owner, name)


def without_login(address: str) -> str:
    """Return an address with no user, password, query or fragment; "" where that is in doubt."""
    found = re.fullmatch(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<rest>.*)", address, flags=re.I)
    if not found:
        return "" if re.match(r"[^/]*:[^/]*@", address) else address
    rest = re.split(r"[?#]", found["rest"])[0]
    host, slash, path = rest.partition("/")
    if "@" in path:
        return ""
    login, _, place = host.rpartition("@")
    # Who logs in is part of an ssh address; with what is not.
    user = login.partition(":")[0] if found["scheme"].lower() in {"ssh", "sftp"} else ""
    return f"{found['scheme']}://{user}{'@' if user else ''}{place}{slash}{path}"


def walk(node: Any) -> Iterator[tuple[str, Any]]:
    """Go through all keys of nested mappings and lists, each with its value."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key), value
            yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)
