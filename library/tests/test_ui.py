"""`ui` finds a port, opens a browser, and fails where the server fails."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from modelyard_platform import console
from modelyard_platform.cli import main as cli
from modelyard_platform.settings import Project
from modelyard_platform.tracking import ui

Command = Callable[..., tuple[int, str, str]]


def test_a_port_that_is_taken_gives_way_to_the_next(
    landed: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, program = tmp_path / "seen", tmp_path / "browser"
    program.write_text(f'#!/bin/sh\necho "$1" > {seen}.new; mv {seen}.new {seen}\n', "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{program} %s")
    with socket.socket() as taken:
        taken.bind((ui.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        verb = [sys.executable, "-m", cli.__name__, "ui", "--port", str(port)]
        started = subprocess.Popen(verb, stderr=subprocess.PIPE, text=True, start_new_session=True)
        try:
            end = time.monotonic() + 120
            while not seen.exists() and started.poll() is None and time.monotonic() < end:
                time.sleep(0.1)
        finally:
            os.killpg(started.pid, signal.SIGINT)
            told = started.communicate(timeout=60)[1]
    assert f"port {port} is taken: MLflow gets" in told
    url = seen.read_text("utf-8").strip()
    assert url in told and not url.endswith(f":{port}")
    assert started.returncode == 0, told


def test_a_server_that_fails_is_an_error(
    landed: Project, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = [sys.executable, "-c", "import sys; sys.exit('no server today')"]
    monkeypatch.setattr(ui, "_command", lambda project, port: failing)
    code, _, told = command("ui")
    assert code == 5
    assert "no server today" in told and "ended with exit code 1" in told


def test_no_cell_of_a_table_is_cut(capfd: pytest.CaptureFixture[str]) -> None:
    path = "/data/" + "a very long name of a folder/" * 8 + "end"
    console.show(["about", "path"], [["one", path]])
    console.tell_rows(["about", "path"], [["one", path]])
    printed, told = capfd.readouterr()
    assert path in printed and path in told
