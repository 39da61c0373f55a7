"""The tags of a template: which of them are versions, and what a commit is called by them.

A version is a tag that PEP 440 reads, behind the template's own prefix where it has one; of the
time before it had one, without it. Another tag may move: `latest`, or `v1` on the commit of
`v1.2.0`. No commit is called by such a name.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from packaging.version import Version

from modelyard.gitrepo import git
from modelyard.template import tag_prefix
from modelyard.template.versions import as_release

_DESCRIBED = re.compile(r"(?P<tag>.+)-\d+-g[0-9a-f]{4,64}")
# What may be a version behind a prefix: no template without one is asked for its settings.
_PREFIXED = re.compile(r".+\d")


class Tags:
    """The tags of a template, and their commits.

    Args:
        folder: The repository.
        prefix: What stands before a version in each tag that is one; None where the template's own
            `_tag_prefix` says so.
    """

    def __init__(self, folder: Path, prefix: str | None = None) -> None:
        self._folder = folder
        self._given = prefix

    @cached_property
    def commits(self) -> Mapping[str, str]:
        """The commit of each tag."""
        parts = ("refname:strip=2", "objecttype", "objectname", "*objecttype", "*objectname")
        words = "%00".join(f"%({part})" for part in parts)
        found = {}
        try:
            listed = git.text(self._folder, "for-each-ref", f"--format={words}", "refs/tags")
        except git.GitError:
            return self._commits_that_are_there()
        for line in listed.splitlines():
            name, *pairs = line.split("\0")
            # One of a file is no version.
            for kind, commit in zip(pairs[::2], pairs[1::2], strict=True):
                if kind == "commit":
                    found[name] = commit
            # Before 2.45 git peels a tag of a tag once only.
            if pairs[2] == "tag" and (peeled := self._peeled(name)):
                found[name] = peeled
        return found

    def _commits_that_are_there(self) -> Mapping[str, str]:
        """Return the same where a part of the tags cannot be read, as in a partial clone."""
        found = {}
        for name in git.text(self._folder, "tag", "--list").splitlines():
            if commit := self._peeled(name):
                found[name] = commit
        return found

    def _peeled(self, name: str) -> str:
        """Return the commit of a tag; "" where it names another thing, or what is not there."""
        words = ("rev-parse", "--verify", "--quiet", f"refs/tags/{name}^{{commit}}")
        code, commit = git.run(self._folder, *words, codes=(0, 1, 128))
        return "" if code else commit.decode().strip()

    @cached_property
    def prefix(self) -> str:
        """What stands before a version in each tag that is one."""
        if self._given is not None:
            return self._given
        if not any(_PREFIXED.match(name) and not as_release(name) for name in self.commits):
            return ""
        return tag_prefix.newest(self._folder)

    @cached_property
    def _versions(self) -> Mapping[str, Version]:
        """What each tag says that PEP 440 reads, those that move too."""
        found = {}
        for name in self.commits:
            version = name.startswith(self.prefix) and as_release(name[len(self.prefix) :])
            if version:
                found[name] = version
        return found

    @cached_property
    def _earlier(self) -> Mapping[str, Version]:
        """The same of the tags without the prefix, of a time in which the template had none."""
        if self._given is not None or not self.prefix:
            return {}
        said = {name: as_release(name) for name in self.commits}
        found = {name: version for name, version in said.items() if version}
        commits = tag_prefix.without(self._folder, [self.commits[name] for name in found])
        return {name: one for name, one in found.items() if self.commits[name] in commits}

    @cached_property
    def releases(self) -> Mapping[str, Version]:
        """The tags that are versions and name one commit for good, oldest first."""
        return {**self._lasting(self._earlier), **self._lasting(self._versions)}

    def _lasting(self, found: Mapping[str, Version]) -> Mapping[str, Version]:
        beside = defaultdict(list)
        for name, version in found.items():
            beside[self.commits[name]].append(version)
        lasting = {
            name: version
            for name, version in found.items()
            if not any(_is_short_for(version, other) for other in beside[self.commits[name]])
        }
        return dict(sorted(lasting.items(), key=lambda item: (item[1], item[0])))

    @cached_property
    def _named(self) -> Mapping[str, str]:
        """The newest release of each commit that has one."""
        return {self.commits[name]: name for name in self.releases}

    def name_of(self, commit: str) -> str:
        """Return what a commit is called: its release, or where it is behind one, or its id."""
        if commit in self._named:
            return self._named[commit]
        # Names of tags have none of the signs that git reads as a pattern.
        moving = [name for name in self.commits if name not in self.releases]
        if len(moving) <= len(self.releases):
            chosen = [f"--exclude={name}" for name in moving]
        else:
            chosen = [f"--match={name}" for name in self.releases] or ["--match="]
        return git.text(self._folder, "describe", "--tags", "--always", *chosen, commit)

    def release_of(self, name: str) -> Version | None:
        """Return the release that a version's name says; the id of a commit says none."""
        age = self._age(name)
        return age[1] if age else None

    def is_older(self, name: str, other: str) -> bool:
        """Tell whether a version is older than another one, as far as their names say."""
        ages = self._age(name), self._age(other)
        return bool(ages[0] and ages[1] and ages[0] < ages[1])

    def has_reached(self, name: str, other: str) -> bool:
        """Tell whether a version is another one or newer; the other need not be released yet."""
        now, then = self._age(name), self._age(other) or self._planned(other)
        return bool(now and then and now >= then)

    def can_reach(self, name: str) -> bool:
        """Tell whether a version of the template can ever be this one or newer, by its tags."""
        if not (self._age(name) or self._planned(name)):
            return False
        # Tags with a prefix that the template does not say are no versions, however many come.
        return bool(self.releases) or not any(_PREFIXED.match(tag) for tag in self.commits)

    def _planned(self, name: str) -> tuple[bool, Version] | None:
        release = as_release(name.removeprefix(self.prefix))
        return (True, release) if release else None

    def count(self, after: str, to: str) -> int:
        """Count the releases after a version, up to another one."""
        return sum(
            self.is_older(after, name) and not self.is_older(to, name) for name in self.releases
        )

    def _age(self, name: str) -> tuple[bool, Version] | None:
        """Return what orders a version: one without the prefix is older than any with it."""
        described = _DESCRIBED.fullmatch(name)
        for prefixed, known in ((True, self._versions), (False, self._earlier)):
            if name in known:
                return prefixed, known[name]
            if described and described["tag"] in known:
                release = as_release(name[len(self.prefix) if prefixed else 0 :])
                return (prefixed, release) if release else None
        return None


def _is_short_for(version: Version, other: Version) -> bool:
    """Tell whether a version is the beginning of another one, as 1 is of 1.2.0."""
    if version.is_prerelease or version.is_postrelease or len(version.release) > 2:
        return False
    longer = len(other.release) > len(version.release)
    return longer and other.release[: len(version.release)] == version.release
