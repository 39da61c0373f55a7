"""Leaves out what the template changed in a key, table or entry that the user has deleted.

As with whole files: what is deleted stays deleted. Where ours still says its name, it may have been
moved or written in another way, and a person has to look; so they have to for code.
"""

import re
from collections.abc import Sequence

from modelyard.reasons import NoticeReason
from modelyard.update.resolution.decision import Decision, Owner, Resolved
from modelyard.update.structured import by_meaning, marked
from modelyard.update.structured.disputes import Dispute
from modelyard.update.structured.lists import name_of


def resolve(
    path: str, base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
) -> Resolved | None:
    """Give up the template's changes of keys, tables, steps and entries that ours lacks."""
    if path.endswith(".py"):
        return None
    texts = ["".join(f"{line}\n" for line in side) for side in (base, ours, theirs)]
    found = by_meaning.disputes_of(path, texts)
    if found is None:
        return None
    text, decisions = found.theirs, []
    for one in found.disputes.values():
        name = _deleted(one)
        if not name or re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", texts[1]):
            continue
        was, now = (marked.lines_at(found.theirs, found.disputes, one, v) for v in (0, 2))
        text = marked.replaced(text, one, was)
        lines = tuple(now.splitlines()), tuple(was.splitlines())
        decisions.append(Decision(NoticeReason.DELETED_PIECE, Owner.TEMPLATE, *lines, about=name))
    if not decisions:
        return None
    filled = marked.filled(text, found.disputes, 2)
    return Resolved(list(ours), filled.splitlines(), tuple(decisions))


def _deleted(dispute: Dispute) -> str:
    """Return the name of the one thing that ours deleted and theirs changed; "" if it is not so."""
    base, ours, theirs = dispute.runs
    if ours or len(base) != 1 or len(theirs) != 1:
        return ""
    names = {name_of(run[0].key, run[0].value) for run in (base, theirs)}
    return names.pop() if len(names) == 1 else ""
