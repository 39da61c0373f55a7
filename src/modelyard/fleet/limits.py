"""Limits of what one repo may take of a run, so that none stops the others.

A repo is other people's: its answers may render for ever, its tree may be a bomb, its files may be
larger than this machine. git, which works for it, is bound by the same limits.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from modelyard.fleet.config import Limits

try:
    import resource
except ImportError:  # Windows has none; there only time is limited.
    resource = None  # type: ignore[assignment]  # a module elsewhere

_GIB = 1 << 30
_TO_TIDY_UP = 60


class TooLong(BaseException):
    """A repo took more time than it may; what takes any `Exception` for its own lets it pass."""


@contextmanager
def of_one_repo(limits: Limits, more_seconds: float = 0) -> Iterator[None]:
    """Bind this process, and what it starts, to the limits of one repo.

    Args:
        limits: The settings.
        more_seconds: Time for what has a limit of its own.

    Raises:
        TooLong: The time is up.
        MemoryError: More memory is asked for than there may be.
    """
    memory, file = limits.memory_gb, limits.file_gb
    time = _until(limits.minutes * 60 + more_seconds, limits)
    with _at_most("RLIMIT_AS", memory), _at_most("RLIMIT_FSIZE", file), time:
        yield


@contextmanager
def lifted() -> Iterator[None]:
    """Lift the limits of memory and files in a block: what runs in it has its own."""
    with _at_most("RLIMIT_AS", None), _at_most("RLIMIT_FSIZE", None):
        yield


@contextmanager
def _until(seconds: float, limits: Limits) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # Only a main thread can be interrupted.
        return

    def up(number: int, frame: FrameType | None) -> None:
        raise TooLong(f"it takes longer than [limits] minutes = {limits.minutes:g} in fleet.toml")

    before = signal.signal(signal.SIGALRM, up)
    # Once more where the first was caught on its way, but not while it still tidies up.
    signal.setitimer(signal.ITIMER_REAL, seconds, _TO_TIDY_UP)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _at_most(kind: str, gib: float | None) -> Iterator[None]:
    """Set a soft limit of this process in a block; None lifts it."""
    number = getattr(resource, kind, None)
    if number is None:
        yield
        return
    soft, hard = resource.getrlimit(number)
    wanted = hard if gib is None else round(gib * _GIB)
    # Not every system has each limit, and a hard one may be lower.
    with suppress(ValueError, OSError):
        resource.setrlimit(number, (wanted, hard))
    try:
        yield
    finally:
        with suppress(ValueError, OSError):
            resource.setrlimit(number, (soft, hard))
