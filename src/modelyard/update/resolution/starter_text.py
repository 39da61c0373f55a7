"""Leaves out what the template changed in starter text that the user has rewritten or removed.

A change of the template's that meets one of the user's is left out where all of this holds. A unit
is a paragraph, a heading, an item, a row, a block of code; of a module, a top-level statement.

- The file is prose or an example (`starter_kind`), and the change touches no setting in it, and
  nothing that names a licence.
- **The text is gone.** Of the phrases (three words in a row) of each unit that the template
  changed, at most a quarter is anywhere in ours, and no unit of ours is half like it: it was
  neither moved nor lightly edited.
- **What the change takes out is gone.** No phrase that it takes out or breaks up is in ours; of a
  module, no name that it takes out.
- **It is a rewording.** It brings no more units than it replaces, of three words at least, and each
  has a quarter of its words from those; or it deletes them.

What is more than that is an addition, and stays in conflict: also in a file that is wholly the
user's, for an addition rewords nothing.
"""

from collections.abc import Sequence

from modelyard.reasons import NoticeReason
from modelyard.update.resolution.decision import Decision, Owner, Resolved
from modelyard.update.resolution.starter_files import starter_kind
from modelyard.update.resolution.starter_rule import Change, StarterText
from modelyard.update.resolution.starter_units import cut
from modelyard.update.resolution.starter_wording import Wording
from modelyard.update.structured.sequences import opcodes
from modelyard.update.structured.values import Disagreement

# Beyond these nothing is compared, for that would take minutes.
_MOST_CHARACTERS = 150_000
_MOST_PAIRS_OF_UNITS = 100_000


def resolve(
    path: str, base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
) -> Resolved | None:
    """Give the base's text back to theirs where theirs rewords what ours has no more.

    Args:
        path: Where the file is in the repo.
        base: The lines that the recorded version rendered.
        ours: The user's lines.
        theirs: The lines that the wanted version renders.

    Returns:
        None where there is nothing to decide. Else ours is as it was, and theirs lacks what was
        left out, one decision for each stretch.
    """
    text = _read(path, base, ours, theirs)
    if text is None:
        return None
    try:
        mine = _changes(base, ours)
        left_out = [
            change
            for change in _changes(base, theirs)
            if _in_conflict(change, mine, ours, theirs) and text.is_gone(change)
        ]
    except Disagreement:
        return None
    if not left_out:
        return None
    new = list(theirs)
    for change in reversed(left_out):
        new[change.start : change.end] = base[change.low : change.high]
    return Resolved(list(ours), new, tuple(_decision(base, theirs, change) for change in left_out))


def _read(path: str, *sides: Sequence[str]) -> StarterText | None:
    kind = starter_kind(path)
    if kind is None or max(sum(map(len, side)) for side in sides) > _MOST_CHARACTERS:
        return None
    wordings = []
    for side in sides:
        units = cut(kind, side)
        if units is None:
            return None
        wordings.append(Wording(side, units))
    base, ours, theirs = wordings
    if len(base.units.text) * len(ours.units.text) > _MOST_PAIRS_OF_UNITS:
        return None
    return StarterText(kind, base, ours, theirs)


def _changes(base: Sequence[str], side: Sequence[str]) -> list[Change]:
    return [Change(*places) for kind, *places in opcodes(base, side) if kind != "equal"]


def _in_conflict(
    change: Change, mine: Sequence[Change], ours: Sequence[str], theirs: Sequence[str]
) -> bool:
    """Tell whether it meets a change of the user's, who has not done the same already."""
    met = [other for other in mine if change.meets(other)]
    lines = change.brings(theirs)
    if not lines:
        return any(other.brings(ours) for other in met)
    return bool(met) and not {*lines} <= {*ours}


def _decision(base: Sequence[str], theirs: Sequence[str], change: Change) -> Decision:
    given_up, taken = theirs[change.start : change.end], base[change.low : change.high]
    return Decision(NoticeReason.STARTER_TEXT, Owner.TEMPLATE, tuple(given_up), tuple(taken))
