"""docs/how-to/several-templates.md, typed in order: the commands work, and print what it shows."""

import os
import subprocess
from pathlib import Path

from tests.conftest import SUITE
from tests.markdown import blocks, typed
from tests.tool.worlds import World

PAGE = SUITE / "docs" / "how-to" / "several-templates.md"
ADDRESS = "https://github.com/YOUR-TEAM/"


def test_the_page_is_true(tmp_path: Path, quick_modelyard: Path) -> None:
    for name, file in (("service", "main.py"), ("ci", "lint.yml")):
        (tmp_path / name).mkdir()
        world = World(tmp_path / name)
        world.release("v1.0.0", {file: "1\n"})
        world.release("v1.1.0", {file: "2\n"})
        world.template.rename(tmp_path / f"template-{name}")
    env = {**os.environ, "PATH": f"{quick_modelyard}{os.pathsep}{os.environ['PATH']}"}
    here = tmp_path
    seen = 0
    for block in blocks(PAGE):
        for said in typed(block) if block.language == "console" else ():
            if said.command.startswith("cd "):
                here /= said.command.removeprefix("cd ")
                continue
            command = said.command.replace(ADDRESS, f"{tmp_path}/template-")
            done = subprocess.run(
                ["sh", "-c", command],
                env=env,
                cwd=here,
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
            shown = done.stdout.replace(f"{tmp_path}/template-", ADDRESS).splitlines()
            rest = iter(line.strip() for line in shown)
            # In the order of the page, with more between them.
            for line in said.printed:
                assert any(line.strip() == other for other in rest), f"{line}\n{done.stdout}"
            seen += 1
    assert seen == 12
