"""Compiles a lock with uv from a pyproject.toml and its wheels, in a folder of its own.

What uv says is never shown: it quotes what a member wrote, and addresses with their logins. A cause
that is known here is told instead, with the command that shows the rest.
"""

import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from modelyard.gitrepo.environment import path
from modelyard.lockfiles.sources import Source
from modelyard.lockfiles.stale import Stale
from modelyard.reasons import NoticeReason

if TYPE_CHECKING:
    from modelyard.lockfiles.uv.inputs import UvInput

SECONDS = 300
_LOCKS = {"requirements.lock", "uv.lock"}
_NO_VERSIONS = 1
"""The exit code of uv where no versions fit; all else that fails has another one."""


@dataclass(frozen=True)
class CompiledLock:
    """A lock, or the reason why there is none.

    Attributes:
        content: The lock.
        reason: Why there is none.
        about: What the reason names.
    """

    content: bytes | None
    reason: NoticeReason | None = None
    about: str = ""


def compile(
    name: str,
    project: bytes,
    lock: bytes,
    sources: tuple[Source, ...] = (),
    template: bytes = b"",
    *,
    builds: bool = False,
    template_lock: bytes = b"",
    machine: Mapping[str, str] = os.environ,
) -> CompiledLock:
    """Lock what a project asks for, keeping the pins that still fit.

    Where a wheel tells the versions that it was tested with, those go before the old pins.

    Args:
        name: The file name of the lock, which says which kind it is.
        project: The pyproject.toml.
        lock: The lock as it is.
        sources: The wheels that the project names by path.
        template: The pyproject.toml of the template's render, whose `[tool.uv]` counts.
        builds: Whether packages may be built, which runs their code.
        template_lock: The lock of the template's render, which was compiled where builds may run.
        machine: The environment of the machine.
    """
    if name not in _LOCKS:
        return CompiledLock(None, NoticeReason.LOCK_OTHER_TOOL, name)
    uv = _uv(machine)
    if uv is None:
        return CompiledLock(None, NoticeReason.LOCK_NO_UV)
    # It brings `packaging.requirements` and a writer of TOML, and few updates compile a lock.
    from modelyard.lockfiles.uv import inputs

    try:
        given = inputs.build(name, project, lock, sources, template, machine, builds=builds)
    except Stale as stale:
        return CompiledLock(None, stale.reason, stale.about)
    made = _run(uv, given)
    stopped = made.reason not in {None, NoticeReason.LOCK_UNSATISFIABLE}
    return made if builds or stopped else _without_builds(uv, given, made, template_lock)


def _without_builds(
    uv: str, given: "UvInput", made: CompiledLock, template_lock: bytes
) -> CompiledLock:
    """Return a lock in which nothing is missing, or another version, for the want of a build."""
    from modelyard.lockfiles import without_wheel

    # Of a version that comes as a source alone, a lock has one hash.
    lost = [pin for pin in given.preferred if len(pin.hashes) <= 1]
    if made.content is not None:
        lost = without_wheel.lost(given.preferred, _versions(given, made.content))
    lacking = without_wheel.lacking(lost, lambda pins: not _fails(uv, given.asking(pins)))
    if not lost or lacking == [] or (lacking is None and made.content is None):
        return made
    needs = CompiledLock(None, NoticeReason.LOCK_NEEDS_BUILD, (lacking or lost)[0].name)
    hashed = "--generate-hashes" in given.arguments
    if lacking is None or given.lock == "uv.lock" or any(hashed and not p.hashes for p in lacking):
        return needs
    again = _run(uv, given.with_stubs(lacking)).content
    if again is None:
        return needs
    after = _versions(given, again)
    gone = without_wheel.lost(given.preferred, after)
    of_template = without_wheel.of_lock(template_lock.decode("utf-8", "replace"))
    if not without_wheel.is_complete(gone, lacking, after, of_template):
        return needs
    return CompiledLock(without_wheel.with_hashes(again, lacking))


def _fails(uv: str, given: "UvInput") -> bool:
    return _run(uv, given).content is None


def _versions(given: "UvInput", lock: bytes) -> set[tuple[str, str]]:
    from modelyard.lockfiles import without_wheel
    from modelyard.lockfiles.uv import lock as uv_lock

    if given.lock == "uv.lock":
        return uv_lock.versions(lock)
    return {(pin.name, pin.version) for pin in without_wheel.of_lock(lock.decode())}


@functools.lru_cache(maxsize=64)
def _run(uv: str, given: "UvInput") -> CompiledLock:
    with tempfile.TemporaryDirectory(prefix="modelyard-lock-") as folder:
        for path, content in given.files:
            Path(folder, path).parent.mkdir(parents=True, exist_ok=True)
            Path(folder, path).write_bytes(content)
        try:
            code = subprocess.run(
                [uv, *given.arguments],
                cwd=folder,
                env=dict(given.environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
            ).returncode
        except subprocess.TimeoutExpired:
            return CompiledLock(None, NoticeReason.LOCK_TOO_SLOW)
        if code:
            known = NoticeReason.LOCK_UNSATISFIABLE if code == _NO_VERSIONS else None
            return CompiledLock(None, known or NoticeReason.LOCK_FAILED)
        made = Path(folder, given.lock).read_bytes()
    for ours, theirs in given.hashes:
        made = made.replace(ours, theirs)
    return CompiledLock(made)


def _uv(machine: Mapping[str, str]) -> str | None:
    if found := shutil.which("uv", path=path(machine)):
        return found
    try:
        import uv

        return str(uv.find_uv_bin())
    except (ImportError, FileNotFoundError):
        return None
