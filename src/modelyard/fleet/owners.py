"""Who answers for a repo: its CODEOWNERS, else its answer `owner`."""

from collections.abc import Mapping
from typing import Any

from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, Read, Tree

# Where GitHub and GitLab look, in their order; the first that is there counts.
_FILES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
_ALL = {"*", "**", "/**", "/"}
_LONGEST = 200


def of(tree: Tree, read: Read) -> str:
    """Return who answers for a repo by its CODEOWNERS; "" where that does not say.

    Args:
        tree: The files of its default branch, from its top.
        read: Gives their contents.
    """
    for path in _FILES:
        file = tree.get(path)
        if file and file.mode in {PLAIN, EXECUTABLE}:
            return of_all(read(file.oid).decode("utf-8", "replace"))
    return ""


def by_answer(answers: Mapping[str, Any]) -> str:
    """Return who answers for a repo by its answer `owner`; "" where there is none."""
    answer = answers.get("owner")
    return answer.strip()[:_LONGEST] if isinstance(answer, str) else ""


def of_all(codeowners: str) -> str:
    """Return the owners of all files in a CODEOWNERS: of its last rule that is for each of them."""
    found: list[str] = []
    for line in codeowners.splitlines():
        pattern, *names = line.partition("#")[0].split() or [""]
        if pattern in _ALL:
            found = names
    return " ".join(found)[:_LONGEST]
