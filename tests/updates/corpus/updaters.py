"""The updaters of the package, as the runner of the corpus calls them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

from modelyard import structured
from modelyard.update import update


def by_modelyard(path: Path, to: str, data: Mapping[str, Any]) -> Mapping[str, str]:
    """Update with modelyard, in this process; return what it names, by path."""
    outcome = update(path, to=to, data=dict(data))
    named: dict[str, str] = {}
    told = [(conflict.path, conflict.reason) for conflict in outcome.conflicts]
    told += [(notice.path, "\n".join((notice.reason, *notice.lines))) for notice in outcome.notices]
    for where, what in told:
        named[where] = "\n".join(filter(None, (named.get(where), what)))
    return named


def by_modelyard_as_text(path: Path, to: str, data: Mapping[str, Any]) -> Mapping[str, str]:
    """Update with modelyard, but leave what git could not merge by lines as a conflict."""
    with patch.object(structured, "merge", lambda *_: None):
        return by_modelyard(path, to, data)
