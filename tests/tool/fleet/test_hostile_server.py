"""A git server that dribbles: when the time of a repo is up, nothing of git's stays behind."""

import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from modelyard.fleet import clones, limits
from modelyard.fleet.config import Limits
from modelyard.forges.forge import Remote


class Dribbles(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/x-git-upload-pack-advertisement")
        self.end_headers()
        self.wfile.write(b"001e# service=git-upload-pack\n0000")
        try:
            while True:
                self.wfile.write(b"0032" + b"1" * 14)
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            return

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Dribbles)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/endless.git"
    server.shutdown()
    server.server_close()


def running(address: str) -> list[str]:
    said = subprocess.run(["ps", "-eo", "stat,args"], capture_output=True, text=True).stdout
    return [line for line in said.splitlines() if address in line and not line.startswith("Z")]


def test_when_the_time_is_up_no_git_stays_behind(address: str) -> None:
    with pytest.raises(limits.TooLong), limits.of_one_repo(Limits(minutes=0.03)):
        clones.tips(Remote(address), "modelyard/")
    for _ in range(20):
        if not running(address):
            return
        time.sleep(0.1)
    assert running(address) == []
