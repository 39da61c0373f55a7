"""Nothing that is generated may go by the name of something that is installed."""

import json
import keyword
import re
import subprocess
from pathlib import Path

from tests.template.questions import SUITE
from tools.library_tests import blocks

TAKEN = set((SUITE / "choices" / "taken-names.txt").read_text("utf-8").split())

# Every name by which an environment knows what is installed: to import, to require or to call.
INSTALLED = """
import importlib.metadata as metadata, json, sys
names = {*metadata.packages_distributions(), *sys.stdlib_module_names}
for distribution in metadata.distributions():
    names.add(distribution.name)
    names |= {e.name for e in distribution.entry_points if e.group == "console_scripts"}
print(json.dumps(sorted(names)))
"""


def test_every_name_in_the_locked_environment_is_taken(environment: Path) -> None:
    python = environment / "bin" / "python"
    listed = subprocess.run([python, "-c", INSTALLED], capture_output=True, text=True, check=True)
    names = {*json.loads(listed.stdout), *keyword.kwlist, *keyword.softkwlist}
    locks = (SUITE / "choices").rglob("requirements.lock")
    names |= {block.partition("==")[0] for lock in locks for block in blocks(lock)}
    as_answers = {name.lower().replace("-", "_") for name in names}
    missing = {name for name in as_answers - TAKEN if re.fullmatch("[a-z][a-z0-9_]*", name)}
    assert not missing, "hint: make lock"
