"""Times commands as whole processes, in turns, so that a change of the machine's speed hits all."""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Command:
    """A command line, where it runs, and what sets the scene before each run (not timed)."""

    words: list[str]
    folder: Path
    before: Callable[[], None] = lambda: None


# Bytecode is cached on a user's machine, the repo's own .env names its store, and the options of
# the make that measures are not for the make that is measured.
_LEAKS = ("ARGS", "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PYTHONDONTWRITEBYTECODE", "STORE")


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _LEAKS}


def seconds(command: Command) -> float:
    """Return the wall time of one run; CalledProcessError where it fails, and what it printed."""
    command.before()
    env = _environment()
    # Or the yardstick suffers alone from threads that spin while another process has the core.
    env.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    started = time.perf_counter()
    done = subprocess.run(
        command.words, cwd=command.folder, env=env, capture_output=True, text=True
    )
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
        done.check_returncode()
    return time.perf_counter() - started


def cpu_seconds(command: Command) -> float:
    """Return the CPU time of one run, with that of the processes that it started and waited for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds(command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def told(command: Command) -> str:
    """Return what a command writes to stderr."""
    env = _environment()
    words, folder = command.words, command.folder
    done = subprocess.run(words, cwd=folder, env=env, check=True, capture_output=True, text=True)
    return done.stderr


def in_turns(commands: Mapping[str, Command], runs: int) -> dict[str, list[float]]:
    """Return the wall times of each command, A B C A B C …, after one warm-up of each."""
    for command in commands.values():
        seconds(command)
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            times[name].append(seconds(command))
    return times


def median(times: list[float]) -> float:
    """Return the median of wall times, in seconds."""
    return statistics.median(times)
