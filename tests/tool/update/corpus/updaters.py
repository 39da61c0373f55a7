"""The package as an updater that the runner of the corpus can call."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from modelyard.template.source import Templates
from modelyard.update import update
from modelyard.update.structured import by_meaning


@dataclass(frozen=True)
class Modelyard:
    """Updates many repos in this process.

    Attributes:
        templates: The templates that it keeps open.
        by_meaning: Whether what git could not merge by lines is merged by its meaning.
    """

    templates: Templates
    by_meaning: bool = True

    def __call__(self, path: Path, to: str, data: Mapping[str, Any]) -> Mapping[str, str]:
        """Update a project; return what the report names, by path."""
        if self.by_meaning:
            return self._named(path, to, data)
        with patch.object(by_meaning, "merge", lambda *_: None):
            return self._named(path, to, data)

    def _named(self, path: Path, to: str, data: Mapping[str, Any]) -> Mapping[str, str]:
        outcome = update(path, to=to, data=dict(data), templates=self.templates)
        told = [(conflict.path, conflict.text) for conflict in outcome.conflicts]
        told += [(note.path, "\n".join((note.text, *note.lines))) for note in outcome.notices]
        named: dict[str, str] = {}
        for where, what in told:
            named[where] = "\n".join(filter(None, (named.get(where), what)))
        return named
