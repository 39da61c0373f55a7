"""Leaves out what the template changed in a key, table or entry that the user has deleted.

As with whole files: what is deleted stays deleted. Where ours still says its name, or half of what
it held, it may have been moved, renamed or written in another way, and a person has to look; so
they have to for code.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from modelyard.reasons import NoticeReason
from modelyard.update.resolution.decision import Decision, Owner, Resolved
from modelyard.update.resolution.elsewhere import Elsewhere, nowhere
from modelyard.update.structured import by_meaning, marked
from modelyard.update.structured.disputes import Dispute
from modelyard.update.structured.lists import name_of

_MOST = 0.75
"""The share of the words of an entry that are in another file, where it may have moved there."""


def resolve(
    path: str,
    base: Sequence[str],
    ours: Sequence[str],
    theirs: Sequence[str],
    *,
    elsewhere: Elsewhere = nowhere,
) -> Resolved | None:
    """Give up the template's changes of keys, tables, steps and entries that ours lacks.

    `elsewhere` gives what the user wrote in other files, where some of it may have moved.
    """
    if path.endswith(".py"):
        return None
    texts = ["".join(f"{line}\n" for line in side) for side in (base, ours, theirs)]
    found = by_meaning.disputes_of(path, texts)
    if found is None:
        return None
    text, decisions = found.theirs, list[Decision]()
    for one in found.disputes.values():
        name = _deleted(one)
        if not name or not marked.is_alone(found.theirs, one) or _lives_on(name, one, texts):
            continue
        if any(_moved_to(other, name, one) for other in elsewhere(path)):
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
    if _new_local_hooks(base[0].value, theirs[0].value):
        return ""
    names = {name_of(run[0].key, run[0].value) for run in (base, theirs)}
    return names.pop() if len(names) == 1 else ""


def _new_local_hooks(base: Any, theirs: Any) -> bool:
    """Tell whether a repo's own hooks for pre-commit are others: who deleted one never saw these.

    `repo: local` is no thing that somebody deletes, but the place of all that have no repo.
    """
    found = []
    for value in (base, theirs):
        if not isinstance(value, dict) or value.get("repo") != "local":
            return False
        hooks = value.get("hooks")
        found.append({name_of(None, hook) for hook in hooks} if isinstance(hooks, list) else set())
    return bool(found[1] - found[0])


def _lives_on(name: str, dispute: Dispute, texts: Sequence[str]) -> bool:
    """Tell whether what is gone from its place in ours may be elsewhere in there."""
    base, ours = (_parts(text) for text in texts[:2])
    if _says(name, _new_lines(*texts[:2])):
        return True
    piece = Counter(_parts("".join(one.text for one in dispute.runs[0]))) - Counter(_parts(name))
    elsewhere = Counter(base) - piece
    kept = piece & (Counter(ours) - elsewhere)
    return kept.total() * 2 >= piece.total() > 0


def _moved_to(text: str, name: str, dispute: Dispute) -> bool:
    """Tell whether what is gone is in what the user wrote in another file: most of it, and named.

    Settings that leave `pyproject.toml` lose what is before the last part of their name.
    """
    piece = Counter(_parts("".join(one.text for one in dispute.runs[0])))
    inner, there = piece - Counter(_parts(name)), Counter(_parts(text))
    named = _says(name, text) or _says(name.rpartition(".")[2], text)
    return named and inner.total() * _MOST <= (inner & there).total() > 0


def _says(name: str, text: str) -> bool:
    return f" {' '.join(_parts(name))} " in f" {' '.join(_parts(text))} "


def _new_lines(base: str, ours: str) -> str:
    """Return the lines of ours that the base does not have: what stood there before is no trace."""
    known = {line.strip() for line in base.splitlines()}
    return "\n".join(line for line in ours.splitlines() if line.strip() not in known)


def _parts(text: str) -> list[str]:
    """Return the words of a text; `min-size` and `MIN_SIZE` are the same two, `0.8` is one."""
    return re.findall(r"\d+(?:\.\d+)+|[^\W_]+", text.casefold())
