"""What a neighbour can read of a running fleet: no environment of its processes has the token."""

import base64
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from modelyard.forges import token_store
from modelyard.forges.forge import ForgeKind
from tests.template.long_runs import LONG
from tests.tool.fleet import hosted_fleet
from tests.tool.forges.served import Served, served

PROC = Path("/proc")
pytestmark = pytest.mark.skipif(not PROC.is_dir(), reason="no /proc here to read")


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Served]:
    """A forge with three repos and a settings file beside it; the environment is left alone."""
    with served(tmp_path / "forge", kind=ForgeKind.GITHUB) as made:
        world = hosted_fleet.add_repos(made, tmp_path, 3)
        hosted_fleet.write_settings(made, world.template, tmp_path / "fleet.toml")
        yield made


def descendants(root: int) -> set[int]:
    """The processes of this moment that have a process above them, and that process."""
    parents = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int(
                    (folder / "stat").read_text().rpartition(")")[2].split()[1]
                )
            except OSError:
                continue
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def environments(root: int) -> dict[int, bytes]:
    """The environment of each of them, as a neighbour reads it."""
    found = {}
    for pid in descendants(root):
        try:
            found[pid] = (PROC / str(pid) / "environ").read_bytes()
        except OSError:
            continue
    return found


def shapes(secret: str) -> list[bytes]:
    login = base64.b64encode(f"x-access-token:{secret}".encode())
    return [secret.encode(), login]


def watch(
    command: list[str], env: Mapping[str, str], secrets: list[str]
) -> tuple[subprocess.CompletedProcess[str], set[int], list[bytes]]:
    """Run a command, and read the environments of all its processes for as long as it runs.

    Not those of its first moments: until it has handed the token over, it has what it was given.
    """
    with subprocess.Popen(
        command, env=dict(env), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        seen: set[int] = set()
        leaks = []
        handed = False
        while process.poll() is None:
            for pid, text in environments(process.pid).items():
                handed = handed or f"{token_store.HANDOVER}=".encode() in text
                if handed:
                    seen.add(pid)
                    leaks += [
                        text for secret in secrets for shape in shapes(secret) if shape in text
                    ]
            time.sleep(0.002)
        assert process.stdout
        said = process.stdout.read()
    return subprocess.CompletedProcess(command, process.returncode, said), seen, leaks


@pytest.mark.parametrize("jobs", ["2", pytest.param("1", marks=LONG)])
def test_no_process_of_a_rollout_has_the_token_in_its_environment(
    forge: Served, tmp_path: Path, jobs: str
) -> None:
    env = {**os.environ, **forge.env, "CI_JOB_TOKEN": "job-s3cr3t", "GH_TOKEN": "other-s3cr3t"}
    env["XDG_CACHE_HOME"] = str(tmp_path / "cache")
    file = str(tmp_path / "fleet.toml")
    command = [sys.executable, "-m", "modelyard", "fleet", "rollout", "--jobs", jobs]
    done, seen, leaks = watch(
        [*command, "--file", file], env, [forge.token, "job-s3cr3t", "other-s3cr3t"]
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("opened") >= 3
    assert len(seen) > 5, "the run, its workers and its gits were looked at"
    assert leaks == []


def test_the_watcher_sees_a_token_that_is_there() -> None:
    script = "import time; time.sleep(0.3)"
    env = {**os.environ, "GITHUB_TOKEN": "s3cr3t-1", token_store.HANDOVER: "none"}
    _, seen, leaks = watch([sys.executable, "-c", script], env, ["s3cr3t-1"])
    assert seen and leaks
