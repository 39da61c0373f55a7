"""A new repo is refused only for code that would run, and can be updated from the first commit."""

from pathlib import Path

import pytest

from modelyard.errors import Refused
from modelyard.new import new
from modelyard.update import update
from tests.repos import git
from tests.tool.worlds import CONFIG, World

RECORD = ".copier-answers.yml"


@pytest.mark.parametrize(
    "tasks",
    [
        "[git init -b main]",
        "[\"{% if name == 'nobody' %}touch ran{% endif %}\"]",
        "[{command: touch ran, when: '{{ _copier_operation == \"update\" }}'}]",
    ],
)
def test_tasks_that_do_nothing_are_no_reason(world: World, tmp_path: Path, tasks: str) -> None:
    world.release("v3", {}, f"{CONFIG}_tasks: {tasks}\n")
    new(tmp_path / "made", str(world.template), defaults=True)
    assert RECORD in git(tmp_path / "made", "ls-files")
    assert not (tmp_path / "made" / "ran").exists()


@pytest.mark.parametrize("task", ["touch ran", "touch {{ name }}", "echo x > ran"])
def test_a_task_that_would_run_is_refused_and_named(
    world: World, tmp_path: Path, task: str
) -> None:
    world.release("v3", {}, f"{CONFIG}_tasks: ['{task}']\n")
    with pytest.raises(Refused, match=r"v3 wants to run code .*tasks: (touch|echo x)"):
        new(tmp_path / "made", str(world.template), defaults=True)
    assert not (tmp_path / "made").exists()


def test_what_a_task_only_prints_is_in_the_message(world: World, tmp_path: Path) -> None:
    world.release("v3", {}, f"{CONFIG}_tasks: [echo Welcome]\n_message_after_copy: Hello\n")
    made = new(tmp_path / "made", str(world.template), defaults=True)
    assert made.message == "Hello\nWelcome"


def test_an_answers_file_that_the_template_ignores_is_committed(
    world: World, tmp_path: Path
) -> None:
    world.release("v3", {".gitignore": f"{RECORD}\n*.log\n", "x.log": "x\n"})
    new(tmp_path / "made", str(world.template), defaults=True)
    tracked = git(tmp_path / "made", "ls-files").splitlines()
    assert RECORD in tracked and "x.log" not in tracked
    world.release("v4", {"c.txt": "c\n"})
    assert update(tmp_path / "made").status == "clean"
