"""Whether others can have a commit: a squash merge leaves it in the clone that made it alone."""

import os
import re
import subprocess
from pathlib import Path

from .console import tell
from .git import git, is_known


def warn(root: Path, commit: str, number: str) -> None:
    """Tell where a version's commit is on no branch of any remote, and what would keep it."""
    remote = _remotes(root)[:1]
    if not remote or _on_a_branch(root, commit):
        return
    here = is_known(root, commit) is not None
    what = "is on no branch of any remote" if here else "is not in this clone"
    tell(f"! commit {commit[:10]} of version {number} {what}: was it merged by a squash?")
    tell("  other clones cannot check it out, and reproduce the version from what they find of it")
    if here:
        tell(f"  to keep it for all: git push {remote[0]} {commit}:refs/heads/trained/{number}")


def fetch(root: Path, commit: str) -> bool:
    """Bring a commit that no branch has from a remote that still has it; return whether it came."""
    if not re.fullmatch(r"[0-9a-f]{40,64}", commit):
        return False
    for remote in _remotes(root):
        options = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")
        command = ["git", "-C", str(root), "fetch", *options, remote, commit]
        # Nobody is asked for a password that the remote may want.
        env = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
        if not subprocess.run(command, env=env, capture_output=True, check=False).returncode:
            return True
    return False


def _remotes(root: Path) -> list[str]:
    """Return the names of the remotes, `origin` first."""
    found = git(root, "remote").split()
    return sorted(found, key=lambda name: (name != "origin", name))


def _on_a_branch(root: Path, commit: str) -> bool:
    command = ["git", "-C", str(root), "for-each-ref", "--count=1", f"--contains={commit}"]
    done = subprocess.run([*command, "refs/remotes"], capture_output=True, check=False)
    return bool(done.stdout)
