"""The days on which a forge, the network, the token or other people are not as one hopes."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from modelyard.errors import NotReady, Unreachable
from modelyard.forges.forge import ForgeKind, PullRequest, Remote
from modelyard.gitrepo import git
from tests.tool.forges.served import HOSTED
from tests.tool.forges.serving import Answer
from tests.tool.forges.worlds import LABEL, Bad, bad_forge


@pytest.fixture(params=HOSTED)
def bad(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bad]:
    with bad_forge(tmp_path, request.param) as made:
        yield made


def opened(bad: Bad, draft: bool = False) -> PullRequest:
    return bad.forge.open(bad.repository, "update", "Take v2", "b", draft=draft, label=LABEL)


CALLS: dict[str, Callable[[Bad], object]] = {
    "repositories": lambda bad: bad.forge.repositories(),
    "repository": lambda bad: bad.repository,
    "pull requests": lambda bad: bad.forge.pull_requests(bad.repository, LABEL),
    "open": opened,
    "checks": lambda bad: bad.forge.branch_checks(bad.repository, "update"),
}


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_what_passes_is_waited_for(bad: Bad, status: int) -> None:
    for call in CALLS.values():
        bad.naps.clear()
        bad.server.trouble(status, times=2)
        call(bad)
        assert bad.naps == [0.5]


def test_what_does_not_pass_is_given_up(bad: Bad) -> None:
    bad.server.trouble(502, times=100)
    for call in CALLS.values():
        bad.naps.clear()
        bad.server.seen.clear()
        with pytest.raises(Unreachable, match="502") as caught:
            call(bad)
        assert len(bad.server.seen) == 4 and bad.naps == [0.5, 1.0]
        assert "run again" in caught.value.hint


def test_retry_after_is_honoured(bad: Bad) -> None:
    bad.server.trouble(429, retry_after=7)
    bad.forge.repositories()
    assert bad.naps == [7]


def test_who_asks_for_too_long_sees_that_we_gave_up(bad: Bad) -> None:
    bad.server.trouble(429, retry_after=101)
    with pytest.raises(Unreachable, match="limits how much"):
        bad.forge.repositories()
    assert bad.naps == [] and len(bad.server.seen) == 1


def test_a_limit_that_names_no_time_is_a_minute(tmp_path: Path) -> None:
    with bad_forge(tmp_path, ForgeKind.GITHUB) as bad:
        bad.server.trouble(403)
        bad.forge.repositories()
        assert bad.naps == [60]
        bad.server.trouble(403)
        with pytest.raises(Unreachable, match="limits how much"):
            bad.client(max_wait=50).repositories()
        assert bad.naps == [60]


def test_many_short_waits_are_bounded_too(bad: Bad) -> None:
    bad.server.trouble(429, retry_after=40, times=3)
    with pytest.raises(Unreachable, match="limits how much"):
        bad.forge.repositories()
    assert bad.naps == [40, 40]


@pytest.mark.parametrize("options", [{"max_wait": 150.0}, {"max_wait": 1e6, "tries": 2}])
def test_waits_for_a_limit_that_names_no_time_are_bounded_too(
    tmp_path: Path, options: dict[str, float]
) -> None:
    with bad_forge(tmp_path, ForgeKind.GITHUB) as bad:
        bad.server.trouble(403, times=3)
        with pytest.raises(Unreachable, match="limits how much"):
            bad.client(**options).repositories()  # type: ignore[arg-type]
        assert bad.naps[0] == 60


def test_a_hang_ends(bad: Bad) -> None:
    bad.server.trouble("hang")
    bad.client(tries=1).repositories()
    bad.server.trouble("hang")
    with pytest.raises(Unreachable, match="no answer in time"):
        bad.client(tries=0).repositories()


def test_nobody_there(bad: Bad) -> None:
    client = bad.client(tries=1)
    bad.server.server.shutdown()
    bad.server.server.server_close()
    with pytest.raises(Unreachable, match=r"cannot be reached: .*refused"):
        client.repositories()


def test_a_lost_reply_opens_nothing_twice(bad: Bad) -> None:
    bad.server.trouble("drop", on=r"POST .*/(pulls|merge_requests)$", done=True)
    made = opened(bad)
    assert [pull.number for pull in bad.repo.pulls] == [made.number]
    assert bad.repo.pulls[0].labels == [LABEL]


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("what", ["drop", 502])
def test_a_comment_is_said_once(bad: Bad, what: int | str, done: bool) -> None:
    made = opened(bad)
    bad.server.trouble(what, on=r"POST .*/(comments|notes)$", done=done)
    bad.forge.close(bad.repository, made, "v3 is out")
    assert bad.repo.pulls[0].comments == ["v3 is out"]
    assert bad.repo.pulls[0].state == "closed"


def test_who_dies_between_opening_and_labelling_goes_on(bad: Bad) -> None:
    bad.repo.open("update", "Take v2", "b", False, author=bad.server.account)
    made = opened(bad)
    assert list(bad.forge.pull_requests(bad.repository, LABEL)) == [made]


def test_a_token_that_expires_is_for_somebody_to_mend(bad: Bad) -> None:
    asked = len(bad.server.seen)
    assert len(bad.forge.repositories()) == 1 and bad.repository
    bad.server.expire(after=len(bad.server.seen) - asked)
    assert len(bad.forge.repositories()) == 1 and bad.repository
    for call in CALLS.values():
        with pytest.raises(NotReady, match=r"refuses the token in .*_TOKEN") as caught:
            call(bad)
        assert "_TOKEN" in caught.value.hint


def test_a_new_token_continues(bad: Bad) -> None:
    made = opened(bad)
    bad.server.renew()
    with pytest.raises(NotReady):
        bad.forge.pull_requests(bad.repository, LABEL)
    forge = bad.client()
    assert list(forge.pull_requests(forge.repository("team/churn"), LABEL)) == [made]


@pytest.mark.parametrize(
    ("change", "problem"),
    [("archived", "archived"), ("writable", "no permission to push"), ("fork", "")],
)
def test_what_cannot_be_worked_on_has_a_problem(bad: Bad, change: str, problem: str) -> None:
    repository = bad.repository
    setattr(bad.repo, change, change != "writable")
    (listed,) = bad.forge.repositories()
    assert (listed.problem, bad.repository.problem) == (problem, problem)
    assert listed.fork == (change == "fork")
    if problem:
        with pytest.raises(Unreachable, match="team/churn"):
            bad.forge.open(repository, "update", "t", "b", draft=False, label=LABEL)
        assert bad.repo.pulls == [] and bad.naps == []


def test_a_repository_that_vanishes(bad: Bad) -> None:
    repository, made = bad.repository, opened(bad)
    bad.server.vanish("churn")
    for call in (
        lambda: bad.forge.pull_requests(repository, LABEL),
        lambda: bad.forge.edit(repository, made, title="t", body="new", draft=True),
        lambda: bad.forge.close(repository, made, "gone"),
        lambda: bad.forge.checks(repository, made),
    ):
        with pytest.raises(Unreachable, match="team/churn: not there"):
            call()
    assert list(bad.forge.repositories()) == []


def test_a_request_of_a_fork_is_told_as_one(bad: Bad) -> None:
    opened(bad)
    bad.repo.pulls[0].cross = True
    (found,) = bad.forge.pull_requests(bad.repository, LABEL)
    assert found.fork


@pytest.mark.parametrize("state", ["success", "failure", "pending"])
def test_checks(bad: Bad, state: str) -> None:
    made = opened(bad)
    bad.server.check("churn", made.head, state)
    assert bad.forge.checks(bad.repository, made) == state
    assert bad.forge.branch_checks(bad.repository, "update") == state
    assert bad.forge.branch_checks(bad.repository, "main") == "none"


@pytest.mark.parametrize("state", ["success", "failure", "pending"])
def test_a_pipeline_of_merged_results_is_the_requests(tmp_path: Path, state: str) -> None:
    """It ran on a merge of the branch with its target: another commit than the branch's."""
    with bad_forge(tmp_path, ForgeKind.GITLAB) as bad:
        bad.repo.merged_results = True
        made = opened(bad)
        bad.server.check("churn", made.head, state)
        assert bad.forge.checks(bad.repository, made) == state
        # After a push the newest pipeline is still the one of the commit before.
        head = bad.repo.push("update", {"a.txt": "3\n"})
        (pushed,) = bad.forge.pull_requests(bad.repository, LABEL)
        assert (pushed.head, bad.forge.checks(bad.repository, pushed)) == (head, "none")


