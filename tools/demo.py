"""Generates a model repo with the default answers and takes it to its first champion.

Everything happens in `demo/`, the store included, so it can run again and again.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

SUITE = Path(__file__).parents[1]
DEMO = SUITE / "demo"
REPO = DEMO / "flight-delays"

# What the make around this script hands down, and a newcomer's shell does not have.
OUTER_MAKE = ("ARGS", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")

STEPS = [
    ("land the first months of the sample", ["ingest", "--until 2013-03"]),
    ("train a challenger, and let the gate judge it", ["train"]),
    ("make it the first champion", ["promote"]),
    ("land three more months", ["ingest", "--until 2013-06"]),
    ("score the newest of them", ["predict"]),
    ("where did the champion come from?", ["lineage"]),
]

CLOSING = """
Look around in {repo}:

  make ui          experiments, plots and versions in MLflow, on port 5000
  make train       a challenger on all six months; the champion is held against it on June
  make reproduce   train the champion again from its lineage alone, and compare
  make help        the other verbs
"""


def say(text: str) -> None:
    """Print a line between the outputs of commands, at once."""
    print(text, flush=True)


def run(title: str, *command: str) -> None:
    """Show a command as a person would type it, and run it; stop where it fails."""
    typed = " ".join(re.sub(r"^ARGS=(.*)$", r'ARGS="\1"', word) for word in command)
    say(f"\n\033[1m# {title}\033[0m\n$ {typed}")
    done = subprocess.run(command, cwd=REPO if REPO.exists() else SUITE)
    if done.returncode:
        say(f"\nThe demo stopped: this command exited with {done.returncode}.")
        sys.exit(done.returncode)


def main() -> None:
    """Run the demo."""
    started = time.monotonic()
    shutil.rmtree(DEMO, ignore_errors=True)
    DEMO.mkdir()
    for leak in (
        *OUTER_MAKE,
        "CI",
        "MLFLOW_TRACKING_URI",
        "ZENML_STORE_URL",
        "STORE",
        "VIRTUAL_ENV",
    ):
        os.environ.pop(leak, None)
    copy = ["copier", "copy", "--quiet", "--defaults", "--vcs-ref", "HEAD"]
    run("generate a repo with the default answers", *copy, str(SUITE), str(REPO))
    (REPO / ".env").write_text("STORE=../store\n", "utf-8")
    run("set it up: git, and the locked environment", "make", "setup")
    for title, (verb, *options) in STEPS:
        run(title, "make", verb, *([f"ARGS={' '.join(options)}"] if options else []))
    say(f"\n\033[1mA champion in {time.monotonic() - started:.0f} seconds.\033[0m")
    say(CLOSING.format(repo=REPO.relative_to(Path.cwd()) if Path.cwd() in REPO.parents else REPO))


if __name__ == "__main__":
    main()
