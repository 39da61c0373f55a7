"""Which files hold starter text: prose and examples that a template ships to be rewritten.

A file that a program, a service or a lawyer reads is none: CI, hooks, settings, scripts, licences,
forms of a forge, instructions for agents, and the modules and tests that a project runs.
"""

import re
from collections.abc import Sequence
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
# Of modules, those that a tool runs, or reads its settings from.
_RUN = {"conf", "config", "conftest", "duties", "manage", "noxfile", "settings", "setup", "tasks"}
_RUN_FOLDERS = {"bin", "ci", "hooks", "scripts", "tools"}
# A policy or a licence counts by its wording, whoever wrote it.
_BINDING = re.compile(r"licen[cs]e|copying|notice|security|conduct|governance|terms|privacy", re.I)
# Prompts and instructions are settings of a program that happen to be prose.
_INSTRUCTIONS = re.compile(r"agents?|claude|gemini|copilot.*|skills?|prompts?|rules", re.I)


def starter_kind(path: str) -> StarterKind | None:
    """Return how a file holds starter text, or None where it is no such file.

    Args:
        path: Where it is in the repo, with slashes.
    """
    where = PurePosixPath(path)
    folders, stem, suffix = where.parent.parts, where.stem.lower(), where.suffix.lower()
    known = stem.replace("-", "_") in _NAMES
    hidden = any(part.startswith(".") for part in where.parts)
    if hidden and not (folders == (".github",) and known):
        return None
    if suffix == ".py":
        return StarterKind.PYTHON if _is_example(folders, stem) else None
    if any(_BINDING.search(part) or _INSTRUCTIONS.fullmatch(part) for part in (*folders, stem)):
        return None
    if suffix in _MARKUP:
        return StarterKind.PROSE if known or not _DOCS.isdisjoint(folders[:1]) else None
    return StarterKind.PROSE if known and suffix in ("", ".txt") else None


def _is_example(folders: Sequence[str], stem: str) -> bool:
    if stem in _RUN or not _RUN_FOLDERS.isdisjoint(folders):
        return False
    named = stem.startswith(("example", "test_example")) or stem.endswith("_example")
    return named or not _EXAMPLES.isdisjoint(folders)
