"""Runs somebody's own check on what a rollout is about to push, in a scratch work tree."""

import os
import subprocess
import tempfile
from itertools import chain
from pathlib import Path

from modelyard.forges.forge import TOKENS
from modelyard.gitrepo import git
from modelyard.gitrepo.repo import Repo

SECONDS = 1800
# The code of a repo has no business with what the fleet may do to all of them.
# GitLab gives CI_JOB_TOKEN to every job.
SECRETS = {"CI_JOB_TOKEN", *chain.from_iterable(TOKENS.values())}


def run(repo: Repo, commit: str, command: str) -> str:
    """Run a shell command in a checkout of a commit; return what is wrong, or ""."""
    with tempfile.TemporaryDirectory(prefix="modelyard-verify-") as folder:
        tree = Path(folder, "repo")
        git.run(repo.folder, "worktree", "prune")
        git.run(repo.folder, "worktree", "add", "--quiet", "--detach", str(tree), commit)
        try:
            done = subprocess.run(
                ["sh", "-c", command],
                cwd=tree / repo.prefix,
                env={name: value for name, value in os.environ.items() if name not in SECRETS},
                capture_output=True,
                text=True,
                errors="replace",
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            return f"took more than {SECONDS} s"
        finally:
            git.run(repo.folder, "worktree", "remove", "--force", str(tree), codes=(0, 128))
    if done.returncode == 0:
        return ""
    last = (done.stdout + done.stderr).strip().splitlines()[-1:] or ["no output"]
    return f"exit code {done.returncode}: {last[0][:300]}"
