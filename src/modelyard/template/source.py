"""Templates: where one is, which versions it has, and a checkout of each that is asked for."""

import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import packaging.version

from modelyard.errors import DiskFull, Unreachable
from modelyard.gitrepo import git
from modelyard.gitrepo.cache import cache_folder
from modelyard.redaction import without_login
from modelyard.template import mirrors, places
from modelyard.template.checkout import Checkout, check_out_beside
from modelyard.template.mirrors import Home
from modelyard.template.part import Part
from modelyard.template.tags import Tags

# A disk with less than this is full, where git could not write a file.
_LEAST_SPACE = 1 << 20


@dataclass(frozen=True)
class Version:
    """One version of a template, checked out.

    Attributes:
        source: The template, as the answers file is to record it.
        name: What the answers file is to record as the version: the release, or what `git describe`
            says of it.
        commit: The full id of the commit.
        checkout: A work tree of that commit; read it, never write it.
        part: What of it is there; ask for a folder before you read it.
        release: What its name says by PEP 440, where it says something.
        shared: What renders of this version keep for each other.
        compiled: What renders of all versions of this template keep for each other.
    """

    source: str
    name: str
    commit: str
    checkout: Path
    part: Part = field(compare=False, repr=False)
    release: packaging.version.Version | None = None
    shared: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    compiled: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def identity(self) -> str:
        """What the answers file is to record beside the name: which commit that names today."""
        return f"{self.name}@{self.commit}"

    @property
    def title(self) -> str:
        """The template and the version, for people: with no login in it."""
        return f"{without_login(self.source)} {self.name}"


class Template:
    """The git repository of a template."""

    def __init__(
        self, source: str, home: Home, checkouts: Path, tag_prefix: str | None = None
    ) -> None:
        self.source = source
        self.folder = home.folder
        self.tags = Tags(home.folder, tag_prefix)
        self._home = home
        self._checkouts = checkouts
        self._commits: dict[str, str] = {}
        self._versions: dict[str, Version] = {}
        self._begun: dict[str, Checkout] = {}
        self._compiled: dict[str, Any] = {}

    @property
    def releases(self) -> Sequence[str]:
        """The tags that are versions, oldest first."""
        return list(self.tags.releases)

    @cached_property
    def newest(self) -> str:
        """The newest release that is no pre-release; without releases the tip of the branch."""
        stable = [tag for tag, one in self.tags.releases.items() if not one.is_prerelease]
        return stable[-1] if stable else "HEAD"

    def is_lasting(self, version: str) -> bool:
        """Tell whether a version names one commit for good, as a branch or `latest` does not.

        A release does, and what `git describe` says; whether there is such a one is another
        question.
        """
        if version in self.tags.releases or re.fullmatch(r"(.+-g)?[0-9a-f]{7,64}", version):
            return True
        if version in self.tags.commits:
            return False
        try:
            self.resolve(version)
        except Unreachable:
            return True
        return False

    def has(self, commit: str) -> bool:
        """Tell whether the template has a commit, by its full id."""
        words = ("cat-file", "-e", f"{commit}^{{commit}}")
        if git.run(self.folder, *words, codes=(0, 1, 128))[0]:
            return False
        self._commits[commit] = commit
        return True

    def resolve(self, version: str) -> str:
        """Return the id of the commit that a tag, a branch or `git describe` names.

        It is looked up once, so that all who ask in a run are told the same.

        Raises:
            Unreachable: The template has no such version.
        """
        if version not in self._commits:
            self._commits[version] = self.tags.commits.get(version) or self._resolve(version)
        return self._commits[version]

    def _resolve(self, version: str) -> str:
        candidates = [f"refs/tags/{version}", version, f"refs/remotes/origin/{version}"]
        for candidate in candidates:
            words = [
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                f"{candidate}^{{commit}}",
            ]
            code, out = git.run(self.folder, *words, codes=(0, 1, 128))
            if not code:
                return out.decode().strip()
        known = ", ".join(self.releases[-5:]) or "none"
        raise Unreachable(
            f"{self.source} has no version {version!r}; its newest are: {known}",
            "name one of them with --to; if the recorded one is gone, put its tag back",
        )

    def begin(self, name: str) -> None:
        """Begin to check a version out, where none is yet: git and the disk do the work.

        Raises:
            Unreachable: The template has no such version.
        """
        commit = self.resolve(name)
        if not self._versions and not self._begun:
            self._begun[commit] = Checkout(self._home, commit, self._checkouts)

    def close(self) -> None:
        """Stop a checkout that nobody waits for any more."""
        for begun in self._begun.values():
            begun.cancel()

    def version(self, name: str) -> Version:
        """Check a version out, once for all that ask.

        Raises:
            Unreachable: The template has no such version, or not all of it.
        """
        commit = self.resolve(name)
        if commit not in self._versions:
            checkout = self._checked_out(name, commit)
            named = self.tags.name_of(commit)
            release = self.tags.release_of(named)
            self._versions[commit] = Version(
                self.source,
                named,
                commit,
                checkout,
                Part(checkout),
                release,
                compiled=self._compiled,
            )
        return self._versions[commit]

    def _checked_out(self, name: str, commit: str) -> Path:
        try:
            return self._check_out(commit)
        except git.GitError as error:
            # Of a file that it could not write git does not say why.
            if shutil.disk_usage(self._checkouts).free < _LEAST_SPACE:
                full = f"the disk of {self._checkouts} is full; nothing was written"
                raise DiskFull(full) from None
            raise Unreachable(
                f"version {name} of {self.source} cannot be checked out: "
                f"{' '.join(error.words.split())[:300]}",
                "a partial or damaged clone is not enough: clone the template anew",
            ) from None

    def _check_out(self, commit: str) -> Path:
        if self._versions:
            other = next(reversed(self._versions.values()))
            return check_out_beside(
                other.checkout, other.commit, self._home, commit, self._checkouts
            )
        begun = self._begun.get(commit) or Checkout(self._home, commit, self._checkouts)
        made = begun.finished()
        self._begun.pop(commit, None)
        return made


