"""The same attacks from within a container, with an image of a few programs of this machine."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from modelyard.fleet import sandbox, verify
from modelyard.fleet.rollout import rollout
from modelyard.fleet.sandbox import Sandbox
from modelyard.fleet.verify import Verification
from tests.tool.fleet.test_hostile_verify import running
from tests.tool.fleet.worlds import Yard, make, silent

PROGRAMS = ("cat", "grep", "ls", "sh", "sleep", "setsid", "touch", "wc")


def rootfs(folder: Path) -> Path:
    """Make the files of an image: a few programs, with the libraries that they load."""
    for name in ("usr/bin", "usr/lib", "work", "home", "tmp", "proc", "dev", "sys", "etc"):
        (folder / name).mkdir(parents=True)
    for name, target in (("bin", "usr/bin"), ("lib", "usr/lib")):
        (folder / name).symlink_to(target)
    for name in PROGRAMS:
        program = Path(str(shutil.which(name))).resolve()
        shutil.copy(program, folder / "usr" / "bin" / name)
        loaded = subprocess.run(["ldd", str(program)], capture_output=True, text=True).stdout
        for library in re.findall(r"/\S+", loaded):
            target = folder / library.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(library, target)
    return folder


@pytest.fixture(scope="module")
def podman(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, dict[str, str]]]:
    """A sandbox with that image, and the environment in which podman has it; or a skip."""
    if not shutil.which("podman"):
        pytest.skip("podman is not installed here")
    folder = tmp_path_factory.mktemp("podman")
    runtime = 'runtime = "runc"' if shutil.which("runc") else ""
    (folder / "containers.conf").write_text(
        '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n'
        f'[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n{runtime}\n'
    )
    (folder / "storage.conf").write_text(
        f'[storage]\ndriver = "vfs"\ngraphroot = "{folder}/root"\nrunroot = "{folder}/run"\n'
    )
    env = {
        "CONTAINERS_CONF": str(folder / "containers.conf"),
        "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
    }
    files = rootfs(folder / "files")
    tar = subprocess.run(["tar", "-C", str(files), "-c", "."], capture_output=True, check=True)
    both = {**os.environ, **env}
    subprocess.run(
        ["podman", "import", "-", "localhost/verify:1"],
        input=tar.stdout,
        env=both,
        capture_output=True,
    )
    asked = ["podman", "images", "--digests", "--format", "{{.Repository}}@{{.Digest}}"]
    image = subprocess.run(asked, env=both, capture_output=True, text=True).stdout.strip()
    tried = subprocess.run(
        ["podman", "run", "--rm", image, "sh", "-c", "exit 0"], env=both, capture_output=True
    )
    if tried.returncode:
        pytest.skip(f"podman runs nothing here: {tried.stderr.decode()[:200]}")
    yield sandbox.parse(f"podman:{image}"), env
    subprocess.run(["podman", "rm", "--all", "--force"], env=both, capture_output=True)


@pytest.fixture
def where(podman: tuple[Sandbox, dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    for name, value in podman[1].items():
        monkeypatch.setenv(name, value)
    return podman[0]


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return make(tmp_path, count=1)


def verified(yard: Yard, command: str, where: Sandbox) -> str:
    (done,) = rollout(yard.options(verify=Verification(command, where)), silent)
    return f"{done.label} {done.detail}".strip()


def test_a_container_has_the_repo_and_may_write_there_alone(yard: Yard, where: Sandbox) -> None:
    script = "grep -q THREE a.txt && touch new ~/new /tmp/new && ! touch /etc/new /usr/new"
    assert verified(yard, script, where) == "opened"


def test_a_container_has_no_secret_no_network_and_nothing_of_ours(
    yard: Yard, where: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GITHUB_TOKEN", "UV_INDEX_OURS_PASSWORD"):
        monkeypatch.setenv(name, "s3cr3t")
    script = (
        "! cat /proc/[0-9]*/environ | grep -a -e s3cr3t -e PASSWORD && "
        f"! ls {tmp_path} && ! ls /proc/{os.getpid()} && "
        "test $(ls /sys/class/net | grep -cv '^lo$') = 0"
    )
    assert verified(yard, script, where) == "opened"


def test_a_container_that_takes_too_long_is_ended_with_all_it_started(
    yard: Yard, where: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "SECONDS", 3)
    start = time.monotonic()
    told = verified(yard, "setsid sleep 4321.9 & sleep 4321.9", where)
    assert told == "failed --verify: took more than 3 s"
    assert time.monotonic() - start < 60 and not running("4321.9")


def test_an_engine_that_is_there_is_no_reason_to_refuse(where: Sandbox) -> None:
    sandbox.require(where)
