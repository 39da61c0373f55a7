"""Kills a piece of work as kill -9 does, when it is about to start its n-th process."""

import os
import signal
import subprocess
from collections.abc import Callable
from typing import Any


def killed_at(count: int, work: Callable[[], object]) -> int:
    """Do work in a forked process that is killed before its process `count`; return its code."""
    pid = os.fork()
    if pid == 0:
        left = [count]
        start = subprocess.Popen.__init__

        def counted(self: Any, *arguments: Any, **options: Any) -> None:
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            start(self, *arguments, **options)

        subprocess.Popen.__init__ = counted  # type: ignore[method-assign]
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
