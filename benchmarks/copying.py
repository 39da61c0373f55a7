"""`copier copy` of the suite beside `copier copy` of a template with one file."""

import shutil
import subprocess
from pathlib import Path

from .clock import Command, in_turns, median
from .repos import SUITE


def measure(scratch: Path, runs: int) -> list[tuple[str, str, str]]:
    """Return the row of the table: what, measured, aimed at."""
    one = scratch / "one-file"
    one.mkdir()
    (one / "copier.yml").write_text("name: {type: str, default: x}\n", "utf-8")
    (one / "README.md.jinja").write_text("# {{ name }}\n", "utf-8")
    for arguments in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "One"]):
        somebody = ["-c", "user.name=Bench", "-c", "user.email=bench@localhost"]
        subprocess.run(["git", *somebody, *arguments], cwd=one, check=True)
    times = in_turns({"suite": _copy(SUITE, scratch), "one": _copy(one, scratch)}, runs)
    suite, least = median(times["suite"]), median(times["one"])
    ratio = f"{suite / least:.2f} × ({suite:.2f} s, {least:.2f} s)"
    return [("`copier copy` of the suite / of a template with one file", ratio, "≤ 2 ×")]


def _copy(template: Path, scratch: Path) -> Command:
    target = scratch / "copied"
    command = ["copier", "copy", "--quiet", "--defaults", "--vcs-ref", "HEAD"]
    return Command(
        [*command, str(template), str(target)],
        scratch,
        before=lambda: shutil.rmtree(target, ignore_errors=True),
    )
