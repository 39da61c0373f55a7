"""Finds the past updates of a repo: commits that moved `_commit` in an answers file.

Merges are none: what they bring was committed on one of their branches, which is looked at too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from modelyard.gitrepo import git, unreadable
from modelyard.gitrepo.blobs import Blobs
from modelyard.gitrepo.repo import Repo
from modelyard.redaction import without_login
from modelyard.replay.changed_records import Change, Commit, changed_records
from modelyard.replay.options import ReplayOptions
from modelyard.replay.result import PastUpdate, SkippedUpdate, SkipReason
from modelyard.template import answers, places
from modelyard.template.answers import Answers, BrokenAnswers

_SCP = re.compile(r"(?:[^@/:]+@)?(?P<host>[^/:]+):(?P<path>[^/].*)")


@dataclass(frozen=True)
class FoundUpdate:
    """A past update, with what it takes to do it again.

    Attributes:
        update: What is told of it.
        parent: The commit before.
        recorded: The answers that were on record before.
        reached: The answers that the commit recorded.
    """

    update: PastUpdate
    parent: str
    recorded: Answers
    reached: Answers


def find(repo: Repo, options: ReplayOptions) -> list[FoundUpdate | SkippedUpdate]:
    """Return the past updates of the project in a repo, the oldest first.

    Raises:
        NotReady: The history cannot be read, as in a clone that lacks objects.
    """
    blobs = Blobs(repo.folder)
    try:
        found = list(_newest_first(repo, options, blobs))
    except git.GitError:
        raise unreadable.lacks_history(repo.folder, "the history of its answers files") from None
    finally:
        blobs.close()
    return found[::-1]


def is_shallow(repo: Repo) -> bool:
    """Tell whether a clone lacks a part of the history."""
    return git.text(repo.folder, "rev-parse", "--is-shallow-repository") == "true"


def _newest_first(
    repo: Repo, options: ReplayOptions, blobs: Blobs
) -> Iterator[FoundUpdate | SkippedUpdate]:
    names = {options.answers_file} if options.answers_file else None
    count = 0
    for commit, changes in changed_records(repo, options):
        for change in changes:
            if names is not None:
                if change.new not in names:
                    continue
                names.add(change.old)
            if one := _judged(repo, commit, change, blobs):
                yield one
                count += 1
            if count == options.last:
                return


def _judged(
    repo: Repo, commit: Commit, change: Change, blobs: Blobs
) -> FoundUpdate | SkippedUpdate | None:
    """Return the update that a change is; None where it is none."""
    if max(blobs.sizes((change.before, change.after)).values()) > answers.LARGEST:
        return None
    contents = blobs.read(change.before), blobs.read(change.after)
    if not all(b"_src_path" in one and b"_commit" in one for one in contents):
        return None
    told = PastUpdate(commit.name, commit.date, change.old, "", "", "")
    try:
        recorded = answers.parse(contents[0], change.old)
        told = _told(told, recorded, recorded)
        reached = answers.parse(contents[1], change.new)
    except BrokenAnswers as error:
        return SkippedUpdate(told, SkipReason.BROKEN_ANSWERS, error.message)
    if (recorded.version, recorded.commit) == (reached.version, reached.commit):
        return None
    told = _told(told, recorded, reached)
    if not is_same_template(recorded.source, reached.source, repo):
        about = f"{without_login(recorded.source)} → {without_login(reached.source)}"
        return SkippedUpdate(told, SkipReason.OTHER_TEMPLATE, about)
    return FoundUpdate(told, commit.parent, recorded, reached)


def _told(update: PastUpdate, before: Answers, after: Answers) -> PastUpdate:
    source = without_login(after.source)
    return replace(update, template=source, before=before.version, after=after.version)


def is_same_template(one: str, other: str, repo: Repo) -> bool:
    """Tell whether two addresses are spellings of one, such as over HTTPS and over SSH."""
    beside = None if repo.bare else repo.project
    return places.is_same(one, other, beside) or _on_server(one) == _on_server(other) != ""


def _on_server(source: str) -> str:
    """Return the host and the path of an address, as servers read them; "" where it has no host."""
    address = places.expanded(source)
    parts = urlsplit(address) if "://" in address else None
    found = _SCP.fullmatch(address) if parts is None else None
    if parts is not None:
        host, path = parts.hostname or "", parts.path
    elif found:
        host, path = found["host"], found["path"]
    else:
        return ""
    # Servers of templates take a name in any case, and with or without its ending.
    name = path.strip("/").removesuffix(".git").casefold()
    return f"{host.casefold()}/{name}" if host else ""
