"""A forge that a client sees from before and a test from behind."""

import atexit
import functools
import shutil
import tempfile
import time
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
    """A forge that misbehaves, a client of little patience, how long it slept, what it told."""

    server: Served
    forge: Forge
    naps: list[float] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    slept: float = 0.0

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
        server = self.server
        made = ClientOptions(
            **asked,  # type: ignore[arg-type]
            sleep=self.sleep,
            clock=self.clock,
            tell=self.told.append,
            state=server.folder.parent / f"{server.folder.name}-pace",
        )
        return open_forge(server.kind, owner, url=server.url, env=server.env, options=made)

    def clock(self) -> float:
        """What a clock would say if it had slept."""
        return time.monotonic() + self.slept

    def sleep(self, seconds: float) -> None:
        """Say that it slept."""
        self.naps.append(seconds)
        self.slept += seconds


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
