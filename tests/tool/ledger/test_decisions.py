"""The ledger believes a decision only as far as its lines say so."""

import pytest

from modelyard.gitrepo.trees import PLAIN, File
from modelyard.ledger.audit import audit
from modelyard.ledger.decisions import untold
from modelyard.ledger.files import Versions
from modelyard.ledger.loss import LossKind
from modelyard.merged import Decision, Merged, Owner, Resolution
from modelyard.reasons import NoticeReason
from tests.tool.ledger.audits import BLOBS, tree

BASE = "a\nuses: x@v1\nb\n# c\n"
HASH = "0123456789abcdef" * 2 + "01234567"
OURS = f"a\nuses: x@{HASH} # v2.1\nb\n# c\nmine\n"
THEIRS = "a\nuses: x@v3\nb\n# d\n"


def losses(ours: str, theirs: str, *decisions: Decision) -> list[LossKind]:
    """Return what the ledger finds wrong with sides after decisions."""
    texts = {"b": BASE, "o": OURS, "t": THEIRS, "o2": ours, "t2": theirs}
    made = Resolution("ci.yml", "o2", "t2", decisions)
    file = Versions(*(File(PLAIN, oid) for oid in "bot"))
    return [loss.kind for loss in untold(file, made, lambda oid: texts[oid].encode())]


def decision(owner: Owner, given_up: str, taken: str) -> Decision:
    """Return a decision about some lines."""
    lines = tuple(given_up.splitlines()), tuple(taken.splitlines())
    return Decision(NoticeReason.PIN_RAISED, owner, *lines)


PIN = decision(Owner.USER, f"uses: x@{HASH} # v2.1", "uses: x@v3")
COMMENT = decision(Owner.TEMPLATE, "# d", "# c")
RAISED = OURS.replace(f"{HASH} # v2.1", "v3")


def test_what_is_told_is_believed() -> None:
    assert losses(OURS, THEIRS) == []
    assert losses(RAISED, THEIRS, PIN) == []
    assert losses(OURS, THEIRS.replace("# d", "# c"), COMMENT) == []
    assert losses(RAISED, THEIRS.replace("# d", "# c"), PIN, COMMENT) == []


def test_what_is_not_told_is_a_loss() -> None:
    assert losses(RAISED, THEIRS) == [LossKind.USER_UNTOLD]
    assert losses(OURS, THEIRS.replace("# d", "# c")) == [LossKind.TEMPLATE_UNTOLD]
    assert losses(RAISED.replace("mine\n", ""), THEIRS, PIN) == [LossKind.USER_UNTOLD]
    assert losses(OURS, THEIRS + "more\n") == [LossKind.TEMPLATE_UNTOLD]


def test_one_side_is_not_excused_by_what_is_told_of_the_other() -> None:
    wrong = decision(Owner.TEMPLATE, "uses: x@{HASH} # v2.1", "uses: x@v3")
    assert LossKind.USER_UNTOLD in losses(RAISED, THEIRS, wrong)


def test_of_a_user_nothing_is_given_up_but_versions() -> None:
    gone = decision(Owner.USER, "mine", "")
    assert losses(OURS.replace("mine\n", ""), THEIRS, gone) == [LossKind.USER_UNTOLD]
    other = decision(Owner.USER, "mine", "a")
    assert losses(OURS.replace("mine\n", "a\n"), THEIRS, other) == [LossKind.USER_UNTOLD]


def test_nothing_comes_from_nowhere() -> None:
    made_up = decision(Owner.TEMPLATE, "# d", "# invented")
    found = losses(OURS, THEIRS.replace("# d", "# invented"), made_up)
    assert found == [LossKind.TEMPLATE_UNTOLD]


def test_what_did_not_happen_is_not_told() -> None:
    assert losses(OURS, THEIRS, COMMENT) == [LossKind.TOLD_FALSELY]
    assert losses(OURS, THEIRS, PIN) == [LossKind.TOLD_FALSELY]
    kept = THEIRS.replace("# d", "# c")
    more = decision(Owner.TEMPLATE, "b\n# d", "# c")
    assert losses(OURS, kept, more) == [LossKind.TOLD_FALSELY]
    assert losses(OURS, kept, COMMENT, COMMENT) == [LossKind.TOLD_FALSELY]
    assert losses(OURS, THEIRS, decision(Owner.TEMPLATE, "b", "b")) == [LossKind.TOLD_FALSELY]


@pytest.mark.parametrize("key", ["other.md", "gone.md"])
def test_a_decision_is_about_a_file_of_the_update(key: str) -> None:
    base, ours, theirs = (tree({"a.md": text, "other.md": text}) for text in "bot")
    oids = base["a.md"].oid, ours["a.md"].oid, theirs["a.md"].oid
    made = Resolution("a.md", oids[1], oids[0], (decision(Owner.TEMPLATE, "t", "b"),))
    result = {"a.md": ours["a.md"], "other.md": ours["a.md"]}
    accepted = audit(
        {"a.md": base["a.md"]},
        {"a.md": ours["a.md"]},
        Merged({"a.md": ours["a.md"]}, resolutions={("a.md", *oids): made}),
        {"a.md": theirs["a.md"]},
        BLOBS.__getitem__,
    )
    assert accepted.losses == ()
    found = audit(
        base, ours, Merged(result, resolutions={(key, *oids): made}), theirs, BLOBS.__getitem__
    )
    assert LossKind.DECISION_OF_NONE in {loss.kind for loss in found.losses}
