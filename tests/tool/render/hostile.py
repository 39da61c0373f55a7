"""What tests of hostile templates share: planted secrets, and a render that must not find them."""

from pathlib import Path
from types import ModuleType

import pytest

from modelyard.errors import ModelyardError
from modelyard.render import copier_internal, copier_public
from modelyard.render.request import Rendered, RenderRequest
from modelyard.template.source import Templates
from tests.tool.worlds import CONFIG, Files, World

PLANTED = "planted-7f3a91c2"
"""Stands in the environment and in a file outside of the template; no render may hold it."""

both_ways = pytest.mark.parametrize("way", [copier_internal, copier_public], ids=["fast", "public"])


def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the secret into the environment and a file, and return the file."""
    monkeypatch.setenv("FORGE_TOKEN", PLANTED)
    place = tmp_path / "outside" / "secret.txt"
    place.parent.mkdir()
    place.write_text(PLANTED)
    return place


def rendered(world: World, way: ModuleType, **wanted: object) -> Rendered:
    """Render the newest version of a world's template."""
    with Templates(world.folder / "cache") as templates:
        version = templates.open(str(world.template)).version("v1")
        made: Rendered = way.render(version, RenderRequest({}, **wanted))  # type: ignore[arg-type]
        return made


def refusal(world: World, way: ModuleType, **wanted: object) -> ModelyardError:
    """Render, expect one of our errors, and return it; the secret is not in it."""
    with pytest.raises(ModelyardError) as caught:
        rendered(world, way, **wanted)
    assert PLANTED not in caught.value.message + caught.value.hint
    return caught.value


def template(tmp_path: Path, files: Files, config: str = CONFIG) -> World:
    """Return a world whose template has one version."""
    world = World(tmp_path)
    world.release("v1", files, config)
    return world