def test_requests_from_a_branch_are_asked_of_the_group_once(tmp_path: Path) -> None:
    with bad_forge(tmp_path, ForgeKind.GITLAB) as bad:
        opened(bad)
        bad.repo.pulls[0].labels = []
        bad.repo.pulls[0].end("merged")
        for _ in range(2):
            bad.server.seen.clear()
            assert len(bad.forge.pull_requests(bad.repository, LABEL, "update")) == 1
        assert not any("groups" in one.path for one in bad.server.seen)
        bad.server.personal = True
        assert len(bad.client().pull_requests(bad.repository, LABEL, "update")) == 1


def test_an_owner_who_is_not_there(bad: Bad) -> None:
    client = bad.client(owner="nobody")
    with pytest.raises(Unreachable, match="nobody: not there"):
        client.repositories()


def push(remote: Remote, folder: Path, branch: str = "mine") -> None:
    """Clone, commit and push, as the fleet does."""
    clone = folder / "clone.git"
    if not clone.exists():
        fetch = ("clone", "--quiet", "--bare", "--depth=1", remote.url, str(clone))
        git.run(None, *fetch, env=remote.env, files=remote.files, reach=remote.reach)
    tree = git.text(clone, "rev-parse", "HEAD^{tree}")
    who = ("-c", "user.name=Bot", "-c", "user.email=bot@example.com")
    commit = git.text(clone, *who, "commit-tree", tree, "-p", "HEAD", "-m", "Take v2")
    git.run(
        clone,
        "push",
        "--quiet",
        remote.url,
        f"{commit}:refs/heads/{branch}",
        env=remote.env,
        files=remote.files,
        reach=remote.reach,
    )


