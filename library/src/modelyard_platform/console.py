"""What the terminal shows: progress and messages on stderr, results on stdout.

All of it goes through here, because parts of it are other people's: nothing is taken for markup,
and nothing steers the terminal or the CI job that keeps it.
"""

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter
from types import FrameType
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .foreign_text import one_line, several_lines

_PLAIN: dict[str, Any] = {"highlight": False, "markup": False, "emoji": False}
_out = Console(**_PLAIN)
_err = Console(stderr=True, **_PLAIN)

_interrupted = False


@contextmanager
def stage(title: str) -> Iterator[None]:
    """Show that `title` is under way, and how long it took."""
    _stop_if_interrupted()
    started, title = perf_counter(), one_line(title)
    if _err.is_terminal:
        with _err.status(Text(f"{title} …")):
            yield
    else:
        _err.print(f"… {title}")
        yield
    _err.print(f"✓ {title} ({perf_counter() - started:.1f} s)")
    _stop_if_interrupted()


def say(text: str) -> None:
    """Print a text of a result on stdout, however wide the terminal."""
    _out.print(several_lines(text), soft_wrap=True)


def tell(text: str, end: str = "\n", style: str | None = None) -> None:
    """Print a message on stderr, however wide the terminal."""
    _err.print(several_lines(text), end=end, style=style, soft_wrap=True)


def show(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table of a result on stdout."""
    _print(_out, _table(columns, rows))


def tell_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table of a message on stderr."""
    _print(_err, _table(columns, rows))


def asks() -> bool:
    """Return whether a person sees what is told on stderr."""
    return _err.is_terminal


def _print(console: Console, table: Table) -> None:
    """Print a table as wide as it is: a path that is cut can be neither read nor copied."""
    needed = console.measure(table, options=console.options.update(max_width=10_000)).maximum
    wide = Console(stderr=console.stderr, width=max(needed, console.width), **_PLAIN)
    wide.print(table)


def _table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    result = Table(show_edge=False)
    for column in columns:
        result.add_column(column, no_wrap=True)
    for row in rows:
        result.add_row(*[Text(one_line(_cell(value))) for value in row])
    return result


def _cell(value: Any) -> str:
    """Return a value as it reads best: four decimals for a float, nothing for None or False."""
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
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
