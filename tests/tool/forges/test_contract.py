"""What each forge must do, whichever it is; and that pushes go through git as it is."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from modelyard.errors import ModelyardError, Unreachable
from modelyard.forges.by_kind import open_forge
from modelyard.forges.client_options import ClientOptions
from modelyard.forges.forge import Forge, ForgeKind, Repository
from modelyard.gitrepo import git as ours
from tests.tool.forges.hosted import Hosted, git
from tests.tool.forges.served import HOSTED, served

LABEL = "modelyard"


class World:
    """A forge with three repositories, seen by a client and from behind."""

    def __init__(
        self, kind: ForgeKind, forge: Forge, repos: dict[str, Hosted], prefix: str
    ) -> None:
        self.kind, self.forge, self.repos, self.prefix = kind, forge, repos, prefix

    def repository(self, name: str = "churn") -> Repository:
        return self.forge.repository(f"{self.prefix}{name}")

    def push(self, branch: str = "update", text: str = "2\n", name: str = "churn") -> str:
        return self.repos[name].push(branch, {"a.txt": text})


@pytest.fixture(params=list(ForgeKind))
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    hosted = request.param if request.param in HOSTED else ForgeKind.GITHUB
    with served(tmp_path, hosted) as server:
        repos = {
            "churn": server.add("churn", files={"a.txt": "1\n"}, topics=["ml", "model"]),
            "fraud": server.add("fraud", files={"a.txt": "1\n"}),
            "blank": server.add("blank"),
        }
        options = ClientOptions(timeout=5, page=2)
        if request.param is ForgeKind.LOCAL:
            forge = open_forge(ForgeKind.LOCAL, str(tmp_path / "team"), env={})
            yield World(request.param, forge, repos, "")
        else:
            owner = server.owner
            forge = open_forge(
                request.param, owner, url=server.url, env=server.env, options=options
            )
            yield World(request.param, forge, repos, f"{owner}/")


def test_repositories_are_all_there_page_by_page(world: World) -> None:
    repositories = {p.name.rpartition("/")[2]: p for p in world.forge.repositories()}
    assert list(repositories) == ["blank", "churn", "fraud"]
    assert repositories["churn"].branch == "main"
    assert repositories["churn"].head in ("", world.repos["churn"].tip("main"))
    assert (repositories["blank"].branch, repositories["blank"].problem) == ("", "empty")
    assert repositories["churn"].problem == "" and not repositories["churn"].fork
    assert world.repository() == replace(repositories["churn"], head=world.repository().head)


def test_a_request_lives_and_is_merged(world: World) -> None:
    repository, head = world.repository(), world.push()
    body = 'What changes\n\n<!-- {"to": "v2", "who": "é"} -->'
    made = world.forge.open(repository, "update", "Take v2", body, draft=False, label=LABEL)
    assert (made.state, made.draft, made.branch, made.head) == ("open", False, "update", head)
    assert (made.title, made.body) == ("Take v2", body)
    assert made.opened.tzinfo and made.ended is None and made.url
    assert list(world.forge.pull_requests(repository, LABEL)) == [made]
    assert list(world.forge.pull_requests(repository, "another")) == []
    merge(world, made.number)
    (seen,) = world.forge.pull_requests(repository, LABEL)
    assert seen.state == "merged" and seen.ended and seen.ended >= made.opened
    assert world.repository().head in ("", world.repos["churn"].tip("main"))


def merge(world: World, number: int) -> None:
    repo = world.repos["churn"]
    if not repo.pulls:
        number = repo.open("update", "Take v2", "", False).number
    repo.merge(number)


def test_an_open_request_is_returned_and_not_opened_again(world: World) -> None:
    repository = world.repository()
    world.push()
    first = world.forge.open(repository, "update", "Take v2", "b", draft=True, label=LABEL)
    head = world.push(text="3\n")
    again = world.forge.open(repository, "update", "Other", "c", draft=False, label=LABEL)
    assert again == replace(first, head=head)
    assert len(world.forge.pull_requests(repository, LABEL)) == 1


def test_words_and_drafts_change_there_and_back(world: World) -> None:
    repository = world.repository()
    world.push()
    made = world.forge.open(repository, "update", "Take v2", "b", draft=True, label=LABEL)
    assert made.draft
    for title, body, draft in (("A", "x", False), ("B", "y", True), ("B", "z", True)):
        made = world.forge.edit(repository, made, title=title, body=body, draft=draft)
        assert (made.title, made.body, made.draft) == (title, body, draft)
        assert list(world.forge.pull_requests(repository, LABEL)) == [made]


def test_a_closed_request_stays_closed_and_a_new_one_may_follow(world: World) -> None:
    repository = world.repository()
    world.push()
    made = world.forge.open(repository, "update", "Take v2", "b", draft=False, label=LABEL)
    world.forge.close(repository, made, "v3 is out")
    world.forge.close(repository, made, "v3 is out")
    (closed,) = world.forge.pull_requests(repository, LABEL)
    assert closed.state == "closed" and closed.ended
    assert comments(world) == ["v3 is out"]
    second = world.forge.open(repository, "update", "Take v3", "b", draft=False, label=LABEL)
    assert [r.number for r in world.forge.pull_requests(repository, LABEL)] == [
        second.number,
        made.number,
    ]


def comments(world: World) -> list[str]:
    repo = world.repos["churn"]
    if repo.pulls:
        return repo.pulls[0].comments
    lines = (repo.folder / "modelyard-requests.json").read_text("utf-8").splitlines()
    return list(json.loads(lines[0])["comments"])


def test_many_requests_come_newest_first(world: World) -> None:
    repository = world.repository()
    for n in range(5):
        world.push(f"update-{n}", f"{n} more\n")
        world.forge.open(repository, f"update-{n}", f"Take v{n}", "", draft=False, label=LABEL)
    assert [r.title for r in world.forge.pull_requests(repository, LABEL)] == [
        f"Take v{n}" for n in (4, 3, 2, 1, 0)
    ]


def test_what_cannot_be_requested_is_said(world: World) -> None:
    repository = world.repository()
    with pytest.raises(Unreachable, match="churn"):
        world.forge.open(repository, "nowhere", "Take v2", "b", draft=False, label=LABEL)
    world.repos["churn"].push("same", {})
    git_reset(world, "same")
    if world.kind is ForgeKind.GITLAB:
        return  # It opens requests that change nothing.
    with pytest.raises(Unreachable, match="churn"):
        world.forge.open(repository, "same", "Take v2", "b", draft=False, label=LABEL)
    assert list(world.forge.pull_requests(repository, LABEL)) == []


def git_reset(world: World, branch: str) -> None:
    folder = world.repos["churn"].folder
    ours.run(folder, "update-ref", f"refs/heads/{branch}", "refs/heads/main")


def test_git_clones_and_pushes(world: World, tmp_path: Path) -> None:
    remote, clone = world.forge.remote(world.repository()), tmp_path / "clone.git"
    fetch = ("clone", "--quiet", "--bare", "--depth=1", remote.url, str(clone))
    ours.run(None, *fetch, env=remote.env, files=remote.files, reach=remote.reach)
    tree = ours.text(clone, "rev-parse", "HEAD^{tree}")
    who = ("-c", "user.name=Bot", "-c", "user.email=bot@example.com")
    commit = ours.text(clone, *who, "commit-tree", tree, "-p", "HEAD", "-m", "Take v2")
    ours.run(
        clone,
        "push",
        "--quiet",
        "origin",
        f"{commit}:refs/heads/update",
        env=remote.env,
        files=remote.files,
        reach=remote.reach,
    )
    assert world.repos["churn"].tip("update") == commit


def test_a_repository_that_is_not_there_is_said(world: World) -> None:
    with pytest.raises(Unreachable, match="nothing-here"):
        world.repository("nothing-here")
    repository = replace(world.repository(), name=f"{world.prefix}nothing-here")
    for call in (
        lambda: world.forge.pull_requests(repository, LABEL),
        lambda: world.forge.open(repository, "update", "t", "b", draft=False, label=LABEL),
    ):
        with pytest.raises(ModelyardError, match="nothing-here"):
            call()


def test_a_renamed_default_branch_is_followed(world: World) -> None:
    world.repos["churn"].rename_default("trunk")
    assert world.repository().branch == "trunk"
    world.push()
    made = world.forge.open(world.repository(), "update", "t", "b", draft=False, label=LABEL)
    assert made.state == "open"


def test_checks_of_what_nobody_checked(world: World) -> None:
    world.push()
    made = world.forge.open(world.repository(), "update", "t", "b", draft=False, label=LABEL)
    assert world.forge.checks(world.repository(), made) == "none"
    for branch in ("main", "update", "nowhere"):
        assert world.forge.branch_checks(world.repository(), branch) == "none"


def test_a_request_without_its_label_is_found_by_its_branch(world: World) -> None:
    world.push()
    made = world.forge.open(world.repository(), "update", "t", "b", draft=False, label="other")
    found = world.forge.pull_requests
    assert list(found(world.repository(), LABEL)) == []
    world.forge.close(world.repository(), made, "Not now")
    (closed,) = found(world.repository(), LABEL, "update")
    assert (closed.number, closed.state) == (made.number, "closed")
    assert len(found(world.repository(), "other", "update")) == 1
    assert list(found(world.repository(), LABEL, "elsewhere")) == []


@pytest.mark.parametrize("personal", [False, True])
def test_gitlab_groups_with_their_subgroups_and_users(tmp_path: Path, personal: bool) -> None:
    with served(tmp_path, ForgeKind.GITLAB) as server:
        server.personal = personal
        for name in ("team/churn", "team/risk/fraud", "others/x"):
            server.add(name, files={"a.txt": "1\n"}).push("update", {"a.txt": "2\n"})
        forge = open_forge(ForgeKind.GITLAB, "team", url=server.url, env=server.env)
        deep = [] if personal else ["team/risk/fraud"]
        assert [repository.name for repository in forge.repositories()] == ["team/churn", *deep]
        repository = forge.repository("team/risk/fraud")
        made = forge.open(repository, "update", "Take v2", "b", draft=True, label=LABEL)
        assert server.repo("team/risk/fraud").pulls[0].title == "Draft: Take v2"
        assert list(forge.pull_requests(repository, LABEL)) == [made]


def test_local_folders_hold_clones_too(tmp_path: Path) -> None:
    with served(tmp_path / "from", ForgeKind.GITHUB) as server:
        repo = server.add("churn", files={"a.txt": "1\n"})
        folder = tmp_path / "here"
        git(tmp_path, "clone", "--quiet", str(repo.folder), str(folder / "churn"))
        git(tmp_path, "clone", "--quiet", "--bare", str(repo.folder), str(folder / "churn.git"))
        git(tmp_path, "clone", "--quiet", str(repo.folder), str(folder / "deep" / "risk"))
        (folder / "notes").mkdir()
        git(folder / "churn", "switch", "--quiet", "--create", "mine")
    forge = open_forge(ForgeKind.LOCAL, str(folder), env={})
    assert [(p.name, p.branch, p.problem) for p in forge.repositories()] == [
        ("churn", "main", ""),
        ("churn.git", "main", ""),
        ("deep/risk", "main", ""),
    ]
    repository = forge.repository("churn")
    git(folder / "churn", "commit", "--quiet", "--allow-empty", "--message", "Mine")
    made = forge.open(repository, "mine", "t", "b", draft=False, label=LABEL)
    git(folder / "churn", "branch", "--delete", "--force", "--quiet", "main")
    git(folder / "churn", "branch", "main", "mine")
    assert [r.state for r in forge.pull_requests(repository, LABEL)] == ["merged"]
    for outside in ("../from/team/churn", "", ".", "notes"):
        with pytest.raises(Unreachable):
            forge.repository(outside)
    assert made.url.endswith("/churn#1")


def test_local_requests_survive_what_git_does_to_branches(tmp_path: Path) -> None:
    repo = served_repo(tmp_path)
    forge = open_forge(ForgeKind.LOCAL, str(tmp_path / "team"), env={})
    repository = forge.repository("churn")
    for branch in ("merged", "dropped"):
        repo.push(branch, {"a.txt": f"{branch}\n"})
        forge.open(repository, branch, branch, "", draft=False, label=LABEL)
    ours.run(repo.folder, "update-ref", "refs/heads/main", repo.tip("merged"))
    for branch in ("merged", "dropped"):
        ours.run(repo.folder, "update-ref", "-d", f"refs/heads/{branch}")
    states = {r.branch: r.state for r in forge.pull_requests(repository, LABEL)}
    assert states == {"merged": "merged", "dropped": "closed"}


def test_a_damaged_store_of_requests_is_said(tmp_path: Path) -> None:
    repo = served_repo(tmp_path)
    forge = open_forge(ForgeKind.LOCAL, str(tmp_path / "team"), env={})
    for text in ("{", "[]\n", '{"number": 1}\n'):
        (repo.folder / "modelyard-requests.json").write_text(text)
        with pytest.raises(Unreachable, match="is damaged"):
            forge.pull_requests(forge.repository("churn"), LABEL)


def served_repo(folder: Path) -> Hosted:
    with served(folder, ForgeKind.GITHUB) as server:
        return server.add("churn", files={"a.txt": "1\n"})


@pytest.mark.parametrize("kind", HOSTED)
def test_a_forge_in_a_process_of_its_own(tmp_path: Path, kind: ForgeKind) -> None:
    with served(tmp_path, kind) as server:
        repo = server.add("churn", files={"a.txt": "1\n"})
        repo.push("update", {"a.txt": "2\n"})
    command = [sys.executable, "-m", "tests.tool.forges.served", str(tmp_path), kind]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=Path(__file__).parents[3], **pipes) as process:  # type: ignore[call-overload]
        printed = json.loads(process.stdout.readline())
        forge = open_forge(kind, printed["owner"], url=printed["url"], env=printed["env"])
        repository = forge.repository("team/churn")
        made = forge.open(repository, "update", "Take v2", "b", draft=False, label=LABEL)
        (token, *_) = printed["env"].values()
        login = {"Authorization": f"Bearer {token}"}
        if kind is ForgeKind.GITHUB:
            api, asked = "api/v3/repos/team/churn", f"pulls/{made.number}/merge"
            state = {"state": "success"}
        else:
            api, asked = "api/v4/projects/team%2Fchurn", f"merge_requests/{made.number}/merge"
            state = {"state": "failed"}
        with requests.Session() as session:
            session.trust_env = False
            base = f"{printed['url']}/{api}"
            session.post(f"{base}/statuses/{made.head}", json=state, headers=login)
            assert session.put(f"{base}/{asked}", headers=login).status_code == 200
            assert session.put(f"{base}/{asked}", headers=login).status_code == 405
        assert forge.checks(repository, made) == state["state"].replace("failed", "failure")
        assert [one.state for one in forge.pull_requests(repository, LABEL)] == ["merged"]
        process.communicate()
    assert process.returncode == 0


def test_the_button_is_grey_for_drafts_and_conflicts(tmp_path: Path) -> None:
    with served(tmp_path, ForgeKind.GITHUB) as server:
        repo = server.add("churn", files={"a.txt": "1\n"})
        repo.push("update", {"a.txt": "2\n"})
        draft = repo.open("update", "t", "b", True)
        with pytest.raises(ValueError, match="cannot be merged"):
            server.merge("churn", draft.number)
        draft.draft = False
        server.push("churn", "main", {"a.txt": "3\n"})
        with pytest.raises(ValueError, match="in conflict"):
            server.merge("churn", draft.number)
        assert draft.state == "open"


def test_two_rollouts_at_once_in_a_folder_open_nothing_twice(tmp_path: Path) -> None:
    repo = served_repo(tmp_path)
    branches = [f"update-{n}" for n in range(6)]
    for branch in branches:
        repo.push(branch, {"a.txt": f"{branch}\n"})
    forge = open_forge(ForgeKind.LOCAL, str(tmp_path / "team"), env={})
    repository = forge.repository("churn")

    start = threading.Barrier(2 * len(branches))

    def work(branch: str) -> None:
        start.wait()
        forge.open(repository, branch, branch, "", draft=False, label=LABEL)

    threads = [threading.Thread(target=work, args=(branch,)) for branch in branches * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = forge.pull_requests(repository, LABEL)
    assert [r.number for r in found] == [6, 5, 4, 3, 2, 1]
    assert {r.branch for r in found} == set(branches)
