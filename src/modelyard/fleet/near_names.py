"""The name of a repo that somebody may have meant by another one."""

import difflib
from collections.abc import Collection


def did_you_mean(name: str, known: Collection[str]) -> str:
    """Return the end of a sentence that asks for the nearest of the known names, or ""."""
    full = {one.casefold(): one for one in sorted(known, reverse=True)}
    by_folded = {**{short(one).casefold(): one for one in sorted(known, reverse=True)}, **full}
    folded = name.casefold()
    near = difflib.get_close_matches(folded, by_folded, n=1, cutoff=0.7)
    meant = by_folded.get(folded) or (by_folded[near[0]] if near else "")
    return f"; did you mean {meant!r}?" if meant else ""


def short(name: str) -> str:
    """Return the name of a repo without its group."""
    return name.rpartition("/")[2]
