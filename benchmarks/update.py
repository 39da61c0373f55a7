"""An update of one repo more, side by side with Copier's: in one process, and as commands.

`python -m benchmarks.update` prints the rows; `make bench ARGS="--only updates"` writes them down.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import copier

from modelyard.template.source import Templates
from modelyard.update import update

from . import memory
from .templates import Subject, own, synthetic, with_tasks

Row = tuple[str, str, str]
Way = Callable[[Path, str], object]
BIN = Path(sys.executable).parent
SIZES = (50, 100, 200, 400)


@dataclass
class Times:
    """What the runs of one way to update took, in seconds; `cpu` with all child processes."""

    wall: list[float]
    cpu: list[float]

    @property
    def middle(self) -> tuple[float, float]:
        """The medians of wall and CPU time."""
        return statistics.median(self.wall), statistics.median(self.cpu)


def cpu() -> float:
    """Return the CPU seconds of this process and of all that it has waited for."""
    used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def in_turns(
    subject: Subject, ways: Mapping[str, Way], scratch: Path, runs: int
) -> dict[str, Times]:
    """Update a repo more in each way, A B C A B C …, after one warm-up of each."""
    times, number = {name: Times([], []) for name in ways}, 0
    for turn in range(runs + 1):
        for name, way in ways.items():
            number += 1
            target = subject.another(scratch / "copy", number)
            wall, used = time.perf_counter(), cpu()
            way(target, subject.to)
            if turn:
                times[name].wall.append(time.perf_counter() - wall)
                times[name].cpu.append(cpu() - used)
    return times


def by_copier(repo: Path, to: str) -> None:
    """Update through Copier's API."""
    copier.run_update(repo, vcs_ref=to, defaults=True, overwrite=True, quiet=True)


def by_copier_command(repo: Path, to: str) -> None:
    """Update with Copier's command."""
    _run(repo, "copier", "update", "--defaults", "--quiet", "--vcs-ref", to)


def by_our_command(repo: Path, to: str) -> None:
    """Update with our command."""
    _run(repo, "modelyard", "update", "--to", to)


def by_copier_trusted(repo: Path, to: str) -> None:
    """Update with Copier's command, which runs the template's tasks."""
    _run(repo, "copier", "update", "--trust", "--defaults", "--quiet", "--vcs-ref", to)


def by_ours_trusted(repo: Path, to: str) -> None:
    """Update with our command, which lets Copier run the template's tasks."""
    _run(repo, "modelyard", "update", "--trust", "--to", to)


def _run(repo: Path, program: str, *words: str) -> None:
    # Bytecode is cached on a user's machine.
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([BIN / program, *words], cwd=repo, env=env, check=True, capture_output=True)


def measure(scratch: Path, runs: int, repos: int = 1000) -> list[Row]:
    """Return the rows of the table: what, measured, aimed at."""
    rows: list[Row] = []
    with Templates() as templates:

        def ours(repo: Path, to: str) -> object:
            return update(repo, to=to, templates=templates)

        everything: dict[str, Way] = {
            "ours": ours,
            "copier": by_copier,
            "our command": by_our_command,
            "copier's command": by_copier_command,
        }
        for subject in (own(scratch), synthetic(scratch, 400)):
            rows += _compared(subject, in_turns(subject, everything, scratch, runs))
        sizes = {files: synthetic(scratch / "sizes", files) for files in SIZES}
        took = {n: in_turns(s, {"ours": ours}, scratch, runs)["ours"] for n, s in sizes.items()}
    rows.append(_trusted(with_tasks(scratch, 50), scratch, runs))
    rows.append(_start())
    rows.append(_scaling(took))
    rows.append(_memory(sizes[50], repos))
    return rows


def _compared(subject: Subject, times: Mapping[str, Times]) -> list[Row]:
    what = f"one repo more, {subject.name}, {subject.files} files"
    (wall, used), (_, copiers) = times["ours"].middle, times["copier"].middle
    command, theirs = times["our command"].middle[0], times["copier's command"].middle[0]
    aim = "≤ 1/20, ≤ 150 ms" if subject.files < 100 else "≤ 1/20"
    return [
        (f"{what}: CPU time, in one process / `copier.run_update`", _ratio(used, copiers), aim),
        (f"{what}: wall time, in one process / `copier update`", _ratio(wall, theirs), "≤ 1/20"),
        (
            f"{what}: wall time, `modelyard update` / `copier update`",
            _ratio(command, theirs),
            "≤ 1/5",
        ),
    ]


def _trusted(subject: Subject, scratch: Path, runs: int) -> Row:
    """Return how an update by Copier, audited by us, compares with Copier's own."""
    ways: dict[str, Way] = {"ours": by_ours_trusted, "copier": by_copier_trusted}
    times = in_turns(subject, ways, scratch, runs)
    mine, other = times["ours"].middle[1], times["copier"].middle[1]
    what = f"{subject.name}, {subject.files} files: CPU time, both commands with `--trust`"
    return (what, f"{mine / other:.2f} ({1000 * mine:.0f} ms, {1000 * other:.0f} ms)", "≤ 1")


def _ratio(mine: float, other: float) -> str:
    return f"1/{other / mine:.1f} ({1000 * mine:.0f} ms, {1000 * other:.0f} ms)"


def _start() -> Row:
    """Return how long the command takes to say its version, the fastest of a few."""
    took = []
    for _ in range(10):
        started = time.perf_counter()
        _run(Path.cwd(), "modelyard", "--version")
        took.append(time.perf_counter() - started)
    return ("`modelyard --version`", f"{1000 * min(took):.0f} ms", "≤ 100 ms")


def _scaling(took: Mapping[int, Times]) -> Row:
    used = {files: times.middle[1] for files, times in took.items()}
    shown = ", ".join(f"{1000 * seconds:.0f}" for seconds in used.values())
    first, last = min(used), max(used)
    each = 1000 * (used[last] - used[first]) / (last - first)
    what = f"CPU time of an update at {', '.join(map(str, used))} files"
    return (what, f"{shown} ms: {each:.2f} ms for each file more", "linear")


def _memory(subject: Subject, repos: int) -> Row:
    marks = sorted({max(1, repos // 10), max(1, repos * 3 // 10), repos})
    grown = memory.measure(subject, marks)
    shown = ", ".join(f"{megabytes:.0f}" for megabytes in grown.values())
    what = (
        f"memory of one process after {', '.join(map(str, grown))} repos of {subject.files} files"
    )
    return (what, f"{shown} MB", "flat")


def table(rows: list[Row]) -> str:
    """Return rows as Markdown."""
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--repos", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        print(table(measure(Path(name), options.runs, options.repos)))


if __name__ == "__main__":
    main()
