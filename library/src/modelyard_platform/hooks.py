"""The hooks of this repo, which pre-commit runs: on all files, and with each commit.

pre-commit works at the top of git's work tree. Where the repo is a folder of a larger one, the
folder is shown to it as a work tree of its own: with an index that has the folder's entries alone.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from .errors import ProjectError, SetupError
from .git import git

PRE_COMMIT = Path(sys.executable).with_name("pre-commit")
# What git sets for a hook of the larger repository, which may be what calls this.
_OF_A_HOOK = ("GIT_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_WORK_TREE")


def run_on_all_files(root: Path, arguments: Sequence[str]) -> int:
    """Run the hooks on all files that git knows in `root`; return pre-commit's exit code.

    SetupError where git knows none: all hooks would pass without a look.
    """
    for name in _OF_A_HOOK:
        os.environ.pop(name, None)
    if not git(root, "ls-files", "--", "pyproject.toml"):
        raise SetupError("nothing is added to git", "git add --all")
    command = [str(PRE_COMMIT), "run", "--all-files", *arguments]
    with _as_a_work_tree(root) as environment:
        return subprocess.run(command, cwd=root, env=environment).returncode


def install(root: Path) -> None:
    """Let git run the hooks with each commit, unless it does, or the repo is not at git's top."""
    if PRE_COMMIT.exists() and is_top(root) and not installed(root):
        command = [str(PRE_COMMIT), "install", "--overwrite"]
        subprocess.run(command, cwd=root, check=False, capture_output=True)


def is_top(root: Path) -> bool:
    """Whether the repo is no folder of a larger one."""
    return not git(root, "rev-parse", "--show-prefix").strip()


def installed(root: Path) -> bool:
    """Whether git runs the hooks: not so with the hook of releases before 0.3.0 and no prek."""
    folder = root / git(root, "rev-parse", "--git-path", "hooks").strip()
    hook = folder / "pre-commit"
    if not hook.is_file():
        return False
    prek = re.search(r'^PREK="(.*/\.venv/bin/prek)"$', hook.read_text("utf-8", "replace"), re.M)
    return prek is None or Path(prek[1]).exists()


@contextmanager
def _as_a_work_tree(root: Path) -> Iterator[dict[str, str]]:
    """Yield an environment in which git takes `root` for the top of its work tree."""
    if is_top(root):
        yield dict(os.environ)
        return
    entries = git(root, "ls-files", "--stage", "-z")
    with TemporaryDirectory() as folder:
        own = {
            "GIT_DIR": git(root, "rev-parse", "--absolute-git-dir").strip(),
            "GIT_WORK_TREE": str(root),
            "GIT_INDEX_FILE": str(Path(folder) / "index"),
        }
        git(root, "update-index", "-z", "--index-info", env=own, given=entries)
        yield {**os.environ, **own}


def main() -> int:
    """Run the hooks on all files of the repo in the working directory."""
    try:
        return run_on_all_files(Path.cwd(), sys.argv[1:])
    except ProjectError as error:
        print(f"✗ {error}" + (f"\n  hint: {error.mend}" if error.mend else ""), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
