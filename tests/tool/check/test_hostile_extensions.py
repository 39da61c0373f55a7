"""No Jinja extension is loaded without trust, however copier.yml names it and whoever renders."""

import sys
from pathlib import Path

import pytest

from modelyard.check.check import check
from modelyard.errors import Refused
from modelyard.new import new
from modelyard.render import copier_internal
from modelyard.render.request import RenderRequest
from modelyard.template.source import Templates
from modelyard.update import update
from tests.tool.worlds import CONFIG, World, commit, lines, write

EXTENSION = f"{CONFIG}_jinja_extensions: [loud_extension.Loud]\n"
CODE = """
from pathlib import Path
from jinja2.ext import Extension
Path({place!r}).touch()
class Loud(Extension):
    pass
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The mark of an extension that was loaded, as anybody could have put one beside Copier."""
    mark = tmp_path / "loaded"
    write(tmp_path / "modules", {"loud_extension.py": CODE.format(place=str(mark))})
    monkeypatch.syspath_prepend(str(tmp_path / "modules"))
    monkeypatch.delitem(sys.modules, "loud_extension", raising=False)
    return mark


def test_an_older_release_that_a_file_is_compared_with_loads_none(
    world: World, loaded: Path
) -> None:
    world.release("v0.1", {"a.txt": lines(9)}, EXTENSION)
    world.release("v1", {"a.txt": lines(9, l3="THREE")})
    world.release("v2", {"a.txt": lines(9, l3="three")})
    repo = world.repo()
    write(repo, {"a.txt": "edited\n"})
    commit(repo)
    assert [drift.kind for drift in check(repo).drifts] == ["edited"]
    assert not loaded.exists()


@pytest.mark.parametrize("later", ["''", "{}", "[]", "!!set {}"])
def test_a_later_document_does_not_hide_them(world: World, loaded: Path, later: str) -> None:
    world.release("v1", {"a.txt": lines(9)})
    repo = world.repo()
    hidden = f"{EXTENSION}---\n_jinja_extensions: {later}\n"
    world.release("v2", {"a.txt": lines(9, l3="THREE")}, hidden)
    for verb in (check, lambda place: update(place, dry_run=True)):
        with pytest.raises(Refused, match="extensions"):
            verb(repo)
        assert not loaded.exists()
    with pytest.raises(Refused, match="extensions"):
        new(world.folder / "made", str(world.template), defaults=True)
    assert not loaded.exists() and not (world.folder / "made").exists()


def test_whoever_renders_is_refused_before_one_is_loaded(world: World, loaded: Path) -> None:
    world.release("v1", {"a.txt": lines(9)}, EXTENSION)
    with Templates(world.folder / "cache") as templates:
        version = templates.open(str(world.template)).version("v1")
        with pytest.raises(Refused, match="extensions"):
            copier_internal.render(version, RenderRequest({}))
        assert not loaded.exists()
        copier_internal.render(version, RenderRequest({}, trusted=True))
    assert loaded.exists()


def test_lists_of_included_settings_are_read_as_copier_does(world: World) -> None:
    world.release("v1", {"a.txt": "a\n"})
    write(world.template, {"shared/more.yml": "mood: {type: str, default: good}\n"})
    config = "- _subdirectory: template\n  name: {type: str, default: World}\n- !include shared/*\n"
    world.release("v2", {"mood.txt.jinja": "{{ mood }}\n"}, config)
    new(world.folder / "made", str(world.template), defaults=True)
    assert (world.folder / "made" / "mood.txt").read_text() == "good\n"
