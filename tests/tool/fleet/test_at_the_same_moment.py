"""People who write between what a run has seen and what it writes: nothing of theirs is lost."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.tool.fleet import hosted_fleet
from tests.tool.fleet.test_peoples_work_hosted import OLD, Fleet, mark
from tests.tool.forges.hosted import Hosted
from tests.tool.forges.served import HOSTED, served


@pytest.fixture(params=HOSTED)
def fleet(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Fleet]:
    with served(tmp_path / "forge", request.param) as forge:
        hosted_fleet.log_in(forge, tmp_path, monkeypatch)
        yield Fleet(forge, tmp_path)


def at_the_next_push(repo: Hosted, act: Callable[[], None]) -> None:
    """Let somebody act as soon as the bot has pushed, once."""

    def seen() -> None:
        del repo.seen
        repo.seen()
        act()

    repo.seen = seen  # type: ignore[method-assign]  # as if it was the forge's


def test_a_text_that_somebody_edits_during_a_refresh_stays(fleet: Fleet) -> None:
    fleet.run()
    repo = fleet.forge.repo("r1")
    (pull,) = repo.pulls

    def edit() -> None:
        pull.title = pull.title.replace("Update to v1.1.0", "Ask Ann first")
        pull.body = f"By Friday.\r\n\r\n{pull.body}"

    repo.push("main", {"b.txt": "b\nmore\n"})
    at_the_next_push(repo, edit)
    done = fleet.run()["r1"]
    assert done.label == "left alone" and "edited" in done.detail
    assert fleet.run()["r1"].label == "updated"
    assert pull.title.endswith("Ask Ann first") and pull.body.startswith("By Friday.")
    assert mark(pull).base == repo.tip("main") and fleet.run()["r1"].label == "waits"


def test_what_somebody_writes_into_an_older_request_is_not_lost_as_it_is_closed(
    fleet: Fleet,
) -> None:
    fleet.run()
    fleet.release()
    repo = fleet.forge.repo("r1")
    (pull,) = repo.pulls

    def edit() -> None:
        pull.body += "\nThe reason is in #7.\n"

    at_the_next_push(repo, edit)
    assert fleet.run()["r1"].label == "left alone" and pull.state == "open"
    assert fleet.run()["r1"].label == "waits"
    assert (pull.state, mark(pull).ended) == ("closed", "superseded")
    assert "#7" in pull.body and len(pull.comments) == 1


def test_a_persons_no_at_the_same_moment_stays_a_persons(fleet: Fleet) -> None:
    fleet.run()
    fleet.release()
    repo = fleet.forge.repo("r1")
    (pull,) = repo.pulls
    at_the_next_push(repo, lambda: pull.end("closed"))
    fleet.run()
    assert (mark(pull).ended, pull.comments) == ("", [])
    assert fleet.run(to="v1.1.0")["r1"].label == "declined"


def test_a_branch_from_which_a_person_has_a_labelled_request_is_not_deleted(fleet: Fleet) -> None:
    fleet.run()
    repo = fleet.forge.repo("r1")
    repo.push("next", {"own.txt": "next\n"})
    theirs = repo.open(OLD, "For next too", "", False, base="next")
    theirs.labels = ["modelyard"]
    repo.pulls[0].draft = False
    repo.merge(1)
    assert fleet.run()["r1"].label == "current"
    assert (theirs.state, repo.tip(OLD) != "") == ("open", True)
    theirs.end("closed")
    fleet.run()
    assert repo.tip(OLD) == ""
