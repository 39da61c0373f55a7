"""Standard output and error that never fail: what has been done stands, and so does the exit code.

A reader that has gone, a full disk under a redirection and a terminal that lacks a character are
no reasons to end half-way through a report.
"""

import errno
import io
import os
import sys
from typing import TextIO


class Output(io.TextIOWrapper):
    """A text stream; from the first error on it writes to nothing."""

    def write(self, text: str) -> int:
        """Write; an error is told once, where that is possible."""
        try:
            return super().write(text)
        except OSError as error:
            self._give_up(error)
            return len(text)

    def flush(self) -> None:
        """Flush in the same way."""
        try:
            super().flush()
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        # What is still in the buffer goes there too, at the latest when Python ends.
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, self.fileno())
        os.close(nothing)
        if error.errno != errno.EPIPE and self is not sys.stderr:
            print(f"not all of this could be printed: {error.strerror}", file=sys.stderr)


def make_safe() -> None:
    """Put such streams in the place of Python's own."""
    _open_closed()
    sys.stdout, sys.stderr = _safe(sys.stdout, 1), _safe(sys.stderr, 2)


def _open_closed() -> None:
    """Give what was closed a place, so that no file that is opened later gets it."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _safe(stream: TextIO | None, number: int) -> TextIO:
    if stream is None:
        # Python found it closed when it started.
        stream = open(number, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 stays open
    if type(stream) is not io.TextIOWrapper:
        return stream
    encoding, waits = stream.encoding, stream.line_buffering
    # A character that cannot be shown is replaced, as on any other terminal.
    errors = "backslashreplace" if number == 2 else "replace"
    return Output(stream.detach(), encoding, errors, line_buffering=waits)
