"""Whether the locks fit pyproject.toml, and the environment fits the locks; compiles them anew."""

import argparse
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from . import vendored
from .errors import ProjectError, SetupError
from .pins import LIBRARY, LOCK, pins
from .redaction import streams
from .relock import relock

SYSTEMS = (
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
)


def out_of_step(root: Path) -> list[str]:
    """Return the requirements, of the project and of its library, that the lock does not meet."""
    locked = pins((root / LOCK).read_text("utf-8"))
    problems: list[str] = []
    for requirement in _wanted(root):
        name = canonicalize_name(requirement.name)
        if name == LIBRARY and vendored.is_vendored(root):
            problems += _library_problems(root, requirement)
            continue
        versions = [version for version, _ in locked.get(name, [])]
        if not versions:
            problems.append(f"{requirement}: not locked")
        elif not all(requirement.specifier.contains(v, prereleases=True) for v in versions):
            problems.append(f"{requirement}: locked at {', '.join(versions)}")
    return problems


def _wanted(root: Path) -> Iterator[Requirement]:
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        what = f"pyproject.toml is not TOML: {error}"
        raise SetupError(what, "edit pyproject.toml; is a merge left undecided in it?") from error
    texts = [*project.get("project", {}).get("dependencies", ())]
    # Only this group is compiled into the lock.
    texts += [
        text
        for text in project.get("dependency-groups", {}).get("dev", ())
        if isinstance(text, str)
    ]
    elsewhere = {
        canonicalize_name(name) for name in project.get("tool", {}).get("uv", {}).get("sources", {})
    }
    for requirement in map(_parsed, texts):
        name = canonicalize_name(requirement.name)
        # A file, a repository: its line of the lock is no pin of a version.
        if requirement.url or (name in elsewhere and name != LIBRARY) or _never(requirement):
            continue
        yield requirement
        yield from _of_extras(requirement)


def _parsed(text: str) -> Requirement:
    try:
        return Requirement(text)
    except InvalidRequirement as error:
        what = f"pyproject.toml: {text!r} is no requirement: {error}"
        raise SetupError(what, "edit pyproject.toml") from error


def _never(requirement: Requirement) -> bool:
    """Return whether a marker leaves a requirement out wherever the lock is for."""
    marker = requirement.marker
    return marker is not None and not any(
        marker.evaluate(
            {"python_version": version, "python_full_version": f"{version}.0", **system}
        )
        for version in ("3.11", "3.12", "3.13")
        for system in SYSTEMS
    )


def _of_extras(requirement: Requirement) -> Iterator[Requirement]:
    """Yield what the extras of a requirement ask for; of the library, all that it asks for."""
    try:
        candidates = map(Requirement, metadata.requires(requirement.name) or [])
    except metadata.PackageNotFoundError:
        return
    whole = canonicalize_name(requirement.name) == LIBRARY
    for asked in candidates:
        marker = asked.marker
        extra = marker and any(marker.evaluate({"extra": extra}) for extra in requirement.extras)
        if extra or (whole and not marker):
            yield asked
            if whole:
                yield from _of_extras(asked)


def _library_problems(root: Path, requirement: Requirement) -> Iterator[str]:
    """Yield where pyproject.toml, vendor/platform.lock and the environment name another library."""
    wheel = vendored.locked(root)
    if wheel is None:
        yield f"{requirement}: {vendored.LOCK} names no wheel"
    elif not requirement.specifier.contains(wheel.version, prereleases=True):
        yield f"{requirement}: {vendored.LOCK} has {wheel.version}"


def not_installed(root: Path) -> list[str]:
    """Return the pins for this Python and platform that the running environment does not have."""
    problems = []
    for name, versions in pins((root / LOCK).read_text("utf-8")).items():
        for version, marker in versions:
            if marker and not Marker(marker).evaluate():
                continue
            installed = _installed(name)
            if installed != version:
                problems.append(f"{name}: {installed}, locked at {version}")
    return problems


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "missing"


def main() -> int:
    """Tell whether the lock is in step; with `--relock`, compile it anew; return an exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--relock", metavar="UV", help="compile the lock anew with this uv")
    parser.add_argument("--if-needed", action="store_true", help="only where it is out of step")
    arguments, options = parser.parse_known_args()
    found = out_of_step(Path.cwd())
    if arguments.relock and (found or not arguments.if_needed):
        if arguments.if_needed:
            print(f"… {LOCK} does not fit ({found[0]}): compile it anew", file=sys.stderr)
        return relock(Path.cwd(), arguments.relock, options)
    if not arguments.relock:
        for problem in found:
            print(f"{LOCK} is out of step: {problem}\n  hint: make lock")
    return int(bool(found) and not arguments.relock)


if __name__ == "__main__":
    with streams():
        try:
            sys.exit(main())
        except ProjectError as error:
            print(f"✗ {error}\n  hint: {error.hint}", file=sys.stderr)
            sys.exit(error.exit_code)
