"""Proves that what was given up of a side is exactly what is told.

A decision may take a stretch out of one side of a file; what was merged is that side without it.
The ledger then accounts for the lines of that side, so it must know that nothing else is gone.
"""

import re
from collections import Counter
from collections.abc import Hashable, Sequence

from modelyard.gitrepo.trees import File, Read
from modelyard.ledger.align import align
from modelyard.ledger.files import Versions, shown
from modelyard.ledger.loss import Loss, LossKind
from modelyard.ledger.texts import lines_of
from modelyard.ledger.tokens import words
from modelyard.merged import Decision, Owner, Resolution

_VERSION = re.compile(rb"\W*$|.*\d|[vV#]$|frozen:?$", re.DOTALL)
"""The words in which two pins of one thing may differ; everything else of a user's line stays."""


def resolved(file: Versions, decided: Resolution) -> Versions:
    """Return the versions of a file as they were merged."""
    ours, theirs = file.ours, file.theirs
    return file._replace(
        ours=File(ours.mode, decided.ours) if ours else None,
        theirs=File(theirs.mode, decided.theirs) if theirs else None,
    )


def untold(file: Versions, decided: Resolution, read: Read) -> list[Loss]:
    """Return what decisions gave up without telling it, or made up; nothing if they are true."""
    sides = [read(one.oid) if one else b"" for one in file]
    known = set(words([line for side in sides for line in lines_of(side)], frozenset()))
    found = []
    for owner, kind, before, oid in (
        (Owner.USER, LossKind.USER_UNTOLD, sides[1], decided.ours),
        (Owner.TEMPLATE, LossKind.TEMPLATE_UNTOLD, sides[2], decided.theirs),
    ):
        told = [one for one in decided.decisions if one.owner is owner]
        wrong = _untold(lines_of(before), lines_of(read(oid)), told)
        wrong += _made_up(told, known)
        if owner is Owner.USER:
            wrong += _more_than_pins(told)
        if wrong:
            found.append(Loss(kind, ", ".join(map(repr, shown(wrong[:3])))))
    return found


def _bytes(lines: Sequence[str]) -> list[bytes]:
    return [line.encode() for line in lines]


def _untold(
    before: Sequence[bytes], after: Sequence[bytes], told: Sequence[Decision]
) -> list[bytes]:
    """Return the lines that are gone, or new, in a side, and that no decision names."""
    gone = Counter(line for one in told for line in _bytes(one.given_up))
    new = Counter(line for one in told for line in _bytes(one.taken))
    best: list[bytes] | None = None
    for way in (0, 1, 2):
        places = align(before, after, way)
        kept = set(places)
        lost = Counter(line for line, at in zip(before, places, strict=True) if at < 0)
        added = Counter(line for at, line in enumerate(after) if at not in kept)
        wrong = [*(lost - gone), *(added - new)]
        if not wrong:
            return []
        best = wrong if best is None or len(wrong) < len(best) else best
    return best or []


def _made_up(told: Sequence[Decision], known: set[bytes]) -> list[bytes]:
    """Return the lines that decisions put in, with a word that no version of the file has."""
    lines = [line for one in told for line in _bytes(one.taken)]
    return [line for line in lines if not known.issuperset(words([line], frozenset()))]


def _more_than_pins(told: Sequence[Decision]) -> list[bytes]:
    """Return the user's lines of which a decision takes more than a version."""
    found = []
    for one in told:
        if len(one.given_up) != len(one.taken):
            return _bytes(one.given_up)
        for before, after in zip(_bytes(one.given_up), _bytes(one.taken), strict=True):
            pair: list[Counter[Hashable]] = [
                Counter(words([x], frozenset())) for x in (before, after)
            ]
            differing = [*(pair[0] - pair[1]), *(pair[1] - pair[0])]
            if not all(isinstance(word, bytes) and _VERSION.match(word) for word in differing):
                found.append(before)
    return found
