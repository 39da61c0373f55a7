"""The pins of a lock."""

import re

from packaging.utils import canonicalize_name

LIBRARY = "modelyard-platform"
LOCK = "requirements.lock"

_PIN = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)\s*(?:;\s*(?P<marker>[^\\\n]+))?", re.M
)


def pins(lock: str) -> dict[str, list[tuple[str, str]]]:
    """Return the pinned versions in a lock, each with its marker, by normalised package name."""
    found: dict[str, list[tuple[str, str]]] = {}
    for match in _PIN.finditer(lock):
        pin = (match["version"], (match["marker"] or "").strip())
        found.setdefault(canonicalize_name(match["name"]), []).append(pin)
    return found
