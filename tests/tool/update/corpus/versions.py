"""The template of the corpus as a git repo, with a tag for each of its three versions."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

from tests.repos import git
from tests.tool.update.corpus.second import second
from tests.tool.update.corpus.third import third
from tests.tool.update.corpus.version import Version
from tests.tool.update.oracle import Witness

TAGS = ("v1.0.0", "v2.0.0", "v3.0.0")
_CHANGES: dict[str, Callable[[Version], list[Witness]]] = {"v2.0.0": second, "v3.0.0": third}


def build(root: Path) -> dict[str, list[Witness]]:
    """Make the template's repo in `root`, a tag each version; return what each brings."""
    now, brings = Version(), {}
    root.mkdir(parents=True)
    git(root, "init", "--quiet", "--template=", "--initial-branch", "main")
    for tag in TAGS:
        if tag in _CHANGES:
            now = deepcopy(now)
            brings[tag] = _CHANGES[tag](now)
            git(root, "rm", "--quiet", "-r", ".")
        now.write(root)
        git(root, "add", "--all", "--force")
        git(root, "commit", "--quiet", "--message", f"Release {tag}")
        git(root, "tag", tag)
    return brings
