"""A forge that a client sees from before and a test from behind."""

import atexit
import functools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from modelyard.forges.by_kind import open_forge
from modelyard.forges.client_options import ClientOptions
from modelyard.forges.forge import Forge, ForgeKind, Repository
from tests.tool.forges.hosted import Hosted
from tests.tool.forges.served import Served, served

LABEL = "modelyard"


@dataclass
class Bad:
    """A forge that misbehaves, a client of little patience, and how long it slept."""

    server: Served
    forge: Forge
    naps: list[float] = field(default_factory=list)

    @property
    def repo(self) -> Hosted:
        """The repository that all goes wrong with."""
        return self.server.repo("churn")

    @property
    def repository(self) -> Repository:
        """The same, as the client sees it."""
        return self.forge.repository("team/churn")

    def client(self, owner: str = "team", **options: float) -> Forge:
        """Open the forge once more, with other options."""
        asked = {"timeout": 1, "tries": 3, "max_wait": 100.0, "backoff": 0.25, **options}
        made = ClientOptions(**asked, sleep=self.naps.append)  # type: ignore[arg-type]
        server = self.server
        return open_forge(server.kind, owner, url=server.url, env=server.env, options=made)


@functools.cache
def _prepared() -> Path:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    with served(folder, ForgeKind.GITHUB) as server:
        made = server.add("churn", files={"a.txt": "1\n"})
        made.push("update", {"a.txt": "2\n"})
        return made.folder


@contextmanager
def bad_forge(folder: Path, kind: ForgeKind) -> Iterator[Bad]:
    """Serve a forge with one repository that has a branch to request."""
    prepared = _prepared()
    shutil.copytree(prepared, folder / "team" / "churn.git")
    with served(folder, kind) as server:
        bad = Bad(server, None)  # type: ignore[arg-type]
        bad.forge = bad.client()
        yield bad
