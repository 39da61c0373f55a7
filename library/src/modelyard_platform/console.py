"""What the terminal shows: progress and messages on stderr, results on stdout."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from types import FrameType
from typing import Any

from rich.console import Console
from rich.table import Table

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

_interrupted = False


@contextmanager
def stage(title: str) -> Iterator[None]:
    """Show that `title` is under way, and how long it took."""
    _stop_if_interrupted()
    started = perf_counter()
    if err.is_terminal:
        with err.status(f"{title} …"):
            yield
    else:
        err.print(f"… {title}", markup=False)
        yield
    err.print(f"✓ {title} ({perf_counter() - started:.1f} s)", markup=False)
    _stop_if_interrupted()


def table(title: str, columns: list[str], rows: list[list[Any]]) -> Table:
    """Return a table of plain cells."""
    result = Table(*columns, title=title, title_justify="left", show_edge=False)
    for row in rows:
        result.add_row(*[cell(value) for value in row])
    return result


def cell(value: Any) -> str:
    """Return a value as it reads best: four decimals for a float, nothing for None."""
    if value is None:
        return ""
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def remember_interrupt() -> None:
    """Keep a Ctrl-C that a library swallows: the next stage then stops instead of going on."""

    def handle(number: int, frame: FrameType | None) -> None:
        global _interrupted
        _interrupted = True
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, handle)


def _stop_if_interrupted() -> None:
    if _interrupted:
        raise KeyboardInterrupt
