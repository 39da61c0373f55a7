"""What a repo is found to be, what is to do, what was done: each with a text for people."""

from enum import Flag, StrEnum, auto
from typing import Self

from modelyard.forges.forge import PullRequest, PullRequestState


class Trait(Flag):
    """What else a state or an outcome is, for all who decide by it.

    LEFT_OUT: settings or forge leave it out, so nothing is cloned. NOTHING_TO_DO: where a wave has
    only these, nothing is opened in it. OUTSIDE: of another template or none, so not counted in
    waves and shares. STOPPED: a run got no further. NEEDS_A_PERSON: stands still until a person
    looks; a conflict that has no request yet does not. NOT_UPDATED: the report says why. GREEN and
    RED: its colour on a terminal.
    """

    NONE = 0
    LEFT_OUT = auto()
    NOTHING_TO_DO = auto()
    OUTSIDE = auto()
    STOPPED = auto()
    NEEDS_A_PERSON = auto()
    NOT_UPDATED = auto()
    GREEN = auto()
    RED = auto()


_ERROR = Trait.STOPPED | Trait.NEEDS_A_PERSON | Trait.NOT_UPDATED | Trait.RED


class _Described(StrEnum):
    """Members whose value stands in JSON, each with a `text` for people and its traits."""

    text: str
    traits: Trait

    def __new__(cls, value: str, text: str = "", traits: Trait = Trait.NONE) -> Self:
        made = str.__new__(cls, value)
        made._value_ = value
        made.text = text
        made.traits = traits
        return made

    @property
    def label(self) -> str:
        """The value as a terminal shows it."""
        return self.value.replace("_", " ")


class RepoState(_Described):
    """What is found in a repo, in the order of the report's bars."""

    WITHDRAWN = (
        "withdrawn",
        "on a version that was withdrawn, and no older one is asked for",
        Trait.NEEDS_A_PERSON | Trait.RED,
    )
    CURRENT = "current", "nothing left to update", Trait.NOTHING_TO_DO | Trait.GREEN
    OPEN = "open", "request open, ready to merge", Trait.NONE
    WAITS_FOR_CI = "waits_for_ci", "request open, a draft until CI is green", Trait.NONE
    DRAFT = "draft", "request open, a person has to decide", Trait.NEEDS_A_PERSON
    WORKED_ON = (
        "worked_on",
        "request open, somebody has committed to its branch",
        Trait.NEEDS_A_PERSON,
    )
    REVERTED = (
        "reverted",
        "merged, and not on the default branch any more",
        Trait.NEEDS_A_PERSON | Trait.NOT_UPDATED,
    )
    DECLINED = "declined", "request closed by somebody", Trait.NONE
    BROKEN = (
        "broken",
        "its answers file cannot be read",
        Trait.NOTHING_TO_DO | Trait.STOPPED | Trait.NEEDS_A_PERSON | Trait.NOT_UPDATED | Trait.RED,
    )
    REFUSED = "refused", "cannot be merged with the version", _ERROR
    FAILED = "failed", "not reached, or an error", _ERROR
    PROBLEM = (
        "problem",
        "archived, empty, or no permission to push",
        Trait.LEFT_OUT | Trait.NOTHING_TO_DO | Trait.NOT_UPDATED,
    )
    EXEMPT = "exempt", "left out until a date", Trait.LEFT_OUT | Trait.NOTHING_TO_DO
    CONFLICT = "conflict", "behind, no request yet, and a person will have to decide", Trait.RED
    CLEAN = "clean", "behind, no request yet, and merges cleanly", Trait.GREEN
    CANDIDATE = (
        "candidate",
        "no answers file, so a candidate for adopt",
        Trait.OUTSIDE | Trait.NOTHING_TO_DO,
    )
    FOREIGN = "foreign", "made from another template", Trait.OUTSIDE | Trait.NOTHING_TO_DO
    UNKNOWN = "unknown", "nobody has looked into it", Trait.NONE

    @classmethod
    def behind(
        cls, request: PullRequest | None, otherwise: Self, waits_for_ci: bool = False
    ) -> Self:
        """Return the state of a repo that is behind, by its request for the version."""
        if request is None:
            return otherwise
        if request.state is PullRequestState.OPEN:
            if waits_for_ci:
                return cls.WAITS_FOR_CI
            return cls.DRAFT if request.draft else cls.OPEN
        return cls.REVERTED if request.state is PullRequestState.MERGED else cls.DECLINED


class Action(_Described):
    """What a run is to do in a repo."""

    NOTHING = "nothing", "nothing"
    CLOSE_OTHERS = "close_others", "close open requests for other versions"
    WAIT = "wait", "leave the request to its reviewers, and close those for other versions"
    MAKE_READY = "make_ready", "mark the request as ready, and close those for other versions"
    MERGE = "merge", "let the forge merge the request, and close those for other versions"
    TAKE_BACK = "take_back", "let the forge not merge the request by itself any more"
    LEAVE = "leave", "leave branch and request to whoever works there"
    BUILD_ON = "build_on", "push the merge on top of somebody's commits, if that is clean"
    OPEN = "open", "push the merge, open a request, and close those for other versions"
    UPDATE = "update", "push the merge, edit the request, and close those for other versions"


class Outcome(_Described):
    """What was done in a repo."""

    NOTHING = "nothing", "nothing; the state says why"
    OPENED = "opened", "a request was opened", Trait.GREEN
    UPDATED = "updated", "the request and its branch were updated", Trait.GREEN
    MADE_READY = "made_ready", "the draft was marked as ready for its reviewers", Trait.GREEN
    MERGED = "merged", "the request was merged, as `merge` in fleet.toml says", Trait.GREEN
    HANDED_OVER = (
        "handed_over",
        "the forge merges the request as soon as its rules allow that",
        Trait.GREEN,
    )
    TAKEN_BACK = "taken_back", "the forge does not merge the request by itself any more"
    WAITS = "waits", "the request is as it should be, and waits for its reviewers"
    CLOSED = "closed", "its request was closed, for the version was withdrawn", Trait.GREEN
    LEFT_ALONE = "left_alone", "somebody else works on the branch"
    FAILED = "failed", "an error, or `--verify` failed", Trait.RED
    PAUSED = "paused", "the fleet is paused, or outside of its windows, so nobody looked", Trait.RED
