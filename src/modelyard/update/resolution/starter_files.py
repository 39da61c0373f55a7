"""Which files hold starter text: prose and examples that a template ships to be rewritten.

A file that a program, a service or a lawyer reads is none: CI, hooks, settings, scripts, licences,
forms of a forge, instructions for agents, and the modules and tests that a project runs.
"""

import re
from enum import Enum
from pathlib import PurePosixPath


class StarterKind(Enum):
    """How the text of a file is cut into units."""

    PROSE = "paragraphs, headings, items, blocks of code"
    PYTHON = "top-level statements"


_MARKUP = {".md", ".markdown", ".rst", ".adoc"}
_NAMES = {
    *("authors", "changelog", "changes", "contributing", "contributors", "credits"),
    *("development", "getting_started", "history", "install", "installation", "maintaining"),
    *("news", "readme", "roadmap", "support", "todo", "usage"),
}
_DOCS = {"doc", "docs"}
_EXAMPLES = {"example", "examples"}
# A policy or a licence counts by its wording, whoever wrote it.
_BINDING = re.compile(r"licen[cs]e|copying|notice|security|conduct|governance|terms|privacy", re.I)
# Prompts and instructions are settings of a program that happen to be prose.
_RUN = {"conf", "config", "conftest", "duties", "manage", "noxfile", "settings", "setup", "tasks"}
_INSTRUCTIONS = re.compile(r"agents?|claude|gemini|copilot.*|skill|prompts?|rules", re.I)


def starter_kind(path: str) -> StarterKind | None:
    """Return how a file holds starter text, or None where it is no such file.

    Args:
        path: Where it is in the repo, with slashes.
    """
    *folders, name = PurePosixPath(path).parts
    stem, suffix = PurePosixPath(name).stem.lower(), PurePosixPath(name).suffix.lower()
    known = stem.replace("-", "_") in _NAMES
    hidden = any(part.startswith(".") for part in (*folders, name))
    if hidden and not (folders == [".github"] and known):
        return None
    if suffix == ".py":
        shown = stem.startswith(("example", "test_example")) or stem.endswith("_example")
        shown |= stem not in _RUN and not _EXAMPLES.isdisjoint(folders)
        return StarterKind.PYTHON if shown else None
    if any(_BINDING.search(part) or _INSTRUCTIONS.fullmatch(part) for part in (*folders, stem)):
        return None
    if suffix in _MARKUP:
        return StarterKind.PROSE if known or not _DOCS.isdisjoint(folders[:1]) else None
    return StarterKind.PROSE if known and suffix in ("", ".txt") else None
