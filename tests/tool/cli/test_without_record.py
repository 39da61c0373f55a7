"""`new` from a template that records no answers: no update is possible, and that is said."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tool.worlds import World

NAME = "{{ _copier_conf.answers_file }}.jinja"


def new(world: World, *words: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "modelyard", "new", str(world.folder / "made"))
    wanted = ("--template", str(world.template), "--defaults", *words)
    return subprocess.run([*command, *wanted], capture_output=True, text=True, check=True)


@pytest.mark.parametrize("record", [None, "name: {{ name }}\n", "- {{ name }}\n"])
def test_a_repo_that_can_never_be_updated_is_made_with_a_warning(
    world: World, record: str | None
) -> None:
    world.release("v3", {NAME: record})
    said = new(world, "--json")
    assert ".copier-answers.yml: " in said.stderr
    (notice,) = json.loads(said.stdout)["notices"]
    assert notice["path"] == ".copier-answers.yml"
    if record is None:
        assert notice["reason"] == "no_record"
        assert "{{ _copier_answers | to_nice_yaml -}}" in notice["text"]


def test_what_the_warning_says_to_add_is_enough(world: World) -> None:
    world.release("v3", {NAME: None})
    said = new(world).stderr
    found = re.search(r"a file (\S.*\.jinja) with the line (\{\{.*?\}\})", said)
    assert found
    world.release("v4", {found[1]: f"{found[2]}\n"})
    world = World(world.folder)
    (world.folder / "made").rename(world.folder / "first")
    assert new(world).stderr == ""
    assert "_commit: v4" in Path(world.folder, "made", ".copier-answers.yml").read_text()
