"""What people commit to the branch of a request is theirs: never closed, never pushed over."""

from pathlib import Path

import pytest

from modelyard.fleet.context import open_fleet
from modelyard.fleet.left_open import Left
from modelyard.fleet.model import Result
from modelyard.fleet.options import Mode
from modelyard.fleet.pr_metadata import Metadata, find
from modelyard.fleet.rollout import rollout
from modelyard.forges.forge import PullRequest
from tests.repos import git
from tests.tool.fleet.worlds import Yard, make, observed, silent
from tests.tool.worlds import lines

OLD, NEW = "modelyard/v1.1.0", "modelyard/v1.2.0"


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return make(tmp_path, count=1)


def run(yard: Yard, to: str | None = None) -> Result:
    (one,) = rollout(yard.options(to=to), silent)
    return one


def release(yard: Yard) -> None:
    yard.world.release("v1.2.0", {"a.txt": lines(20, l3="THREE", l9="NINE")})


def request(yard: Yard, branch: str) -> PullRequest:
    return next(one for one in yard.pull_requests("r0") if one.branch == branch)


def states(yard: Yard) -> list[tuple[str, str]]:
    return [(one.branch, one.state) for one in yard.pull_requests("r0")]


def mark(one: PullRequest) -> Metadata:
    found = find(one.body)
    assert found
    return found.metadata


def comments(yard: Yard) -> str:
    return (yard.bare("r0") / "modelyard-requests.json").read_text().splitlines()[0]


def tip(yard: Yard, branch: str) -> str:
    return git(yard.bare("r0"), "rev-parse", branch).strip()


def test_what_the_bot_closed_is_not_declined_and_the_version_before_comes_back(yard: Yard) -> None:
    run(yard)
    release(yard)
    assert run(yard).label == "opened"
    assert mark(request(yard, OLD)).ended == "superseded"
    assert run(yard, to="v1.1.0").label == "opened"
    assert states(yard) == [(OLD, "open"), (NEW, "closed"), (OLD, "closed")]
    assert run(yard, to="v1.1.0").label == "waits"
    with open_fleet(yard.file) as context:
        context.forge.close(yard.repository("r0"), yard.pull_requests("r0")[0], "not this one")
    assert run(yard, to="v1.1.0").label == "declined", "a person's no holds"
    assert run(yard).label == "opened", "for that version alone"


def test_a_request_that_a_person_opened_again_is_not_closed_again(yard: Yard) -> None:
    run(yard)
    release(yard)
    run(yard)
    stored = yard.bare("r0") / "modelyard-requests.json"
    first, second = stored.read_text().splitlines()
    first = first.replace('"state": "closed"', '"state": "open"')
    stored.write_text(f"{first}\n{second}\n")
    done = run(yard)
    assert (done.label, [one.reason for one in done.left_open]) == ("waits", [Left.OPENED_AGAIN])
    assert states(yard) == [(NEW, "open"), (OLD, "open")]
    # Of the wanted version it is as any other: a person who closes it says no.
    assert run(yard, to="v1.1.0").label == "updated"
    assert not mark(request(yard, OLD)).ended


def test_a_request_that_somebody_worked_on_is_told_and_not_closed_by_a_newer_one(
    yard: Yard,
) -> None:
    run(yard)
    theirs = yard.push("r0", OLD, own_txt="theirs\n")
    release(yard)
    done = run(yard)
    assert (done.label, [one.reason for one in done.left_open]) == ("opened", [Left.WORKED_ON])
    assert states(yard) == [(NEW, "open"), (OLD, "open")] and tip(yard, OLD) == theirs
    assert run(yard).left_open == done.left_open
    assert comments(yard).count("Superseded by") == 1 and done.url in comments(yard)
    (seen,) = observed(yard.options(), Mode.STATUS)
    assert seen.left_open == done.left_open


def test_nor_because_nothing_of_it_is_needed(yard: Yard) -> None:
    run(yard)
    yard.push("r0", OLD, own_txt="theirs\n")
    yard.push("r0", a_txt=lines(20, l3="THREE"))
    yard.world.release("v1.2.0", {"a.txt": lines(20)})
    done = run(yard)
    assert (done.label, len(done.left_open)) == ("current", 1)
    assert states(yard) == [(OLD, "open")] and comments(yard).count("Not needed") == 1


