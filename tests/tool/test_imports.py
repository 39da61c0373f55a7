"""The lower layers, which every command imports, bring nothing that few commands need."""

import subprocess
import sys

ROOMS = (
    "modelyard.forges.by_kind",
    "modelyard.gitrepo.scratch",
    "modelyard.lockfiles.relock",
    "modelyard.template.own",
    "modelyard.template.step",
)
HEAVY = {
    "copier",
    "github",
    "gitlab",
    "importlib.metadata",
    "packaging.requirements",
    "packaging.utils",
    "pathspec",
    "pydantic",
    "requests",
    "urllib3",
    "zipfile",
}


def test_the_lower_layers_are_quick_to_import() -> None:
    code = f"import {', '.join(ROOMS)}, sys; print(sys.modules.keys() & {HEAVY!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
