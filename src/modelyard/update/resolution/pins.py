"""Where both sides moved one pin forward, the higher version stands, as its side wrote it."""

from collections.abc import Sequence

from modelyard.ledger.loss import Owner
from modelyard.update.resolution.decision import Resolved
from modelyard.update.resolution.pin_added import added
from modelyard.update.resolution.pin_lines import decide
from modelyard.update.resolution.pin_places import contested
from modelyard.update.resolution.pin_raises import Sides
from modelyard.update.resolution.pin_search import Pins
from modelyard.update.structured.values import Disagreement

_LARGEST = 150_000
"""Characters of a file that is still looked at."""


def resolve(
    path: str, base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
) -> Resolved | None:
    """Give each side the other's version of a pin where that is higher, or equal and says more.

    A pin that one side took back, that cannot be compared, or beside which its side wrote a comment
    of its own stays as it is: a conflict.

    Args:
        path: The name of the file, which tells the forms of its pins.
        base: The lines that both sides began with, without line ends.
        ours: The owner's.
        theirs: The template's.

    Returns:
        Both sides with as many lines as they had, and a decision for each line that changed; None
        where there is nothing to decide. Never raises.
    """
    if any(sum(map(len, side)) + len(side) > _LARGEST for side in (base, ours, theirs)):
        return None
    sides = Sides(Pins(path, base), Pins(path, ours), Pins(path, theirs))
    if not (sides.ours.found and sides.theirs.found):
        return None
    try:
        lines = [
            line
            for places in contested(sides.base, sides.ours, sides.theirs)
            for line in decide(sides, places)
        ]
        lines += added(sides)
    except Disagreement:
        return None
    if not lines:
        return None
    made = {Owner.USER: list(ours), Owner.TEMPLATE: list(theirs)}
    for line in lines:
        made[line.decision.owner][line.at] = line.text
    return Resolved(made[Owner.USER], made[Owner.TEMPLATE], tuple(x.decision for x in lines))
