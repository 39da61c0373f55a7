"""What a decision gave up is what it tells, and what it took stood in one of the versions."""

import pytest

from modelyard.gitrepo.trees import PLAIN, File
from modelyard.ledger.decisions import untold
from modelyard.ledger.files import Versions
from modelyard.merged import Decision, Owner, Resolution
from modelyard.reasons import NoticeReason

HASH = "11bd71901bbe5b1630ceea73d27597364c9af683"


def wrong(base: str, ours: str, theirs: str, owner: Owner, taken: str) -> bool:
    """Say whether the ledger refuses that the line of one side was replaced by another."""
    after = [
        taken if owner is side else line
        for side, line in zip(list(Owner)[:2], (ours, theirs), strict=True)
    ]
    blobs = {str(at): f"{line}\n".encode() for at, line in enumerate((base, ours, theirs, *after))}
    given_up = ours if owner is Owner.USER else theirs
    decision = Decision(NoticeReason.PIN_RAISED, owner, (given_up,), (taken,))
    made = Resolution("a.yaml", "3", "4", (decision,))
    versions = Versions(*(File(PLAIN, str(at)) for at in range(3)))
    return bool(untold(versions, made, blobs.__getitem__))


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        ("host: db1", "host: web1", "host: mail2"),
        ('say: "v0"', 'say: "keep all of v1"', 'say: "delete all of v2"'),
        ("image: x:1-slim", "image: x:2-alpine", "image: x:3-slim"),
        ("uses: a@v1", "uses: a@v2 # because of 7", "uses: a@v3"),
        ("uses: a@v1", "uses: b@v2", "uses: a@v3"),
    ],
)
def test_more_of_a_line_than_a_version_is_no_pin(base: str, ours: str, theirs: str) -> None:
    assert wrong(base, ours, theirs, Owner.USER, theirs)


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        ("uses: a@v1", "uses: a@v2", "uses: a@v3"),
        ("uses: a@v1", f"uses: a@{HASH} # v2.1", "uses: a@v3"),
        ("uses: a@v1", "uses: a@v2", f"uses: a@{HASH}  # tag=v3.1"),
        ("python: 3.11", "python: 3.12", 'python: "3.13"'),
        ("image: x:1-slim", "image: x:2-slim", "image: x:3.1rc1-slim"),
        ("run: uv==1 a", "run: uv==2 a", "run: uv==3 a --more"),
    ],
)
def test_a_higher_pin_is_accepted(base: str, ours: str, theirs: str) -> None:
    assert not wrong(base, ours, theirs, Owner.USER, theirs)


def test_a_line_that_no_version_has_is_made_up_whatever_its_words() -> None:
    assert wrong("a: b c", "a: b c", "a: c d", Owner.TEMPLATE, "a: c b")
    assert not wrong("a: b c", "a: b 2", "a: c d", Owner.TEMPLATE, "a: b c")
