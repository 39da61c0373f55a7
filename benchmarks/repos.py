"""The generated repo that is measured, with a store of its own and everything installed."""

import os
import subprocess
from pathlib import Path

import copier

SUITE = Path(__file__).parents[1]


def generate(target: Path, ref: str = "HEAD", **answers: str) -> Path:
    """Render a commit of the suite into `target`; what is not answered has its default."""
    copier.run_copy(str(SUITE), target, data=answers, defaults=True, quiet=True, vcs_ref=ref)
    return target


def release(version: str) -> str:
    """Return the commit of a release of the suite."""
    words = ["git", "log", "--format=%H", "--grep", f"^Release {version}$", "-1"]
    found = subprocess.run(words, cwd=SUITE, capture_output=True, text=True, check=True).stdout
    if not found:
        raise SystemExit(f"this clone has no commit 'Release {version}'; git fetch --unshallow")
    return found.strip()


def lived_in(folder: Path, ref: str = "HEAD") -> Path:
    """Return a repo in `folder` that is set up and has landed all of the sample."""
    repo = generate(folder / "repo", ref)
    (repo / ".env").write_text("STORE=../store\n", "utf-8")
    make(repo, "setup")
    make(repo, "ingest")
    return repo


def make(repo: Path, verb: str, arguments: str = "") -> None:
    """Run a verb through make, as a person does."""
    outer = ("ARGS", "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PYTHONDONTWRITEBYTECODE", "STORE")
    env = {k: v for k, v in os.environ.items() if k not in outer}
    command = ["make", verb, *([f"ARGS={arguments}"] if arguments else [])]
    done = subprocess.run(command, cwd=repo, env=env, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