@pytest.mark.parametrize("what", ["drop", "hang", 500, 429])
def test_a_push_that_is_cut_off_changes_nothing_and_ends(tmp_path: Path, what: int | str) -> None:
    with bad_forge(tmp_path / "forge", ForgeKind.GITHUB) as bad:
        cut_off(bad, tmp_path, what)


def cut_off(bad: Bad, tmp_path: Path, what: int | str) -> None:
    remote = bad.forge.remote(bad.repository)
    # Once more for what git tries again by itself on a connection that was in use before.
    trouble = bad.server.trouble(what, on="POST .*git-receive-pack", times=2)
    with pytest.raises(git.GitError) as caught:
        push(remote, tmp_path)
    trouble.times = 0
    assert bad.repo.tip("mine") == "" and bad.server.token not in str(caught.value)
    push(remote, tmp_path)
    assert bad.repo.tip("mine")


def test_a_push_whose_reply_is_lost_is_there(bad: Bad, tmp_path: Path) -> None:
    remote = bad.forge.remote(bad.repository)
    bad.server.trouble("drop", on="POST .*git-receive-pack", done=True)
    with pytest.raises(git.GitError):
        push(remote, tmp_path)
    assert bad.repo.tip("mine")


@pytest.mark.parametrize("how", ["expired", "archived", "writable"])
def test_git_is_refused_what_the_forge_refuses(bad: Bad, tmp_path: Path, how: str) -> None:
    remote = bad.forge.remote(bad.repository)
    if how == "expired":
        bad.server.expire(after=1)
    else:
        setattr(bad.repo, how, how != "writable")
    with pytest.raises(git.GitError):
        push(remote, tmp_path)
    assert bad.repo.tip("mine") == ""


def test_a_protected_branch_is_said_and_left_alone(bad: Bad, tmp_path: Path) -> None:
    remote = bad.forge.remote(bad.repository)
    bad.repo.protect("mi*")
    with pytest.raises(git.GitError, match="Protected branch"):
        push(remote, tmp_path)
    assert bad.repo.tip("mine") == ""
    push(remote, tmp_path, branch="other")
    assert bad.repo.tip("other")


def test_somebody_else_merges_with_git_alone(bad: Bad) -> None:
    made = opened(bad)
    git.run(bad.repo.folder, "update-ref", "refs/heads/main", made.head)
    bad.repo.seen()
    (seen,) = bad.forge.pull_requests(bad.repository, LABEL)
    assert seen.state == "merged"


def test_many_threads_share_a_forge(bad: Bad) -> None:
    for name in ("a", "b", "c", "d"):
        bad.server.add(name, files={"a.txt": "1\n"}).push("update", {"a.txt": "2\n"})
    wrong: list[str] = []

    def work(name: str) -> None:
        repository = bad.forge.repository(f"team/{name}")
        for _ in range(3):
            made = bad.forge.open(repository, "update", name, name, draft=False, label=LABEL)
            if made.title != name or bad.forge.pull_requests(repository, LABEL) != [made]:
                wrong.append(name)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("a", "b", "c", "d")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == [] and all(len(bad.server.repo(n).pulls) == 1 for n in ("a", "b", "c", "d"))


def test_an_edit_that_changes_nothing_asks_nothing(bad: Bad) -> None:
    made, repository = opened(bad), bad.repository
    asked = len(bad.server.seen)
    assert bad.forge.edit(repository, made, title="Take v2", body="b", draft=False) == made
    assert len(bad.server.seen) == asked
    assert bad.forge.edit(repository, made, title="Take v2", body="c", draft=False) == replace(
        made, body="c"
    )


@pytest.mark.parametrize(
    "said",
    ["<html>Log in</html>", {}, {"data": {}}, {"data": {"repository": {}}}, [], None, [{}]],
)
def test_what_is_no_forge_is_an_error(
    bad: Bad, monkeypatch: pytest.MonkeyPatch, said: object
) -> None:
    repository, made = bad.repository, opened(bad)
    monkeypatch.setattr(bad.server.server, "api", lambda asked: Answer(data=said))
    for call in (
        lambda: bad.forge.repository("team/churn"),
        lambda: bad.forge.open(repository, "update", "t", "b", draft=False, label=LABEL),
        lambda: bad.forge.edit(repository, made, title="t", body="new", draft=True),
    ):
        with pytest.raises(Unreachable, match="does not answer like"):
            call()


@pytest.mark.parametrize(
    ("kind", "words"),
    [("RATE_LIMITED", "limits how much"), ("FORBIDDEN", "not permitted"), ("OTHER", "answers 400")],
)
def test_errors_of_graphql_are_translated_by_their_kind(
    kind: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bad_forge(tmp_path, ForgeKind.GITHUB) as bad:
        said = Answer(data={"data": None, "errors": [{"type": kind, "message": "No."}]})
        monkeypatch.setattr(bad.server.server, "api", lambda asked: said)
        with pytest.raises(Unreachable, match=f"{words}.*No[.]"):
            bad.forge.repositories()
