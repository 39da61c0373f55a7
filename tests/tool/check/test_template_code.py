"""What `check` says of a newer version whose update would run code of the template."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from modelyard.cli.commands import app
from tests.tool.worlds import CONFIG, World


def said(repo: Path, *options: str) -> str:
    done = CliRunner().invoke(app, ["check", str(repo), *options])
    assert done.exit_code == 4, done.output
    return done.output


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ('_tasks: ["make setup", "make docs"]\n', "tasks: make setup and 1 more"),
        ('_migrations: [{version: v2, before: ["make old"]}]\n', "migrations: make old"),
    ],
)
def test_an_update_that_needs_trust_is_told_with_what_it_runs(
    tmp_path: Path, code: str, named: str
) -> None:
    world = World(tmp_path)
    world.release("v1", {"a.txt": "a\n"})
    repo = world.repo("v1")
    world.release("v2", {"a.txt": "b\n"}, CONFIG + code)
    assert named in said(repo) and "take it: modelyard update --trust" in said(repo)
    assert json.loads(said(repo, "--json"))["code"] == named


def test_an_update_that_runs_nothing_asks_for_no_trust(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.release("v1", {"a.txt": "a\n"})
    repo = world.repo("v1")
    tasks = """_tasks: ["echo done", {command: make setup, when: "{{ name == 'another' }}"}]\n"""
    world.release("v2", {"a.txt": "b\n"}, CONFIG + tasks)
    assert "--trust" not in said(repo)
