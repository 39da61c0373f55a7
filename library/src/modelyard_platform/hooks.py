"""The hooks of this repo, which pre-commit runs: on all files, and with each commit.

pre-commit works at the top of git's work tree. Where the repo is a folder of a larger one, the
folder is shown to it as a repository of its own.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from . import subrepo
from .errors import ProjectError, SetupError, UsageError, disk_full
from .git import git
from .permissions import users_umask
from .redaction import streams

PRE_COMMIT = Path(sys.executable).with_name("pre-commit")
_OF_REFS = ("--from-ref", "--source", "-s", "--to-ref", "--origin", "-o")
# As pre-commit asks what a hook changed; it takes a failure for no change.
_COMPARE = ("diff", "--no-ext-diff", "--no-textconv", "--ignore-submodules")


def run_on_all_files(root: Path, arguments: Sequence[str]) -> int:
    """Run the hooks on all files that git knows in `root`; return pre-commit's exit code.

    SetupError where git knows none: all hooks would pass without a look.
    """
    # A hook of the larger repository may be what calls this.
    for name in git(root, "rev-parse", "--local-env-vars").split():
        if not name.startswith("GIT_CONFIG"):
            os.environ.pop(name, None)
    if not PRE_COMMIT.exists():
        raise SetupError("pre-commit is not installed in this environment", "make setup")
    if not git(root, "ls-files", "--", "pyproject.toml"):
        raise SetupError("nothing is added to git", "git add --all")
    command = [str(PRE_COMMIT), "run", "--all-files", *arguments]
    with _environment(root, arguments) as environment:
        git(root, *_COMPARE, env=environment)
        return subprocess.run(command, cwd=root, env=environment).returncode


def install(root: Path) -> None:
    """Let git run the hooks with each commit, unless it does, or the repo is not at git's top.

    A hook that is somebody's own stays.
    """
    missing = is_top(root) and not installed(root) and not of_another(root)
    if PRE_COMMIT.exists() and missing:
        command = [str(PRE_COMMIT), "install", "--overwrite"]
        subprocess.run(command, cwd=root, umask=users_umask(), capture_output=True, check=False)


def is_top(root: Path) -> bool:
    """Whether the repo is no folder of a larger one."""
    return not git(root, "rev-parse", "--show-prefix").strip()


def elsewhere(root: Path) -> str:
    """Return the folder whose hooks git runs in the place of each repo's own; mostly none."""
    ask = ["git", "-C", str(root), "config", "--get", "core.hooksPath"]
    return subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip()


def installed(root: Path) -> bool:
    """Whether git runs the hooks: not so with the hook of releases before 0.3.0 and no prek."""
    text = _hook(root)
    prek = re.search(r'^PREK="(.*/\.venv/bin/prek)"$', text, re.M)
    if prek is not None:
        return Path(prek[1]).exists()
    return re.search(r"\bpre[-_]commit\b|\bprek\b", text) is not None


def of_another(root: Path) -> bool:
    """Whether git runs a hook here that is somebody's own, or that git's templates brought."""
    text = _hook(root)
    return bool(text) and "prek" not in text and not installed(root)


def _hook(root: Path) -> str:
    folder = root / git(root, "rev-parse", "--git-path", "hooks").strip()
    hook = folder / "pre-commit"
    return hook.read_text("utf-8", "replace") if hook.is_file() else ""


@contextmanager
def _environment(root: Path, arguments: Sequence[str]) -> Iterator[dict[str, str]]:
    """Yield an environment in which git takes `root` for the top of its work tree."""
    if is_top(root):
        yield dict(os.environ)
        return
    refs = [word for word in arguments if word.partition("=")[0] in _OF_REFS]
    if refs:
        what = f"{refs[0]} names files as they are seen from git's top, and this is a folder of it"
        raise UsageError(what, "make check (looks at all files)")
    with subrepo.shown(root) as own:
        yield {**os.environ, **own}


def main() -> int:
    """Run the hooks on all files of the repo in the working directory."""
    try:
        return run_on_all_files(Path.cwd(), sys.argv[1:])
    except KeyboardInterrupt:
        return 130
    except (ProjectError, OSError) as error:
        known = disk_full(error) or error
        found = known if isinstance(known, ProjectError) else SetupError(str(known))
        print(f"✗ {found}" + (f"\n  hint: {found.hint}" if found.hint else ""), file=sys.stderr)
        return found.exit_code


if __name__ == "__main__":
    with streams():
        sys.exit(main())
