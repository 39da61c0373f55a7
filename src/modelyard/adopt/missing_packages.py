"""Which packages of the standard's pyproject.toml the owner's does not name."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from modelyard.adopt.metadata import table


def packages_that_are_missing(ours: bytes, theirs: bytes) -> tuple[str, ...]:
    """Return the requirements of `theirs` whose packages `ours` names nowhere; () if in doubt."""
    try:
        mine, standard = (tomllib.loads(content.decode()) for content in (ours, theirs))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        return ()
    known = {_name(requirement) for requirement in _requirements(mine)}
    found = _strings(table(standard, "project").get("dependencies"))
    return tuple(r for r in found if _name(r) not in known)


def _requirements(loaded: Mapping[str, Any]) -> Iterator[str]:
    project, poetry = table(loaded, "project"), table(table(loaded, "tool"), "poetry")
    extras, groups = table(project, "optional-dependencies"), table(loaded, "dependency-groups")
    for listed in (project.get("dependencies"), *extras.values(), *groups.values()):
        yield from _strings(listed)
    yield from table(poetry, "dependencies")
    for name in table(poetry, "group"):
        yield from table(table(table(poetry, "group"), name), "dependencies")


def _strings(node: Any) -> list[str]:
    return [one for one in node if isinstance(one, str)] if isinstance(node, list) else []


def _name(requirement: str) -> str:
    found = re.match(r"\s*[A-Za-z0-9][\w.-]*", requirement)
    return re.sub(r"[-_.]+", "-", found[0].strip()).lower() if found else ""
