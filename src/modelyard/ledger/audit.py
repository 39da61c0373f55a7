"""Proves that an update lost nothing: law 9, written without the merge's code.

The ledger knows four trees and no git: the template as it was recorded (base), the user's HEAD
(ours), the template as it is wanted (theirs) and what a merge made of them. Every path whose result
is not plainly the version of the only side that changed it is followed through the renames of both
sides, and its lines are accounted for: what the user added, changed or moved must be in the result
between its neighbours and as often as it was, in a conflict, or in a notice; what the user removed
must not come back; what the template changed must be applied, in a conflict, or in a notice; and
nothing may come from nowhere. The template's lines are audited for the user's sake: the new version
is on record after the update, so what is not applied now never comes again.

What it does not see:

- whether the result means anything: two sides that change one line each way may both be kept;
- the order of the user's lines among the template's where both add lines in the same place, and
  in a TOML, YAML, JSON or Python file that both changed the order of the template's lines below
  the keys, or in the function, that they belong to; of comments there, the place;
- in a file with conflict markers whose versions the index holds in full, which of several equal
  lines stands inside the markers;
- one copy lost, or one too many, of a line that both sides added in the same place;
- spaces and punctuation of lists within a place that both sides changed and where a merge by
  meaning wrote new lines: there it compares words;
- whether a file that the user moved and rewrote by more than half is still that file;
- a single line's ending in a file of mixed endings: it checks the prevailing one;
- whether `named` excuses too much: the caller answers for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from modelyard.gitrepo.trees import Read, Sizes, Tree
from modelyard.ledger.files import agreed
from modelyard.ledger.loss import Loss
from modelyard.ledger.verdicts import Ledger, Verdict
from modelyard.merged import Merged, Notice

# As many as the versions of one file and of those that it may have become.
_KEPT = 16
NOTHING: Mapping[str, Notice] = MappingProxyType({})


@dataclass(frozen=True)
class Audit:
    """The result of an audit.

    Attributes:
        losses: What an update must not write; empty if it balances.
        notices: What was left out or decided and is to be told, with the user's lines concerned.
        concerned: The files in which the losses are, in whichever version they are.

    """

    losses: tuple[Loss, ...]
    notices: tuple[Notice, ...]
    concerned: tuple[str, ...] = ()


def audit(
    base: Tree,
    ours: Tree,
    merged: Merged,
    theirs: Tree,
    read: Read,
    *,
    named: Mapping[str, Notice] = NOTHING,
    sizes: Sizes | None = None,
) -> Audit:
    """Account for every line of an update.

    Args:
        base: The render of the recorded version.
        ours: The user's HEAD.
        merged: What is about to be written, with its conflicts and their stages.
        theirs: The render of the wanted version.
        read: Gives the content of any blob of the four trees and of the stages.
        named: Notices by path of what the update decides on purpose. A loss there becomes part
            of its notice.
        sizes: Gives the sizes of blobs: what cannot be a renamed file is then never read.

    """
    unclear = _unclear(base, ours, merged.tree, theirs)
    if not unclear:
        return Audit((), ())
    # A file that both changed is looked at more than once.
    ledger = Ledger(base, ours, theirs, merged, lru_cache(_KEPT)(read), frozenset(unclear), sizes)
    verdicts = _verdicts(ledger)
    losses = []
    concerned: dict[str, None] = {}
    notices: dict[Notice, None] = {}
    for verdict in verdicts:
        path = verdict.about[0]
        known = next((named[p] for p in (*verdict.about, *verdict.places) if p in named), None)
        if known is None:
            losses += [replace(loss, path=path) for loss in verdict.losses]
            if verdict.losses:
                concerned.update(dict.fromkeys(ledger.concerned(verdict)))
            notices.update(dict.fromkeys(verdict.notices))
        elif verdict.losses or verdict.notices:
            lines = [line for loss in verdict.losses for line in loss.lines]
            notices[replace(known, lines=tuple(lines))] = None
    return Audit(tuple(dict.fromkeys(losses)), tuple(notices), tuple(concerned))


def _unclear(base: Tree, ours: Tree, result: Tree, theirs: Tree) -> list[str]:
    """List the paths whose ids alone do not prove that all is well; reads nothing."""
    paths = dict.fromkeys([*base, *ours, *theirs, *result])
    found = []
    for path in paths:
        old, mine, other = base.get(path), ours.get(path), theirs.get(path)
        certain, wanted = agreed(old, mine, other)
        # A file of the base that both took away may have been moved by both.
        both_gone = old is not None and mine is None and other is None
        if not certain or result.get(path) != wanted or both_gone:
            found.append(path)
    return found


def _verdicts(ledger: Ledger) -> list[Verdict]:
    """Judge each file that touches an unclear path, and then what nobody accounts for."""
    unclear = ledger.open
    verdicts = []
    for path in ledger.base:
        about = {path}
        for side, moves in ((ledger.ours, ledger.mine), (ledger.theirs, ledger.templates)):
            if path not in side:
                about |= {one.path for one in moves.options(path) if one.path}
        if not unclear.isdisjoint(about):
            verdicts.append(ledger.judge(path))
    placed = {place for verdict in verdicts if not verdict.losses for place in verdict.places}
    told = {path for verdict in verdicts for path in verdict.about}
    for path in sorted(unclear):
        if path in ledger.base or not (path in ledger.ours or path in ledger.theirs):
            continue
        # Where both have a new file, it takes one rename to the same place, or two, to explain it.
        both = path in ledger.ours and path in ledger.theirs
        explained = path in ledger.mine.targets & ledger.templates.targets
        if (both and not explained) or path not in placed | told:
            verdicts.append(ledger.judge_added(path))
    return [*verdicts, *ledger.unaccounted(verdicts)]
