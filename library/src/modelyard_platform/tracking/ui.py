"""MLflow's own page on this repo's store, in a browser, until Ctrl-C."""

import os
import socket
import subprocess
import sys
import time
import webbrowser
from http.client import HTTPConnection, HTTPException

from ..advice import typed
from ..console import asks, tell
from ..errors import SetupError
from ..settings import Project
from .client import connect

HOST = "127.0.0.1"
_PATIENCE = 120.0
_NEIGHBOURS = 20


def serve(project: Project, port: int, browser: bool = True) -> None:
    """Show MLflow from loopback until Ctrl-C; where it is shared, only where that is.

    A port that is taken gives way to the next free one. Raises SetupError where the server ends, or
    never answers.
    """
    if not project.tracks_here:
        tell(f"MLflow is at {project.tracking_uri}")
        _open(project.tracking_uri, browser)
        return
    connect(project)
    free = _free(port)
    if free != port:
        tell(f"• port {port} is taken: MLflow gets {free}")
    url = f"http://{HOST}:{free}"
    tell(f"MLflow on {url} in a few seconds; Ctrl-C ends it")
    server = subprocess.Popen(_command(project, free), env=_environment())
    try:
        _await(server, free)
        _open(url, browser)
        _ended(server.wait())
    except KeyboardInterrupt:  # that is how it ends
        pass
    finally:
        server.terminate()
        server.wait()


def _command(project: Project, port: int) -> list[str]:
    # One worker: it starts in half the time.
    options = ["--host", HOST, "--port", str(port), "--workers", "1"]
    options += ["--uvicorn-opts", "--log-level warning"]
    store = ["--backend-store-uri", project.tracking_uri]
    return [sys.executable, "-m", "mlflow", "server", *options, *store]


def _environment() -> dict[str, str]:
    # The server's background jobs are for language models; they would start five more processes.
    return {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}


def _free(port: int) -> int:
    """Return a port that nobody has, from `port` on."""
    for candidate in range(port, min(port + _NEIGHBOURS, 65536)):
        with socket.socket() as tried:
            # As servers do: a port that was in use a moment ago is free.
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind((HOST, candidate))
            except OSError:
                continue
        return candidate
    what = f"no port from {port} on is free on this machine"
    raise SetupError(what, typed("ui --port 15000"))


def _await(server: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        code = server.poll()
        if code is not None:
            _ended(code)
        try:
            connection = HTTPConnection(HOST, port, timeout=5)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except (OSError, HTTPException):
            time.sleep(0.2)
    raise SetupError(f"MLflow's server does not answer after {_PATIENCE:.0f} s")


def _ended(code: int) -> None:
    if code:
        raise SetupError(f"MLflow's server ended with exit code {code}; it says why above")


def _open(url: str, browser: bool) -> None:
    """Open a browser where a person sees it: not over ssh, in CI or in a container."""
    chosen = "BROWSER" in os.environ
    screen = sys.platform == "darwin" or {"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ)
    if browser and (chosen or (asks() and screen)):
        webbrowser.open(url)
