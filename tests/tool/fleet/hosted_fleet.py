"""Fleets on the APIs of GitHub and GitLab: settings, and repos that are one release behind."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tool.fleet import first_repos
from tests.tool.forges.served import Served
from tests.tool.worlds import World

BRANCH = "modelyard/v1.1.0"
# Of the fixture `fleet_on`: a kind of forge, how many repos, and more of fleet.toml.
FleetOn = Callable[..., Served]
_SETTINGS = """
[forge]
kind = "{kind}"
owner = "{owner}"
url = "{url}"
[template]
source = "{template}"
[[waves]]
name = "canary"
repos = ["r0"]
[[waves]]
name = "rest"
share = 1.0
{more}
"""


def write_settings(forge: Served, template: Path, file: Path, more: str = "") -> None:
    """Write a fleet.toml with two waves: r0, and the rest."""
    file.write_text(
        _SETTINGS.format(
            kind=forge.kind, owner=forge.owner, url=forge.url, template=template, more=more
        )
    )


def add_repos(forge: Served, folder: Path, count: int) -> World:
    """Put repos r0, r1 … on a forge, on v1.0.0 of a template that has v1.1.0."""
    world = first_repos.released(folder)
    for number in range(count):
        first_repos.add(world, forge.place(f"r{number}"), number)
        forge.add(f"r{number}")
    return world


def log_in(forge: Served, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give this process the forge's token, and a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    for name, value in forge.env.items():
        monkeypatch.setenv(name, value)
