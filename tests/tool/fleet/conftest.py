"""Fleets on the forges that have a server, for a test that asks for one."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from modelyard.forges.forge import ForgeKind
from tests.tool.fleet import hosted_fleet
from tests.tool.fleet.hosted_fleet import FleetOn
from tests.tool.forges.served import Served, served


@pytest.fixture
def fleet_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FleetOn]:
    """Serve a forge with repos one release behind, logged in, and a fleet.toml beside it."""
    with ExitStack() as stack:

        def serve(kind: ForgeKind, repos: int = 1, more: str = "") -> Served:
            forge = stack.enter_context(served(tmp_path / "forge", kind=kind))
            hosted_fleet.log_in(forge, tmp_path, monkeypatch)
            world = hosted_fleet.add_repos(forge, tmp_path, repos)
            hosted_fleet.write_settings(forge, world.template, tmp_path / "fleet.toml", more)
            return forge

        yield serve
