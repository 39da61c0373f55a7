"""Git, as far as this repo needs it."""

import os
import subprocess
from pathlib import Path

from . import user
from .console import tell
from .errors import SetupError
from .permissions import users_umask


def git(
    root: Path, *arguments: str, env: dict[str, str] | None = None, given: str | None = None
) -> str:
    """Run git in `root` with `given` as its input; return what it prints.

    SetupError where it fails.
    """
    command = ["git", "-C", str(root), *arguments]
    environment = {**os.environ, **(env or {})}
    text = None if given is None else given.encode("utf-8", "surrogateescape")
    try:
        done = subprocess.run(
            command,
            input=text,
            capture_output=True,
            env=environment,
            umask=users_umask(),
            check=True,
        )
    except FileNotFoundError as error:
        raise SetupError("git is not installed", "install git") from error
    except subprocess.CalledProcessError as error:
        detail = error.stderr.decode("utf-8", "replace").strip()
        name = next((word for word in arguments if word[:1] != "-" and "=" not in word), "")
        raise SetupError(f"git {name} failed: {detail}", _mend(detail)) from error
    return done.stdout.decode("utf-8", "surrogateescape")


def has_git(root: Path) -> bool:
    """Return whether a project is in a git repository: also in one that git refuses to open.

    Git refuses what another user owns. An engine's container may have a project's files alone.
    """
    if any(os.path.lexists(folder / ".git") for folder in (root, *root.parents)):
        return True
    try:
        return bool(git(root, "rev-parse", "--git-dir"))
    except SetupError:
        return False


def head(root: Path) -> str:
    """Return the commit that is checked out; SetupError where there is none yet."""
    git(root, "rev-parse", "--git-dir")
    try:
        return git(root, "rev-parse", "--verify", "--quiet", "HEAD").strip()
    except SetupError as error:
        hint = "git add --all && git commit -m 'First commit'"
        raise SetupError("this repo has no commit yet", hint) from error


def is_known(root: Path, commit: str) -> bool | None:
    """Return whether the owner of this clone has a commit; None where it is not here at all.

    One that was only fetched is somebody's: whoever may push a branch has put it here. The owner's
    lead to HEAD, are on a branch of this clone, or were once checked out in it.
    """
    here = ["git", "-C", str(root)]
    env = {**os.environ, "GIT_NO_LAZY_FETCH": "1"}

    def ask(*words: str) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run([*here, *words], capture_output=True, env=env, check=False)

    if ask("cat-file", "-e", f"{commit}^{{commit}}").returncode:
        return None
    if ask("merge-base", "--is-ancestor", commit, "HEAD").returncode == 0:
        return True
    if ask("for-each-ref", "--count=1", f"--contains={commit}", "refs/heads").stdout:
        return True
    return commit.encode() in ask("log", "--walk-reflogs", "--format=%H", "HEAD").stdout.split()


def not_committed(root: Path, paths: list[Path]) -> list[Path]:
    """Return those of `paths` that no commit has."""
    names = [str(path.relative_to(root)) for path in paths]
    known = git(root, "ls-tree", "-z", "--name-only", "HEAD", "--", *names).split("\0")
    return [path for path, name in zip(paths, names, strict=True) if name not in known]


def commit_only(root: Path, paths: list[Path], message: str) -> None:
    """Commit `paths` and nothing else, whatever is staged.

    Hooks are left out: they look at code, and this commit holds pointers that DVC wrote. Where git
    is to sign and cannot, it is not signed, which is told.
    """
    names = [str(path) for path in paths]
    git(root, "--literal-pathspecs", "add", "--force", "--", *names)
    plainly = ["--literal-pathspecs", "-c", "core.hooksPath=/dev/null", *identity(root)]
    quietly = [*plainly, "commit", "--quiet"]
    what = ["--message", message, "--only", "--", *names]
    try:
        git(root, *quietly, *what)
    except SetupError:
        if not _signs(root):
            raise
        git(root, *quietly, "--no-gpg-sign", *what)
        tell(
            "• git could not sign the commit; when it can: git commit --amend --no-edit --gpg-sign"
        )


def _signs(root: Path) -> bool:
    ask = ["git", "-C", str(root), "config", "--type=bool", "--get", "commit.gpgSign"]
    return subprocess.run(ask, capture_output=True).stdout.strip() == b"true"


def identity(root: Path) -> list[str]:
    """Return the options that let git commit where nobody told it who commits."""
    ask = ["git", "-C", str(root), "var", "GIT_COMMITTER_IDENT"]
    if subprocess.run(ask, capture_output=True).returncode == 0:
        return []
    return ["-c", f"user.name={user.name()}", "-c", f"user.email={user.name()}@localhost"]


def _mend(detail: str) -> str:
    if "not a git repository" in detail:
        return "git init && git add --all && git commit -m 'First commit'"
    if "index.lock" in detail:
        return "rm .git/index.lock, unless another git command is at work"
    return ""
