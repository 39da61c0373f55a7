"""`check` never renders as if the template were trusted, unless it is told to."""

import subprocess
import sys
from pathlib import Path

import pytest

from modelyard.check.check import check
from modelyard.errors import Refused
from modelyard.update import update
from tests.tool.render.hostile import PLANTED, plant
from tests.tool.worlds import CONFIG, World, commit, lines, write

TASKS = f"{CONFIG}_tasks: [touch ran]\n_migrations: [touch ran]\n"
EXTENSION = f"{CONFIG}_jinja_extensions: [hostile_extension.Loud]\n"


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.release("v1", {"a.txt": lines(9)})
    return made


def test_tasks_and_migrations_are_not_run_and_need_no_trust(world: World) -> None:
    repo = world.repo()
    world.release("v2", {"a.txt": lines(9, l3="THREE")}, TASKS)
    found = check(repo)
    assert found.behind and found.changes == ("a.txt",)
    assert not list(world.folder.rglob("ran"))
    with pytest.raises(Refused):
        update(repo, dry_run=True)


@pytest.fixture
def extension(world: World, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An extension that tells when it is loaded, as anybody could have put one beside Copier."""
    folder = world.folder / "modules"
    write(folder, {"hostile_extension.py": EXTENSION_CODE.format(folder / "loaded")})
    monkeypatch.syspath_prepend(str(folder))
    sys.modules.pop("hostile_extension", None)
    return folder / "loaded"


EXTENSION_CODE = """
from pathlib import Path
from jinja2.ext import Extension
Path({!r}).touch()
class Loud(Extension):
    def __init__(self, environment):
        super().__init__(environment)
        environment.filters["loud"] = str.upper
""".replace("{!r}", '"{}"')


@pytest.mark.parametrize("which", ["new", "old"])
def test_an_extension_is_loaded_only_with_trust(world: World, extension: Path, which: str) -> None:
    repo = world.repo()
    if which == "old":
        write(world.template, {"copier.yml": EXTENSION})
        commit(world.template)
        from tests.repos import git

        git(world.template, "tag", "--force", "v1")
        world.release("v2", {"a.txt": lines(9, l3="THREE")})
    else:
        files = {"a.txt": None, "a.txt.jinja": "{{ 'a' | loud }}\n"}
        world.release("v2", files, EXTENSION)
    with pytest.raises(Refused, match="extensions"):
        check(repo)
    assert not extension.exists()
    assert check(repo, trust=True).behind
    assert extension.exists()


@pytest.mark.parametrize(
    "text",
    ["{{ '$FORGE_TOKEN' | expandvars }}", "{{ _external_data.x }}"],
)
def test_a_template_that_reads_the_machine_is_refused(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    outside = plant(tmp_path, monkeypatch)
    repo = world.repo()
    world.release("v2", {"b.txt.jinja": text}, f"{CONFIG}_external_data: {{x: {outside}}}\n")
    with pytest.raises(Refused) as caught:
        check(repo)
    assert PLANTED not in caught.value.message + caught.value.hint


def test_the_command_says_what_it_needs(world: World, extension: Path) -> None:
    repo = world.repo()
    world.release("v2", {"a.txt.jinja": "{{ 'a' | loud }}\n", "a.txt": None}, EXTENSION)
    command = [sys.executable, "-m", "modelyard", "check", str(repo)]
    env = {"PYTHONPATH": str(extension.parent)}
    import os

    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **env})
    assert done.returncode == 9 and "--trust" in done.stderr and "Traceback" not in done.stderr
    done = subprocess.run(
        [*command, "--trust"], capture_output=True, text=True, env={**os.environ, **env}
    )
    assert done.returncode == 4, done.stderr
