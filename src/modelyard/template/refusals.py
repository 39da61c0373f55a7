"""Refuses versions that would run code of their own, and answers to what they do not ask."""

from collections.abc import Set

from modelyard.errors import ModelyardError, Refused
from modelyard.template import config
from modelyard.template.source import Version


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


def refused_code(version: Version, what: str) -> Refused:
    """Return the error of a version that would run code of its own."""
    return Refused(
        f"{version.title} wants to run code on this machine: {what}",
        "read its copier.yml; if you trust it, modelyard update --trust lets Copier run it",
    )
