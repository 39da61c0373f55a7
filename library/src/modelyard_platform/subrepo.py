"""Shows a folder of a larger git repository to programs that know only whole repositories.

They get a git directory of their own, a temporary one: its index has the folder's entries, its HEAD
is a commit of the folder. It reads the objects and the settings of the larger repository; whatever
they write, a ref, a setting or an object, goes with it.
"""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from .errors import SetupError
from .git import git, identity

# Outweighs the settings of the larger repository, which are of its top and of its own index.
_SETTINGS = """
[core]
\tbare = false
\tfsmonitor = false
\tsparseCheckout = false
\tsplitIndex = false
\tuntrackedCache = false
[diff]
\torderFile = /dev/null
[gc]
\tauto = 0
"""


@contextmanager
def shown(root: Path) -> Iterator[dict[str, str]]:
    """Yield the environment variables with which git takes `root` for the top of a repository."""
    folder = Path(mkdtemp(prefix="modelyard-"))
    own = {"GIT_DIR": str(folder), "GIT_WORK_TREE": str(root)}
    try:
        _make(root, folder)
        _fill_index(root, own)
        _commit(root, own)
        yield own
    finally:
        # Somebody's work may be in it, above all where the hooks were interrupted.
        if _resolved(root, "refs/stash", own):
            print(f"a hook left a stash: GIT_DIR={folder} git stash list", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _make(root: Path, folder: Path) -> None:
    kind = git(root, "rev-parse", "--show-object-format").strip()
    git(root, "init", "--quiet", "--bare", "--template=", f"--object-format={kind}", str(folder))
    config = folder / "config"
    git(root, "config", "--file", str(config), "include.path", str(_real(root, "config")))
    with config.open("a", encoding="utf-8") as file:
        file.write(_SETTINGS)
    alternates = folder / "objects" / "info" / "alternates"
    alternates.parent.mkdir(exist_ok=True)
    alternates.write_bytes(bytes(_real(root, "objects")) + b"\n")


def _real(root: Path, name: str) -> Path:
    """Return where the larger repository has a file or folder of its git directory."""
    return (root / git(root, "rev-parse", "--git-path", name).removesuffix("\n")).resolve()


def _fill_index(root: Path, own: dict[str, str]) -> None:
    entries = git(root, "ls-files", "--stage", "-z")
    git(root, "update-index", "-z", "--index-info", env=own, given=entries)
    states = git(root, "ls-files", "-t", "-z").split("\0")
    absent = "".join(f"{state[2:]}\0" for state in states if state.startswith("S "))
    if absent:
        git(root, "update-index", "--skip-worktree", "-z", "--stdin", env=own, given=absent)


def _commit(root: Path, own: dict[str, str]) -> None:
    """Let HEAD be what the larger repository's HEAD has of the folder; unborn if it has none."""
    tree = _resolved(root, "HEAD:./", {})
    if tree:
        made = git(root, *identity(root), "commit-tree", tree, "-m", "The folder", env=own)
        git(root, "update-ref", "HEAD", made.strip(), env=own)


def _resolved(root: Path, name: str, env: dict[str, str]) -> str:
    try:
        return git(root, "rev-parse", "--verify", "--quiet", name, env=env).strip()
    except SetupError:
        return ""
