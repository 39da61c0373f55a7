"""Reads the pins of a requirements lock strictly, and writes them anew as uv's preferences."""

import re

from modelyard.lockfiles import path_sources, requirements
from modelyard.lockfiles.stale import refused

_HASH = re.compile(r"\s--hash=([a-z0-9]{1,20}:[0-9a-f]{32,128})(?=\s|\Z)")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_LONGEST = 100_000


def strict(lock: str, name: str) -> str:
    """Return `package==version ; marker` and the hashes of each line, and nothing else.

    A wheel of the project by its path is no preference, so it is left out.

    Raises:
        Stale: A line is something else: an option, a URL, another file. It is named by its number.
    """
    kept = []
    for number, line in _logical_lines(lock):
        about = f"line {number} of {name}"
        if len(line) > _LONGEST:
            raise refused(about)
        hashes = _HASH.findall(line)
        what = _HASH.sub("", line).strip()
        if _is_wheel_of_the_project(what):
            continue
        pin = requirements.parsed(what, about)
        versions = list(pin.specifier)
        if len(versions) != 1 or versions[0].operator != "==" or "*" in versions[0].version:
            raise refused(about)
        tail = f" ; {pin.marker}" if pin.marker else ""
        parts = [
            f"{pin.name}=={versions[0].version}{tail}",
            *(f"    --hash={one}" for one in hashes),
        ]
        kept.append(" \\\n".join(parts) + "\n")
    return "".join(kept)


def _logical_lines(lock: str) -> list[tuple[int, str]]:
    """Return the lines that say something, with the number at which each begins."""
    found, begun, parts = [], 0, list[str]()
    for number, line in enumerate([*lock.split("\n"), ""], 1):
        line = _COMMENT.sub("", line.removesuffix("\r")).rstrip()
        begun = begun if parts else number
        parts.append(line.removesuffix("\\"))
        if line.endswith("\\"):
            continue
        if text := " ".join(parts).strip():
            found.append((begun, text))
        parts = []
    return found


def _is_wheel_of_the_project(what: str) -> bool:
    path = what.partition(" ;")[0].strip()
    named = re.fullmatch(r"[A-Za-z0-9][\w.-]*(?:\[[^\[\]]*\])? ?@ ?(?:file:)?(.*)", path)
    path = re.sub(r"\[[^\[\]]*\]\Z", "", named[1] if named else path)
    plain = path_sources.is_plain(path) and path.endswith(".whl")
    return plain and path_sources.inside(path) is not None
