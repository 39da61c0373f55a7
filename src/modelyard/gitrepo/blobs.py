"""Reads blobs out of a repository through one git process."""

import subprocess
from pathlib import Path

from modelyard.gitrepo import git
from modelyard.gitrepo.git import GitError


class Blobs:
    """A reader of blobs; git starts with the first one that is asked for."""

    def __init__(self, repository: Path, *, isolated: bool = False) -> None:
        self._repository, self._isolated = repository, isolated
        self._git: subprocess.Popen[bytes] | None = None

    def read(self, oid: str) -> bytes:
        """Return the content of a blob.

        Raises:
            GitError: The repository lacks it.
        """
        if self._git is None:
            command = [*git.place(self._repository), "cat-file", "--batch"]
            pipe, env = subprocess.PIPE, git.call_environment(isolated=self._isolated)
            self._git = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=env)
        asked, answered = self._git.stdin, self._git.stdout
        if asked is None or answered is None:
            raise GitError(("cat-file", oid), 128, "git has no pipes")
        asked.write(f"{oid}\n".encode())
        asked.flush()
        about = answered.readline().split()
        if len(about) != 3:
            raise GitError(("cat-file", oid), 128, "the repository lacks this object")
        content = answered.read(int(about[2]))
        answered.read(1)
        return content

    def close(self) -> None:
        """End git."""
        if self._git:
            self._git.communicate()
