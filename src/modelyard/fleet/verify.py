"""Runs somebody's own check on what a rollout is about to push, in a sandbox."""

import io
import os
import secrets
import shutil
import subprocess
import tempfile
import threading
import typing
from dataclasses import dataclass
from pathlib import Path

from modelyard.fleet import limits, sandbox
from modelyard.fleet.sandbox import Sandbox
from modelyard.gitrepo import git
from modelyard.gitrepo.repo import Repo

SECONDS = 1800
_TAIL = 10_000


@dataclass(frozen=True)
class Verification:
    """What must succeed in a repo before anything is pushed.

    Attributes:
        command: For a shell.
        sandbox: Where it runs: it is code of the repo, whoever wrote that.
    """

    command: str
    sandbox: Sandbox


def run(repo: Repo, commit: str, wanted: Verification) -> str:
    """Run a check in a checkout of a commit; return what is wrong, or "".

    Args:
        repo: The repo, a bare clone.
        commit: What is checked out.
        wanted: The check.
    """
    # What was written there may be without permissions, and is not worth a failure.
    with tempfile.TemporaryDirectory(
        prefix="modelyard-verify-", ignore_cleanup_errors=True
    ) as folder:
        tree = Path(folder, "repo")
        _check_out(repo, commit, tree)
        name = f"modelyard-verify-{secrets.token_hex(8)}"
        command = sandbox.command(wanted.sandbox, tree, repo.prefix, wanted.command, name)
        try:
            code, last = _watch(command, wanted.sandbox)
        finally:
            sandbox.end(wanted.sandbox, name)
    if code is None:
        return f"took more than {SECONDS} s"
    return "" if code == 0 else f"exit code {code}: {last}"


def _check_out(repo: Repo, commit: str, tree: Path) -> None:
    """Make a clone of its own: a work tree of ours would lead into the clones of the cache."""
    shutil.copytree(repo.folder, tree / ".git")
    git.run(None, "config", "--file", str(tree / ".git" / "config"), "core.bare", "false")
    quiet = ("-c", "advice.detachedHead=false", "-c", f"core.hooksPath={os.devnull}")
    # The repo's attributes name filters, such as one that asks a server that the repo names too:
    # without this user's configuration none of them is anything.
    env = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    git.run(tree, *quiet, "checkout", "--quiet", "--detach", commit, env=env)


def _watch(command: list[str], where: Sandbox) -> tuple[int | None, str]:
    """Run a command; return its exit code, None where it took too long, and its last line.

    However much it prints, only the end is kept.
    """
    late = threading.Event()
    with limits.lifted():
        started = subprocess.Popen(
            command,
            env=dict(sandbox.client_environment(where)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    with started as process:

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(SECONDS, stop)
        timer.start()
        tail = b""
        try:
            output = typing.cast(io.BufferedReader, process.stdout)
            while data := output.read1(1 << 16):
                tail = (tail + data)[-_TAIL:]
            process.wait()
        finally:
            timer.cancel()
            process.kill()
    return None if late.is_set() else process.returncode, _last_line(tail)


def _last_line(output: bytes) -> str:
    """Return the last line of an output, fit for a terminal: it is somebody else's text."""
    lines = output.decode("utf-8", "replace").strip().splitlines() or ["no output"]
    return "".join(char for char in lines[-1] if char.isprintable())[:300]
