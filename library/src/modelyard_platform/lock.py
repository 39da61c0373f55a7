"""Whether the locks fit pyproject.toml, and the environment fits the locks; compiles them anew."""

import argparse
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata, resources
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from . import vendored
from .errors import ProjectError, SetupError

LIBRARY = "modelyard-platform"
LOCK = "requirements.lock"

_PIN = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)\s*(?:;\s*(?P<marker>[^\\\n]+))?", re.M
)
_BLOCK = re.compile(r"^\S.*(?:\n[ ].*)*\n?", re.M)


def pins(lock: str) -> dict[str, list[tuple[str, str]]]:
    """Return the pinned versions in a lock, each with its marker, by normalised package name."""
    found: dict[str, list[tuple[str, str]]] = {}
    for match in _PIN.finditer(lock):
        pin = (match["version"], (match["marker"] or "").strip())
        found.setdefault(canonicalize_name(match["name"]), []).append(pin)
    return found


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
    texts = [*project["project"]["dependencies"]]
    for group in project.get("dependency-groups", {}).values():
        texts += [entry for entry in group if isinstance(entry, str)]
    for requirement in map(Requirement, texts):
        yield requirement
        yield from _of_extras(requirement)


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


def tested() -> str:
    """Return the versions that this release of the library was tested with, a line each."""
    return resources.files(__package__).joinpath("constraints.txt").read_text("utf-8")


def relock(root: Path, uv: str, options: list[str]) -> int:
    """Compile the lock from pyproject.toml: tested versions where they fit; return uv's exit code.

    The tested versions are preferences, not limits: what the owner asks for beyond them is taken.
    """
    lock = root / LOCK
    before = lock.read_bytes() if lock.is_file() else b""
    preferred = pins(tested())
    own = [b for b in _BLOCK.findall(before.decode()) if not preferred.keys() & pins(b).keys()]
    lock.write_text(tested() + "".join(own), "utf-8")
    command = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    command += ["--generate-hashes", "--no-header", "--no-annotate", "pyproject.toml"]
    command += ["--group", "dev", "-o", LOCK]
    if vendored.is_vendored(root):
        command += ["--no-emit-package", LIBRARY]
    code = 1
    try:
        code = subprocess.run([*command, *options], cwd=root, check=False).returncode
    finally:
        if code:
            lock.write_bytes(before)
    return code


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
    try:
        sys.exit(main())
    except ProjectError as error:
        print(f"✗ {error}\n  hint: {error.mend}", file=sys.stderr)
        sys.exit(error.exit_code)
