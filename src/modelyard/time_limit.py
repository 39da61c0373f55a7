"""Interrupts work of this process that takes too long."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_TO_TIDY_UP = 60


class TooLong(BaseException):
    """Work took more time than it may; what takes any `Exception` for its own lets it pass."""


@contextmanager
def at_most(seconds: float, message: str = "it takes too long") -> Iterator[None]:
    """Limit the time of a block; where it is not in the main thread, nothing is limited.

    Raises:
        TooLong: The time is up; with this message.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Only a main thread can be interrupted.
        return

    def up(number: int, frame: FrameType | None) -> None:
        raise TooLong(message)

    before = signal.signal(signal.SIGALRM, up)
    # Once more where the first was caught on its way, but not while it still tidies up.
    signal.setitimer(signal.ITIMER_REAL, seconds, _TO_TIDY_UP)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def suspended() -> Iterator[None]:
    """Let a limit of time stand still in a block: what is waited for there is nobody's work."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    left, again = signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        yield
    finally:
        if left:
            signal.setitimer(signal.ITIMER_REAL, left, again)
