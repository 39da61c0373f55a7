"""Compiles a lock with uv from a pyproject.toml alone, in a folder of its own."""

import functools
import os
import re
import shutil
import subprocess
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECONDS = 300


@dataclass(frozen=True)
class Made:
    """A lock, or the reason why there is none."""

    content: bytes | None
    reason: str = ""


@functools.lru_cache(maxsize=64)
def compile(name: str, project: bytes, lock: bytes) -> Made:
    """Lock what a project asks for, keeping the pins that still fit.

    Args:
        name: The file name of the lock, which says which kind it is.
        project: The pyproject.toml.
        lock: The lock as it is.
    """
    uv = _uv()
    if uv is None:
        return Made(None, "uv is not installed here")
    if name not in {"requirements.lock", "uv.lock"}:
        return Made(None, f"only uv's locks are compiled here, not {name}")
    with tempfile.TemporaryDirectory(prefix="modelyard-lock-") as folder:
        Path(folder, "pyproject.toml").write_bytes(project)
        Path(folder, name).write_bytes(lock)
        loaded = tomllib.loads(project.decode())
        command = [uv, "lock"] if name == "uv.lock" else [uv, *_pip_compile(name, loaded, lock)]
        env = {k: v for k, v in os.environ.items() if k not in {"VIRTUAL_ENV", "PYTHONPATH"}}
        try:
            done = subprocess.run(
                command, cwd=folder, env=env, capture_output=True, text=True, timeout=SECONDS
            )
        except subprocess.TimeoutExpired:
            return Made(None, f"uv took more than {SECONDS} s")
        if done.returncode:
            return Made(None, f"uv says: {_first_words(done.stderr)}")
        return Made(Path(folder, name).read_bytes())


def _uv() -> str | None:
    found = shutil.which("uv")
    if found:
        return found
    try:
        import uv

        return str(uv.find_uv_bin())
    except (ImportError, FileNotFoundError):
        return None


def _pip_compile(name: str, project: dict[str, Any], lock: bytes) -> list[str]:
    """Ask for a lock of the form of the one that is there."""
    text = lock.decode("utf-8", "replace")
    pinned = {_normal(found) for found in re.findall(r"^([A-Za-z0-9][\w.-]*)\S*==", text, re.M)}
    command = ["pip", "compile", "--quiet", "pyproject.toml", "-o", name]
    if re.search(r"^\S+==\S+ ;", text, re.M):
        command.append("--universal")
    if "--hash=" in text:
        command.append("--generate-hashes")
    if not text.startswith("#"):
        command.append("--no-header")
    if not re.search(r"^\s+# via", text, re.M):
        command.append("--no-annotate")
    lowest = re.search(r">=\s*(\d+\.\d+)", str(project.get("project", {}).get("requires-python")))
    command += ["--python-version", lowest[1]] if lowest else []
    for group, wanted in project.get("dependency-groups", {}).items():
        names = {_normal(w) for w in wanted if isinstance(w, str)}
        # A group is part of the lock when most of it is: something may just have been added to it.
        if names and len(names & pinned) * 2 > len(names):
            command += ["--group", group]
    for extra, wanted in project.get("project", {}).get("optional-dependencies", {}).items():
        if wanted and {_normal(w) for w in wanted} <= pinned:
            command += ["--extra", extra]
    return command


def _normal(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", requirement)
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""


def _first_words(said: str) -> str:
    lines = [line.strip(" ×╰─▶│") for line in said.splitlines() if line.strip()]
    return " ".join(lines)[:300] or "nothing"
