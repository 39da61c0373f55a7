"""What git knows of a repository in a folder."""

from datetime import datetime
from pathlib import Path

from modelyard.gitrepo import git


def is_repository(folder: Path) -> bool:
    """Say whether a folder is a bare repository or a clone."""
    bare = (folder / "HEAD").is_file() and (folder / "objects").is_dir()
    return bare or (folder / ".git").exists()


def git_dir(folder: Path) -> Path:
    """Return where a repository keeps its state."""
    inner = folder / ".git"
    if inner.is_file():
        return Path(git.text(folder, "rev-parse", "--absolute-git-dir"))
    return inner if inner.is_dir() else folder


def default_branch(folder: Path) -> str:
    """Return the default branch: of a clone the one of where it came from, if it has that too."""
    state = git_dir(folder)
    origin = _branch_of(state / "refs/remotes/origin/HEAD", "refs/remotes/origin/")
    return origin if tip(folder, origin) else _branch_of(state / "HEAD", "refs/heads/")


def _branch_of(ref: Path, below: str) -> str:
    named = ref.read_text("utf-8").strip() if ref.is_file() else ""
    prefix = f"ref: {below}"
    return named.removeprefix(prefix) if named.startswith(prefix) else ""


def tip(folder: Path, branch: str) -> str:
    """Return the commit of a branch, or ""."""
    if not branch:
        return ""
    wanted = f"refs/heads/{branch}^{{commit}}"
    code, said = git.run(folder, "rev-parse", "--verify", "--quiet", wanted, codes=(0, 1, 128))
    return said.decode().strip() if code == 0 else ""


def without_head(folder: Path, branch: str) -> str:
    """Return why a repository has no commit on its default branch."""
    if git.text(folder, "for-each-ref", "--count=1", "refs/heads"):
        return f"its default branch {branch} does not exist" if branch else "no default branch"
    return "empty"


def contains(folder: Path, branch: str, commit: str) -> bool:
    """Say whether a commit is in a branch."""
    command = ("merge-base", "--is-ancestor", commit, f"refs/heads/{branch}")
    return git.run(folder, *command, codes=(0, 1, 128))[0] == 0


def arrival(folder: Path, branch: str, commit: str) -> str:
    """Return when a commit came into a branch: the time of the first commit that contains it."""
    path = ("log", "--first-parent", "--ancestry-path", "--format=%cI")
    later = git.text(folder, *path, f"{commit}..refs/heads/{branch}").split()
    when = later[-1] if later else git.text(folder, "log", "-1", "--format=%cI", commit)
    return datetime.fromisoformat(when).isoformat()
