"""Requests that a forge merges without a person: what is asked of it, and what it answers."""

from dataclasses import dataclass
from enum import StrEnum

from modelyard.forges.described import Described


class MergeBy(StrEnum):
    """Who merges a request that is clean and green: a person, the forge, or its queue alone."""

    PERSON = "no"
    AUTO = "auto"
    QUEUE = "queue"


class Merging(Described):
    """Whether a forge is going to merge an open request by itself; `text` is for people."""

    NO = "", ""
    AUTO = "auto_merge", "auto-merge is on"
    QUEUED = "queued", "in the merge queue"


@dataclass(frozen=True)
class MergeAnswer:
    """What became of a request that a forge was asked to merge.

    Attributes:
        merged: It is merged.
        merging: The forge is going to merge it, once its rules allow that.
        why: Why neither, for people.
    """

    merged: bool = False
    merging: Merging = Merging.NO
    why: str = ""


MERGED = MergeAnswer(merged=True)
MOVED_ON = "its branch or its state is another one than a moment ago"
A_DRAFT = "it is a draft, or held back"
NO_QUEUE = "the branch that it goes into has no merge queue"
CHANGES_REQUESTED = "a reviewer asks for changes"
NOT_GREEN = "CI of its commit is not green any more, or all of it was skipped"
NOT_KNOWN_YET = "the forge does not know yet whether it can be merged"
# A forge works out whether a request can be merged when somebody asks for it: so long is waited.
SETTLES = (1.0, 2.0, 4.0)
