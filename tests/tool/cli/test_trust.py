"""`--trust` on the command line reaches the update."""

from pathlib import Path

from typer.testing import CliRunner

from modelyard.cli.commands import app
from tests.tool.worlds import CONFIG, World, lines


def test_update_trust_runs_the_tasks_and_writes(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.release("v1", {"a.txt": lines(9)})
    repo = world.repo("v1")
    tasks = CONFIG + "_tasks: ['echo made > made.txt']\n"
    world.release("v2", {"a.txt": lines(9, l3="THREE")}, tasks)
    refused = CliRunner().invoke(app, ["update", str(repo)])
    assert getattr(refused.exception, "code", refused.exit_code) == 9
    done = CliRunner().invoke(app, ["update", str(repo), "--trust"])
    assert done.exit_code == 0, done.exception
    assert (repo / "made.txt").read_text() == "made\n"
    assert (repo / "a.txt").read_text() == lines(9, l3="THREE")
