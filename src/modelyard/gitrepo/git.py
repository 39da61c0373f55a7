"""Runs git: one place for its environment, its errors and its answers."""

import functools
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from modelyard.errors import ModelyardError, NotReady
from modelyard.redaction import redact

OLDEST = (2, 38)

# A surrounding hook or alias sets these; they would point our commands at its repository.
_LEAKS = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
)


class GitError(ModelyardError):
    """A git command failed; `words` are those of git."""

    def __init__(self, arguments: tuple[str, ...], code: int, words: str) -> None:
        super().__init__(f"git {' '.join(arguments)}: {words.strip() or code}")
        self.words = redact(words.strip())


@functools.cache
def _environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in _LEAKS}
    # One language, for errors are shown to people; and nothing may wait for a password.
    return {**kept, "LC_ALL": "C.UTF-8", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}


def run(
    folder: Path | None,
    *arguments: str,
    data: bytes | None = None,
    env: Mapping[str, str] | None = None,
    codes: tuple[int, ...] = (0,),
    files: tuple[int, ...] = (),
) -> tuple[int, bytes]:
    """Run git in `folder`, and return its exit code and output; it inherits open `files`.

    Raises:
        GitError: It exited with a code that is not in `codes`.
        NotReady: There is no git.
    """
    command = ["git", *(("-C", str(folder)) if folder else ()), *arguments]
    try:
        done = subprocess.run(
            command,
            input=data or b"",
            capture_output=True,
            env={**_environment(), **(env or {})},
            pass_fds=files,
        )
    except FileNotFoundError:
        raise NotReady("git is not installed here", "install git 2.38 or newer") from None
    if done.returncode not in codes:
        raise GitError(arguments, done.returncode, done.stderr.decode("utf-8", "replace"))
    return done.returncode, done.stdout


class Running:
    """A git that works while its caller does other things."""

    def __init__(self, arguments: tuple[str, ...], process: subprocess.Popen[bytes]) -> None:
        self._arguments, self._process = arguments, process

    def result(self) -> None:
        """Wait for its end.

        Raises:
            GitError: It failed.
        """
        _, said = self._process.communicate()
        if code := self._process.returncode:
            raise GitError(self._arguments, code, said.decode("utf-8", "replace"))

    def kill(self) -> None:
        """End it now, and wait until it has ended."""
        with self._process:
            self._process.kill()


def start(folder: Path, *arguments: str) -> Running:
    """Start git in `folder`; what it prints is not kept."""
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(
        ["git", "-C", str(folder), *arguments],
        stdin=nothing,
        stdout=nothing,
        stderr=subprocess.PIPE,
        env=_environment(),
    )
    return Running(arguments, process)


def text(folder: Path | None, *arguments: str, **options: bytes | None) -> str:
    """Run git in `folder`, and return what it prints, without the line end."""
    return os.fsdecode(run(folder, *arguments, **options)[1]).rstrip("\n")  # type: ignore[arg-type]


@functools.cache
def require() -> None:
    """Refuse a git that cannot merge trees.

    Raises:
        NotReady: git is missing or older than 2.38.
    """
    said = text(None, "--version")
    found = re.search(r"(\d+)\.(\d+)", said)
    if not found or tuple(map(int, found.groups())) < OLDEST:
        raise NotReady(f"{said} cannot merge trees", "install git 2.38 or newer")
