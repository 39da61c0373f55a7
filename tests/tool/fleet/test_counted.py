"""Which of a repo's requests for a version counts, whatever people and the bot did to them."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from modelyard.fleet import pr_metadata
from modelyard.fleet.counted import counted
from modelyard.fleet.marks import Doubt, FleetRequest
from modelyard.fleet.pr_metadata import Ended, Metadata, Place
from modelyard.forges.forge import PullRequest, PullRequestState
from modelyard.forges.signing import derive

DAY = datetime(2026, 6, 1, tzinfo=UTC)
PLACE, KEY = Place("team/churn", "modelyard/v1.1.0"), derive("k" * 64)


def request(number: int, state: str, version: str = "v1.1.0", ended: str = "") -> FleetRequest:
    over = None if state == "open" else DAY + timedelta(days=number)
    known = Metadata(version, "v1.0.0", "b", "h", "rest", ended=Ended(ended))
    place = (number, f"url/{number}", f"modelyard/{version}", "h", PullRequestState(state), False)
    opened = DAY + timedelta(days=number, hours=-12)
    made = PullRequest(*place, "title", "", opened, over, own=True)
    return FleetRequest.of(made, version=version, metadata=known, marked=True)


EARLIER = replace(
    request(2, "merged", "v1.0.1"), opened=DAY + timedelta(days=3), ended=DAY + timedelta(days=4)
)
UNREAD = replace(request(3, "closed"), metadata=None, doubt=Doubt.NO_MARK)


@pytest.mark.parametrize(
    ("found", "number"),
    [
        ([], None),
        ([request(2, "closed", ended="superseded")], None),
        ([request(2, "closed", ended="withdrawn")], None),
        ([request(2, "closed", ended="not-needed")], None),
        ([request(2, "closed")], 2),
        ([UNREAD], 3),
        ([request(3, "closed"), request(2, "open", ended="superseded")], 2),
        ([request(3, "closed", ended="superseded"), request(2, "closed")], 2),
        ([request(3, "closed", ended="superseded"), request(2, "merged")], 2),
        ([request(3, "merged", "v1.2.0"), request(2, "merged")], None),
        ([replace(request(3, "merged", "v1.0.1"), opened=DAY), request(2, "merged")], 2),
        ([request(3, "merged"), EARLIER], 3),
        ([request(3, "closed", "v1.2.0"), request(2, "merged")], 2),
        ([request(4, "merged"), request(3, "merged", "v1.2.0"), request(2, "merged")], 4),
        ([request(3, "merged", "v1.2.0"), request(2, "closed")], 2),
    ],
    ids=[
        "none",
        "superseded by the bot",
        "withdrawn by the bot",
        "not needed, says the bot",
        "closed by a person",
        "closed, and its mark does not count: as it always was",
        "a newer closed one hides no open one",
        "a newer one of the bot's hides no person's no",
        "nor what was merged",
        "merged, and the repo has moved on",
        "merged, and one that was open all the time was merged behind it",
        "merged in the second in which an older one was opened, which was merged behind it",
        "merged, and a newer version was closed",
        "merged, moved on, and brought back",
        "a person's no holds for its version",
    ],
)
def test_one_request_counts(found: list[FleetRequest], number: int | None) -> None:
    one = counted(found, "v1.1.0")
    assert (one.number if one else None) == number


def test_a_mark_of_before_is_signed_as_it_was() -> None:
    old = Metadata("v1.1.0", "v1.0.0", "b", "h", "rest")
    fields = {"version": "v1.1.0", "before": "v1.0.0", "base": "b", "head": "h", "wave": "rest"}
    more: dict[str, object] = {"conflicts": [], "waits_for_ci": False, "target": ""}
    place = {"repository": "team/churn", "branch": "modelyard/v1.1.0"}
    signed = json.dumps([place, fields | more], sort_keys=True, separators=(",", ":")).encode()
    mark = pr_metadata.find(pr_metadata.line(old, PLACE, KEY))
    assert mark and mark.signature == KEY.sign(signed)


def test_why_the_bot_closed_a_request_is_signed() -> None:
    line = pr_metadata.line(Metadata("v1.1.0", "", "", "", "", ended=Ended.SUPERSEDED), PLACE, KEY)
    mark, without = pr_metadata.find(line), pr_metadata.find(line.replace('"superseded"', '""'))
    assert mark and mark.is_signed_by(KEY, PLACE) and mark.metadata.ended is Ended.SUPERSEDED
    assert without and not without.is_signed_by(KEY, PLACE)
    assert pr_metadata.find(line.replace('"superseded"', '"because"')) is None


def test_a_mark_is_written_without_the_quick_actions_of_a_person() -> None:
    old = pr_metadata.line(Metadata("v1.1.0", "", "", "", ""), PLACE, KEY)
    new = pr_metadata.line(Metadata("v1.1.0", "", "", "", "", ended=Ended.WITHDRAWN), PLACE, KEY)
    body = pr_metadata.replaced(f"/merge\r\nBy Friday.\r\n  /approve\r\n{old}\r\n/close\r\n", new)
    assert not [line for line in body.splitlines() if line.strip().startswith("/")]
    assert "By Friday." in body and pr_metadata.find(body) == pr_metadata.find(new)