class Templates:
    """All templates that one process reads; a context manager that leaves no checkout behind."""

    def __init__(self, cache: Path | None = None) -> None:
        self._cache = cache or cache_folder("templates")
        self._scratch = tempfile.TemporaryDirectory(prefix="modelyard-", ignore_cleanup_errors=True)
        self._open: dict[str, Template] = {}
        self._settings: dict[str, Template] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for template in self._open.values():
            template.close()
        self._scratch.cleanup()

    def is_setting(self, source: str) -> bool:
        """Tell whether the person has set a template of this address."""
        return source in self._settings

    def open(
        self,
        source: str,
        beside: Path | None = None,
        *,
        apart_from: Iterable[Path] = (),
        is_setting: bool = False,
        tag_prefix: str | None = None,
    ) -> Template:
        """Find a template: a URL, `gh:owner/name`, or a path, relative to `beside` first.

        Args:
            source: The address.
            beside: Where a relative path begins.
            apart_from: The folders of the repo that names it, in which it must not be.
            is_setting: The person has set it: who names the same later means the same.
            tag_prefix: What stands before a version in a tag; None where the template says so.

        Raises:
            Unreachable: It is not available.
        """
        if source in self._settings:
            return self._settings[source]
        address = places.expanded(source)
        local = places.local_path(address, beside)
        if local:
            places.refuse_inside(local, source, apart_from)
        key = f"{local or address}\n{source}"
        if key not in self._open:
            home = mirrors.local(local, source) if local else mirrors.mirror(address, self._cache)
            self._open[key] = Template(source, home, Path(self._scratch.name), tag_prefix)
        if is_setting:
            self._settings[source] = self._open[key]
        return self._open[key]
