"""Refuses versions that would run code of their own, and answers to what they do not ask."""

from collections.abc import Set
from typing import Any

from modelyard.errors import ModelyardError, Refused
from modelyard.template import config
from modelyard.template.source import Version
from modelyard.template.versions import as_release


def crosses_migration(before: Version, after: Version) -> bool:
    """Tell whether migrations lie between two versions."""
    return before.commit != after.commit and any(
        _applies(migration, before, after) for migration in config.read(after).migrations
    )


def refuse_unknown(version: Version, names: Set[str], error: type[ModelyardError]) -> None:
    """Refuse answers to questions that a version does not ask.

    Raises:
        ModelyardError: There are some; of the type `error`.
    """
    known = config.read(version).questions
    if unknown := names - known:
        raise error(
            f"{version.title} asks no question {', '.join(sorted(unknown))}; "
            f"it asks: {', '.join(sorted(known))}",
            "give --data to one of them",
        )


def refuse_extensions(before: Version, after: Version) -> None:
    """Refuse to render versions whose Jinja extensions are code of their own.

    Raises:
        Refused: One of the versions has extensions.
    """
    for version in (after, before):
        if "extensions" in config.read(version).code:
            raise refused_extensions(version)


def refused_extensions(version: Version) -> Refused:
    """Return the error of a version whose Jinja extensions are code of its own."""
    return Refused(
        f"{version.title} wants to run code on this machine: extensions",
        "read its copier.yml; if you trust it, pass --trust",
    )


def refuse_migrations(before: Version, after: Version) -> None:
    """Refuse an update over a migration.

    Raises:
        Refused: Migrations lie between the versions.
    """
    if crosses_migration(before, after):
        raise refused_code(after, "migrations")


def refuse_code(version: Version) -> None:
    """Refuse a version that has code to run, whether or not it would run.

    Raises:
        Refused: It has tasks or extensions.
    """
    if wants := config.read(version).code:
        raise refused_code(version, ", ".join(sorted(wants)))


def refused_code(version: Version, what: str) -> Refused:
    """Return the error of a version that would run code of its own."""
    return Refused(
        f"{version.title} wants to run code on this machine: {what}",
        "read its copier.yml; if you trust it, modelyard update --trust lets Copier run it",
    )


def _applies(migration: Any, before: Version, after: Version) -> bool:
    about = migration if isinstance(migration, dict) else {}
    named = about.get("version")
    stages = [about[stage] for stage in ("before", "after") if stage in about]
    if stages and not any(stages):
        return False
    if named is None:
        return True
    release, old, new = as_release(str(named)), before.release, after.release
    return not (release and old and new) or old < release <= new
