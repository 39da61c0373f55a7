"""Limits of what one repo may take of a run, so that none stops the others.

A repo is other people's: its answers may render for ever, its tree may be a bomb, its files may be
larger than this machine. git, which works for it, is bound by the same limits.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from modelyard.fleet.config import Limits
from modelyard.time_limit import TooLong as TooLong
from modelyard.time_limit import at_most

try:
    import resource
except ImportError:  # Windows has none; there only time is limited.
    resource = None  # type: ignore[assignment]  # a module elsewhere

_GIB = 1 << 30


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
    up = f"it takes longer than [limits] minutes = {limits.minutes:g} in fleet.toml"
    time = at_most(limits.minutes * 60 + more_seconds, up)
    with _at_most("RLIMIT_AS", memory), _at_most("RLIMIT_FSIZE", file), time:
        yield


@contextmanager
def of_memory(limits: Limits) -> Iterator[None]:
    """Bind this process to the memory of one repo, where its threads work for many."""
    with _at_most("RLIMIT_AS", limits.memory_gb):
        yield


@contextmanager
def lifted() -> Iterator[None]:
    """Lift the limits of memory and files in a block: what runs in it has its own."""
    with _at_most("RLIMIT_AS", None), _at_most("RLIMIT_FSIZE", None):
        yield


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
