"""What only looks starts git and uv, and asks the forge, the template's host and the index alone.

The template, the repo and their git repositories name programs in every place that git, Copier,
uv or a shell might run; all processes and sockets are watched.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from modelyard.forges.forge import ForgeKind
from tests.repos import git
from tests.tool.fleet import hosted_fleet
from tests.tool.forges.served import Served, served
from tests.tool.watched import Watched, modelyard
from tests.tool.worlds import World, commit, lines, write

pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")

HOOKS = ("pre-commit", "post-checkout", "post-index-change", "reference-transaction", "pre-push")
CONFIG = """
[core]
	fsmonitor = {canary}
	sshCommand = {canary}
	pager = {canary}
	editor = {canary}
	hooksPath = {hooks}
[diff]
	external = {canary}
[filter "canary"]
	clean = {canary}
	smudge = {canary}
	process = {canary}
	required = true
[credential]
	helper = !{canary}
[gpg]
	program = {canary}
[commit]
	gpgSign = true
[merge "canary"]
	driver = {canary}
[uploadpack]
	packObjectsHook = {canary}
[remote "origin"]
	url = ext::{canary}
	uploadpack = {canary}
	receivepack = {canary}
[url "ext::{canary} "]
	insteadOf = https://nowhere.invalid/
"""
FILES = {
    "a.txt": lines(20),
    "Makefile": "all:\n\ttouch made\n",
    "conftest.py": "raise SystemExit('ran')\n",
    "setup.py": "raise SystemExit('ran')\n",
    ".gitattributes": "*.txt filter=canary diff=canary merge=canary\n",
    ".pre-commit-config.yaml": "repos: []\n",
    "requirements.lock": "numpy==2.0.0\n",
    "pyproject.toml": '[project]\nname = "x"\nversion = "1"\n[build-system]\nrequires = []\n'
    'build-backend = "evil"\nbackend-path = ["."]\n',
}


def booby_trap(repository: Path, canary: Path) -> None:
    """Have a git repository name a program wherever one can be named."""
    folder = repository / ".git" if (repository / ".git").is_dir() else repository
    for name in HOOKS:
        hook = folder / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        shutil.copy(canary, hook)
    with (folder / "config").open("a") as config:
        config.write(CONFIG.format(canary=canary, hooks=folder / "hooks"))


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    made = tmp_path / "canary"
    made.write_text(f"#!/bin/sh\ntouch {tmp_path / 'ran'}\nexit 1\n")
    made.chmod(0o755)
    return made


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.release("v1.0.0", FILES)
    made.release("v1.1.0", {**FILES, "a.txt": lines(20, l3="THREE")})
    return made


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "home").mkdir()
    kept = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(tmp_path / "home")}
    return {**kept, "SECRET_TOKEN": "planted-and-never-seen"}


def is_gits_or_uvs(program: str) -> bool:
    place = Path(program)
    inside = place.resolve().is_relative_to(Path(git(Path(), "--exec-path").strip()).resolve())
    return inside or place.name in {"git", "uv", "strace"} or place.name.startswith("python")


def assert_only_looks(seen: Watched, folder: Path, addresses: frozenset[tuple[str, int]]) -> None:
    assert "Traceback" not in seen.output, seen.output
    assert not (folder / "ran").exists(), [p for p in seen.programs if not is_gits_or_uvs(p[0])]
    foreign = {
        (program, arguments)
        for program, arguments in seen.programs
        # git starts the other end of a folder by way of a shell, and Python's own module platform
        # asks for the name of the processor.
        if not is_gits_or_uvs(program)
        and "git-upload-pack " not in arguments
        and arguments != '"uname", "-p"'
    }
    assert foreign == set()
    assert seen.programs and seen.addresses <= addresses
    assert "planted-and-never-seen" not in seen.output


@pytest.mark.parametrize("words", [("check",), ("update", "--dry-run")])
def test_in_one_repo(
    words: tuple[str, ...], world: World, canary: Path, home: dict[str, str], tmp_path: Path
) -> None:
    repo = world.repo("v1.0.0")
    for repository in (repo, world.template):
        booby_trap(repository, canary)
    seen = modelyard(words[0], repo, *words[1:], log=tmp_path / "log", env=home)
    assert seen.code == (4 if words == ("check",) else 0), seen.output
    assert_only_looks(seen, tmp_path, frozenset())
    subprocess.run(["git", "-C", str(repo), "status"], capture_output=True)
    assert (tmp_path / "ran").exists(), "the traps do not work"


@pytest.mark.parametrize("words", [(), ("--copier",)])
def test_a_replay(
    words: tuple[str, ...], world: World, canary: Path, home: dict[str, str], tmp_path: Path
) -> None:
    repo = world.repo("v1.0.0")
    record = repo / ".copier-answers.yml"
    record.write_text(record.read_text().replace("_commit: v1.0.0", "_commit: v1.1.0"))
    write(repo, {"a.txt": lines(20, l3="THREE")})
    commit(repo)
    for repository in (repo, world.template):
        booby_trap(repository, canary)
    seen = modelyard("replay", repo, *words, log=tmp_path / "log", env=home)
    assert seen.code == 0 and "1 of 1 updates" in seen.output, seen.output
    if not words:
        assert_only_looks(seen, tmp_path, frozenset())
    # Copier has git look for submodules, which is a script with programs of its own.
    assert not (tmp_path / "ran").exists() and seen.addresses == set()


@pytest.fixture
def forge(world: World, canary: Path, home: dict[str, str], tmp_path: Path) -> Iterator[Served]:
    seed = world.repo("v1.0.0", name="seed")
    with served(tmp_path / "forge", kind=ForgeKind.GITHUB) as made:
        for name in ("r0", "r1"):
            write(seed, {"own.txt": f"{name}\n"})
            commit(seed, name)
            made.add(name, source=seed)
        home.update(made.env)
        hosted_fleet.write_settings(made, world.template, tmp_path / "fleet.toml")
        booby_trap(world.template, canary)
        yield made


@pytest.mark.parametrize("verb", [("plan",), ("plan", "--next"), ("report",)])
def test_in_a_fleet(
    verb: tuple[str, ...], forge: Served, home: dict[str, str], tmp_path: Path
) -> None:
    more = ("--html", tmp_path / "page.html") if verb == ("report",) else ()
    file = ("--file", tmp_path / "fleet.toml")
    seen = modelyard("fleet", *verb, *file, *more, log=tmp_path / "log", env=home)
    assert seen.code == 0, seen.output
    port = int(forge.url.rpartition(":")[2])
    assert_only_looks(seen, tmp_path, frozenset({("127.0.0.1", port)}))
    assert forge.token not in seen.output


def test_the_watcher_sees_what_is_started_and_asked(
    world: World, home: dict[str, str], tmp_path: Path
) -> None:
    world.release("v1.2.0", FILES, "_subdirectory: template\n_tasks: ['true', 'touch done']\n")
    repo = world.repo("v1.1.0")
    seen = modelyard("update", repo, "--trust", log=tmp_path / "log", env=home)
    assert {Path(program).name for program, _ in seen.programs} >= {"git"}
    seen = modelyard(
        "check", repo, "--template", "http://127.0.0.1:9/x.git", log=tmp_path / "log", env=home
    )
    assert ("127.0.0.1", 9) in seen.addresses
