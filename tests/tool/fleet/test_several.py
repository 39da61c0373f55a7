"""A repo with several branches, projects or templates: each of the fleet's is a member."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.fleet import branches, expand
from modelyard.fleet.context import open_fleet
from modelyard.fleet.marks import Doubt
from modelyard.fleet.rollout import rollout
from tests.repos import git
from tests.tool.fleet.test_rollout import BRANCH
from tests.tool.fleet.worlds import Yard, labels, make, observed, silent
from tests.tool.update.layered import FIRST, SECOND, further
from tests.tool.worlds import World, commit, lines, write

FOREIGN = "_src_path: https://127.0.0.1:9/other.git\n_commit: v7\n"
NAMED = '[repos.answers_files]\nr0 = "services/api/.copier-answers.yml"\n'


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    """A fleet of two."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return make(tmp_path, count=2)


def push(yard: Yard, files: dict[str, str | None]) -> None:
    """Write files of r0, or delete them, and push that."""
    work = yard.work("r0")
    write(work, files)
    commit(work, "Change")
    git(work, "push", "--quiet", "origin", "main:main")


def in_folders(yard: Yard, *folders: str) -> None:
    """Make r0 a repo of projects in folders."""
    work = yard.work("r0")
    git(work, "rm", "-r", "--quiet", ".")
    write(work, {"README.md": "Services\n"})
    commit(work)
    for folder in folders:
        further(work, World(yard.world.folder), FIRST, "v1.0.0", folder)
    git(work, "push", "--quiet", "origin", "main:main")


def add(yard: Yard, text: str) -> None:
    """Add a setting to fleet.toml."""
    settings = yard.file.read_text()
    yard.file.write_text(settings.replace("[[waves]]", f"{text}[[waves]]", 1))


def test_the_fleets_template_is_found_beside_another_one(yard: Yard) -> None:
    ours = yard.show("r0", "main", FIRST)
    push(yard, {FIRST: FOREIGN, SECOND: ours})
    (found, *_) = observed(yard.options())
    assert (found.state, found.version) == ("clean", "v1.0.0")
    assert found.update and set(found.update.changes) == {"a.txt", SECOND}


def test_projects_in_folders_are_members_each_with_one_request_each(yard: Yard) -> None:
    in_folders(yard, "services/api", "services/shop")
    done = rollout(yard.options(), silent)
    assert labels(done) == dict.fromkeys(("r0:services/api", "r0:services/shop", "r1"), "opened")
    asked = {one.branch: (one.title, one.body) for one in yard.pull_requests("r0")}
    assert set(asked) == {f"{BRANCH}=services,api", f"{BRANCH}=services,shop"}
    title, body = asked[f"{BRANCH}=services,api"]
    assert title == "Update to v1.1.0 (:services/api)"
    assert "services/api/a.txt" in body and "`services/shop/" not in body
    assert labels(rollout(yard.options(), silent)) == dict.fromkeys(labels(done), "waits")


def test_each_project_of_a_repo_is_declined_and_superseded_on_its_own(yard: Yard) -> None:
    in_folders(yard, "services/api", "services/shop")
    rollout(yard.options(), silent)
    with open_fleet(yard.file) as context:
        shop, _ = yard.pull_requests("r0")
        context.forge.close(yard.repository("r0"), shop, "not now")
    done = labels(rollout(yard.options(), silent))
    assert (done["r0:services/api"], done["r0:services/shop"]) == ("waits", "declined")
    yard.world.release("v1.2.0", {"a.txt": lines(20, l3="3", l9="NINE")})
    done = labels(rollout(yard.options(), silent))
    assert (done["r0:services/api"], done["r0:services/shop"]) == ("opened", "opened")
    states = {one.branch: one.state for one in yard.pull_requests("r0")}
    assert states[f"{BRANCH}=services,api"] == "closed"


def test_further_branches_are_members(yard: Yard) -> None:
    work = yard.work("r0")
    git(work, "push", "--quiet", "origin", "main:release/1.x", "main:other")
    yard.push("r0", own_txt="newer\n")
    text = re.sub(r"\[repos\]\n", "", yard.file.read_text())
    first = '[repos]\nbranches = ["release/*"]\n'
    text = re.sub(r"^(?=exclude)", first, text, flags=re.M)
    yard.file.write_text(
        text if first in text else text.replace("[[waves]]", f"{first}[[waves]]", 1)
    )
    done = labels(rollout(yard.options(), silent))
    assert done == dict.fromkeys(("r0", "r0@release/1.x", "r1"), "opened")
    one, _ = yard.pull_requests("r0")
    assert (one.branch, one.target) == (f"{BRANCH}@release,1.x", "release/1.x")
    base = git(yard.bare("r0"), "merge-base", one.branch, "main")
    assert base == git(yard.bare("r0"), "rev-parse", "release/1.x")
    assert labels(rollout(yard.options(), silent)) == dict.fromkeys(done, "waits")
    git(yard.bare("r0"), "update-ref", "refs/heads/release/1.x", one.branch)
    again = labels(rollout(yard.options(), silent))
    assert (again["r0"], again["r0@release/1.x"]) == ("waits", "current")


