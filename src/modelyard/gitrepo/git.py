"""Runs git: one place for its environment, its errors and its answers."""

import errno
import functools
import os
import re
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from modelyard.errors import DiskFull, ModelyardError, NotReady
from modelyard.gitrepo.environment import Reach, Settings, environment
from modelyard.redaction import redact

OLDEST = (2, 38)
# The system's own names of these errors, which git passes on in this one language.
_FULL = tuple(os.strerror(number).encode() for number in (errno.ENOSPC, errno.EDQUOT))


class GitError(ModelyardError):
    """A git command failed; `words` are those of git, `out` is what it answered all the same."""

    def __init__(self, arguments: tuple[str, ...], code: int, words: str, out: bytes = b"") -> None:
        super().__init__(f"git {' '.join(arguments)}: {words.strip() or code}")
        self.words, self.out = redact(words.strip()), out


@functools.cache
def _environment(reach: Reach = Reach.NOTHING, *, isolated: bool = False) -> Mapping[str, str]:
    return environment(os.environ, reach, isolated=isolated)


def call_environment(
    reach: Reach = Reach.NOTHING,
    env: Mapping[str, str] | None = None,
    settings: Settings = (),
    *,
    isolated: bool = False,
) -> Mapping[str, str]:
    """Return the environment of a call; see `modelyard.gitrepo.environment`."""
    if env or settings:
        return environment(os.environ, reach, env, settings, isolated=isolated)
    return _environment(reach, isolated=isolated)


def place(folder: Path | None) -> list[str]:
    """Return the words that start git in a folder; in none, no repository is around it.

    A bare repository is named as one, which a git that looks for none needs.
    """
    if folder is None:
        return ["git", "-C", "/"]
    bare = all(os.path.lexists(folder / name) for name in ("HEAD", "objects", "refs"))
    is_bare = bare and not os.path.lexists(folder / ".git")
    return ["git", "-C", str(folder), *(["--bare"] if is_bare else [])]


def run(
    folder: Path | None,
    *arguments: str,
    data: bytes | None = None,
    env: Mapping[str, str] | None = None,
    codes: tuple[int, ...] = (0,),
    files: tuple[int, ...] = (),
    reach: Reach = Reach.NOTHING,
    settings: Settings = (),
    isolated: bool = False,
) -> tuple[int, bytes]:
    """Run git in `folder`, and return its exit code and output.

    Args:
        folder: The work tree or bare repository; None where it is about none.
        arguments: The command.
        data: What it reads.
        env: What its environment has beside what every call has.
        codes: The exit codes that are no failure.
        files: Open files that it inherits.
        reach: Whom it may reach.
        settings: What is configured for this call alone.
        isolated: No setting or attribute of the person or of the machine counts.

    Raises:
        GitError: It exited with a code that is not in `codes`.
        DiskFull: It had no space to write.
        NotReady: There is no git.
    """
    command = [*place(folder), *arguments]
    made = call_environment(reach, env, settings, isolated=isolated)
    try:
        done = _run(command, data or b"", made, files, alone=reach is Reach.FORGE)
    except FileNotFoundError:
        raise NotReady("git is not installed here", "install git 2.38 or newer") from None
    if done.returncode not in codes:
        if any(name in done.stderr for name in _FULL):
            said = done.stderr.decode("utf-8", "replace").strip()
            raise DiskFull(f"the disk is full; the repo is as it was; git says: {said}")
        words = done.stderr.decode("utf-8", "replace")
        raise GitError(arguments, done.returncode, words, done.stdout)
    return done.returncode, done.stdout


def _run(
    command: list[str],
    data: bytes,
    env: Mapping[str, str],
    files: tuple[int, ...],
    *,
    alone: bool,
) -> "subprocess.CompletedProcess[bytes]":
    """Run git; ended early, what it has started ends with it where it is `alone` in its group.

    Not everywhere: who is in no group of the terminal cannot ask for the password of a key there.
    """
    alone = alone and os.name == "posix"
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        env=env,
        pass_fds=files,
        process_group=0 if alone else None,
    ) as process:
        try:
            out, said = process.communicate(data)
        except BaseException:
            process.kill()
            if alone:
                # A server that sends a byte now and then would keep what speaks to it for ever.
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, said)


def read(folder: Path, *arguments: str, most: int) -> bytes | None:
    """Run git in `folder`, and return its output; None where it is longer than `most` bytes.

    Raises:
        GitError: It failed.
    """
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        [*place(folder), *arguments],
        stdin=quiet,
        stdout=subprocess.PIPE,
        stderr=quiet,
        env=_environment(),
    ) as process:
        out = process.stdout.read(most + 1) if process.stdout else b""
        if len(out) > most:
            process.kill()
            return None
    if process.returncode:
        raise GitError(arguments, process.returncode, "")
    return out


class Running:
    """A git that works while its caller does other things."""

    def __init__(self, arguments: tuple[str, ...], process: subprocess.Popen[bytes]) -> None:
        self._arguments, self._process = arguments, process

    def result(self) -> str:
        """Wait for its end, and return what it said beside its answer.

        Raises:
            GitError: It failed.
        """
        _, said = self._process.communicate()
        if code := self._process.returncode:
            raise GitError(self._arguments, code, said.decode("utf-8", "replace"))
        return said.decode("utf-8", "replace")

    def kill(self) -> None:
        """End it now, and wait until it has ended."""
        with self._process:
            self._process.kill()


def start(folder: Path, *arguments: str) -> Running:
    """Start git in `folder`; what it prints is not kept."""
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(
        [*place(folder), *arguments],
        stdin=nothing,
        stdout=nothing,
        stderr=subprocess.PIPE,
        env=_environment(),
    )
    return Running(arguments, process)


def text(folder: Path | None, *arguments: str, **options: Any) -> str:
    """Run git in `folder`, and return what it prints, without the line end."""
    return os.fsdecode(run(folder, *arguments, **options)[1]).rstrip("\n")


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