def amend(yard: Yard) -> None:
    work = yard.work("r0", OLD)
    (work / "own.txt").write_text("amended\n")
    git(work, "commit", "--quiet", "--all", "--amend", "--no-edit")
    git(work, "push", "--quiet", "--force", "origin", f"{OLD}:{OLD}")


def rebase(yard: Yard) -> None:
    work = yard.work("r0", OLD)
    git(work, "rebase", "--quiet", "--force-rebase", "origin/main")
    git(work, "push", "--quiet", "--force", "origin", f"{OLD}:{OLD}")


def press_update_branch(yard: Yard) -> None:
    work = yard.work("r0", OLD)
    git(work, "merge", "--quiet", "--no-ff", "--no-edit", "origin/main")
    git(work, "push", "--quiet", "origin", f"{OLD}:{OLD}")


def commit(yard: Yard) -> None:
    yard.push("r0", OLD, own_txt="theirs\n")


@pytest.mark.parametrize("work", [commit, amend, rebase, press_update_branch])
def test_the_new_merge_comes_on_top_of_their_commits(yard: Yard, work: object) -> None:
    run(yard)
    yard.push("r0", new_txt="new\n")
    yard.push("r0", b_txt="b\nmore\n")
    work(yard)  # type: ignore[operator]  # one of the above
    theirs, own = tip(yard, OLD), yard.show("r0", OLD, "own.txt")
    assert run(yard).label == "updated"
    parents = git(yard.bare("r0"), "log", "-1", "--format=%P", OLD).split()
    known = mark(request(yard, OLD))
    assert parents == [theirs, known.merge] and known.head == tip(yard, OLD)
    assert git(yard.bare("r0"), "merge-base", "main", OLD).strip() == tip(yard, "main")
    assert yard.show("r0", OLD, "a.txt") == lines(20, l3="THREE")
    assert (yard.show("r0", OLD, "b.txt"), yard.show("r0", OLD, "own.txt")) == ("b\nmore\n", own)
    assert run(yard).label == "waits"
    # And again: what is below the bot's own commit is still theirs.
    yard.push("r0", new_txt="newer\n")
    before = tip(yard, OLD)
    assert run(yard).label == "updated"
    assert git(yard.bare("r0"), "merge-base", before, OLD).strip() == before
    assert (yard.show("r0", OLD, "new.txt"), yard.show("r0", OLD, "own.txt")) == ("newer\n", own)
    (seen,) = observed(yard.options())
    assert seen.state == "worked_on"


def test_what_is_not_clean_is_left_alone_and_told(yard: Yard) -> None:
    run(yard)
    yard.push("r0", OLD, own_txt="theirs\n")
    yard.push("r0", own_txt="ours\n")
    before, text = tip(yard, OLD), request(yard, OLD).body
    done = run(yard)
    assert done.label == "left alone" and "own.txt" in done.detail
    assert (tip(yard, OLD), request(yard, OLD).body) == (before, text)


def test_a_conflict_that_somebody_has_decided_there_stays_decided(yard: Yard) -> None:
    yard.push("r0", a_txt=lines(20, l3="mine"))
    assert run(yard).conflicts == ("a.txt",)
    yard.push("r0", OLD, a_txt=lines(20, l3="decided"))
    yard.push("r0", new_txt="new\n")
    done = run(yard)
    assert (done.label, done.conflicts) == ("updated", ())
    assert yard.show("r0", OLD, "a.txt") == lines(20, l3="decided")
    assert request(yard, OLD).draft, "when it is ready is theirs to say"
    assert mark(request(yard, OLD)).conflicts == ()


