"""A team that installs the library from an index of its own: a real one, on loopback."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.migration.ways import by_copier
from tests.repos import Repo, git, link_packages, machine
from tests.template.lives import free_port, serving
from tests.template.long_runs import LONG
from tests.template.questions import TEMPLATE, rendered
from tests.tool import wheels
from tools import library
from tools.library_tests import blocks

PIN = "modelyard-platform=="


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """The folder of the packages that the team's index has."""
    folder = tmp_path / "packages"
    folder.mkdir()
    (wheel,) = (TEMPLATE / "vendor").glob("*.whl")
    shutil.copy(wheel, folder)
    return folder


@pytest.fixture
def index(packages: Path, tmp_path: Path) -> Iterator[str]:
    """A real index that has nothing but the library, and asks no other one."""
    port = free_port()
    server = [str(Path(sys.executable).with_name("pypi-server")), "run"]
    where = ["--interface", "127.0.0.1", "--port", str(port), "--disable-fallback"]
    url = f"http://127.0.0.1:{port}"
    command = [*server, *where, str(packages)]
    with serving(command, f"{url}/simple/", machine(tmp_path / "server-home")):
        yield f"{url}/simple"


@LONG
@pytest.mark.life
def test_make_setup_installs_the_library_from_there_by_the_same_hash(
    index: str, suite: Path, environment: Path, tmp_path: Path
) -> None:
    repo = Repo(rendered(suite, tmp_path / "repo", library_index=index), machine(tmp_path / "home"))
    before = blocks(repo.root / "requirements.lock")
    link_packages(environment, repo)
    repo.run("uv", "pip", "uninstall", "--quiet", "--python", ".venv", "modelyard-platform")
    repo.run("make", "setup")
    assert not (repo.root / "vendor").exists()
    findings = {found["about"]: found for found in repo.json("doctor")}
    assert findings["library"]["message"] == f"modelyard-platform {library.version()}"
    assert {found["state"] for found in findings.values()} <= {"ok", "note"}
    # Relocking asks the same index, and finds the same file there.
    repo.run("make", "lock")
    assert sorted(blocks(repo.root / "requirements.lock")) == sorted(before)
    assert [block for block in before if block.startswith(PIN)]
    git(repo.root, "add", "--all")
    assert repo.run("make", "check").stdout.count("Passed") >= 8


def test_an_index_with_other_bytes_is_refused(
    index: str, packages: Path, suite: Path, tmp_path: Path
) -> None:
    (wheel,) = packages.iterdir()
    wheel.write_bytes(wheels.wheel("modelyard_platform", library.version()))
    repo = Repo(rendered(suite, tmp_path / "repo", library_index=index), machine(tmp_path / "home"))
    # The library alone: nothing else decides here.
    lock = repo.root / "requirements.lock"
    lock.write_text("".join(b for b in blocks(lock) if b.startswith(PIN)), "utf-8")
    done = repo.run("make", "setup", code=2)
    assert "Hash mismatch" in done.stderr
    assert not (repo.root / ".venv" / "ready").exists()


def works(repo: Repo) -> bool:
    """Whether the next verb sets the repo up, and its pin is in the lock; with no vendor/ then."""
    repo.run("make", "setup")
    repo.commit("Take the library from elsewhere")
    findings = {found["about"]: found["state"] for found in repo.json("doctor")}
    assert (findings["lock"], findings["library"], findings["environment"]) == ("ok", "ok", "ok")
    return any(b.startswith(PIN) for b in blocks(repo.root / "requirements.lock"))


@LONG
@pytest.mark.life
def test_plain_copier_takes_a_repo_to_the_index_and_back(
    index: str, make_repo: Callable[..., Repo], tmp_path: Path
) -> None:
    repo = make_repo(tmp_path)
    before = blocks(repo.root / "requirements.lock")
    by_copier(repo, "--data", f"library_index={index}")
    assert not (repo.root / "vendor" / "platform.lock").exists()
    assert works(repo)
    by_copier(repo, "--data", "library_index=")
    assert not works(repo)
    assert (repo.root / "vendor" / "platform.lock").exists()
    assert blocks(repo.root / "requirements.lock") == before
