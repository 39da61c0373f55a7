"""A run that is killed leaves nothing behind that keeps the token."""

import os
import signal
import subprocess
import sys
import time

import pytest

RUN = """
import os, sys, tempfile
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from modelyard.fleet import parallel

handed = (nullcontext, {"GITHUB_TOKEN": "s3cr3t-1"}, os.getpid(), tempfile.gettempdir())
with ProcessPoolExecutor(2, initializer=parallel._enter, initargs=handed) as pool:
    print(pool.submit(os.getpid).result(), flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a signal of Linux")
def test_processes_end_with_the_run_that_is_killed() -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", RUN], stdin=pipe, stdout=pipe) as process:
        assert process.stdout
        worker = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        process.wait()
        for _ in range(50):
            if not alive(worker):
                return
            time.sleep(0.1)
        os.kill(worker, signal.SIGKILL)
        pytest.fail("it is still there")


def alive(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat") as state:  # noqa: PTH123 (gone between two looks)
            return state.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
