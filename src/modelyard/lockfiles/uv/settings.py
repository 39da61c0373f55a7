"""Decides which settings of `[tool.uv]` uv sees: those of the template's render, one by one.

A repo's own settings decide where packages come from and where files are written, so none of them
reaches uv. A render has answers of the repo in it, so an index counts only where the machine names
its address too.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from modelyard.lockfiles import path_sources, requirements
from modelyard.lockfiles.path_sources import normal, table
from modelyard.lockfiles.stale import Stale, refused
from modelyard.lockfiles.uv import environment
from modelyard.reasons import NoticeReason

_WITHOUT_BEARING = {
    *("add-bounds", "build-backend", "cache-dir", "cache-keys", "check-url", "compile-bytecode"),
    *("concurrent-builds", "concurrent-downloads", "concurrent-installs", "default-groups"),
    *("link-mode", "managed", "no-cache", "offline", "package", "preview", "preview-features"),
    *("publish-url", "python-downloads", "python-preference", "reinstall", "reinstall-package"),
    *("required-version", "trusted-publishing"),
}
"""Settings that say nothing about which versions a lock has; they are left out without a word."""

_CHOICES = {
    "fork-strategy": {"fewest", "requires-python"},
    "prerelease": {"allow", "disallow", "explicit", "if-necessary", "if-necessary-or-explicit"},
    "resolution": {"highest", "lowest", "lowest-direct"},
}


def settings(
    repo: Mapping[str, Any],
    template: Mapping[str, Any],
    wheels: Collection[str],
    machine: Mapping[str, str],
) -> dict[str, Any]:
    """Return the `[tool.uv]` that uv sees.

    Args:
        repo: The `[tool.uv]` of the repo, as merged.
        template: That of the template's render.
        wheels: The paths of the wheels that uv is given.
        machine: The environment of the machine.

    Raises:
        Stale: The repo differs from its template in a setting that matters, or the template has
            one that uv is not given. It is named.
    """
    made: dict[str, Any] = {}
    for key in sorted((repo.keys() | template.keys()) - _WITHOUT_BEARING - {"sources"}):
        if key not in _CHECKS or key not in template or repo.get(key) != template[key]:
            raise refused(_setting(key))
        made[key] = _CHECKS[key](template[key], _setting(key), machine)
    names = {entry["name"] for entry in made.get("index", []) if "name" in entry}
    if found := _sources(table(repo.get("sources")), table(template.get("sources")), names, wheels):
        made["sources"] = found
    return made


def _setting(*keys: str) -> str:
    named = all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", key) for key in keys)
    return f"tool.uv.{'.'.join(keys)}" if named else "a setting of tool.uv"


def _sources(
    repo: Mapping[str, Any],
    template: Mapping[str, Any],
    indexes: Collection[str],
    wheels: Collection[str],
) -> dict[str, Any]:
    made = {}
    for name, entry in repo.items():
        where = _setting("sources", name)
        entries = entry if isinstance(entry, list) else [entry]
        kept = [_source(table(one), indexes, wheels, where) for one in entries]
        if template.get(name) != entry and any("index" in one for one in kept):
            raise refused(where)
        made[normal(requirements.name(name, where))] = kept
    return made


def _source(
    entry: Mapping[str, Any], indexes: Collection[str], wheels: Collection[str], where: str
) -> dict[str, str]:
    kept: dict[str, str] = {}
    for key, value in entry.items():
        if key == "path" and path_sources.inside(value) in wheels:
            kept["path"] = str(path_sources.inside(value))
        elif key == "index" and isinstance(value, str) and value in indexes:
            kept["index"] = value
        elif key == "marker":
            kept["marker"] = requirements.marker(value, where)
        else:
            raise refused(where)
    if len(kept.keys() & {"path", "index"}) != 1:
        raise refused(where)
    return kept


def _requirements(value: Any, where: str, machine: Mapping[str, str]) -> list[str]:
    return [requirements.checked(one, where) for one in _list(value, where)]


def _markers(value: Any, where: str, machine: Mapping[str, str]) -> list[str]:
    listed = [value] if isinstance(value, str) else _list(value, where)
    return [requirements.marker(one, where) for one in listed]


def _choice(value: Any, where: str, machine: Mapping[str, str]) -> str:
    if isinstance(value, str) and value in _CHOICES[where.rpartition(".")[2]]:
        return value
    raise refused(where)


def _date(value: Any, where: str, machine: Mapping[str, str]) -> str:
    if isinstance(value, str) and re.fullmatch(r"[0-9A-Za-z:+. -]{1,40}", value):
        return value
    raise refused(where)


def _indexes(value: Any, where: str, machine: Mapping[str, str]) -> list[dict[str, Any]]:
    known = environment.indexes(machine)
    return [_index(table(one), where, known) for one in _list(value, where)]


def _index(
    entry: Mapping[str, Any], where: str, known: Collection[tuple[str, str]]
) -> dict[str, Any]:
    """Return an index whose address the machine names, without a login that may stand in it."""
    made: dict[str, Any] = {k: v for k, v in entry.items() if isinstance(v, bool)}
    name = requirements.name(entry["name"], where) if "name" in entry else ""
    url = environment.plain(str(entry.get("url")))
    if entry.keys() - {"name", "url", "explicit", "default"} or made.keys() & {"name", "url"}:
        raise refused(where)
    addresses = {address for other, address in known if other.lower() == name.lower()}
    if url not in (addresses or {address for _, address in known}):
        raise Stale(NoticeReason.LOCK_UNKNOWN_INDEX, name or "without a name")
    return {**({"name": name} if name else {}), "url": url, **made}


def _list(value: Any, where: str) -> list[Any]:
    if isinstance(value, list):
        return value
    raise refused(where)


_CHECKS: Mapping[str, Callable[[Any, str, Mapping[str, str]], Any]] = {
    **dict.fromkeys(_CHOICES, _choice),
    "constraint-dependencies": _requirements,
    "dev-dependencies": _requirements,
    "environments": _markers,
    "exclude-newer": _date,
    "index": _indexes,
    "override-dependencies": _requirements,
    "required-environments": _markers,
}
"""The settings that uv gets from a template, each with what checks and rewrites its value."""
