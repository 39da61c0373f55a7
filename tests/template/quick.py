"""A generated repo whose verbs start in no time; `run` and `start` start the real processes."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from tests.repos import Repo

SCRIPT = Path(__file__).with_name("forked_verbs.py")


@dataclass(frozen=True)
class Quick(Repo):
    """A repo, and the process that its verbs are forks of."""

    server: "subprocess.Popen[str]"

    def on(self, env: dict[str, str]) -> "Quick":
        """Return this repo on a machine where `env` is set too."""
        return Quick(self.root, {**self.env, **env}, self.server)

    def verb(
        self, *words: str, code: int | None = 0, **extra: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run a verb of the console script."""
        assert self.server.stdin and self.server.stdout
        command = [str(self.root / ".venv" / "bin" / self.name), *words]
        with NamedTemporaryFile("w+") as out, NamedTemporaryFile("w+") as told:
            call = {
                "words": command,
                "folder": str(self.root),
                "env": {**self.env, **extra},
                "out": out.name,
                "told": told.name,
            }
            print(json.dumps(call), file=self.server.stdin, flush=True)
            ended = int(self.server.stdout.readline())
            done = subprocess.CompletedProcess(command, ended, out.read(), told.read())
        return self.checked(done, code)


@contextmanager
def quick(repo: Repo) -> Iterator[Quick]:
    """Run that process for a repo until the block ends."""
    python = repo.root / ".venv" / "bin" / "python"
    with subprocess.Popen(
        [str(python), str(SCRIPT)],
        cwd=repo.root.parent,
        env=repo.env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        yield Quick(repo.root, repo.env, server)
        assert server.stdin
        server.stdin.close()
