"""What a repo still knows of the Cookiecutter template that it was made from."""

from collections.abc import Mapping
from typing import Any

from modelyard.adopt.evidence import Evidence

_JSON = (
    ".cruft.json",
    ".cookiecutter.json",
    "cookiecutter_replay.json",
    "docs/cookiecutter_input.json",
)


def context(evidence: Evidence) -> tuple[str, Mapping[str, Any]]:
    """Return the file that holds the answers, and the answers; ("", {}) where there is none."""
    for path in _JSON:
        found = evidence.json(path)
        if isinstance(found, dict):
            inner = found.get("context", found)
            if isinstance(inner, dict):
                inner = inner.get("cookiecutter", inner)
            answers = _plain(inner)
            if answers:
                return path, answers
    rc = evidence.yaml(".cookiecutterrc")
    answers = _plain(rc.get("default_context")) if isinstance(rc, dict) else {}
    return (".cookiecutterrc", answers) if answers else ("", {})


def _plain(node: Any) -> Mapping[str, Any]:
    if not isinstance(node, dict):
        return {}
    scalars = str, int, float, bool
    return {
        key: value
        for key, value in node.items()
        if isinstance(key, str) and not key.startswith("_") and isinstance(value, scalars)
    }
