"""Merges ignore files to which both sides only add: without `!` the order of patterns is free."""

from collections.abc import Sequence
from pathlib import PurePosixPath

NAMES = {
    *(".gitignore", ".dockerignore", ".dvcignore", ".helmignore"),
    *(".npmignore", ".prettierignore"),
}


def merge(path: str, base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Put what theirs adds behind what ours adds in the same place.

    Returns:
        The merged content; None where it is no ignore file, where a side takes a line away, or
        where one adds an exception, which depends on what stands before it.
    """
    if PurePosixPath(path).name not in NAMES:
        return None
    old, mine, other = (content.splitlines() for content in (base, ours, theirs))
    my_additions, others = _additions(old, mine), _additions(old, other)
    if my_additions is None or others is None:
        return None
    added = [line for gap in (*my_additions, *others) for line in gap]
    if any(line.lstrip().startswith(b"!") for line in added):
        return None
    exceptions = any(line.lstrip().startswith(b"!") for line in old)
    merged: list[bytes] = []
    for place in range(len(old) + 1):
        # With an exception in between, the same pattern at another place is another pattern.
        known = set(my_additions[place] if exceptions else mine)
        merged += my_additions[place] + _without(others[place], known)
        merged += old[place : place + 1]
    end = b"\r\n" if b"\r\n" in ours else b"\n"
    return end.join(merged) + (end if ours.endswith(b"\n") or theirs.endswith(b"\n") else b"")


def _without(lines: Sequence[bytes], known: set[bytes]) -> list[bytes]:
    """Leave out the patterns that are known, each with the comment right above it."""
    found: list[bytes] = []
    for line in lines:
        if line.strip() and not line.startswith(b"#") and line in known:
            while found and found[-1].startswith(b"#") and found[-1] in known:
                found.pop()
        else:
            found.append(line)
    return found


def _additions(base: Sequence[bytes], side: Sequence[bytes]) -> list[list[bytes]] | None:
    """Return what a side adds before each line of the base and behind it; None if one is gone."""
    gaps: list[list[bytes]] = [[]]
    for line in side:
        place = len(gaps) - 1
        if place < len(base) and line == base[place]:
            gaps.append([])
        else:
            gaps[-1].append(line)
    return gaps if len(gaps) == len(base) + 1 else None
