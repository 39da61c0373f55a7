"""How much memory one process has after many updates, each of a repo with answers of its own."""

import gc
import multiprocessing
import resource
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from modelyard.template.source import Templates
from modelyard.update import update

from .templates import Subject


def measure(subject: Subject, marks: Sequence[int]) -> dict[int, float]:
    """Return the resident megabytes after each number of repos in `marks`, in a new process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_grow, subject, marks).result()


def _grow(subject: Subject, marks: Sequence[int]) -> dict[int, float]:
    found = {}
    with tempfile.TemporaryDirectory() as folder, Templates() as templates:
        for number in range(1, max(marks) + 1):
            repo = subject.another(Path(folder, "repo"), number)
            outcome = update(repo, to=subject.to, templates=templates)
            if outcome.status != "clean":
                raise RuntimeError(f"update {number} ended in {outcome.status}")
            if number in marks:
                gc.collect()
                found[number] = _resident()
    return found


def _resident() -> float:
    """Return the resident size of this process in MB; where /proc is not, its peak."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text("ascii").split()[1]) * resource.getpagesize() / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3
