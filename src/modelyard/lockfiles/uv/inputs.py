"""Builds all that uv is given: arguments, files and environment; pure, so that it can be tested.

The pyproject.toml, the lock and the wheels are a member's, and uv believes each of them more than a
member is believed. So nothing of theirs is passed on as it is: each file is written anew from what
was read and checked here.
"""

import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

import tomlkit

from modelyard.lockfiles import (
    bounded_toml,
    path_sources,
    pins,
    tested_versions,
    wheel_metadata,
    without_wheel,
)
from modelyard.lockfiles.path_sources import table
from modelyard.lockfiles.sources import Source
from modelyard.lockfiles.stale import Stale, refused
from modelyard.lockfiles.uv import command as uv_command
from modelyard.lockfiles.uv import environment as uv_environment
from modelyard.lockfiles.uv import lock as uv_lock
from modelyard.lockfiles.uv import project as uv_project
from modelyard.lockfiles.uv import settings as uv_settings
from modelyard.lockfiles.without_wheel import Pin
from modelyard.reasons import NoticeReason

_ALWAYS = ("--quiet", "--no-progress", "--python", sys.executable)


@dataclass(frozen=True)
class UvInput:
    """What uv is given.

    Attributes:
        lock: The file that uv writes.
        arguments: The arguments, without uv itself.
        files: Contents by path, in a folder that holds nothing else.
        environment: The variables.
        hashes: For each wheel that was written anew, its hash and that of the repo's.
        preferred: The pins that the lock has, at the versions that are preferred now.
    """

    lock: str
    arguments: tuple[str, ...]
    files: tuple[tuple[str, bytes], ...]
    environment: tuple[tuple[str, str], ...]
    hashes: tuple[tuple[bytes, bytes], ...] = ()
    preferred: tuple[Pin, ...] = ()

    def asking(self, pins: Sequence[Pin]) -> "UvInput":
        """Return what uv is given to tell whether pins have wheels."""
        asked = {
            "name": "asking",
            "version": "0",
            "dependencies": [f"{p.name}=={p.version}" for p in pins],
        }
        text = tomlkit.dumps({"project": asked, "tool": {"uv": {"workspace": {}}}})
        words = ["pip", "compile", "pyproject.toml", "-o", "asked.txt", "--no-deps", *_ALWAYS]
        return UvInput(
            "asked.txt",
            (*words, "--no-build"),
            (("pyproject.toml", text.encode()),),
            self.environment,
        )

    def with_stubs(self, pins: Sequence[Pin]) -> "UvInput":
        """Return the same, with a wheel for each of the pins that have none."""
        environment = dict(self.environment)
        links = without_wheel.with_folder(environment.get("UV_FIND_LINKS", ""))
        environment["UV_FIND_LINKS"] = links
        files = (*self.files, *(without_wheel.stub(pin) for pin in pins))
        return replace(self, files=files, environment=tuple(sorted(environment.items())))


def build(
    name: str,
    project: bytes,
    lock: bytes,
    sources: tuple[Source, ...],
    template: bytes,
    machine: Mapping[str, str],
    *,
    builds: bool,
) -> UvInput:
    """Return what uv is given.

    Args:
        name: The file name of the lock, which says which kind it is.
        project: The pyproject.toml, as merged.
        lock: The lock as it is.
        sources: The distributions that the project names by path.
        template: The pyproject.toml of the template's render; empty where it has none.
        machine: The environment of the machine.
        builds: Whether packages may be built, which runs their code.

    Raises:
        Stale: Something of it is not passed on.
    """
    loaded = _read(project, "pyproject.toml")
    files = [_distribution(source, builds) for source in sources]
    settings = uv_settings.settings(
        _of_uv(loaded),
        _of_uv(_read(template, "the template's pyproject.toml")),
        {source.path for source in sources},
        machine,
    )
    whole = name == "uv.lock"
    written = uv_project.build(loaded, settings, whole=whole)
    if whole:
        start, arguments = uv_lock.strict(lock), ["lock"]
        before = [Pin(*pin) for pin in uv_lock.versions(start.encode())]
    else:
        text = _text(lock, name)
        known = pins.strict(text, name)
        start = _preferred(known, sources)
        names = {pin.name for pin in without_wheel.of_lock(known)}
        before = [pin for pin in without_wheel.of_lock(start) if pin.name in names]
        arguments = _pip_compile(name, loaded, text, sources)
    arguments += _ALWAYS
    arguments += [] if builds else ["--no-build"]
    return UvInput(
        name,
        tuple(arguments),
        (("pyproject.toml", written.encode()), (name, start.encode()), *files),
        tuple(sorted(uv_environment.for_uv(machine).items())),
        tuple(
            (_sha(content), _sha(source.content))
            for source, (_, content) in zip(sources, files, strict=True)
        ),
        tuple(sorted(before, key=lambda pin: (pin.name, pin.version))),
    )


def _read(content: bytes, name: str) -> dict[str, Any]:
    try:
        return bounded_toml.read(content)
    except ValueError:
        raise Stale(NoticeReason.LOCK_UNREADABLE, name) from None


def _of_uv(loaded: Mapping[str, Any]) -> Mapping[str, Any]:
    return table(table(loaded.get("tool")).get("uv"))


def _text(lock: bytes, name: str) -> str:
    try:
        if len(lock) <= bounded_toml.LARGEST_LOCK:
            return lock.decode()
    except ValueError:
        pass
    raise Stale(NoticeReason.LOCK_UNREADABLE, name)


def _distribution(source: Source, builds: bool) -> tuple[str, bytes]:
    if not path_sources.is_plain(source.path):
        raise refused("the path of a wheel")
    if source.path.endswith(".whl"):
        content = wheel_metadata.rebuild(source.content, source.path, source.package)
        return source.path, content
    if not builds:
        raise Stale(NoticeReason.LOCK_NEEDS_BUILD, source.path)
    return source.path, source.content


def _pip_compile(
    name: str, project: Mapping[str, Any], lock: str, sources: tuple[Source, ...]
) -> list[str]:
    return uv_command.command(
        name,
        project,
        lock,
        {source.path: source.package for source in sources},
        {source.package for source in sources if source.left_out},
    )


def _preferred(lock: str, sources: tuple[Source, ...]) -> str:
    wheels = (s.content for s in sources if PurePosixPath(s.path).suffix == ".whl")
    return tested_versions.preferred(lock, wheels)


def _sha(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
