"""The lines that a version of the template changed, as a person reads them: `-old`, `+new`."""

from collections.abc import Sequence

from modelyard.foreign_text import one_line
from modelyard.update.structured.sequences import opcodes
from modelyard.update.structured.values import Disagreement

MOST = 200
LARGEST = 1 << 18
_LONGEST = 300


def of_texts(old: bytes, new: bytes) -> tuple[str, ...]:
    """Return the lines that differ; none of what is large, or no text."""
    if max(len(old), len(new)) > LARGEST or b"\0" in old + new:
        return ()
    before, after = (side.decode("utf-8", "replace").splitlines() for side in (old, new))
    return of_lines(before, after)


def of_lines(old: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    """Return the lines that differ, at most `MOST` of them and one that says so."""
    try:
        found = opcodes(old, new)
    except Disagreement:
        return ()
    lines: list[str] = []
    for kind, start, end, low, high in found:
        if kind != "equal":
            lines += [f"-{line}" for line in old[start:end]]
            lines += [f"+{line}" for line in new[low:high]]
    if len(lines) > MOST:
        lines[MOST:] = [f"… {len(lines) - MOST} more lines"]
    return tuple(one_line(line[:_LONGEST].expandtabs()) for line in lines)
