"""The command as people type it: what it prints, its exit codes, its JSON."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from modelyard.cli import console
from modelyard.ledger.loss import Loss, LossFound, LossKind
from tests.repos import git
from tests.tool import forked
from tests.tool.schemas import valid
from tests.tool.worlds import CONFIG, World, commit, lines, state, write


def modelyard(
    *words: str | Path, code: int = 0, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    done = forked.modelyard(*words, cwd=cwd)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.release("v1.0.0", {"a.txt": lines(20), "b.txt": "b\n"})
    made.release("v1.1.0", {"a.txt": lines(20, l3="THREE"), "b.txt": None, "c.txt": "c\n"})
    return made


def test_the_first_update(world: World) -> None:
    repo = world.folder / "mine"
    new = modelyard("new", repo, "--template", world.template, "--version", "v1.0.0", "--defaults")
    assert "the first commit" in new.stdout
    assert git(repo, "log", "--format=%s") == "Start from the template\n"
    behind = modelyard("check", repo, code=4)
    assert "on v1.0.0; v1.1.0 changes 3 files here" in behind.stdout
    dry = modelyard("update", repo, "--dry-run")
    assert re.search(r"^M\s+a\.txt", dry.stdout, re.M)
    assert "nothing was written" in dry.stdout
    done = modelyard("update", cwd=repo)
    assert "v1.0.0 → v1.1.0" in done.stdout
    assert "git reset --hard" in done.stdout
    commit(repo)
    assert "on v1.1.0, the newest" in modelyard("check", cwd=repo).stdout
    assert "nothing to change" in modelyard("update", cwd=repo).stdout


def test_a_conflict_is_exit_code_3(world: World) -> None:
    repo = world.repo("v1.0.0")
    write(repo, {"a.txt": lines(20, l3="mine")})
    commit(repo)
    before = state(repo)
    told = modelyard("update", repo, "--dry-run", code=3)
    assert re.search(r"^C\s+a\.txt\s+you and the template", told.stdout, re.M), told.stdout
    modelyard("update", repo, "--branch", "up", code=3)
    assert state(repo) == before
    found = valid("update", modelyard("update", repo, "--json", code=3).stdout)
    assert found["status"] == "conflict"
    (conflict,) = found["conflicts"]
    assert (conflict["path"], conflict["reason"]) == ("a.txt", "content")
    assert conflict["text"] == "you and the template changed the same lines"


def test_errors_are_for_people_and_for_scripts(world: World) -> None:
    repo = world.repo("v1.0.0")
    write(repo, {"dirty.txt": "x\n"})
    told = modelyard("update", repo, code=5)
    assert "✗" in told.stderr and "hint: git stash" in told.stderr
    found = valid("error", modelyard("update", repo, "--json", code=5).stdout)
    assert (found["exit_code"], found["hint"][:9]) == (5, "git stash")
    assert "is not K=V" in modelyard("update", repo, "--data", "name", code=2).stderr
    modelyard("update", "--nonsense", code=2)
    modelyard("update", repo, "--to", "v9", "--dry-run", code=6)
    modelyard("update", repo, "--data", "nobody=1", "--dry-run", code=10)


def test_a_commit_by_nobody_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = world.repo("v1.0.0")
    (world.folder / "gitconfig").write_text("[user]\n\tuseConfigOnly = true\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(world.folder / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for role in ("AUTHOR", "COMMITTER"):
        for field in ("NAME", "EMAIL"):
            monkeypatch.delenv(f"GIT_{role}_{field}", raising=False)
    for name in ("user.name", "user.email"):
        subprocess.run(["git", "config", "--unset", name], cwd=repo)
    before = state(repo)
    for known in ((), ("COMMITTER",), ("AUTHOR",)):
        for role in known:
            monkeypatch.setenv(f"GIT_{role}_NAME", "me")
            monkeypatch.setenv(f"GIT_{role}_EMAIL", "me@localhost")
        told = modelyard("update", repo, "--branch", "up", code=5)
        for role in known:
            monkeypatch.delenv(f"GIT_{role}_NAME")
            monkeypatch.delenv(f"GIT_{role}_EMAIL")
    assert "git does not know who you are" in told.stderr
    assert "hint: git config --global user.email" in told.stderr
    assert state(repo) == before


def test_json_of_each_command(world: World) -> None:
    repo = world.folder / "mine"
    options = ("--template", str(world.template), "--version", "v1.0.0", "--defaults", "--json")
    made = valid("new", modelyard("new", repo, *options).stdout)
    assert made["version"] == "v1.0.0"
    found = valid("check", modelyard("check", repo, "--json", code=4).stdout)
    assert (found["behind"], found["ok"], found["newest"]) == (True, False, "v1.1.0")
    done = valid("update", modelyard("update", repo, "--branch", "up", "--json").stdout)
    assert done["commit"] == git(repo, "rev-parse", "up").strip()
    plain = world.folder / "plain"
    git(plain, "init", "--quiet")
    write(plain, {"src/mine/__init__.py": "", "a.txt": "mine\n"})
    commit(plain)
    asked = ("--template", str(world.template), "--dry-run", "--json")
    adopted = valid("adopt", modelyard("adopt", plain, *asked).stdout)
    assert adopted["plan"]["differs"] == ["a.txt"]


def test_what_would_be_lost_is_named_for_scripts_too(capsys: pytest.CaptureFixture[str]) -> None:
    loss = Loss(LossKind.USER_LINES_MISSING, "'mine'", ("mine",), "a.txt")
    assert console.failed(LossFound([loss]), asked_json=True) == 12
    said = capsys.readouterr()
    (found,) = valid("error", said.out)["losses"]
    assert (found["kind"], found["owner"], found["lines"]) == (
        "user_lines_missing",
        "user",
        ["mine"],
    )
    assert "a.txt: your lines are missing: 'mine'" in said.err


def test_every_command_explains_itself() -> None:
    listed = modelyard("--help").stdout
    for command in ("new", "update", "check", "adopt"):
        assert command in listed
        assert "Exit codes: 0 done" in " ".join(modelyard(command, "--help").stdout.split())
    assert re.fullmatch(r"modelyard \d+\.\d+\.\d+\n", modelyard("--version").stdout)


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, modelyard.cli.main, modelyard.cli.commands; "
        "heavy = {'copier', 'tomlkit', 'jinja2', 'rich.console'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_new_leaves_nothing_behind_when_it_fails(world: World, tmp_path: Path) -> None:
    dest = tmp_path / "mine"
    template = ("--template", str(world.template), "--defaults")
    modelyard("new", dest, *template, "--version", "v9", code=6)
    modelyard("new", dest, *template, "--data", "nobody=1", code=2)
    assert not dest.exists()
    write(dest, {"there.txt": "x\n"})
    assert "not empty" in modelyard("new", dest, *template, code=5).stderr
    world.release("v2.0.0", {}, CONFIG + "_tasks: ['touch owned']\n")
    modelyard("new", tmp_path / "other", *template, code=9)
    assert not (tmp_path / "other").exists()


def test_new_says_what_the_template_says(world: World, tmp_path: Path) -> None:
    world.release("v2.0.0", {}, CONFIG + "_message_after_copy: 'hello {{ name }}, run make'\n")
    template = ("--template", str(world.template), "--defaults", "--data", "name=Ada")
    assert "hello Ada, run make" in modelyard("new", tmp_path / "mine", *template).stdout


def test_a_folder_inside_of_a_project_is_told_where_the_project_is(world: World) -> None:
    repo = world.repo("v1.0.0")
    write(repo, {"src/deep/a.py": "a = 1\n"})
    commit(repo)
    said = modelyard("update", repo / "src" / "deep", code=5).stderr
    assert f"cd {repo}" in said and "adopt" not in said
