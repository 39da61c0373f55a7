"""Which request speaks for a project, where it has one of its own or one together with others."""

import json
from collections.abc import Sequence

from modelyard.fleet import joint_requests, pr_metadata
from modelyard.fleet.context import open_fleet
from modelyard.fleet.gates import Gate
from modelyard.fleet.marks import FleetRequest
from modelyard.fleet.model import Member
from modelyard.fleet.next_wave import next_wave, retry
from modelyard.fleet.options import Mode
from modelyard.fleet.pr_metadata import Metadata, Place
from modelyard.fleet.rollout import rollout
from modelyard.fleet.withdraw import withdraw
from modelyard.forges.forge import PullRequestState
from tests.repos import git
from tests.tool.fleet.test_joined import API, SHOP, both, changed, join, requests, run
from tests.tool.fleet.test_joined import yard as yard
from tests.tool.fleet.test_rollout import BRANCH
from tests.tool.fleet.test_several import push
from tests.tool.fleet.worlds import Yard, labels, silent
from tests.tool.update.layered import FIRST, further


def close(yard: Yard, end: str) -> None:
    """Close an open request, as a person does."""
    with open_fleet(yard.file) as context:
        found = next(one for one in requests(yard).values() if one.branch.endswith(end))
        context.forge.close(yard.repository("r0"), found, "not now")


def leave(yard: Yard) -> None:
    """Turn `join_projects` off."""
    yard.file.write_text(yard.file.read_text().replace("join_projects = true\n", ""))


def take_back(yard: Yard, folder: str, before: str, more: str = "") -> None:
    """Revert a project to what it was, as a person does, and add another one."""
    work = yard.work("r0")
    git(work, "checkout", "--quiet", before, "--", folder)
    git(work, "commit", "--quiet", "-m", "Take back")
    if more:
        further(work, yard.world, FIRST, "v1.0.0", more)
    git(work, "push", "--quiet", "origin", "main:main")


def test_where_one_is_declined_and_the_others_merged_nothing_is_opened(yard: Yard) -> None:
    run(yard)
    close(yard, "api")
    yard.merge("r0", f"{BRANCH}=services,shop")
    (done,) = rollout(join(yard).options(), silent)
    assert (done.label, requests(yard)) == ("declined", {})
    assert f"{API}: declined" in done.detail


def test_a_no_holds_whose_mark_somebody_has_broken(yard: Yard) -> None:
    run(yard)
    close(yard, "shop")
    file = yard.bare("r0") / "modelyard-requests.json"
    stored = [json.loads(line) for line in file.read_text().splitlines()]
    for one in stored:
        if one["branch"].endswith("shop"):
            one["body"] = "mine"
    file.write_text("".join(f"{json.dumps(one)}\n" for one in stored))
    run(join(yard))
    assert changed(yard) == both(FIRST, "a.txt", folders=(API,))


def test_what_was_taken_back_does_not_come_with_a_project_that_is_added(yard: Yard) -> None:
    run(join(yard))
    before = git(yard.bare("r0"), "rev-parse", "main").strip()
    yard.merge("r0", BRANCH)
    take_back(yard, SHOP, before, more="services/new")
    for label in ("opened", "updated"):
        (done,) = rollout(yard.options(), silent)
        assert (done.label, done.needs_a_person) == (label, True)
        assert f"{SHOP}: reverted" in done.detail
        assert changed(yard) - {"own.txt"} == both(FIRST, "a.txt", folders=("services/new",))
        yard.push("r0", own_txt="newer\n")


def test_turned_off_a_no_and_a_merge_of_the_joint_one_hold(yard: Yard) -> None:
    run(join(yard))
    before = git(yard.bare("r0"), "rev-parse", "main").strip()
    yard.merge("r0", BRANCH)
    take_back(yard, SHOP, before, more="services/new")
    leave(yard)
    new = "r0:services/new"
    assert run(yard) == {
        "r0:services/api": "current",
        new: "opened",
        "r0:services/shop": "reverted",
    }
    close(yard, "new")
    join(yard)
    assert run(yard) == {"r0": "reverted"}


def test_turned_off_who_has_declined_is_not_asked_again(yard: Yard) -> None:
    run(join(yard))
    close(yard, BRANCH)
    assert run(yard) == {"r0": "declined"}
    leave(yard)
    assert run(yard) == {"r0:services/api": "declined", "r0:services/shop": "declined"}


def test_what_is_left_out_is_told_by_each_run_and_found_by_retry(yard: Yard) -> None:
    whole = yard.show("r0", "main", f"{SHOP}/{FIRST}")
    push(yard, {f"{SHOP}/{FIRST}": whole.replace("_commit: v1.0.0", "_commit: v0.1.0")})
    for label in ("opened", "waits"):
        (done,) = rollout((join(yard) if label == "opened" else yard).options(), silent)
        assert (done.label, done.needs_a_person) == (label, True)
        assert done.detail.startswith(f"{SHOP}: refused")
    yard.merge("r0", BRANCH)
    (merged,) = (one for one in _gates(yard) if one.name == "merged")
    assert (merged.value, merged.passed) == ("1 of 2, 1 without a request", True)
    push(yard, {f"{SHOP}/{FIRST}": whole})
    assert labels(retry(yard.options(), silent)) == {"r0": "opened"}
    assert changed(yard) == both(FIRST, "a.txt", folders=(SHOP,))


def _gates(yard: Yard) -> Sequence[Gate]:
    return next_wave(yard.options(mode=Mode.PLAN), silent).verdict.gates


def test_many_projects_stand_in_a_mark_by_what_stands_for_each(yard: Yard) -> None:
    paths = tuple(f"services/{number:030}/{FIRST}" for number in range(200))
    known = Metadata("v1", "v0", "a", "b", "rest", joined=paths[1:])
    mark = pr_metadata.find(pr_metadata.line(known, Place("r0", "b"), None))
    assert mark
    run(join(yard))
    (asked,) = yard.pull_requests("r0")
    request = FleetRequest.of(
        asked, version="v1", metadata=mark.metadata, state=PullRequestState.MERGED
    )
    for path, spoken in ((paths[0], False), (paths[1], True)):
        project = Member(yard.repository("r0"), "rest", project="x", answers_file=path)
        assert bool(joint_requests.of_project([request], project, "v1")) is spoken


def test_a_withdrawal_finds_who_has_merged_it_beside_a_project_that_has_moved_on(
    yard: Yard,
) -> None:
    seed, control = str(yard.world.template), str(yard.bare("control"))
    git(yard.world.folder, "clone", "--quiet", "--bare", seed, control)
    text = yard.file.read_text().replace("[repos]\n", '[repos]\nexclude = ["control"]\n', 1)
    yard.file.write_text(f'control = "control"\n{text}')
    run(yard)
    yard.merge("r0", f"{BRANCH}=services,api")
    yard.world.release("v1.2.0", {"b.txt": "b2\n"})
    run(yard)
    yard.merge("r0", "modelyard/v1.2.0=services,shop")
    done = withdraw(yard.file, "v1.1.0", "it breaks", silent)
    assert [one.name for one in done.merged] == ["r0"]
