"""Compiles a lock with uv from a pyproject.toml and its wheels, in a folder of its own."""

import functools
import os
import shutil
import subprocess
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelyard.lockfiles import uv_command

SECONDS = 300


@dataclass(frozen=True)
class CompiledLock:
    """A lock, or the reason why there is none."""

    content: bytes | None
    reason: str = ""


@dataclass(frozen=True)
class Source:
    """A wheel that a pyproject.toml names by path.

    Attributes:
        package: The package that it provides, in the normal form of its name.
        path: Where it is, from the folder of the pyproject.toml.
        content: Its bytes.
        left_out: Another lock holds it, so this one does not.
    """

    package: str
    path: str
    content: bytes
    left_out: bool = False


@functools.lru_cache(maxsize=64)
def compile(
    name: str, project: bytes, lock: bytes, sources: tuple[Source, ...] = ()
) -> CompiledLock:
    """Lock what a project asks for, keeping the pins that still fit.

    Where a wheel tells the versions that it was tested with, those go before the old pins.

    Args:
        name: The file name of the lock, which says which kind it is.
        project: The pyproject.toml.
        lock: The lock as it is.
        sources: The wheels that the project names by path.
    """
    uv = _uv()
    if uv is None:
        return CompiledLock(None, "uv is not installed here")
    if name not in {"requirements.lock", "uv.lock"}:
        return CompiledLock(None, f"only uv's locks are compiled here, not {name}")
    try:
        loaded = tomllib.loads(project.decode())
    except (ValueError, RecursionError):
        return CompiledLock(None, "pyproject.toml is invalid")
    with tempfile.TemporaryDirectory(prefix="modelyard-lock-") as folder:
        Path(folder, "pyproject.toml").write_bytes(project)
        for source in sources:
            Path(folder, source.path).parent.mkdir(parents=True, exist_ok=True)
            Path(folder, source.path).write_bytes(source.content)
        words = ["lock"] if name == "uv.lock" else _pip_compile(name, loaded, lock, sources)
        start = lock if name == "uv.lock" else _preferred(lock, sources)
        Path(folder, name).write_bytes(start)
        env = {k: v for k, v in os.environ.items() if k not in {"VIRTUAL_ENV", "PYTHONPATH"}}
        try:
            done = subprocess.run(
                [uv, *words], cwd=folder, env=env, capture_output=True, text=True, timeout=SECONDS
            )
        except subprocess.TimeoutExpired:
            return CompiledLock(None, f"uv took more than {SECONDS} s")
        if done.returncode:
            return CompiledLock(None, f"uv says: {_first_words(done.stderr)}")
        return CompiledLock(Path(folder, name).read_bytes())


def _uv() -> str | None:
    found = shutil.which("uv")
    if found:
        return found
    try:
        import uv

        return str(uv.find_uv_bin())
    except (ImportError, FileNotFoundError):
        return None


def _pip_compile(
    name: str, project: dict[str, Any], lock: bytes, sources: tuple[Source, ...]
) -> list[str]:
    return uv_command.command(
        name,
        project,
        lock.decode("utf-8", "replace"),
        {source.path: source.package for source in sources},
        {source.package for source in sources if source.left_out},
    )


def _preferred(lock: bytes, sources: tuple[Source, ...]) -> bytes:
    # It brings `packaging.requirements`, 20 ms, and few updates compile a lock.
    from modelyard.lockfiles import tested_versions

    text = lock.decode("utf-8", "surrogateescape")
    wheels = (source.content for source in sources if source.path.endswith(".whl"))
    return tested_versions.preferred(text, wheels).encode("utf-8", "surrogateescape")


def _first_words(said: str) -> str:
    lines = [line.strip(" ×╰─▶│") for line in said.splitlines() if line.strip()]
    return " ".join(lines)[:300] or "nothing"
