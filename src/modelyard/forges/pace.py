"""One pace for all that speaks to a forge with one token on this machine: threads and processes.

What was written and until when the forge wants to be left alone stand in a file in the cache, by
the machine's monotonic clock, under a lock that ends with who holds it. Who may not write yet takes
the next moment that is free, and sleeps until then: who is killed meanwhile leaves it unused.
"""

import errno
import fcntl
import hashlib
import json
import os
import platform
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from modelyard.errors import DiskFull, NotReady
from modelyard.forges.client_options import ClientOptions
from modelyard.gitrepo.cache import cache_folder, make_cache
from modelyard.time_limit import suspended

LIMITED = "the forge limits how much this token may ask"
MINUTE, HOUR = 60.0, 3600.0
# A forge counts when requests arrive, not when they leave.
_ON_THE_WAY = 1.0
_WORTH_TELLING = 5.0
# Less is the error of a sum.
_NOTHING = 1e-3
_MOST = 1 << 20
# So far ahead nobody has taken a turn: who has written that was not a run.
_AHEAD = 7 * 24 * HOUR
_NEAR = 12 * HOUR


@dataclass(frozen=True)
class Budget:
    """How many writes there may be.

    Attributes:
        windows: Each a number of writes, the seconds in which there are no more, and its name.
        apart: Seconds between two of them.
    """

    windows: Sequence[tuple[int, float, str]] = ()
    apart: float = 0.0

    @classmethod
    def of(
        cls, a_minute: int | None, an_hour: int | None, apart: float = 0.0, parts: int = 1
    ) -> "Budget":
        """Return the budget of one of some equal parts of a run; None is no limit."""
        asked = ((a_minute, MINUTE, "a minute"), (an_hour, HOUR, "an hour"))
        windows = []
        for most, seconds, name in asked:
            if most is None:
                continue
            share = f", of which this shard has {max(1, most // parts)}" if parts > 1 else ""
            why = f"{most} writes {name}{share}"
            windows.append((max(1, most // parts), seconds + _ON_THE_WAY, why))
        return cls(tuple(windows), apart * parts)

    def next(self, made: Sequence[float], earliest: float) -> tuple[float, str]:
        """Return when the next write may be, and what it waits for.

        Args:
            made: When writes were and will be, in their order.
            earliest: When it may be for other reasons.
        """
        when, why = max(earliest, made[-1] + self.apart if made else earliest), ""
        for most, seconds, name in self.windows:
            if len(made) >= most and made[-most] + seconds > when:
                when, why = made[-most] + seconds, name
        return when, why


class Limited(Exception):
    """The forge wants to be left alone for longer than this run is ready to wait."""


@dataclass
class _State:
    """What the file says, in seconds of the clock."""

    writes: list[float] = field(default_factory=list)
    held: float = 0.0
    told: float = 0.0


class Pace:
    """Lets requests go when they may.

    Args:
        name: Of what it is the pace: where the forge is, whose token; secret.
        budget: Of writes.
        options: How patient to be, and with which clock.
        folder: Where its state is; by default the cache.
    """

    def __init__(
        self, name: str, budget: Budget, options: ClientOptions, folder: Path | None = None
    ) -> None:
        self._budget, self._options = budget, options
        folder = folder or options.state or cache_folder("pace")
        self._file = folder / f"{_hashed(name, _boot())}.json"
        # Whether what this thread is at writes: who sends it once more does not know.
        self._at = threading.local()

    def before(self, writes: bool) -> None:
        """Wait until a request may go.

        Raises:
            Limited: That is later than anybody wants to wait.
        """
        self._at.writes = writes
        self._take_a_turn()
        self._wait_for_the_forge()

    def again(self) -> None:
        """Wait until the request that this thread is at may go once more."""
        self.before(getattr(self._at, "writes", False))

    def hold(self, seconds: float) -> None:
        """Let nobody send anything for some seconds."""
        if seconds > 0:
            with self._state() as state:
                state.held = max(state.held, self._options.clock() + seconds)

    @property
    def held(self) -> float:
        """For how many seconds the forge wants to be left alone still."""
        if not self._file.exists():
            return 0.0
        with self._state() as state:
            return max(0.0, state.held - self._options.clock())

    def sleep(self, seconds: float, why: str) -> None:
        """Sleep, and say so where it is long and has a reason."""
        if why and seconds >= _WORTH_TELLING and self._is_first_to_tell(seconds):
            self._options.tell(f"waits until {moment(seconds)}: {why}")
        # It is the forge's time, and none of the repo's.
        with suspended():
            self._options.sleep(seconds)

    def _take_a_turn(self) -> None:
        if not (self._at.writes and (self._budget.windows or self._budget.apart)):
            return
        with self._state() as state:
            now = self._options.clock()
            when, why = self._budget.next(state.writes, max(now, state.held))
            state.writes.append(when)
        if when > now:
            self.sleep(when - now, why)

    def _wait_for_the_forge(self) -> None:
        left = self.held
        if left > self._options.max_wait:
            raise Limited
        if left > _NOTHING:
            self.sleep(left, LIMITED)

    def _is_first_to_tell(self, seconds: float) -> bool:
        """Tell whether no other process has told of such a wait in the last minute."""
        with self._state() as state:
            now = self._options.clock()
            first = now >= state.told
            if first:
                state.told = now + min(seconds, MINUTE)
            return first

    @contextmanager
    def _state(self) -> Iterator[_State]:
        """Yield what the file says, and write it back, while nobody else does."""
        try:
            make_cache(self._file.parent)
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            descriptor = os.open(self._file, flags, 0o600)
        except OSError as error:
            raise _not_kept(self._file, error) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            now = self._options.clock()
            state = _read(os.pread(descriptor, _MOST, 0), now)
            before = replace(state, writes=list(state.writes))
            yield state
            if state != before:
                text = _text(state, now)
                # One call: who is killed here has written all or nothing of it.
                os.pwrite(descriptor, text, 0)
                os.ftruncate(descriptor, len(text))
        except OSError as error:
            raise _not_kept(self._file, error) from None
        finally:
            os.close(descriptor)


def _read(text: bytes, now: float) -> _State:
    """Return what a file says; nothing where it was written before the clock began anew.

    What another run keeps to may be another budget: nothing of the last hour is forgotten.
    """
    found: Any = None
    with suppress(ValueError, RecursionError):
        # Of who was killed before the end was cut off, there is more behind it.
        found, _ = json.JSONDecoder().raw_decode(text.decode("ascii", "replace"))
    try:
        written, held, told, *writes = map(float, found)
    except (TypeError, ValueError, OverflowError):
        return _State()
    if written > now or not all(one < now + _AHEAD for one in (written, held, told, *writes)):
        return _State()
    return _State(sorted(one for one in writes if one > now - HOUR - _ON_THE_WAY), held, told)


def _text(state: _State, now: float) -> bytes:
    return json.dumps([now, state.held, state.told, *state.writes]).encode()


def _not_kept(file: Path, error: OSError) -> DiskFull | NotReady:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull(f"the disk is full: {file}")
    return NotReady(
        f"the pace of the run cannot be kept in {file}: {error.strerror}",
        "export XDG_CACHE_HOME=…    # a folder that you can write",
    )


def moment(seconds: float) -> str:
    """Return the time that it is in some seconds, where this machine is; far away, with the day."""
    when = datetime.now().astimezone() + timedelta(seconds=seconds)
    return f"{when:%H:%M:%S}" if seconds < _NEAR else f"{when:%a %d %b %Y %H:%M:%S}"


def _hashed(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:24]


def _boot() -> str:
    """Return which start of which machine this is: its clock begins anew with each."""
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    return platform.node()
