"""What a template says after an update (`_message_after_update`)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from modelyard.foreign_text import several_lines
from modelyard.render import copier_internal, copier_public, message
from modelyard.render.request import RenderRequest
from modelyard.template.source import Templates
from modelyard.update import update
from tests.repos import git
from tests.tool.worlds import CONFIG, World, commit, lines, write

SAYS = """\
upper: {type: str, when: false, default: "{{ name | upper }}"}
_message_after_update: |

  Edit {{ _copier_conf.dst_path }}/params.yaml, {{ upper }} of {{ _folder_name }}:
  {{ _copier_answers._commit }} has [new] keys {{ {"a": 1} | to_json }}

"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.release("v1", {"a.txt": lines(20)})
    made.release("v2", {"a.txt": lines(20, l3="THREE")}, CONFIG + SAYS)
    return made


def said(repo: Path) -> str:
    return f'Edit {repo}/params.yaml, WORLD of repo:\nv2 has [new] keys {{"a": 1}}'


def test_it_is_told_with_the_answers_and_without_trust(world: World) -> None:
    repo = world.repo()
    assert update(repo).message == said(repo)


def test_it_is_what_copier_says(world: World) -> None:
    copiers = world.repo(name="copiers/repo")
    code = (
        "import copier, sys; "
        "copier.run_update(sys.argv[1], vcs_ref='v2', defaults=True, overwrite=True)"
    )
    command = [sys.executable, "-c", code, str(copiers)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert said(copiers) in done.stderr


@pytest.mark.parametrize("mine", ["mine", "line 3"])
def test_it_is_told_where_something_was_written_and_only_there(world: World, mine: str) -> None:
    repo = world.repo()
    write(repo, {"a.txt": lines(20, l3=mine)})
    commit(repo)
    clean = mine == "line 3"
    assert update(repo, dry_run=True).message == ""
    assert bool(update(repo, branch="up").message) == clean
    assert update(repo).message == said(repo)
    git(repo, "add", "--all")
    git(repo, "commit", "--quiet", "--message", "Update")
    assert update(repo).message == ""


def test_it_is_printed_and_is_a_key_of_the_json(world: World) -> None:
    repo, other = world.repo(), world.repo(name="other/repo")
    command = [sys.executable, "-m", "modelyard", "update"]
    done = subprocess.run([*command, str(repo)], capture_output=True, text=True, check=True)
    assert said(repo) in done.stdout
    done = subprocess.run(
        [*command, "--json", str(other)], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["message"] == said(other)


def test_one_that_does_not_render_is_told_as_it_is_written(world: World) -> None:
    world.release("v3", {}, CONFIG + "_message_after_update: 'Edit {{ 1 + }}'\n")
    repo = world.repo()
    assert update(repo).message == "Edit {{ 1 + }}"


def test_it_cannot_reach_out_of_the_sandbox(world: World) -> None:
    reach = "{{ ''.__class__.__mro__[1].__subclasses__() }}"
    world.release("v3", {}, CONFIG + f'_message_after_update: "{reach}"\n')
    repo = world.repo()
    assert update(repo).message == reach


def test_it_is_shown_without_blank_lines_around_it_and_steers_no_terminal() -> None:
    said = message.trimmed("\n\na\x1b[2J\u202eb\r\n\tc\x07\n\n")
    assert said == "a\x1b[2J\u202eb\n\tc\x07"
    assert several_lines(said) == "a\\x1b[2J\\u202eb\n        c\\x07"


def test_the_public_way_renders_a_plain_one_alike(world: World) -> None:
    text = "_message_after_update: 'Edit {{ name }} in {{ _copier_conf.dst_path }}'\n"
    world.release("v3", {}, CONFIG + text)
    wanted = RenderRequest({"name": "Ada"}, operation="update", destination=Path("/somewhere"))
    with Templates() as templates:
        version = templates.open(str(world.template)).version("v3")
        told = {way.render(version, wanted).message for way in (copier_internal, copier_public)}
    assert told == {"Edit Ada in /somewhere"}
