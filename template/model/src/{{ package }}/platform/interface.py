"""MLflow's user interface on this project's store."""

import subprocess
import sys

from .console import err
from .settings import Project
from .tracking import connect


def serve(project: Project, port: int) -> None:
    """Serve MLflow on loopback until Ctrl-C; for a shared server, only say where it is."""
    if not project.tracks_here:
        err.print(f"MLflow is at {project.tracking_uri}", soft_wrap=True)
        return
    connect(project)
    err.print(f"MLflow on http://127.0.0.1:{port} in a few seconds; Ctrl-C ends it")
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", project.tracking_uri]
    subprocess.run(command, check=False)
