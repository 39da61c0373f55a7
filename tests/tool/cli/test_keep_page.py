"""docs/how-to/keep-your-own.md, typed in order: the commands work, and print what it shows."""

import subprocess
from pathlib import Path

from tests.conftest import SUITE
from tests.markdown import blocks, typed
from tests.repos import machine
from tests.tool.worlds import World, commit, write

PAGE = SUITE / "docs" / "how-to" / "keep-your-own.md"
PROJECT = """\
[project]
name = "x"
version = "1"

[tool.ruff]
line-length = {length}

[tool.ruff.lint]
extend-select = {select}
"""


def test_the_page_is_true(tmp_path: Path, quick_modelyard: Path) -> None:
    world = World(tmp_path)
    old = PROJECT.format(length=88, select='["B"]')
    world.release("v1.0.0", {"Makefile": "all: install\n", "pyproject.toml": old})
    new = PROJECT.format(length=100, select='["B", "S"]')
    world.release("v1.1.0", {"Makefile": "all: sync\n", "pyproject.toml": new})
    repo = world.repo("v1.0.0")
    mine = {"Makefile": "all: bazel\n", "pyproject.toml": old.replace('"B"', '"ALL"')}
    write(repo, mine)
    commit(repo)
    env = machine(tmp_path / "home")
    (tmp_path / "home" / ".gitconfig").write_text("[user]\nname = Me\nemail = me@example.com\n")
    env["PATH"] = f"{quick_modelyard}:{env['PATH']}"
    seen = 0
    for block in blocks(PAGE):
        for step in typed(block) if block.language == "console" else ():
            done = subprocess.run(
                ["sh", "-c", step.command], cwd=repo, env=env, capture_output=True, text=True
            )
            assert done.returncode == 0, f"{step.command}\n{done.stdout}{done.stderr}"
            shown = iter([" ".join(line.split()) for line in done.stdout.splitlines()])
            # In the order of the page, with more between them.
            for line in step.printed:
                wanted = " ".join(line.split())
                assert any(wanted == other for other in shown), f"{line}\n{done.stdout}"
            seen += 1
            if step.command.startswith("modelyard keep Makefile"):
                (entry,) = (one.text for one in blocks(PAGE) if one.language == "toml")
                assert (repo / ".modelyard.toml").read_text() == entry
    assert seen == 11
    assert (repo / "Makefile").read_text() == "all: bazel\n"
    wanted = new.replace('["B", "S"]', '["ALL"]')
    assert (repo / "pyproject.toml").read_text() == wanted
