"""Checks requirements one by one: a name, extras, versions and a marker, and nothing else.

uv is given what was understood here, written anew, and never the text that was there: what two
parsers read differently reaches it in one reading only.
"""

import re
from typing import Any

from packaging.markers import InvalidMarker, Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from modelyard.lockfiles.stale import refused

_LONGEST = 2000
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?")


def name(text: Any, where: str) -> str:
    """Return the name of a package, an extra or a group.

    Raises:
        Stale: It is none; to uv, a path or an option may stand in the place of one.
    """
    if isinstance(text, str) and _NAME.fullmatch(text):
        return text
    raise refused(where)


def parsed(text: Any, where: str) -> Requirement:
    """Return a requirement that names versions alone.

    Raises:
        Stale: It has a URL or a path, a variable, an option, or is no requirement at all.
    """
    if not isinstance(text, str) or len(text) > _LONGEST:
        raise refused(f"an entry of {where}")
    begins = _NAME.match(text)
    about = f"{begins[0]!r} in {where}" if begins else f"an entry of {where}"
    if not (text.isascii() and text.isprintable()) or "$" in text:
        raise refused(about)
    try:
        found = Requirement(text)
    except (InvalidRequirement, RecursionError):
        raise refused(about) from None
    if found.url or any(one.operator == "===" for one in found.specifier):
        raise refused(about)
    return found


def checked(text: Any, where: str) -> str:
    """Return a requirement as uv may have it.

    Raises:
        Stale: As `parsed` does.
    """
    return str(parsed(text, where))


def python(text: Any, where: str) -> str:
    """Return which versions of Python are asked for.

    Raises:
        Stale: It says something else.
    """
    try:
        if isinstance(text, str) and len(text) <= _LONGEST and text.isascii():
            return str(SpecifierSet(text))
    except InvalidSpecifier:
        pass
    raise refused(where)


def marker(text: Any, where: str) -> str:
    """Return the marker of an environment as uv may have it.

    Raises:
        Stale: It is none.
    """
    try:
        if isinstance(text, str) and len(text) <= _LONGEST and text.isascii() and "$" not in text:
            return str(Marker(text))
    except (InvalidMarker, RecursionError):
        pass
    raise refused(where)
