"""Proves that what was given up of a side is exactly what is told.

A decision may take a stretch out of one side of a file; what was merged is that side without it.
The ledger then accounts for the lines of that side, so it must know that nothing else is gone.
"""

import re
from collections import Counter
from collections.abc import Sequence

from modelyard.gitrepo.trees import File, Read
from modelyard.ledger.align import align
from modelyard.ledger.files import Versions, shown
from modelyard.ledger.loss import Loss, LossKind
from modelyard.ledger.texts import lines_of
from modelyard.ledger.tokens import words
from modelyard.merged import Decision, Owner, Resolution

_DIGEST = re.compile(rb"@sha256:[0-9a-f]{64}")
_VERSION = re.compile(
    rb"(?<![\w.])[0-9a-f]{40}(?:[0-9a-f]{24})?(?!\w)"
    rb"|[vV]?\d+(?:[.!]\d+|\.\*)*(?:[-_.]?(?:a|b|c|rc|alpha|beta|pre|post|dev)[-_.]?\d+)*"
)
_IN_COMMENT = re.compile(rb"\s#\s*(?:[\w-]+[:=]\s*)?\0[\s\"']*$|[\s\"']")
"""A version behind a pin, in whatever words; and what need not be alike in two lines."""


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
    lines = [lines_of(side) for side in sides]
    known = set(words([line for side in lines for line in side], frozenset()))
    forms = [{_form(line) for line in side} for side in lines]
    found = []
    for owner, kind, before, oid in (
        (Owner.USER, LossKind.USER_UNTOLD, sides[1], decided.ours),
        (Owner.TEMPLATE, LossKind.TEMPLATE_UNTOLD, sides[2], decided.theirs),
    ):
        told = [one for one in decided.decisions if one.owner is owner]
        wrong = _untold(lines_of(before), lines_of(read(oid)), told)
        wrong += _made_up(told, known, set[bytes]().union(*forms))
        if owner is Owner.USER:
            wrong += _more_than_pins(told, forms[0], forms[2])
        if not wrong:
            kind, wrong = LossKind.TOLD_FALSELY, _told_falsely(before, read(oid), told)
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


def _told_falsely(before: bytes, after: bytes, told: Sequence[Decision]) -> list[bytes]:
    """Return the lines that decisions tell of, where that is more than what they replaced."""
    for one in told:
        if one.given_up == one.taken:
            return _bytes(one.given_up) or [b""]
    was, now = Counter(lines_of(before)), Counter(lines_of(after))
    for one in told:
        was.update(_bytes(one.taken))
        now.update(_bytes(one.given_up))
    return [*(now - was), *(was - now)]


def _form(line: bytes) -> bytes:
    """Return a line without its versions, the comment that tells one, quotes and white space."""
    return _IN_COMMENT.sub(b"", _VERSION.sub(b"\0", _DIGEST.sub(b"", line)))


def _made_up(told: Sequence[Decision], known: set[bytes], forms: set[bytes]) -> list[bytes]:
    """Return the lines that decisions put in and that no version of the file has.

    Versions of both sides may meet in one line; all else of it is one side's.
    """
    lines = [line for one in told for line in _bytes(one.taken)]
    return [
        line
        for line in lines
        if not known.issuperset(words([line], frozenset())) or _form(line) not in forms
    ]


def _more_than_pins(told: Sequence[Decision], base: set[bytes], theirs: set[bytes]) -> list[bytes]:
    """Return the user's lines of which a decision takes more than a version.

    Where the user changed nothing but a version, the line may be the template's.
    """
    found = []
    for one in told:
        if len(one.given_up) != len(one.taken):
            return _bytes(one.given_up)
        for before, after in zip(_bytes(one.given_up), _bytes(one.taken), strict=True):
            old, new = _form(before), _form(after)
            if old != new and not (old in base and new in theirs):
                found.append(before)
    return found
