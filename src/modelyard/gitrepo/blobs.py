"""Reads blobs out of a repository through one git process."""

import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from modelyard.gitrepo import git
from modelyard.gitrepo.git import GitError


class Blobs:
    """A reader of blobs; git starts with the first one that is asked for."""

    # Answers fit into the pipe as long as no more questions are open.
    _OPEN_QUESTIONS = 256

    def __init__(self, repository: Path, *, isolated: bool = False) -> None:
        self._repository, self._isolated = repository, isolated
        self._git: subprocess.Popen[bytes] | None = None

    def read(self, oid: str) -> bytes:
        """Return the content of a blob.

        Raises:
            GitError: The repository lacks it.
        """
        asked, answered = self._pipes(oid)
        asked.write(f"contents {oid}\n".encode())
        asked.flush()
        about = answered.readline().split()
        if len(about) != 3:
            raise _lacking(oid)
        content = answered.read(int(about[2]))
        answered.read(1)
        return content

    def sizes(self, oids: Iterable[str]) -> dict[str, int]:
        """Return the sizes of blobs, without reading them.

        Raises:
            GitError: The repository lacks one.
        """
        wanted, found = list(dict.fromkeys(oids)), {}
        for start in range(0, len(wanted), self._OPEN_QUESTIONS):
            some = wanted[start : start + self._OPEN_QUESTIONS]
            asked, answered = self._pipes(some[0])
            asked.write(b"".join(f"info {oid}\n".encode() for oid in some))
            asked.flush()
            lines = [answered.readline().split() for _ in some]
            for oid, about in zip(some, lines, strict=True):
                if len(about) != 3:
                    raise _lacking(oid)
                found[oid] = int(about[2])
        return found

    def _pipes(self, oid: str) -> tuple[IO[bytes], IO[bytes]]:
        if self._git is None:
            command = [*git.place(self._repository), "cat-file", "--batch-command"]
            pipe, env = subprocess.PIPE, git.call_environment(isolated=self._isolated)
            # What it lacks is told by who asked; git would say so on the terminal as well.
            nothing = subprocess.DEVNULL
            self._git = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nothing, env=env)
        if self._git.stdin is None or self._git.stdout is None:
            raise GitError(("cat-file", oid), 128, "git has no pipes")
        return self._git.stdin, self._git.stdout

    def close(self) -> None:
        """End git."""
        if self._git:
            self._git.communicate()


def _lacking(oid: str) -> GitError:
    return GitError(("cat-file", oid), 128, "the repository lacks this object")
