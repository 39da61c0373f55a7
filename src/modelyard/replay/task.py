"""One past update, with all that a tool needs to do it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.trees import Tree
from modelyard.replay.history import FoundUpdate
from modelyard.template.answers import Answers
from modelyard.template.source import Template


@dataclass(frozen=True)
class Task:
    """What a tool is asked to do.

    Attributes:
        past: The repo before the commit.
        found: The update.
        template: The template.
        to: The commit of the template that people went to.
        given: What people answered.
        committed: The files of the commit.
    """

    past: Repo
    found: FoundUpdate
    template: Template
    to: str
    given: Mapping[str, Any]
    committed: Tree

    @property
    def recorded(self) -> Answers:
        """The answers that were on record before."""
        return self.found.recorded

    @property
    def records(self) -> frozenset[str]:
        """The answers file, before and after."""
        return frozenset({self.found.recorded.path, self.found.reached.path})
