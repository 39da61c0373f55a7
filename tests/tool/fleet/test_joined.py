"""All projects of a branch of a repo in one request: `join_projects`."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from modelyard.fleet import attention, pr_metadata
from modelyard.fleet.attention import Cause, Commands
from modelyard.fleet.context import open_fleet
from modelyard.fleet.options import Mode
from modelyard.fleet.pr_metadata import Metadata, Place
from modelyard.fleet.rollout import rollout
from modelyard.forges.forge import PullRequest
from tests.repos import git
from tests.tool.fleet.test_rollout import BRANCH
from tests.tool.fleet.test_several import add, in_folders, push
from tests.tool.fleet.worlds import Yard, labels, make, observed, silent
from tests.tool.update.layered import FIRST, further
from tests.tool.worlds import lines

API, SHOP = "services/api", "services/shop"


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    """A repo of two projects in folders."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    made = make(tmp_path, count=1)
    in_folders(made, API, SHOP)
    return made


def join(yard: Yard) -> Yard:
    settings = yard.file.read_text()
    yard.file.write_text(settings.replace("[repos]\n", "[repos]\njoin_projects = true\n", 1))
    return yard


def run(yard: Yard) -> dict[str, str]:
    return labels(rollout(yard.options(), silent))


def requests(yard: Yard, state: str = "open") -> dict[str, PullRequest]:
    return {one.branch: one for one in yard.pull_requests("r0") if one.state == state}


def changed(yard: Yard) -> set[str]:
    return set(git(yard.bare("r0"), "diff", "--name-only", "main", BRANCH).split())


def both(*names: str, folders: tuple[str, ...] = (API, SHOP)) -> set[str]:
    return {f"{folder}/{name}" for folder in folders for name in names}


def test_projects_have_one_request_and_one_commit(yard: Yard) -> None:
    assert run(join(yard)) == {"r0": "opened"}
    ((branch, request),) = requests(yard).items()
    assert (branch, request.title, request.draft) == (BRANCH, "Update to v1.1.0", False)
    assert changed(yard) == both(FIRST, "a.txt")
    assert git(yard.bare("r0"), "rev-list", "--count", f"main..{BRANCH}").strip() == "1"
    for folder in (API, SHOP):
        assert f"- `{folder}`, from `v1.0.0`" in request.body
        part = request.body.partition(f"## What changes in `{folder}`")[2]
        assert part.partition("\n## ")[0].count(f"`{folder}/a.txt`") == 1
    assert run(yard) == {"r0": "waits"}
    yard.merge("r0", BRANCH)
    assert run(yard) == {"r0": "current"}


def test_a_conflict_in_one_makes_it_a_draft_with_the_other_updated(yard: Yard) -> None:
    push(yard, {f"{API}/a.txt": lines(20, l3="mine")})
    (done,) = rollout(join(yard).options(), silent)
    assert (done.label, done.conflicts, done.needs_a_person) == ("opened", (f"{API}/a.txt",), True)
    request = requests(yard)[BRANCH]
    assert request.draft and f"- [ ] `{API}/a.txt`" in request.body
    assert changed(yard) == both(FIRST) | {f"{SHOP}/a.txt"}
    orders = request.body.partition("```sh\n")[2].partition("```")[0].splitlines()
    assert orders[1] == "git switch --create decide origin/HEAD"
    assert [one for one in orders if one.startswith("modelyard")] == [
        f"modelyard update --to v1.1.0 ./{folder}/" for folder in (API, SHOP)
    ]
    assert orders[-1] == f"git push origin decide:{BRANCH}"
    (found,) = observed(yard.options())
    assert (found.state, found.version) == ("draft", "v1.0.0")


def test_a_broken_one_is_told_and_stops_no_other(yard: Yard) -> None:
    whole = yard.show("r0", "main", f"{SHOP}/{FIRST}")
    push(yard, {f"{SHOP}/{FIRST}": f"{whole}<<<<<<< ours\n"})
    (done,) = rollout(join(yard).options(), silent)
    assert (done.label, done.needs_a_person) == ("opened", True)
    assert done.detail.startswith(f"{SHOP}: broken: {SHOP}/{FIRST}")
    body = requests(yard)[BRANCH].body
    assert "Not in this request:\n\n- `services/shop`: broken: " in body
    assert changed(yard) == both(FIRST, "a.txt", folders=(API,))
    yard.merge("r0", BRANCH)
    (done,) = rollout(yard.options(), silent)
    assert (done.label, done.needs_a_person) == ("broken", True)
    push(yard, {f"{SHOP}/{FIRST}": whole})
    assert run(yard) == {"r0": "opened"}
    assert changed(yard) == both(FIRST, "a.txt", folders=(SHOP,))
    yard.merge("r0", BRANCH)
    assert run(yard) == {"r0": "current"}


