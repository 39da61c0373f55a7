"""Law 12: what a fresh repo installs, by hash, is there and works, on each supported Python."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.template.long_runs import one_of_each
from tests.template.questions import REMOTES, SUITE, parse, rendered
from tools.interpreters import interpreters
from tools.library_tests import blocks

# Imports what each distribution brings, or, where that is only a command, asks its version.
USE = """
import importlib, json, os, subprocess, sys
from importlib import metadata
from pathlib import Path
from packaging.utils import canonicalize_name

modules = {}
for module, owners in metadata.packages_distributions().items():
    for owner in owners:
        modules.setdefault(canonicalize_name(owner), []).append(module)
used = {}
for name in sys.argv[1:]:
    found = metadata.distribution(name)
    used[name] = [m for m in modules.get(name, []) if m.isidentifier() and not m.startswith("_")]
    for module in used[name]:
        importlib.import_module(module)
    stubs = {file.parts[0] for file in found.files if file.parts[0].endswith("-stubs")}
    used[name] += [stub for stub in stubs if Path(found.locate_file(stub)).is_dir()]
    if not used[name]:
        command = Path(sys.executable).with_name(name)
        subprocess.run([command, "--version"], check=True, stdout=subprocess.DEVNULL)
        used[name].append(str(command))
os.write(1, json.dumps(used).encode())  # some package has taken print over
"""


def direct(render: Path) -> list[str]:
    """Return the packages that a render asks for, and those that its library does."""
    project, library = (parse(p / "pyproject.toml") for p in (render, SUITE / "library"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    asked += [*library["project"]["dependencies"]]
    asked += library["project"]["optional-dependencies"]["zenml"]
    return list(dict.fromkeys(canonicalize_name(Requirement(text).name) for text in asked))


def install(root: Path, target: Path, python: Path) -> subprocess.CompletedProcess[str]:
    """Install the locks of a render by hash into a new environment, as `make setup` does."""
    env = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
    venv = ["uv", "venv", "--quiet", "--python", str(python), str(target)]
    subprocess.run(venv, check=True, env=env)
    sync = ["uv", "pip", "sync", "--quiet", "--require-hashes", "--python", str(target)]
    command = [*sync, "requirements.lock", "vendor/platform.lock"]
    return subprocess.run(command, cwd=root, env=env, capture_output=True, text=True)


def use(environment: Path, names: list[str], home: Path) -> dict[str, list[str]]:
    """Import the packages in an environment, and return what was imported for each."""
    env: dict[str, Any] = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    env |= {"HOME": str(home), "GIT_PYTHON_REFRESH": "quiet"}
    command = [str(environment / "bin" / "python"), "-W", "ignore", "-c", USE, *names]
    done = subprocess.run(command, cwd=home, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found


# The oldest; the environment of all lives is of 3.12, where there is one.
@pytest.mark.parametrize("version", one_of_each(interpreters(), always=0))
def test_the_lock_installs_and_every_direct_dependency_imports(
    version: str, suite: Path, tmp_path: Path
) -> None:
    render = rendered(suite, tmp_path / "repo", python_version=version)
    done = install(render, tmp_path / "venv", interpreters()[version])
    assert done.returncode == 0, done.stderr
    names = direct(render)
    assert {"modelyard-platform", "zenml", "mlflow", "dvc", "ruff", "pandas-stubs"} <= set(names)
    used = use(tmp_path / "venv", names, tmp_path)
    assert [name for name in names if not used[name]] == []


def test_every_storage_of_dvc_imports(environment: Path, tmp_path: Path) -> None:
    kinds = [kind for kind in REMOTES if kind != "folder"]
    used = use(environment, [f"dvc-{kind}" for kind in kinds], tmp_path)
    assert used == {f"dvc-{kind}": [f"dvc_{kind}"] for kind in kinds}


def test_a_package_that_is_not_there_is_noticed(environment: Path, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="dvc-gdrive"):
        use(environment, ["dvc-gdrive"], tmp_path)


def test_a_wrong_hash_is_refused(suite: Path, tmp_path: Path) -> None:
    root = rendered(suite, tmp_path / "repo")
    lock = root / "requirements.lock"
    (root / "vendor" / "platform.lock").write_text("", "utf-8")
    (right,) = [block for block in blocks(lock) if block.startswith("six==")]
    python = next(iter(interpreters().values()))
    lock.write_text(right, "utf-8")
    assert install(root, tmp_path / "right", python).returncode == 0
    lock.write_text(re.sub("sha256:.{8}", "sha256:00000000", right), "utf-8")
    done = install(root, tmp_path / "wrong", python)
    assert done.returncode != 0
    assert "Hash mismatch" in done.stderr
