"""Measures what one tool takes: wall time, and CPU time with all that it starts."""

import os
import time
from typing import NamedTuple


class Spent(NamedTuple):
    """Seconds."""

    seconds: float
    cpu_seconds: float


class Watch:
    """Runs from when it is made; what a child has taken counts once it has ended."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), _cpu()

    def read(self) -> Spent:
        """Return what has been spent so far."""
        return Spent(round(time.perf_counter() - self._wall, 3), round(_cpu() - self._cpu, 3))


def _cpu() -> float:
    return sum(os.times()[:4])
