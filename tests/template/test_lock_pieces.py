"""Law 12: the lock of a render is cut from one resolution, whole, by hash, and in step."""

import re
import subprocess
from importlib import import_module
from itertools import combinations
from pathlib import Path

import pytest

from tests.template.questions import REMOTES, SUITE, rendered
from tools.library_tests import blocks

CORE = SUITE / "choices" / "core" / "requirements.lock"
PIECES = {kind: SUITE / "choices" / "storage" / kind / "requirements.lock" for kind in REMOTES}


def pins(lock: Path) -> dict[str, str]:
    """Return the whole block of each pin, by name and marker."""
    found = {}
    for block in blocks(lock):
        name, _, rest = block.partition("==")
        marker = rest.splitlines()[0].partition(";")[2].strip(" \\")
        assert f"{name};{marker}" not in found, f"{lock}: {name} is there twice"
        found[f"{name};{marker}"] = block
    return found


@pytest.mark.parametrize("lock", [CORE, *PIECES.values(), SUITE / "requirements.lock"])
def test_every_line_belongs_to_a_pin_with_hashes(lock: Path) -> None:
    found = pins(lock)
    assert "".join(found.values()) == lock.read_text("utf-8")
    for block in found.values():
        assert re.match(r"[a-z0-9-]+==[\w.+!]+( ;[^\n]*)? \\\n", block), block
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\n\Z", block), block


def test_the_pieces_add_to_the_core_and_agree_with_each_other() -> None:
    core = pins(CORE)
    for piece in PIECES.values():
        assert not {name.partition(";")[0] for name in pins(piece)} & {
            name.partition(";")[0] for name in core
        }
    for one, other in combinations(map(pins, PIECES.values()), 2):
        assert {name for name in one.keys() & other.keys() if one[name] != other[name]} == set()


def test_only_a_folder_needs_nothing_more() -> None:
    assert [kind for kind, piece in PIECES.items() if not pins(piece)] == ["folder"]


@pytest.mark.parametrize("kind", REMOTES)
def test_a_rendered_lock_is_core_and_piece_and_in_step(
    kind: str, suite: Path, environment: Path, tmp_path: Path
) -> None:
    target = rendered(suite, tmp_path / "repo", dvc_remote=REMOTES[kind])
    lock = target / "requirements.lock"
    assert lock.read_text("utf-8") == CORE.read_text("utf-8") + PIECES[kind].read_text("utf-8")
    done = in_step(target, environment)
    assert done.returncode == 0, done.stdout
    if kind != "folder":
        lock.write_bytes(CORE.read_bytes())
        done = in_step(target, environment)
        assert done.returncode == 1
        assert f"dvc-{kind}" in done.stdout


def in_step(target: Path, environment: Path) -> subprocess.CompletedProcess[str]:
    """Ask the render's own check, in an environment that knows what extras ask for."""
    command = [str(environment / "bin" / "python"), "-m", "modelyard_platform.lock"]
    return subprocess.run(command, cwd=target, capture_output=True, text=True)


def test_the_suite_s_own_lock_is_in_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(SUITE / "library" / "src")
    assert import_module("modelyard_platform.lock").out_of_step(SUITE) == []
