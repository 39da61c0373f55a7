"""Judges a merged text under the alignments and the differences that a valid merge may have."""

from collections import Counter
from collections.abc import Iterable

from modelyard.ledger.conflicts import backed_faults, marked_faults, views
from modelyard.ledger.lines import Fault, Threeway, faults, follows
from modelyard.ledger.tokens import mask_agreed

WAYS = ((0, 0), (1, 1), (2, 2), (0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1))
BIG = 5000


def is_binary(content: bytes) -> bool:
    """Guess as git does: a zero byte among the first 8000."""
    return b"\0" in content[:8000]


def lines_of(content: bytes) -> list[bytes]:
    """Split into lines, without their endings.

    Git ends a last line in its markers: where a stray CR is at its end, there are two then.
    """
    found = content.split(b"\n")
    return [line.rstrip(b"\r") for line in (found if found[-1] else found[:-1])]


def _contested(merge: Threeway) -> bool:
    """Tell whether both changed one place, or both added one line, wherever."""
    shared = {*merge.ours} & {*merge.theirs} - {*merge.base}
    if any(isinstance(line, bytes) and line.strip() for line in shared):
        return True
    return any(
        merge.base[b] != merge.ours[o] != merge.theirs[t] != merge.base[b]
        for b, o, t in merge.gaps()
    )


def _bare(lines: list) -> list:
    """Drop the commas at the ends: the last element of a list has none, until another follows."""
    return [line.rstrip().removesuffix(b",") for line in lines]


def _loosely(merge: Threeway, result: list) -> bool:
    """Accept a merge by meaning: the template's blocks whole, wherever they stand.

    The user's lines keep their order and neighbours; only blank lines may come and go. A line that
    the user only moved and the template took away is gone, and of one that both added, wherever,
    one is enough.
    """
    base, ours, theirs = Counter(merge.base), Counter(merge.ours), Counter(merge.theirs)
    gone = {x for x, n in base.items() if ours[x] <= n > theirs[x]}
    both = {x: max(n, theirs[x]) for x, n in ours.items() if theirs[x] and not base[x]}

    def solid(lines: Iterable) -> list:
        return [x for x in lines if not isinstance(x, bytes) or x.strip()]

    new = solid(result)
    required = (merge.ours[j] for j in merge.required(of_ours=True))
    if not follows(solid(x for x in required if x not in gone), new):
        return False
    for _, _, gap in merge.gaps():
        run = zip(merge.theirs[gap], merge.theirs_added[gap], strict=True)
        if not follows(solid(line for line, added in run if added), new):
            return False
    least, most = merge.bounds
    there = Counter(new)
    fewest = {x: both.get(x, n) for x, n in least.items() if x not in gone}
    return all(there[x] >= fewest[x] for x in solid(fewest)) and all(
        n <= most[x] for x, n in there.items()
    )


def text_faults(
    base: list, ours: list, theirs: list, result: list, structured: bool
) -> list[Fault]:
    """Return what is wrong with a merged text under the alignment that suits it best."""
    first: list[Fault] | None = None
    for ways in WAYS[: 3 if len(base) > BIG else None]:
        merge = Threeway(base, ours, theirs, *ways)
        found = faults(merge, result)
        masked = mask_agreed(merge, result, structured) if found else None
        if not found or (masked and not faults(*masked)):
            return []
        if structured and _contested(merge):
            bare = Threeway(_bare(base), _bare(ours), _bare(theirs), *ways)
            masked = mask_agreed(bare, _bare(result), True)
            if _loosely(bare, _bare(result)) or (masked and _loosely(*masked)):
                return []
        first = first or found
    return first or []


def conflict_faults(
    base: list, ours: list, theirs: list, result: list, backed: bool, structured: bool = False
) -> list[Fault]:
    """Return what is wrong with a text with markers; `backed` if the index holds both versions."""
    found = _conflict_faults(base, ours, theirs, result, backed)
    if found and structured:
        versions = (_bare(base), _bare(ours), _bare(theirs))
        found = found if _conflict_faults(*versions, _bare(result), backed) else []
    return found


def _conflict_faults(
    base: list, ours: list, theirs: list, result: list, backed: bool
) -> list[Fault]:
    seen = views(result, theirs, {*base, *ours, *theirs})
    merges = [Threeway(base, ours, theirs, *ways) for ways in WAYS]
    best: list[Fault] | None = None
    for merge in merges:
        found = marked_faults(merge, seen)
        if not found:
            return []
        best = found if best is None or len(found) < len(best) else best
    return backed_faults(merges, seen) if backed else best or []
