"""What an adoption found and did: values that the terminal and JSON print each in its way."""

from dataclasses import dataclass, field
from typing import Any

from modelyard.merged import Notice
from modelyard.update.result import UpdateResult


@dataclass(frozen=True)
class ResolvedAnswer:
    """The answer to one question, and where it comes from.

    Attributes:
        question: Its name.
        value: The answer; of a secret question nothing is kept.
        source: Such as "pyproject.toml [project] name"; "--data"; "asked"; "default".
    """

    question: str
    value: Any
    source: str


@dataclass(frozen=True)
class AdoptPlan:
    """What adopting a repo means, file by file.

    Attributes:
        template: Where the template is, as it is recorded.
        version: Which version of it.
        answers: The answers to all questions that the version asks.
        added: Files that the repo gets.
        extended: Files of the owner that get lines of the template below their own.
        differs: Files that both have; the owner's is kept.
        held_back: What the repo lacks and does not get now, with the reason: a file, or a folder
            whose files are the lines.
    """

    template: str
    version: str
    answers: tuple[ResolvedAnswer, ...] = ()
    added: tuple[str, ...] = ()
    extended: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    held_back: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class AdoptResult(UpdateResult):
    """A result with the plan that led to it.

    Attributes:
        plan: What was found, and what becomes of each file.
        branch: Where the result is: committed, or as conflicts in the work tree; None where
            nothing was written.
    """

    plan: AdoptPlan = field(default_factory=lambda: AdoptPlan("", ""))
    branch: str | None = None
