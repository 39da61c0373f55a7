"""Requests that a forge merges without a person: at once, by its auto-merge, by its queue."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from modelyard.errors import Unreachable
from modelyard.forges.by_kind import open_forge
from modelyard.forges.client_options import ClientOptions
from modelyard.forges.forge import Forge, ForgeKind, PullRequest, Repository, Review
from modelyard.forges.merging import (
    A_DRAFT,
    CHANGES_REQUESTED,
    MERGED,
    MOVED_ON,
    NO_QUEUE,
    NOT_GREEN,
    NOT_KNOWN_YET,
    SETTLES,
    MergeAnswer,
    MergeBy,
    Merging,
)
from tests.tool.forges.hosted import Hosted, Pull
from tests.tool.forges.served import HOSTED, Served, served
from tests.tool.forges.worlds import LABEL

AUTO, QUEUED = MergeAnswer(merging=Merging.AUTO), MergeAnswer(merging=Merging.QUEUED)


@dataclass
class World:
    """A repo with an open, green request."""

    server: Served
    naps: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        options = ClientOptions(
            timeout=5,
            tries=2,
            backoff=0,
            sleep=self.naps.append,
            state=self.server.folder.parent / "pace",
        )
        kind, url, env = self.server.kind, self.server.url, self.server.env
        self.forge: Forge = open_forge(kind, "team", url=url, env=env, options=options)
        self.repo: Hosted = self.server.add("churn", files={"a.txt": "1\n"})
        head = self.repo.push("update", {"a.txt": "2\n"})
        self.repo.check(head, "success")
        self.repository: Repository = self.forge.repository("team/churn")
        self.request: PullRequest = self.forge.open(
            self.repository, "update", "Take v2", "", draft=False, label=LABEL
        )

    @property
    def pull(self) -> Pull:
        return self.repo.pulls[0]

    @property
    def is_github(self) -> bool:
        return self.server.kind is ForgeKind.GITHUB

    def merge(self, by: MergeBy = MergeBy.AUTO) -> MergeAnswer:
        return self.forge.merge(self.repository, self.request, by)

    def stop(self) -> bool:
        return self.forge.stop_merging(self.repository, self.request)

    def listed(self) -> Merging:
        return self.forge.pull_requests(self.repository, LABEL)[0].merging

    def writes(self) -> list[str]:
        return [one.path for one in self.server.seen if one.path.endswith("/merge")]


@pytest.fixture(params=HOSTED)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with served(tmp_path / "forge", request.param) as server:
        yield World(server)


def test_where_nothing_is_in_the_way_it_is_merged_at_once(world: World) -> None:
    assert world.merge() == MERGED
    assert world.pull.state == "merged" and world.repo.contains("main", world.request.head)
    assert world.merge() == MERGED and len(world.writes()) == 1, "once"


def test_no_other_commit_is_merged_than_the_one_that_was_looked_at(world: World) -> None:
    world.repo.check(world.repo.push("update", {"own.txt": "theirs\n"}), "success")
    assert world.merge() == MergeAnswer(why=MOVED_ON) and not world.writes()
    # In the moment between the look and the write, the forge itself refuses it.
    world.request = replace(world.request, head=world.pull.head)
    assert world.merge() == MERGED
    (body,) = [one.body for one in world.server.seen if one.path.endswith("/merge")]
    assert world.pull.head.encode() in body


def test_where_a_review_is_required_the_forge_merges_it_after_that(world: World) -> None:
    world.repo.needs_review = True
    world.pull.review = "review_required"
    assert world.merge() == AUTO and world.pull.state == "open"
    assert (world.listed(), world.pull.merged_for) == (Merging.AUTO, "fleet-bot")
    assert world.merge() == AUTO
    world.repo.approve(1)
    assert world.pull.state == "merged" and world.listed() is Merging.NO


def test_what_was_asked_is_taken_back_and_what_others_asked_is_not(world: World) -> None:
    world.repo.needs_review = True
    world.merge()
    assert world.stop() and world.listed() is Merging.NO
    assert not world.stop()
    world.pull.merged_for = "somebody"
    assert not world.stop() and world.listed() is Merging.AUTO


def test_a_queue_merges_it_and_only_a_queue_where_that_is_asked(world: World) -> None:
    assert world.merge(MergeBy.QUEUE) == MergeAnswer(why=NO_QUEUE)
    world.repo.queue = True
    assert world.merge(MergeBy.QUEUE) == QUEUED
    # GitLab does not say of a request in a list whether it is on a train.
    assert world.listed() is (Merging.QUEUED if world.is_github else Merging.AUTO)
    assert world.merge().merging and world.stop() and not world.pull.queued
    assert world.merge() == QUEUED, "no merge goes by the queue"
    world.repo.work_through_queue()
    assert world.pull.state == "merged" and not world.writes()


@pytest.mark.parametrize("why", [CHANGES_REQUESTED, A_DRAFT, "conflict"])
def test_what_a_person_has_to_see_is_not_merged(world: World, why: str) -> None:
    if why == CHANGES_REQUESTED:
        # Where no review is required: there the forge has no decision, and would merge it.
        world.pull.opinions = ["approved", "changes_requested"]
    elif why == A_DRAFT:
        world.pull.draft = True
    else:
        world.repo.push("main", {"a.txt": "3\n"})
    said = world.merge()
    assert why in said.why and not (said.merged or said.merging or world.writes())


def test_who_may_pass_by_the_rules_does_not(tmp_path: Path) -> None:
    """GitHub tells an account for which a rule does not count that it can merge."""
    with served(tmp_path / "forge", ForgeKind.GITHUB) as server:
        world = World(server)
        world.pull.review = "review_required"
        said = world.merge()
        assert "clean status" in said.why and world.pull.state == "open" and not world.writes()


def test_it_is_waited_for_until_the_forge_knows_whether_it_can_be_merged(world: World) -> None:
    world.repo.unsettled = 2
    assert world.merge() == MERGED and world.naps == list(SETTLES[:2])


def test_not_for_ever(world: World) -> None:
    world.repo.unsettled = 9
    assert world.merge() == MergeAnswer(why=NOT_KNOWN_YET) and world.naps == list(SETTLES)


def test_what_the_forge_refuses_is_told_and_the_token_is_not_blamed(world: World) -> None:
    world.repo.may_merge = False
    said = world.merge()
    assert ("not accessible" if world.is_github else "role of the token") in said.why
    world.repo.may_merge = True
    world.repo.needs_review, world.repo.auto_merge = True, False
    assert ("no auto-merge" if world.is_github else "405") in world.merge().why
    assert world.pull.state == "open"


def test_other_errors_are_errors(world: World) -> None:
    world.server.trouble(503, on="PUT .*/merge$", times=9)
    with pytest.raises(Unreachable):
        world.merge()


def test_a_merge_whose_answer_is_lost_is_a_merge(world: World) -> None:
    world.server.trouble("drop", on="PUT .*/merge$", done=True)
    assert world.merge() == MERGED and world.pull.state == "merged"


@pytest.mark.parametrize(
    ("allowed", "used"), [(("rebase", "squash"), "squash"), (("merge", "rebase"), "merge")]
)
def test_github_merges_in_the_first_way_that_is_allowed(
    tmp_path: Path, allowed: tuple[str, ...], used: str
) -> None:
    with served(tmp_path / "forge", ForgeKind.GITHUB) as server:
        world = World(server)
        world.repo.methods = allowed
        assert world.merge() == MERGED
        (body,) = [one.body for one in server.seen if one.path.endswith("/merge")]
        assert f'"merge_method": "{used}"'.encode() in body


def test_a_request_that_goes_elsewhere_by_now_is_not_merged(world: World) -> None:
    world.repo.push("release/1.x", {"b.txt": "1\n"})
    world.pull.base = "release/1.x"
    assert world.merge() == MergeAnswer(why=MOVED_ON) and not world.writes()


@pytest.mark.parametrize("state", ["skipped", "pending", "failure", ""])
def test_github_merges_nothing_that_no_check_has_passed_just_now(
    tmp_path: Path, state: str
) -> None:
    with served(tmp_path / "forge", ForgeKind.GITHUB) as server:
        world = World(server)
        world.repo.checks[world.pull.head] = state
        said = world.merge()
        assert said.why == NOT_GREEN and world.pull.state == "open" and not world.writes()
        # Nor does our own status, by which we hold requests back, count for one.
        world.repo.checks[world.pull.head] = ""
        world.repo.statuses[world.pull.head] = {"modelyard": "success"}
        assert world.merge().why == NOT_GREEN


def test_who_may_pass_by_the_rules_puts_nothing_in_the_queue(tmp_path: Path) -> None:
    with served(tmp_path / "forge", ForgeKind.GITHUB) as server:
        world = World(server)
        world.repo.queue, world.pull.review = True, "review_required"
        assert not world.merge(MergeBy.QUEUE).merging and not world.pull.queued


def test_a_merge_that_gitlab_begins_with_and_that_fails_is_told(tmp_path: Path) -> None:
    with served(tmp_path / "forge", ForgeKind.GITLAB) as server:
        world = World(server)
        world.repo.merge_error = "Something went wrong during merge: pre-receive hook"
        assert world.merge() == MergeAnswer(why=world.repo.merge_error)


def test_who_asks_for_changes_is_heard_where_no_review_is_required(world: World) -> None:
    world.repo.needs_review = True
    assert world.merge() == AUTO
    world.pull.opinions = ["approved", "changes_requested"]
    (seen,) = world.forge.pull_requests(world.repository, LABEL)
    assert seen.review is Review.CHANGES_REQUESTED


def test_what_is_merged_in_the_moment_of_closing_is_told(world: World) -> None:
    assert world.merge() == MERGED
    assert not world.forge.close(world.repository, world.request, "v2 was withdrawn", "other")
    assert not world.pull.comments and world.pull.body != "other"