def test_a_project_that_is_added_later_comes_into_the_open_request_or_into_another(
    yard: Yard,
) -> None:
    run(join(yard))
    work = yard.work("r0")
    further(work, yard.world, FIRST, "v1.0.0", "services/new")
    git(work, "push", "--quiet", "origin", "main:main")
    assert run(yard) == {"r0": "updated"}
    assert changed(yard) == both(FIRST, "a.txt", folders=(API, SHOP, "services/new"))
    yard.merge("r0", BRANCH)
    work = yard.work("r0")
    further(work, yard.world, FIRST, "v1.0.0", "services/newer")
    git(work, "push", "--quiet", "origin", "main:main")
    assert run(yard) == {"r0": "opened"}
    assert changed(yard) == both(FIRST, "a.txt", folders=("services/newer",))


def test_what_was_merged_and_taken_back_is_told(yard: Yard) -> None:
    run(join(yard))
    before = git(yard.bare("r0"), "rev-parse", "main").strip()
    yard.merge("r0", BRANCH)
    work = yard.work("r0")
    git(work, "checkout", "--quiet", before, "--", SHOP)
    git(work, "commit", "--quiet", "-m", "Take back")
    git(work, "push", "--quiet", "origin", "main:main")
    assert run(yard) == {"r0": "reverted"}


def test_turned_on_it_supersedes_requests_of_single_projects_but_nobodys_work(yard: Yard) -> None:
    run(yard)
    api, shop = f"{BRANCH}={API.replace('/', ',')}", f"{BRANCH}={SHOP.replace('/', ',')}"
    yard.push("r0", shop, own_txt="mine\n")
    theirs = git(yard.bare("r0"), "rev-parse", shop)
    (done,) = rollout(join(yard).options(), silent)
    assert done.label == "opened" and [one.url for one in done.left_open]
    assert set(requests(yard)) == {BRANCH, shop}
    assert set(requests(yard, "closed")) == {api}
    assert git(yard.bare("r0"), "rev-parse", shop) == theirs
    assert run(yard) == {"r0": "waits"}
    branches = git(yard.bare("r0"), "branch", "--format=%(refname:short)").split()
    assert api not in branches and shop in branches


def test_a_no_to_one_project_holds_when_it_is_turned_on(yard: Yard) -> None:
    run(yard)
    with open_fleet(yard.file) as context:
        shop = next(one for one in yard.pull_requests("r0") if one.branch.endswith("shop"))
        context.forge.close(yard.repository("r0"), shop, "not now")
    (done,) = rollout(join(yard).options(), silent)
    assert done.label == "opened" and done.detail.startswith(f"{SHOP}: declined: ")
    assert changed(yard) == both(FIRST, "a.txt", folders=(API,))


def test_turned_off_and_on_the_request_of_the_top_becomes_the_one_that_is_asked_for(
    yard: Yard,
) -> None:
    work = yard.work("r0")
    further(work, yard.world, FIRST, "v1.0.0")
    git(work, "push", "--quiet", "origin", "main:main")
    assert run(yard)["r0"] == "opened"
    assert changed(yard) == {FIRST, "a.txt"}
    join(yard)
    assert run(yard) == {"r0": "updated"}
    assert changed(yard) == {FIRST, "a.txt"} | both(FIRST, "a.txt")
    assert run(yard) == {"r0": "waits"}


def test_an_exempt_project_is_left_out(yard: Yard) -> None:
    with yard.file.open("a") as settings:
        settings.write(f'[[exempt]]\nrepo = "r0:{SHOP}"\nreason = "frozen"\nuntil = 2999-01-01\n')
    (done,) = rollout(join(yard).options(), silent)
    assert (done.label, done.needs_a_person) == ("opened", False)
    assert "frozen" in done.detail
    assert changed(yard) == both(FIRST, "a.txt", folders=(API,))


def test_each_branch_has_one_request(yard: Yard) -> None:
    git(yard.work("r0"), "push", "--quiet", "origin", "main:release/1.x")
    add(join(yard), "")
    text = yard.file.read_text()
    yard.file.write_text(text.replace("[repos]\n", '[repos]\nbranches = ["release/*"]\n', 1))
    assert run(yard) == {"r0": "opened", "r0@release/1.x": "opened"}
    assert set(requests(yard)) == {BRANCH, f"{BRANCH}@release,1.x"}


def test_a_broken_one_needs_a_person_while_the_request_is_open(yard: Yard) -> None:
    whole = yard.show("r0", "main", f"{SHOP}/{FIRST}")
    push(yard, {f"{SHOP}/{FIRST}": f"{whole}<<<<<<< ours\n"})
    run(join(yard))
    (found,) = observed(yard.options(), Mode.STATUS)
    assert (found.state, found.stopped) == ("open", True)
    (need,) = attention.needs([found], Commands("v1.1.0"), datetime.now(UTC))
    assert (need.cause, need.why.startswith(SHOP)) == (Cause.REFUSED, True)


def test_a_mark_with_no_room_for_its_projects_says_that_it_is_of_all() -> None:
    joined = tuple(f"services/{number}/{FIRST}" for number in range(500))
    known = Metadata("v2", "v1", "a", "b", "rest", joined=joined)
    for short in (joined[:3], joined):
        line = pr_metadata.line(replace(known, joined=short), Place("r", "b"), None)
        found = pr_metadata.find(line)
        assert found and found.metadata.joined == (short if len(short) == 3 else ())
    forged = line.replace('"joined": []', '"joined": "abc"')
    assert forged != line and pr_metadata.find(forged) is None
