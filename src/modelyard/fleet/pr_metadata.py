"""The mark of a request: a hidden, signed line in its body that says what the fleet made it of."""

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from itertools import accumulate
from typing import Any

from modelyard.fleet.request_text import without_actions
from modelyard.forges.signing import SigningKey

_LINE = re.compile(r"^<!-- modelyard (\{.*\}) -->$", re.M)
# A body has at most 65 536 characters on GitHub; GitLab takes a million, which is no mark's.
_LONGEST = 70_000
_LONGEST_PATH, _LONGEST_PATHS = 300, 4000
# Fields that marks of older versions lack: left out where they say nothing.
_WHERE_SAID = (
    "held",
    "no_drafts",
    "ended",
    "title",
    "merge",
    "reach",
    "stopped",
    "reviewers",
    "assignees",
    "merges",
    "merge_asked",
)


class Ended(StrEnum):
    """Why the bot closed a request; what a person closes says NOT_BY_BOT, or nothing of it.

    OPENED_AGAIN: the bot had closed it, a person opened it, and if it is closed it was a person.
    """

    NOT_BY_BOT = ""
    SUPERSEDED = "superseded"
    NOT_NEEDED = "not-needed"
    WITHDRAWN = "withdrawn"
    OPENED_AGAIN = "opened-again"


@dataclass(frozen=True)
class Metadata:
    """What a request is about.

    Attributes:
        version: The version that it brings.
        before: The version that the repo was on.
        base: The commit of the default branch that it was made from.
        head: The commit that the bot pushed; where the branch is elsewhere, somebody worked on it.
        wave: The wave that it was opened in.
        conflicts: Files that a person has to decide.
        waits_for_ci: It is a draft until CI is green; a draft that does not wait is a person's.
        target: The branch that it goes into: the default branch of that day, or another one.
        projects: The answers files there that are members each, none for a repo like any other;
            None where nobody has looked, or there are too many to say.
        held: It was held back in the place of a draft when this was written.
        no_drafts: The forge has no drafts in that repo.
        ended: Why the bot closed it. Open with a reason, it was opened again by a person.
        title: The title that the bot gave it last; "" in marks of older releases.
        merge: The bot's own merge, where `head` puts that on top of somebody's commits; else "".
        reach: How far its wave reached in the order of the repos when it opened; see `waves`.
        joined: The answers files of the projects that it is for together, each as its `digest`
            where they are many, none where there are too many to say; None where it is for one
            alone.
        stopped: Other projects are not in it until a person has looked.
        reviewers: Who is still to be asked for a review.
        assignees: Whom it is still to be assigned to.
        merges: Nobody has to look at it, so that it is merged once it is green.
        merge_asked: The forge was asked to merge it by itself.
    """

    version: str
    before: str
    base: str
    head: str
    wave: str
    conflicts: tuple[str, ...] = ()
    waits_for_ci: bool = False
    target: str = ""
    projects: tuple[str, ...] | None = None
    held: bool = False
    no_drafts: bool = False
    ended: Ended = Ended.NOT_BY_BOT
    title: str = ""
    merge: str = ""
    reach: str = ""
    joined: tuple[str, ...] | None = None
    stopped: bool = False
    reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    merges: bool = False
    merge_asked: bool = False

    @property
    def last_merge(self) -> str:
        """The last commit in which there is nobody's work but the bot's."""
        return self.merge or self.head


@dataclass(frozen=True)
class Place:
    """Where a mark counts, and nowhere else: its signature is over this too."""

    repository: str
    branch: str


@dataclass(frozen=True)
class Mark:
    """What a body's mark says, whoever wrote it.

    Attributes:
        metadata: What it says of the request.
        key: Which key it claims to be signed with; "" where it is not signed.
        signature: What it claims to be its signature.
    """

    metadata: Metadata
    key: str = ""
    signature: str = ""

    def is_signed_by(self, key: SigningKey, place: Place) -> bool:
        """Tell whether a key signed this for a place."""
        return key.verify(_signed(self.metadata, place), self.signature)


