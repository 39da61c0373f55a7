"""Code of a repo, run by `--verify`, and what it would like: each attack is one command."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from modelyard.cli.fleet_commands import fleet
from modelyard.errors import NotReady, Usage
from modelyard.fleet import sandbox, verify
from modelyard.fleet.rollout import rollout
from modelyard.fleet.sandbox import Sandbox, SandboxKind
from modelyard.fleet.verify import Verification
from tests.repos import git
from tests.tool.fleet.worlds import Yard, make, silent

BWRAP = Sandbox(SandboxKind.BWRAP)
DIGEST = f"python:3.12@sha256:{'a' * 64}"


def works() -> bool:
    try:
        sandbox.require(BWRAP)
    except NotReady:
        return False
    return True


NEEDED = pytest.mark.skipif(not works(), reason="bwrap is not installed here, or may not run")


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".netrc").write_text("machine example.com password s3cr3t\n")
    return make(tmp_path, count=2)


def verified(yard: Yard, command: str, where: Sandbox = BWRAP) -> dict[str, str]:
    """Roll out with a check; return what became of each repo, with the reason."""
    done = rollout(yard.options(verify=Verification(command, where)), silent)
    return {one.name: f"{one.label} {one.detail}".strip() for one in done}


@NEEDED
def test_it_is_run_in_the_repo_with_the_release_merged_in(yard: Yard) -> None:
    done = verified(yard, "grep -q THREE a.txt && grep -q 0 own.txt && git log -1 && touch new")
    assert done["r0"] == "opened" and done["r1"].startswith("failed --verify: exit code 1")
    assert yard.pull_requests("r1") == []


@NEEDED
def test_it_finds_no_secret_in_the_environment_of_any_process(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GITHUB_TOKEN", "CI_JOB_TOKEN", "UV_INDEX_OURS_PASSWORD", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "s3cr3t")
    done = verified(yard, "! cat /proc/*/environ | grep -a -e s3cr3t -e PASSWORD")
    assert set(done.values()) == {"opened"}
    # As its parents see themselves, they are there.
    assert "s3cr3t" in os.environ["UV_INDEX_OURS_PASSWORD"]


@NEEDED
def test_it_sees_neither_our_processes_nor_our_files(yard: Yard, tmp_path: Path) -> None:
    looks = [
        f"! test -e /proc/{os.getpid()}/cwd/pyproject.toml",
        f"! ls {tmp_path}",
        f"! cat {tmp_path}/home/.netrc ~/.netrc /root/.netrc /etc/shadow /etc/ssl/private/*",
        f"! kill -0 {os.getpid()}",
        "test $(ls -d /proc/[0-9]* | wc -l) -lt 9",
    ]
    for look in looks:
        assert verified(yard, look) == {"r0": "opened", "r1": "opened"}, look
        for name in ("r0", "r1"):
            git(yard.bare(name), "update-ref", "-d", "refs/heads/modelyard/v1.1.0")
            (yard.bare(name) / "modelyard-requests.json").unlink()


@NEEDED
def test_it_cannot_reach_the_clones_of_the_cache(yard: Yard, tmp_path: Path) -> None:
    rollout(yard.options(limit=1), silent)
    cache = tmp_path / "cache" / "modelyard" / "fleet"
    before = {path: path.read_bytes() for path in cache.rglob("*") if path.is_file()}
    hunts = f"""
    for folder in {cache}/*.git "$(git rev-parse --git-common-dir)" /work/.git; do
      chmod -R u+w "$folder"; echo "[core] fsmonitor = touch /tmp/pwned" >> "$folder/config"
      mkdir -p "$folder/hooks"; echo evil > "$folder/hooks/pre-push"
      git -C "$folder" update-ref refs/heads/modelyard-head HEAD~0; rm -rf "$folder/objects"
    done; true"""
    assert set(verified(yard, hunts).values()) == {"waits", "opened"}
    after = {path: path.read_bytes() for path in cache.rglob("*") if path.is_file()}
    assert before.items() <= after.items()
    assert not any(b"pwned" in data or data == b"evil\n" for data in after.values())


@NEEDED
def test_its_attributes_start_no_filter_of_ours(yard: Yard, tmp_path: Path) -> None:
    yard.push("r0", **{"_gitattributes": "* filter=lfs\n"})
    filters = f'[filter "lfs"]\n\tsmudge = "touch {tmp_path}/started; cat"\n'
    (tmp_path / "home" / ".gitconfig").write_text(filters)
    command = [sys.executable, "-m", "modelyard", "fleet", "rollout", "--limit", "1"]
    command += ["--file", str(yard.file), "--sandbox", "bwrap"]
    done = subprocess.run(
        [*command, "--verify", "test -s .gitattributes && test -s a.txt"],
        capture_output=True,
        text=True,
    )
    assert "opened r0" in done.stderr and done.returncode == 0
    assert not (tmp_path / "started").exists()


@NEEDED
def test_it_can_rewrite_nothing_that_is_pushed(yard: Yard) -> None:
    assert verified(yard, "echo evil > a.txt; git commit --all -qm evil; true")["r0"] == "opened"
    assert "evil" not in yard.show("r0", "modelyard/v1.1.0", "a.txt")


@pytest.fixture
def listener() -> Iterator[tuple[int, list[str]]]:
    """A service of this machine, on loopback, and who came."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        came: list[str] = []

        def accept() -> None:
            while True:
                try:
                    server.accept()[0].close()
                except OSError:
                    return
                came.append("somebody")

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1], came
        server.shutdown(socket.SHUT_RDWR)


@NEEDED
@pytest.mark.parametrize("network", [False, True])
def test_it_reaches_nobody_unless_the_network_is_given(
    yard: Yard, listener: tuple[int, list[str]], network: bool
) -> None:
    port, came = listener
    call = f"python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", {port}), 5)'"
    done = verified(yard, call, Sandbox(SandboxKind.BWRAP, network=network))
    assert [one.split()[0] for one in done.values()] == ["opened" if network else "failed"] * 2
    assert bool(came) == network


def running(mark: str) -> bool:
    """Tell whether a process with a word in its command line runs anywhere on this machine."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark.encode() in path.read_bytes():
                return True
        except OSError:
            continue
    return False


@NEEDED
def test_it_leaves_no_process_behind(yard: Yard) -> None:
    leave = "setsid nohup sleep 4321.5 >/dev/null 2>&1 & (setsid sleep 4321.5 &) & exit 0"
    assert set(verified(yard, leave).values()) == {"opened"}
    assert not running("4321.5")


@NEEDED
def test_one_that_takes_too_long_is_ended_with_all_it_started(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "SECONDS", 1)
    start = time.monotonic()
    done = verified(yard, "setsid sleep 4321.7 & sleep 4321.7")
    assert set(done.values()) == {"failed --verify: took more than 1 s"}
    assert time.monotonic() - start < 30 and not running("4321.7")


@NEEDED
def test_what_it_prints_is_one_line_without_control_characters(yard: Yard) -> None:
    flood = r"head -c 30000000 /dev/zero; printf '\n\033[2J::error::\007 bad\n'; exit 3"
    assert verified(yard, flood)["r0"] == "failed --verify: exit code 3: [2J::error:: bad"


@NEEDED
def test_what_it_leaves_unreadable_is_no_failure(yard: Yard) -> None:
    leave = "mkdir -p deep/er && chmod 000 deep && ln -s / root && mkfifo pipe"
    assert set(verified(yard, leave).values()) == {"opened"}


def test_without_a_sandbox_it_is_refused(yard: Yard) -> None:
    command = ["rollout", "--file", str(yard.file), "--verify", "make check"]
    with pytest.raises(Usage, match="needs a sandbox") as caught:
        CliRunner().invoke(fleet, command, catch_exceptions=False)
    assert "--sandbox bwrap" in caught.value.hint
    with pytest.raises(Usage, match="there is none"):
        CliRunner().invoke(fleet, [*command[:3], "--sandbox", "bwrap"], catch_exceptions=False)
    assert yard.pull_requests("r0") == []


def test_a_sandbox_that_is_not_installed_is_told_before_any_repo_is_visited(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    command = ["retry", "--file", str(yard.file), "--verify", "true", "--sandbox"]
    for name in ("bwrap", f"podman:{DIGEST}"):
        with pytest.raises(NotReady, match="is not installed here"):
            CliRunner().invoke(fleet, [*command, name], catch_exceptions=False)


def test_a_sandbox_that_does_not_start_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "#!/bin/sh\necho no permission to create namespaces >&2\nexit 1\n"
    (tmp_path / "bwrap").write_text(script)
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(sandbox, "environment", lambda: {"PATH": os.environ["PATH"]})
    with pytest.raises(NotReady, match="no permission to create namespaces"):
        sandbox.require(BWRAP)


@pytest.mark.parametrize(
    "name",
    ["", "none", "sudo", "bwrap:image", "podman", "docker:python:3.12", "docker:--privileged",
     f"docker:--volume=/:/{DIGEST}"],
)  # fmt: skip
def test_only_a_sandbox_that_isolates_is_one(name: str) -> None:
    with pytest.raises(Usage, match="--sandbox"):
        sandbox.parse(name)


def test_a_container_is_given_the_repo_and_no_more() -> None:
    found = sandbox.parse(f"podman:{DIGEST}")
    made = sandbox.command(found, Path("/t/repo"), "model", "make check", "verify-1")
    assert made[-4:] == [DIGEST, "sh", "-c", "make check"]
    assert [made[i + 1] for i, word in enumerate(made) if word == "--volume"] == ["/t/repo:/work:Z"]
    assert made[made.index("--network") + 1] == "none"
    assert made[made.index("--workdir") + 1] == "/work/model"
    assert "--read-only" in made and "--privileged" not in made
    assert "--network" not in sandbox.command(
        sandbox.parse(f"docker:{DIGEST}", network=True), Path("/t"), "", "x", "verify-1"
    )
