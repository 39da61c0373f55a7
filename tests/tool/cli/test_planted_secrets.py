"""No secret of the machine is in what a run leaves: logs, caches, repos, requests and pages."""

import base64
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from modelyard.forges.forge import ForgeKind
from tests.repos import git
from tests.tool.fleet import hosted_fleet
from tests.tool.forges.served import Served, served
from tests.tool.worlds import World, commit, lines, write

PLANTED = {
    "AWS_SECRET_ACCESS_KEY": "planted/aws+Xc81",
    "UV_INDEX_COMPANY_PASSWORD": "planted:index&Q72",
    "MODELYARD_FLEET_KEY": "planted-fleet-key-0123456789abcdef0123456789",
    "DATABASE_URL": "postgres://me:planted%2Fdatabase@db.invalid/x",
}
LOGIN = "planted-login-of-a-template"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    folders = {
        "HOME": "home",
        "XDG_CACHE_HOME": "cache",
        "TMPDIR": "tmp",
        "XDG_STATE_HOME": "state",
    }
    for name in folders.values():
        (tmp_path / name).mkdir()
    made = {name: str(tmp_path / folder) for name, folder in folders.items()}
    return {**kept, **made, **PLANTED, "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture
def forge(tmp_path: Path, env: dict[str, str]) -> Iterator[Served]:
    world = World(tmp_path)
    world.release("v1.0.0", {"a.txt": lines(20)})
    seed = world.repo("v1.0.0", name="seed")
    said = "_subdirectory: template\nname: {type: str, default: World}\n"
    said += "_message_after_update: 'Look at ${AWS_SECRET_ACCESS_KEY}'\n"
    world.release("v1.1.0", {"a.txt": lines(20, l3="THREE")}, said)
    with served(tmp_path / "forge", kind=ForgeKind.GITHUB) as made:
        write(seed, {"own.txt": "0\n"})
        commit(seed)
        made.add("r0", source=seed)
        write(seed, {"a.txt": lines(20, l3="$GITHUB_TOKEN")})
        commit(seed)
        made.add("r1", source=seed)
        recorded = (seed / ".copier-answers.yml").read_text()
        foreign = recorded.replace(str(world.template), f"https://me:{LOGIN}@nowhere.invalid/t.git")
        write(seed, {".copier-answers.yml": foreign})
        commit(seed)
        made.add("r2", source=seed)
        env.update(made.env)
        hosted_fleet.write_settings(made, world.template, tmp_path / "fleet.toml")
        yield made


def run(*words: str | Path, env: Mapping[str, str]) -> str:
    command = [sys.executable, "-m", "modelyard", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, env=dict(env))
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout + done.stderr


def shapes(secret: str) -> set[bytes]:
    user = [f"{name}:{secret}" for name in ("x-access-token", "me")]
    encoded = [base64.b64encode(text.encode()).decode().rstrip("=") for text in (secret, *user)]
    return {text.encode() for text in (secret, quote(secret, safe=""), *encoded)}


def left(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Return all that lies in a folder, what git has packed too."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path), path.read_bytes()
        if path.name == "HEAD" and (path.parent / "objects").is_dir():
            words = ["git", "-C", str(path.parent), "cat-file", "--batch", "--batch-all-objects"]
            objects = subprocess.run(words, capture_output=True, check=False).stdout
            yield f"objects of {path.parent}", objects


def test_nothing_that_a_run_leaves_has_a_secret(
    forge: Served, env: dict[str, str], tmp_path: Path
) -> None:
    file = ("--file", tmp_path / "fleet.toml")
    page = tmp_path / "page.html"
    said = run("fleet", "status", *file, "--json", env=env)
    said += run("fleet", "plan", *file, env=env)
    said += run("fleet", "rollout", *file, env=env)
    forge.trouble(500, times=3)
    said += run("fleet", "retry", *file, "--json", env=env)
    said += run("fleet", "report", *file, "--html", page, env=env)
    bare = next(path for path in (tmp_path / "forge").rglob("r0.git"))
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(bare), str(clone))
    said += run("check", clone, env=env) + run("update", clone, "--json", env=env)
    said += run("check", clone, "--template", f"http://me:{LOGIN}@127.0.0.1:9/t.git", env=env)
    secrets = [*list(PLANTED.values())[:3], "planted/database", forge.token, LOGIN]
    pulls = [one for repo in forge.repos.values() for one in repo.pulls]
    texts = "".join(f"{one.title} {one.body} {one.comments}" for one in pulls)
    assert len(texts) > 1000 and "r1" in said
    found = [("the terminal", said.encode()), ("a request", texts.encode()), *left(tmp_path)]
    for secret in secrets:
        for place, content in found:
            # Who wrote a login into a repo has it there, and in each clone.
            theirs = secret == LOGIN and any(part in place for part in ("seed", "forge", "fleet/"))
            leaked = [shape for shape in shapes(secret) if shape in content and not theirs]
            assert not leaked, (place, leaked)
        assert forge.leaks(secret) == []


def test_the_search_looks_into_what_git_has_packed(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", str(tmp_path / "repo"))
    write(tmp_path / "repo", {"a": "planted-in-a-commit\n"})
    commit(tmp_path / "repo")
    git(tmp_path / "repo", "gc", "--quiet")
    (tmp_path / "repo" / "a").unlink()
    assert any(b"planted-in-a-commit" in content for _, content in left(tmp_path))