@pytest.mark.parametrize("moves_on", [False, True])
def test_a_kill_behind_the_push_on_top_is_continued(yard: Yard, moves_on: bool) -> None:
    run(yard)
    yard.push("r0", OLD, own_txt="theirs\n")
    yard.push("r0", new_txt="new\n")
    stored = yard.bare("r0") / "modelyard-requests.json"
    old = stored.read_text()
    run(yard)
    stored.write_text(old)
    pushed = tip(yard, OLD)
    if moves_on:
        yard.push("r0", new_txt="newer\n")
    assert run(yard).label == "updated"
    assert (tip(yard, OLD) == pushed) is not moves_on
    assert git(yard.bare("r0"), "merge-base", pushed, OLD).strip() == pushed
    assert mark(request(yard, OLD)).head == tip(yard, OLD)
    assert yard.show("r0", OLD, "own.txt") == "theirs\n"


def test_branches_of_requests_that_are_over_are_deleted_the_bots_alone(yard: Yard) -> None:
    run(yard)
    theirs = yard.push("r0", OLD, own_txt="theirs\n")
    git(yard.bare("r0"), "branch", "modelyard/mine", theirs)
    yard.merge("r0", OLD)
    assert run(yard).label == "current" and tip(yard, OLD) == theirs
    release(yard)
    run(yard)
    yard.merge("r0", NEW)
    assert run(yard).label == "current"
    left = git(yard.bare("r0"), "for-each-ref", "--format=%(refname:short)", "refs/heads").split()
    assert left == ["main", "modelyard/mine", OLD]


def test_a_branch_that_cannot_be_deleted_is_told(yard: Yard) -> None:
    run(yard)
    yard.merge("r0", OLD)
    git(yard.bare("r0"), "config", "receive.denyDeletes", "true")
    done = run(yard)
    assert done.label == "current" and "still there" in done.detail


def test_what_people_wrote_and_ticked_survives_a_refresh(yard: Yard) -> None:
    yard.push("r0", a_txt=lines(20, l3="mine"))
    run(yard)
    one = request(yard, OLD)
    body = one.body.replace("- [ ] `a.txt`", "- [x] `a.txt`").replace("\n", "\r\n")
    with open_fleet(yard.file) as context:
        context.forge.edit(
            yard.repository("r0"),
            one,
            title="Ask Ann first",
            body=f"By Friday.\r\n\r\n{body}\r\nSee #7.",
            draft=True,
        )
    before = mark(request(yard, OLD)).base
    yard.push("r0", new_txt="new\n")
    assert run(yard).label == "updated"
    one = request(yard, OLD)
    assert mark(one).base != before
    assert one.title == "Ask Ann first"
    assert one.body.startswith("By Friday.\n\n") and one.body.endswith("\n\nSee #7.\n")
    assert "- [x] `a.txt`" in one.body
    assert run(yard).label == "waits"


def test_a_conflict_is_not_decided_by_the_button_that_updates_a_branch(yard: Yard) -> None:
    yard.push("r0", a_txt=lines(20, l3="mine"))
    assert run(yard).conflicts == ("a.txt",)
    yard.push("r0", a_txt=lines(20, l3="mine", l15="new"))
    press_update_branch(yard)
    done = run(yard)
    assert (done.label, done.conflicts) == ("updated", ("a.txt",))
    assert mark(request(yard, OLD)).conflicts == ("a.txt",) and request(yard, OLD).draft


@pytest.mark.parametrize("amends", [False, True])
def test_what_a_job_commits_with_the_bots_address_is_not_pushed_over(
    yard: Yard, amends: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(yard)
    # A job works later than the second in which the tests made the repo.
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2030-01-01T00:00:00Z")
    work = yard.work("r0", OLD)
    (work / "own.txt").write_text("theirs\n")
    who = ("-c", "user.name=modelyard", "-c", "user.email=modelyard@localhost")
    how = ("--amend", "--no-edit") if amends else ("--message", "Format")
    git(work, *who, "commit", "--quiet", "--all", *how)
    monkeypatch.delenv("GIT_COMMITTER_DATE")
    git(work, "push", "--quiet", "--force", "origin", f"{OLD}:{OLD}")
    theirs = tip(yard, OLD)
    assert run(yard).label == "left alone" and tip(yard, OLD) == theirs
    release(yard)
    assert [one.reason for one in run(yard).left_open] == [Left.WORKED_ON]
