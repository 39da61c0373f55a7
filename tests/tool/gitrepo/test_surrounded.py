"""A git around us, as in a hook, says nothing about the repository that we work on."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from plumbum.machines import local

from modelyard.adopt.one_repo import adopt
from modelyard.check.check import check
from modelyard.new import new
from modelyard.update import update
from modelyard.update.options import UpdateOptions
from tests.repos import git
from tests.tool.hostile import surroundings
from tests.tool.worlds import World, commit, lines, state, write

SOURCES = Path(__file__).parents[3] / "src" / "modelyard"
TOOL = Path(sys.executable).with_name("modelyard")


@pytest.fixture
def repo(world: World) -> Path:
    """Return a repo with an edit."""
    made = world.repo()
    write(made, {"a.txt": lines(20, l18="MINE")})
    commit(made)
    return made


@pytest.fixture
def other(world: World) -> Path:
    """Return another repo of the same template, which nothing may touch."""
    return world.repo(name="other")


def about(other: Path, folder: Path) -> dict[str, str]:
    """Return what a git that works on another repository may have set."""
    (folder / "programs").mkdir()
    return {
        "GIT_DIR": str(other / ".git"),
        "GIT_WORK_TREE": str(other),
        "GIT_INDEX_FILE": str(other / ".git" / "index"),
        "GIT_OBJECT_DIRECTORY": str(other / ".git" / "objects"),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(folder),
        "GIT_COMMON_DIR": str(other / ".git"),
        "GIT_NAMESPACE": "elsewhere",
        "GIT_PREFIX": "sub/",
        "GIT_CONFIG": str(other / ".git" / "config"),
        "GIT_CONFIG_PARAMETERS": "'core.worktree=/' 'core.bare=true' 'merge.default=union'",
        "GIT_ATTR_SOURCE": "HEAD",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_GLOB_PATHSPECS": "1",
        "GIT_NOGLOB_PATHSPECS": "1",
        "GIT_ICASE_PATHSPECS": "1",
        "GIT_QUARANTINE_PATH": str(folder),
        "GIT_SHALLOW_FILE": str(folder / "none"),
        "GIT_GRAFT_FILE": str(folder / "none"),
        "GIT_REPLACE_REF_BASE": "refs/other/",
        "GIT_TEMPLATE_DIR": str(folder / "none"),
        "GIT_DEFAULT_HASH": "sha256",
        "GIT_INTERNAL_SUPER_PREFIX": "x/",
        "GIT_IMPLICIT_WORK_TREE": "0",
        "GIT_REFLOG_ACTION": "rebase",
        "GIT_EXTERNAL_DIFF": "false",
        "GIT_DIFF_OPTS": "-u0",
        "GIT_MERGE_VERBOSITY": "5",
        "GIT_REDIRECT_STDERR": str(folder / "said"),
        "GIT_REF_PARANOIA": "1",
        "GIT_FLUSH": "1",
        "GIT_EDITOR": "false",
        "GIT_SEQUENCE_EDITOR": "false",
        "GIT_TRACE": str(folder / "trace"),
        "GIT_TRACE2_EVENT": str(folder / "trace"),
    }


NAMES = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"),
    *("GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_CONFIG_PARAMETERS"),
    *("GIT_DEFAULT_HASH", "GIT_LITERAL_PATHSPECS", "GIT_ICASE_PATHSPECS", "GIT_QUARANTINE_PATH"),
    "all",
)


@pytest.mark.parametrize("name", NAMES)
def test_no_variable_of_a_surrounding_git_leads_a_verb_elsewhere(
    name: str,
    world: World,
    repo: Path,
    other: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, index = state(other), (other / ".git" / "index").read_bytes()
    mine = tmp_path / "mine"
    write(mine, {"mine.txt": "mine\n"})
    git(mine, "init", "--quiet", "--initial-branch", "main")
    commit(mine)
    all_of_them = about(other, tmp_path)
    chosen = all_of_them if name == "all" else {name: all_of_them[name]}
    settings = tmp_path / "gitconfig"
    settings.write_text("[user]\n\tname = Test\n\temail = test@example.com\n")
    with surroundings(monkeypatch, GIT_CONFIG_GLOBAL=str(settings), **chosen):
        assert check(repo).behind
        assert update(repo, branch="new").commit
        assert update(repo).status == "clean"
        assert adopt(mine, str(world.template)).commit
        new(tmp_path / "made", str(world.template), defaults=True)
    assert (repo / "a.txt").read_text() == lines(20, l3="THREE", l18="MINE")
    assert git(repo, "diff", "--cached", "--name-only").split() != []
    assert git(tmp_path / "made", "rev-list", "--count", "HEAD") == "1\n"
    assert git(tmp_path / "made", "rev-parse", "--show-object-format") == "sha1\n"
    assert state(other) == before and (other / ".git" / "index").read_bytes() == index
    assert not (tmp_path / "trace").exists()


TASKS = '_subdirectory: template\n_tasks: ["echo ran > ran.txt"]\nname: {default: World}\n'


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_INDEX_FILE", "GIT_CONFIG_PARAMETERS", "all"])
def test_nor_does_one_lead_copier_elsewhere_where_it_is_trusted(
    name: str, other: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted = World(tmp_path / "trusted")
    trusted.release("v1", {"a.txt": lines(20)}, TASKS)
    trusted.release("v2", {"a.txt": lines(20, l3="THREE")}, TASKS)
    before, index = state(other), (other / ".git" / "index").read_bytes()
    variables = about(other, tmp_path)
    settings = tmp_path / "gitconfig"
    settings.write_text("[user]\n\tname = Test\n\temail = test@example.com\n")
    chosen = variables if name == "all" else {name: variables[name]}
    with surroundings(monkeypatch, GIT_CONFIG_GLOBAL=str(settings)):
        # As a process does that is started in a hook: Copier's library has copied them.
        local.env.update(chosen)
        with surroundings(monkeypatch, **chosen):
            made = tmp_path / "made"
            new(made, str(trusted.template), "v1", defaults=True, trust=True)
            assert update(made, options=UpdateOptions(trust=True)).status == "clean"
    assert "THREE" in (made / "a.txt").read_text() and (made / "ran.txt").exists()
    assert state(other) == before and (other / ".git" / "index").read_bytes() == index


def hook(git_dir: Path, name: str, *commands: str) -> None:
    """Put a hook into a repository, which notes what it was told and by which variables."""
    place = git_dir / "hooks" / name
    place.parent.mkdir(exist_ok=True)
    said = git_dir.parent / "said"
    place.write_text(
        "#!/bin/sh\ncat >/dev/null\n"
        + "".join(f"{one} >>{said} 2>&1; echo exit $? >>{said}\n" for one in commands)
    )
    place.chmod(0o755)


def said_by(git_dir: Path) -> str:
    """Return what the commands of a hook have said."""
    return (git_dir.parent / "said").read_text()


def test_a_hook_of_one_repo_updates_itself_and_another(repo: Path, other: Path) -> None:
    git(repo, "worktree", "add", "--quiet", str(repo.parent / "linked"))
    hook(repo / ".git", "post-commit", f"{TOOL} update {other}", f"{TOOL} update .")
    linked = repo.parent / "linked"
    git(linked, "commit", "--quiet", "--allow-empty", "--message", "From a hook")
    said = said_by(repo / ".git")
    assert said.count("exit 0") == 2, said
    for place in (other, linked):
        assert "old.txt -> new.txt" in git(place, "status", "--porcelain")
        assert "THREE" in (place / "a.txt").read_text()
    assert git(repo, "status", "--porcelain") == "?? said\n"


def test_a_commit_of_some_paths_has_another_index_and_a_check_in_it_works(repo: Path) -> None:
    hook(repo / ".git", "pre-commit", f"{TOOL} check .", f"{TOOL} update --dry-run .")
    write(repo, {"b.txt": "other\n"})
    git(repo, "add", "b.txt")
    git(repo, "commit", "--quiet", "--message", "Some", "b.txt")
    assert "exit 4" in said_by(repo / ".git") and "exit 0" in said_by(repo / ".git")
    assert git(repo, "diff", "--cached", "--name-only") == ""


def test_a_rebase_that_runs_an_update_finds_its_changes(repo: Path) -> None:
    commit(repo, "Empty")
    run = f"{TOOL} update . && git commit --quiet --all --message Updated"
    env = {name: "T" for name in ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME")}
    mails = {name: "t@example.com" for name in ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL")}
    command = ["git", "-C", str(repo), "rebase", "--quiet", "--exec", run, "HEAD~1"]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **env, **mails})
    assert git(repo, "log", "-1", "--format=%s") == "Updated\n"
    assert (repo / "a.txt").read_text() == lines(20, l3="THREE", l18="MINE")


@pytest.mark.parametrize("name", ["pre-receive", "post-receive"])
def test_a_bare_repository_that_receives_a_push_updates_itself(name: str, repo: Path) -> None:
    server = repo.parent / "server" / "repo.git"
    git(repo, "clone", "--quiet", "--bare", str(repo), str(server))
    who = "GIT_COMMITTER_NAME=T GIT_COMMITTER_EMAIL=t@example.com"
    who += " GIT_AUTHOR_NAME=T GIT_AUTHOR_EMAIL=t@example.com"
    branch = f"{who} {TOOL} update --branch standard ."
    hook(server, name, f"{TOOL} check .", branch if name == "post-receive" else "true")
    git(repo, "commit", "--quiet", "--allow-empty", "--message", "Pushed")
    git(repo, "push", "--quiet", str(server), "HEAD")
    assert "exit 4" in said_by(server) and "exit 0" in said_by(server), said_by(server)
    if name == "post-receive":
        assert "THREE" in git(server, "show", "standard:a.txt")


def test_no_part_of_the_tool_starts_git_but_through_the_one_that_makes_its_environment() -> None:
    starts = {
        *("gitrepo/git.py", "gitrepo/blobs.py", "update/work_tree.py"),
        # These start other programs, in environments of their own.
        *("fleet/verify.py", "fleet/sandbox.py", "lockfiles/relock.py", "replay/by_copier.py"),
        "update/formatted/workspace.py",
    }
    found = set()
    for place in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(place.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            module = node.module if isinstance(node, ast.ImportFrom) else None
            imported = {name.split(".")[0] for name in (*names, module or "")}
            if imported & {"subprocess", "plumbum", "pty", "asyncio", "sh"}:
                found.add(place.relative_to(SOURCES).as_posix())
            if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
                continue
            if node.value.id == "os":
                starting = ("system", "popen", "exec", "spawn", "posix_spawn", "fork")
                # This one starts modelyard itself anew.
                is_known = place.name == "token_store.py" and node.attr == "execve"
                assert is_known or not node.attr.startswith(starting), f"{place}: os.{node.attr}"
    assert found == starts
    for name in ("gitrepo/blobs.py", "update/work_tree.py"):
        assert "git.call_environment(" in (SOURCES / name).read_text()
