"""Whether requirements.lock fits pyproject.toml, and the environment fits requirements.lock."""

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_PIN = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)\s*(?:;\s*(?P<marker>[^\\]+))?", re.M
)


def pins(lock: str) -> dict[str, list[tuple[str, str]]]:
    """Return the pinned versions in a lock, each with its marker, by normalised package name."""
    found: dict[str, list[tuple[str, str]]] = {}
    for match in _PIN.finditer(lock):
        pin = (match["version"], (match["marker"] or "").strip())
        found.setdefault(canonicalize_name(match["name"]), []).append(pin)
    return found


def out_of_step(root: Path) -> list[str]:
    """Return the requirements in pyproject.toml that the lock does not meet."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    wanted = [*project["project"]["dependencies"]]
    for group in project.get("dependency-groups", {}).values():
        wanted += [entry for entry in group if isinstance(entry, str)]
    requirements = [Requirement(text) for text in wanted]
    requirements += [asked for requirement in requirements for asked in _extras(requirement)]
    locked = pins((root / "requirements.lock").read_text("utf-8"))
    problems = []
    for requirement in requirements:
        versions = [version for version, _ in locked.get(canonicalize_name(requirement.name), [])]
        if not versions:
            problems.append(f"{requirement}: not locked")
        elif not all(requirement.specifier.contains(v, prereleases=True) for v in versions):
            problems.append(f"{requirement}: locked at {', '.join(versions)}")
    return problems


def _extras(requirement: Requirement) -> Iterator[Requirement]:
    """Yield what the extras of an installed requirement ask for."""
    try:
        candidates = map(Requirement, metadata.requires(requirement.name) or [])
    except metadata.PackageNotFoundError:
        return
    for asked in candidates:
        marker = asked.marker
        if marker and any(marker.evaluate({"extra": extra}) for extra in requirement.extras):
            yield asked


def not_installed(root: Path) -> list[str]:
    """Return the pins for this Python and platform that the running environment does not have."""
    problems = []
    for name, versions in pins((root / "requirements.lock").read_text("utf-8")).items():
        for version, marker in versions:
            if marker and not Marker(marker).evaluate():
                continue
            try:
                installed = metadata.version(name)
            except metadata.PackageNotFoundError:
                installed = "missing"
            if installed != version:
                problems.append(f"{name}: {installed}, locked at {version}")
    return problems


if __name__ == "__main__":
    found = out_of_step(Path.cwd())
    for problem in found:
        print(f"requirements.lock is out of step: {problem}\n  mend it with: make lock")
    sys.exit(bool(found))
