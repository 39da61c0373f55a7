"""People's work and decisions on the APIs of GitHub and GitLab."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from modelyard.fleet import overview
from modelyard.fleet.left_open import Left
from modelyard.fleet.model import Result
from modelyard.fleet.options import Mode, RolloutOptions
from modelyard.fleet.pr_metadata import Metadata, find
from modelyard.fleet.rollout import rollout
from modelyard.fleet.withdraw import withdraw
from modelyard.fleet.withdrawals import PREFIX
from modelyard.forges.forge import ForgeKind
from tests.tool.fleet import hosted_fleet
from tests.tool.fleet.worlds import silent
from tests.tool.forges.hosted import Pull
from tests.tool.forges.served import HOSTED, Served, served
from tests.tool.worlds import World, lines

OLD, NEW = "modelyard/v1.1.0", "modelyard/v1.2.0"


class Fleet:
    """Two repos on a forge, and a fleet.toml."""

    def __init__(self, forge: Served, folder: Path) -> None:
        self.forge, self.file = forge, folder / "fleet.toml"
        self.world: World = hosted_fleet.add_repos(forge, folder, 2)
        hosted_fleet.write_settings(forge, self.world.template, self.file)

    def run(self, to: str | None = None) -> dict[str, Result]:
        done = rollout(RolloutOptions(self.file, to), silent)
        return {one.name.rpartition("/")[2]: one for one in done}

    def release(self) -> None:
        self.world.release("v1.2.0", {"a.txt": lines(20, l3="THREE", l9="NINE")})


@pytest.fixture(params=HOSTED)
def fleet(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Fleet]:
    with served(tmp_path / "forge", request.param) as forge:
        hosted_fleet.log_in(forge, tmp_path, monkeypatch)
        yield Fleet(forge, tmp_path)


def mark(pull: Pull) -> Metadata:
    found = find(pull.body)
    assert found
    return found.metadata


def test_what_is_closed_what_is_left_open_and_the_way_back(fleet: Fleet) -> None:
    fleet.run()
    fleet.release()
    worked, alone = fleet.forge.repo("r0"), fleet.forge.repo("r1")
    theirs = worked.push(OLD, {"own.txt": "theirs\n"})
    done = fleet.run()
    assert [one.reason for one in done["r0"].left_open] == [Left.WORKED_ON]
    assert done["r1"].left_open == ()
    assert (worked.pulls[0].state, worked.tip(OLD)) == ("open", theirs)
    assert [done["r0"].url in said and "stays open" in said for said in worked.pulls[0].comments]
    assert (alone.pulls[0].state, mark(alone.pulls[0]).ended) == ("closed", "superseded")
    fleet.run()
    assert [len(repo.pulls[0].comments) for repo in (worked, alone)] == [1, 1], "once"
    assert [repo.tip(OLD) for repo in (worked, alone)] == [theirs, ""], "the bot's own is deleted"
    back = fleet.run(to="v1.1.0")
    assert {name: one.label for name, one in back.items()} == {"r0": "left alone", "r1": "opened"}
    assert [one.state for one in alone.pulls] == ["closed", "closed", "open"]


def test_a_request_is_closed_in_the_step_that_writes_why(fleet: Fleet) -> None:
    fleet.run()
    fleet.release()
    alone = fleet.forge.repo("r1")
    on = r"(PATCH .*r1/pulls/1|PUT .*r1/merge_requests/1)$"
    fleet.forge.trouble(422, on=on)
    assert fleet.run()["r1"].label == "failed"
    assert (alone.pulls[0].state, mark(alone.pulls[0]).ended) == ("open", "")
    fleet.forge.troubles.clear()
    assert fleet.run()["r1"].label == "waits"
    assert (alone.pulls[0].state, mark(alone.pulls[0]).ended) == ("closed", "superseded")
    assert len(alone.pulls[0].comments) == 1


def test_what_a_person_opens_again_is_theirs(fleet: Fleet) -> None:
    fleet.run()
    fleet.release()
    fleet.run()
    pull = fleet.forge.repo("r1").pulls[0]
    pull.state, pull.ended = "open", None
    assert [one.reason for one in fleet.run()["r1"].left_open] == [Left.OPENED_AGAIN]
    assert fleet.run(to="v1.1.0")["r1"].label == "updated"
    assert not mark(pull).ended
    pull.end("closed")
    assert fleet.run(to="v1.1.0")["r1"].label == "declined"


def test_who_opens_it_again_and_closes_it_unseen_has_declined(fleet: Fleet) -> None:
    fleet.run()
    fleet.release()
    fleet.run()
    pull = fleet.forge.repo("r1").pulls[0]
    pull.state, pull.ended = "open", None
    pull.end("closed", "somebody")
    back = fleet.run(to="v1.1.0")
    assert {name: one.label for name, one in back.items()} == {"r0": "opened", "r1": "declined"}
    assert fleet.run()["r1"].label == "waits", "of another version nobody is asked"


@pytest.mark.parametrize("into", [False, True])
def test_a_branch_that_somebody_has_a_request_of_is_not_deleted(fleet: Fleet, into: bool) -> None:
    """The forge would close it, though it carries no label of ours and goes elsewhere."""
    fleet.run()
    repo = fleet.forge.repo("r1")
    repo.push("mine", {"own.txt": "theirs\n"})
    theirs = (
        repo.open("mine", "M", "", False, OLD) if into else repo.open(OLD, "M", "", False, "mine")
    )
    fleet.release()
    for _ in range(2):
        fleet.run()
    assert (repo.pulls[0].state, theirs.state, bool(repo.tip(OLD))) == ("closed", "open", True)
    theirs.end("closed")
    fleet.run()
    assert repo.tip(OLD) == ""


@pytest.mark.parametrize("fleet", [ForgeKind.GITHUB], indirect=True)
def test_a_long_text_of_a_person_keeps_its_place(fleet: Fleet) -> None:
    fleet.run()
    repo = fleet.forge.repo("r0")
    (pull,) = repo.pulls
    theirs = "word " * 12_800
    pull.body = f"{theirs}\n\n{pull.body}"[-65_536:]
    repo.push("main", {"b.txt": "b\nmore\n"})
    assert fleet.run()["r0"].label == "updated"
    assert mark(pull).base == repo.tip("main") and theirs.split() < pull.body.split()
    assert fleet.run()["r0"].label == "waits"
    # To the last sign: a mark that says why the bot closed it is longer than the one before.
    pull.body = "x" * (65_536 - len(pull.body) - 1) + f"\n{pull.body}"
    fleet.release()
    assert fleet.run()["r0"].label == "opened"
    assert (pull.state, mark(pull).ended) == ("closed", "superseded")
    assert pull.body.startswith("xxx") and theirs.split()[:9000] <= pull.body.split()


@pytest.mark.parametrize("fleet", [ForgeKind.GITHUB], indirect=True)
def test_where_a_persons_text_alone_leaves_no_room_it_stays_and_is_told(fleet: Fleet) -> None:
    fleet.run()
    repo = fleet.forge.repo("r0")
    repo.pulls[0].body = before = "word " * 13_100
    repo.push("main", {"b.txt": "b\nmore\n"})
    done = fleet.run()["r0"]
    assert (done.label, repo.pulls[0].body) == ("updated", before)
    assert "leaves no room for the fleet's part" in done.detail
    assert repo.contains(OLD, repo.tip("main"))


def test_a_draft_that_somebody_committed_to_is_theirs(fleet: Fleet) -> None:
    """It is never made ready in their place, also where the new merge came on top; all say so."""
    fleet.run()
    repo = fleet.forge.repo("r0")
    repo.push(OLD, {"own.txt": "theirs\n"})
    fleet.forge.check("r0", repo.tip(OLD), "success")
    done = fleet.run()["r0"]
    assert done.label == "left alone" and "marks the draft as ready" in done.detail
    repo.push("main", {"b.txt": "b\nmore\n"})
    assert fleet.run()["r0"].label == "updated"
    fleet.forge.check("r0", repo.tip(OLD), "success")
    for on_top in (True, False):
        if not on_top:
            repo.push(OLD, {"own.txt": "more of theirs\n"})
        assert fleet.run()["r0"].label == ("waits" if on_top else "left alone")
        looked = overview.look(RolloutOptions(fleet.file, mode=Mode.STATUS), silent)
        (need,) = [one for one in looked.data.attention if one.repo == "team/r0"]
        assert "committed to" in need.why and "theirs to" in need.why
    assert repo.pulls[0].draft


def test_the_new_merge_comes_on_top_of_their_commits(fleet: Fleet) -> None:
    fleet.run()
    repo = fleet.forge.repo("r0")
    theirs = repo.push(OLD, {"own.txt": "theirs\n"})
    repo.push("main", {"b.txt": "b\nmore\n"})
    assert fleet.run()["r0"].label == "updated"
    assert repo.contains(OLD, theirs) and repo.contains(OLD, repo.tip("main"))
    assert fleet.run()["r0"].label == "waits"


def test_a_version_is_withdrawn(fleet: Fleet) -> None:
    control = fleet.forge.add("fleet", files={"README.md": "The fleet\n"})
    fleet.file.write_text(f'control = "{control.name}"\n{fleet.file.read_text()}')
    fleet.run()
    worked, alone = fleet.forge.repo("r0"), fleet.forge.repo("r1")
    theirs = worked.push(OLD, {"own.txt": "theirs\n"})
    alone.push("mine", {"own.txt": "theirs\n"})
    other = alone.open(OLD, "Mine", "", False, "mine")
    done = withdraw(fleet.file, "v1.1.0", "training breaks", silent)
    assert [one.label for one in done.results] == ["left alone", "closed"]
    assert (alone.pulls[0].state, mark(alone.pulls[0]).ended) == ("closed", "withdrawn")
    assert (worked.pulls[0].state, worked.tip(OLD)) == ("open", theirs)
    assert (other.state, bool(alone.tip(OLD))) == ("open", True), "somebody uses it"
    other.end("closed")
    withdraw(fleet.file, "v1.1.0", "training breaks", silent)
    assert alone.tip(OLD) == ""
    said = [repo.pulls[0].comments for repo in (worked, alone)]
    assert all(len(one) == 1 and "training breaks" in one[0] for one in said)
    assert control.tip(f"{PREFIX}v1.1.0")
