"""The lower layers, which every command imports, bring nothing that few commands need."""

import subprocess
import sys
from pathlib import Path

from tests.tool.worlds import CONFIG, World

MODULES = (
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
    code = f"import {', '.join(MODULES)}, sys; print(sys.modules.keys() & {HEAVY!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_an_update_loads_nothing_that_asks_or_adopts_or_rolls_out(tmp_path: Path) -> None:
    world = World(tmp_path)
    config = CONFIG + "size: {type: int, choices: [1, 2], default: 2}\n"
    world.release("v1", {"a.txt": "1\n"}, config)
    world.release("v2", {"a.txt": "2\n"}, config)
    code = f"""
import atexit, sys
from modelyard.cli.main import main
heavy = {{"questionary", "prompt_toolkit", "modelyard.adopt.one_repo", "modelyard.fleet.rollout"}}
atexit.register(lambda: print(sys.modules.keys() & heavy))
sys.argv = ["modelyard", "update", {str(world.repo("v1"))!r}]
main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "2 files changed" in done.stdout and done.stdout.endswith("set()\n"), done.stdout


def test_what_asks_is_there_when_it_is_called() -> None:
    code = """
import sys
from modelyard.render.import_copier import asking_nobody, without_prompts
with without_prompts():
    from copier import _user_data
with asking_nobody():
    light = _user_data.Choice("a", None, disabled="no"), _user_data.Choice("a", 0)
assert "questionary" not in sys.modules
real = _user_data.Choice("a", None, disabled="no"), _user_data.Choice("a", 0)
import questionary
assert all(isinstance(choice, questionary.Choice) for choice in real)
for one, other in zip(light, real, strict=True):
    assert vars(one).items() <= vars(other).items(), (vars(one), vars(other))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert not done.returncode, done.stderr


def test_other_threads_get_what_they_import() -> None:
    code = """
import threading
from modelyard.render.import_copier import without_prompts
waiting = threading.Event()
threading.Thread(target=waiting.wait).start()
with without_prompts():
    import prompt_toolkit.shortcuts
waiting.set()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert not done.returncode, done.stderr


def test_of_what_asks_copier_takes_only_what_is_called() -> None:
    code = """
from modelyard.render.import_copier import without_prompts
with without_prompts():
    from copier import _main, _user_data
found = {**vars(_main), **vars(_user_data)}.items()
print(sorted(name for name, value in found if "_StandIn" in getattr(value, "__qualname__", "")))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    # A lexer is handed on as a class, so its module is none of those that have stand-ins.
    assert done.stdout == "['Choice', 'PygmentsLexer', 'confirm', 'unsafe_prompt']\n"
