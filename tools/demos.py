"""What the demos of the command share: a copy of this suite with releases, and people at work."""

import shutil
import subprocess
import sys
from pathlib import Path

SUITE = Path(__file__).parents[1]


def say(text: str = "") -> None:
    """Print a line between the outputs of commands, at once."""
    print(text, flush=True)


def title(text: str) -> None:
    """Print what comes next."""
    say(f"\n\033[1m{text}\033[0m")


def git(folder: Path, *words: str) -> str:
    """Run git in a folder as somebody, and return what it prints."""
    who = ["-c", "user.name=Demo", "-c", "user.email=demo@localhost"]
    command = ["git", "-C", str(folder), *who, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text; stop where it is not there any more."""
    before = path.read_text("utf-8")
    if old not in before:
        sys.exit(f"{path}: the demo's edit finds nothing any more")
    path.write_text(before.replace(old, new, 1), "utf-8")


def copy_suite(template: Path) -> None:
    """Copy the suite as it stands into a repo of its own, released as v0.1.0."""
    listed = git(SUITE, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (SUITE / name).is_file():
            (template / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(SUITE / name, template / name)
    git(template, "init", "--quiet", "--initial-branch", "main")
    release(template, "v0.1.0")


def release(template: Path, tag: str) -> None:
    """Commit everything in the copy of the suite, and tag it."""
    git(template, "add", "--all")
    git(template, "commit", "--quiet", "--message", f"Release {tag}")
    git(template, "tag", tag)


def first_commit(repo: Path) -> None:
    """Make a repo of a folder in which somebody has worked."""
    git(repo, "init", "--quiet", "--initial-branch", "main")
    git(repo, "add", "--all")
    git(repo, "commit", "--quiet", "--message", "A month of work")