def test_a_request_of_a_project_that_is_gone_is_told(yard: Yard) -> None:
    in_folders(yard, "services/api", "services/shop")
    rollout(yard.options(), silent)
    work = yard.work("r0")
    git(work, "rm", "-r", "--quiet", "services/shop")
    commit(work, "Leave")
    git(work, "push", "--quiet", "origin", "main:main")
    api, *_ = rollout(yard.options(), silent)
    assert (api.name, api.label) == ("r0:services/api", "updated")
    assert [one.doubt for one in api.doubted] == [Doubt.NO_MEMBER]


_TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(_TEXT, _TEXT)
def test_a_branch_says_exactly_what_it_is_of(target: str, project: str) -> None:
    suffix = branches.suffix(target, project)
    named = branches.parse("modelyard/", f"modelyard/v1/2{suffix}")
    assert named and (named.version, named.suffix) == ("v1/2", suffix)
    of_project = f"={branches.encoded(project)}" if project else ""
    assert (named.target, named.project) == (branches.into(target), of_project)


@given(st.lists(st.text("a/.,%@=!lock", max_size=70), unique=True, max_size=20))
def test_no_two_have_one_branch_and_git_takes_each(texts: list[str]) -> None:
    made = [branches.encoded(one) for one in texts]
    assert len(set(made)) == len(texts)
    for one in made:
        assert not re.search(r"[^A-Za-z0-9_.,%!-]|\.\.|\.$|\.lock$", one) and len(one) < 70


def test_a_member_names_its_project(yard: Yard) -> None:
    in_folders(yard, "services/api", "services/shop")
    add(yard, NAMED)
    (found, *_) = observed(yard.options())
    assert found.state == "clean" and "services/shop/.copier-answers.yml" in found.detail
    rollout(yard.options(limit=1), silent)
    (request,) = yard.pull_requests("r0")
    assert "services/api/a.txt" in request.body
    changed = git(yard.bare("r0"), "diff", "--name-only", "main", request.branch).split()
    assert changed == ["services/api/.copier-answers.yml", "services/api/a.txt"]


def test_a_project_that_is_named_and_not_there_is_refused(yard: Yard) -> None:
    add(yard, NAMED)
    (found, other, *_) = observed(yard.options())
    assert found.state == "refused" and "has no answers file services/api/" in found.detail
    assert other.state == "clean"


def test_a_project_in_a_folder_is_a_member_beside_the_one_at_the_top(yard: Yard) -> None:
    work = yard.work("r0")
    further(work, yard.world, FIRST, "v1.0.0", "services/api")
    git(work, "push", "--quiet", "origin", "main:main")
    found = {one.name: one.state for one in observed(yard.options())}
    assert found == dict.fromkeys(("r0", "r0:services/api", "r1"), "clean")


def test_one_project_of_a_repo_can_be_exempt(yard: Yard) -> None:
    in_folders(yard, "services/api", "services/shop", "r0")
    rules = (
        f'[[exempt]]\nrepo = "{name}"\nreason = "frozen"\nuntil = 2999-01-01\n'
        for name in ("r0:services/api", "r0:r0")
    )
    with yard.file.open("a") as settings:
        settings.write("".join(rules))
    found = {one.name: one.state for one in observed(yard.options())}
    assert found == {
        "r0:r0": "exempt",
        "r0:services/api": "exempt",
        "r0:services/shop": "clean",
        "r1": "clean",
    }


@pytest.mark.parametrize("folder", ["services/api/", ""])
def test_who_leaves_renames_nobody(yard: Yard, folder: str) -> None:
    """Of two projects in one folder the first one goes: the other one's request is its own."""
    if folder:
        in_folders(yard, "services/api")
    push(yard, {f"{folder}{SECOND}": yard.show("r0", "main", f"{folder}{FIRST}")})
    other = f"r0:{folder}{SECOND}"
    assert labels(rollout(yard.options(limit=1), silent))[other] == "opened"
    push(yard, {f"{folder}{FIRST}": None})
    for label in ("updated", "waits"):
        first, *more = rollout(yard.options(limit=1), silent)
        assert (first.name, first.label, more) == (other, label, [])
    assert len(yard.pull_requests("r0")) == 2


def test_a_name_is_made_of_its_path_alone() -> None:
    paths = [FIRST, SECOND, f"a/{FIRST}", f"a/{SECOND}", "b/.config/copier-answers.yml"]
    assert expand.names(paths) == ["", SECOND, "a", f"a/{SECOND}", paths[-1]]
    assert [expand.names([one])[0] for one in paths] == expand.names(paths)


def test_two_answers_files_at_the_top_are_members_each(yard: Yard) -> None:
    push(yard, {"two-answers.yml": yard.show("r0", "main", FIRST)})
    found = {one.name: one.state for one in observed(yard.options())}
    assert found == dict.fromkeys(("r0", "r0:two-answers.yml", "r1"), "clean")
