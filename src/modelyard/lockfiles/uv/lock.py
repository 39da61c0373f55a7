"""Reads the pins of a uv.lock strictly, and writes them anew as uv's preferences.

What uv is given has no address and no hash: those come from the index that this machine names.
"""

from collections.abc import Mapping
from typing import Any

import tomlkit
from packaging.version import InvalidVersion, Version

from modelyard.lockfiles import bounded_toml, requirements
from modelyard.lockfiles.path_sources import normal, table
from modelyard.lockfiles.stale import Stale, refused
from modelyard.reasons import NoticeReason

_NOWHERE = "https://registry.invalid/simple"
"""uv reads no pin without a registry; it asks the registries that are configured, and not this."""


def strict(content: bytes) -> str:
    """Return a uv.lock that holds names and versions alone.

    The project itself and its wheels have no pin to prefer, so they are left out.

    Raises:
        Stale: It cannot be read, or a package comes from git, a URL or a folder: it is named.
    """
    try:
        loaded = bounded_toml.read(content, bounded_toml.LARGEST_LOCK)
    except ValueError:
        raise Stale(NoticeReason.LOCK_UNREADABLE, "uv.lock") from None
    packages = loaded.get("package", [])
    if not isinstance(packages, list):
        raise Stale(NoticeReason.LOCK_UNREADABLE, "uv.lock")
    pins = [pin for one in packages if (pin := _pin(table(one)))]
    asks = requirements.python(loaded.get("requires-python", ">=3"), "requires-python of uv.lock")
    made: dict[str, Any] = {"version": 1, "requires-python": asks}
    if markers := _markers(loaded):
        made["resolution-markers"] = markers
    return tomlkit.dumps({**made, "package": pins} if pins else made)


def versions(content: bytes) -> set[tuple[str, str]]:
    """Return names and versions of the packages from an index, in a uv.lock that uv wrote."""
    packages = bounded_toml.read(content, 4 * bounded_toml.LARGEST_LOCK).get("package", [])
    return {(one["name"], one["version"]) for one in packages if "registry" in one["source"]}


def _pin(package: Mapping[str, Any]) -> dict[str, Any] | None:
    name = requirements.name(package.get("name"), "a package of uv.lock")
    source = table(package.get("source"))
    kind = next(iter(source), "")
    itself = kind in {"editable", "virtual"} and source[kind] == "."
    wheel = kind == "path" and str(source[kind]).endswith(".whl")
    if len(source) != 1 or not (kind == "registry" or itself or wheel):
        raise refused(f"{name!r} in uv.lock")
    if kind != "registry":
        return None
    try:
        version = str(Version(str(package.get("version"))))
    except InvalidVersion:
        raise refused(f"{name!r} in uv.lock") from None
    pin = {"name": normal(name), "version": version, "source": {"registry": _NOWHERE}}
    markers = _markers(package)
    return {**pin, "resolution-markers": markers} if markers else pin


def _markers(node: Mapping[str, Any]) -> list[str]:
    """Return the markers of the environments that a lock tells apart."""
    listed = node.get("resolution-markers", [])
    if not isinstance(listed, list):
        raise refused("resolution-markers of uv.lock")
    return [requirements.marker(one, "resolution-markers of uv.lock") for one in listed]
