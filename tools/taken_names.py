"""Adds to choices/taken-names.txt what the locked environment is made of.

A slug is the name of a distribution and of a command, a package is the name of a module: none of
them may be one that is installed already. Run it with `make lock`. A name that was once taken
stays so, whatever becomes of its package.
"""

import json
import keyword
import re
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

CHOICES = Path(__file__).parents[1] / "choices"
TAKEN = CHOICES / "taken-names.txt"
LIST = """
import json, sys
from importlib import metadata
names = {*sys.stdlib_module_names, *metadata.packages_distributions()}
names |= {found.name for found in metadata.distributions()}
names |= {found.name for found in metadata.entry_points(group="console_scripts")}
print(json.dumps(list(names)))
"""


def installed() -> set[str]:
    """Return the names of all pins, and of the modules and commands that they install."""
    lock = "".join(path.read_text("utf-8") for path in sorted(CHOICES.rglob("requirements.lock")))
    with tempfile.TemporaryDirectory() as scratch:
        whole, python = Path(scratch, "all.lock"), Path(scratch, "venv", "bin", "python")
        whole.write_text(lock, "utf-8")
        venv = ["uv", "venv", "--quiet", "--python", sys.executable, str(python.parents[1])]
        sync = ["uv", "pip", "sync", "--quiet", "--require-hashes", "--python", str(python)]
        subprocess.run(venv, check=True)
        subprocess.run([*sync, str(whole)], check=True)
        listed = subprocess.run([python, "-c", LIST], check=True, capture_output=True).stdout
    return {*json.loads(listed), *re.findall(r"^([\w.-]+)==", lock, flags=re.M)}


def as_answer(name: str) -> str:
    """Return a name as a package could be called."""
    return name.lower().replace("-", "_").replace(".", "_")


def main() -> None:
    """Write the file anew."""
    names = {*TAKEN.read_text("utf-8").split(), *keyword.kwlist, *keyword.softkwlist}
    found = {as_answer(name) for name in names | installed() | {"modelyard_platform"}}
    words = sorted(name for name in found if name.isidentifier() and not name.startswith("_"))
    TAKEN.write_text(textwrap.fill(" ".join(words), 100) + "\n", "utf-8")


if __name__ == "__main__":
    main()
