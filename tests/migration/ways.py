"""The two ways to a newer release, and what is typed after them."""

import os
import subprocess
import sys
from pathlib import Path

import copier

from modelyard.update.one_repo import update
from tests.markdown import blocks
from tests.repos import Repo, git, machine

PAGE = Path(__file__).parents[2] / "docs" / "upgrading.md"


def start(releases: Path, folder: Path, version: str, path: str) -> Repo:
    """Make a repo at a release, on a machine with that PATH, where somebody has told git a name."""
    repo = Repo(folder / "repo", {**machine(folder / "home"), "PATH": path})
    config = "[user]\n  name = Somebody\n  email = somebody@example.com\n"
    (folder / "home" / ".gitconfig").write_text(config, "utf-8")
    copier.run_copy(str(releases), repo.root, defaults=True, quiet=True, vcs_ref=version)
    git(repo.root, "init", "--quiet", "--initial-branch", "main")
    repo.commit("Start from the template")
    return repo


def by_copier(repo: Repo, *options: str) -> str:
    """Update with Copier alone; return what it said."""
    env = {**repo.env, "PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "copier", "update", "--defaults", *options]
    done = subprocess.run(command, cwd=repo.root, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stderr


def by_modelyard(repo: Repo) -> str:
    """Update with modelyard where nothing is to decide; return its status."""
    outcome = update(repo.root)
    assert outcome.status == "clean", outcome.conflicts
    return outcome.status


def commands(heading: str) -> str:
    """Return the commands that docs/upgrading.md has below a heading."""
    text = PAGE.read_text("utf-8")
    found = [b.text for b in blocks(PAGE) if text.index(b.text) > text.index(f"\n### {heading}\n")]
    return found[0]


def typed(repo: Repo, script: str) -> str:
    """Type commands into a plain shell in the repo; return what they print."""
    return repo.run("sh", "-euc", script).stdout