def line(metadata: Metadata, place: Place, key: SigningKey | None) -> str:
    """Return the line for a body; nothing in it can end the comment early.

    Of very many conflicts it names the first ones: a forge limits how long a body is.
    """
    metadata = replace(metadata, conflicts=_first(metadata.conflicts))
    projects = metadata.projects
    if projects is not None and _first(projects) != projects:
        metadata = replace(metadata, projects=None)
    if metadata.joined and _first(metadata.joined) != metadata.joined:
        short = tuple(map(digest, metadata.joined))
        metadata = replace(metadata, joined=short if _first(short) == short else ())
    fields = _fields(metadata)
    if key:
        fields |= {"key": key.name, "signature": key.sign(_signed(metadata, place))}
    text = json.dumps(fields, sort_keys=True).replace("-->", "--\\u003e")
    return f"<!-- modelyard {text} -->"


def replaced(body: str, mark: str) -> str:
    """Return a body with another mark in the place of its last one, the one that counts.

    Where there is none any more, it comes to the end. GitLab runs the quick actions in a text for
    whoever saves it, and that is the bot: those of a person who may not do that are broken up.
    """
    text = without_actions(body.replace("\r\n", "\n"))
    found = list(_LINE.finditer(text))
    if not found:
        return f"{text.rstrip()}\n\n{mark}\n"
    last = found[-1]
    return f"{text[: last.start()]}{mark}{text[last.end() :]}"


def digest(path: str) -> str:
    """Return what stands for a path where paths take too much room; no path begins so."""
    return f"/{hashlib.sha256(os.fsencode(path)).hexdigest()[:8]}"


def _first(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return as many paths as there is room for, and one in any case."""
    shown = [path[:_LONGEST_PATH] for path in paths]
    sizes = accumulate(len(json.dumps(path)) for path in shown)
    fit = sum(size <= _LONGEST_PATHS for size in sizes)
    return tuple(shown[: max(fit, 1)])


def _fields(metadata: Metadata) -> dict[str, Any]:
    """Return what is written and signed; what marks of older versions lack is left out there."""
    fields = asdict(metadata)
    for name in ("projects", "joined"):
        if fields[name] is None:
            del fields[name]
    for name in _WHERE_SAID:
        if not fields[name]:
            del fields[name]
    return fields


def _signed(metadata: Metadata, place: Place) -> bytes:
    """Return what a signature is over: the same bytes on every machine."""
    return json.dumps(
        [asdict(place), _fields(metadata)], sort_keys=True, separators=(",", ":")
    ).encode("ascii")


def find(body: str) -> Mark | None:
    """Read the mark out of a body; None where there is none, or somebody has broken it.

    It is the last one: what stands above it is written by templates and other people.
    """
    found = _LINE.findall(body.replace("\r\n", "\n"))
    if not found or len(found[-1]) > _LONGEST:
        return None
    try:
        loaded = json.loads(found[-1])
        key, signature = loaded.pop("key", ""), loaded.pop("signature", "")
        conflicts = loaded.pop("conflicts", [])
        lists = [loaded.pop(name, None) for name in ("projects", "joined")]
        projects, joined = (None if one is None else tuple(one) for one in lists)
        ended = Ended(loaded.pop("ended", ""))
        reviewers, assignees = loaded.pop("reviewers", []), loaded.pop("assignees", [])
        metadata = Metadata(
            **loaded,
            conflicts=tuple(conflicts),
            projects=projects,
            joined=joined,
            ended=ended,
            reviewers=tuple(reviewers),
            assignees=tuple(assignees),
        )
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    texts = (
        metadata.version,
        metadata.before,
        metadata.base,
        metadata.head,
        metadata.wave,
        metadata.target,
        metadata.title,
        metadata.merge,
        metadata.reach,
        *metadata.conflicts,
        *(metadata.projects or ()),
        *(metadata.joined or ()),
        *metadata.reviewers,
        *metadata.assignees,
        key,
        signature,
    )
    valid = isinstance(conflicts, list) and all(isinstance(one, list | None) for one in lists)
    valid = valid and all(isinstance(names, list) for names in (reviewers, assignees))
    valid = valid and all(isinstance(text, str) for text in texts)
    flags = (
        metadata.waits_for_ci,
        metadata.held,
        metadata.no_drafts,
        metadata.stopped,
        metadata.merges,
        metadata.merge_asked,
    )
    valid = valid and all(isinstance(flag, bool) for flag in flags)
    return Mark(metadata, key, signature) if valid else None
