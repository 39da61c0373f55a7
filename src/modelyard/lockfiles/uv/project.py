"""Builds the pyproject.toml that uv is given: of the repo's, names and versions; no code, no path.

`[build-system]`, scripts and other tools' tables are left out: what is built, and from where, is
not for a repo to say while somebody else's uv runs.
"""

import re
from collections.abc import Mapping
from typing import Any

import tomlkit
from packaging.version import InvalidVersion, Version

from modelyard.lockfiles import requirements
from modelyard.lockfiles.path_sources import table
from modelyard.lockfiles.stale import Stale, refused
from modelyard.reasons import NoticeReason

MOST = 2000
"""Requirements of a project; who asks for more is not a project."""

_ASKED = {"dependencies", "optional-dependencies", "requires-python"}


def build(project: Mapping[str, Any], settings: Mapping[str, Any], *, whole: bool) -> str:
    """Return the text of the pyproject.toml.

    Args:
        project: The pyproject.toml of the repo, parsed.
        settings: The `[tool.uv]` that uv sees.
        whole: Whether the project itself is part of the lock, with its version, as in a uv.lock.

    Raises:
        Stale: Something else than a name with versions is asked for, or a build is needed.
    """
    about = table(project.get("project"))
    made: dict[str, Any] = {
        "name": requirements.name(about.get("name"), "project.name"),
        "version": _version(about, whole),
    }
    if "requires-python" in about:
        made["requires-python"] = requirements.python(
            about["requires-python"], "project.requires-python"
        )
    made["dependencies"] = _listed(about.get("dependencies", []), "project.dependencies")
    made["optional-dependencies"] = {
        requirements.name(extra, "project.optional-dependencies"): _listed(
            wanted, "project.optional-dependencies"
        )
        for extra, wanted in _table(about, "optional-dependencies", "project").items()
    }
    groups = {
        requirements.name(group, "dependency-groups"): _group(wanted)
        for group, wanted in _table(project, "dependency-groups", "pyproject.toml").items()
    }
    lists = [made["dependencies"], *made["optional-dependencies"].values(), *groups.values()]
    if sum(map(len, lists)) > MOST:
        raise refused(f"a project with more than {MOST} requirements")
    # An empty workspace ends uv's search for one in the folders above, which may be anybody's.
    uv = {**settings, "package": _is_package(project), "workspace": {}}
    parts = {"project": made, "dependency-groups": groups, "tool": {"uv": uv}}
    return tomlkit.dumps(parts)


def _version(about: Mapping[str, Any], whole: bool) -> str:
    dynamic = about.get("dynamic", [])
    if not isinstance(dynamic, list) or not all(isinstance(one, str) for one in dynamic):
        raise refused("project.dynamic")
    needed = _ASKED | {"version"} if whole else _ASKED
    if computed := sorted(needed & set(dynamic)):
        raise Stale(NoticeReason.LOCK_NEEDS_BUILD, f"the project, for its {computed[0]},")
    version = about.get("version")
    if isinstance(version, str) and re.fullmatch(r"[A-Za-z0-9.!+_-]{1,100}", version):
        try:
            return str(Version(version))
        except InvalidVersion:
            pass
    if whole:
        raise refused("project.version")
    return "0"


def _table(node: Mapping[str, Any], key: str, of: str) -> Mapping[str, Any]:
    found = node.get(key, {})
    if isinstance(found, dict):
        return found
    raise refused(f"{key} of {of}")


def _listed(wanted: Any, where: str) -> list[str]:
    if not isinstance(wanted, list):
        raise refused(where)
    return [requirements.checked(one, where) for one in wanted[: MOST + 1]]


def _group(wanted: Any) -> list[Any]:
    where = "dependency-groups"
    if not isinstance(wanted, list):
        raise refused(where)
    return [_entry(one, where) for one in wanted[: MOST + 1]]


def _entry(one: Any, where: str) -> Any:
    if isinstance(one, dict) and one.keys() == {"include-group"}:
        return {"include-group": requirements.name(one["include-group"], where)}
    return requirements.checked(one, where)


def _is_package(project: Mapping[str, Any]) -> bool:
    """Tell whether the project is installed with what it asks for, as uv itself tells."""
    said = table(table(project.get("tool")).get("uv")).get("package")
    return said if isinstance(said, bool) else "build-system" in project
