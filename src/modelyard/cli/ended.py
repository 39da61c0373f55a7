"""Lets a command tidy up when it is ended: by `kill`, a time limit of CI, a closed terminal."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def tidy() -> Iterator[None]:
    """Leave a block as by an error when the process is to end, and end it then by that signal.

    What is ignored, as by `nohup`, stays so.
    """
    told: list[int] = []

    def end(number: int, frame: FrameType | None) -> None:
        told.append(number)
        # Once: who is impatient ends it in the middle of that.
        for one in taken:
            signal.signal(one, signal.SIG_DFL)
        raise SystemExit(128 + number)

    taken = [one for one in _SIGNALS if signal.getsignal(one) is signal.SIG_DFL]
    for one in taken:
        signal.signal(one, end)
    try:
        yield
    finally:
        for one in taken:
            signal.signal(one, signal.SIG_DFL)
        if told:
            os.kill(os.getpid(), told[0])
