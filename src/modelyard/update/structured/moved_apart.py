"""Finds lines that both sides moved, each to another place: merged, they stand at both."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

_WORD = re.compile(rb"[^\W_]|[\x80-\xff]")


def lines(merged: bytes, sides: Sequence[bytes]) -> Iterator[str]:
    """Yield what stands in a merged file more often than in each of its versions.

    Where all three have a line equally often nobody has written one more. Lines without a word,
    such as brackets, are of no account; nor is how far a line is indented.

    Args:
        merged: The file.
        sides: Its three versions.
    """
    counts = [_counted(side) for side in sides]
    for line, count in _counted(merged).items():
        before = {known[line] for known in counts}
        if len(before) == 1 and count > before.pop() > 0:
            yield line.decode(errors="replace")


def _counted(content: bytes) -> Counter[bytes]:
    return Counter(line for line in map(bytes.strip, content.splitlines()) if _WORD.search(line))
