"""The generated repo that is measured, with a store of its own and everything installed."""

import os
import subprocess
from pathlib import Path

import copier

SUITE = Path(__file__).parents[1]


def generate(target: Path) -> Path:
    """Render the suite's last commit into `target`, with the default answers."""
    copier.run_copy(str(SUITE), target, defaults=True, quiet=True, vcs_ref="HEAD")
    return target


def lived_in(folder: Path) -> Path:
    """Return a repo in `folder` that is set up and has landed all of the sample."""
    repo = generate(folder / "repo")
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
